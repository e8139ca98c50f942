"""The pipeline of ``certify``: obligations, theorem, evidence, certificate."""

from __future__ import annotations

import math
import platform
import sys
import threading
import time as clock
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from neutralmodes.action import LieAction
from neutralmodes.certificate import Certificate, statement_of
from neutralmodes.errors import InputError
from neutralmodes.exact.expression import Tree, add, multiply
from neutralmodes.obligations.black_box import NEEDS_RULE, only_values
from neutralmodes.obligations.closure import closure
from neutralmodes.obligations.compactness import compactness
from neutralmodes.obligations.diagnosis import diagnose
from neutralmodes.obligations.domain import domain
from neutralmodes.obligations.equivariance import equivariance
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.integrals import integrals
from neutralmodes.obligations.invariance import invariance
from neutralmodes.obligations.moving import flow_moves
from neutralmodes.obligations.rank import rank
from neutralmodes.obligations.recurrence import recurrence
from neutralmodes.obligations.search import with_region
from neutralmodes.obligations.transversality import transversality
from neutralmodes.once import Once
from neutralmodes.system import System
from neutralmodes.theorem import Result, conclude, statements
from neutralmodes.verdict import Obligation, Verdict

if TYPE_CHECKING:
    from neutralmodes.evidence.spectrum import Spectrum

_LOCK = threading.Lock()  # python-flint's precision is global to the process
Progress = Callable[[str, float], None]


def certify(
    system: System,
    *,
    digits: int | None = None,
    time: float | None = None,
    seed: int = 0,
    evidence: bool = True,
    progress: Progress | None = None,
    budget: float | None = None,
    evidence_budget: float | None = None,
    members: int | None = None,
) -> Certificate:
    """Prove what can be proved about a system and gather numerical evidence.

    Parameters
    ----------
    digits : correct decimal digits wanted of the transport at the final time (default 30).
    time : final time of the evidence (iterates for maps).
    seed : of the random frames; the same command gives the same certificate, provenance aside.
    evidence : False for the proofs alone.
    progress : called with (stage, fraction done).
    budget : nominal seconds, counted in arithmetic, for each search for a proof (default 20), 500 boxes a
        second in pavings; past it UNDECIDED.
    evidence_budget : nominal seconds, counted in steps, for the numbers: costly runs end early, and
        the evidence says so. By default the full lengths. A ``time`` that is given is kept.
    members : independent orbits over which the spectrum is averaged, each of them for ``time``; by default one.

    Raises InputError for malformed arguments. Threads are served one after the other.

    >>> import sympy as sp, neutralmodes as nm
    >>> x, y = sp.symbols("x y", real=True)
    >>> field = nm.VectorField([x, y], [x * (1 - x**2 - y**2) - y, y * (1 - x**2 - y**2) + x])
    >>> region = nm.Region.annulus([x, y], "1/2", 2)
    >>> hopf = nm.System("hopf", field, nm.LieAction([x, y], [[-y, x]]), region, start=[1, 0])
    >>> nm.certify(hopf, evidence=False).zero_exponents
    1
    """
    proved = Proved(system, budget, progress)
    return proved.certificate(
        seed, digits=digits, time=time, evidence=evidence, evidence_budget=evidence_budget, members=members
    )


class Proved:
    """A system whose proofs are done: certificates for any number of seeds, of which one alone is ``certify``'s.

    What of the numbers does not depend on the seed is measured once.
    """

    def __init__(self, system: System, budget: float | None = None, progress: Progress | None = None) -> None:
        if not isinstance(system, System):
            raise InputError(f"certify needs a System, got {type(system).__name__}")
        self._begin, self._report = clock.perf_counter(), progress or (lambda stage, done: None)
        limit = 20.0 if budget is None else float(budget)
        with _LOCK:
            self._system, words = (system, "") if system.dynamics.function else with_region(system, limit)
            ground, self._obligations, self._result = _prove(self._system, limit, self._report)
            if words:
                found = self._obligations["compactness"]
                self._obligations["compactness"] = replace(found, notes=(*found.notes, words))
            left = _surviving(ground, self._obligations)
            self._surviving = None if left is None else _bare(left, *_prove(left, limit, self._report)[1:])
        self._once = Once()

    def certificate(
        self,
        seed: int = 0,
        *,
        digits: int | None = None,
        time: float | None = None,
        evidence: bool = True,
        evidence_budget: float | None = None,
        members: int | None = None,
        measured: Spectrum | None = None,
    ) -> Certificate:
        """The certificate; ``measured`` is its spectrum where that is known, the rest as for ``certify``."""
        if evidence_budget is not None and not evidence_budget > 0:
            raise InputError(f"evidence_budget must be positive, got {evidence_budget!r}")
        asked = {"digits": digits, "time": time, "budget": evidence_budget, "members": members}
        with _LOCK:
            numbers = self._numbers(asked, seed, measured) if evidence else {}
        seconds, self._begin = clock.perf_counter() - self._begin, clock.perf_counter()
        statement, provenance = statement_of(self._system), _provenance(seconds, seed, asked)
        return Certificate(statement, self._obligations, self._result, numbers, provenance, self._surviving)

    def _numbers(self, asked: dict[str, Any], seed: int, measured: Spectrum | None) -> dict[str, Any]:
        from neutralmodes.evidence.summary import gather

        result = self._result
        uniform = any(s.theorem == "U" for s in result.statements)
        return gather(
            self._system,
            **asked,
            seed=seed,
            progress=self._report,
            proved=result.zero_exponents,
            claims=[(s.count, s.counts) for s in result.statements],
            log_ratio=_log_ratio(self._obligations["rank"]) if uniform else None,
            once=self._once,
            measured=measured,
        )


