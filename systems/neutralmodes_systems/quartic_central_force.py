"""Quartic central force: x'' = -|x|^2 x in the plane, between two energies.

G = SO(2), H trivial off the origin, which the region avoids, q = 1. Region: 1/2 <= |x'|^2/2 + |x|^4/4 <= 1.
Integrals: energy and angular momentum, which the group keeps. w = 1 + 1, m = 2, r = 0: all four exponents are zero.
Source: this project (the simplest bounded central force that is not harmonic).
"""

import sympy as sp

import neutralmodes as nm

x, y, p, q = state = sp.symbols("x y p q", real=True)
square = x**2 + y**2
energy = (p**2 + q**2) / 2 + square**2 / 4

system = nm.System(
    "quartic-central-force",
    nm.VectorField(state, [p, q, -square * x, -square * y]),
    (2 * nm.groups.so(2)).on(state),
    nm.Region([energy - sp.Rational(1, 2), 1 - energy]),
    start=[1, 0, "3/5", "4/5"],
    integrals=[energy, x * q - y * p],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 4},
    reference={
        "equation": "x'' = -|x|^2 x in R^2, energy between 1/2 and 1",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "this project",
        "theorem": "U: the energy shell avoids the origin; I: flow, energy and angular momentum add three",
        "pictures": [{"kind": "curves", "curves": [["x", "y"]], "time": 60}],
        "matters": "rosettes: an integrable motion whose group zero is proved everywhere on a shell of energies",
        "exponents": ["0", "0", "0", "0"],
        "exponents_source": "exact off the circular motions: integrable",
    },
)
