"""Kepler's problem in the plane: x'' = -x/|x|^3, with the hidden integrals of Laplace, Runge and Lenz.

G = SO(2), H trivial, q = 1. The variable u stands for 1/|x| (constraint u^2 |x|^2 = 1, kept exactly), so that
everything is polynomial. Integrals: energy, angular momentum L, and the eccentricity vector (p_y L, -p_x L) - u x,
which the group turns: m = 3 of them are independent, pairing r = 1. With w = 2, all four exponents are zero.
Source: textbook material. Bounded motion without collision is an assumption here.
"""

import sympy as sp

import neutralmodes as nm

x, y, p, q, u = state = sp.symbols("x y p q u", real=True)
spin = x * q - y * p

system = nm.System(
    "kepler",
    nm.VectorField(state, [p, q, -x * u**3, -y * u**3, -(u**3) * (x * p + y * q)]),
    nm.LieAction(state, [[-y, x, -q, p, 0]], group="SO(2)"),
    start=[1, 0, 0, "6/5", 1],
    constraints=[u**2 * (x**2 + y**2) - 1],
    integrals=[(p**2 + q**2) / 2 - u, spin, q * spin - u * x, -p * spin - u * y],
    assume=dict.fromkeys(
        ("compactness", "invariance"), "negative energy and nonzero angular momentum keep |x| in a compact annulus"
    ),
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 4},
    reference={
        "equation": "x'' = -u^3 x, u = 1/|x| carried as a variable: u' = -u^3 (x . x')",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Laplace-Runge-Lenz vector (textbook)",
        "theorem": "I: two commuting directions, three independent integrals, pairing of rank 1",
        "matters": "degenerate resonance: hidden integrals leave no exponent free, four of four are zero",
        "exponent_sum": "0",
        "exponents_source": "exact: closed orbits, all four exponents on the constraint are zero",
    },
)
