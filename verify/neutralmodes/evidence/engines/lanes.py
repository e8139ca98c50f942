"""Flows in double by heyoka's SIMD lanes: every lane carries the state and some tangent columns of its own.

The columns of a frame obey the same equations, so lanes replace a system of n + n k unknowns by
copies of a smaller one, eight at a time; the small system is compiled in a fraction of the time.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.evidence.engines.base import BLOW_UP, Array, Halted, InDoubles
from neutralmodes.evidence.engines.heyoka import CHUNK, MAX_STEPS, Key, compiled, nominal_cost, reason, require
from neutralmodes.evidence.model import Model

_WIDTHS = (1, 2, 4, 8)  # lanes of one register
_DEEPEST = 8  # columns of one lane: more would leave the caches
_GOING = ("time_limit", "step_limit", "success")  # outcomes of a lane that did not fail itself
_FEW = 16  # entries of a frame that are handled one by one sooner than as an array
_CACHE, _BEYOND_CACHE = 2**20, 2.7  # bytes that a core keeps near; how much slower a step is far beyond them
_SMALLEST = 1e-200  # a norm, so that a column of zeros has a scale


@dataclass(frozen=True)
class Packing:
    """How k columns of each of m trajectories lie in lanes: ``depth`` columns in each, ``width`` lanes at a time.

    Every lane carries the state again: deeper ones repeat it less, too deep ones leave lanes empty.
    """

    width: int
    depth: int

    @classmethod
    def of(cls, m: int, k: int) -> Packing:
        def cost(depth: int) -> int:
            return -(-m * -(-k // depth) // _WIDTHS[-1]) * (1 + depth)

        depth = min(range(1, min(k, _DEEPEST) + 1), key=cost)
        lanes = m * -(-k // depth)
        return cls(next((w for w in _WIDTHS if w >= lanes), _WIDTHS[-1]), depth)


class Lanes:
    """m trajectories of one rule with k tangent columns each, carried together in groups of up to eight lanes.

    ``steps`` counts those of the first lane. Lanes never exchange numbers. ``tolerance`` is that of one
    step, by default the rounding of a double.
    """

    def __init__(
        self, model: Model, m: int, k: int, packing: Packing, traced: bool = False, tolerance: float = 0.0
    ) -> None:
        require(model)
        import heyoka as hy

        self.steps, self._k, self._arrived = 0, k, hy.taylor_outcome.time_limit
        integrator, self.work = compiled(Key(model, packing.depth, traced, None, packing.width, tolerance))
        self._integrator = copy.deepcopy(integrator)
        self.order, self.tolerance = integrator.order, float(np.max(integrator.tol))
        if model.parameters:
            self._integrator.pars[:] = np.array([[float(v)] for v in model.parameters.values()])
        self._lay_out(model.n, m, packing)

    def _lay_out(self, n: int, m: int, packing: Packing) -> None:
        """Views of the unknowns: columns lie in a lane as those of every ``chunks``-th place in the frame."""
        width, depth, unknowns = packing.width, packing.depth, self._integrator.state
        chunks = -(-self._k // depth)
        self._lanes, self.groups = m * chunks, -(-m * chunks // width)
        self._values = unknowns if self.groups == 1 else np.zeros((len(unknowns), self.groups * width))
        used = self._values[:, : self._lanes]
        self._states = used[:n].reshape(n, m, chunks).transpose(1, 0, 2)
        self._state_of_each = self._states[:, :, 0]
        self._columns = used[n : n + n * depth].reshape(n, depth, m, chunks).transpose(2, 0, 1, 3)
        self._traces = self._values[n + n * depth :]
        self._trace_of_each = self._traces[:, : self._lanes : chunks]
        whole = np.zeros((m, n, depth * chunks))
        self._slots = whole.reshape(m, n, depth, chunks)
        self._frames, self._spare_columns = whole[:, :, : self._k], whole[:, :, self._k :]
        self._spare_lanes = self._values[:, self._lanes :]
        self._spares = bool(self._spare_columns.size or self._spare_lanes.size)

    def carry(self, time: Any, until: Any, states: Array, frames: Array) -> tuple[Array, Array, Array]:
        """Carry states (m, n) and frames (m, n, k) on; returns both and the log-volume growths (m,).

        Raises Halted where any lane blows up.
        """
        scales = _scales(states, frames)
        np.multiply(frames, scales, out=self._frames)
        if self._spares:
            self._spare_columns[...] = self._frames[:, :, :1]
        self._columns[...] = self._slots
        self._states[...] = states[:, :, None]
        self._traces[...] = 0.0
        if self._spares:
            self._spare_lanes[...] = self._values[:, self._lanes - 1 : self._lanes]
        self._advance_groups(time, until)
        self._slots[...] = self._columns
        traces = self._trace_of_each[0].copy() if len(self._traces) else np.zeros(len(states))
        return self._state_of_each.copy(), self._frames / scales, traces

    def _advance_groups(self, time: float, until: float) -> None:
        if self.groups == 1:
            self._propagate(time, until)
            return
        unknowns = self._integrator.state
        for group in range(self.groups):
            part = self._values[:, group * unknowns.shape[1] : (group + 1) * unknowns.shape[1]]
            unknowns[...] = part
            self._propagate(time, until, count=group == 0)
            part[...] = unknowns

    def _propagate(self, time: float, until: float, count: bool = True) -> None:
        taylor = self._integrator
        taylor.set_time(time)
        for _ in range(MAX_STEPS // CHUNK):
            taylor.propagate_until(until, max_steps=CHUNK)
            results = taylor.propagate_res
            self.steps += results[0][3] if count else 0
            if all(found[0] == self._arrived for found in results):
                return
            failed = [i for i, found in enumerate(results) if found[0].name not in _GOING]
            if failed or not np.abs(self._states).max() < BLOW_UP:
                break
        worst = failed[0] if failed else int(np.argmin(taylor.time))
        raise Halted(reason(results[worst][0].name), float(taylor.time[worst]))


class ApartLanes(Lanes):
    """Trajectories with times and parameters of their own; ``models`` differ in nothing else.

    ``advance`` takes arrays (m,) of times; ``steps_of_each`` counts those of each trajectory's first lane.
    """

    def __init__(self, models: Sequence[Model], k: int, packing: Packing, traced: bool = False) -> None:
        super().__init__(models[0], len(models), k, packing, traced)
        self._chunks, self.steps_of_each = self._lanes // len(models), np.zeros(len(models), dtype=int)
        values = [[float(v) for v in model.parameters.values()] for model in models]
        self._parameters = np.array([self._spread(np.array(row)) for row in zip(*values, strict=True)])

    def _spread(self, values: Array) -> Array:
        """A value of each trajectory in all of its lanes, the last one's in the spare ones."""
        found = np.repeat(values, self._chunks)
        return np.append(found, np.repeat(found[-1], self.groups * self._integrator.state.shape[1] - len(found)))

    def _advance_groups(self, time: Any, until: Any) -> None:
        taylor, width, counts = self._integrator, self._integrator.state.shape[1], []
        times, ends = self._spread(time), self._spread(until)
        for group in range(self.groups):
            at = slice(group * width, (group + 1) * width)
            taylor.state[...] = self._values[:, at]
            if len(self._parameters):
                taylor.pars[...] = self._parameters[:, at]
            taylor.set_time(times[at])
            taylor.propagate_until(ends[at], max_steps=CHUNK)
            results = taylor.propagate_res
            if any(found[0] != self._arrived for found in results):
                raise Halted(f"a lane of {width}", float(np.min(taylor.time)))
            counts += [found[3] for found in results]
            self._values[:, at] = taylor.state
        self.steps_of_each += np.array(counts[: self._lanes : self._chunks])


