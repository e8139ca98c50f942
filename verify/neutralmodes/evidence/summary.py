"""The evidence of a certificate: spectrum, transport, zero count and picture of one orbit, as plain data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.spectrum import spectrum
from neutralmodes.evidence.trajectory import trajectory
from neutralmodes.evidence.transport import transport
from neutralmodes.evidence.zeros import compare

_TRANSPORT_TIME, _TRANSPORT_DIGITS = 40, 30


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
    try:
        wanted = digits or _TRANSPORT_DIGITS
        carried = transport(system, time=_TRANSPORT_TIME, digits=wanted, seed=seed, progress=progress)
        found["transport"] = carried.to_json()
    except EvidenceError as error:
        found["transport"] = {"outcome": str(error)}
    try:
        found["trajectory"] = trajectory(system)
    except EvidenceError as error:
        found["trajectory"] = {"outcome": str(error)}
    return found
