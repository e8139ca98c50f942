"""Points of a set where the target is negative: floats that end a hopeless search, and decide nothing else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from flint import fmpq_mpoly

from neutralmodes.exact.positivity_bases import float_terms, size, weights
from neutralmodes.exact.positivity_question import Question

Array = npt.NDArray[np.float64]

_POINTS = 600
_PROJECTIONS = 8
# Far above roundoff: a target that merely touches zero must not end the search.
_NEGATIVE = 1e-6


def seen_negative(question: Question) -> bool:
    """True where a sampled point of the set has a clearly negative target.

    Points are drawn with a fixed seed, at a scale of their own or of each coordinate, and moved onto the equalities by
    Gauss-Newton steps. True means only that no proof is to be expected.
    """
    random = np.random.default_rng(0)
    at = weights(question)
    scale = np.exp(random.uniform(-2.0, 1.0, size=(_POINTS, 1)))
    scale = np.where(np.arange(_POINTS)[:, None] % 2, scale, np.exp(random.uniform(-3.0, 0.5, (_POINTS, len(at)))))
    points = random.normal(size=(_POINTS, len(at))) * scale * np.array(at)
    equalities = [h for h in question.quotient.equalities if not h.is_constant()]
    inside = np.ones(_POINTS, dtype=bool)
    if equalities:
        points = _onto(points, equalities)
        for h in equalities:
            inside &= np.abs(_values(h, points)) < 1e-9 * size(h, at)
    for g in question.inequalities.values():
        inside &= _values(g, points) >= 0
    with np.errstate(invalid="ignore", over="ignore"):
        magnitude = _values(question.target, points, absolute=True)
        return bool(np.any(_values(question.target, points)[inside] < -_NEGATIVE * magnitude[inside]))


def _values(polynomial: fmpq_mpoly, points: Array, absolute: bool = False) -> Array:
    """The polynomial at every point, or the sum of the absolute values of its terms."""
    total: Array = np.zeros(len(points))
    for monomial, c in float_terms(polynomial).items():
        term = np.full(len(points), c)
        for i, e in enumerate(monomial):
            if e:
                term = term * points[:, i] ** e
        total = total + (np.abs(term) if absolute else term)
    return total


def _onto(points: Array, equalities: list[fmpq_mpoly]) -> Array:
    """Points moved towards the common zeros of the equalities."""
    slopes = [[h.derivative(i) for i in range(points.shape[1])] for h in equalities]
    for _ in range(_PROJECTIONS):
        gaps = np.stack([_values(h, points) for h in equalities], axis=1)
        jacobian = np.stack([np.stack([_values(d, points) for d in row], axis=1) for row in slopes], axis=1)
        square = jacobian @ jacobian.transpose(0, 2, 1)
        ridge = 1e-12 * (1.0 + np.trace(square, axis1=1, axis2=2))[:, None, None] * np.eye(len(equalities))
        moves = np.linalg.solve(square + ridge, gaps[:, :, None])
        points = points - (jacobian.transpose(0, 2, 1) @ moves)[:, :, 0]
        points = np.clip(points, -1e9, 1e9)
    return points
