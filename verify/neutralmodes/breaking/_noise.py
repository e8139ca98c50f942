"""Noise: how fast small isotropic noise diffuses what is remembered, predicted by left neutral vectors and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neutralmodes.breaking._neutral import neutral
from neutralmodes.breaking._numbers import Array, Broken
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.exact.floats import values

_BATCHES = 20


@dataclass(frozen=True)
class Diffusion:
    """Constants D of the mean square 2 D t per tangent direction, summed over the q directions of the orbit.

    ``predicted`` is noise tr(psi psi^T) for an orthonormal tangent frame, ``measured`` comes from an ensemble, with the
    standard error of its batches; both are in squared lengths per time.
    """

    noise: float
    predicted: float
    measured: float
    error: float
    paths: int


def diffusion(
    system: Any,
    noise: float,
    *,
    start: Sequence[float] | None = None,
    time: float = 20.0,
    step: float = 0.01,
    paths: int = 4000,
    seed: int = 0,
) -> Diffusion:
    """The effective diffusion along the group orbit of x' = f(x) + sqrt(2 noise) W', W white noise in R^n.

    To first order the tangential displacement is a random walk driven by psi dW, psi the left neutral vectors at the
    start: a sheared orbit (left vectors longer than tangents) forgets faster than isochrons would suggest. The
    measurement integrates ``paths`` paths by the stochastic Heun rule and takes the slope of the mean square of
    psi.(x - x_0) between time/4 and time.

    Raises InputError for arguments that are not positive or a start off the orbit, EvidenceError for a blow-up.
    """
    for name, value in (("noise", noise), ("time", time), ("step", step), ("paths", paths)):
        if not value > 0:
            raise InputError(f"{name} must be positive, got {value!r}")
    broken = Broken(system, [0] * system.dynamics.n)
    origin = broken.state(start)
    at = neutral(broken, origin)
    if np.max(np.abs(at.turning)) > 1e-9:
        raise InputError(f"{system.name}: give an orbit of equilibria; this one turns by itself")
    predicted = noise * float(np.sum(at.left**2))
    paths = -(-int(paths) // _BATCHES) * _BATCHES
    early, late = _displacements(broken, origin, at.left, noise, time, step, paths, seed)
    slopes = (late - early).reshape(_BATCHES, -1).mean(axis=1) / (2 * 0.75 * time)
    return Diffusion(noise, predicted, float(slopes.mean()), float(slopes.std(ddof=1) / np.sqrt(_BATCHES)), paths)


def _displacements(
    broken: Broken, origin: Array, left: Array, noise: float, time: float, step: float, paths: int, seed: int
) -> tuple[Array, Array]:
    """Squares of psi.(x - x_0) at time/4 and time, a path each."""
    rng = np.random.default_rng(seed)
    steps = 4 * max(1, round(time / step / 4))
    dt = time / steps
    x = np.tile(origin[:, None], (1, paths))
    early = np.zeros(paths)
    for k in range(1, steps + 1):
        kick = rng.normal(scale=np.sqrt(2 * noise * dt), size=x.shape)
        slope = _rule(broken, x)
        x = x + dt / 2 * (slope + _rule(broken, x + dt * slope + kick)) + kick
        if k == steps // 4:
            early = np.sum((left @ (x - origin[:, None])) ** 2, axis=0)
    if not np.all(np.isfinite(x)):
        raise EvidenceError(f"{broken.system.name}: the noisy integration left the finite numbers")
    return early, np.sum((left @ (x - origin[:, None])) ** 2, axis=0)


def _rule(broken: Broken, x: Array) -> Array:
    """f at many states, (n, paths)."""
    model = broken.model
    at = {name: float(v) for name, v in model.parameters.items()} | dict(zip(model.variables, x, strict=True))
    return np.array([values(tree, at) for tree in model.rule])
