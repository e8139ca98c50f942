"""T^q attractors, q = 1 and 3..8, at the paper's range (q = 2 is torus_2.py); see families.torus.

G = T^q, H trivial, q zeros. Source: Mo, arXiv:2605.03338. The count grows with the number of phases.
"""

from neutralmodes_systems.families import torus

torus_1, torus_3, torus_4 = (torus(q) for q in (1, 3, 4))
torus_5, torus_6, torus_7, torus_8 = (torus(q) for q in (5, 6, 7, 8))
