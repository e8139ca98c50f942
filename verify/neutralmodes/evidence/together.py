"""Spectra of many cases of one rule: their windows are carried side by side, the numbers are those of each alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.base import Array
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.lanes import ApartLanes, LaneFlow, Packing
from neutralmodes.evidence.model import model_of
from neutralmodes.evidence.pointwise import Pointwise
from neutralmodes.evidence.qr import QR, defects, qr
from neutralmodes.evidence.schedule import Schedule
from neutralmodes.evidence.spectrum import Settled, Spectrum, columns_of, settled
from neutralmodes.evidence.windows import NARROWEST, SAMPLED, SLACK, Record

_WIDTH = 8  # lanes of one register


def spectra(systems: Sequence[Any], seeds: Sequence[int], time: Any = None) -> list[Spectrum | None]:
    """``spectrum(system, time=time, seed=seed)`` of each pair, as far as it pays to measure them together.

    The systems differ in values of their parameters alone. None for a case that must be run by itself: no lanes,
    or something happens on its way.
    """
    runs = [_begun(system, seed, time) for system, seed in zip(systems, seeds, strict=True)]
    found: list[Spectrum | None] = [None] * len(runs)
    for count in sorted({run.count for run in runs if run}):
        alike = [i for i, run in enumerate(runs) if run and run.count == count]
        if len(alike) > 1 and _measured([run for i in alike if (run := runs[i])]):
            for i in alike:
                found[i] = runs[i].report()  # type: ignore[union-attr]
    return found


def _begun(system: Any, seed: int, time: Any) -> Settled | None:
    try:
        model = model_of(system)
        k = columns_of(None, model.n - len(model.constraints))
        engine = open_engine(model, k, traced=k == model.n, may_difference=True)
        if not isinstance(engine, LaneFlow) or model.constraints:
            return None
        schedule = Schedule.read(model, time, None)
        return settled(model, engine, schedule, seed, lambda stage, done: None, k == model.n)
    except EvidenceError:
        return None  # alone it will say what is wrong


def _measured(runs: Sequence[Settled]) -> bool:
    """Measure all runs in lockstep; False, and nothing done, where one of them needs a look of its own."""
    side_by_side = _SideBySide(runs)
    try:
        done = all(side_by_side.window(i) for i in range(runs[0].warmed + runs[0].count))
    except EvidenceError:
        return False
    if done:
        side_by_side.hand_back()
    return done


class _SideBySide:
    """The windows of settled runs with equal counts; the runs themselves stay as they are until ``hand_back``."""

    def __init__(self, runs: Sequence[Settled]) -> None:
        self._runs, loops = runs, [run.loop for run in runs]
        models, k = [loop.model for loop in loops], loops[0].engine.columns
        self._lanes = ApartLanes(models, k, Packing(_WIDTH, Packing.of(1, k).depth), runs[0].traced)
        self._states = np.array([loop.state for loop in loops])
        self._frames = np.array([loop.frame for loop in loops])
        self._regions = [Pointwise(model, model.inequalities) for model in models]
        self._records = [Record(leaves_region=loop.record.leaves_region) for loop in loops]
        self._times = _clocks(runs)

    def window(self, i: int) -> bool:
        """The i-th window of every run; False where a frame grows apart too far for one."""
        if i == self._runs[0].warmed:
            self._lanes.steps_of_each[:] = 0
        self._states, self._frames, traces = self._lanes.carry(
            self._times[i], self._times[i + 1], self._states, self._frames
        )
        factors = [qr(frame) for frame in self._frames]
        sizes = np.array([f.diagonal for f in factors])
        if not np.all(sizes.min(axis=1) >= NARROWEST * sizes.max(axis=1)) or not np.all(sizes > 0):
            return False
        if i >= self._runs[0].warmed:
            self._keep(factors, np.log(sizes), traces)
        self._frames = np.array([f.q for f in factors])
        self._watch(self._times[i + 1])
        return True

    def hand_back(self) -> None:
        """The runs as if each had been measured alone."""
        for b, run in enumerate(self._runs):
            run.loop.time += run.warming * run.warmed
            run.begin()
            run.loop.time += run.window * run.count
            run.loop.state, run.loop.frame = self._states[b], self._frames[b]
            run.loop.record, run.loop.engine.steps = self._records[b], int(self._lanes.steps_of_each[b])

    def _keep(self, factors: Sequence[QR], growth: Array, traces: Array) -> None:
        look = len(self._records[0].growth) % SAMPLED == 0
        for b, record in enumerate(self._records):
            if look:
                orthogonality, rest = defects(self._frames[b], factors[b])
                record.orthogonality = max(record.orthogonality, orthogonality)
                record.factorisation = max(record.factorisation, rest)
            record.growth.append(growth[b])
            record.volume.append(float(traces[b]))

    def _watch(self, times: Array) -> None:
        for record, region, state, time in zip(self._records, self._regions, self._states, times.tolist(), strict=True):
            if record.leaves_region is None and any(value < -SLACK for value in region.values(state, time)):
                record.leaves_region = time


def _clocks(runs: Sequence[Settled]) -> Array:
    """The ends of all windows (windows + 1, runs), each rounded once."""
    return np.array([_clock(run) for run in runs]).T.copy()


def _clock(run: Settled) -> list[float]:
    parts = (run.loop.time, run.warming, run.window)
    scale = math.lcm(*(part.denominator for part in parts))
    begin, warming, window = (int(part * scale) for part in parts)
    steps = [warming] * run.warmed + [window] * run.count
    return [time / scale for time in accumulate(steps, initial=begin)]
