"""Flows by scipy's DOP853 in double: for black boxes, where heyoka is missing, and its second opinion."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from scipy.integrate import solve_ivp

from neutralmodes.evidence.box import Box
from neutralmodes.evidence.engines.base import BLOW_UP, Array, Halted, InDoubles
from neutralmodes.evidence.engines.doubles import DOUBLES
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.variational import pointwise

RTOL, ATOL = 1e-12, 1e-14

Slopes: TypeAlias = Callable[[float, Array, Array], tuple[Array, Array, float]]  # (t, x, V): f, Df V, div f


class Dop853Flow(InDoubles):
    """A flow with k tangent columns in double; x' = f(x), V' = J(x) V with J compiled to Python."""

    def __init__(self, model: Model, columns: int, traced: bool = False, rtol: float = RTOL) -> None:
        self.n, self.columns, self.traced = model.n, columns, traced
        if model.box is None:
            self._slopes, price = self._by_rule(model)
            self.name = "scipy DOP853"
        else:
            self._slopes, price = self._by_values(model.box), model.box.seconds(columns)
            self.name, rtol = f"scipy DOP853, black box, jvp {model.box.method}", max(rtol, 10 * model.box.eps)
        self.steps = 0
        self.tolerance, self.cost = rtol, 12 * (2e-5 + price)
        self.trace: Any = 0.0
        self._room = partial(Dop853Flow._distance_to_blow_up, self)
        self._room.terminal = True  # type: ignore[attr-defined]

    @staticmethod
    def _by_rule(model: Model) -> tuple[Slopes, float]:
        n, plan = model.n, pointwise(model, model.rule, jacobian=True)
        function = plan.program.compiled(plan.outputs, DOUBLES)
        parameters = [float(v) for v in model.parameters.values()]

        def slopes(t: float, state: Array, frame: Array) -> tuple[Array, Array, float]:
            values = np.array(function([*state.tolist(), *parameters, t]))
            jacobian = values[n:].reshape(n, n)
            return values[:n], jacobian @ frame, np.trace(jacobian)

        return slopes, 6e-8 * len(plan.program.ops)

    def _by_values(self, box: Box) -> Slopes:
        def slopes(t: float, state: Array, frame: Array) -> tuple[Array, Array, float]:
            if not self.traced:
                return box.values(state, t), box.along(state, frame, t), 0.0
            jacobian = box.jacobian(state, t)
            return box.values(state, t), jacobian @ frame, np.trace(jacobian)

        return slopes

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self.state, self.frame = float(time), state, frame

    def _rate(self, t: float, y: Array) -> Array:
        frame = y[self.n : self.n * (1 + self.columns)].reshape(self.n, self.columns)
        values, columns, trace = self._slopes(t, y[: self.n], frame)
        return np.concatenate([values, columns.ravel(), [trace] if self.traced else []])

    def _distance_to_blow_up(self, _: float, y: Array) -> float:
        return BLOW_UP - float(np.max(np.abs(y[: self.n])))

    def advance(self, until: Fraction) -> None:
        start = np.concatenate([self.state, self.frame.ravel(), [0.0] if self.traced else []])
        try:
            found = solve_ivp(
                self._rate,
                (self._time, float(until)),
                start,
                "DOP853",
                rtol=self.tolerance,
                atol=ATOL,
                events=self._room,
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
