"""U(m) spheres, m = 1..7, at the paper's range; see families.unitary_sphere.

G = U(m), H = U(m - 1), q = 2m - 1. Source: Mo, arXiv:2605.03338. 49 generators of U(7) protect only 13 exponents.
"""

from neutralmodes_systems.families import unitary_sphere

u1_sphere, u2_sphere, u3_sphere, u4_sphere = (unitary_sphere(m) for m in (1, 2, 3, 4))
u5_sphere, u6_sphere, u7_sphere = (unitary_sphere(m) for m in (5, 6, 7))
