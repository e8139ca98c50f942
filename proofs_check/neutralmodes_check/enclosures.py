"""Rational enclosures: intervals of fixed-point integers rounded outwards, functions by series with remainders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import Any, NamedTuple

from .shape import is_rational

BITS = 96
ONE = 1 << BITS
_GUARD = 72
_W = BITS + _GUARD  # series are summed at this precision
_UNIT = 1 << _W
_MOST_BITS = 1 << 13
_MOST = 1 << (BITS + 9)
_MOST_TURNS = 1 << (BITS + 20)


class NoEnclosure(Exception):
    """A function may be undefined on the interval, or this checker has no enclosure of it."""


class Interval(NamedTuple):
    """{x : lo <= 2^BITS x <= hi}."""

    lo: int
    hi: int

    def plus(self, other: Interval) -> Interval:
        return Interval(self.lo + other.lo, self.hi + other.hi)

    def minus(self, other: Interval) -> Interval:
        return Interval(self.lo - other.hi, self.hi - other.lo)

    def times(self, other: Interval) -> Interval:
        corners = [a * b for a in self for b in other]
        if max(map(int.bit_length, corners)) > _MOST_BITS:
            raise NoEnclosure("numbers too large")
        return Interval(min(corners) >> BITS, -(-max(corners) >> BITS))

    def power(self, k: int) -> Interval:
        if k < 0:
            return self.power(-k).inverse()
        if k % 2 == 0 and self.lo < 0 < self.hi:
            return Interval(0, max(_power(self.lo, k).hi, _power(self.hi, k).hi))
        ends = _power(self.lo, k), _power(self.hi, k)
        return Interval(min(e.lo for e in ends), max(e.hi for e in ends))

    def inverse(self) -> Interval:
        if self.lo <= 0 <= self.hi:
            raise NoEnclosure("division by an interval that holds 0")
        return Interval(ONE * ONE // self.hi, -(-ONE * ONE // self.lo))


def _power(end: int, k: int) -> Interval:
    result, point = Interval(ONE, ONE), Interval(end, end)
    for _ in range(k):
        result = result.times(point)
    return result


def outward(lo: Fraction, hi: Fraction) -> Interval:
    """The smallest interval that holds [lo, hi]."""
    return Interval((lo.numerator << BITS) // lo.denominator, -((-hi.numerator << BITS) // hi.denominator))


def evaluate(tree: Any, at: Mapping[str, Interval], spend: Callable[[int], None]) -> Interval:
    """An interval that holds the values of an expression where names have values in `at`. Raises NoEnclosure."""
    spend(4)
    if isinstance(tree, str):
        return outward(Fraction(tree), Fraction(tree)) if is_rational(tree) else at[tree]
    head = tree[0]
    if head == "pi":
        return pi()
    first = evaluate(tree[1], at, spend)
    if head == "^":
        spend(8 * abs(tree[2]))
        return first.power(tree[2])
    for operand in tree[2:]:
        value = evaluate(operand, at, spend)
        first = first.plus(value) if head == "+" else first.times(value)
    if head in ("+", "*"):
        return first
    spend(100)
    return apply(head, first)


def apply(name: str, a: Interval) -> Interval:
    """An interval that holds the values of a function on an interval. Raises NoEnclosure."""
    if name in ("sin", "cos"):
        return _wave(name, a)
    if name not in _POINT or (name == "sqrt" and a.lo < 0) or (name == "log" and a.lo <= 0):
        raise NoEnclosure(name)
    if name not in ("atan", "log", "sqrt") and max(-a.lo, a.hi) > _MOST:
        raise NoEnclosure(f"{name} of a large argument")
    if name == "cosh":
        far, near = max(abs(a.lo), abs(a.hi)), 0 if a.lo <= 0 <= a.hi else min(abs(a.lo), abs(a.hi))
        return Interval(_at("cosh", near).lo, _at("cosh", far).hi)
    return Interval(_at(name, a.lo).lo, _at(name, a.hi).hi)  # these functions increase


@lru_cache(maxsize=4096)
def _at(name: str, x: int) -> Interval:
    """The value at one point, from the precision of the series to that of intervals."""
    lo, hi = _POINT[name](x << _GUARD)
    return Interval(lo >> _GUARD, -(-hi >> _GUARD))


# Below, numbers are integers over 2^_W; a pair is a lower and an upper bound.
Pair = tuple[int, int]


def _exp(x: int) -> Pair:
    if x < 0:
        lo, hi = _exp(-x)
        return _UNIT * _UNIT // hi, -(-_UNIT * _UNIT // lo)
    halvings = max(0, x.bit_length() - _W + 8)  # then the argument is below 2^-8
    lo = hi = low_term = high_term = _UNIT
    n = 0
    while high_term > 1:
        n += 1
        low_term = (low_term * (x >> halvings)) // (n << _W)
        high_term = -(-high_term * -(-x >> halvings) // (n << _W))
        lo, hi = lo + low_term, hi + high_term
    hi += 2  # the terms left out are below the last one, which is at most 1
    for _ in range(halvings):
        lo, hi = lo * lo >> _W, -(-hi * hi >> _W)
    return lo, hi


def _log(x: int) -> Pair:
    shift = x.bit_length() - 1 - _W
    mantissa = x >> shift if shift >= 0 else x << -shift
    rounded = shift > 0 and mantissa << shift != x
    lo, hi = (
        _area(mantissa - _UNIT, mantissa + _UNIT)[0],
        _area(mantissa + rounded - _UNIT, mantissa + rounded + _UNIT)[1],
    )
    two = _area(1, 3)
    low, high = sorted((shift * two[0], shift * two[1]))
    return 2 * (lo + low), 2 * (hi + high)


def _area(top: int, bottom: int) -> Pair:
    """artanh z = z + z^3/3 + ... at z = top/bottom in [0, 1/3]."""
    low_power, high_power = (top << _W) // bottom, -((-top << _W) // bottom)
    low_square, high_square = low_power * low_power >> _W, -(-high_power * high_power >> _W)
    lo = hi = 0
    n = 1
    while high_power > 1:
        lo, hi = lo + low_power // n, hi - (-high_power // n)
        low_power, high_power = low_power * low_square >> _W, -(-high_power * high_square >> _W)
        n += 2
    return lo, hi + 2


def _small_atan(x: int) -> Pair:
    """z - z^3/3 + ... at 0 <= z <= 1/4: alternating, so the error is below the next term."""
    total, power, square, n = 0, x, x * x >> _W, 1
    while power:
        total += power // n if n % 4 == 1 else -(power // n)
        power = power * square >> _W
        n += 2
    return total - 2 * n, total + 2 * n  # every power is at most 2 units too small, every term 2 more


def _atan(x: int) -> Pair:
    if x < 0:
        lo, hi = _atan(-x)
        return -hi, -lo
    low = high = x
    for _ in range(3):  # atan x = 2 atan(x/(1 + sqrt(1 + x^2))), an increasing function of x
        low = (low << _W) // (_UNIT + isqrt(_UNIT * _UNIT + low * low) + 1)
        high = -((-high << _W) // (_UNIT + isqrt(_UNIT * _UNIT + high * high)))
    return 8 * _small_atan(low)[0], 8 * _small_atan(high)[1]


@lru_cache(maxsize=1)
def _pi() -> Pair:
    fifth, other = _small_atan(_UNIT // 5), _small_atan(_UNIT // 239)  # Machin; both arguments are a unit short at most
    return 16 * fifth[0] - 4 * (other[1] + 1), 16 * (fifth[1] + 1) - 4 * other[0]


def pi() -> Interval:
    """pi between two fixed-point numbers."""
    lo, hi = _pi()
    return Interval(lo >> _GUARD, -(-hi >> _GUARD))


def _sine(x: int, quarter: int) -> Pair:
    """sin(x + quarter pi/2): whole turns are taken off, then a Taylor sum; its error is below the next term."""
    lo, hi = _pi()
    turns = (x + lo) // (2 * lo)
    ends = sorted((x - 2 * turns * lo, x - 2 * turns * hi))
    middle = sum(ends) // 2 + quarter * (lo + hi) // 4
    total, term, n = 0, middle, 1
    while abs(term) > 1:
        total += term
        term = -(term * middle >> _W) * middle // (_UNIT * (n + 1) * (n + 2))
        n += 2
    slack = (ends[1] - ends[0]) + (hi - lo) + 64 * n
    return max(total - slack, -_UNIT), min(total + slack, _UNIT)


def _wave(name: str, a: Interval) -> Interval:
    """Values at the ends, and +-1 where a whole number of half turns from a peak may lie between."""
    if max(-a.lo, a.hi) > _MOST_TURNS:
        return Interval(-ONE, ONE)
    half_turn = pi()
    from_peak = a.minus(half_turn.times(Interval(ONE // 2, ONE // 2))) if name == "sin" else a
    turns = from_peak.times(half_turn.inverse())
    between = range(-(-turns.lo // ONE), turns.hi // ONE + 1)[:2]
    ends = _at(name, a.lo), _at(name, a.hi)
    lo = -ONE if any(k % 2 for k in between) else min(e.lo for e in ends)
    hi = ONE if any(k % 2 == 0 for k in between) else max(e.hi for e in ends)
    return Interval(lo, hi)


def _over(top: int, low: int, high: int) -> Pair:
    """top/d for d between two positive bounds."""
    return (top << _W) // high, -((-top << _W) // low)


def _tanh(x: int) -> Pair:
    if x <= 0:
        return (0, 0) if x == 0 else (-_tanh(-x)[1], -_tanh(-x)[0])
    lo, hi = _exp(2 * x)
    small = _over(2 * _UNIT, lo + _UNIT, hi + _UNIT)
    return _UNIT - small[1], _UNIT - small[0]


def _sigmoid(x: int) -> Pair:
    lo, hi = _exp(-x)
    return _over(_UNIT, lo + _UNIT, hi + _UNIT)


def _softplus(x: int) -> Pair:
    lo, hi = _exp(x)
    return _log(lo + _UNIT)[0], _log(hi + _UNIT)[1]


def _sinh(x: int) -> Pair:
    (lo, hi), (below, above) = _exp(x), _exp(-x)
    return (lo - above) >> 1, -(-(hi - below) >> 1)


def _cosh(x: int) -> Pair:
    (lo, hi), (below, above) = _exp(x), _exp(-x)
    return (lo + below) >> 1, -(-(hi + above) >> 1)


def _sqrt(x: int) -> Pair:
    root = isqrt(x << _W)
    return root, root + 1


_POINT: dict[str, Callable[[int], Pair]] = {
    "exp": _exp,
    "log": _log,
    "atan": _atan,
    "sin": lambda x: _sine(x, 0),
    "cos": lambda x: _sine(x, 1),
    "tanh": _tanh,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "sinh": _sinh,
    "cosh": _cosh,
    "sqrt": _sqrt,
}