def _scales(states: Array, frames: Array) -> Array:
    """Powers of two (m, 1, k) that bring every column to the size of its state, or to 1.

    The step control bounds the error by the norm of everything: it then sees both equally sharply.
    """
    if frames.size <= _FEW and len(frames) == 1:
        size = max(1.0, *map(abs, states[0].tolist()))
        norms = [max(_SMALLEST, *map(abs, column)) for column in frames[0].T.tolist()]
        return np.array([[[math.ldexp(1.0, min(math.frexp(size / norm)[1], 1023)) for norm in norms]]])
    sizes = np.maximum.reduce(np.abs(states), axis=1, initial=1.0)
    norms = np.maximum.reduce(np.abs(frames), axis=1, initial=_SMALLEST)
    exponents: Array = np.frexp(sizes[:, None] / norms)[1]
    return np.ldexp(1.0, exponents)[:, None, :]


class LaneFlow(InDoubles):
    """A flow with k tangent columns in double, in SIMD lanes."""

    def __init__(self, model: Model, columns: int, traced: bool = False, tolerance: float = 0.0) -> None:
        packing = Packing.of(1, columns)
        self.columns, self._lanes = columns, Lanes(model, 1, columns, packing, traced, tolerance)
        lanes = self._lanes
        self.tolerance = lanes.tolerance
        jets = 8 * packing.width * lanes.order * lanes.work  # bytes
        slower = 1 + _BEYOND_CACHE * min(max((jets - _CACHE) / (7 * _CACHE), 0), 1)
        self.cost = nominal_cost(lanes.order, 2 * lanes.work * lanes.groups, None) * slower
        self.name = f"heyoka taylor order {lanes.order}, {packing.width} SIMD lanes"
        self.trace: Any = 0.0

    @property
    def steps(self) -> int:
        return self._lanes.steps

    @steps.setter
    def steps(self, value: int) -> None:
        self._lanes.steps = value

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self.state, self.frame = float(time), state, frame

    def advance(self, until: Fraction) -> None:
        """Carry on to a later time; the state is that of the first lane."""
        end = float(until)
        states, frames, traces = self._lanes.carry(self._time, end, self.state[None], self.frame[None])
        self._time, self.state, self.frame = end, states[0], frames[0]
        self.trace = float(traces[0])
