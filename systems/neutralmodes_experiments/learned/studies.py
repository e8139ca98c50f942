"""The two studies: the paper's protocol as it stands, and a fair one in which every baseline trains to convergence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from neutralmodes_experiments.learned.models import nearest_width, size_of
from neutralmodes_experiments.learned.networks import CELLS, build
from neutralmodes_experiments.learned.records import Record, record
from neutralmodes_experiments.learned.task import TASKS
from neutralmodes_experiments.learned.training import Plan, Progress, Run

BASELINES = ("GRU", "LSTM", "orthogonal")
COMPARED = ("equivariant", "broken", *BASELINES)  # PAPER: the columns of its table
VARIANTS = ("still", "random start")
WIDTH, SEEDS = 16, 6  # PAPER
FULL, RESTRICTED = float(np.pi), float(np.pi / 4)  # PAPER: phi_0 in [-pi/4, pi/4]
RATES, FAIR_SEEDS, FAIR_BATCH = (3e-3, 1e-2, 3e-2), 5, 32
FAIR_STEPS = 3000
RESTRICTED_STEPS = 1000
WIDER, LONGER = 32, 500  # PAPER: units and steps of its stronger baselines; the units also of the GRU on T^2 and SO(3)
MATCHED = "orthogonal 32"  # PAPER: the orthogonal network of matched size, 1,282 parameters
FAIR = ("equivariant", *BASELINES, "random start")


def paper_plan(network: str, horizon: int, first: int = 0, quick: bool = False) -> Plan:
    """PAPER: 120 steps, six seeds, both ranges of the first phase; 3e-3 for the cells, 2e-3 for the baselines."""
    seeds, steps = (2, 60 if network in CELLS else 20) if quick else (SEEDS, 120)
    rate, spreads = _papers_rate(network), (FULL, RESTRICTED)
    runs = tuple(Run(first + i, rate, spread) for spread in spreads for i in range(seeds))
    kept = network in CELLS and (quick or horizon == 64)
    kind, width = ("orthogonal", WIDER) if network == MATCHED else (network, WIDTH)
    return Plan(kind, "S1", width, horizon, steps, runs, keep=kept)


def longer_plan(network: str, horizon: int, first: int = 0) -> Plan:
    """PAPER: stronger baselines of 32 units after 500 steps. Their seeds and horizons are unpublished: as before."""
    runs = tuple(Run(first + i, _papers_rate(network)) for i in range(SEEDS))
    return Plan(network, "S1", WIDTH if network in CELLS else WIDER, horizon, LONGER, runs)


def _papers_rate(network: str) -> float:
    return 3e-3 if network in CELLS else 2e-3


def fair_plan(network: str, first: int = 0) -> Plan:
    """Every network: the same rates, decayed by a cosine, the same seeds and data; baselines of nearest size."""
    task = TASKS["S1"]
    size = size_of(build("equivariant", task, WIDTH))
    cell = network in CELLS
    width = WIDTH if cell else nearest_width(network, task.inputs, task.outputs, size)
    runs = tuple(Run(first + i, rate) for rate in RATES for i in range(FAIR_SEEDS))
    return Plan(network, "S1", width, 64, FAIR_STEPS, runs, cosine=True, batch=FAIR_BATCH, validate_every=50)


def restricted_plan(tuned: Plan, rate: float) -> Plan:
    """The same network at its best rate, first phases restricted: a third of the steps."""
    seeds = sorted({run.seed for run in tuned.runs})
    return replace(tuned, steps=RESTRICTED_STEPS, runs=tuple(Run(seed, rate, RESTRICTED) for seed in seeds))


def best_rate(found: Record) -> float:
    """The rate with the lowest mean validation error, measured inside the training regime."""
    rates = np.array([rate for _, rate, _ in found["runs"]])
    means = {rate: np.mean(np.array(found["lowest"])[rates == rate]) for rate in sorted(set(rates.tolist()))}
    return min(means, key=lambda rate: means[rate])


def paper_study(
    folder: Path, first: int = 0, *, quick: bool = False, progress: Progress | None = None
) -> dict[tuple[str, int], Record]:
    """Records by network and training horizon: 120 runs and 1,920 rows of the paper, and the variants beside them."""
    pairs = [(name, horizon) for name in (*COMPARED, MATCHED) for horizon in (32, 64)]
    pairs += [(name, 64) for name in VARIANTS]
    if quick:
        pairs = [(name, 32) for name in (*COMPARED, "still")]
    plans = {(name, horizon): paper_plan(name, horizon, first, quick) for name, horizon in pairs}
    sequences = 32 if quick else 256
    return {key: record(plan, folder, progress, sequences=sequences) for key, plan in plans.items()}


def longer_study(folder: Path, first: int = 0, progress: Progress | None = None) -> dict[str, tuple[Record, Record]]:
    """Records of both training horizons by network."""
    return {
        name: (
            record(longer_plan(name, 32, first), folder, progress),
            record(longer_plan(name, 64, first), folder, progress),
        )
        for name in ("equivariant", *BASELINES)
    }


def fair_study(folder: Path, first: int = 0, progress: Progress | None = None) -> dict[str, tuple[Record, Record]]:
    """For each network the tuning over all rates, and the restricted phase at the best one."""
    found = {}
    for network in FAIR:
        plan = fair_plan(network, first)
        tuned = record(plan, folder, progress)
        restricted = record(restricted_plan(plan, best_rate(tuned)), folder, progress)
        found[network] = (tuned, restricted)
    return found


def beyond_plan(network: str, task: str, first: int = 0) -> Plan:
    """T^2 and SO(3): the paper's protocol at horizon 32, six seeds, twice its steps."""
    runs = tuple(Run(first + i, 1e-2) for i in range(SEEDS))
    return Plan(network, task, WIDER, 32, 240, runs, validate_every=20)


def beyond_study(folder: Path, first: int = 0, progress: Progress | None = None) -> dict[tuple[str, str], Record]:
    """The equivariant cells from random weights against a GRU of 32 units on T^2 and SO(3)."""
    plans = {
        (task, network): beyond_plan(network, task, first)
        for task in ("T2", "SO3")
        for network in ("random start", "GRU")
    }
    return {key: record(plan, folder, progress) for key, plan in plans.items()}
