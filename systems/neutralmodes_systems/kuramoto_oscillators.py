"""Four identical phase oscillators with cosine coupling: theta_i' = omega + (1/4) sum_j cos(theta_j - theta_i).

Written with points (x_i, y_i) = (cos theta_i, sin theta_i) of the unit circle (four constraints), omega = 1.
G = SO(2) turning all phases, H trivial, q = 1. Constants of motion: the products of sin^2((theta_i - theta_j)/2) along
a closed tour of the oscillators; two of the three tours of four are independent. w = 1 + 1, m = 2, r = 0: all
four exponents are zero.
Source: Watanabe, Strogatz, Physica D 74 (1994) 197 (constants of motion of identical oscillators).
"""

import sympy as sp

import neutralmodes as nm

OSCILLATORS = range(4)
phases = [sp.symbols(f"x{i} y{i}", real=True) for i in OSCILLATORS]
state = [c for phase in phases for c in phase]
mean = [sum(phase[k] for phase in phases) / 4 for k in (0, 1)]


def speed(i: int) -> sp.Expr:
    """theta_i' through the mean field (X, Y): the sum of cosines is X cos theta_i + Y sin theta_i."""
    return 1 + mean[0] * phases[i][0] + mean[1] * phases[i][1]


def chord(i: int, j: int) -> sp.Expr:
    """1 - cos(theta_i - theta_j), twice the squared half-angle sine."""
    return 1 - phases[i][0] * phases[j][0] - phases[i][1] * phases[j][1]


tours = [(0, 1, 2, 3), (0, 2, 1, 3)]

system = nm.System(
    "kuramoto-oscillators",
    nm.VectorField(state, [f for i, (x, y) in enumerate(phases) for f in (-y * speed(i), x * speed(i))]),
    (4 * nm.groups.so(2)).on(state),
    nm.Region.ball(state, 3),
    start=[1, 0, "3/5", "4/5", "-5/13", "12/13", "-8/17", "-15/17"],
    constraints=[x**2 + y**2 - 1 for x, y in phases],
    integrals=[sp.prod([chord(tour[k - 1], tour[k]) for k in OSCILLATORS]) for tour in tours],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 4},
    reference={
        "equation": "theta_i' = 1 + (1/4) sum_j cos(theta_j - theta_i), i = 1..4",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Watanabe, Strogatz, Physica D 74 (1994) 197",
        "theorem": "U: the common phase is free; I: the flow and two constants of motion add three",
        "matters": "why identical oscillators show so many zero exponents: hidden constants of motion",
        "exponent_sum": "0",
        "exponents_source": "exact: four commuting or conserved directions in dimension four",
    },
)
