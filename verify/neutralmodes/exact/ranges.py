"""Ranges of expressions by interval arithmetic: enough to see that 1 + exp(-x) or 2 + cos(x) is positive.

Every name has a box, perhaps infinite. Coarse on purpose: the same few rules are re-applied by the
independent checker, without proof data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

from flint import fmpq_mpoly

from neutralmodes.exact.expression import Tree, fold, is_rational

_BITS = 32


@dataclass(frozen=True)
class Range:
    """lo <= value <= hi (None: unbounded); ``nonzero`` where the value is never 0."""

    lo: Fraction | None = None
    hi: Fraction | None = None
    nonzero: bool = False

    @property
    def sign(self) -> int:
        """1 where the value is always positive, -1 where always negative, else 0."""
        if (self.lo is not None and self.lo > 0) or (self.lo == 0 and self.nonzero):
            return 1
        return -1 if (self.hi is not None and self.hi < 0) or (self.hi == 0 and self.nonzero) else 0


EVERYTHING = Range()
ZERO, ONE = Fraction(0), Fraction(1)
_FIXED = {
    "sin": Range(-ONE, ONE),
    "tanh": Range(-ONE, ONE),
    "erf": Range(-ONE, ONE),
    "atan": Range(-2 * ONE, 2 * ONE),
    "sigmoid": Range(ZERO, ONE, True),
    "softplus": Range(ZERO, None, True),
    "cosh": Range(ONE, None, True),
}
_COSINE_POSITIVE = Fraction(3, 2)  # below pi/2


def range_of(tree: Tree, boxes: Mapping[str, Range]) -> Range:
    """The range of a tree over boxes of its names.

    >>> range_of(("+", "1", ("exp", "x")), {}).sign
    1
    """

    def visit(node: Tree, operands: list[Range]) -> Range:
        if isinstance(node, str):
            return _point(Fraction(node)) if is_rational(node) else boxes.get(node, EVERYTHING)
        head = node[0]
        if head == "+":
            return _sum(operands)
        if head == "*":
            product = operands[0]
            for factor in operands[1:]:
                product = _product(product, factor)
            return product
        if head == "^":
            return _power(operands[0], node[2])
        return Range(Fraction(3), Fraction(4), True) if head == "pi" else _function(head, operands)

    return fold(tree, visit, {})


def _point(value: Fraction) -> Range:
    return Range(value, value, value != 0)


def _sum(parts: list[Range]) -> Range:
    lo = None if any(p.lo is None for p in parts) else sum((p.lo or ZERO for p in parts), ZERO)
    hi = None if any(p.hi is None for p in parts) else sum((p.hi or ZERO for p in parts), ZERO)
    one_sided = all(p.lo is not None and p.lo >= 0 for p in parts) or all(p.hi is not None and p.hi <= 0 for p in parts)
    nonzero = (lo is not None and lo > 0) or (hi is not None and hi < 0)
    return Range(lo, hi, nonzero or (one_sided and any(p.nonzero for p in parts)))


def _product(a: Range, b: Range) -> Range:
    corners = [_times(s, t) for s in ((a.lo, -1), (a.hi, 1)) for t in ((b.lo, -1), (b.hi, 1))]
    lo = None if any(c == (None, -1) for c in corners) else min(c[0] for c in corners if c[0] is not None)
    hi = None if any(c == (None, 1) for c in corners) else max(c[0] for c in corners if c[0] is not None)
    return Range(lo, hi, a.nonzero and b.nonzero)


End = tuple[Fraction | None, int]  # None: infinite, with the sign beside it


def _times(a: End, b: End) -> End:
    """The product of two ends; an infinite end times zero is zero."""
    if a[0] is not None and b[0] is not None:
        return a[0] * b[0], 0
    signs = [_sign(v) if v is not None else s for v, s in (a, b)]
    return (ZERO, 0) if 0 in signs else (None, signs[0] * signs[1])


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)


def _power(base: Range, k: int) -> Range:
    if k < 0:
        return _inverse(_power(base, -k))
    if k % 2 or base.sign > 0:
        result = Range(ONE, ONE, True)
        for _ in range(k):
            result = _product(result, base)
        return result
    ends = [abs(e) ** k for e in (base.lo, base.hi) if e is not None]
    least = min(ends) if base.sign < 0 and base.hi is not None else ZERO
    return Range(least, max(ends) if len(ends) == 2 else None, base.nonzero)


def _inverse(base: Range) -> Range:
    if base.sign == 0:
        return Range(None, None, True)
    low = None if base.hi is None or base.hi == 0 else 1 / base.hi
    high = None if base.lo is None or base.lo == 0 else 1 / base.lo
    if base.sign > 0:
        return Range(ZERO if low is None else low, high, True)
    return Range(low, ZERO if high is None else high, True)


def _function(name: str, operands: list[Range]) -> Range:
    argument = operands[0]
    if name == "exp":
        above = argument.lo is not None and argument.lo >= 0
        below = argument.hi is not None and argument.hi <= 0
        return Range(ONE if above else ZERO, ONE if below else None, True)
    if name == "cos":
        inner = argument.lo is not None and argument.hi is not None
        near = inner and max(abs(argument.lo or ZERO), abs(argument.hi or ZERO)) <= _COSINE_POSITIVE
        return Range(ZERO if near else -ONE, ONE, near)
    if name == "sqrt":
        return Range(ZERO, None, argument.sign > 0)
    return _FIXED.get(name, EVERYTHING)


def boxes_of(inequalities: list[fmpq_mpoly]) -> dict[str, Range]:
    """Boxes from inequalities g >= 0 that are linear in one name, or c minus a sum of squares a_i x_i^2."""
    found: dict[str, Range] = {}
    for poly in inequalities:
        names = poly.context().names()
        for i, lo, hi in _bounds(poly):
            found[names[i]] = intersect(found.get(names[i], EVERYTHING), Range(lo, hi))
    return found


def intersect(a: Range, b: Range) -> Range:
    """Values that lie in both."""
    los, his = ([e for e in pair if e is not None] for pair in ((a.lo, b.lo), (a.hi, b.hi)))
    low, high = max(los, default=None), min(his, default=None)
    nonzero = a.nonzero or b.nonzero or (low is not None and low > 0) or (high is not None and high < 0)
    return Range(low, high, nonzero)


def _bounds(poly: fmpq_mpoly) -> list[tuple[int, Fraction | None, Fraction | None]]:
    terms = {m: Fraction(int(c.p), int(c.q)) for m, c in poly.to_dict().items()}
    constant = terms.pop((0,) * poly.context().nvars(), ZERO)
    if len(terms) == 1 and sum(*terms) == 1:
        ((m, slope),) = terms.items()
        end = -constant / slope
        return [(m.index(1), end, None) if slope > 0 else (m.index(1), None, end)]
    if constant < 0 or any(sum(m) != 2 or max(m) != 2 or c >= 0 for m, c in terms.items()):
        return []
    radii = [(m.index(2), _root_above(constant / -c)) for m, c in terms.items()]
    return [(i, -radius, radius) for i, radius in radii]


def _root_above(value: Fraction) -> Fraction:
    """A rational above the square root: ends of boxes need no more."""
    return Fraction(isqrt((value.numerator << (2 * _BITS)) // value.denominator) + 1, 1 << _BITS)
