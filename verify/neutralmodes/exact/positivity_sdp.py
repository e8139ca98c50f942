"""A small dense interior-point search: free numbers that make affine symmetric matrices definite.

Floats only: what it returns is a proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neutralmodes.exact.positivity_work import Work

Array = npt.NDArray[np.float64]

HOPELESS = 1e-4  # a larger tau is no border of the cone
_STEPS = 150
_CENTRING_STEPS = 12
_OVERHEAD = 1e6  # of a step for each matrix, in operations


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


def definite_centre(pencils: Sequence[Pencil], work: Work, steps: int = _STEPS) -> Centre:
    """Minimise tau with every pencil + tau I >= 0 in a large ball; where tau < 0, centre.

    A path-following barrier method (Boyd and Vandenberghe, Convex Optimization, section 11.4). It ends
    where the duality gap shows that tau stays positive.
    numpy.linalg.LinAlgError where the numbers break down.
    """
    lowest = min(float(np.linalg.eigvalsh(p.base)[0]) for p in pencils)
    point = np.append(np.zeros(len(pencils[0].slopes)), max(1.0, 1.0 - 2.0 * lowest))
    shifted = [Pencil(p.base, np.concatenate([p.slopes, np.eye(len(p.base))[None]])) for p in pencils]
    barrier = _Barrier(shifted, max(1e4, 10 * point[-1]), work)
    pull, order = 1.0, sum(len(p.base) for p in pencils) + 2
    for _ in range(steps):
        point, decrement = barrier.step(point, pull)
        centred = decrement < 0.3
        if point[-1] < -1e-3 or work.over or order / pull < 1e-9:
            break
        if centred and point[-1] - 2 * order / pull > HOPELESS:
            break
        if centred:
            pull *= 6.0
    if point[-1] >= 0:
        return Centre(point[:-1], float(point[-1]))
    return _recentre(pencils, point[:-1], barrier.radius, work)


def _recentre(pencils: Sequence[Pencil], theta: Array, radius: float, work: Work) -> Centre:
    """A few steps towards the analytic centre; tau becomes minus the least eigenvalue."""
    barrier = _Barrier(pencils, radius, work)
    for _ in range(_CENTRING_STEPS):
        theta, decrement = barrier.step(theta, 0.0)
        if decrement < 0.1:
            break
    return Centre(theta, -min(float(np.linalg.eigvalsh(p.at(theta))[0]) for p in pencils))


class _Barrier:
    """pull (last coordinate) - sum log det - log(radius^2 - |point|^2), infinite outside."""

    def __init__(self, pencils: Sequence[Pencil], radius: float, work: Work) -> None:
        self.pencils, self.radius, self.work = pencils, radius, work
        sizes, free = [len(p.base) for p in pencils], len(pencils[0].slopes)
        self.price = free**3 / 3 + sum(free * n * (4 * n * n + free * n / 2) for n in sizes) + _OVERHEAD * len(sizes)

    def step(self, point: Array, pull: float) -> tuple[Array, float]:
        """The point after one damped Newton step, and the Newton decrement before it."""
        self.work.floats(self.price)
        here = [pencil.at(point) for pencil in self.pencils]
        gradient, hessian = self._slopes(point, here, pull)
        ridge = 1e-13 * np.trace(hessian) / len(point)
        move = -np.linalg.solve(hessian + ridge * np.eye(len(point)), gradient)
        decrement = float(np.sqrt(max(0.0, -float(gradient @ move))))
        along = [np.tensordot(move, pencil.slopes, axes=1) for pencil in self.pencils]

        def value(length: float) -> float:
            matrices = [a + length * b for a, b in zip(here, along, strict=True)]
            return self._value(point + length * move, matrices, pull)

        length = 1.0 if decrement < 0.25 else 1.0 / (1.0 + decrement)
        best, least = 0.0, self._value(point, here, pull)
        while length > 1e-12 and (found := value(length)) >= least:
            length /= 2
        while length > 1e-12 and found < least:  # longer steps while they pay: damped ones are slow
            best, least = length, found
            length *= 2
            found = value(length)
        return point + best * move, decrement if best else 0.0

    def _value(self, point: Array, matrices: Sequence[Array], pull: float) -> float:
        gap = self.radius**2 - point @ point
        if not gap > 0:
            return np.inf
        value = pull * float(point[-1]) - float(np.log(gap))
        try:
            for matrix in matrices:
                value -= 2 * float(np.log(np.diag(np.linalg.cholesky(matrix))).sum())
        except np.linalg.LinAlgError:
            return np.inf
        return value

    def _slopes(self, point: Array, matrices: Sequence[Array], pull: float) -> tuple[Array, Array]:
        gap = self.radius**2 - point @ point
        gradient = 2 * point / gap
        hessian = 2 * np.eye(len(point)) / gap + np.outer(gradient, gradient)
        gradient[-1:] += pull
        for pencil, matrix in zip(self.pencils, matrices, strict=True):
            inverse = np.linalg.inv(np.linalg.cholesky(matrix))
            packed = _packed(inverse @ pencil.slopes @ inverse.T)
            gradient = gradient - packed[:, : len(matrix)].sum(axis=1)
            hessian = hessian + packed @ packed.T
        return gradient, hessian


def _packed(matrices: Array) -> Array:
    """Symmetric matrices (d, n, n) as rows (d, n (n + 1)/2), diagonals first, with the same inner products."""
    n = matrices.shape[1]
    above = np.triu_indices(n, 1)
    diagonal = matrices[:, np.arange(n), np.arange(n)]
    return np.concatenate([diagonal, np.sqrt(2.0) * matrices[:, *above]], axis=1)
