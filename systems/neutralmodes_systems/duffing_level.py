"""Duffing's oscillator beside a phase: z' = (1 - |z|^2) z, u' = v, v' = u - u^3, on the level H = 0 of the saddle.

G = SO(2) on z, H trivial on the annulus, q = 1. H = v^2/2 - u^2/2 + u^4/4 is an integral, and its level is a
constraint: the figure eight with the saddle in it, where dH = 0 and the exponents are 1, -1 and the group's 0.
Source: Duffing's equation (textbook material); the product is of this project.
The trap: an integral does not add a zero at its critical points, and one and one make no unconditional two.
"""

import sympy as sp

import neutralmodes as nm

x, y, u, v = state = sp.symbols("x y u v", real=True)
square = x**2 + y**2
energy = v**2 / 2 - u**2 / 2 + u**4 / 4

system = nm.System(
    "duffing-level",
    nm.VectorField(state, [x * (1 - square), y * (1 - square), v, u - u**3]),
    nm.LieAction(state, [[-y, x, 0, 0]], group="SO(2)"),
    nm.Region.annulus([x, y], "1/2", 2) & nm.Region.ball([u, v], 2),
    start=[1, 0, 0, 0],
    constraints=[energy],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 2},
    reference={
        "equation": "z' = (1 - |z|^2) z, u' = v, v' = u - u^3, v^2/2 - u^2/2 + u^4/4 = 0",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Duffing's equation (textbook); product of this project",
        "theorem": "U: for the phase; the flow's own zero only away from the saddle",
        "exponents": ["1", "0", "-1", "-2"],
        "exponents_source": "exact at the start, which lies at the saddle: 0 and -2 of the circle, 1 and -1 of u'' = u",
        "matters": "the control against counting a conserved energy at its critical points",
    },
)
