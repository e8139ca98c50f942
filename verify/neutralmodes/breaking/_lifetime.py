"""Memory lifetimes: how long the remembered directions stay within a deviation, measured and predicted twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf, isfinite, log
from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from neutralmodes.breaking._gap import drift_exponents, settled, slow_field
from neutralmodes.breaking._neutral import neutral
from neutralmodes.breaking._numbers import Array, Broken, Readout
from neutralmodes.errors import EvidenceError, InputError

_RTOL, _ATOL = 1e-11, 1e-13
_LONG = 20.0  # the default cap, in units of the drift law's time
# Slow times: after the first a drift that has not deviated is at rest; the second caps the run of one that rests.
_NEVER, _CENSORED = 400.0, 60.0


@dataclass(frozen=True)
class Lifetime:
    """Times in units of the rule's own time.

    ``measured`` is the first time at which a remembered direction has turned by ``deviation``, located as an event
    of the integrator; the cap where ``censored``. ``drift_law`` is the time of the first order drift, ``linear`` that
    of the exponential approach -ln(1 - d/distance)/gap, each infinite where the deviation is never reached; ``linear``
    is None for orbits of more than one dimension. ``gap`` is the linear pseudo-gap.
    """

    size: float
    deviation: float
    measured: float
    censored: bool
    drift_law: float
    linear: float | None
    gap: float


def lifetime(
    system: Any,
    perturbation: Sequence[Any],
    size: float,
    *,
    deviation: float = 0.2,
    remembered: Sequence[Sequence[Any]] | None = None,
    start: Sequence[float] | None = None,
    cap: float | None = None,
) -> Lifetime:
    """The lifetime of what a system remembers under f + size g.

    Parameters
    ----------
    deviation : of a remembered direction, in radians, between 0 and pi.
    remembered : blocks of variables whose directions are the memory; default: those that the action links.
    start : a point of the attracting group orbit (default: the system's start).
    cap : the longest time to integrate (default: 20 times the drift law's).

    Raises InputError for bad arguments or a start off the orbit, EvidenceError where the integrator fails.
    """
    if not (isfinite(size) and size > 0):
        raise InputError(f"size must be positive and finite, got {size}")
    if not 0 < deviation < np.pi:
        raise InputError(f"deviation must lie between 0 and pi, got {deviation}")
    broken, readout = Broken(system, perturbation), Readout(system, remembered)
    origin = broken.state(start)
    at = neutral(broken, origin)
    if np.max(np.abs(at.turning)) > 1e-9:
        raise InputError(f"{system.name}: the orbit turns by itself; its phase is lost to first order without breaking")
    law = _first_time(lambda x: slow_field(broken, x), readout, origin, deviation, _NEVER)
    predicted = inf if law is None else law / size
    horizon = cap if cap is not None else _LONG * predicted if law is not None else _CENSORED / size
    whole = broken.field(size)
    found = _first_time(lambda x: whole(0.0, x), readout, origin, deviation, horizon)
    gap, linear = _linear(broken, readout, origin, deviation, size, at.q)
    return Lifetime(size, deviation, horizon if found is None else found, found is None, predicted, linear, gap)


def _first_time(
    field: Callable[[Array], Array], readout: Readout, origin: Array, deviation: float, horizon: float
) -> float | None:
    """The first time at which a block has turned by the deviation, by the integrator's root finding; None if never."""

    def left(_: float, x: Array) -> float:
        return deviation - readout.deviation(x, origin)

    left.terminal = True  # type: ignore[attr-defined]
    run = solve_ivp(lambda _, x: field(x), (0.0, horizon), origin, "DOP853", rtol=_RTOL, atol=_ATOL, events=left)
    if run.status < 0 or not np.all(np.isfinite(run.y[:, -1])):
        raise EvidenceError(f"the integration ended at t = {run.t[-1]:.6g}: {run.message}")
    return float(run.t_events[0][0]) if run.t_events[0].size else None


def _linear(
    broken: Broken, readout: Readout, origin: Array, deviation: float, size: float, q: int
) -> tuple[float, float | None]:
    """The linear gap, and for one dimension the time of the exponential approach to the drift's zero."""
    resting = settled(broken, origin)
    gap = -size * float(drift_exponents(broken, neutral(broken, resting), resting)[0])
    if q > 1:
        return gap, None
    share = deviation / readout.deviation(resting, origin)
    return gap, inf if share >= 1 else -log(1 - share) / gap
