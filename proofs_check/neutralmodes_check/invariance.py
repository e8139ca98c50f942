"""Invariance: every face points strictly inward (flow), or the image of N lies in N (map)."""

from __future__ import annotations

from typing import Any

from .domain import conditions
from .positivity import check_positivity, read_polynomial
from .quotient import Quotient, total
from .refusal import NotDerived
from .shape import fields, integer, listing
from .system import System


def _check_constraints(system: System, cofactors: Any, moved: list[Quotient]) -> None:
    h = system.constraints
    for row, target in zip(listing(cofactors, "cofactors of constraints", len(h)), moved, strict=True):
        names = system.statement.names
        parts = [target.scaled(-1)]
        for polynomial, constraint in zip(listing(row, "cofactors", len(h)), h, strict=True):
            parts.append(Quotient(read_polynomial(system.ring, polynomial, names)) * constraint)
        if total(system.ring, parts):
            raise NotDerived("a constraint is not kept by the rule with the stated cofactors")


def check_invariance(system: System, proof: Any) -> None:
    """Raise NotDerived unless N is forward invariant for every input in the box."""
    statement, flow = system.statement, system.statement.kind == "flow"
    rule, key = ("faces", "faces") if flow else ("images", "images")
    fields(proof, "the proof of invariance", ["rule", key, "constraints"])
    if proof["rule"] != rule:
        raise NotDerived(f"invariance of a {statement.kind} needs the rule {rule!r}")
    trees = [*statement.inequalities, *statement.constraints]
    if flow:
        along = system.lie(system.rule)
        moved = [along(q) for q in [*system.inequalities, *system.constraints]]
    else:
        if any(next(conditions(t, frozenset(statement.activations)), None) for t in trees):
            raise NotDerived("the region of a map must be free of division, log, sqrt, tan, asin, acos")
        moved = system.all(trees, system.image(system.rule))
    entries = {}
    for entry in listing(proof[key], key, len(statement.inequalities)):
        fields(entry, "a face", ["of", "positivity"])
        entries[integer(entry["of"], "of", 0)] = entry["positivity"]
    for j, face in enumerate(system.inequalities):
        if j not in entries:
            raise NotDerived(f"inequality {j} of the region has no proof of invariance")
        check_positivity(system, entries[j], moved[j], strict=flow, extra=[face] if flow else [])
    _check_constraints(system, proof["constraints"], moved[len(statement.inequalities) :])
