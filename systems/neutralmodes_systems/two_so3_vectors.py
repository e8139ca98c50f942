"""Two chaotic coupled vectors of R^3: their Gram matrix moves as Lorenz-63, their common frame turns with it.

With a = |x|^2, b = |y|^2, c = x . y, G = [[a, c], [c, b]] and S the symmetric matrix of the wanted a', c', b':
(x, y)' = (1/2) S G^{-1} (x, y) + (x cross y)(1, 1/2), so that G' = S exactly, the cross product keeping a, b and c.
Lorenz at 10, 28, 8/3 in (u, v, w) = (80 (a - 2), 80 (b - 2), 80 c + 38): its ball of radius 40 about (0, 0, 38) becomes
(a - 2)^2 + (b - 2)^2 + c^2 <= 1/4, entered as for Lorenz-63, on which det G >= 2 and x, y are never parallel.
G = SO(3), H trivial, q = 3 everywhere in the region. Source: this project; Lorenz, J. Atmos. Sci. 20 (1963) 130.
Chaos in the shape, three neutral directions of the frame, proved without a scope.
"""

import sympy as sp

import neutralmodes as nm

x = sp.Matrix(sp.symbols("x1:4", real=True))
y = sp.Matrix(sp.symbols("y1:4", real=True))
a, b, c = x.dot(x), y.dot(y), x.dot(y)

SCALE = 80
rate_a = 10 * (b - a)
rate_b = (a - 2) * (-10 - SCALE * c) - (b - 2)
rate_c = SCALE * (a - 2) * (b - 2) - sp.Rational(8, 3) * (c + sp.Rational(38, SCALE))
half = 1 / (2 * (a * b - c**2))

state = [*x, *y]

system = nm.System(
    "two-so3-vectors",
    nm.VectorField(
        state,
        [
            *(half * ((rate_a * b - rate_c * c) * x + (rate_c * a - rate_a * c) * y) + x.cross(y)),
            *(half * ((rate_c * b - rate_b * c) * x + (rate_b * a - rate_c * c) * y) + x.cross(y) / 2),
        ],
    ),
    (2 * nm.groups.so(3)).on(state),
    nm.Region([sp.Rational(1, 4) - (a - 2) ** 2 - (b - 2) ** 2 - c**2]),
    start=[1, 1, 0, 1, -1, "1/4"],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 3, "zero_exponents_if": 4},
    reference={
        "equation": "(x, y)' = (1/2) S G^{-1} (x, y) + (x cross y)(1, 1/2), G the Gram matrix, "
        "S = Lorenz-63 in its entries",
        "group": "SO(3)",
        "stabilizer": "trivial",
        "orbit_dimension": 3,
        "source": "this project; Lorenz, J. Atmos. Sci. 20 (1963) 130",
        "theorem": "U: the two vectors are never parallel in the region",
        "pictures": [{"kind": "curves", "curves": [[f"{v}{i}" for i in (1, 2, 3)] for v in "xy"], "time": 15}],
        "matters": "orientation in three dimensions driven by chaos: three exact zeros beside 0.9056",
        "leading_exponents": ["0.9056", "0", "0", "0", "0", "-14.5723"],
        "exponents_source": "Lorenz-63: Sprott, Chaos and Time-Series Analysis (2003); three zeros of the group",
    },
)
