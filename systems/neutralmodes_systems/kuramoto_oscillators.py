"""Four identical phase oscillators with cosine coupling: theta_i' = 1 + (1/4) sum_j cos(theta_j - theta_i).

G = SO(2) turning all phases, H trivial, q = 1; the region is the whole torus of four angles.
Constants of motion: the products of sin^2((theta_i - theta_j)/2) along a closed tour of the oscillators; two of the
three tours of four are independent. w = 1 + 1, m = 2, r = 0: all four exponents are zero.
Source: Watanabe, Strogatz, Physica D 74 (1994) 197 (constants of motion; cited from memory).
"""

import sympy as sp

import neutralmodes as nm

OSCILLATORS = range(4)
theta = sp.symbols("theta1:5", real=True)


def chord(i: int, j: int) -> sp.Expr:
    """Twice the squared sine of half the difference of two phases."""
    return 1 - sp.cos(theta[i] - theta[j])


tours = [(0, 1, 2, 3), (0, 2, 1, 3)]

system = nm.System(
    "kuramoto-oscillators",
    nm.VectorField(theta, [1 + sum(sp.cos(other - own) for other in theta) / 4 for own in theta], angles=theta),
    nm.groups.translations([[1, 1, 1, 1]]).on(theta),
    nm.Region([1]),
    start=[0, "1/2", "7/5", "-2"],
    integrals=[sp.prod([chord(tour[k - 1], tour[k]) for k in OSCILLATORS]) for tour in tours],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 2},
    reference={
        "equation": "theta_i' = 1 + (1/4) sum_j cos(theta_j - theta_i), i = 1..4",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Watanabe, Strogatz, Physica D 74 (1994) 197 (cited from memory)",
        "theorem": "U: the common phase is free; the constants are proved, their count is not yet",
        "pictures": [{"kind": "phases", "variables": [str(angle) for angle in theta], "time": 60}],
        "matters": "why identical oscillators show so many zero exponents: hidden constants of motion",
        "exponents": ["0", "0", "0", "0"],
        "exponents_source": "exact: four commuting or conserved directions in dimension four",
    },
)
