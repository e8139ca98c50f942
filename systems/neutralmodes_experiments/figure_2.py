"""The paper's chaos runs: zero exponents that a phase, or two, add to a random rate network of 48 units.

PAPER numbers the figures of the counts (Fig. 1) and of the breaking; these runs, with no number of their own there,
are kept as figure-2. The network alone has its own zero, that of the flow, so what is added is counted against it.
At N = 48 most seeds of J settle on an equilibrium or a cycle: the networks are the first six of seeds 1, 2, ... whose
largest exponent exceeds 0.05, and the table shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from typing import Any

import neutralmodes as nm
from neutralmodes_systems.rates import alone, beside_phases

TOLERANCES = (4e-3, 4e-3, 5e-3)  # PAPER: near-zero tolerance of the chaotic systems, for 0, 1 and 2 phases
SEEDS = (10, 11, 12, 15, 16, 18)
HORIZON, LEADING = 720, 24
Table = dict[str, Any]
Progress = Callable[[str, float], None]


def reproduce(*, quick: bool = False, seed: int = 0, progress: Progress | None = None) -> list[Table]:
    """One table, a row for each network and horizon; ``quick`` takes one network and a quarter of the time."""
    report = progress or (lambda stage, done: None)
    networks, horizon = (SEEDS[1:2], HORIZON // 4) if quick else (SEEDS, HORIZON)
    rows = []
    for done, number in enumerate(networks):
        report(f"network {number}", done / len(networks))
        rows += _rows(number, horizon, seed)
    last = [row for row in rows if row[1] == max(r[1] for r in rows)]
    return [
        {
            "title": "Chaos runs: zero exponents added by phases beside a rate network, N = 48",
            "columns": ["network", "time", "largest exponent", "near zero", "added by S^1", "added by T^2", "paper"],
            "rows": rows,
            "figure": {"x": "time", "y": ["added by S^1", "added by T^2"], "lines": ["network"], "xscale": "log"}
            | {"ylabel": "zero exponents added"},
            "checks": _checks([row[2] for row in last], [row[4] for row in last], [row[5] for row in last]),
        }
    ]


def _rows(number: int, horizon: float, seed: int) -> list[list[Any]]:
    systems = [alone("network", number), *(beside_phases(f"with T^{q}", q, "", number) for q in (1, 2))]
    runs = [nm.spectrum(s, time=horizon, transient=100, k=LEADING, seed=seed).convergence for s in systems]
    rows = []
    for share in (1 / 8, 1 / 4, 1 / 2, 1):
        found = [_at(run, share * horizon) for run in runs]
        none, one, two = (sum(abs(e) < t for e in f) for f, t in zip(found, TOLERANCES, strict=True))
        rows.append([number, share * horizon, max(found[0]), none, one - none, two - none, "1, 2"])
    return rows


def _at(convergence: list[tuple[float, list[float]]], time: float) -> list[float]:
    """The exponents averaged over about this time."""
    return min(convergence, key=lambda pair: abs(pair[0] - time))[1]


def _checks(largest: list[float], one: list[int], two: list[int]) -> list[dict[str, Any]]:
    return [
        {
            "claim": "every network is chaotic: median of the largest exponent",
            "value": median(largest),
            "met": min(largest) > 0.05,
        },
        {"claim": "zeros added by S^1, median at the last time", "value": median(one), "met": median(one) == 1},
        {"claim": "zeros added by T^2, median at the last time", "value": median(two), "met": median(two) == 2},
    ]
