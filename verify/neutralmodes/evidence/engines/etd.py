"""Stiff semilinear flows x' = L x + N(x) by exponential time differencing: L, diagonal, is solved exactly.

ETDRK4 of Cox and Matthews (2002) with the coefficients of Kassam and Trefethen (2005). State and
tangent columns obey one such equation with the same L and are stepped together.
"""

from __future__ import annotations

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
_MOST = 2**16  # steps of one window
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

    Steps are equal within a window; their number is doubled or halved where a sampled window, done
    again with half the step, says so.
    """

    def __init__(self, model: Model, columns: int, traced: bool = False) -> None:
        self.n, self.columns, self.traced, self.steps = model.n, columns, traced, 0
        if is_driven(model):
            raise EvidenceError(f"{model.name}: the ETD engine has no driven rules; use engine 'auto'")
        self._linear = linear_part(model)
        self._rest = rest_of(model, self._linear, traced)
        speed = f"linear part {stiffness(model):.3g} times the rest"
        self.name = f"ETDRK4, error {TOLERANCE:g} a window, {speed}, {self._rest.how}"
        self.tolerance, self.cost = TOLERANCE, 2e-4
        self._weights: dict[float, _Weights] = {}
        self._per_window, self._windows = 4, 0
        self.trace: Any = 0.0

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self._time, self._block = float(time), np.concatenate([state[:, None], frame], axis=1)
        self.state, self.frame = state, frame

    def advance(self, until: Fraction) -> None:
        length = float(until) - self._time
        if self._windows % _EVERY == 0:
            self._choose_step(length)
            self.tolerance = TOLERANCE / self._per_window
        self._windows += 1
        self._block, self.trace = self._run(self._block, length, self._per_window)
        self.state, self.frame = self._block[:, 0].copy(), self._block[:, 1:].copy()
        self._time = float(until)

    def _choose_step(self, length: float) -> None:
        coarse, _ = self._run(self._block, length, self._per_window)
        while self._per_window < _MOST:
            fine, _ = self._run(self._block, length, 2 * self._per_window)
            error = float(np.max(np.abs(fine - coarse))) / float(np.max(np.abs(fine)))
            if error <= TOLERANCE:
                if error < TOLERANCE / 50 and self._per_window > 1:  # 2^4 per halving, and a margin
                    self._per_window //= 2
                return
            self._per_window, coarse = 2 * self._per_window, fine
        raise Halted(f"no progress in {_MOST} steps", self._time)

    def _run(self, block: Array, length: float, count: int) -> tuple[Array, float]:
        weights = self._weights_of(length / count)
        trace = 0.0
        for _ in range(count):
            block, more = self._step(block, weights)
            trace += more
        self.steps += count
        if not np.max(np.abs(block[:, 0])) < BLOW_UP:
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
