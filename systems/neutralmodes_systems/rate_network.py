"""Random rate network alone: h' = -h + g J tanh(h), g = 3, N = 48: the control without a continuous symmetry.

The claim made here, SO(2) turning the first two units, is refuted; the exact symmetry h -> -h is only discrete.
J is normal of variance 1/N, seeded and rounded to 1/256; the box |h_i| <= B is entered.
Source: Mo, arXiv:2605.03338, chaotic systems.
"""

from neutralmodes_systems.rates import SEED, SOURCE, UNITS, alone

system = alone(
    "rate-network",
    SEED,
    expect={"conclusion": "REFUTED", "zero_exponents": 0, "zero_exponents_if": 0},
    reference={
        "equation": "h' = -h + g J tanh(h), g = 3, N = 48",
        "group": "none; SO(2) on two units is claimed and refuted, Z_2 is exact",
        "stabilizer": "none",
        "orbit_dimension": 0,
        "source": SOURCE,
        "theorem": "none: the claimed symmetry is refuted",
        "pictures": [{"kind": "raster", "variables": [f"h{i}" for i in range(1, UNITS + 1)], "after": 100, "time": 60}],
        "measured": ["0.0935(83)", "0.0003(22)", "-0.083(14)", "-0.168(14)", "-0.273(14)", "-0.390(11)"],
        "measured_time": "720",
        "matters": "the control: chaos without a group, so a small exponent proves nothing",
    },
)
