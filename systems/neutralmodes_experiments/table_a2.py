"""Table A2: the flow's own direction against the group's, on the attractor: rank E, rank [f, E], independent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import neutralmodes as nm
from neutralmodes_experiments.numbers import generators_at, rule_of, settled
from neutralmodes_systems.collapse_control import system as collapse
from neutralmodes_systems.coupled_irreps import system as irreps
from neutralmodes_systems.families import sphere, torus, unitary_sphere
from neutralmodes_systems.phase_integrator import system as integrator

SMALL = 1e-5  # a singular value below it is zero: the integrator keeps a rotating wave to about 1e-7
Table = dict[str, Any]
Progress = Callable[[str, float], None]

# PAPER, Table A2: (q, rank E, rank [f, E], independent); the collapse control is read at its start.
SYSTEMS: dict[str, tuple[nm.System, float, tuple[int, int, int, int]]] = {
    "S^1": (torus(1), 40, (1, 1, 1, 1)),
    "T^2": (torus(2), 40, (2, 2, 2, 2)),
    "irreps": (irreps, 60, (1, 1, 1, 1)),
    "SO(3)": (sphere(3), 40, (2, 2, 2, 2)),
    "SO(5)": (sphere(5), 40, (4, 4, 4, 4)),
    "U(3)": (unitary_sphere(3), 40, (5, 5, 5, 5)),
    "phase integrator": (integrator, 40, (1, 1, 1, 0)),
    "collapse": (collapse, 0, (0, 1, 2, 1)),
}


def reproduce(*, quick: bool = False, seed: int = 0, progress: Progress | None = None) -> list[Table]:
    """One table, the same with ``quick``; nothing in it is random."""
    report = progress or (lambda stage, done: None)
    rows = []
    for i, (name, (system, time, paper)) in enumerate(SYSTEMS.items()):
        report(name, i / len(SYSTEMS))
        proved = nm.certify(system, evidence=False, seed=seed).zero_exponents
        rows.append([name, proved, *ranks(system, time), str(paper)])
    met = [str(tuple(row[1:5])) == row[5] for row in rows]
    return [
        {
            "title": "Table A2: flow and group directions",
            "columns": ["system", "q proved", "rank E", "rank [f, E]", "independent", "paper"],
            "rows": rows,
            "checks": [{"claim": "rows equal to the paper's", "value": f"{sum(met)} of {len(met)}", "met": all(met)}],
        }
    ]


def ranks(system: nm.System, time: float) -> tuple[int, int, int]:
    """rank E, rank [f, E] and rank [f, E] - rank f at the state reached."""
    x = settled(system, time)
    flow, group = rule_of(system)(x)[:, None], generators_at(system, x)
    alone, both, own = (int(np.linalg.matrix_rank(m, tol=SMALL)) for m in (group, np.hstack([flow, group]), flow))
    return alone, both, both - own
