"""Four equal point vortices in the plane.

x_i' = -sum_j u_ij (y_i - y_j), y_i' = sum_j u_ij (x_i - x_j), u_ij = 1/|d_ij|^2.

The u_ij are six variables with six constraints u_ij |d_ij|^2 = 1, so that all is polynomial; the manifold has
dimension 8.
G = SE(2), H trivial, q = 3; time in units of 2 pi/Gamma. Integrals: the product of the u_ij (the energy is half its
logarithm), the two linear impulses and the angular impulse. Translations move the linear impulses: pairing r = 2.
w = 3 + 1, m = 4: six of eight exponents are zero.
The angular impulse and the energy keep equal vortices in a compact set without collision; that is an assumption here.
Source: Kirchhoff's equations (textbook material); three vortices are integrable, four are not.
"""

from itertools import combinations

import sympy as sp

import neutralmodes as nm

VORTICES = range(4)
pairs = list(combinations(VORTICES, 2))
points = [sp.Matrix(sp.symbols(f"x{i} y{i}", real=True)) for i in VORTICES]
inverse = {pair: sp.Symbol(f"u{pair[0]}{pair[1]}", real=True) for pair in pairs}


def velocity(i: int) -> sp.Matrix:
    """The velocity of vortex i in the field of the others."""
    pull = sum((inverse[min(i, j), max(i, j)] * (points[i] - points[j]) for j in VORTICES if j != i), sp.zeros(2, 1))
    return sp.Matrix([-pull[1], pull[0]])


def square(i: int, j: int) -> sp.Expr:
    """The squared distance of two vortices."""
    return (points[i] - points[j]).dot(points[i] - points[j])


def drift(i: int, j: int) -> sp.Expr:
    """The derivative of u_ij = 1/|d_ij|^2 along the motion."""
    return -2 * inverse[i, j] ** 2 * (points[i] - points[j]).dot(velocity(i) - velocity(j))


plane = 4 * nm.groups.euclidean(2)
places = [sp.Rational(v) for v in ("1", "0", "0", "11/10", "-4/5", "1/10", "1/10", "-3/5")]
at = dict(zip([c for p in points for c in p], places, strict=True))

system = nm.System(
    "point-vortices",
    nm.VectorField([*at, *inverse.values()], [c for i in VORTICES for c in velocity(i)] + [drift(*p) for p in pairs]),
    (plane + nm.groups.trivial(plane, 6)).on([*at, *inverse.values()]),
    start=[*places, *(1 / square(*pair).subs(at) for pair in pairs)],
    constraints=[u * square(*pair) - 1 for pair, u in inverse.items()],
    integrals=[
        sp.prod(inverse.values()),
        sum(p[0] for p in points),
        sum(p[1] for p in points),
        sum(p.dot(p) for p in points),
    ],
    assume={
        "compactness": "the angular impulse bounds equal vortices, and the constant product of distances parts them"
    },
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 6},
    reference={
        "equation": "x_i' = -sum_j u_ij (y_i - y_j), y_i' = sum_j u_ij (x_i - x_j), u_ij = 1/|d_ij|^2, i = 1..4",
        "group": "SE(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 3,
        "source": "Kirchhoff's point vortices (textbook), start of this project",
        "theorem": "I: four commuting directions, four integrals, pairing of rank 2",
        "pictures": [
            {"kind": "curves", "curves": [[f"x{i}", f"y{i}"] for i in VORTICES], "generators": [2], "time": 40}
        ],
        "measured": ["0.00126(32)", "0.00125(38)", "0.00114(41)", "0.000110(47)", "-0.000200(95)", "-0.00114(31)"],
        "measured_time": "1000",
        "matters": "two-dimensional turbulence in small: six zeros, and one pair of chaotic exponents at most",
    },
)
