"""Cases of a sweep certified: rows of plain data, or the errors that came instead."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from neutralmodes import targets
from neutralmodes.errors import InputError, NeutralModesError
from neutralmodes.sweep._cases import Case
from neutralmodes.system import System

if TYPE_CHECKING:
    from neutralmodes.certificate import Certificate


def certified(cases: Sequence[Case]) -> Iterator[dict[str, Any]]:
    """The rows of cases that differ in parameters and seeds alone; what goes wrong with one is its ``error``.

    Each is what ``certify`` gives, but a proof is made once for all seeds, and spectra are measured together.
    Raises KeyboardInterrupt where an interrupt has cut the numbers of a case short.
    """
    begin = time.monotonic()
    found = {case.parameters: _attempt(_system, case) for case in {c.parameters: c for c in cases}.values()}
    usable = [case for case in cases if isinstance(found[case.parameters], System)]
    spectra = _spectra(usable, found) if len(usable) > 1 and cases[0].evidence else {}
    shared, proofs = (time.monotonic() - begin) / len(cases), _Proofs()
    for case in cases:
        begin, system = time.monotonic() - shared, found[case.parameters]
        if not isinstance(system, System):
            yield failed(case, system)
            continue
        made = _attempt(proofs.certificate, case, system, spectra.get(case))
        yield failed(case, made) if isinstance(made, str) else _row_of(case, made, time.monotonic() - begin)


def _attempt(make: Callable[..., Any], *arguments: Any) -> Any:
    """What is made, or in words why it could not be."""
    try:
        return make(*arguments)
    except NeutralModesError as error:
        return str(error)
    except Exception as error:
        return f"internal error, a bug in neutralmodes: {type(error).__name__}: {error}"


def _system(case: Case) -> System:
    return with_parameters(targets.resolve(case.system), dict(case.parameters))


def _spectra(cases: Sequence[Case], found: Mapping[Any, Any]) -> dict[Case, Any]:
    from neutralmodes.evidence.together import spectra

    systems = [found[case.parameters] for case in cases]
    made = _attempt(spectra, systems, [case.seed for case in cases], cases[0].time)
    return {} if isinstance(made, str) else dict(zip(cases, made, strict=True))


class _Proofs:
    """The proofs of the system that was asked for last."""

    def __init__(self) -> None:
        self._system: System | None = None

    def certificate(self, case: Case, system: System, spectrum: Any) -> Certificate:
        from neutralmodes._certify import Proved

        if system is not self._system:
            self._proved, self._system = Proved(system), system
        return self._proved.certificate(
            case.seed, digits=case.digits, time=case.time, evidence=case.evidence, measured=spectrum
        )


def _row_of(case: Case, made: Certificate, seconds: float) -> dict[str, Any]:
    answer, numbers = made.to_dict(), made.evidence
    if any(isinstance(part, dict) and str(part.get("outcome")).startswith("interrupted") for part in numbers.values()):
        raise KeyboardInterrupt
    return _row(case) | {
        "conclusion": str(made.conclusion),
        "zero_exponents": made.zero_exponents,
        "zero_exponents_if": made.zero_exponents_if,
        "scope": made.scope,
        "consistent": numbers.get("consistent"),
        "exponents": numbers.get("spectrum", {}).get("exponents"),
        "digest": answer["digest"],
        "seconds": f"{seconds:.3f}",
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
