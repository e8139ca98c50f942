"""Proved bounds for a system whose symmetry is broken: a certificate with the obligation robustness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from neutralmodes._certify import Progress, certify
from neutralmodes.certificate import Certificate
from neutralmodes.errors import InputError
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.phases import Phase, linear_phase
from neutralmodes.obligations.robustness import Request, robustness
from neutralmodes.obligations.search import with_region
from neutralmodes.statement import Reader
from neutralmodes.system import System


def certify_lifetime(
    system: System,
    *,
    deviation: Any = None,
    generator: int = 0,
    phase: Sequence[Any] | None = None,
    charge: int = 1,
    steps: int = 64,
    budget: float | None = None,
    progress: Progress | None = None,
) -> Certificate:
    """The certificate of a broken (or whole) system with the obligation ``robustness`` (THEORY.md section 7).

    It holds a proved bound gamma of the broken direction's exponent, |lambda_T(xi)| <= gamma + O(1/T), and a proved
    time for which no orbit with the start's phase deviates by ``deviation``; each only where it can be proved.

    Parameters
    ----------
    system : the broken system (``perturbed``), a flow with a region; its start fixes the phase.
    deviation : of the phase, exact, in radians; None: only the exponent is bounded.
    generator : the number of the generator whose direction is meant.
    phase : (u, v), polynomials that the generator turns, L_xi u = -m v and L_xi v = m u; default: two variables.
    charge : m.
    steps : of the staircase, on each side.
    budget : seconds for each search for a proof (default 20).

    Raises InputError for a generator or phase that does not exist, or a deviation that is not positive.
    """
    if not isinstance(system, System):
        raise InputError(f"certify_lifetime needs a System, got {type(system).__name__}")
    if type(steps) is not int or steps < 1:
        raise InputError(f"steps must be a positive integer, got {steps!r}")
    if type(generator) is not int or not 0 <= generator < system.action.p:
        raise InputError(f"generator must be from 0 to {system.action.p - 1}, got {generator!r}")
    limit = 20.0 if budget is None else float(budget)
    system, _ = with_region(system, limit)
    certificate = certify(system, evidence=False, budget=budget, progress=progress)
    ground = Ground(system)
    meant = linear_phase(ground, generator) if phase is None else _read_phase(system, phase, charge)
    request = Request(generator, meant, _deviation(deviation, meant), steps)
    bounds = robustness(ground, certificate.obligations, request, limit)
    return replace(certificate, obligations={**certificate.obligations, "robustness": bounds})


def _read_phase(system: System, phase: Sequence[Any], charge: int) -> Phase:
    pair = list(phase)
    if len(pair) != 2:
        raise InputError(f"phase: give the two functions (u, v), got {len(pair)}")
    u, v = system._trees(pair, "phase")
    return Phase(u, v, charge)


def _deviation(given: Any, phase: Phase | None) -> Fraction | None:
    if given is None:
        return None
    value = Reader(decimal=True).number(given, "deviation")
    if not 0 < value <= 1:
        raise InputError(f"deviation must be positive and at most 1 radian, got {value}")
    if phase is None:
        raise InputError("no pair of variables is turned by the generator; give phase=(u, v)")
    return value
