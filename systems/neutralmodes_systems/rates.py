"""Random rate networks h' = -h + g J tanh(h) with an exact seeded J, for the paper's chaotic systems."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import sympy as sp

import neutralmodes as nm

SOURCE = "Mo, arXiv:2605.03338, chaotic systems (J of this project)"
GAIN, UNITS = 3, 48
SEED = 11  # its network is chaotic, with a largest exponent of about 0.13; most seeds settle on a cycle or a point
DENOMINATOR = 256


def weights(n: int, seed: int) -> list[list[sp.Rational]]:
    """g J with J_ij normal of variance 1/n, rounded to 1/256: exact numbers, the same on every machine."""
    rng = random.Random(seed)
    scale = GAIN * DENOMINATOR / n**0.5
    return [[sp.Rational(round(rng.gauss(0, 1) * scale), DENOMINATOR) for _ in range(n)] for _ in range(n)]


def rate_rule(h: Sequence[sp.Symbol], seed: int) -> list[sp.Expr]:
    """-h + g J tanh(h)."""
    rates = [sp.tanh(unit) for unit in h]
    rows = weights(len(h), seed)
    return [sp.Add(-unit, *(c * r for c, r in zip(row, rates, strict=True))) for unit, row in zip(h, rows, strict=True)]


def box(h: Sequence[sp.Symbol], seed: int) -> nm.Region:
    """|h_i| <= B, entered as B exceeds every row's sum of |g J_ij|."""
    bound = 1 + sp.ceiling(max(sum(map(abs, row)) for row in weights(len(h), seed)))
    return nm.Region.box(dict.fromkeys(h, (-bound, bound)))


def alone(name: str, seed: int, **more: Any) -> nm.System:
    """The network of 48 units with the claim, which is refuted, that SO(2) turns the first two."""
    h, plane = sp.symbols(f"h1:{UNITS + 1}", real=True), nm.groups.so(2)
    return nm.System(
        name,
        nm.VectorField(h, rate_rule(h, seed)),
        (plane + nm.groups.trivial(plane, UNITS - 2)).on(h),
        box(h, seed),
        start=[sp.Rational(i % 5 - 2, 8) for i in range(UNITS)],
        discrete=[{unit: -unit for unit in h}],
        **more,
    )


def beside_phases(name: str, phases: int, matters: str, seed: int = SEED, measured: Sequence[str] = ()) -> nm.System:
    """The network of 48 units, its J from ``seed``, beside ``phases`` uncoupled blocks (1 - |z|^2) z."""
    h = sp.symbols(f"h1:{UNITS + 1}", real=True)
    z = sp.symbols(f"x1:{2 * phases + 1}", real=True)
    blocks = [z[2 * k : 2 * k + 2] for k in range(phases)]
    circles = nm.groups.torus([[int(i == j) for j in range(phases)] for i in range(phases)])
    region = box(h, seed)
    for block in blocks:
        region = nm.Region.annulus(block, "1/2", 2) & region
    rule = [c * (1 - x**2 - y**2) for x, y in blocks for c in (x, y)]
    return nm.System(
        name,
        nm.VectorField([*z, *h], [*rule, *rate_rule(h, seed)]),
        (circles + nm.groups.trivial(circles, UNITS)).on([*z, *h]),
        region,
        start=[sp.Rational(3, 5), sp.Rational(1, 4)] * phases + [sp.Rational(i % 5 - 2, 8) for i in range(UNITS)],
        expect={"conclusion": "CERTIFIED", "zero_exponents": phases, "zero_exponents_if": phases + 1},
        reference={
            "equation": f"z_k' = (1 - |z_k|^2) z_k, k = 1..{phases}, h' = -h + g J tanh(h), g = 3, N = 48",
            "group": "SO(2)" if phases == 1 else f"T^{phases}",
            "stabilizer": "trivial",
            "orbit_dimension": phases,
            "source": SOURCE,
            "theorem": "U: the phases have constant orbit dimension on the annuli",
            "pictures": [{"kind": "raster", "variables": [str(unit) for unit in h], "after": 100, "time": 60}],
            **({"measured": list(measured), "measured_time": "720"} if measured else {}),
            "matters": matters,
        },
    )
