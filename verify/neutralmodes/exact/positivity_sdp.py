"""A small dense interior-point search: free numbers that make affine symmetric matrices definite.

Floats only: what it returns is a proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Array = np.ndarray

_RADIUS = 1e4
_STEPS = 120


@dataclass(frozen=True)
class Pencil:
    """base + sum over i of theta_i slopes[i], shapes (n, n) and (d, n, n)."""

    base: Array
    slopes: Array

    def at(self, theta: Array) -> Array:
        return self.base + np.tensordot(theta, self.slopes, axes=1)


@dataclass(frozen=True)
class Centre:
    """Free numbers and the shift tau: the pencils plus tau I are positive definite there."""

    theta: Array
    tau: float


def definite_centre(pencils: Sequence[Pencil], late: Callable[[], bool]) -> Centre:
    """Minimise tau with every pencil + tau I >= 0 and |theta| <= 10^4; centre where tau < 0.

    A path-following barrier method (Boyd and Vandenberghe, Convex Optimization, section 11.4).
    """
    size = len(pencils[0].slopes)
    lowest = min(float(np.linalg.eigvalsh(p.base)[0]) for p in pencils)
    point = np.append(np.zeros(size), max(1.0, 1.0 - 2.0 * lowest))
    shifted = [Pencil(p.base, np.concatenate([p.slopes, np.eye(len(p.base))[None]])) for p in pencils]
    pull, order = 1.0, sum(len(p.base) for p in pencils) + 2
    for _ in range(_STEPS):
        point, decrement = _newton(shifted, point, pull)
        if point[-1] < -1e-3 or late() or order / pull < 1e-9:
            break
        if decrement < 0.3:
            pull *= 6.0
    if point[-1] < 0:
        point = _recentre(pencils, point)
    return Centre(point[:-1], float(point[-1]))


def _recentre(pencils: Sequence[Pencil], point: Array) -> Array:
    """A few steps towards the analytic centre of the definite pencils; tau becomes -(least eigenvalue)."""
    theta = point[:-1]
    for _ in range(12):
        theta, decrement = _newton(pencils, theta, 0.0)
        if decrement < 0.1:
            break
    return np.append(theta, -min(float(np.linalg.eigvalsh(p.at(theta))[0]) for p in pencils))


def _newton(pencils: Sequence[Pencil], point: Array, pull: float) -> tuple[Array, float]:
    """One damped step for pull tau - sum log det - log(radius^2 - |point|^2)."""
    gap = _RADIUS**2 - point @ point
    gradient = 2 * point / gap
    hessian = 2 * np.eye(len(point)) / gap + np.outer(gradient, gradient)
    gradient[-1:] += pull
    for pencil in pencils:
        inverse = np.linalg.inv(np.linalg.cholesky(pencil.at(point)))
        moved = (inverse @ pencil.slopes @ inverse.T).reshape(len(point), -1)
        gradient = gradient - moved @ np.eye(len(inverse)).ravel()
        hessian = hessian + moved @ moved.T
    step = -np.linalg.lstsq(hessian, gradient, rcond=1e-14)[0]
    decrement = float(np.sqrt(max(0.0, -gradient @ step)))
    length = 1.0 if decrement < 0.25 else 1.0 / (1.0 + decrement)
    while length > 1e-12 and not _inside(pencils, point + length * step):
        length /= 2
    return _stretch(pencils, point, step, length, pull), decrement


def _stretch(pencils: Sequence[Pencil], point: Array, step: Array, length: float, pull: float) -> Array:
    """Longer steps while they lower the barrier function: damped steps alone are slow."""
    best, value = point + length * step, _barrier(pencils, point + length * step, pull)
    for _ in range(8):
        length *= 2
        candidate = point + length * step
        if not _inside(pencils, candidate) or _barrier(pencils, candidate, pull) >= value:
            break
        best, value = candidate, _barrier(pencils, candidate, pull)
    return best


def _inside(pencils: Sequence[Pencil], point: Array) -> bool:
    if point @ point >= _RADIUS**2:
        return False
    try:
        for pencil in pencils:
            np.linalg.cholesky(pencil.at(point))
    except np.linalg.LinAlgError:
        return False
    return True


def _barrier(pencils: Sequence[Pencil], point: Array, pull: float) -> float:
    value = pull * float(point[-1]) - float(np.log(_RADIUS**2 - point @ point))
    for pencil in pencils:
        value -= 2 * float(np.log(np.diag(np.linalg.cholesky(pencil.at(point)))).sum())
    return value
