"""Flows by Taylor series on python-flint, any number of digits: the engine where heyoka is missing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from typing import Any

import flint
import numpy as np
from flint import arb, arb_series

from neutralmodes.evidence.engines.balls import SERIES, ball, middles
from neutralmodes.evidence.engines.base import BLOW_UP, Array, Halted, digits_to_bits
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.variational import variational
from neutralmodes.exact.balls import working_precision

MAX_STEPS = 1_000_000


@contextmanager
def series_length(length: int) -> Iterator[None]:
    """Set python-flint's global series length and restore it on the way out."""
    before = flint.ctx.cap
    flint.ctx.cap = length
    try:
        yield
    finally:
        flint.ctx.cap = before


class SeriesFlow:
    """A flow with k tangent columns; order and steps as in Jorba and Zou (2005), radii dropped."""

    def __init__(self, model: Model, columns: int, digits: int, traced: bool = False) -> None:
        self.n, self.columns, self.traced = model.n, columns, traced
        self.working_digits = digits
        self._bits = digits_to_bits(self.working_digits)
        self.order = math.ceil(self._bits * math.log(2) / 2 + 1)
        plan = variational(model, columns, traced)
        with working_precision(self._bits):
            self._rule = plan.program.compiled(plan.outputs, SERIES)
            self._parameters = [ball(v) for v in model.parameters.values()]
        self.name, self.steps = f"python-flint taylor order {self.order}", 0
        self.tolerance = 10.0**-digits
        self.cost = 1.6e-7 * len(plan.program.ops) * self.order**2
        self.trace: Any = self.number(0)

    def precision(self) -> AbstractContextManager[None]:
        return working_precision(self._bits)

    def number(self, value: Fraction | float | int) -> arb:
        with working_precision(self._bits):
            return ball(value)

    def array(self, values: Iterable[Any]) -> Array:
        return middles(np.array([self.number(v) for v in values], dtype=object))

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self.state, self.frame = self.number(time), state, frame

    def advance(self, until: Fraction) -> None:
        end, n = self.number(until), self.n
        values = [*self.state, *self.frame.ravel(), *([self.number(0)] if self.traced else [])]
        with working_precision(self._bits):
            for _ in range(MAX_STEPS):
                left = (end - self._time).mid()
                if not left > 0:
                    break
                values = self._step(values, left)
                if not all(abs(v) < BLOW_UP for v in values[:n]):
                    raise Halted("blow-up", float(self._time))
            else:
                raise Halted(f"no progress in {MAX_STEPS} steps", float(self._time))
        self.state = np.array(values[:n], dtype=object)
        self.frame = np.array(values[n : n * (1 + self.columns)], dtype=object).reshape(n, self.columns)
        self.trace = values[-1] if self.traced else self.number(0)

    def _step(self, values: list[arb], left: arb) -> list[arb]:
        jets = self._jets(values)
        size = _log2_size(jets, 0)
        reach = min(_radius(jets, size, p) for p in (self.order - 1, self.order))
        if not math.isfinite(reach) and reach != math.inf:
            raise Halted("blow-up (a value is no longer finite)", float(self._time))
        length = left
        if reach < math.log2(max(float(left), 1e-300)):
            length = arb(2) ** arb(reach)
        length = length.mid()
        self._time = (self._time + length).mid()
        self.steps += 1
        return [_horner(jet, length) for jet in jets]

    def _jets(self, values: list[arb]) -> list[list[arb]]:
        """Taylor coefficients by Picard iteration: each pass through the rule adds one."""
        jets: list[list[arb]] = [[v] for v in values]
        for p in range(1, self.order + 1):
            with series_length(p):
                time = arb_series([self._time, 1])
                rates = self._rule([*(arb_series(j) for j in jets), *self._parameters, time])
            for jet, rate in zip(jets, rates, strict=True):
                jet.append((_coefficient(rate, p - 1) / p).mid())
        return jets


def _coefficient(rate: Any, index: int) -> arb:
    if isinstance(rate, arb_series):
        return rate[index]
    return rate if index == 0 else arb(0)


def _log2_size(jets: list[list[arb]], p: int) -> float:
    """log2 of the largest coefficient of order p (or of 1 at order 0); nan where not finite."""
    largest = arb(1) if p == 0 else arb(0)
    for jet in jets:
        if not jet[p].is_finite():
            return math.nan
        largest = largest.max(abs(jet[p]))
    return float(largest.log() / arb(2).log()) if largest > 0 else -math.inf


def _radius(jets: list[list[arb]], size: float, p: int) -> float:
    """log2 of the safe step that coefficient p suggests: e^-2 times the convergence radius."""
    return (size - _log2_size(jets, p)) / p - 2 / math.log(2)


def _horner(jet: list[arb], length: arb) -> arb:
    total = jet[-1]
    for coefficient in reversed(jet[:-1]):
        total = total * length + coefficient
    return total.mid()
