"""A rule known by its values: a Python function of (t, y), and derivatives along vectors from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines.base import Array

METHODS = ("auto", "complex", "difference")
_CALL = 1e-5  # seconds of a call of a plain function
_COMPLEX_STEP = 1e-100  # no difference is taken, so nothing cancels (Squire and Trapp 1998)
_AGREE = 1e-4  # a complex step that a difference contradicts is wrong, e.g. across abs or conj
_FOUR_POINTS = ((1, 8 / 12), (-1, -8 / 12), (2, -1 / 12), (-2, 1 / 12))


class Box:
    """``values`` (n,) and ``along`` (n, k) of a black box; ``method`` says how derivatives are made.

    Raises InputError for an unknown jvp, EvidenceError where the function fails at ``start``, has
    another shape there or depends on the time.
    """

    def __init__(self, function: Callable[..., Any], jvp: Callable[..., Any] | str, start: Array, coarse: float = 1.0):
        self._function, self._jvp, self._coarse = function, jvp, coarse
        self.name, self.n = getattr(function, "__name__", repr(function)), len(start)
        self.eps = self._probe(start)
        if not callable(jvp) and jvp not in METHODS:
            raise InputError(f"jvp: expected a function of (t, y, v) or one of {', '.join(METHODS)}, got {jvp!r}")
        self.method = "given" if callable(jvp) else self._choose(jvp, start)

    def _probe(self, start: Array) -> float:
        """The relative rounding of the function's own arithmetic, from the dtype that it returns."""
        try:
            found, later = (np.asarray(self._function(t, start.copy())) for t in (0.0, 1.0))
        except Exception as error:
            raise EvidenceError(f"{self.name} fails at the start: {type(error).__name__}: {error}") from error
        if found.shape != (self.n,):
            raise EvidenceError(f"{self.name} maps a state of shape ({self.n},) to shape {found.shape}")
        if not np.array_equal(found, later, equal_nan=True):
            raise EvidenceError(f"{self.name} depends on the time: add an angle with rate 1 instead")
        return float(np.finfo(found.dtype if found.dtype.kind == "f" else np.float64).eps)

    def _choose(self, wanted: str, start: Array) -> str:
        if wanted != "auto":
            return wanted
        frame = np.random.default_rng(0).standard_normal((self.n, 1))
        with np.errstate(all="ignore"):
            try:
                complex_step = self._complex_step(start, frame, 0.0)
            except Exception:  # whatever the user's function raises on complex numbers
                return "difference"
            difference = self._difference(start, frame, 0.0)
        error = np.linalg.norm(complex_step - difference)
        return "complex" if error <= _AGREE * np.linalg.norm(difference) else "difference"

    def coarser(self, start: Array) -> Box:
        """The same rule with longer difference steps, for the size of their error."""
        method = self._jvp if callable(self._jvp) else self.method
        return Box(self._function, method, start, coarse=10.0)

    def values(self, state: Array, time: float) -> Array:
        """f(t, x), shape (n,)."""
        return np.asarray(self._function(time, state.copy()), dtype=np.float64)

    def along(self, state: Array, frame: Array, time: float) -> Array:
        """Df(x) V for a frame V of shape (n, k)."""
        if callable(whole := getattr(self._jvp, "of_frame", None)):  # all columns at once, where that is offered
            return np.asarray(whole(time, state.copy(), frame), dtype=np.float64)
        if callable(self._jvp):
            columns = [np.asarray(self._jvp(time, state.copy(), v), dtype=np.float64) for v in frame.T]
            return np.stack(columns, axis=1)
        return (self._complex_step if self.method == "complex" else self._difference)(state, frame, time)

    def seconds(self, columns: int) -> float:
        """The nominal cost of a value with so many derivatives (never measured: runs must repeat)."""
        return float(getattr(self._jvp, "seconds", _CALL * (1 + 2 * columns)))

    def jacobian(self, state: Array, time: float = 0.0) -> Array:
        """Df(x), shape (n, n)."""
        return self.along(state, np.eye(self.n), time)

    def _complex_step(self, state: Array, frame: Array, time: float) -> Array:
        shifted = (state + 1j * _COMPLEX_STEP * v for v in frame.T)
        return np.stack([np.asarray(self._function(time, y)).imag / _COMPLEX_STEP for y in shifted], axis=1)

    def _difference(self, state: Array, frame: Array, time: float) -> Array:
        """Central differences of order 4: the step balances h^4 against eps / h."""
        sizes = np.max(np.abs(frame), axis=0)
        steps = self._coarse * self.eps**0.2 * max(1.0, float(np.max(np.abs(state)))) / np.where(sizes > 0, sizes, 1.0)
        found = np.zeros_like(frame)
        for shift, weight in _FOUR_POINTS:
            for c, h in enumerate(steps):
                found[:, c] += weight / h * self.values(state + shift * h * frame[:, c], time)
        return found
