"""Intervals with exact ends: fixed-point integers rounded outwards; functions by balls at the ends.

Balls alone will not do for boxes: [0, 1] * [0, 1] as midpoint and radius reaches below zero.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from flint import arb

from neutralmodes.exact.balls import FUNCTIONS, working_precision

BITS = 80
ONE = 1 << BITS
_WORKING_BITS = 128
_MOST = 1 << (BITS + 9)  # exp and its kin are not asked beyond 2^9


class NoEnclosure(Exception):
    """A function is undefined somewhere on the interval, or has no enclosure here."""


class Interval(NamedTuple):
    """{x : lo <= 2^BITS x <= hi}."""

    lo: int
    hi: int

    def __add__(self, other: Interval) -> Interval:  # type: ignore[override]  # a tuple in form only
        return Interval(self.lo + other.lo, self.hi + other.hi)

    def __mul__(self, other: Interval) -> Interval:  # type: ignore[override]
        a, b, c, d = self.lo * other.lo, self.lo * other.hi, self.hi * other.lo, self.hi * other.hi
        return Interval(min(a, b, c, d) >> BITS, -(-max(a, b, c, d) >> BITS))

    def __neg__(self) -> Interval:
        return Interval(-self.hi, -self.lo)

    def power(self, k: int) -> Interval:
        """The k-th power; even powers are not negative. NoEnclosure for 0 to a negative power."""
        if k < 0:
            return self.power(-k).inverse()
        if k % 2 == 0 and self.lo < 0:
            self = Interval(0, max(-self.lo, self.hi)) if self.hi > 0 else -self
        return Interval(_power(self.lo, k).lo, _power(self.hi, k).hi)

    def inverse(self) -> Interval:
        if self.lo <= 0 <= self.hi:
            raise NoEnclosure("division by an interval that contains 0")
        return Interval((ONE << BITS) // self.hi, -((ONE << BITS) // -self.lo))


def _power(end: int, k: int) -> Interval:
    result, point = Interval(ONE, ONE), Interval(end, end)
    for _ in range(k):
        result = result * point
    return result


def from_fractions(lo: Fraction, hi: Fraction) -> Interval:
    """The smallest interval that contains [lo, hi]."""
    return Interval(lo.numerator * ONE // lo.denominator, -(-hi.numerator * ONE // hi.denominator))


def apply(function: str, a: Interval) -> Interval:
    """An interval that contains f(a). NoEnclosure where f may be undefined or is not in the table."""
    if function in _RISING:
        least = _RISING[function]
        if least is not None and a.lo < least:
            raise NoEnclosure(function)
        if max(-a.lo, a.hi) > _MOST and function not in ("atan", "log", "sqrt"):
            raise NoEnclosure(function)
        return Interval(_end(function, a.lo).lo, _end(function, a.hi).hi)
    if function == "cosh":
        far = max(-a.lo, a.hi)
        near = 0 if a.lo <= 0 <= a.hi else min(abs(a.lo), abs(a.hi))
        if far > _MOST:
            raise NoEnclosure(function)
        return Interval(_end("cosh", near).lo, _end("cosh", far).hi)
    if function in ("sin", "cos"):
        return _wave(function, a)
    raise NoEnclosure(function)


# Increasing functions and where they begin (None: defined everywhere; log begins after 0).
_RISING: dict[str, int | None] = {
    "exp": None,
    "tanh": None,
    "sinh": None,
    "sigmoid": None,
    "softplus": None,
    "atan": None,
    "sqrt": 0,
    "log": 1,
}


def _end(function: str, at: int) -> Interval:
    return _through_ball(FUNCTIONS[function], at)


def _through_ball(function: Callable[[arb], arb], at: int) -> Interval:
    with working_precision(_WORKING_BITS):
        value = function(arb(at) * arb(2) ** -BITS)
        if not value.is_finite():
            raise NoEnclosure("a value is not finite")
        return Interval(_floor(value.lower()), -_floor(-value.upper()))


def _floor(exact: arb) -> int:
    mantissa, exponent = (int(part) for part in exact.man_exp())
    shift = exponent + BITS
    return mantissa << shift if shift >= 0 else mantissa >> -shift


def pi() -> Interval:
    return _through_ball(lambda _: arb.pi(), 0)


def _wave(function: str, a: Interval) -> Interval:
    """sin or cos: values at the ends, and the extremes +-1 at whole numbers of half turns between them."""
    half_turn = pi()
    from_peak = a + -(half_turn * Interval(ONE // 2, ONE // 2)) if function == "sin" else a
    turns = from_peak * half_turn.inverse()
    between = range(-(-turns.lo // ONE), turns.hi // ONE + 1)[:2]
    lo, hi = _end(function, a.lo), _end(function, a.hi)
    least, most = min(lo.lo, hi.lo), max(lo.hi, hi.hi)
    return Interval(
        -ONE if any(k % 2 for k in between) else max(least, -ONE),
        ONE if any(k % 2 == 0 for k in between) else min(most, ONE),
    )
