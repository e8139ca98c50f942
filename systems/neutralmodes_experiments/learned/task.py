"""Path integration on S^1, T^2 and SO(3): integrate a velocity into a state of the group, from a cue of the first.

PAPER, "Learned task": phi+ = wrap(phi + dt v) with dt = 0.1, read out as (cos phi, sin phi). Velocities are an equal
mixture of three kinds. Its distribution of the first AR(1) value is unpublished: here it is the stationary one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.signal import lfilter

STEP = 0.1  # PAPER: dt
PERSISTENCE, INNOVATION = 0.92, 0.25  # PAPER: AR(1) v = 0.92 v + 0.25 noise
SHORTEST, LONGEST = 4, 12  # PAPER: steps of a constant piece
Array = np.ndarray[Any, np.dtype[np.float64]]
Random = np.random.Generator


@dataclass(frozen=True)
class Batch:
    """Cues (B, outputs), velocities (B, T, inputs) and targets (B, T, outputs), in double precision."""

    cue: Array
    velocity: Array
    target: Array


@dataclass(frozen=True)
class Task:
    """A group to integrate on; ``error`` maps outputs and targets (..., outputs) to squared angles in radians^2."""

    name: str
    inputs: int
    outputs: int
    chance: float
    start: Callable[[Random, int, float], Array]
    path: Callable[[Array, Array], Array]
    error: Callable[[Array, Array], Array]

    def batch(self, rng: Random, size: int, horizon: int, *, scale: float, spread: float = np.pi) -> Batch:
        """``size`` sequences of ``horizon`` steps; the first states lie within ``spread`` radians of the identity."""
        velocity = velocities(rng, size, horizon, self.inputs) * scale
        states = self.path(self.start(rng, size, spread), velocity)
        return Batch(states[:, 0], velocity, states[:, 1:])


def velocities(rng: Random, size: int, horizon: int, inputs: int) -> Array:
    """The mixture at unit scale, (size, horizon, inputs): Gaussian, piecewise constant, AR(1), one third each."""
    shape = (size, horizon, inputs)
    kinds = np.stack([rng.standard_normal(shape), _pieces(rng, *shape), _autoregressive(rng, *shape)])
    chosen = rng.integers(len(kinds), size=size)
    return kinds[chosen, np.arange(size)]


def _pieces(rng: Random, size: int, horizon: int, inputs: int) -> Array:
    pieces = horizon // SHORTEST + 1
    ends = rng.integers(SHORTEST, LONGEST + 1, (size, pieces)).cumsum(1)
    piece = (np.arange(horizon)[None, :, None] >= ends[:, None, :]).sum(-1)
    return np.take_along_axis(rng.standard_normal((size, pieces, inputs)), piece[:, :, None], 1)


def _autoregressive(rng: Random, size: int, horizon: int, inputs: int) -> Array:
    noise = rng.standard_normal((size, horizon, inputs))
    noise[:, 0] /= np.sqrt(1 - PERSISTENCE**2)
    return lfilter([INNOVATION], [1, -PERSISTENCE], noise, axis=1)


def _phases(circles: int) -> Callable[[Random, int, float], Array]:
    return lambda rng, size, spread: rng.uniform(-spread, spread, (size, circles))


def _winding(phase: Array, velocity: Array) -> Array:
    """Phases (B, q) and velocities (B, T, q) to (cos, sin) of each circle, (B, T + 1, 2 q)."""
    angles = np.concatenate([phase[:, None], STEP * velocity], 1).cumsum(1)
    return np.stack([np.cos(angles), np.sin(angles)], -1).reshape(*angles.shape[:2], -1)


def _circular(output: Array, target: Array) -> Array:
    """Squared angles between planar vectors, the mean over the circles."""
    (a, b), (c, s) = (np.moveaxis(v.reshape(*v.shape[:-1], -1, 2), -1, 0) for v in (output, target))
    return np.mean(np.arctan2(b * c - a * s, a * c + b * s) ** 2, axis=-1)


def torus(circles: int) -> Task:
    """T^q: q velocities, q pairs (cos, sin). A guess at random is off by pi/sqrt(3)."""
    name = "S1" if circles == 1 else f"T{circles}"
    return Task(name, circles, 2 * circles, np.pi / np.sqrt(3), _phases(circles), _winding, _circular)


def rotations(vectors: Array) -> Array:
    """exp of rotation vectors (..., 3), by Rodrigues' formula: (..., 3, 3)."""
    angle = np.linalg.norm(vectors, axis=-1)[..., None, None]
    a, b, c = np.moveaxis(vectors, -1, 0)
    zero = np.zeros_like(a)
    cross = np.stack([zero, -c, b, c, zero, -a, -b, a, zero], -1).reshape(*a.shape, 3, 3)
    bend = np.sinc(angle / (2 * np.pi)) ** 2 / 2  # (1 - cos angle)/angle^2, also at 0
    return np.eye(3) + np.sinc(angle / np.pi) * cross + bend * cross @ cross


def _attitudes(rng: Random, size: int, spread: float) -> Array:
    """Haar measure on the rotations by at most ``spread``: its angle has density 1 - cos, its axis is uniform."""
    axis = rng.standard_normal((size, 3))
    grid = np.linspace(0, spread, 4097)
    share = grid - np.sin(grid)
    angle = np.interp(rng.uniform(0, share[-1], size), share, grid)
    return rotations(axis * (angle / np.linalg.norm(axis, axis=1))[:, None])


def _turning(first: Array, velocity: Array) -> Array:
    """Attitudes (B, 3, 3) under body velocities (B, T, 3): R+ = R exp(dt v); two columns of R, (B, T + 1, 6)."""
    turns, states = rotations(STEP * velocity), [first]
    for t in range(velocity.shape[1]):
        states.append(states[-1] @ turns[:, t])
    return np.stack(states, 1)[..., :2].swapaxes(-1, -2).reshape(len(first), -1, 6)


def _frames(pairs: Array) -> Array:
    """Rotations from two vectors each, (..., 6) to (..., 3, 3), by Gram and Schmidt."""
    u, v = pairs[..., :3], pairs[..., 3:]
    u = u / np.linalg.norm(u, axis=-1, keepdims=True)
    v = v - (u * v).sum(-1, keepdims=True) * u
    v = v / np.linalg.norm(v, axis=-1, keepdims=True)
    return np.stack([u, v, np.cross(u, v)], -1)


def _geodesic(output: Array, target: Array) -> Array:
    """Squared angle of the rotation between two frames, accurate for small ones: |R - S| = sqrt(8) sin(angle/2)."""
    apart = np.linalg.norm(_frames(output) - _frames(target), axis=(-2, -1)) / np.sqrt(8)
    return 4 * np.arcsin(np.minimum(apart, 1)) ** 2


#: SO(3): three body velocities, the first two columns of the attitude. A guess at random is off by
#: sqrt(pi^2/3 + 2): the angle has density (1 - cos)/pi.
ATTITUDE = Task("SO3", 3, 6, float(np.sqrt(np.pi**2 / 3 + 2)), _attitudes, _turning, _geodesic)

TASKS = {task.name: task for task in (torus(1), torus(2), ATTITUDE)}
