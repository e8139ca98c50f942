"""One case of a sweep certified: a row of plain data, or the error that came instead."""

from __future__ import annotations

import copy
import time
from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from neutralmodes import targets
from neutralmodes.errors import InputError, NeutralModesError
from neutralmodes.sweep._cases import Case
from neutralmodes.system import System


def certified(case: Case) -> dict[str, Any]:
    """The row of one case; whatever goes wrong with it is its ``error``, and the other cases go on."""
    from neutralmodes._certify import certify

    begin = time.monotonic()
    try:
        system = with_parameters(targets.resolve(case.system), dict(case.parameters))
        made = certify(system, digits=case.digits, time=case.time, seed=case.seed, evidence=case.evidence)
    except NeutralModesError as error:
        return failed(case, str(error))
    except Exception as error:
        return failed(case, f"internal error, a bug in neutralmodes: {type(error).__name__}: {error}")
    answer = made.to_dict()
    return _row(case) | {
        "conclusion": str(made.conclusion),
        "zero_exponents": made.zero_exponents,
        "zero_exponents_if": made.zero_exponents_if,
        "scope": made.scope,
        "consistent": made.evidence.get("consistent"),
        "exponents": made.evidence.get("spectrum", {}).get("exponents"),
        "digest": answer["digest"],
        "seconds": f"{time.monotonic() - begin:.3f}",
    }


def failed(case: Case, reason: str) -> dict[str, Any]:
    """The row of a case that came to nothing."""
    return _row(case) | {"error": " ".join(reason.split())}


def _row(case: Case) -> dict[str, Any]:
    return asdict(case) | {"parameters": dict(case.parameters), "key": case.key}


def with_parameters(system: System, values: Mapping[str, str]) -> System:
    """A copy of a system with other exact values of its parameters.

    Raises InputError for a name that is no parameter of it.
    """
    known = system.dynamics.parameters
    if unknown := sorted(values.keys() - known.keys()):
        raise InputError(f"{system.name} has no parameter {unknown[0]!r}; it has {', '.join(sorted(known)) or 'none'}")
    twin = copy.copy(system)
    twin.dynamics = copy.copy(system.dynamics)
    twin.dynamics.parameters = known | {name: Fraction(value) for name, value in values.items()}
    twin._require_inside(twin.start)
    return twin
