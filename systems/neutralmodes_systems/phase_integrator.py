"""Driven phase integrator: z' = (1 - |z|^2) z + i v z at constant velocity v = 7/10, a rotating wave.

G = SO(2), H trivial, q = 1. Source: Mo, arXiv:2605.03338, constructed systems.
The attractor is a relative equilibrium: there the flow lies along the group orbit, so the flow's own zero is
the group's, and counting both would give two zeros where there is one.
"""

import sympy as sp

import neutralmodes as nm

z = sp.Symbol("z")
velocity = sp.Rational(7, 10)

system = nm.System(
    "phase-integrator",
    nm.VectorField.complex({z: (1 - z * sp.conjugate(z)) * z + sp.I * velocity * z}),
    nm.groups.torus([[1]]).on(["re_z", "im_z"]),
    nm.Region.annulus(["re_z", "im_z"], "1/2", 2),
    start=[1, "1/4"],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 1},
    reference={
        "equation": "z' = (1 - |z|^2) z + i v z, v = 7/10",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Mo, arXiv:2605.03338, constructed systems",
        "theorem": "U: for the group; every orbit ends where the flow lies in E, so the flow adds nothing",
        "matters": "the control against counting the flow's zero and the group's zero twice",
        "exponents": ["0", "-2"],
        "exponents_source": "exact: {0, -2}",
    },
)
