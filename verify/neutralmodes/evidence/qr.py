"""QR at any precision, by Householder or by Gram-Schmidt, with residuals measured afterwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from flint import arb_mat
from scipy.linalg.lapack import dgeqrf, dorgqr

from neutralmodes.evidence.engines.balls import middles
from neutralmodes.evidence.engines.base import DOUBLE_DIGITS, Array, digits_to_bits, to_balls
from neutralmodes.evidence.gram_schmidt import gram_schmidt
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

    A column that is zero, not finite, or to rounding a combination of earlier ones leaves a zero on the
    diagonal and a zero column in Q. Doubles are left to LAPACK's Householder reflections.

    >>> qr(np.array([[3.0, 1.0], [4.0, 2.0]])).r
    array([[5. , 2.2],
           [0. , 0.4]])
    """
    if frame.dtype == np.float64:
        size = math.sqrt(np.vdot(frame, frame))
        if math.isfinite(size):
            return _by_householder(frame, size)
    return QR(*gram_schmidt(frame))


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


def defects(frame: Array, factors: QR, digits: int = DOUBLE_DIGITS) -> tuple[float, float]:
    """(|Q^T Q - I|, |V - Q R| / |V|), largest entries: rounded in hardware arithmetic, else proved bounds.

    The bounds are balls at twice the working ``digits``, from the exact values of the entries.
    """
    q, r = factors.q, factors.r
    if np.issubdtype(frame.dtype, np.floating):
        gram = q.T @ q - np.eye(q.shape[1])
        return _relative(float(np.abs(gram).max()), float(np.abs(frame - q @ r).max()), float(np.abs(frame).max()))
    with working_precision(2 * digits_to_bits(digits)):
        v, q, r = (_matrix(to_balls(_centred(m))) for m in (frame, q, r))
        gram = q.transpose() * q - arb_mat(q.ncols(), q.ncols(), 1)
        return _relative(*(max(float(x.abs_upper()) for x in m.entries()) for m in (gram, v - q * r, v)))


def _relative(orthogonality: float, rest: float, size: float) -> tuple[float, float]:
    return orthogonality, rest / size if size else 0.0


def _matrix(balls: Array) -> arb_mat:
    return arb_mat(*balls.shape, balls.ravel().tolist())
