"""Invariance: every face points strictly inward (flow), or the image of N lies in N (map)."""

from __future__ import annotations

from functools import partial
from typing import Any

from .conditions import conditions
from .derivatives import along, substitute
from .paving import check_sign
from .positivity import read_polynomial
from .quotient import Quotient, total
from .refusal import NotDerived
from .shape import fields, integer, listing
from .system import System


def _check_constraints(system: System, cofactors: Any, moved: list[Quotient]) -> None:
    h = system.constraints
    for row, target in zip(listing(cofactors, "cofactors of constraints", len(moved)), moved, strict=True):
        names = system.statement.names
        parts = [target.scaled(-1)]
        for polynomial, constraint in zip(listing(row, "cofactors", len(h)), h, strict=True):
            parts.append(Quotient(read_polynomial(system.ring, polynomial, names)) * constraint)
        if total(system.ring, parts):
            raise NotDerived("a constraint is not kept by the rule, or by a generator, with the stated cofactors")


def check_invariance(system: System, proof: Any) -> None:
    """Raise NotDerived unless N is forward invariant for every input in the box, and E tangent to the constraints."""
    statement, flow = system.statement, system.statement.kind == "flow"
    rule, key = ("faces", "faces") if flow else ("images", "images")
    fields(proof, "the proof of invariance", ["rule", key, "constraints"], ["tangent"])
    if proof["rule"] != rule:
        raise NotDerived(f"invariance of a {statement.kind} needs the rule {rule!r}")
    entries = {}
    for entry in listing(proof[key], key, len(statement.inequalities)):
        fields(entry, "a face", ["of", "positivity"])
        entries[integer(entry["of"], "of", 0)] = entry["positivity"]
    for j in range(len(statement.inequalities)):
        if j not in entries:
            raise NotDerived(f"inequality {j} of the region has no proof of invariance")
        (_check_face if flow else _check_image)(system, entries[j], j)
    _check_constraints(system, proof["constraints"], _moved_constraints(system))
    moved = [system.lie(xi)(h) for xi in system.generators for h in system.constraints]
    _check_constraints(system, proof.get("tangent", []), moved)


def _check_face(system: System, proof: Any, j: int) -> None:
    """L_f g > 0 on the face; or L_f g = cofactor g + s where s >= 0 needs no inequality of the region."""
    tree, face = system.statement.inequalities[j], system.inequalities[j]
    weak = type(proof) is dict and proof.get("margin") == "0"
    if weak:
        products = [fields(p, "a product", ["of", "squares"])["of"] for p in listing(proof.get("products"), "products")]
        if any(integer(i, "of", 0) < len(system.inequalities) for of in products for i in listing(of, "of")):
            raise NotDerived(f"face {j} is not entered strictly, and its proof uses inequalities of the region")
    target = partial(system.lie(system.rule), face)
    check_sign(system, proof, along(system.statement, tree), target, strict=not weak, face=(tree, face))


def _check_image(system: System, proof: Any, j: int) -> None:
    """g(F) >= 0 on N."""
    statement = system.statement
    tree = statement.inequalities[j]
    _refuse_partial(system, tree)
    values = dict(zip(statement.variables, statement.rule, strict=True))
    target = partial(system.convert, tree, system.image(system.rule))
    check_sign(system, proof, substitute(tree, values), target, strict=False)


def _moved_constraints(system: System) -> list[Quotient]:
    """L_f h (flow) or h(F) (map) of every constraint."""
    if system.statement.kind == "flow":
        return [system.lie(system.rule)(h) for h in system.constraints]
    for tree in system.statement.constraints:
        _refuse_partial(system, tree)
    return system.all(system.statement.constraints, system.image(system.rule))


def _refuse_partial(system: System, tree: Any) -> None:
    if next(conditions(tree, frozenset(system.statement.activations)), None):
        raise NotDerived("the region of a map must be free of division, log, sqrt, tan, asin, acos")
