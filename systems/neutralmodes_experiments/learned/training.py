"""Seeded, resumable training of many runs of one network at once, validated inside the training regime only."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neutralmodes_experiments.learned.networks import build
from neutralmodes_experiments.learned.stack import Stack, flattened
from neutralmodes_experiments.learned.task import TASKS, Array, Batch, Task

TRAINING, VALIDATION, TEST = range(3)  # streams of random numbers, one for each purpose
BETAS, TINY = (0.9, 0.999), 1e-8  # AdamW's defaults
DECAY, CLIP = 1e-5, 1.0  # PAPER: weight decay, clip
SAVE_EVERY = 250
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Run:
    """One training: its seed (data, first weights), learning rate, and how far first states lie from the identity."""

    seed: int
    rate: float
    spread: float = float(np.pi)


@dataclass(frozen=True)
class Plan:
    """Runs of one network that train in one pass. PAPER: batch 64, velocities at scale 0.8."""

    network: str
    task: str
    width: int
    horizon: int
    steps: int
    runs: tuple[Run, ...]
    cosine: bool = False
    batch: int = 64
    scale: float = 0.8
    validate_every: int = 10
    keep: bool = False  # the weights, in the record

    @property
    def label(self) -> str:
        """A file name that no other plan has."""
        digest = hashlib.sha256(repr(asdict(self)).encode()).hexdigest()[:8]
        return f"{self.network}-{self.task}-{self.width}-{self.horizon}-{digest}".replace(" ", "-")


@dataclass
class Trained:
    """Parameters (R, P) as they are now and at the best validation; circular RMSE (R,) at each step of ``curve``."""

    plan: Plan
    flat: Tensor
    first: Tensor
    second: Tensor
    best: Tensor
    lowest: Tensor
    step: int = 0
    seconds: float = 0.0
    curve: list[tuple[int, list[float]]] = field(default_factory=list)

    @property
    def stack(self) -> Stack:
        return Stack(build(self.plan.network, TASKS[self.plan.task], self.plan.width))


def train(plan: Plan, folder: Path, progress: Progress | None = None) -> Trained:
    """The plan's runs, trained; taken up again where an earlier call in the same folder stopped."""
    file = folder / f"{plan.label}.pt"
    trained = _load(plan, file) if file.exists() else _begin(plan)
    stack, validation = trained.stack, _batches(plan, VALIDATION, 0, 4 * plan.batch)
    while trained.step < plan.steps:
        if progress and trained.step % plan.validate_every == 0:
            progress(f"{plan.label}, step {trained.step}", trained.step / plan.steps)
        began = time.process_time()
        _descend(trained, stack, _batches(plan, TRAINING, trained.step, plan.batch))
        if trained.step % plan.validate_every == 0 or trained.step == plan.steps:
            _validate(trained, stack, validation)
        trained.seconds += time.process_time() - began
        if trained.step % SAVE_EVERY == 0 or trained.step == plan.steps:
            _save(trained, file)
    return trained


def _begin(plan: Plan) -> Trained:
    modules = []
    for run in plan.runs:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(run.seed)
            modules.append(build(plan.network, TASKS[plan.task], plan.width))
    flat = flattened(modules)
    trained = Trained(
        plan,
        flat,
        torch.zeros_like(flat),
        torch.zeros_like(flat),
        flat.clone(),
        torch.full((len(flat),), torch.inf, dtype=torch.float64),
    )
    _validate(trained, trained.stack, _batches(plan, VALIDATION, 0, 4 * plan.batch))
    return trained


def _batches(plan: Plan, stream: int, step: int, size: int) -> tuple[Tensor, Tensor, Tensor]:
    """Cues, velocities and targets with a leading axis of runs: runs of one seed and spread see the same data."""
    task, kinds = TASKS[plan.task], sorted({(run.seed, run.spread) for run in plan.runs})
    made = [
        task.batch(np.random.default_rng([seed, stream, step]), size, plan.horizon, scale=plan.scale, spread=spread)
        for seed, spread in kinds
    ]
    rows = [kinds.index((run.seed, run.spread)) for run in plan.runs]
    return tensors(made, rows)


def tensors(made: Sequence[Batch], rows: Sequence[int], dtype: Any = torch.float32) -> tuple[Tensor, Tensor, Tensor]:
    """Batches as three tensors with a leading axis, in the order of ``rows``."""
    parts = ([batch.cue for batch in made], [batch.velocity for batch in made], [batch.target for batch in made])
    cue, velocity, target = (torch.from_numpy(np.stack(part)).to(dtype)[list(rows)] for part in parts)
    return cue, velocity, target


def _descend(trained: Trained, stack: Stack, data: tuple[Tensor, Tensor, Tensor]) -> None:
    """One step of AdamW on every run at once, each with its own rate and its own clipping."""
    plan, (cue, velocity, target) = trained.plan, data
    flat = trained.flat.requires_grad_()
    loss = (stack(flat, cue, velocity) - target).square().mean((1, 2, 3)).sum()
    (slope,) = torch.autograd.grad(loss, flat)
    flat = flat.detach()
    slope = slope * (CLIP / slope.norm(dim=1, keepdim=True)).clamp(max=1)
    trained.step += 1
    done = trained.step / plan.steps
    rate = torch.tensor([[run.rate] for run in plan.runs]) * ((1 + np.cos(np.pi * done)) / 2 if plan.cosine else 1)
    trained.first.lerp_(slope, 1 - BETAS[0])
    trained.second.lerp_(slope.square(), 1 - BETAS[1])
    mean, spread = (
        moment / (1 - beta**trained.step) for moment, beta in zip((trained.first, trained.second), BETAS, strict=True)
    )
    trained.flat = flat * (1 - rate * DECAY) - rate * mean / (spread.sqrt() + TINY)


@torch.no_grad()
def _validate(trained: Trained, stack: Stack, data: tuple[Tensor, Tensor, Tensor]) -> None:
    """Circular RMSE of each run on data like its training data; the best parameters are kept."""
    cue, velocity, target = data
    output = stack(trained.flat, cue, velocity)
    error = torch.from_numpy(np.sqrt(squares(TASKS[trained.plan.task], output, target).mean((1, 2))))
    better = error < trained.lowest
    trained.lowest = torch.where(better, error, trained.lowest)
    trained.best = torch.where(better[:, None], trained.flat, trained.best)
    trained.curve.append((trained.step, error.tolist()))


def squares(task: Task, output: Tensor, target: Tensor) -> Array:
    """Squared angles in radians^2, in double."""
    return task.error(output.double().numpy(), target.double().numpy())


def _save(trained: Trained, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_suffix(f".{os.getpid()}")
    torch.save({name: value for name, value in vars(trained).items() if name != "plan"}, unfinished)
    unfinished.replace(file)


def _load(plan: Plan, file: Path) -> Trained:
    return Trained(plan, **torch.load(file, weights_only=True))
