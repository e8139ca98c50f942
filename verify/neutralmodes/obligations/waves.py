"""Exact relative equilibria: points of N where f = sum c_a xi_a, which show that a scope is not empty.

Least squares in floats proposes; coordinates are read back as rationals or as rational multiples of
one square root, and accepted by exact arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from neutralmodes.exact.balls import enclose, working_precision
from neutralmodes.exact.expression import Tree, add, multiply, negate, rational, substitute, to_json
from neutralmodes.exact.field import Field
from neutralmodes.exact.floats import values
from neutralmodes.exact.zero import proves_zero
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import sample_points

_MOST_DIMENSIONS = 10
_STARTS, _GAUGES = 6, 12
_DIFFERENCE = 6e-6  # of central differences: the cube root of a rounding
_TRIES = 60  # steps: from these starts a solution is near or not found
_STEEP = 1e9  # slopes beyond are those of a pole
_SMALL = 1e-11  # of residuals and of the distance to a fraction, in double
_DENOMINATOR = 100_000

Floats = npt.NDArray[np.float64]


def relative_equilibrium(ground: Ground, r: int) -> dict[str, Any] | None:
    """{"point", "coefficients"} as expressions: a relative equilibrium inside N with rank Xi = r, or None."""
    if not ground.flow or ground.ranges or ground.n > _MOST_DIMENSIONS or ground.system.constraints:
        return None
    try:
        return next(_waves(ground, r), None)
    except KeyError:  # a function without values: opaque, declared, or kinked
        return None


def _waves(ground: Ground, r: int) -> Iterator[dict[str, Any]]:
    for state, constants in _proposals(ground, r):
        point, coefficients = _exact(state), _exact(constants)
        if point and coefficients and _is_wave(ground, point, coefficients):
            yield {"point": list(map(to_json, point)), "coefficients": list(map(to_json, coefficients))}


def _proposals(ground: Ground, r: int) -> Iterator[tuple[Floats, Floats]]:
    """Solutions of f = Xi c with r coordinates held at zero, the gauge of the group orbit."""
    starts = [[float(v) for v in p[: ground.n]] for p in islice(sample_points(ground), _STARTS)]
    tries = [(held, start) for held in islice(combinations(range(ground.n), r), _GAUGES) for start in starts]
    if not tries:
        return
    free = np.array([[i not in held for i in range(ground.n)] for held, _ in tries])
    first = np.hstack([free * np.array([start for _, start in tries]), np.zeros((len(tries), ground.p))])
    for unknown in _solved(ground, first, free):
        if _rank(ground, unknown[: ground.n]) == r:
            yield unknown[: ground.n], unknown[ground.n :]


def _solved(ground: Ground, unknown: Floats, free: Floats) -> Iterator[Floats]:
    """Zeros of f - Xi c from every row of ``unknown`` = (state, c) at once, by damped Gauss-Newton steps.

    ``free`` tells the coordinates that may move.
    """
    open_ = np.hstack([free, np.ones((len(free), ground.p), dtype=bool)])
    damping, gaps = np.full(len(unknown), 1e-2), _gaps(ground, unknown)
    for _ in range(_TRIES):
        trial = unknown + _step(ground, unknown, gaps, open_, damping)
        after = _gaps(ground, trial)
        better = np.linalg.norm(after, axis=1) < np.linalg.norm(gaps, axis=1)
        unknown, gaps = np.where(better[:, None], trial, unknown), np.where(better[:, None], after, gaps)
        damping = np.where(better, damping / 8, np.minimum(8 * damping, 1e8))
    small = np.abs(gaps).max(axis=1) <= _SMALL * (1 + np.abs(unknown).max(axis=1))
    return iter(unknown[small])


def _step(ground: Ground, unknown: Floats, gaps: Floats, free: Floats, damping: Floats) -> Floats:
    """The Levenberg-Marquardt step of every row, zero where its slopes have no values."""
    (m, k), lengths = unknown.shape, _DIFFERENCE * np.maximum(1.0, np.abs(unknown))
    moves = lengths[:, None, :] * np.eye(k)  # (m, k, k): one unknown moved in each
    ends = [_gaps(ground, (unknown[:, None] + sign * moves).reshape(m * k, k)).reshape(m, k, -1) for sign in (1, -1)]
    with np.errstate(invalid="ignore"):
        slopes = (ends[0] - ends[1]) / (2 * lengths[:, :, None]) * free[:, :, None]  # transposed Jacobians
    known = np.logical_and((np.abs(slopes) < _STEEP).all(axis=(1, 2)), np.isfinite(gaps).all(axis=1))
    slopes = np.where(known[:, None, None], slopes, 0.0)
    square: Floats = slopes @ slopes.transpose(0, 2, 1)
    square[:, range(k), range(k)] += np.maximum(damping * np.trace(square, axis1=1, axis2=2), 1e-12)[:, None]
    right = slopes @ np.where(known[:, None], gaps, 0.0)[:, :, None]
    return np.asarray(-np.linalg.solve(square, right)[:, :, 0], dtype=np.float64)


def _gaps(ground: Ground, unknown: Floats) -> Floats:
    """f - sum of c_a xi_a at every row (state, c), infinite where it has no value."""
    rule, columns = _at(ground, unknown[:, : ground.n].T)
    with np.errstate(all="ignore"):
        along = sum((c * xi for c, xi in zip(unknown[:, ground.n :].T, columns, strict=True)), np.zeros_like(rule))
        gaps = (rule - along).T
    return np.where(np.isfinite(gaps), gaps, np.inf)


def _at(ground: Ground, states: Floats) -> tuple[Floats, list[Floats]]:
    """f and every generator at m states, (n, m) each."""
    at = {name: float(value) for name, value in ground.system.dynamics.values.items()}
    at |= dict(zip(ground.variables, states, strict=True))
    rule, *columns = (np.array([values(t, at) for t in trees]) for trees in (ground.rule, *ground.generators))
    return rule, columns


def _rank(ground: Ground, state: Floats) -> int:
    return int(np.linalg.matrix_rank(np.hstack(_at(ground, state[:, None])[1]), tol=1e-6))


def _exact(numbers: Floats) -> list[Tree] | None:
    """Each number as a rational or as a rational multiple of one common square root, or None."""
    root: Fraction | None = None  # the square of the first irrational number
    found: list[Tree] = []
    for number in numbers.tolist():
        plain = _fraction(number)
        if plain is not None:
            found.append(rational(plain))
            continue
        root = root if root is not None else _fraction(number * number)
        share = None if root is None or root <= 0 else _fraction(number / float(root) ** 0.5)
        if root is None or share is None:
            return None
        found.append(multiply((rational(share), ("sqrt", rational(root)))))
    return found


def _fraction(number: float) -> Fraction | None:
    near = Fraction(number).limit_denominator(_DENOMINATOR)
    return near if abs(float(near) - number) <= _SMALL * max(1.0, abs(number)) else None


def _is_wave(ground: Ground, point: Sequence[Tree], coefficients: Sequence[Tree]) -> bool:
    """f = sum c_a xi_a exactly at the point, and the point strictly inside every inequality, by balls."""
    at = dict(zip(ground.variables, point, strict=True))
    exact = {name: rational(value) for name, value in ground.system.dynamics.values.items()}
    gaps = []
    for i, f in enumerate(ground.rule):
        along = add(multiply((c, xi[i])) for c, xi in zip(coefficients, ground.generators, strict=True))
        gaps.append(substitute(add((f, negate(along))), at | exact))
    home = Field(["_"], gaps)
    if not all(proves_zero(home, home.element(gap)) for gap in gaps):
        return False
    with working_precision(256):
        return all(bool(enclose(substitute(g, at | exact), {}) > 0) for g in ground.inequalities)
