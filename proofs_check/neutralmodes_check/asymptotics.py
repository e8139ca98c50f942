"""Recurrence and transversality: where orbits end, and whether the flow direction leaves E on all of N."""

from __future__ import annotations

from typing import Any

from .equilibria import check_equilibrium
from .matrices import gram_sum
from .monotone import check_monotone, compose, read_function
from .positivity import check_positivity, read_polynomial
from .quotient import Quotient, total
from .rank import Ranks, rank_at
from .refusal import NotDerived
from .shape import choice, fields, listing, rationals, rule_of
from .system import System


def _decaying(system: System, value: Any) -> list[Quotient]:
    """The factors p, each shown to decay along every orbit: L_f p = K p with -K > 0 on N."""
    names, found = system.statement.names, []
    for entry in listing(value, "factors"):
        fields(entry, "a decaying factor", ["factor", "cofactor", "positivity"])
        p, k = read_function(system, entry["factor"]), Quotient(read_polynomial(system.ring, entry["cofactor"], names))
        if system.statement.kind == "flow":
            moved, decay = system.lie(system.rule)(p), k.scaled(-1)
        else:
            moved, decay = compose(system, p.num), system.number(1) - k * k
        if moved - k * p:
            raise NotDerived("a factor does not evolve with the stated cofactor")
        check_positivity(system, entry["positivity"], decay, strict=True)
        found.append(p)
    return found


def _is_combination(system: System, target: Quotient, value: Any, factors: list[Quotient]) -> bool:
    """Whether target = sum h_i p_i with the stated polynomials h_i."""
    names, parts = system.statement.names, [target.scaled(-1)]
    for h, p in zip(listing(value, "combination", len(factors)), factors, strict=True):
        parts.append(Quotient(read_polynomial(system.ring, h, names)) * p)
    return not total(system.ring, parts)


def _check_darboux(system: System, proof: Any, of: str, gram: Quotient) -> None:
    """The sum of the minors is a combination of decaying factors: every orbit ends where it is zero."""
    fields(proof, "a darboux proof", ["rule", "of", "factors", "combination"], ["equilibrium"])
    if choice(proof["of"], "of", ("rank", "flow")) != of:
        raise NotDerived(f"this darboux proof must be of {of!r}")
    if not _is_combination(system, gram, proof["combination"], _decaying(system, proof["factors"])):
        raise NotDerived("the sum of the minors is not the stated combination of the factors")


def _check_darboux_flow(system: System, proof: Any) -> None:
    """f is a constant combination of the generators plus decaying factors: orbits end where f lies in E."""
    fields(proof, "a darboux-flow proof", ["rule", "factors", "constants", "combination"])
    factors = _decaying(system, proof["factors"])
    constants = rationals(proof["constants"], "constants", len(system.generators))
    rows = listing(proof["combination"], "combination", len(system.rule))
    for j, (f, row) in enumerate(zip(system.rule, rows, strict=True)):
        along = [xi[j].scaled(-c) for c, xi in zip(constants, system.generators, strict=True)]
        if not _is_combination(system, total(system.ring, [f, *along]), row, factors):
            raise NotDerived(f"component {j} of the rule is not the stated combination")


def check_recurrence(system: System, proof: Any, refuted: bool, ranks: Ranks | None) -> None:
    """Uniform rank proves recurrence; decaying factors of e_r, or a function that falls by e_r, refute it."""
    if ranks is None:
        raise NotDerived("recurrence needs a proved rank")
    rule = rule_of(proof)
    if rule == "uniform" and not refuted:
        fields(proof, "the proof of recurrence", ["rule"])
        if ranks.uniform != ranks.generic:
            raise NotDerived(f"the uniform rank {ranks.uniform} is below the generic rank {ranks.generic}")
    elif rule in ("darboux", "monotone") and refuted:
        refute = _check_darboux if rule == "darboux" else check_monotone
        refute(system, proof, "rank", gram_sum(system.ring, system.generators, ranks.generic))
        if "equilibrium" in proof:
            check_equilibrium(system, proof["equilibrium"])
    else:
        raise NotDerived("recurrence has no such rule")


def check_transversality(system: System, proof: Any, refuted: bool, ranks: Ranks | None) -> None:
    """e_{r+1} of the Gram matrix of [Xi f] is positive on N; or a point, or a decaying factor, refutes."""
    statement = system.statement
    if ranks is None:
        raise NotDerived("transversality needs a proved rank")
    if statement.kind == "map" or statement.inputs:
        raise NotDerived("the flow direction counts only for flows without inputs")
    rule = rule_of(proof)
    if rule == "point" and refuted:
        values = rationals(fields(proof, "a point", ["rule", "at"])["at"], "at", len(statement.variables))
        if not system.contains(system.whole(values)) or rank_at(system, values, flow=True) > ranks.generic:
            raise NotDerived("the point does not refute transversality")
        return
    if rule == "darboux-flow" and refuted:
        _check_darboux_flow(system, proof)
        return
    gram = gram_sum(system.ring, [*system.generators, system.rule], ranks.generic + 1)
    if rule == "minors" and not refuted:
        fields(proof, "the proof of transversality", ["rule", "positivity"])
        check_positivity(system, proof["positivity"], gram, strict=True)
    elif rule in ("darboux", "monotone") and refuted and "equilibrium" not in proof:
        refute = _check_darboux if rule == "darboux" else check_monotone
        refute(system, proof, "flow", gram)
    else:
        raise NotDerived("transversality has no such rule")
