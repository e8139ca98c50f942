"""Maps: compiled to doubles, by the values of a black box, or on balls of any number of digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from neutralmodes.evidence.box import Box
from neutralmodes.evidence.engines import cfunc
from neutralmodes.evidence.engines.balls import BALLS, ball, middles
from neutralmodes.evidence.engines.base import Array, Halted, InDoubles, digits_to_bits, finite
from neutralmodes.evidence.engines.doubles import DOUBLES
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import jacobian_of
from neutralmodes.evidence.variational import variational
from neutralmodes.exact.balls import working_precision

Step: TypeAlias = Callable[[Array, float], Array]  # (state and frame row by row, time): the next ones


class LogVolume:
    """The log-volume growth along an orbit from determinants of the Jacobian, in double."""

    def __init__(self, model: Model, by_heyoka: bool = False) -> None:
        self._jacobians = cfunc.jacobians(model) if by_heyoka else _one_by_one(model)

    def along(self, visited: Sequence[Sequence[float]]) -> float:
        """Sum of log |det DF| over states, each followed by its time."""
        points = np.array(visited, dtype=np.float64)
        sign, logs = np.linalg.slogdet(self._jacobians(points[:, :-1], points[:, -1]))
        return float(np.sum(logs)) if np.all(sign != 0) else -math.inf


def _one_by_one(model: Model) -> Callable[[Array, Array], Array]:
    jacobian = jacobian_of(model)
    return lambda states, times: np.array([jacobian(x, t) for x, t in zip(states, times.tolist(), strict=True)])


class DoubleMap(InDoubles):
    """A map with k tangent columns: compiled by heyoka (``by_heyoka``), on Python floats, or a black box."""

    def __init__(self, model: Model, columns: int, traced: bool = False, by_heyoka: bool = False) -> None:
        self.n, self.columns = model.n, columns
        if model.box is not None:
            self._step, self.cost = _step_by_values(model.box, columns), model.box.seconds(columns)
            self.name = f"black box, jvp {model.box.method}"
        elif by_heyoka:
            self._step, self.name, self.cost = cfunc.iterate(model, columns), "exact rule by heyoka's cfunc", 5e-6
        else:
            self._step, work = _step_in_python(model, columns)
            self.name, self.cost = "exact rule in double", 1e-6 + 6e-8 * work
        self._volume = LogVolume(model, by_heyoka) if traced else None
        self.steps, self.trace = 0, 0.0
        self.tolerance = 2.0**-52

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self.state, self.frame = int(time), state, frame

    def advance(self, until: Fraction) -> None:
        values, visited = np.concatenate([self.state, self.frame.ravel()]), []
        try:
            while self._time < until:
                visited.append((*values[: self.n], float(self._time)))
                values = self._step(values, float(self._time))
                self._time, self.steps = self._time + 1, self.steps + 1
        except (ArithmeticError, ValueError) as error:
            raise Halted(f"blow-up ({error})", self._time) from error
        state = values[: self.n]
        if not finite(state):
            raise Halted("blow-up (a value is no longer finite)", self._time)
        self.state, self.frame = state, values[self.n :].reshape(self.n, self.columns)
        self.trace = self._volume.along(visited) if self._volume else 0.0


def _step_in_python(model: Model, columns: int) -> tuple[Step, int]:
    plan = variational(model, columns)
    rule, parameters = plan.program.compiled(plan.outputs, DOUBLES), [float(v) for v in model.parameters.values()]
    return lambda values, time: np.array(rule([*values.tolist(), *parameters, time])), len(plan.program.ops)


def _step_by_values(box: Box, columns: int) -> Step:
    def step(values: Array, time: float) -> Array:
        state, frame = values[: box.n], values[box.n :].reshape(box.n, columns)
        return np.concatenate([box.values(state, time), box.along(state, frame, time).ravel()])

    return step


class BallMap:
    """A map with k tangent columns on balls; ``pseudo`` drops the radii at every iterate.

    With radii kept the result encloses the exact one: digits that are lost are seen.
    """

    def __init__(self, model: Model, columns: int, digits: int, traced: bool = False, pseudo: bool = True) -> None:
        self.n, self.columns, self.pseudo = model.n, columns, pseudo
        self.working_digits, self._bits = digits, digits_to_bits(digits)
        plan = variational(model, columns)
        with working_precision(self._bits):
            self._rule = plan.program.compiled(plan.outputs, BALLS)
            self._parameters = [ball(v) for v in model.parameters.values()]
        self._volume = LogVolume(model) if traced else None
        self.name, self.steps = "exact rule on balls", 0
        self.tolerance, self.cost = 10.0**-digits, 1e-5 + 4e-7 * len(plan.program.ops)
        self.trace: Any = self.number(0)

    def precision(self) -> AbstractContextManager[None]:
        return working_precision(self._bits)

    def number(self, value: Fraction | float | int) -> Any:
        with working_precision(self._bits):
            return ball(value)

    def array(self, values: Iterable[Any]) -> Array:
        found = np.array([self.number(v) for v in values], dtype=object)
        return middles(found) if self.pseudo else found

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self.state, self.frame = int(time), state, frame

    def advance(self, until: Fraction) -> None:
        values, visited = np.array([*self.state, *self.frame.ravel()], dtype=object), []
        with working_precision(self._bits):
            while self._time < until:
                visited.append((*(float(v) for v in values[: self.n]), float(self._time)))
                found = self._rule([*values, *self._parameters, ball(self._time)])
                values = np.array(found, dtype=object)
                values = middles(values) if self.pseudo else values
                self._time, self.steps = self._time + 1, self.steps + 1
        if not all(v.is_finite() for v in values):
            raise Halted("blow-up (a value is no longer finite)", self._time)
        self.state, self.frame = values[: self.n], values[self.n :].reshape(self.n, self.columns)
        self.trace = self._volume.along(visited) if self._volume else 0.0
