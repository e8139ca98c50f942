"""Stiff semilinear flows x' = L x + N(x) by exponential time differencing: L, diagonal, is solved exactly.

ETDRK4 of Cox and Matthews (2002) with the coefficients of Kassam and Trefethen (2005). State and
tangent columns obey one such equation with the same L and are stepped together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.base import BLOW_UP, Array, Halted, InDoubles
from neutralmodes.evidence.engines.semilinear import is_driven, linear_part, rest_of, stiffness
from neutralmodes.evidence.model import Model

TOLERANCE = 1e-6  # of a window, relative to the largest entry
_EVERY = 50  # windows between two checks of the step by halving it
_EARLY = (1, 2, 4, 8, 16)  # windows after which it is checked too: a random frame still turns off the stiff directions
_MOST, _FEW = 2**16, 2**10  # steps of one window; as many that a blow-up is believed
_MARGIN, _LEAST = 4.0, 1e-4  # kept to the tolerance; of the error, so that the steps grow tenfold at most
_CONTOUR = np.exp(1j * np.pi * (np.arange(32) + 0.5) / 32)  # half a circle: L is real


@dataclass(frozen=True)
class _Weights:
    """Coefficients (n, 1) for one step length; ``length`` itself for the divergence, which has L = 0."""

    length: float
    whole: Array
    half: Array
    between: Array
    first: Array
    middle2: Array
    last: Array

    @classmethod
    def of(cls, linear: Array, h: float) -> _Weights:
        z = h * linear[:, None] + _CONTOUR
        e = np.exp(z)

        def mean(values: Array) -> Array:
            return h * np.mean(values.real, axis=1)[:, None]

        return cls(
            length=h,
            whole=np.exp(h * linear)[:, None],
            half=np.exp(h * linear / 2)[:, None],
            between=mean((np.exp(z / 2) - 1) / z),
            first=mean((-4 - z + e * (4 - 3 * z + z * z)) / z**3),
            middle2=2 * mean((2 + z + e * (z - 2)) / z**3),
            last=mean((-4 - 3 * z - z * z + e * (4 - z)) / z**3),
        )


class EtdFlow(InDoubles):
    """A flow with k tangent columns; L is the diagonal of Df(0), all else is N.

    Steps are equal within a window; their number is chosen anew by a sampled window, done again with half
    the step.
    """

    def __init__(self, model: Model, columns: int, traced: bool = False) -> None:
        self.n, self.columns, self.traced, self.steps = model.n, columns, traced, 0
        if is_driven(model):
            raise EvidenceError(f"{model.name}: the ETD engine has no driven rules; use engine 'auto'")
        self._linear = linear_part(model)
        self._rest = rest_of(model, self._linear, traced)
        speed = f"linear part {stiffness(model):.3g} times the rest"
        self.name = f"ETDRK4, error {TOLERANCE:g} a window, {speed}, {self._rest.how}"
        self.tolerance, self.cost = TOLERANCE, 7e-5 * max(1.0, self.n / 30)
        self._weights: dict[float, _Weights] = {}
        self._windows, self._longest = 0, 0.0  # so far; of a step
        self.trace: Any = 0.0

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self._block = float(time), np.concatenate([state[:, None], frame], axis=1)
        self.state, self.frame = state, frame

    def advance(self, until: Fraction) -> None:
        self._block, self.trace = self._window(float(until))
        self.state, self.frame = self._block[:, 0].copy(), self._block[:, 1:].copy()
        self._time = float(until)

    def _window(self, until: float) -> tuple[Array, float]:
        length = until - self._time
        self._longest = self._longest or length / 4
        if self._windows % _EVERY == 0 or self._windows in _EARLY:
            self._choose_step(length)
        self._windows += 1
        count = self._steps_in(length)
        self.tolerance = TOLERANCE / count
        return self._run(self._block, length, count)

    def _steps_in(self, length: float) -> int:
        return max(1, math.ceil(length / self._longest * (1.0 - 1e-9)))

    def _choose_step(self, length: float) -> None:
        count = self._steps_in(length)
        coarse = self._attempt(length, count)
        while count < _MOST:
            fine = self._attempt(length, 2 * count)
            error = float(np.max(_largest(fine - coarse) / _largest(fine)))
            if error <= TOLERANCE:
                shrunk = min(1.0, max(_MARGIN * error / TOLERANCE, _LEAST)) ** 0.25  # the order is four
                self._longest = length / (count * shrunk)
                return
            count, coarse = 2 * count, fine
        raise Halted(f"no progress in {_MOST} steps", self._time)

    def _attempt(self, length: float, count: int) -> Array:
        """The window's end; where it blows up in few steps, nothing finite: they may have been too long."""
        with np.errstate(over="ignore", invalid="ignore"):
            try:
                return self._run(self._block, length, count)[0]
            except Halted:
                if count > _FEW:
                    raise
                return np.full_like(self._block, np.nan)

    def _run(self, block: Array, length: float, count: int) -> tuple[Array, float]:
        weights = self._weights_of(length / count)
        trace = 0.0
        for _ in range(count):
            block, more = self._step(block, weights)
            trace += more
        self.steps += count
        if not np.max(np.abs(block[..., 0])) < BLOW_UP:
            raise Halted("blow-up", self._time)
        return block, trace

    def _weights_of(self, h: float) -> _Weights:
        if h not in self._weights:
            if len(self._weights) > 16:
                self._weights.clear()
            self._weights[h] = _Weights.of(self._linear, h)
        return self._weights[h]

    def _step(self, u: Array, w: _Weights) -> tuple[Array, float]:
        start, at_start = self._rest(u)
        half = w.half * u
        a = half + w.between * start
        early, at_early = self._rest(a)
        late, at_late = self._rest(half + w.between * early)
        end, at_end = self._rest(w.half * a + w.between * (2 * late - start))
        early += late
        moved = w.whole * u + w.first * start + w.middle2 * early + w.last * end
        return moved, w.length / 6 * (at_start + 2 * at_early + 2 * at_late + at_end)


def _largest(block: Array) -> Array:
    """The largest absolute entry of a block (n, 1 + k), of each where there are several."""
    return np.asarray(np.max(np.abs(block), axis=(-2, -1)))
