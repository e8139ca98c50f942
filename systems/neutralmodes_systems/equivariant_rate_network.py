"""Equivariant rate network: z_j' = z_j - (1 + 5i) |z_j|^2 z_j + sum_k J_jk z_k, eight complex units, one common phase.

J_jk is complex normal with |J_jk|^2 = 2 in the mean for three seeded inputs k of each unit, rounded to 1/16.
G = SO(2), z -> e^{i phi} z, H trivial off z = 0, q = 1 there. Region: |z_j| <= 4 for each unit, entered on each face,
since 4 (16 - 1) exceeds the input 4 sum_k |J_jk|.
Source: this project. Chaotic at the median over seeds: of the seeds 0 to 6, after 700 time units, all but the last have
a largest exponent of 0.5 to 1.6, the last settles (a test holds the median); seed 0 is taken. With damping in place of
self-excitation the same networks looked chaotic for 100 time units and settled later: transients.
The phase is carried by the chaotic units themselves, which an uncoupled product lacks.
"""

import random

import sympy as sp

import neutralmodes as nm

UNITS, INPUTS, SQUARE, SEED, DENOMINATOR = 8, 3, 2, 0, 16
z = sp.symbols(f"z1:{UNITS + 1}")


def weights(seed: int) -> list[dict[int, sp.Expr]]:
    """For each unit its inputs {k: J_jk}."""
    rng, rows = random.Random(seed), []
    scale = DENOMINATOR * (SQUARE / 2) ** 0.5
    for j in range(UNITS):
        inputs = sorted(rng.sample([k for k in range(UNITS) if k != j], INPUTS))
        parts = [[sp.Rational(round(rng.gauss(0, 1) * scale), DENOMINATOR) for _ in range(2)] for _ in inputs]
        rows.append({k: re + sp.I * im for k, (re, im) in zip(inputs, parts, strict=True)})
    return rows


def rule(seed: int) -> nm.VectorField:
    """The network whose weights are drawn from ``seed``."""
    return nm.VectorField.complex(
        {
            unit: unit - (1 + 5 * sp.I) * unit**2 * sp.conjugate(unit) + sum(c * z[k] for k, c in row.items())
            for unit, row in zip(z, weights(seed), strict=True)
        }
    )


state = [part for unit in z for part in (f"re_{unit}", f"im_{unit}")]
region = nm.Region.ball(state[:2], 4)
for k in range(1, UNITS):
    region = region & nm.Region.ball(state[2 * k : 2 * k + 2], 4)
phase = nm.groups.torus([[1] * UNITS]).on(state)
start = [sp.Rational((5 * i) % 7 - 3, 4) for i in range(2 * UNITS)]

system = nm.System(
    "equivariant-rate-network",
    rule(SEED),
    phase,
    region,
    start=start,
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 2},
    reference={
        "equation": "z_j' = z_j - (1 + 5i) |z_j|^2 z_j + sum_k J_jk z_k, j = 1..8, three inputs each",
        "group": "SO(2)",
        "stabilizer": "trivial off z = 0, SO(2) there",
        "orbit_dimension": 1,
        "source": "this project",
        "theorem": "W and R: one zero off z = 0, two where the flow leaves the phase circle",
        "pictures": [
            {"kind": "curves", "curves": [[f"re_{unit}", f"im_{unit}"] for unit in z], "after": 50, "time": 6}
        ],
        "measured": ["1.704(44)", "1.011(45)", "0.208(40)", "0.0027(32)", "-0.008(39)", "-0.423(51)"],
        "measured_time": "1000",
        "matters": "a recurrent network whose common phase is exact although every unit is chaotic",
    },
)
