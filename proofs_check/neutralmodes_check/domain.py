"""Domain: rule, generators, region, constraints and integrals are C^1 near N, before any cancellation."""

from __future__ import annotations

from typing import Any

from .conditions import conditions
from .paving import check_sign
from .quotient import Quotient
from .ranges import boxes_of, range_of
from .refusal import NotDerived
from .shape import fields, integer, listing, rule_of
from .statement import ENTIRE, Tree, check_tree
from .system import System

Entry = tuple[Tree, Quotient, int]


def _settled(system: System, value: Quotient, positive: bool) -> bool:
    """Whether the value is a nonzero constant of the wanted sign: a polynomial in pi with one sign."""
    constant = not value.den and all(system.ring.symbol(("pi",)) == i for i in value.num.support())
    if not constant or not value:
        return False
    return not positive or all(c > 0 for c in value.num.terms.values())


def _activations_are_entire(system: System) -> None:
    declared = frozenset(system.statement.activations)
    for name, (_, derivative) in system.statement.activations.items():
        if derivative is not None and next(conditions(derivative, declared), None):
            raise NotDerived(f"the derivative of the activation {name!r} is not defined everywhere")


def check_domain(system: System, proof: Any) -> None:
    """Raise NotDerived unless every condition of smoothness is met on N."""
    _activations_are_entire(system)
    rule = rule_of(proof)
    keys = {"denominators": ["rule", "denominators"], "polynomial": ["rule"], "open": ["rule"]}
    if rule not in keys:
        raise NotDerived("domain has no such rule")
    fields(proof, "the proof of domain", keys[rule])
    if rule == "open":
        _check_open(system)
        return
    waiting = [_listed(system, entry) for entry in listing(proof.get("denominators", []), "denominators")]
    known: list[Entry] = []
    while ready := [entry for entry in waiting if _is_smooth(system, entry[0], known)]:
        known += ready
        waiting = [entry for entry in waiting if entry not in ready]
    if waiting or not all(_is_smooth(system, tree, known) for tree in system.statement.trees()):
        raise NotDerived("a denominator or an argument of log, sqrt, tan, asin, acos is not covered")


def _check_open(system: System) -> None:
    """Without a region N is by definition a set in the domain: only kinks are to be excluded."""
    statement = system.statement
    if statement.inequalities or statement.constraints:
        raise NotDerived("the open rule of domain is for statements without region and constraints")
    declared = frozenset(statement.activations)
    for tree in statement.trees():
        list(conditions(tree, declared))


def _is_smooth(system: System, tree: Tree, known: list[Entry]) -> bool:
    """Whether all that a tree needs is covered; a listed expression has a sign only where it is defined itself."""
    for expression, positive in conditions(tree, frozenset(system.statement.activations)):
        value = system.convert(expression)
        if not _settled(system, value, positive) and not any(
            (sign == 1 or not positive) and not value - other for _, other, sign in known
        ):
            return False
    return True


def _listed(system: System, entry: Any) -> Entry:
    fields(entry, "a denominator", ["expression", "sign", "positivity"])
    sign = integer(entry["sign"], "sign", -1, 1)
    if sign == 0:
        raise NotDerived("the sign of a denominator must be 1 or -1")
    statement = system.statement
    names = frozenset([*statement.names, *statement.exact])
    functions = ENTIRE | frozenset(["log", "sqrt", "tan", "asin", "acos", *statement.activations])
    check_tree(entry["expression"], names, functions, "a denominator", statement.opaque)
    value = system.convert(entry["expression"])
    if entry["positivity"] == {"rule": "range"}:
        if range_of(entry["expression"], boxes_of(system)).sign != sign:
            raise NotDerived("the range of a denominator or argument does not show its sign")
    else:
        tree = entry["expression"] if sign == 1 else ["*", "-1", entry["expression"]]
        check_sign(system, entry["positivity"], tree, lambda: value.scaled(sign), strict=True, entire=True)
    return entry["expression"], value, sign
