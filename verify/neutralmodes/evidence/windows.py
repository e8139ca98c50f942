"""The QR loop: a frame carried from window to window, its growth taken off and recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.base import DOUBLE_DIGITS, Array, Engine, from_balls, to_balls, to_floats
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import Pointwise
from neutralmodes.evidence.qr import QR, defects, qr

TARGET_SPREAD = 12.0  # natural-log growth between first and last column that a window should reach
NARROWEST = math.exp(-18.0)  # beyond this spread (8 digits of a double) a window is redone in halves
SAMPLED = 8  # in double, where LAPACK factors, every eighth window's residuals are looked at
DEEPEST = 20  # halvings of one window
SLACK = 1e-9  # rounding that an inequality g >= 0 is forgiven


@dataclass
class Record:
    """What the loop leaves: window ends, log growth (m, k), log-volumes, the worst QR residuals."""

    times: list[Fraction] = field(default_factory=list)
    growth: list[Array] = field(default_factory=list)
    volume: list[Any] = field(default_factory=list)
    orthogonality: float = 0.0
    factorisation: float = 0.0
    leaves_region: float | None = None
    collapses: int = 0


@dataclass(frozen=True)
class Step:
    """The end of one factored stretch: time, state (n,), Q (n, k) there and the R (k, k) that led to it."""

    time: Fraction
    state: Array
    q: Array
    r: Array


class Loop:
    """State and frame of one run: ``place`` starts it, ``window`` advances it by one window."""

    def __init__(self, engine: Engine, model: Model) -> None:
        self.engine, self.model = engine, model
        self.record = Record()
        self.steps: list[Step] | None = None  # a list keeps every factor, for a pass backwards
        self._region = Pointwise(model, model.inequalities)
        self._is_flow = model.is_flow
        self._normals = Pointwise(model, model.constraints, jacobian=True) if model.constraints else None

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        """Start at a state (n,) with a frame (n, k), which is orthonormalised."""
        self.time, self.state = time, state
        self.frame = self._factor(frame, state).q
        self._watch()

    def window(self, length: Fraction) -> Array:
        """Advance by ``length``; returns and records the log growth of the k columns.

        Raises Halted from the engine, EvidenceError where a flow's frame loses a column.
        """
        growth, volume = self._advance(length, depth=0)
        self.record.times.append(self.time)
        self.record.growth.append(growth)
        self.record.volume.append(volume)
        self._watch()
        return growth

    def _advance(self, length: Fraction, depth: int) -> tuple[Array, Any]:
        engine, until = self.engine, self.time + length
        engine.place(self.time, self.state, self.frame)
        engine.advance(until)
        factors = self._factor(engine.frame, engine.state)
        sizes = to_floats(factors.diagonal).tolist()
        smallest = min(sizes)
        if smallest < NARROWEST * max(sizes) and depth < DEEPEST and (self._is_flow or length > 1):
            half = length / 2 if self._is_flow else Fraction(int(length) // 2)
            first, volume = self._advance(half, depth + 1)
            second, more = self._advance(length - half, depth + 1)
            return first + second, volume + more
        growth = self._take(engine.frame, factors) if smallest > 0 else self._refill(factors)
        self.time, self.state = until, engine.state
        if self.steps is not None:
            self.steps.append(Step(self.time, self.state, factors.q, factors.r))
        return growth, engine.trace

    def _factor(self, frame: Array, state: Array) -> QR:
        """QR within the tangent space of the constraints: their gradients are taken out first."""
        if self._normals is None:
            return qr(frame)
        gradients = from_balls(self._normals.balls(to_balls(state)), self.engine).T
        m = gradients.shape[1]
        whole = qr(np.concatenate([gradients, frame], axis=1))
        return QR(whole.q[:, m:], whole.r[m:, m:])

    def _take(self, frame: Array, factors: QR) -> Array:
        """Record the residuals, keep Q, and return the logs of R's diagonal."""
        if self.engine.working_digits > DOUBLE_DIGITS or len(self.record.growth) % SAMPLED == 0:
            self._check(frame, factors)
        self.frame = factors.q
        return np.log(factors.diagonal)

    def _check(self, frame: Array, factors: QR) -> None:
        record = self.record
        orthogonality, rest = defects(frame, factors, self.engine.working_digits)
        record.orthogonality = max(record.orthogonality, orthogonality)
        if self._normals is None:
            record.factorisation = max(record.factorisation, rest)

    def _refill(self, factors: QR) -> Array:
        """A map may send a direction to zero: its growth is -inf and a fresh direction goes on."""
        lost = to_floats(factors.diagonal) <= 0
        if self.model.is_flow:
            raise EvidenceError(f"the frame lost a column at time {float(self.time):.6g}")
        self.record.collapses += 1
        seeded = np.random.default_rng(self.record.collapses).standard_normal(factors.q.shape)
        q = factors.q.copy()
        q[:, lost] = self.engine.array(seeded.ravel()).reshape(q.shape)[:, lost]
        order = np.argsort(lost, kind="stable")  # the columns that are still there keep their span
        q[:, order] = qr(q[:, order]).q
        self.frame = q
        growth = np.full(len(lost), -np.inf)
        growth[~lost] = np.log(to_floats(factors.diagonal)[~lost])
        return growth

    def _watch(self) -> None:
        if self.record.leaves_region is None and self.model.inequalities:
            time = float(self.time)
            if any(value < -SLACK for value in self._region.values(to_floats(self.state), time)):
                self.record.leaves_region = time
