"""Columns that suffice: tangents are linear, so dependent generators ride on independent ones."""

from __future__ import annotations

import numpy as np
from scipy.linalg import qr as pivoted_qr

from neutralmodes.evidence.engines.balls import ball
from neutralmodes.evidence.engines.base import Array, to_floats
from neutralmodes.evidence.qr import qr

_CLEAR = 1e-6  # a column this far from the span of the others is carried itself


def independent(columns: Array, digits: int) -> tuple[list[int], Array]:
    """Indices B of the columns to carry and coefficients C (q, p) with columns = columns[:, B] C.

    ``columns`` (n, p) are balls. A column that B does not reproduce to ``digits`` joins B, so
    nothing rests on the double-precision choice. At least one column is kept.
    """
    _, r, order = pivoted_qr(to_floats(columns), mode="economic", pivoting=True)
    sizes: Array = np.abs(np.diagonal(r))
    kept = [int(a) for a, s in zip(order, sizes, strict=False) if s > _CLEAR * sizes[0]] or [0]
    coefficients = _solve(columns[:, kept], columns)
    rest = columns - columns[:, kept] @ coefficients
    bound = 10.0**-digits * max(float(sizes[0]), 1e-200)
    far = [any(abs(v.mid()) > bound for v in rest[:, a]) for a in range(columns.shape[1])]
    missed = [a for a, it_is in enumerate(far) if it_is and a not in kept]
    extra = np.full((len(missed), columns.shape[1]), ball(0), dtype=object)
    for row, a in enumerate(missed):
        coefficients[:, a] = ball(0)
        extra[row, a] = ball(1)
    for i, a in enumerate(kept):  # exactly themselves, whatever the solve rounded
        coefficients[:, a] = ball(0)
        coefficients[i, a] = ball(1)
    return kept + missed, np.concatenate([coefficients, extra])


def _solve(basis: Array, columns: Array) -> Array:
    """C with basis C = columns, by Q R and back substitution."""
    factors = qr(basis)
    right = factors.q.T @ columns
    for i in reversed(range(basis.shape[1])):
        if factors.r[i, i] > 0:
            right[i] = (right[i] - factors.r[i, i + 1 :] @ right[i + 1 :]) / factors.r[i, i]
    return right