def _prove(system: System, limit: float, report: Progress) -> tuple[Ground, dict[str, Obligation], Result]:
    ground = Ground(system)
    obligations = _obligations(ground, limit, report)
    moves = "transversality" in obligations and flow_moves(ground, obligations["rank"])
    found = statements(obligations, flow_moves=moves, inputs=bool(system.dynamics.inputs))
    return ground, obligations, conclude(obligations, found, system.at_least)


def _surviving(ground: Ground, obligations: dict[str, Obligation]) -> System | None:
    """The system with the part of the action that still commutes; the diagnosis becomes notes."""
    broken = obligations["equivariance"]
    diagnosis = diagnose(ground) if broken.verdict is Verdict.REFUTED else None
    if diagnosis is None:
        return None
    obligations["equivariance"] = replace(broken, notes=(*broken.notes, *str(diagnosis).splitlines()))
    if not diagnosis.commuting.dimension:
        return None
    action = ground.system.action
    components = list(zip(*ground.generators, strict=True))
    rows = [[_combination(c, trees) for trees in components] for c in diagnosis.commuting.basis]
    left = LieAction.from_trees(action.variables, rows, diagnosis.commuting.name or None)
    return ground.system.restricted(left)


def _combination(coefficients: Sequence[str], trees: Sequence[Tree]) -> Tree:
    return add(multiply(pair) for pair in zip(coefficients, trees, strict=True))


def _bare(system: System, obligations: dict[str, Obligation], result: Result) -> Certificate:
    return Certificate(statement_of(system), obligations, result, {}, {})


def _obligations(ground: Ground, budget_s: float, report: Progress) -> dict[str, Obligation]:
    found: dict[str, Obligation] = {}
    steps: list[tuple[str, Callable[[], Obligation | None]]] = [
        ("closure", lambda: closure(ground)),
        ("domain", lambda: domain(ground)),
        ("equivariance", lambda: equivariance(ground)),
        ("compactness", lambda: compactness(ground)),
        ("invariance", lambda: invariance(ground, budget_s)),
        ("rank", lambda: rank(ground, budget_s)),
        ("recurrence", lambda: recurrence(ground, found["rank"], _for_scopes(found, budget_s))),
        ("transversality", lambda: transversality(ground, found["rank"], _for_scopes(found, budget_s))),
        ("integrals", lambda: integrals(ground)),
    ]
    for i, (name, step) in enumerate(steps):
        report(name, i / len(steps))
        hidden = ground.system.dynamics.function is not None and name in NEEDS_RULE
        obligation = only_values(name) if hidden else step()
        if obligation is not None:
            found[name] = _assumed(ground, name, obligation)
    return found


def _for_scopes(found: dict[str, Obligation], budget_s: float) -> float:
    """The budget of what tells where a count holds: little where a refuted symmetry leaves no count."""
    return budget_s / (40 if found["equivariance"].verdict is Verdict.REFUTED else 2)


def _assumed(ground: Ground, name: str, obligation: Obligation) -> Obligation:
    """The user's word in place of an UNDECIDED; it never outranks a proof or a refutation."""
    reason = ground.system.assume.get(name)
    if reason is None and ground.unbounded_by_choice and name in ("compactness", "invariance"):
        reason = "no region was given or found: N is any compact forward invariant set in the domain"
    if reason is None or obligation.verdict is not Verdict.UNDECIDED:
        return obligation
    return replace(obligation, verdict=Verdict.ASSUMED, method=f"assumed: {reason}", advice="")


def _log_ratio(rank: Obligation) -> float | None:
    """log(C/c) of the proved constants; None where there are none."""
    constants = (rank.proof or {}).get("constants")
    return math.log(Fraction(constants["C2"]) / Fraction(constants["c2"])) / 2 if constants else None


def _provenance(seconds: float, seed: int, asked: dict[str, Any]) -> dict[str, Any]:
    packages = ("neutralmodes", "sympy", "python-flint", "mpmath", "numpy", "scipy", "heyoka")
    return {
        "seconds": f"{seconds:.3f}",
        "seed": seed,
        **asked_in_words(asked),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "versions": {name: found for name in packages if (found := _version(name))},
        "command": " ".join(sys.argv[:1] and [sys.argv[0].rsplit("/", 1)[-1], *sys.argv[1:]]),
    }


def asked_in_words(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The lengths asked for, as the provenance names them: no floats, which no certificate holds."""
    return {name: None if value is None else str(value) for name, value in asked.items()}


@cache
def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
