"""Four equal point vortices in the plane: x_i' = -sum (y_i - y_j)/|d_ij|^2, y_i' = sum (x_i - x_j)/|d_ij|^2.

G = SE(2), H trivial, q = 3; time in units of 2 pi/Gamma. Integrals: the product of the squared distances (the
energy is minus half its logarithm), the two linear impulses and the angular impulse. Translations move the linear
impulses: pairing r = 2. w = 3 + 1, m = 4: six of eight exponents are zero.
The impulses and the energy keep equal vortices in a compact set without collision; that is an assumption here.
Source: Kirchhoff's equations (textbook material); three vortices are integrable, four are not.
"""

from itertools import combinations

import sympy as sp

import neutralmodes as nm

VORTICES = range(4)
points = [sp.Matrix(sp.symbols(f"x{i} y{i}", real=True)) for i in VORTICES]
state = [c for point in points for c in point]


def square(i: int, j: int) -> sp.Expr:
    """The squared distance of two vortices."""
    return (points[i] - points[j]).dot(points[i] - points[j])


def velocity(i: int) -> list[sp.Expr]:
    """The velocity of vortex i in the field of the others."""
    pulls = [(points[i] - points[j]) / square(i, j) for j in VORTICES if j != i]
    return [-sum(pull[1] for pull in pulls), sum(pull[0] for pull in pulls)]


system = nm.System(
    "point-vortices",
    nm.VectorField(state, [v for i in VORTICES for v in velocity(i)]),
    (4 * nm.groups.euclidean(2)).on(state),
    start=[1, 0, 0, "11/10", "-4/5", "1/10", "1/10", "-3/5"],
    integrals=[
        sp.prod([square(i, j) for i, j in combinations(VORTICES, 2)]),
        sum(p[0] for p in points),
        sum(p[1] for p in points),
        sum(p.dot(p) for p in points),
    ],
    assume=dict.fromkeys(
        ("domain", "compactness", "invariance"),
        "the angular impulse bounds equal vortices, and the product of their distances, constant, keeps them apart",
    ),
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 6},
    reference={
        "equation": "x_i' = -sum_j (y_i - y_j)/|d_ij|^2, y_i' = sum_j (x_i - x_j)/|d_ij|^2, i = 1..4",
        "group": "SE(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 3,
        "source": "Kirchhoff's point vortices (textbook), start of this project",
        "theorem": "I: four commuting directions, four integrals, pairing of rank 2",
        "matters": "two-dimensional turbulence in small: six zeros, and one pair of chaotic exponents at most",
    },
)
