"""An equilibrium of N with few zero exponents: the witness against a count that was asked for at every x."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .integrals import RationalPoint
from .refusal import NotDerived
from .shape import fields, integer, rationals
from .system import System

_MAX_DIMENSIONS = 16

Coefficients = list[Fraction]  # of a polynomial in one indeterminate, constant term first


def check_equilibrium(system: System, value: Any) -> int:
    """The stated number, which bounds the zero exponents at the stated equilibrium from above. Raises NotDerived."""
    fields(value, "equilibrium", ["at", "zeros"])
    statement, n = system.statement, len(system.statement.variables)
    at, zeros = rationals(value["at"], "at", n), integer(value["zeros"], "zeros", 0)
    if statement.constraints or statement.inputs or statement.angles or n > _MAX_DIMENSIONS:
        raise NotDerived("zeros at an equilibrium are bounded without constraints, inputs and angles only")
    if not system.contains(system.whole(at)):
        raise NotDerived("the equilibrium lies outside the region")
    point = RationalPoint(system, at)
    flow = statement.kind == "flow"
    if [point.value(f) for f in system.rule] != ([Fraction(0)] * n if flow else at):
        raise NotDerived("the stated point is no equilibrium")
    p = characteristic([[point.value(entry) for entry in row] for row in map(system.gradient, system.rule)])
    mirrored = [(-1) ** k * c for k, c in enumerate(p)] if flow else p[::-1]
    if (bound := len(common(p, mirrored)) - 1) != zeros:
        raise NotDerived(f"the zero exponents at the equilibrium are bounded by {bound}, not {zeros}")
    return zeros


def characteristic(rows: list[Coefficients]) -> Coefficients:
    """det(z - A), constant term first, by Faddeev and LeVerrier."""
    n = len(rows)
    found, power = [Fraction(1)], [[Fraction(0)] * n for _ in range(n)]
    for k in range(1, n + 1):
        power = [[power[i][j] + (found[0] if i == j else 0) for j in range(n)] for i in range(n)]
        columns = list(zip(*power, strict=True))
        power = [[sum((a * b for a, b in zip(row, c, strict=True)), Fraction(0)) for c in columns] for row in rows]
        found.insert(0, -sum((power[i][i] for i in range(n)), Fraction(0)) / k)
    return found


def common(a: Coefficients, b: Coefficients) -> Coefficients:
    """The greatest common divisor of two polynomials, by Euclid's remainders."""
    a, b = _trimmed(a), _trimmed(b)
    while b:
        a, b = b, remainder(a, b)
    return a


def remainder(a: Coefficients, b: Coefficients) -> Coefficients:
    """What division by b, whose last coefficient is not zero, leaves of a."""
    while len(a) >= len(b):
        factor, shift = a[-1] / b[-1], len(a) - len(b)
        a = _trimmed([c - factor * b[k - shift] if k >= shift else c for k, c in enumerate(a)])
    return a


def _trimmed(a: Coefficients) -> Coefficients:
    while a and not a[-1]:
        a = a[:-1]
    return a
