"""The trained cells measured: symmetry in both precisions, neutrality, lifetimes, kept as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple
from pathlib import Path

import torch

from neutralmodes_experiments.learned import certified
from neutralmodes_experiments.learned.cell import EquivariantCell
from neutralmodes_experiments.learned.export import Weights, weights_of
from neutralmodes_experiments.learned.lifetimes import SIZES, lifetimes
from neutralmodes_experiments.learned.networks import build
from neutralmodes_experiments.learned.records import Record, kept, runs, weights
from neutralmodes_experiments.learned.stack import Stack
from neutralmodes_experiments.learned.symmetry import equivariance_error, neutrality
from neutralmodes_experiments.learned.task import TASKS

SYMMETRY = [
    "seed",
    "E_eq float32",
    "E_eq float64",
    "exponent",
    "from the cue",
    "residual",
    "angle",
    "turning",
    "slowest",
]
LIFETIMES = ["seed", "eps", "measured", "drift law", "linear"]


def cells(found: Record) -> Iterator[tuple[int, EquivariantCell]]:
    """Seed and trained cell of each run of a record over the whole range of phases."""
    plan = found["plan"]
    stack = Stack(build(plan["network"], TASKS[plan["task"]], plan["width"]))
    widest = max(run.spread for run in runs(found))
    for run, row in zip(runs(found), weights(found), strict=True):
        if run.spread == widest:
            yield run.seed, stack.network(row).cell


def symmetry(found: Record, file: Path) -> Record:
    """Rows of SYMMETRY for each cell."""

    def make() -> Record:
        rows = []
        for seed, cell in cells(found):
            single = equivariance_error(cell, torch.float32, seed=seed)
            double = equivariance_error(cell, torch.float64, seed=seed)
            rows.append([seed, single, double, *astuple(neutrality(cell))])
        return {"columns": SYMMETRY, "rows": rows}

    return kept(file, make)


def memory(found: Record, file: Path, sizes: tuple[float, ...] = SIZES) -> Record:
    """Rows of LIFETIMES for each cell and size; a null is a time that is never reached, or not before the cap."""

    def make() -> Record:
        seeds, networks = zip(*cells(found), strict=True)
        lives = zip(seeds, lifetimes(networks, sizes), strict=True)
        rows = [[seed, *astuple(life)] for seed, of_cell in lives for life in of_cell]
        return {"columns": LIFETIMES, "rows": [[None if v == float("inf") else v for v in row] for row in rows]}

    return kept(file, make)


def certificates(found: Mapping[str, Record], file: Path) -> Record:
    """The table of ``certified`` for every trained cell over the whole range of phases."""
    return kept(file, lambda: certified.certificates(_named(found)))


def _named(found: Mapping[str, Record]) -> Iterator[tuple[str, int, Weights]]:
    for network, one in found.items():
        yield from ((network, seed, weights_of(cell)) for seed, cell in cells(one))
