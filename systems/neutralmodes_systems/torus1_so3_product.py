"""T^1 x SO(3) product: an S^1 block beside an SO(3) sphere.

z' = (1 - |z|^2) z and x' = (1 - |x|^2) x in R^3. G = SO(2) x SO(3), H = SO(2), q = 1 + 2 = 3.
Source: Mo, arXiv:2605.03338, constructed systems (products).
A remembered angle and a remembered direction at once: counts of factors add.
"""

import sympy as sp

import neutralmodes as nm

u, v = phase = sp.symbols("u v", real=True)
x = sp.symbols("x y z", real=True)
amplitude, square = u**2 + v**2, sum(c**2 for c in x)

system = nm.System(
    "torus1-so3-product",
    nm.VectorField([*phase, *x], [(1 - amplitude) * c for c in phase] + [(1 - square) * c for c in x]),
    (nm.groups.torus([[1]]) * nm.groups.so(3)).on([*phase, *x]),
    nm.Region.annulus(phase, "1/2", 2) & nm.Region.annulus(x, "1/2", 2),
    start=[1, "1/4", 1, "1/4", "-1/4"],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 3, "zero_exponents_if": 3},
    reference={
        "equation": "z' = (1 - |z|^2) z, x' = (1 - |x|^2) x in R^3",
        "group": "SO(2) x SO(3)",
        "stabilizer": "SO(2)",
        "orbit_dimension": 3,
        "source": "Mo, arXiv:2605.03338, constructed systems",
        "theorem": "U: circle times sphere, of constant dimension off the axes",
        "matters": "an angle and a direction remembered together: the counts of factors add",
        "exponents": ["0", "0", "0", "-2", "-2"],
        "exponents_source": "exact: {0, 0, 0, -2, -2}",
    },
)
