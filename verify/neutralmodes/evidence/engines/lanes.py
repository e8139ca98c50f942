"""Flows in double by heyoka's SIMD lanes: every lane carries the state and one tangent column of its own.

The columns of a frame obey the same equations, so lanes replace a system of n + n k unknowns by k
copies of one of 2 n, eight at a time; the small system is compiled in a fraction of the time.
"""

from __future__ import annotations

import copy
import math
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.evidence.engines.base import BLOW_UP, Array, Halted, InDoubles
from neutralmodes.evidence.engines.heyoka import CHUNK, MAX_STEPS, Key, compiled, nominal_cost, reason, require
from neutralmodes.evidence.model import Model

_WIDTHS = (1, 2, 4, 8)  # lanes of one register
_GOING = ("time_limit", "step_limit", "success")  # outcomes of a lane that did not fail itself


class Lanes:
    """L pairs (state, tangent) of one rule, carried together in groups of up to eight.

    ``steps`` counts those of the first lane. Lanes never exchange numbers. ``tolerance`` is that of one
    step, by default the rounding of a double.
    """

    def __init__(self, model: Model, lanes: int, traced: bool = False, tolerance: float = 0.0) -> None:
        require(model)
        from heyoka import taylor_outcome

        self._reached = taylor_outcome.time_limit
        self.n, self.traced, self.steps = model.n, traced, 0
        self.width = next((w for w in _WIDTHS if w >= lanes), _WIDTHS[-1])
        integrator, self.work = compiled(Key(model, 1, traced, None, self.width, tolerance))
        self._integrator = copy.deepcopy(integrator)
        self.order, self.tolerance = integrator.order, float(np.max(integrator.tol))
        if model.parameters:
            self._integrator.pars[:] = np.array([[float(v)] for v in model.parameters.values()])

    def advance(self, time: float, until: float, states: Array, tangents: Array) -> tuple[Array, Array, Array]:
        """Carry states and tangents (n, L) on; returns both and the log-volume growths (L,).

        Raises Halted where any lane blows up.
        """
        n, lanes = tangents.shape
        scales = _scales(states, tangents)
        values = np.empty((2 * n + self.traced, lanes))
        values[:n] = states
        np.multiply(tangents, scales, out=values[n : 2 * n])
        values[2 * n :] = 0.0
        for first in range(0, lanes, self.width):
            self._carry(values[:, first : first + self.width], time, until, count=first == 0)
        return values[:n], values[n : 2 * n] / scales, values[-1]

    def _carry(self, group: Array, time: float, until: float, count: bool) -> None:
        taylor, unknowns, filled = self._integrator, self._integrator.state, group.shape[1]
        unknowns[:, :filled] = group
        if filled < self.width:
            unknowns[:, filled:] = group[:, -1:]  # spare lanes repeat the last
        taylor.set_time(time)
        self._propagate(until, count)
        group[:] = unknowns[:, :filled]

    def _propagate(self, until: float, count: bool) -> None:
        taylor = self._integrator
        for _ in range(MAX_STEPS // CHUNK):
            taylor.propagate_until(until, max_steps=CHUNK)
            results = taylor.propagate_res
            self.steps += results[0][3] if count else 0
            arrived = all(found[0] == self._reached for found in results)
            if arrived and math.isfinite(np.add.reduce(taylor.state, axis=None)):
                return
            failed = [i for i, found in enumerate(results) if found[0].name not in _GOING]
            if failed or not np.abs(taylor.state[: self.n]).max() < BLOW_UP:
                break
        worst = failed[0] if failed else int(np.argmin(taylor.time))
        raise Halted(reason(results[worst][0].name), float(taylor.time[worst]))


def _scales(states: Array, tangents: Array) -> Array:
    """Powers of two that bring every tangent to the size of its state, or to 1.

    The step control bounds the error by the norm of everything: it then sees both equally sharply.
    Called for every window, so with bare ufuncs: the methods of arrays cost several times as much.
    """
    sizes = np.maximum.reduce(np.abs(states), axis=0, initial=1.0)
    norms = np.maximum.reduce(np.abs(tangents), axis=0)
    if not np.minimum.reduce(norms) > 0:
        norms = np.where(norms > 0, norms, sizes)
    return np.exp2(np.rint(np.log2(sizes / norms)))


class LaneFlow(InDoubles):
    """A flow with k tangent columns in double, one lane each."""

    def __init__(self, model: Model, columns: int, traced: bool = False, tolerance: float = 0.0) -> None:
        self.columns, self._lanes = columns, Lanes(model, columns, traced, tolerance)
        lanes = self._lanes
        self.tolerance, groups = lanes.tolerance, -(-columns // lanes.width)
        self.cost = nominal_cost(lanes.order, 2 * lanes.work * groups, None)
        self.name = f"heyoka taylor order {lanes.order}, {lanes.width} SIMD lanes"
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
        states, self.frame, traces = self._lanes.advance(self._time, float(until), self.state[:, None], self.frame)
        self._time, self.state, self.trace = float(until), states[:, 0].copy(), float(traces[0])
