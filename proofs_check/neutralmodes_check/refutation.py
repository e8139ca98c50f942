"""Refuted identities: at the witness's point a residual's enclosure excludes zero."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .derivatives import slope_of
from .enclosures import ONE, Interval, NoEnclosure, apply, evaluate, outward
from .refusal import NotDerived, Unreadable
from .shape import rational
from .statement import Tree
from .system import System

_ZERO = Interval(0, 0)

Point = Mapping[str, Interval]


def is_refuted(system: System, name: str, witness: Any) -> bool:
    """Whether equivariance (or the integrals) fails for certain at the point that the witness shows."""
    at = _point(system, witness)
    residuals = {"equivariance": _equivariance, "integrals": _integrals}.get(name)
    if at is None or residuals is None:
        return False
    try:
        return any(not value.lo <= 0 <= value.hi for value in residuals(_Local(system), at))
    except (NoEnclosure, NotDerived):
        return False


def _point(system: System, witness: Any) -> Point | None:
    """Values of all names; None where the witness does not give them."""
    given = witness.get("point") if type(witness) is dict else None
    if type(given) is not dict or sorted(given) != sorted(system.statement.names):
        return None
    try:
        values = {name: rational(v, name) for name, v in given.items()} | system.statement.exact
    except Unreadable:
        return None
    return {name: outward(v, v) for name, v in values.items()}


class _Local:
    """Values of expressions at a point, and their derivatives along a vector there."""

    def __init__(self, system: System) -> None:
        self.statement, self.spend = system.statement, system.ring.budget.spend

    def values(self, trees: Sequence[Tree], at: Point) -> list[Interval]:
        return [evaluate(tree, at, self.spend) for tree in trees]

    def moved(self, at: Point, values: Sequence[Interval]) -> Point:
        """The same inputs and parameters with other values of the variables."""
        return {**at, **dict(zip(self.statement.variables, values, strict=True))}

    def along(self, trees: Sequence[Tree], at: Point, vector: Sequence[Interval]) -> list[Interval]:
        direction = dict(zip(self.statement.variables, vector, strict=True))
        return [self._dual(tree, at, direction)[1] for tree in trees]

    def _dual(self, tree: Tree, at: Point, direction: Point) -> tuple[Interval, Interval]:
        """(value, derivative along the direction)."""
        if isinstance(tree, str):
            return evaluate(tree, at, self.spend), direction.get(tree, _ZERO)
        if tree[0] == "pi":
            return evaluate(tree, at, self.spend), _ZERO
        first, rate = self._dual(tree[1], at, direction)
        if tree[0] == "^":
            k = tree[2]
            self.spend(16 * abs(k))
            return first.power(k), first.power(k - 1).times(Interval(k * ONE, k * ONE)).times(rate)
        if tree[0] not in ("+", "*"):
            slope = slope_of(self.statement, tree[0])
            self.spend(100)
            return apply(tree[0], first), evaluate(slope, {"s": first}, self.spend).times(rate)
        for operand in tree[2:]:
            other, step = self._dual(operand, at, direction)
            rate = rate.plus(step) if tree[0] == "+" else rate.times(other).plus(first.times(step))
            first = first.plus(other) if tree[0] == "+" else first.times(other)
        return first, rate


def _equivariance(local: _Local, at: Point) -> Iterator[Interval]:
    """Df.xi - Dxi.f or DF.xi - xi(F) of the generators; f(g) - Dg.f or F(g) - g(F) of the discrete elements."""
    statement = local.statement
    rule = local.values(statement.rule, at)
    for xi in [] if statement.normalizing else statement.generators:
        yield from _minus(local.along(statement.rule, at, local.values(xi, at)), _carried(local, xi, at, rule))
    for g in statement.discrete:
        there = local.values(statement.rule, local.moved(at, local.values(g, at)))
        yield from _minus(there, _carried(local, g, at, rule))


def _integrals(local: _Local, at: Point) -> Iterator[Interval]:
    statement = local.statement
    carried = _carried(local, statement.integrals, at, local.values(statement.rule, at))
    still = local.values(statement.integrals, at) if statement.kind == "map" else [_ZERO] * len(carried)
    return _minus(carried, still)


def _carried(local: _Local, trees: Sequence[Tree], at: Point, rule: Sequence[Interval]) -> list[Interval]:
    """Their derivatives along a field, or their values at a map's image."""
    if local.statement.kind == "map":
        return local.values(trees, local.moved(at, rule))
    return local.along(trees, at, rule)


def _minus(left: Sequence[Interval], right: Sequence[Interval]) -> Iterator[Interval]:
    return (a.minus(b) for a, b in zip(left, right, strict=True))
