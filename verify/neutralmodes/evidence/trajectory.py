"""A thinned trajectory and curves of the group through its end: for pictures, never for a number."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeAlias

import numpy as np
from scipy.integrate import solve_ivp

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.base import BLOW_UP, Array, finite
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.pointwise import Pointwise, rule_of
from neutralmodes.exact.expression import names

Rule: TypeAlias = Callable[[Array, float], Array]

SPAN = 15.0  # time of a flow that is drawn
POINTS, _MOST = 600, 2000  # drawn of it, at least and at most; iterates of a map
_FINE = 10 * POINTS  # points looked at, of which those are kept that the eye needs
_ACROSS, _AROUND = 30.0, 48.0  # points for a way as long as the picture, and for one full turn
_SEEN = 1e-3  # of the picture: a shorter way, however it turns, is not seen
_CURVES, _CURVE_POINTS = 3, 65  # generators drawn; points of one turn of a circle
_TOLERANCE = 1e-9


def trajectory(system: Any) -> dict[str, Any]:
    """States along the orbit of ``system.start`` and along its first generators, as plain data.

    ``states`` holds (n,) states as decimal strings of six digits, the start first, up to ``time``, close together
    where the orbit turns (maps: every iterate); an orbit that turns too often to be drawn ends earlier. ``group``
    holds, for up to three generators, the curve exp(s xi) of the last state for s from 0 to 2 pi. ``outcome`` is
    "completed", or why there are fewer states.

    Raises EvidenceError where the system has no start or the orbit ends at once.
    """
    model = model_of(system)
    start = np.array([float(v) for v in model.start])
    states, time, outcome = _orbit(model, start)
    return {
        "states": [_strings(s) for s in states],
        "time": repr(time),
        "group": [{"generator": a, "states": curve} for a, curve in group_curves(model, states[-1])],
        "engine": "scipy DOP853" if model.is_flow else "exact rule in double",
        "outcome": outcome,
    }


def _orbit(model: Model, start: Array) -> tuple[list[Array], float, str]:
    """(states, time drawn, outcome)."""
    if model.is_flow:
        times = np.linspace(0.0, SPAN, _FINE)
        states, outcome = _solve(model, rule_of(model), start, times)
        kept = _needed(np.array(states))
        if kept[-1] < len(states) - 1:  # too often around: fewer turns, looked at as closely
            times = np.linspace(0.0, float(times[kept[-1]]), _FINE)
            states, outcome = _solve(model, rule_of(model), start, times)
            kept = _needed(np.array(states))
        return [states[i] for i in kept], float(times[kept[-1]]), outcome
    step, states = rule_of(model), [start]
    for i in range(POINTS):
        try:
            after = step(states[-1], float(i))
        except (ArithmeticError, ValueError) as error:
            return states, float(i), f"ended at iterate {i}: {error}"
        if not finite(after):
            return states, float(i), f"ended at iterate {i}: a value is no longer finite"
        states.append(after)
    return states, float(POINTS), "completed"


def _needed(states: Array) -> list[int]:
    """Indices of the states (m, n) that make a smooth line: equally far apart in length and turning together."""
    ways = np.diff(states, axis=0)
    lengths, size = np.linalg.norm(ways, axis=1), float(np.ptp(states, axis=0).max()) or 1.0
    along = ways / np.maximum(lengths, np.finfo(float).tiny)[:, None]
    turns = np.arccos(np.clip((along[1:] * along[:-1]).sum(axis=1), -1.0, 1.0)) / (2.0 * np.pi)
    turns *= np.minimum(1.0, np.minimum(lengths[1:], lengths[:-1]) / (_SEEN * size))
    far = np.concatenate([[0.0], np.cumsum(_ACROSS * lengths / size + _AROUND * np.append(0.0, turns))])
    end = min(float(far[-1]), float(_MOST))
    at = np.searchsorted(far, np.linspace(0.0, end, max(POINTS, min(_MOST, round(end)))))
    last = int(np.searchsorted(far, end))
    return sorted({0, last, *(int(i) for i in at if i <= last)})


def group_curves(model: Model, base: Array) -> list[tuple[int, list[list[str]]]]:
    """The curve of each drawable generator; one that names an input, or that blows up, has none."""
    known, turn = {*model.variables, *model.parameters}, np.linspace(0.0, 2.0 * np.pi, _CURVE_POINTS)
    found = []
    for a, generator in enumerate(model.generators[:_CURVES]):
        if all(names(tree) <= known for tree in generator):
            with suppress(EvidenceError):
                states, _ = _solve(model, Pointwise(model, generator).floats, base, turn)
                found.append((a, [_strings(s) for s in states]))
    return found


def _solve(model: Model, rule: Rule, start: Array, times: Array) -> tuple[list[Array], str]:
    """Solve x' = rule(x); the states at the times that were reached."""

    def room(_: float, y: Array) -> float:
        return BLOW_UP - float(np.max(np.abs(y)))

    room.terminal = True  # type: ignore[attr-defined]
    span = (float(times[0]), float(times[-1]))
    try:
        with np.errstate(all="ignore"):  # a blow-up overflows on its way; what is not finite is refused below
            found = solve_ivp(
                lambda t, y: rule(y, t), span, start, "DOP853", times, events=room, rtol=_TOLERANCE, atol=1e-12
            )
    except (ArithmeticError, ValueError) as error:
        raise EvidenceError(f"{model.name}: the orbit cannot be drawn: {error}") from error
    states = list(np.array(found.y).T)
    if not states or not finite(np.array(states)):
        raise EvidenceError(f"{model.name}: the orbit ends at once")
    done = len(states) == len(times)
    return states, "completed" if done else f"ended at time {float(found.t[-1]):.6g}: blow-up, or no progress"


def _strings(state: Array) -> list[str]:
    return [format(float(v), ".6g") for v in state]
