"""SO(n) spheres, n = 2 and 4..10, at the paper's range (n = 3 is so3_sphere.py); see families.sphere.

G = SO(n), H = SO(n - 1), q = n - 1. Source: Mo, arXiv:2605.03338. 45 generators of SO(10) protect only 9 exponents.
"""

from neutralmodes_systems.families import sphere

so2_sphere, so4_sphere, so5_sphere, so6_sphere = sphere(2), sphere(4), sphere(5), sphere(6)
so7_sphere, so8_sphere, so9_sphere, so10_sphere = sphere(7), sphere(8), sphere(9), sphere(10)
