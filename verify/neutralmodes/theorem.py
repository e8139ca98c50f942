"""From verdicts to counts: which statements follow from the obligations, and the conclusion.

The same rules are written a second time, independently, in neutralmodes_check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from neutralmodes.verdict import Conclusion, Obligation, Verdict

EVERYWHERE = "every x in N"
OFF_SIGMA = "every x in N whose orbit does not converge to Sigma"
OFF_FLOW_SIGMA = "every x in N whose orbit does not converge to Sigma'"
ALMOST_EVERY = "almost every x of every invariant measure that does not charge Sigma"
NOT_DEGENERATE = "almost every x of every invariant measure that charges no drop of the integrals' ranks"
ENDING = ("darboux", "darboux-flow", "monotone")  # rules by which every orbit ends in the set where nothing is counted
HYPOTHESES = ("equivariance", "domain", "compactness", "invariance")


@dataclass(frozen=True)
class Statement:
    """At least ``count`` Lyapunov exponents are zero at the points that ``where`` describes."""

    count: int
    theorem: str
    counts: str
    where: str

    def __str__(self) -> str:
        zeros = "1 exponent is zero" if self.count == 1 else f"{self.count} exponents are zero"
        return f"at least {zeros} at {self.where} (theorem {self.theorem}, {self.counts})"


@dataclass(frozen=True)
class Result:
    """The conclusion with its counts; ``assumptions`` are the ASSUMED obligations that it uses."""

    conclusion: Conclusion
    zero_exponents: int
    zero_exponents_if: int
    statements: tuple[Statement, ...]
    assumptions: tuple[str, ...]


def statements(obligations: Mapping[str, Obligation], *, flow_moves: bool, inputs: bool) -> tuple[Statement, ...]:
    """Every count that follows.

    ``flow_moves``: rank [Xi f] = r + 1 at the point of the rank proof; ``inputs``: the rule has
    inputs, so that it has no invariant measures to speak of.
    """
    rank = obligations["rank"]
    if not all(obligations[name].holds for name in HYPOTHESES):
        return ()
    if rank.verdict is not Verdict.PROVED or rank.proof is None:
        return ()
    r, q = rank.proof["generic"], rank.proof["uniform"]
    constants = obligations["equivariance"].proof
    if constants is not None and constants["rule"] == "normalizer":
        return tuple(_normalizer_statements(obligations, constants, q))
    found = []
    if q >= 1:
        found.append(Statement(q, "U" if q == r else "U'", "group", EVERYWHERE))
    if r > q and obligations["recurrence"].verdict is not Verdict.REFUTED:
        found.append(Statement(r, "W", "group", OFF_SIGMA))
        if not inputs:
            found.append(Statement(r, "R", "group", ALMOST_EVERY))
    if flow := _flow_statement(obligations, r, q, flow_moves):
        found.append(flow)
    if conserved := _integrals_statement(obligations):
        found.append(conserved)
    return tuple(found)


def _normalizer_statements(
    obligations: Mapping[str, Obligation], constants: Mapping[str, Any], q: int
) -> Iterator[Statement]:
    """The zeros of B, where the generators are independent at every x; with the flow one more."""
    zeros, transversality = constants["zeros"], obligations.get("transversality")
    if q < len(constants["matrix"]):
        return
    if zeros and all(mu == "0" for mu in constants["along"]):
        yield Statement(zeros, "N", "group", EVERYWHERE)
    if transversality is not None and transversality.verdict is Verdict.PROVED:
        yield Statement(zeros + 1, "N", "group+flow", EVERYWHERE)


def _integrals_statement(obligations: Mapping[str, Obligation]) -> Statement | None:
    """w + m - r zeros by the commuting directions and the integrals together."""
    integrals = obligations.get("integrals")
    counts = None if integrals is None or integrals.proof is None else integrals.proof["counts"]
    if counts is None:
        return None
    total = counts["commuting"] + counts["independent"] - counts["mixed"]
    return Statement(total, "I", "group+flow+integrals", NOT_DEGENERATE) if total else None


def _flow_statement(obligations: Mapping[str, Obligation], r: int, q: int, flow_moves: bool) -> Statement | None:
    transversality = obligations.get("transversality")
    if transversality is None:
        return None
    if transversality.verdict is Verdict.PROVED and q == r:
        return Statement(r + 1, "U'", "group+flow", EVERYWHERE)
    ends = transversality.proof is not None and transversality.proof["rule"] in ENDING
    ends = ends or obligations["recurrence"].verdict is Verdict.REFUTED  # Sigma lies in Sigma'
    return None if ends or not flow_moves else Statement(r + 1, "W", "group+flow", OFF_FLOW_SIGMA)


def conclude(obligations: Mapping[str, Obligation], found: tuple[Statement, ...], at_least: int | None) -> Result:
    """The conclusion of THEORY: CERTIFIED, CONDITIONAL, REFUTED or UNDECIDED, and both counts."""
    if _refuted(obligations, at_least):
        return Result(Conclusion.REFUTED, 0, 0, (), ())
    best = max((s.count for s in found), default=0)
    everywhere = max((s.count for s in found if s.where == EVERYWHERE), default=0)
    assumed = tuple(n for n in HYPOTHESES if found and obligations[n].verdict is Verdict.ASSUMED)
    if not assumed and everywhere >= max(1, at_least or 1):
        return Result(Conclusion.CERTIFIED, everywhere, best, found, ())
    verdict = Conclusion.CONDITIONAL if found else Conclusion.UNDECIDED
    return Result(verdict, 0, best, found, assumed)


def _refuted(obligations: Mapping[str, Obligation], at_least: int | None) -> bool:
    claims = ("closure", "domain", "equivariance", "integrals", "compactness", "invariance")
    if any(obligations[name].verdict is Verdict.REFUTED for name in claims if name in obligations):
        return True
    recurrence = obligations["recurrence"]
    if at_least is None or recurrence.verdict is not Verdict.REFUTED or recurrence.proof is None:
        return False
    below = recurrence.proof.get("equilibrium")
    kept = all(obligations[name].verdict is Verdict.PROVED for name in HYPOTHESES if name != "equivariance")
    return kept and below is not None and below["zeros"] < at_least
