"""Quartic central force: x'' = -|x|^2 x in the plane, on an energy surface.

G = SO(2), H trivial off the origin, which the surface avoids, q = 1. The energy surface |x'|^2/2 + |x|^4/4 = 3/4 is a
constraint: compact, of dimension 3. Integral: the angular momentum. w = 1 + 1, m = 1, r = 0: all three are zero.
Source: this project (the simplest bounded central force that is not harmonic).
"""

import sympy as sp

import neutralmodes as nm

x, y, p, q = state = sp.symbols("x y p q", real=True)
square = x**2 + y**2

system = nm.System(
    "quartic-central-force",
    nm.VectorField(state, [p, q, -square * x, -square * y]),
    (2 * nm.groups.so(2)).on(state),
    nm.Region.ball(state, 4),
    start=[1, 0, 0, 1],
    constraints=[(p**2 + q**2) / 2 + square**2 / 4 - sp.Rational(3, 4)],
    integrals=[x * q - y * p],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 3},
    reference={
        "equation": "x'' = -|x|^2 x in R^2, energy 3/4",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "this project",
        "theorem": "U: the energy surface avoids the origin; I: flow and angular momentum add two",
        "matters": "rosettes: on an energy surface everything is neutral",
        "exponents_source": "exact: integrable, all three exponents on the energy surface are zero",
        "exponent_sum": "0",
    },
)
