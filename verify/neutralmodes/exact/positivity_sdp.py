"""A small dense interior-point search: free numbers that make affine symmetric matrices definite.

Floats only: what it returns is a proposal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_STEPS = 150
_CENTRING_STEPS = 12


@dataclass(frozen=True)
class Pencil:
    """base + sum over i of theta_i slopes[i], shapes (n, n) and (d, n, n)."""

    base: Array
    slopes: Array

    def at(self, theta: Array) -> Array:
        value: Array = self.base + np.tensordot(theta, self.slopes, axes=1)
        return value


@dataclass(frozen=True)
class Centre:
    """Free numbers and the shift tau: the pencils plus tau I are positive definite there."""

    theta: Array
    tau: float


def definite_centre(pencils: Sequence[Pencil], late: Callable[[], bool]) -> Centre:
    """Minimise tau with every pencil + tau I >= 0 in a large ball; where tau < 0, centre.

    A path-following barrier method (Boyd and Vandenberghe, Convex Optimization, section 11.4).
    numpy.linalg.LinAlgError where the numbers break down.
    """
    lowest = min(float(np.linalg.eigvalsh(p.base)[0]) for p in pencils)
    point = np.append(np.zeros(len(pencils[0].slopes)), max(1.0, 1.0 - 2.0 * lowest))
    shifted = [Pencil(p.base, np.concatenate([p.slopes, np.eye(len(p.base))[None]])) for p in pencils]
    barrier = _Barrier(shifted, max(1e4, 10 * point[-1]))
    pull, order = 1.0, sum(len(p.base) for p in pencils) + 2
    for _ in range(_STEPS):
        point, decrement = barrier.step(point, pull)
        if point[-1] < -1e-3 or late() or order / pull < 1e-9:
            break
        if decrement < 0.3:
            pull *= 6.0
    if point[-1] >= 0:
        return Centre(point[:-1], float(point[-1]))
    return _recentre(pencils, point[:-1], barrier.radius)


def _recentre(pencils: Sequence[Pencil], theta: Array, radius: float) -> Centre:
    """A few steps towards the analytic centre; tau becomes minus the least eigenvalue."""
    barrier = _Barrier(pencils, radius)
    for _ in range(_CENTRING_STEPS):
        theta, decrement = barrier.step(theta, 0.0)
        if decrement < 0.1:
            break
    return Centre(theta, -min(float(np.linalg.eigvalsh(p.at(theta))[0]) for p in pencils))


class _Barrier:
    """pull (last coordinate) - sum log det - log(radius^2 - |point|^2), infinite outside."""

    def __init__(self, pencils: Sequence[Pencil], radius: float) -> None:
        self.pencils = pencils
        self.radius = radius

    def step(self, point: Array, pull: float) -> tuple[Array, float]:
        """The point after one damped Newton step, and the Newton decrement before it."""
        gradient, hessian = self._slopes(point, pull)
        ridge = 1e-13 * np.trace(hessian) / len(point)
        move = -np.linalg.solve(hessian + ridge * np.eye(len(point)), gradient)
        decrement = float(np.sqrt(max(0.0, -float(gradient @ move))))
        length = 1.0 if decrement < 0.25 else 1.0 / (1.0 + decrement)
        best, value = point, self.value(point, pull)
        while length > 1e-12 and (found := self.value(point + length * move, pull)) >= value:
            length /= 2
        while length > 1e-12 and found < value:  # longer steps while they pay: damped ones are slow
            best, value = point + length * move, found
            length *= 2
            found = self.value(point + length * move, pull)
        return best, decrement if best is not point else 0.0

    def value(self, point: Array, pull: float) -> float:
        gap = self.radius**2 - point @ point
        if not gap > 0:
            return np.inf
        value = pull * float(point[-1]) - float(np.log(gap))
        try:
            for pencil in self.pencils:
                value -= 2 * float(np.log(np.diag(np.linalg.cholesky(pencil.at(point)))).sum())
        except np.linalg.LinAlgError:
            return np.inf
        return value

    def _slopes(self, point: Array, pull: float) -> tuple[Array, Array]:
        gap = self.radius**2 - point @ point
        gradient = 2 * point / gap
        hessian = 2 * np.eye(len(point)) / gap + np.outer(gradient, gradient)
        gradient[-1:] += pull
        for pencil in self.pencils:
            inverse = np.linalg.inv(np.linalg.cholesky(pencil.at(point)))
            moved = inverse @ pencil.slopes @ inverse.T
            gradient = gradient - np.trace(moved, axis1=1, axis2=2)
            flat = moved.reshape(len(point), -1)
            hessian = hessian + flat @ flat.T
        return gradient, hessian
