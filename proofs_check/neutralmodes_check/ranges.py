"""Ranges of expressions by interval arithmetic with infinite ends: the rule "range" of the domain."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf, isqrt
from typing import Any, NamedTuple

from .polynomial import Polynomial
from .shape import is_rational
from .system import System

End = Fraction | float  # a float is -inf or inf, nothing else


class Range(NamedTuple):
    """lo <= value <= hi; `nonzero` where the value is never 0."""

    lo: End
    hi: End
    nonzero: bool = False

    @property
    def sign(self) -> int:
        """1 where the value is always positive, -1 where always negative, else 0."""
        if self.lo > 0 or (self.lo == 0 and self.nonzero):
            return 1
        return -1 if self.hi < 0 or (self.hi == 0 and self.nonzero) else 0


EVERYTHING = Range(-inf, inf)
_NIL, _ONE = Fraction(0), Fraction(1)
_FIXED = {
    "sin": Range(-_ONE, _ONE),
    "tanh": Range(-_ONE, _ONE),
    "erf": Range(-_ONE, _ONE),
    "atan": Range(Fraction(-2), Fraction(2)),
    "sigmoid": Range(_NIL, _ONE, True),
    "softplus": Range(_NIL, inf, True),
    "cosh": Range(_ONE, inf, True),
}


def range_of(tree: Any, boxes: dict[str, Range]) -> Range:
    """The range of an expression over boxes of its names."""
    if isinstance(tree, str):
        if not is_rational(tree):
            return boxes.get(tree, EVERYTHING)
        value = Fraction(tree)
        return Range(value, value, value != 0)
    head = tree[0]
    if head == "pi":
        return Range(Fraction(3), Fraction(4), True)
    if head == "^":
        return _power(range_of(tree[1], boxes), tree[2])
    operands = [range_of(operand, boxes) for operand in tree[1:]]
    result = operands[0]
    if head == "+":
        for other in operands[1:]:
            result = _sum(result, other)
    elif head == "*":
        for other in operands[1:]:
            result = _product(result, other)
    else:
        result = _function(head, result)
    return result


def _sum(a: Range, b: Range) -> Range:
    lo, hi = _plus(a.lo, b.lo), _plus(a.hi, b.hi)
    one_sided = (a.lo >= 0 and b.lo >= 0) or (a.hi <= 0 and b.hi <= 0)
    return Range(lo, hi, lo > 0 or hi < 0 or (one_sided and (a.nonzero or b.nonzero)))


def _plus(a: End, b: End) -> End:
    """The sum of two lower ends or of two upper ends: infinite ends have one sign there."""
    return next((e for e in (a, b) if isinstance(e, float)), None) or Fraction(a) + Fraction(b)


def _times(a: End, b: End) -> End:
    if not isinstance(a, float) and not isinstance(b, float):
        return a * b
    sign = ((a > 0) - (a < 0)) * ((b > 0) - (b < 0))
    return inf * sign if sign else _NIL


def _product(a: Range, b: Range) -> Range:
    corners = [_times(s, t) for s in a[:2] for t in b[:2]]
    return Range(min(corners), max(corners), a.nonzero and b.nonzero)


def _power(base: Range, k: int) -> Range:
    if k < 0:
        return _inverse(_power(base, -k))
    result = Range(_ONE, _ONE, True)
    for _ in range(k if k % 2 else k // 2):
        result = _product(result, base)
    return result if k % 2 else _square(result)


def _square(base: Range) -> Range:
    ends = [_times(e, e) for e in base[:2]]
    return Range(_NIL if base.lo < 0 < base.hi else min(ends), max(ends), base.nonzero)


def _inverse(base: Range) -> Range:
    if not base.sign:
        return Range(-inf, inf, True)
    low, high = (_NIL if isinstance(e, float) else 1 / e if e else inf * base.sign for e in (base.hi, base.lo))
    return Range(low, high, True)


def _function(name: str, argument: Range) -> Range:
    if name == "exp":
        return Range(_ONE if argument.lo >= 0 else _NIL, _ONE if argument.hi <= 0 else inf, True)
    if name == "cos":  # positive on [-3/2, 3/2], inside (-pi/2, pi/2)
        near = argument.lo >= Fraction(-3, 2) and argument.hi <= Fraction(3, 2)
        return Range(_NIL if near else -_ONE, _ONE, near)
    if name == "sqrt":
        return Range(_NIL, inf, argument.sign > 0)
    return _FIXED.get(name, EVERYTHING)


def boxes_of(system: System, more: Sequence[Polynomial] = ()) -> dict[str, Range]:
    """Boxes of names: exact values, and the hypotheses p >= 0 that are linear in one name or a ball's."""
    exact = system.statement.exact
    found = {name: Range(value, value, value != 0) for name, value in exact.items()}
    for p in [*(q.num for q in system.hypotheses if not q.den), *more]:
        for i, lo, hi in _bounds(p):
            name = system.statement.names[i]
            old = found.get(name, EVERYTHING)
            low, high = max(old.lo, lo), min(old.hi, hi)
            found[name] = Range(low, high, low > 0 or high < 0)
    return found


def _bounds(p: Polynomial) -> list[tuple[int, End, End]]:
    """Bounds on names from p >= 0, p linear in one name or a constant minus squares of names."""
    terms = {m: Fraction(c, p.den) for m, c in p.terms.items()}
    constant = terms.pop(0, _NIL)
    if not p.plain():
        return []
    powers = {m: [(i, e) for i, e in enumerate(p.exponents(m)) if e] for m in terms}
    if [e for part in powers.values() for _, e in part] == [1]:
        ((m, slope),) = terms.items()
        end = -constant / slope
        return [(powers[m][0][0], end, inf) if slope > 0 else (powers[m][0][0], -inf, end)]
    if constant < 0 or any(len(powers[m]) != 1 or powers[m][0][1] != 2 or c >= 0 for m, c in terms.items()):
        return []
    radii = [(powers[m][0][0], _root_above(constant / -c)) for m, c in terms.items()]
    return [(i, -radius, radius) for i, radius in radii]


def _root_above(value: Fraction) -> Fraction:
    return Fraction(isqrt((value.numerator << 64) // value.denominator) + 1, 1 << 32)
