"""Recurrence and transversality: where orbits end, and whether the flow direction leaves E on all of N."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .matrices import gram_sum
from .positivity import check_positivity, read_polynomial
from .quotient import Quotient, total
from .rank import Ranks, rank_at
from .refusal import NotDerived
from .shape import choice, fields, rationals
from .system import System


def _check_darboux(system: System, proof: Any, of: str, gram: Quotient) -> None:
    """p divides the sum of minors, and |p| decays along every orbit: L_f p = K p with -K > 0 on N."""
    fields(proof, "a darboux proof", ["rule", "of", "factor", "cofactor", "positivity"])
    if choice(proof["of"], "of", ("rank", "flow")) != of:
        raise NotDerived(f"this darboux proof must be of {of!r}")
    names = system.statement.names
    p = Quotient(read_polynomial(system.ring, proof["factor"], names))
    k = Quotient(read_polynomial(system.ring, proof["cofactor"], names))
    if not p or gram.den or gram.num.over(p.num) is None:
        raise NotDerived("the factor does not divide the sum of the minors")
    if system.statement.kind == "flow":
        moved, decay = system.lie(system.rule)(p), k.scaled(-1)
    else:
        moved = _compose(system, p)
        decay = system.number(1) - k * k
    if moved - k * p:
        raise NotDerived("the factor does not evolve with the stated cofactor")
    check_positivity(system, proof["positivity"], decay, strict=True)


def _compose(system: System, p: Quotient) -> Quotient:
    """p(F) for a polynomial p over the names."""
    image = system.image(system.rule)
    parts = []
    for m, c in p.num.terms.items():
        part = system.number(Fraction(c, p.num.den))
        for name, e in zip(system.statement.names, p.num.exponents(m), strict=False):
            part = part * image[name] ** e if e else part
        parts.append(part)
    return total(system.ring, parts)


def check_recurrence(system: System, proof: Any, refuted: bool, ranks: Ranks | None) -> None:
    """Uniform rank proves recurrence; a decaying factor of e_r refutes it."""
    if ranks is None:
        raise NotDerived("recurrence needs a proved rank")
    rule = proof.get("rule") if type(proof) is dict else None
    if rule == "uniform" and not refuted:
        fields(proof, "the proof of recurrence", ["rule"])
        if ranks.uniform != ranks.generic:
            raise NotDerived(f"the uniform rank {ranks.uniform} is below the generic rank {ranks.generic}")
    elif rule == "darboux" and refuted:
        _check_darboux(system, proof, "rank", gram_sum(system.ring, system.generators, ranks.generic))
    else:
        raise NotDerived("recurrence has no such rule")


def check_transversality(system: System, proof: Any, refuted: bool, ranks: Ranks | None) -> None:
    """e_{r+1} of the Gram matrix of [Xi f] is positive on N; or a point, or a decaying factor, refutes."""
    statement = system.statement
    if ranks is None:
        raise NotDerived("transversality needs a proved rank")
    if statement.kind == "map" or statement.inputs:
        raise NotDerived("the flow direction counts only for flows without inputs")
    rule = proof.get("rule") if type(proof) is dict else None
    if rule == "point" and refuted:
        values = rationals(fields(proof, "a point", ["rule", "at"])["at"], "at", len(statement.names))
        if not system.contains(values) or rank_at(system, values, flow=True) > ranks.generic:
            raise NotDerived("the point does not refute transversality")
        return
    gram = gram_sum(system.ring, [*system.generators, system.rule], ranks.generic + 1)
    if rule == "minors" and not refuted:
        fields(proof, "the proof of transversality", ["rule", "positivity"])
        check_positivity(system, proof["positivity"], gram, strict=True)
    elif rule == "darboux" and refuted:
        _check_darboux(system, proof, "flow", gram)
    else:
        raise NotDerived("transversality has no such rule")
