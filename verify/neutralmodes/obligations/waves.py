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
from scipy.optimize import least_squares

from neutralmodes.exact.balls import enclose, working_precision
from neutralmodes.exact.expression import Tree, add, multiply, negate, rational, substitute, to_json
from neutralmodes.exact.field import Field
from neutralmodes.exact.floats import values
from neutralmodes.exact.zero import proves_zero
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import sample_points

_MOST_DIMENSIONS = 10
_STARTS, _GAUGES = 6, 12
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
    for held in islice(combinations(range(ground.n), r), _GAUGES):
        for start in starts:
            found = _solve(ground, np.array(start), held)
            if found is not None and _rank(ground, found[0]) == r:
                yield found


def _solve(ground: Ground, start: Floats, held: Sequence[int]) -> tuple[Floats, Floats] | None:
    def residual(unknown: Floats) -> Floats:
        state, constants = unknown[: ground.n], unknown[ground.n :]
        rule, columns = _at(ground, state)
        return np.concatenate([rule - columns @ constants, state[list(held)]])

    first = np.concatenate([start, np.zeros(ground.p)])
    first[list(held)] = 0.0
    if not np.all(np.isfinite(residual(first))):  # a pole of the rule
        return None
    solved = least_squares(residual, first, xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=200)
    if not np.all(np.isfinite(solved.x)) or np.max(np.abs(solved.fun)) > _SMALL * (1 + np.max(np.abs(solved.x))):
        return None
    return solved.x[: ground.n], solved.x[ground.n :]


def _at(ground: Ground, state: Floats) -> tuple[Floats, Floats]:
    exact = {name: float(value) for name, value in ground.system.dynamics.values.items()}
    at = exact | dict(zip(ground.variables, state.tolist(), strict=True))
    rule = np.array([float(values(f, at)) for f in ground.rule])
    columns = np.array([[float(values(t, at)) for t in xi] for xi in ground.generators]).T
    return rule, columns


def _rank(ground: Ground, state: Floats) -> int:
    return int(np.linalg.matrix_rank(_at(ground, state)[1], tol=1e-6))


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
