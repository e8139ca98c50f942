"""Points of a set where the target is negative: floats that end a hopeless search, and decide nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from flint import fmpq_mpoly

from neutralmodes.exact.positivity_bases import float_terms, size, weights
from neutralmodes.exact.positivity_question import Question, ask
from neutralmodes.exact.positivity_work import Work

Array = npt.NDArray[np.float64]

_POINTS = 600
_PROJECTIONS = 8
# Far above roundoff: a target that merely touches zero must not end the search.
_NEGATIVE = 1e-6
# Far below what a strict proof could show.
_ZERO = 1e-9
_ROUNDS, _KEPT, _NEIGHBOURS = 16, 20, 15


def seen_negative(question: Question) -> bool:
    """True where a sampled point of the set has a clearly negative target, or a strict one nearly zero.

    True means only that no proof is to be expected.
    """
    at = weights(question)
    scale = np.exp(_random().uniform(-2.0, 1.0, size=(_POINTS, 1)))
    own = np.exp(_random().uniform(-3.0, 0.5, (_POINTS, len(at))))
    spread = np.where(np.arange(_POINTS)[:, None] % 2, scale, own)
    points = _inside(question, _random().normal(size=(_POINTS, len(at))) * spread * np.array(at))
    least = _ratios(question, points)
    if np.any(least < -_NEGATIVE):
        return True
    return question.strict and len(points) > 0 and _touches_zero(question, points[np.argsort(least)[:_KEPT]])


def _touches_zero(question: Question, points: Array) -> bool:
    """Whether a walk downhill from these points of the set ends where the target vanishes."""
    random, at = _random(), np.array(weights(question))
    for k in range(_ROUNDS):
        near = np.repeat(points, _NEIGHBOURS, axis=0)
        moves = random.normal(size=near.shape) * (np.abs(near) + 0.1 * at) * 0.5**k
        points = np.concatenate([points, _inside(question, near + moves)])
        ratios = _ratios(question, points)
        best = np.argsort(ratios, kind="stable")[:_KEPT]
        points = points[best]
        if ratios[best[0]] < _ZERO:
            return True
    return False


def farthest(square: fmpq_mpoly, inequalities: Sequence[fmpq_mpoly], equalities: Sequence[fmpq_mpoly]) -> float:
    """The largest value of a square seen on the set, at points drawn at every scale; 0 where none was met."""
    question = ask(square, inequalities, equalities, False, Work(1.0))
    scale = np.exp(_random().uniform(-2.0, 12.0, size=(_POINTS, 1)))
    points = _inside(question, _random().normal(size=(_POINTS, square.context().nvars())) * scale)
    return float(_values(square, points).max(initial=0.0))


def _random() -> np.random.Generator:
    return np.random.default_rng(0)


def _inside(question: Question, points: Array) -> Array:
    """Those points that lie in the set, after Gauss-Newton steps onto its equalities."""
    at, inside = weights(question), np.ones(len(points), dtype=bool)
    equalities = [h for h in question.quotient.equalities if not h.is_constant()]
    with np.errstate(invalid="ignore", over="ignore"):
        if equalities:
            points = _onto(points, equalities)
            for h in equalities:
                inside &= np.abs(_values(h, points)) < 1e-9 * size(h, at)
        for g in question.inequalities.values():
            inside &= _values(g, points) >= 0
    return points[inside]


def _ratios(question: Question, points: Array) -> Array:
    """The target over the sum of the absolute values of its terms."""
    with np.errstate(invalid="ignore", over="ignore"):
        magnitude = _values(question.target, points, absolute=True)
        return np.nan_to_num(_values(question.target, points) / np.where(magnitude > 0, magnitude, 1.0), nan=1.0)


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
