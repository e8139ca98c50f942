"""Verdicts of obligations and conclusions of certificates."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What is known of one obligation."""

    PROVED = "PROVED"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"
    ASSUMED = "ASSUMED"


class Conclusion(StrEnum):
    """What a certificate concludes."""

    CERTIFIED = "CERTIFIED"
    CONDITIONAL = "CONDITIONAL"
    REFUTED = "REFUTED"
    UNDECIDED = "UNDECIDED"


@dataclass(frozen=True)
class Obligation:
    """One hypothesis of the theorem: the claim, the verdict and what settles it.

    ``proof`` is plain JSON data for the independent checker, ``witness`` the re-evaluable
    counterexample of a refutation, ``advice`` the cheapest thing that would settle an UNDECIDED.
    """

    claim: str
    verdict: Verdict
    method: str
    witness: dict[str, Any] | None = None
    proof: dict[str, Any] | None = None
    advice: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """True where the obligation may be used: proved, or assumed on the user's word."""
        return self.verdict in (Verdict.PROVED, Verdict.ASSUMED)


def proved(claim: str, method: str, proof: dict[str, Any], notes: tuple[str, ...] = ()) -> Obligation:
    return Obligation(claim, Verdict.PROVED, method, proof=proof, notes=notes)


def refuted(
    claim: str,
    method: str,
    witness: dict[str, Any],
    proof: dict[str, Any] | None = None,
    notes: tuple[str, ...] = (),
) -> Obligation:
    return Obligation(claim, Verdict.REFUTED, method, witness=witness, proof=proof, notes=notes)


def undecided(
    claim: str,
    method: str,
    advice: str,
    proof: dict[str, Any] | None = None,
    notes: tuple[str, ...] = (),
) -> Obligation:
    return Obligation(claim, Verdict.UNDECIDED, method, advice=advice, proof=proof, notes=notes)
