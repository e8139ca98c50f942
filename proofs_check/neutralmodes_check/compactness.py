"""Compactness: N is closed, bounded (angles are compact by periodicity) and holds a point exactly."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .enclosures import NoEnclosure, evaluate, outward
from .positivity import check_positivity
from .quotient import Quotient, total
from .refusal import NotDerived
from .shape import fields, rational, rationals
from .system import System


def _whole_multiples(system: System, q: Quotient) -> Quotient:
    """q without its integer multiples of angles; what is left is tested for periodicity."""
    for name in system.statement.angles:
        angle = system.own[name]
        slope = q.num.partial(system.ring.symbol(name)).value()
        if slope and slope.denominator == 1:
            q = q - angle.scaled(slope)
    return q


def is_periodic(system: System, q: Quotient) -> bool:
    """Whether angles enter q only through sin and cos of integer multiples of them."""
    angles = {system.ring.symbol(name) for name in system.statement.angles}
    for i in q.support():
        data = system.ring.symbols[i]
        if i in angles:
            return False
        if data is not None:
            name, *arguments = data
            inner = [_whole_multiples(system, a) if name in ("sin", "cos") else a for a in arguments]
            if not all(is_periodic(system, a) for a in inner):
                return False
    return True


def _check_angles(system: System) -> None:
    statement = system.statement
    vectors = [system.generators, *([[system.rule]] if statement.kind == "flow" else [])]
    functions = [c for group in vectors for vector in group for c in vector]
    functions += [*system.inequalities, *system.constraints, *system.all(statement.integrals)]
    images = [system.rule] if statement.kind == "map" else []
    for vector in [*images, *(system.all(g) for g in statement.discrete)]:
        for name, component in zip(statement.variables, vector, strict=True):
            lifted = _whole_multiples(system, component) if name in statement.angles else component
            functions.append(lifted)
    if not all(is_periodic(system, q) for q in functions):
        raise NotDerived("an expression is not visibly 2 pi-periodic in an angle")


def check_compactness(system: System, proof: Any) -> None:
    """Raise NotDerived unless N is bounded, periodic in its angles, and not empty."""
    statement = system.statement
    fields(proof, "the proof of compactness", ["rule", "bound", "positivity", "point"])
    if proof["rule"] != "bounded":
        raise NotDerived("compactness has no such rule")
    if statement.angles:
        _check_angles(system)
    straight = [system.own[v] for v in statement.variables if v not in statement.angles]
    bound = system.number(rational(proof["bound"], "bound"))
    target = total(system.ring, [bound, *((x * x).scaled(-1) for x in straight)])
    check_positivity(system, proof["positivity"], target, strict=False)
    point = rationals(proof["point"], "the point of the region", len(statement.variables))
    if not _holds(system, point):
        raise NotDerived("the point that should show that the region is not empty lies outside it")


def _holds(system: System, point: Sequence[Fraction]) -> bool:
    """Whether a point lies in N for all inputs and parameters: exactly, or by enclosures without constraints."""
    statement = system.statement
    try:
        return system.contains(point)
    except NotDerived:
        exact = dict(zip(statement.variables, point, strict=True)) | statement.exact
        at = {name: outward(value, value) for name, value in exact.items()}
        at |= {name: outward(*ends) for name, ends in statement.boxes.items()}
        spend = system.ring.budget.spend
        try:
            return not statement.constraints and all(evaluate(g, at, spend).lo >= 0 for g in statement.inequalities)
        except NoEnclosure:
            return False
