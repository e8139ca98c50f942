"""The evidence of a certificate: everything measured on one orbit, against what was proved, as plain data."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.alignment import alignment
from neutralmodes.evidence.engines.semilinear import is_stiff
from neutralmodes.evidence.ladder import ladder
from neutralmodes.evidence.model import model_of
from neutralmodes.evidence.reseeded import group_growth
from neutralmodes.evidence.spectrum import FULL_UP_TO, Spectrum, spectrum
from neutralmodes.evidence.trajectory import trajectory
from neutralmodes.evidence.transport import transport
from neutralmodes.evidence.two_runs import two_runs
from neutralmodes.evidence.zeros import INCONSISTENT, Claims, beyond_bound, compare, near_zero
from neutralmodes.once import Once

_TRANSPORT_TIME, _TRANSPORT_TIME_ASKED = 20, 40  # by default, and where digits are asked for
_LEADING = 14  # exponents of a stiff flow: its strongly damped directions would make every window short
_WINDOWS = 100  # at whose ends the alignment is measured
_SHARES = "spectrum, transport and alignment"


def gather(
    system: Any,
    *,
    digits: int | None,
    time: float | None,
    seed: int,
    progress: Callable[[str, float], None],
    proved: int,
    claims: Claims,
    log_ratio: float | None,
    budget: float | None = None,
    members: int | None = None,
    once: Once | None = None,
    measured: Spectrum | EvidenceError | None = None,
) -> dict[str, Any]:
    """Everything measured on the orbit of the start; a run that failed says so in its ``outcome``.

    ``proved`` zeros hold everywhere; ``claims`` are all counts with what they count; ``log_ratio`` is
    the proved log(C/c), None where there is none. With a ``budget`` of nominal seconds, counted in steps, each of
    spectrum, transport and alignment ends where its quarter is spent; the last is for what is short anyway.
    ``once`` holds what other seeds of the same system have left, ``measured`` is the spectrum where that is known;
    ``members`` are those of the spectrum.
    """
    once = once or Once()
    within = math.inf if budget is None else budget / 4
    until = _TRANSPORT_TIME if digits is None else _TRANSPORT_TIME_ASKED
    k = _LEADING if is_stiff(model_of(system)) else None
    asked: dict[str, Any] = {"k": k, "time": time, "members": 1 if members is None else members, "within": within}
    measured = measured or _attempt(lambda: spectrum(system, seed=seed, progress=progress, **asked))
    found: dict[str, Any] = {"consistent": None, "explained": [], "spectrum": _data(measured)}
    if budget is not None:
        found["budget"] = f"{budget:g} nominal seconds, counted in steps: a quarter each for {_SHARES}"
    measures: dict[str, Callable[[], Any]] = {
        "transport": lambda: transport(
            system, time=until, digits=digits, seed=seed, progress=progress, within=within, once=once
        ),
        "two_runs": lambda: two_runs(system, seed=seed),
        "group_growth": lambda: once("group_growth", lambda: group_growth(system)),
        "trajectory": lambda: once("trajectory", lambda: trajectory(system)),
    }
    if isinstance(measured, Spectrum) and _has_neutral_part(measured) and not system.normalizing:
        measures["alignment"] = lambda: _aligned(system, measured, seed, progress, within)
    if system.normalizing:  # these measure how far the generators are transported, or neutral, as they are
        del measures["transport"], measures["group_growth"]
    elif system.dynamics.function is not None and system.action.matrices is not None:
        measures["ladder"] = lambda: ladder(system, seed=seed)
    found |= {name: _data(_attempt(measure)) for name, measure in measures.items()}
    if isinstance(measured, Spectrum):
        found |= _compared(system, measured, found, proved, claims)
    if broken := _broken_bound(found.get("transport", {}), log_ratio):
        found |= {"consistent": False, "verdict": f"{INCONSISTENT} with the proved bound"}
        found["explained"].append(broken)
    return found


def _attempt(measure: Callable[[], Any]) -> Any:
    """The result, or the error that came instead."""
    try:
        return measure()
    except EvidenceError as error:
        return error


def _data(result: Any) -> dict[str, Any]:
    if isinstance(result, EvidenceError):
        return {"outcome": str(result)}
    return result if isinstance(result, dict) else result.to_json()


def _has_neutral_part(measured: Spectrum) -> bool:
    """Some exponents near zero and others not: all of the tangent space would align with anything."""
    return len(measured.exponents) <= FULL_UP_TO and 0 < len(near_zero(measured)) < len(measured.exponents)


def _aligned(system: Any, measured: Spectrum, seed: int, progress: Callable[[str, float], None], within: float) -> Any:
    """The alignment in double, with one vector more than the neutral ones and those before them need."""
    zeros, k = near_zero(measured), len(measured.exponents)
    needed = min(k, zeros[-1] + 2)
    return alignment(
        system,
        windows=_WINDOWS,
        k=needed,
        neutral=len(zeros),
        digits=None,
        seed=seed,
        progress=progress,
        within=within,
    )


def _compared(system: Any, measured: Spectrum, found: dict[str, Any], proved: int, claims: Claims) -> dict[str, Any]:
    angle = found.get("alignment", {}).get("flow_angle_degrees")
    return compare(
        measured,
        proved=proved,
        claims=claims,
        label=system.action.group or "the action",
        whole=len(measured.exponents) == len(system.dynamics.variables) - len(system.constraints),
        flow_moves=angle is not None and float(angle) > 0.01,
        integrals=len(system.integrals),
    )


def _broken_bound(carried: dict[str, Any], log_ratio: float | None) -> str:
    """What to say where a direct exponent of the group breaks log(C/c)/T; empty where none does."""
    if log_ratio is None or "direct_exponents" not in carried:
        return ""
    time, exponents = float(carried["time"]), [None if e is None else float(e) for e in carried["direct_exponents"]]
    slack = (float(carried["error"]) + 1e-12) / time
    if not (beyond := beyond_bound(exponents, log_ratio, time, slack)):
        return ""
    return f"generator {beyond[0]} grows beyond the proved bound log(C/c)/T = {log_ratio / time:.3g}"
