"""Spatial three-body problem in the centre-of-mass frame: r'' and R'' of Jacobi's coordinates, dimension 12.

G = SO(3), H trivial off motions along a line, q = 3. Integrals: energy and the angular momentum, a vector that SO(3)
turns: pairing r = 2. w = 3 + 1, m = 4, w + m - r = 6 of twelve exponents are zero. (At zero angular momentum
the pairing vanishes at that point only: its generic rank counts.)
No compact invariant region is known: the certificate says so as an assumption.
Source: textbook equations; masses and start of this project.
"""

from neutralmodes_systems.jacobi import three_body

system = three_body(
    "three-body-spatial",
    3,
    [[0, "1/3", 0], ["-2/5", 0, "1/10"]],
    "celestial mechanics: six of twelve, not eight, since the angular momentum turns with the group",
)
