"""Fig. 1: the zero exponents counted equal dim(G/H), for every family and size of the paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import neutralmodes as nm
from neutralmodes_systems.families import product, sphere, torus, unitary_sphere

TOLERANCE = 3e-4  # PAPER: near-zero tolerance of the constructed systems, 1e-4 to 3e-4
PAPER, COUNTED = "dim(G/H) (paper)", f"counted below {TOLERANCE:g}"
Table = dict[str, Any]
Progress = Callable[[str, float], None]


def reproduce(*, quick: bool = False, seed: int = 0, progress: Progress | None = None) -> list[Table]:
    """One table: proved, counted and expected zeros of each system; ``quick`` takes the small sizes."""
    report = progress or (lambda stage, done: None)
    systems = _systems(quick)
    rows = []
    for i, (name, (family, system, expected)) in enumerate(systems.items()):
        report(name, i / len(systems))
        proved = nm.certify(system, evidence=False, seed=seed).zero_exponents
        found = nm.spectrum(system, time=40, seed=seed).exponents
        counted = int((abs(found) < TOLERANCE).sum())
        rows.append([family, name, system.dynamics.n, expected, counted, proved])
    return [
        {
            "title": "Fig. 1: zero exponents against dim(G/H)",
            "columns": ["family", "system", "dimension", PAPER, COUNTED, "proved"],
            "rows": rows,
            "figure": {"x": PAPER, "y": [COUNTED, "proved"], "lines": ["family"], "ylabel": "zero exponents"},
            "checks": [
                _check("systems whose counted zeros equal dim(G/H)", [row[4] == row[3] for row in rows]),
                _check("systems whose proved zeros equal dim(G/H)", [row[5] == row[3] for row in rows]),
            ],
        }
    ]


def _systems(quick: bool) -> dict[str, tuple[str, nm.System, int]]:
    """(family, system, dim(G/H)) by name."""
    found = {f"T^{q}": ("T^q", torus(q), q) for q in (range(1, 4) if quick else range(1, 9))}
    found |= {f"SO({n})": ("SO(n)", sphere(n), n - 1) for n in (range(2, 5) if quick else range(2, 11))}
    found |= {f"U({m})": ("U(m)", unitary_sphere(m), 2 * m - 1) for m in (range(1, 3) if quick else range(1, 8))}
    sizes = [(1, 3), (2, 3), (2, 4), (3, 4), (3, 5), (4, 5), (4, 6), (5, 6), (5, 7), (6, 7), (6, 8)]
    products = {f"T^{q} x SO({n})": (product(q, n), q + n - 1) for q, n in (sizes[:2] if quick else sizes)}
    return found | {name: ("T^q x SO(n)", *pair) for name, pair in products.items()}


def _check(claim: str, met: list[bool]) -> dict[str, Any]:
    return {"claim": claim, "value": f"{sum(met)} of {len(met)}", "met": all(met)}
