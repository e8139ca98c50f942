"""Planar three-body problem in the centre-of-mass frame: r'' and R'' of Jacobi's coordinates, dimension 8.

G = SO(2), H trivial off total collapse, q = 1. Integrals: energy and angular momentum, which SO(2) keeps: r = 0.
w = 1 + 1, m = 2: four of eight exponents are zero. No compact region is known to be invariant: the count is
about every compact invariant set of motions without collision, which the certificate says as an assumption.
Source: textbook equations; masses and start of this project.
"""

from neutralmodes_systems.jacobi import three_body

system = three_body(
    "three-body-planar",
    2,
    [[0, "1/3"], ["-2/5", 0]],
    "celestial mechanics: half of the spectrum of a planar hierarchy is zero before anything is computed",
)
