"""Collapse control: z' = -z, exactly SO(2)-equivariant, and every orbit collapses onto the fixed point.

G = SO(2); at the origin H = G, so q = 0 where every orbit ends although the generic orbit dimension is 1.
Source: Mo, arXiv:2605.03338, constructed systems (rule chosen here: the simplest one with this description).
Symmetry alone gives no zero exponent: both exponents are -1, and no zero may be claimed.
"""

import sympy as sp

import neutralmodes as nm

z = sp.Symbol("z")

system = nm.System(
    "collapse-control",
    nm.VectorField.complex({z: -z}),
    nm.groups.torus([[1]]).on(["re_z", "im_z"]),
    nm.Region.ball(["re_z", "im_z"], 1),
    start=["1/2", "1/4"],
    expect={"conclusion": "UNDECIDED", "zero_exponents": 0, "zero_exponents_if": 0},
    reference={
        "equation": "z' = -z",
        "group": "SO(2)",
        "stabilizer": "SO(2) at the limit of every orbit",
        "orbit_dimension": 0,
        "source": "Mo, arXiv:2605.03338, constructed systems",
        "theorem": "none: the recurrence hypothesis is refuted",
        "matters": "the negative control: equivariance without an orbit of positive dimension protects nothing",
        "exponents": ["-1", "-1"],
        "exponents_source": "exact: {-1, -1}",
    },
)
