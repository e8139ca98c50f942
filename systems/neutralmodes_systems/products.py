"""T^q x SO(n) products with 3..13 zeros, at the paper's range (q, n = 1, 3 is torus1_so3_product.py).

G = T^q x SO(n), H = SO(n - 1), q + n - 1 zeros; see families.product. Source: Mo, arXiv:2605.03338.
The counts of the factors add.
"""

from neutralmodes_systems.families import product

torus2_so3, torus2_so4, torus3_so4, torus3_so5 = product(2, 3), product(2, 4), product(3, 4), product(3, 5)
torus4_so5, torus4_so6, torus5_so6, torus5_so7 = product(4, 5), product(4, 6), product(5, 6), product(5, 7)
torus6_so7, torus6_so8 = product(6, 7), product(6, 8)
