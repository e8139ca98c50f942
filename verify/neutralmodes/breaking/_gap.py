"""The pseudo-gap: the exponents that protected directions get once the symmetry is broken, predicted and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from neutralmodes.breaking._neutral import Neutral, neutral
from neutralmodes.breaking._numbers import Array, Broken
from neutralmodes.breaking._perturbed import perturbed
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.spectrum import spectrum

_SLOW_TIME, _ROUNDS, _NEWTON = 40.0, 8, 40
_STEP = 1e-4  # of the difference quotient of Df along the response


@dataclass(frozen=True)
class PseudoGap:
    """The q exponents nearest to zero at the surviving stable set, descending; positive gaps are minus these.

    ``errors`` are standard errors (roundoff at an equilibrium), ``predicted`` eps times the eigenvalues of the
    drift's linearisation, None where the surviving set is no equilibrium; ``point`` is the equilibrium.
    """

    exponents: Array
    errors: Array
    predicted: Array | None
    point: Array | None

    @property
    def gap(self) -> float:
        """The slowest decay rate of the formerly protected directions, 0 if one of them grows."""
        return max(0.0, -float(self.exponents[0]))


def pseudo_gap(
    system: Any,
    perturbation: Sequence[Any],
    size: float,
    *,
    start: Sequence[float] | None = None,
    time: float | None = None,
    seed: int = 0,
) -> PseudoGap:
    """The pseudo-gap of f + size g.

    Where the start lies on an attracting orbit of equilibria, the drift is followed to a stable zero, from there the
    equilibrium of the broken system is found by Newton's rule and its eigenvalues are taken. Elsewhere (a chaotic
    host) the exponents come from a Lyapunov spectrum over ``time``, with its error bars, and there is no prediction.

    Raises InputError for a malformed perturbation, EvidenceError where nothing stable is found.
    """
    return pseudo_gaps(system, perturbation, [size], start=start, time=time, seed=seed)[0]


def pseudo_gaps(
    system: Any,
    perturbation: Sequence[Any],
    sizes: Sequence[float],
    *,
    start: Sequence[float] | None = None,
    time: float | None = None,
    seed: int = 0,
) -> list[PseudoGap]:
    """``pseudo_gap`` at several sizes: the drift, which does not depend on them, is followed once."""
    broken = Broken(system, perturbation)
    state = broken.state(start)
    try:
        rests = not np.any(np.abs(neutral(broken, state).turning) > 1e-9)
    except InputError:
        rests = False
    if not rests:
        return [_from_spectrum(system, perturbation, size, time, seed) for size in sizes]
    resting = settled(broken, state)
    return [_at_rest(broken, size, resting) for size in sizes]


def _at_rest(broken: Broken, size: float, resting: Array) -> PseudoGap:
    at = neutral(broken, resting)
    point = _equilibrium(broken, size, resting + size * at.response(broken.g(resting)))
    values = np.linalg.eigvals(broken.f.jacobian(point) + size * broken.g.jacobian(point))
    nearest = values[np.argsort(np.abs(values))][: at.q]
    exponents = np.sort(nearest.real)[::-1]
    errors = np.full(at.q, np.finfo(float).eps * float(np.max(np.abs(values))))
    return PseudoGap(exponents, errors, size * drift_exponents(broken, at, resting), point)


def slow_field(broken: Broken, x: Array) -> Array:
    """The drift's velocity per unit of eps, with the rule itself to hold the state on the orbit."""
    return broken.f(x) + neutral(broken, x, check=False).drift(broken.g(x))


def settled(broken: Broken, state: Array) -> Array:
    """The stable zero of the drift to which a state of the orbit goes; EvidenceError where there is none."""
    for _ in range(_ROUNDS):
        run = solve_ivp(lambda _, x: slow_field(broken, x), (0, _SLOW_TIME), state, "DOP853", rtol=1e-9, atol=1e-11)
        state = run.y[:, -1]
        found = _drift_zero(broken, state)
        if found is not None and np.all(drift_exponents(broken, neutral(broken, found), found) < 0):
            return found
    raise EvidenceError(f"{broken.system.name}: the drift does not come to rest from this start")


def _drift_zero(broken: Broken, state: Array) -> Array | None:
    """Newton's rule for f = 0 and left g = 0, from a state near a zero of the drift; None where it leads away."""
    x = state
    for _ in range(_NEWTON):
        at = neutral(broken, x, check=False)
        rate = at.left @ broken.g(x)
        step = at.tangent @ np.linalg.lstsq(_linearised(broken, at, x), -rate, rcond=None)[0]
        if np.linalg.norm(step) > np.linalg.norm(x):
            return None
        x = _onto_orbit(broken, x + step)
        if np.linalg.norm(step) < 1e-13 * (1 + np.linalg.norm(x)):
            return x if np.linalg.norm(x - state) < 0.2 * np.linalg.norm(state) else None
    return None


def _onto_orbit(broken: Broken, x: Array) -> Array:
    """The nearest equilibrium of f, by Newton steps of least length."""
    for _ in range(6):
        x = x - np.linalg.lstsq(broken.f.jacobian(x), broken.f(x), rcond=1e-6)[0]
    return x


def _equilibrium(broken: Broken, size: float, guess: Array) -> Array:
    x = guess
    for _ in range(_NEWTON):
        step = np.linalg.solve(broken.f.jacobian(x) + size * broken.g.jacobian(x), broken.f(x) + size * broken.g(x))
        x = x - step
        if np.linalg.norm(step) < 1e-14 * (1 + np.linalg.norm(x)):
            return x
    if np.linalg.norm(step) < 1e-9:
        return x
    raise EvidenceError(f"{broken.system.name}: no equilibrium of the broken system was found near the drift's zero")


def _linearised(broken: Broken, at: Neutral, x: Array) -> Array:
    """The drift's linearisation (q, q) at a zero: left (Dg + D^2f[y, .]) tangent with the response y."""
    y = at.response(broken.g(x))
    turned = (broken.f.jacobian(x + _STEP * y) - broken.f.jacobian(x - _STEP * y)) / (2 * _STEP)
    return at.left @ (broken.g.jacobian(x) + turned) @ at.tangent


def drift_exponents(broken: Broken, at: Neutral, x: Array) -> Array:
    """The real parts of the eigenvalues of the drift's linearisation at a zero, descending, per unit of eps."""
    return np.sort(np.linalg.eigvals(_linearised(broken, at, x)).real)[::-1]


def _from_spectrum(system: Any, perturbation: Sequence[Any], size: float, time: float | None, seed: int) -> PseudoGap:
    """The exponents of a spectrum that are nearest to zero, without the flow's own.

    One protected direction: its exponent is the sum of the two nearest, because the flow's is zero exactly. That
    sum does not suffer from the two directions being taken for each other while they are close.
    """
    found = spectrum(perturbed(system, perturbation, size), time=time, seed=seed)
    if not found.completed:
        raise EvidenceError(f"{system.name}: {found.outcome}")
    q = min(len(found.exponents) - 1, _rank(system))
    near = np.argsort(np.abs(found.exponents))[: q + 1]
    if q == 1:
        errors = float(np.hypot(*found.errors[near]))
        return PseudoGap(np.array([found.exponents[near].sum()]), np.array([errors]), None, None)
    kept = near[1:][np.argsort(-found.exponents[near[1:]])]
    return PseudoGap(found.exponents[kept], found.errors[kept], None, None)


def _rank(system: Any) -> int:
    broken = Broken(system, [0] * system.dynamics.n)
    return int(np.linalg.matrix_rank(np.array([xi(broken.start) for xi in broken.xi]), tol=1e-9))
