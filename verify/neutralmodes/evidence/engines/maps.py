"""Maps by their exact rule: compiled to doubles, or on balls of any number of digits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.evidence.engines.balls import BALLS, ball, middles
from neutralmodes.evidence.engines.base import DOUBLE_DIGITS, Array, Halted, digits_to_bits, finite
from neutralmodes.evidence.engines.doubles import DOUBLES
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import jacobian_of
from neutralmodes.evidence.variational import variational
from neutralmodes.exact.balls import working_precision


class LogVolume:
    """The log-volume growth along an orbit from determinants of the Jacobian, in double."""

    def __init__(self, model: Model) -> None:
        self._jacobian = jacobian_of(model)

    def along(self, visited: Sequence[Sequence[float]]) -> float:
        """Sum of log |det DF| over states, each followed by its time."""
        found = [self._jacobian(np.array(v[:-1]), v[-1]) for v in visited]
        sign, logs = np.linalg.slogdet(np.array(found))
        return float(np.sum(logs)) if np.all(sign != 0) else -math.inf


class DoubleMap:
    """A map with k tangent columns on Python floats."""

    def __init__(self, model: Model, columns: int, traced: bool = False) -> None:
        self.n, self.columns = model.n, columns
        plan = variational(model, columns)
        self._rule = plan.program.compiled(plan.outputs, DOUBLES)
        self._parameters = [float(v) for v in model.parameters.values()]
        self._volume = LogVolume(model) if traced else None
        self.name, self.working_digits, self.steps, self.trace = "exact rule in double", DOUBLE_DIGITS, 0, 0.0
        self.tolerance, self.cost = 2.0**-52, 1e-6 + 6e-8 * len(plan.program.ops)

    def precision(self) -> AbstractContextManager[None]:
        return nullcontext()

    def number(self, value: Fraction | float | int) -> float:
        return float(value)

    def array(self, values: Iterable[Any]) -> Array:
        return np.array([float(v) for v in values])

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self.state, self.frame = int(time), state, frame

    def advance(self, until: Fraction) -> None:
        values, visited = [*self.state.tolist(), *self.frame.ravel().tolist()], []
        try:
            while self._time < until:
                visited.append((*values[: self.n], float(self._time)))
                values = list(self._rule([*values, *self._parameters, float(self._time)]))
                self._time, self.steps = self._time + 1, self.steps + 1
        except (ArithmeticError, ValueError) as error:
            raise Halted(f"blow-up ({error})", self._time) from error
        state = np.array(values[: self.n])
        if not finite(state):
            raise Halted("blow-up (a value is no longer finite)", self._time)
        self.state, self.frame = state, np.array(values[self.n :]).reshape(self.n, self.columns)
        self.trace = self._volume.along(visited) if self._volume else 0.0


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
