"""Kepler's problem in the plane: x'' = -x/|x|^3, with the hidden integrals of Laplace, Runge and Lenz.

G = SO(2), H trivial, q = 1. Integrals: energy, angular momentum L, and the eccentricity vector (q L, -p L) - x/|x|,
which the group turns: m = 3 of the four are independent, pairing r = 1. With w = 2, all four exponents are zero.
No collision and bounded motion (negative energy, nonzero L) are an assumption here.
Source: textbook material.
"""

import sympy as sp

import neutralmodes as nm

x, y, p, q = state = sp.symbols("x y p q", real=True)
distance = sp.sqrt(x**2 + y**2)
spin = x * q - y * p

system = nm.System(
    "kepler",
    nm.VectorField(state, [p, q, -x / distance**3, -y / distance**3]),
    (2 * nm.groups.so(2)).on(state),
    start=[1, 0, 0, "6/5"],
    integrals=[(p**2 + q**2) / 2 - 1 / distance, spin, q * spin - x / distance, -p * spin - y / distance],
    assume=dict.fromkeys(
        ("domain", "compactness", "invariance"),
        "negative energy and nonzero angular momentum keep the motion in a compact set off the centre",
    ),
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 4},
    reference={
        "equation": "x'' = -x/|x|^3 in R^2",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Laplace-Runge-Lenz vector (textbook)",
        "theorem": "I: two commuting directions, three independent integrals, pairing of rank 1",
        "matters": "degenerate resonance: hidden integrals leave no exponent free, four of four are zero",
        "exponents": ["0", "0", "0", "0"],
        "exponents_source": "exact: every bounded orbit without collision is closed",
    },
)
