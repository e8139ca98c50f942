"""The theorem: from verdicts and ranks to the statements, the counts and the conclusion that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .normalizer import Constants
from .rank import Ranks
from .reader import canonical
from .refusal import NotDerived
from .shape import show

EVERYWHERE = "every x in N"
OFF_SIGMA = "every x in N whose orbit does not converge to Sigma"
OFF_SIGMA_FLOW = "every x in N whose orbit does not converge to Sigma'"
MEASURES = "almost every x of every invariant measure that does not charge Sigma"
NOT_DEGENERATE = "almost every x of every invariant measure that charges no drop of the integrals' ranks"
KEYS = ("statements", "assumptions", "zero_exponents", "zero_exponents_if", "verdict")
PREMISES = ("equivariance", "domain", "compactness", "invariance")
_CLAIMS = ("closure", "integrals", *PREMISES)


@dataclass(frozen=True)
class Facts:
    """What has been re-derived; `flow_moves`: a flow without inputs, rank [Xi f] = r + 1 at the rank proof's point.

    `fewest`: a bound on the zero exponents at one point of N, shown where recurrence is refuted.
    """

    verdicts: Mapping[str, str]
    ranks: Ranks | None
    flow_moves: bool
    has_inputs: bool
    at_least: int | None
    conserved: int = 0
    fewest: int | None = None
    constants: Constants | None = None


def _entry(count: int, theorem: str, counts: str, where: str) -> dict[str, Any]:
    return {"count": count, "theorem": theorem, "counts": counts, "where": where}


def statements(facts: Facts) -> list[dict[str, Any]]:
    """The statements that follow, in the order of docs/certificate.md."""
    ready = all(facts.verdicts[name] in ("PROVED", "ASSUMED") for name in PREMISES)
    if not (ready and facts.ranks):
        return []
    r, q = facts.ranks.generic, facts.ranks.uniform
    if facts.constants is not None:
        return _normalized(facts.constants, q, facts.verdicts.get("transversality"))
    result = []
    if q >= 1:
        result.append(_entry(q, "U" if q == r else "U'", "group", EVERYWHERE))
    if r > q and facts.verdicts["recurrence"] != "REFUTED":
        result.append(_entry(r, "W", "group", OFF_SIGMA))
        if not facts.has_inputs:
            result.append(_entry(r, "R", "group", MEASURES))
    transversality = facts.verdicts.get("transversality", "DARBOUX")
    if transversality == "PROVED" and q == r:
        result.append(_entry(r + 1, "U'", "group+flow", EVERYWHERE))
    elif facts.flow_moves and transversality != "DARBOUX" and facts.verdicts["recurrence"] != "REFUTED":
        result.append(_entry(r + 1, "W", "group+flow", OFF_SIGMA_FLOW))
    if facts.conserved:
        result.append(_entry(facts.conserved, "I", "group+flow+integrals", NOT_DEGENERATE))
    return result


def _normalized(constants: Constants, q: int, transversality: str | None) -> list[dict[str, Any]]:
    """The neutral eigenvalues of B, where the generators are independent on N; [f, f] = 0 adds one to them."""
    result = []
    if q == constants.generators and constants.plain and constants.zeros:
        result.append(_entry(constants.zeros, "N", "group", EVERYWHERE))
    if q == constants.generators and transversality == "PROVED":
        result.append(_entry(constants.zeros + 1, "N", "group+flow", EVERYWHERE))
    return result


def _asked_too_much(facts: Facts) -> bool:
    """Whether more zeros were asked for at every x of N, which is invariant, than a point of it can have."""
    proved = all(facts.verdicts[name] == "PROVED" for name in ("domain", "compactness", "invariance"))
    if facts.fewest is None or facts.at_least is None or not proved:
        return False
    return facts.verdicts["recurrence"] == "REFUTED" and facts.at_least > facts.fewest


def conclude(facts: Facts) -> dict[str, Any]:
    """The conclusion that follows from the facts; a refuted certificate states no counts."""
    refuted = any(facts.verdicts.get(name) == "REFUTED" for name in _CLAIMS) or _asked_too_much(facts)
    found = [] if refuted else statements(facts)
    assumptions = [name for name in PREMISES if found and facts.verdicts[name] == "ASSUMED"]
    everywhere = max((s["count"] for s in found if s["where"] == EVERYWHERE), default=0)
    certified = not assumptions and everywhere >= max(1, facts.at_least or 1)
    verdict = "CERTIFIED" if certified else "CONDITIONAL" if found else "UNDECIDED"
    verdict = "REFUTED" if refuted else verdict
    return {
        "verdict": verdict,
        "zero_exponents": everywhere if verdict == "CERTIFIED" else 0,
        "zero_exponents_if": max((s["count"] for s in found), default=0),
        "assumptions": assumptions,
        "statements": found,
    }


def compare(stated: dict[str, Any], derived: dict[str, Any]) -> None:
    """Raise NotDerived, naming the first difference, unless the two conclusions are the same."""
    for key in KEYS:
        if canonical(stated[key]) != canonical(derived[key]):  # as text: in Python true equals 1
            raise NotDerived(f"conclusion.{key} is stated as {show(stated[key])}, but {derived[key]} follows")
