"""Spectra of many trajectories at once: eight to a register by SIMD, groups of them on every core."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines.base import Array, Halted
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.lanes import LaneFlow, Lanes, Packing
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.schedule import WARMING, Schedule, settle
from neutralmodes.evidence.spectrum import COMPLETED, columns_of, run_model
from neutralmodes.evidence.statistics import Floats, average
from neutralmodes.evidence.windows import Loop

_LOST = 1e-13  # a frame whose columns grew further apart than this has lost the last one in rounding


@dataclass(frozen=True)
class Ensemble:
    """Exponents (m, k) of m trajectories, each row descending, with the error of each as in ``Spectrum``.

    ``volume_defects`` (m,) are the sums less the mean divergences, None where not every exponent was
    asked for. ``outcome`` is "completed", or what discredits the run.
    """

    exponents: Floats
    errors: Floats
    starts: Floats = field(repr=False)
    volume_defects: Floats | None
    time: float
    transient: float
    window: float
    engine: str
    workers: int
    steps: int
    outcome: str

    @property
    def completed(self) -> bool:
        return self.outcome == COMPLETED

    @property
    def mean(self) -> Floats:
        """The exponents averaged over the trajectories, (k,)."""
        return np.asarray(np.mean(self.exponents, axis=0))

    @property
    def spread(self) -> Floats:
        """Their standard deviation over the trajectories, (k,)."""
        return np.asarray(np.std(self.exponents, axis=0, ddof=1))


def ensemble(
    system: Any,
    starts: int | Sequence[Sequence[Any]] = 64,
    *,
    time: float | Fraction | None = None,
    transient: float | Fraction | None = None,
    k: int | None = None,
    seed: int = 0,
    workers: int | None = None,
) -> Ensemble:
    """The k leading exponents of many trajectories, in double; results do not depend on ``workers``.

    Parameters
    ----------
    starts : m states, or their number: then points of the orbit of ``system.start``, a window apart.
    time, transient, k, seed : as in ``spectrum``, for every trajectory.
    workers : threads; default the number of cores.

    Raises InputError for arguments out of range, EvidenceError where a trajectory blows up.
    Maps, black boxes and machines without heyoka run one trajectory after the other.
    """
    model = model_of(system)
    k = columns_of(k, model.n - len(model.constraints))
    schedule = Schedule.read(model, time, transient)
    runner, loop, points, length = _prepared(model, k, schedule, starts, seed)
    if not isinstance(runner, LaneFlow) or model.constraints:
        return _one_by_one(model, points, schedule, k, seed)
    window, count = schedule.windows(length, runner, loop)
    warming = -(-(WARMING * length if schedule.transient is None else schedule.transient) // window)
    found = _together(model, points, k, window, (int(warming), count), seed, workers or os.cpu_count() or 1)
    return replace(found, engine=runner.name)


def _prepared(
    model: Model, k: int, schedule: Schedule, starts: int | Sequence[Sequence[Any]], seed: int
) -> tuple[Any, Loop, list[tuple[Fraction, ...]], Fraction]:
    runner = open_engine(model, k, traced=k == model.n)
    loop = Loop(runner, model)
    frame = np.random.default_rng(seed).standard_normal((model.n, k))
    loop.place(Fraction(0), runner.array(model.start), frame)
    length = settle(loop, schedule, lambda done: None)
    if not isinstance(starts, int):
        return runner, loop, [_point(model, s) for s in starts], length
    if isinstance(starts, bool) or starts < 1:
        raise InputError(f"starts must be a positive number of trajectories or a list of states, got {starts!r}")
    points = []
    for _ in range(starts):
        points.append(tuple(Fraction(float(v)) for v in loop.state))
        loop.window(length)
    return runner, loop, points, length


def _point(model: Model, given: Sequence[Any]) -> tuple[Fraction, ...]:
    if len(given) != model.n:
        raise InputError(f"a start has {len(given)} coordinates for {model.n} variables")
    return tuple(Fraction(v) for v in given)


def _one_by_one(model: Model, points: list[tuple[Fraction, ...]], schedule: Schedule, k: int, seed: int) -> Ensemble:
    runs = [run_model(replace(model, start=p), schedule, k, seed) for p in points]
    defects = [r.volume_defect for r in runs]
    failed = [i for i, r in enumerate(runs) if not r.completed]
    return Ensemble(
        exponents=np.array([r.exponents for r in runs]),
        errors=np.array([r.errors for r in runs]),
        starts=np.array([[float(v) for v in p] for p in points]),
        volume_defects=None if None in defects else np.array(defects, dtype=float),
        time=runs[0].time,
        transient=runs[0].transient,
        window=runs[0].window,
        engine=runs[0].engine,
        workers=1,
        steps=sum(r.steps for r in runs),
        outcome=f"trajectory {failed[0]}: {runs[failed[0]].outcome}" if failed else COMPLETED,
    )


def _together(
    model: Model,
    points: list[tuple[Fraction, ...]],
    k: int,
    window: Fraction,
    counts: tuple[int, int],
    seed: int,
    workers: int,
) -> Ensemble:
    states = np.array([[float(v) for v in p] for p in points])
    frames = np.random.default_rng(seed).standard_normal((len(points), model.n, k))
    workers = min(workers, len(points))
    packing = Packing.of(len(points), k)  # of all: what a trajectory does may not depend on the workers
    groups = [_Group(model, s, f, packing) for s, f in zip(*_split(workers, states, frames), strict=True)]
    with ThreadPoolExecutor(workers) as pool:
        for running in [pool.submit(g.run, float(window), *counts) for g in groups]:
            running.result()
    growth = np.concatenate([g.growth for g in groups], axis=1)  # (windows, m, k)
    volume = np.concatenate([g.volume for g in groups], axis=1).sum(axis=0)
    narrowest, length = min(g.narrowest for g in groups), float(window) * len(growth)
    means = growth.sum(axis=0) / length
    order = np.argsort(-means, axis=1, kind="stable")
    steps = sum(g.steps for g in groups)
    floor = groups[0].tolerance * (steps / workers + len(growth)) / length
    centred = growth - means * float(window)
    errors = [[average(means[i, j], centred[:, i, j], length, floor).error for j in row] for i, row in enumerate(order)]
    exponents = np.take_along_axis(means, order, axis=1)
    return Ensemble(
        exponents=exponents,
        errors=np.array(errors),
        starts=states,
        volume_defects=exponents.sum(axis=1) - volume / length if k == model.n else None,
        time=length,
        transient=float(window) * counts[0],
        window=float(window),
        engine="",
        workers=workers,
        steps=steps,
        outcome=COMPLETED if narrowest > _LOST else f"a frame's columns grew apart by {1 / narrowest:.1e} in a window",
    )


def _split(workers: int, *arrays: Array) -> list[list[Array]]:
    return [np.array_split(a, workers) for a in arrays]


class _Group:
    """The trajectories of one thread, with their frames: states (m, n), frames (m, n, k)."""

    def __init__(self, model: Model, states: Array, frames: Array, packing: Packing) -> None:
        (self._m, self._n, self._k), self._states = frames.shape, states
        self._frames = np.linalg.qr(frames)[0]
        self._lanes = Lanes(model, self._m, self._k, packing, traced=self._k == self._n)
        self.tolerance, self.narrowest = self._lanes.tolerance, 1.0

    @property
    def steps(self) -> int:
        return self._lanes.steps

    def run(self, window: float, warming: int, count: int) -> None:
        """``warming`` windows that are dropped and ``count`` that are kept in ``growth`` and ``volume``."""
        self.growth, self.volume = np.empty((count, self._m, self._k)), np.empty((count, self._m))
        for i in range(-warming, count):
            try:
                growth, volume = self._window(window * (i + warming), window * (i + warming + 1))
            except Halted as error:
                raise EvidenceError(f"a trajectory of the ensemble: {error}") from error
            if i >= 0:
                self.growth[i], self.volume[i] = growth, volume

    def _window(self, time: float, until: float) -> tuple[Array, Array]:
        self._states, frames, traces = self._lanes.carry(time, until, self._states, self._frames)
        q, r = np.linalg.qr(frames)
        diagonal = np.diagonal(r, axis1=1, axis2=2)
        self._frames, sizes = q * np.sign(diagonal)[:, None, :], np.abs(diagonal)
        self.narrowest = min(self.narrowest, float((sizes.min(axis=1) / sizes.max(axis=1)).min()))
        return np.log(sizes), traces
