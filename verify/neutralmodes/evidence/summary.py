"""The evidence of a certificate: spectrum, transport, zero count and picture of one orbit, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.reseeded import group_growth
from neutralmodes.evidence.spectrum import spectrum
from neutralmodes.evidence.trajectory import trajectory
from neutralmodes.evidence.transport import transport
from neutralmodes.evidence.two_runs import two_runs
from neutralmodes.evidence.zeros import compare

_TRANSPORT_TIME, _TRANSPORT_TIME_ASKED = 20, 40  # by default, and where digits are asked for


def gather(
    system: Any,
    *,
    digits: int | None,
    time: float | None,
    seed: int,
    progress: Callable[[str, float], None],
    proved: int,
    conditional: int,
    group: int,
) -> dict[str, Any]:
    """Everything measured on the orbit of the start; a run that failed says so in its ``outcome``."""
    label = system.action.group or "the action"
    found: dict[str, Any] = {"consistent": None, "explained": []}
    try:
        measured = spectrum(system, time=time, seed=seed, progress=progress)
        found["spectrum"] = measured.to_json()
        found |= compare(measured, proved=proved, conditional=conditional, group=group, group_label=label)
    except EvidenceError as error:
        found["spectrum"] = {"outcome": str(error)}
    until = _TRANSPORT_TIME if digits is None else _TRANSPORT_TIME_ASKED
    others: dict[str, Callable[[], dict[str, Any]]] = {
        "transport": lambda: transport(system, time=until, digits=digits, seed=seed, progress=progress).to_json(),
        "two_runs": lambda: two_runs(system, seed=seed).to_json(),
        "group_growth": lambda: group_growth(system).to_json(),
        "trajectory": lambda: trajectory(system),
    }
    for name, measure in others.items():
        try:
            found[name] = measure()
        except EvidenceError as error:
            found[name] = {"outcome": str(error)}
    return found
