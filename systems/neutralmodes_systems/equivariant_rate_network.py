"""Equivariant rate network: z_j' = -z_j - (1 + 5i) |z_j|^2 z_j + sum_k J_jk z_k, eight complex units, one common phase.

J_jk is complex normal with |J_jk|^2 = 16/3 in the mean for three seeded inputs k of each unit, rounded to 1/16.
G = SO(2), z -> e^{i phi} z, H trivial off z = 0, q = 1 there. Region: |z_j| <= 4 for each unit, entered on each face,
since 4 (1 + 16) exceeds the input 4 sum_k |J_jk|.
Source: this project. Of the seeds 0 to 4 four are chaotic, with largest exponents near 0.80, 0.34, 0.53, 0.28 (short
runs of 100 time units, without error bars); seed 0 is taken.
The phase is carried by the chaotic units themselves, which an uncoupled product lacks.
"""

import random

import sympy as sp

import neutralmodes as nm

UNITS, INPUTS, SEED, DENOMINATOR = 8, 3, 0, 16
z = sp.symbols(f"z1:{UNITS + 1}")


def weights() -> list[dict[int, sp.Expr]]:
    """For each unit its inputs {k: J_jk}."""
    rng, rows = random.Random(SEED), []
    scale = DENOMINATOR * 4 / (2 * INPUTS) ** 0.5
    for j in range(UNITS):
        inputs = sorted(rng.sample([k for k in range(UNITS) if k != j], INPUTS))
        parts = [[sp.Rational(round(rng.gauss(0, 1) * scale), DENOMINATOR) for _ in range(2)] for _ in inputs]
        rows.append({k: re + sp.I * im for k, (re, im) in zip(inputs, parts, strict=True)})
    return rows


shear = 1 + 5 * sp.I
state = [part for unit in z for part in (f"re_{unit}", f"im_{unit}")]
region = nm.Region.ball(state[:2], 4)
for k in range(1, UNITS):
    region = region & nm.Region.ball(state[2 * k : 2 * k + 2], 4)

system = nm.System(
    "equivariant-rate-network",
    nm.VectorField.complex(
        {
            unit: -unit - shear * unit**2 * sp.conjugate(unit) + sum(c * z[k] for k, c in row.items())
            for unit, row in zip(z, weights(), strict=True)
        }
    ),
    nm.groups.torus([[1] * UNITS]).on(state),
    region,
    start=[sp.Rational((5 * i) % 7 - 3, 4) for i in range(2 * UNITS)],
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 2},
    reference={
        "equation": "z_j' = -z_j - (1 + 5i) |z_j|^2 z_j + sum_k J_jk z_k, j = 1..8, three inputs each",
        "group": "SO(2)",
        "stabilizer": "trivial off z = 0, SO(2) there",
        "orbit_dimension": 1,
        "source": "this project",
        "theorem": "W and R: one zero off z = 0, two where the flow leaves the phase circle",
        "pictures": [
            {"kind": "curves", "curves": [[f"re_{unit}", f"im_{unit}"] for unit in z], "after": 50, "time": 6}
        ],
        "matters": "a recurrent network whose common phase is exact although every unit is chaotic",
    },
)
