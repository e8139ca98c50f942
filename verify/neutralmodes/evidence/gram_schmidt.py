"""Gram-Schmidt at any precision, with a further pass wherever the first may have left a column oblique.

A running bound on |Q^T Q - I| tells which columns need one (after Daniel, Gragg, Kaufman, Stewart 1976): of a
well-conditioned frame only a few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from flint import arb, arb_mat

from neutralmodes.evidence.engines.base import Array
from neutralmodes.exact.balls import precision, working_precision

_SLACK = 2.0**10  # roundings of orthogonality that a column may lose to save a pass
_GUARD = 64  # bits by which balls are raised, to be lost instead
_NOTHING = 4.0  # roundings for each entry: of a column that kept no more nothing is known


class _Columns(Protocol):
    """The orthonormal columns so far; vectors are of its own kind, squares are numbers."""

    def given(self, j: int) -> Any: ...

    def along(self, j: int, vector: Any) -> Any: ...

    def without(self, j: int, vector: Any, along: Any) -> Any: ...

    def square(self, vector: Any) -> Any: ...

    def keep(self, j: int, vector: Any, along: Any, square: Any) -> None: ...

    def factors(self) -> tuple[Array, Array]: ...


@dataclass
class _Watch:
    """Bound on |Q^T Q - I| over the columns so far, in roundings."""

    allowed: float
    bound: float = 1.0

    def accepts(self, kept: float) -> bool:
        """Whether a column that kept this part of its length in a pass is orthogonal as far as is allowed:
        what Q lacks and what was rounded now weigh 1 / kept."""
        oblique = (self.bound * math.sqrt(max(0.0, 1.0 - kept * kept)) + 1.0) / kept
        if oblique > self.allowed:
            return False
        self.bound = math.hypot(self.bound, oblique)
        return True


def gram_schmidt(frame: Array) -> tuple[Array, Array]:
    """Q (n, k) and R (k, k) of a frame in the arithmetic of its entries: float, heyoka real or arb.

    A column that is zero, not finite, or to rounding a combination of earlier ones leaves a zero on the
    diagonal and a zero column in Q.
    """
    if frame.dtype != object:
        with np.errstate(all="ignore"):
            return _orthonormalise(_Arrays(frame), frame.shape, _eps(frame), _Watch(_SLACK))
    bits = precision()
    with working_precision(bits + _GUARD):
        return _orthonormalise(_Balls(frame), frame.shape, 2.0**-bits, _Watch(2.0**_GUARD))


def _orthonormalise(columns: _Columns, shape: tuple[int, ...], eps: float, watch: _Watch) -> tuple[Array, Array]:
    n, k = shape
    for j in range(k):
        vector, along = columns.given(j), None
        square = columns.square(vector)
        length = float(square / square) if square > 0 else 0.0  # what is left of it, relative; nan where not finite
        while j and length > _NOTHING * n * eps:
            more = columns.along(j, vector)
            along = more if along is None else along + more
            vector = columns.without(j, vector, more)
            before, square = square, columns.square(vector)
            kept = math.sqrt(float(square / before))
            length *= kept
            if kept > 0 and watch.accepts(kept):
                break
        if length > _NOTHING * n * eps:
            columns.keep(j, vector, along, square)
    return columns.factors()


class _Arrays:
    """Numbers of numpy's or heyoka's: products by their own loops in C."""

    def __init__(self, frame: Array) -> None:
        k = frame.shape[1]
        self._frame, zero = frame, frame[0, 0] * 0
        self._q, self._r = np.full(frame.shape, zero, frame.dtype), np.full((k, k), zero, frame.dtype)

    def given(self, j: int) -> Array:
        return self._frame[:, j]

    def along(self, j: int, vector: Array) -> Array:
        return self._q[:, :j].T @ vector

    def without(self, j: int, vector: Array, along: Array) -> Array:
        return vector - self._q[:, :j] @ along

    def square(self, vector: Array) -> Any:
        return vector @ vector

    def keep(self, j: int, vector: Array, along: Array | None, square: Any) -> None:
        norm = np.sqrt(np.array([square]))[0]
        self._q[:, j], self._r[j, j] = vector * (1 / norm), norm
        if along is not None:
            self._r[:j, j] = along

    def factors(self) -> tuple[Array, Array]:
        return self._q, self._r


class _Balls:
    """Centres of balls, products by python-flint: columns that are not there yet are zeros, which cost nothing."""

    def __init__(self, frame: Array) -> None:
        self._columns = frame.T.tolist()
        self._n, self._k = frame.shape
        self._matrix = arb_mat(self._n, self._k)
        self._q, self._r = ([[arb(0)] * size for _ in range(self._k)] for size in frame.shape)  # columns

    def given(self, j: int) -> arb_mat:
        return arb_mat(self._n, 1, self._columns[j]).mid()

    def along(self, j: int, vector: arb_mat) -> arb_mat:
        return (vector.transpose() * self._matrix).mid()

    def without(self, j: int, vector: arb_mat, along: arb_mat) -> arb_mat:
        return (vector - self._matrix * along.transpose()).mid()

    def square(self, vector: arb_mat) -> arb:
        return (vector.transpose() * vector)[0, 0].mid()

    def keep(self, j: int, vector: arb_mat, along: arb_mat | None, square: arb) -> None:
        norm, matrix = square.sqrt().mid(), self._matrix
        self._q[j] = (vector * (1 / norm)).mid().entries()
        for i, value in enumerate(self._q[j]):
            matrix[i, j] = value
        if along is not None:
            self._r[j] = along.entries()
        self._r[j][j] = norm

    def factors(self) -> tuple[Array, Array]:
        q, r = (np.array(columns, dtype=object).T for columns in (self._q, self._r))
        return q, r


def _eps(frame: Array) -> float:
    """The unit of rounding: of numpy's floats, or of heyoka's reals by the bits of their first."""
    if np.issubdtype(frame.dtype, np.floating):
        return float(np.finfo(frame.dtype).eps)
    return float(2.0 ** -frame[0, 0].prec)
