"""Flows by scipy's DOP853 in double: the engine where heyoka is missing, and its second opinion."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from neutralmodes.evidence.engines.base import BLOW_UP, DOUBLE_DIGITS, Array, Halted
from neutralmodes.evidence.engines.doubles import DOUBLES
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.variational import pointwise

RTOL, ATOL = 1e-12, 1e-14


class Dop853Flow:
    """A flow with k tangent columns in double; x' = f(x), V' = J(x) V with J compiled to Python."""

    def __init__(self, model: Model, columns: int, traced: bool = False) -> None:
        self.n, self.columns, self.traced = model.n, columns, traced
        plan = pointwise(model, model.rule, jacobian=True)
        self._function = plan.program.compiled(plan.outputs, DOUBLES)
        self._parameters = [float(v) for v in model.parameters.values()]
        self.name, self.working_digits, self.steps = "scipy DOP853", DOUBLE_DIGITS, 0
        self.tolerance, self.cost = RTOL, 12 * (2e-5 + 6e-8 * len(plan.program.ops))
        self.trace: Any = 0.0
        self._room = partial(Dop853Flow._distance_to_blow_up, self)
        self._room.terminal = True  # type: ignore[attr-defined]

    def precision(self) -> AbstractContextManager[None]:
        return nullcontext()

    def number(self, value: Fraction | float | int) -> float:
        return float(value)

    def array(self, values: Iterable[Any]) -> Array:
        return np.array([float(v) for v in values])

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self.state, self.frame = float(time), state, frame

    def _rate(self, t: float, y: Array) -> Array:
        n = self.n
        values = np.array(self._function([*y[:n].tolist(), *self._parameters, t]))
        jacobian = values[n:].reshape(n, n)
        columns = jacobian @ y[n : n + n * self.columns].reshape(n, self.columns)
        return np.concatenate([values[:n], columns.ravel(), [np.trace(jacobian)] if self.traced else []])

    def _distance_to_blow_up(self, _: float, y: Array) -> float:
        return BLOW_UP - float(np.max(np.abs(y[: self.n])))

    def advance(self, until: Fraction) -> None:
        start = np.concatenate([self.state, self.frame.ravel(), [0.0] if self.traced else []])
        try:
            found = solve_ivp(
                self._rate, (self._time, float(until)), start, "DOP853", rtol=RTOL, atol=ATOL, events=self._room
            )
        except (ArithmeticError, ValueError) as error:
            raise Halted(f"blow-up ({error})", self._time) from error
        self.steps += len(found.t) - 1
        end = found.y[:, -1]
        if found.status != 0 or not np.all(np.isfinite(end)):
            raise Halted("blow-up, or no progress", float(found.t[-1]))
        self._time, self.state = float(until), end[: self.n]
        self.frame = end[self.n : self.n * (1 + self.columns)].reshape(self.n, self.columns)
        self.trace = end[-1] if self.traced else 0.0
