"""SO(3) sphere: x' = alpha (R^2 - |x|^2) x in R^3, a 2-sphere of equilibria.

G = SO(3), H = SO(2) (rotations about x), q = 3 - 1 = 2. Source: Mo, arXiv:2605.03338, constructed systems;
alpha = R = 1. The smallest non-abelian case: three generators, but only two protected directions.
"""

import sympy as sp

import neutralmodes as nm

x = sp.symbols("x y z", real=True)
alpha, radius = sp.Integer(1), sp.Integer(1)
square = sum(c**2 for c in x)

system = nm.System(
    "so3-sphere",
    nm.VectorField(x, [alpha * (radius**2 - square) * c for c in x]),
    nm.groups.so(3).on(x),
    nm.Region.annulus(x, "1/2", 2),
    start=[1, "1/4", "-1/4"],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 2, "zero_exponents_if": 2},
    reference={
        "equation": "x' = alpha (R^2 - |x|^2) x in R^3, alpha = R = 1",
        "group": "SO(3)",
        "stabilizer": "SO(2)",
        "orbit_dimension": 2,
        "source": "Mo, arXiv:2605.03338, constructed systems",
        "theorem": "U: group orbits are spheres, of constant dimension off the origin",
        "pictures": [{"kind": "curves", "curves": [["x", "y", "z"]], "sphere": True, "time": 5}],
        "matters": "a remembered direction in space: three generators protect two exponents",
        "exponents": ["0", "0", "-2"],
        "exponents_source": "exact: {0, 0, -2 alpha R^2}",
    },
)
