"""One certificate: read it, re-derive every obligation that it claims proved, compare the conclusion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from .asymptotics import check_recurrence, check_transversality
from .closure import check_closure, formally_independent
from .compactness import check_compactness
from .conclusion import KEYS, Facts, compare, conclude
from .domain import check_domain
from .equivariance import check_equivariance, residuals_vanish
from .integrals import check_integrals, integral_residuals
from .invariance import check_invariance
from .moving import flow_moves
from .normalizer import Constants, check_normalizer
from .rank import Ranks, check_rank
from .reader import digest, read
from .refusal import NotDerived, Unreadable
from .refutation import is_refuted
from .robustness import Bounds, check_robustness
from .scope import check_scope
from .shape import choice, fields, listing, rule_of, show, text
from .statement import Statement, read_statement
from .system import System
from .witnesses import check_witnesses

SCHEMA = 1
_TOP = ["schema", "statement", "obligations", "conclusion", "digest", "evidence", "provenance"]
_REQUIRED = ["closure", "domain", "equivariance", "compactness", "invariance", "rank", "recurrence"]
_OPTIONAL = ["transversality", "integrals", "robustness"]
_REFUTABLE = ("recurrence", "transversality")  # their refutations carry proofs
_STAYS = ("domain", "compactness", "invariance")
_ENDING = ("darboux", "darboux-flow", "monotone")  # rules by which every orbit ends where nothing is counted
_RECORD = ["claim", "verdict", "method", "witness", "proof", "advice"]
_VERDICTS = ("PROVED", "REFUTED", "UNDECIDED", "ASSUMED")

Obligations = dict[str, dict[str, Any]]


@dataclass
class Report:
    """What was re-derived: `outcomes` says for every obligation how it stands."""

    statement: Statement
    conclusion: dict[str, Any]
    outcomes: dict[str, str]
    ranks: Ranks | None
    bounds: Bounds | None
    constants: Constants | None

    @property
    def certified(self) -> bool:
        return bool(self.conclusion["verdict"] == "CERTIFIED")


def read_certificate(data: bytes) -> dict[str, Any]:
    """The certificate as an object with the right keys and the right schema version."""
    value = read(data)
    version = value.get("schema") if type(value) is dict else None
    if type(version) is int and version != SCHEMA:
        raise Unreadable(f"schema version {show(version)}; this checker reads version {SCHEMA} only")
    fields(value, "a certificate", _TOP)
    if type(version) is not int:
        raise Unreadable("schema must be the integer 1")
    for key in ("evidence", "provenance"):
        if type(value[key]) is not dict:
            raise Unreadable(f"{key} must be an object")
    text(value["digest"], "digest")
    return dict(value)


def _read_obligations(value: Any) -> Obligations:
    fields(value, "obligations", _REQUIRED, _OPTIONAL)
    for name, entry in value.items():
        fields(entry, f"obligation {name}", _RECORD, ["notes"])
        choice(entry["verdict"], f"the verdict of {name}", _VERDICTS)
        for key in ("claim", "method"):
            text(entry[key], f"the {key} of {name}")
        if entry["advice"] is not None:
            text(entry["advice"], f"the advice of {name}")
        for note in listing(entry.get("notes", []), "notes"):
            text(note, "a note")
        if entry["proof"] is not None and type(entry["proof"]) is not dict:
            raise Unreadable(f"the proof of {name} must be an object or null")
    return dict(value)


def _holds_anyway(system: System, name: str) -> bool:
    """Whether a claim said to be refuted is in fact an identity."""
    try:
        if name == "equivariance":
            return residuals_vanish(system)
        return name == "integrals" and not any(integral_residuals(system))
    except (NotDerived, Unreadable):  # the second: a normal form too large to be made
        return False


def _rederive(system: System, obligations: Obligations) -> tuple[dict[str, str], dict[str, Any]]:
    """How every obligation stands, and what the rules of the proved ones found: ranks, counts, constants, bounds.

    Raises NotDerived, naming the obligation.
    """
    results: dict[str, Any] = {}

    def check(name: str, rule: Callable[[Any], Any]) -> None:
        entry = obligations.get(name)
        if entry is None:
            return
        verdict, proof = entry["verdict"], entry["proof"]
        try:
            if verdict == "PROVED":
                results[name] = rule(proof)
            elif verdict == "REFUTED" and name in _REFUTABLE:
                rule(proof)
            elif verdict == "UNDECIDED" and name == "recurrence" and proof is not None:
                check_scope(system, proof, results.get("rank"))
            elif proof is not None:
                raise NotDerived(f"it is {verdict} and carries a proof")
            elif verdict == "REFUTED" and _holds_anyway(system, name):
                raise NotDerived("it is claimed refuted, yet it holds identically")
        except NotDerived as error:
            raise NotDerived(f"{name}: {error}") from None
        checked = verdict == "PROVED" or name in _REFUTABLE or is_refuted(system, name, entry["witness"])
        words = {"ASSUMED": "assumed", "UNDECIDED": "left open"}
        outcomes[name] = words.get(verdict, "re-derived" if checked else "claimed, not re-derived")

    outcomes: dict[str, str] = {}
    check("domain", lambda proof: check_domain(system, proof))
    if rule_of(obligations["domain"]["proof"]) == "open" and any(
        obligations[name]["verdict"] == "PROVED" for name in ("compactness", "invariance")
    ):
        raise NotDerived("domain: where it is open, N is not given: compactness and invariance can only be assumed")
    carried = rule_of(obligations["equivariance"]["proof"]) == "normalizer"
    check("equivariance", partial(check_normalizer if carried else check_equivariance, system))
    if system.statement.normalizing and obligations["equivariance"]["verdict"] == "ASSUMED":
        raise NotDerived("equivariance: a normalizer is not assumed, its constants are proved")
    check("compactness", lambda proof: check_compactness(system, proof))
    check("invariance", lambda proof: check_invariance(system, proof))
    check("rank", lambda proof: check_rank(system, proof))
    r = results.get("rank")
    check("closure", lambda proof: check_closure(system, proof, r.generic if r else None))
    for name, rule in (("recurrence", check_recurrence), ("transversality", check_transversality)):
        refuted = name in obligations and obligations[name]["verdict"] == "REFUTED"
        check(name, lambda proof, rule=rule, refuted=refuted: rule(system, proof, refuted, r))  # type: ignore[misc]
    check("integrals", lambda proof: check_integrals(system, proof))
    check("robustness", lambda proof: _check_robustness(system, obligations, proof))
    check_witnesses(system, obligations)
    return outcomes, results


def _check_robustness(system: System, obligations: Obligations, proof: Any) -> Bounds:
    """The bounds are about orbits that stay in N, so N must be known to hold them."""
    if any(obligations[name]["verdict"] != "PROVED" for name in _STAYS):
        raise NotDerived("domain, compactness and invariance must be proved for it")
    return check_robustness(system, proof)


def _facts(system: System, obligations: Obligations, results: dict[str, Any]) -> Facts:
    ranks, counts = results.get("rank"), results.get("integrals")
    verdicts = {name: entry["verdict"] for name, entry in obligations.items()}
    rule = rule_of(obligations.get("transversality", {}).get("proof"))
    if verdicts.get("transversality") == "REFUTED" and rule in _ENDING:
        verdicts["transversality"] = "DARBOUX"
    below = (obligations["recurrence"]["proof"] or {}).get("equilibrium", {})
    return Facts(
        verdicts=verdicts,
        ranks=ranks,
        flow_moves=ranks is not None and flow_moves(system, ranks),
        has_inputs=bool(system.statement.inputs),
        at_least=system.statement.at_least,
        conserved=counts.total if counts is not None else 0,
        fewest=below.get("zeros"),
        constants=results.get("equivariance"),
    )


def check(data: bytes) -> Report:
    """Check the certificate in `data`. Raises Unreadable (exit 2) or NotDerived (exit 1)."""
    certificate = read_certificate(data)
    try:
        statement = read_statement(certificate["statement"])
        obligations = _read_obligations(certificate["obligations"])
        stated = fields(certificate["conclusion"], "conclusion", KEYS)
        if certificate["digest"] != digest(certificate):
            raise NotDerived("the digest does not belong to this content")
        system = System(statement)
        if obligations["closure"]["verdict"] != "REFUTED" and not _independent(system):
            raise NotDerived("the generators are linearly dependent, or one of them is zero")
        if not _starts_inside(system):
            raise NotDerived("the start lies outside the region")
        outcomes, results = _rederive(system, obligations)
        derived = conclude(_facts(system, obligations, results))
    except RecursionError:
        raise Unreadable("an expression is nested too deeply") from None
    compare(stated, derived)
    found = (results.get(name) for name in ("rank", "robustness", "equivariance"))
    return Report(statement, derived, outcomes, *found)


def _starts_inside(system: System) -> bool:
    try:
        return system.contains(system.whole(system.statement.start))
    except NotDerived:
        return True  # a condition without a rational value there: the start is no part of a proof


def _independent(system: System) -> bool:
    try:
        return formally_independent(system)
    except NotDerived:
        return True
