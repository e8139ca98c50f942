"""QR at any precision, Householder's or Gram-Schmidt's done twice, with residuals measured afterwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from scipy.linalg.lapack import dgeqrf, dorgqr

from neutralmodes.evidence.engines.balls import middles
from neutralmodes.evidence.engines.base import DOUBLE_DIGITS, Array, digits_to_bits, to_balls
from neutralmodes.exact.balls import working_precision

_EPS = 2.0**-52
_SUSPECT = 1e-12  # of the frame's norm: a diagonal below may be rounding alone


@dataclass(frozen=True)
class QR:
    """V = Q R with Q (n, k) orthonormal and R (k, k) upper triangular, its diagonal >= 0."""

    q: Array
    r: Array

    @property
    def diagonal(self) -> Array:
        return self.r.diagonal()


def qr(frame: Array) -> QR:
    """Factor a frame (n, k), k <= n, in the arithmetic of its entries (double, heyoka real, arb).

    A column that is zero, not finite, or in double depends on earlier ones to rounding, leaves a zero
    on the diagonal and a zero column in Q.
    Doubles are left to LAPACK's Householder reflections; elsewhere two passes make Q orthogonal to
    working precision (Giraud, Langou, Rozloznik, van den Eshof 2005).

    >>> qr(np.array([[3.0, 1.0], [4.0, 2.0]])).r
    array([[5. , 2.2],
           [0. , 0.4]])
    """
    if frame.dtype == np.float64:
        size = math.sqrt(np.vdot(frame, frame))
        if math.isfinite(size):
            return _by_householder(frame, size)
    n, k = frame.shape
    zero = frame[0, 0] * 0
    q, r = np.full((n, k), zero, dtype=frame.dtype), np.full((k, k), zero, dtype=frame.dtype)
    for j in range(k):
        column = frame[:, j]
        for _ in range(2):
            if j:
                along = q[:, :j].T @ column
                column = _centred(column - q[:, :j] @ along)
                r[:j, j] = r[:j, j] + along
        norm = _norm(column)
        if float(norm) > 0:
            q[:, j], r[j, j] = column / norm, norm
    return QR(_centred(q), _centred(r))


def _by_householder(frame: Array, size: float) -> QR:
    """LAPACK's, with signs that make the diagonal positive; rounding alone there counts as zero."""
    n, k = frame.shape
    packed, tau, *_ = dgeqrf(frame)
    r = packed[:k] * _upper(k)
    diagonal = r.diagonal()
    signs = np.sign(diagonal)
    if min(map(abs, diagonal.tolist())) <= _SUSPECT * size:
        signs *= np.abs(diagonal) > n * _EPS * np.sqrt((r * r).sum(axis=0))
    return QR(dorgqr(packed, tau)[0] * signs, r * signs[:, None])


@lru_cache(maxsize=64)
def _upper(k: int) -> Array:
    """Ones on and above the diagonal."""
    return np.triu(np.ones((k, k)))


def _centred(values: Array) -> Array:
    """Balls lose their radii, which the residuals measure better; other numbers stay."""
    return middles(values) if values.dtype == object else values


def _norm(column: Array) -> Any:
    return np.sqrt(np.array([column @ column], dtype=column.dtype))[0]


def defects(frame: Array, factors: QR, digits: int = DOUBLE_DIGITS) -> tuple[float, float]:
    """(|Q^T Q - I|, |V - Q R| / |V|), largest entries: rounded in hardware arithmetic, else proved bounds.

    The bounds are balls at twice the working ``digits``, from the exact values of the entries.
    """
    q, r = factors.q, factors.r
    if frame.dtype.kind == "f":
        return _residuals(frame, q, r)
    with working_precision(2 * digits_to_bits(digits)):
        return _residuals(*(to_balls(_centred(m)) for m in (frame, q, r)))


def _residuals(frame: Array, q: Array, r: Array) -> tuple[float, float]:
    gram, rest = q.T @ q, frame - q @ r
    gram.flat[:: len(gram) + 1] -= 1
    size = _largest(frame)
    return _largest(gram), _largest(rest) / size if size else 0.0


def _largest(values: Array) -> float:
    """The largest absolute value, for balls its upper bound."""
    if values.dtype == object:
        return max(float(v.abs_upper()) for v in values.ravel())
    return float(np.abs(values).max())
