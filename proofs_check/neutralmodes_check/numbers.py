"""Algebraic numbers by nested square roots: prime powers and an exact zero test by a separation bound."""

from __future__ import annotations

import math
from fractions import Fraction
from math import isqrt

from .polynomial import FIELD, WIDTH, Polynomial, Ring
from .quotient import Quotient
from .refusal import NotDerived

_SMALL_PRIMES = 1000
_MAX_ROOTS = 8
_MAX_PRECISION = 1 << 16


def prime_powers(number: int) -> list[tuple[int, int]]:
    """Primes below 1000 with their exponents, then what is left: a square as (root, 2), else (rest, 1)."""
    found, divisor = [], 2
    while divisor < _SMALL_PRIMES and divisor * divisor <= number:
        exponent = 0
        while number % divisor == 0:
            number, exponent = number // divisor, exponent + 1
        if exponent:
            found.append((divisor, exponent))
        divisor += 1
    if number > 1:
        root = isqrt(number)
        found.append((root, 2) if root * root == number else (number, 1))
    return found


def roots(ring: Ring) -> list[int]:
    """The indeterminates that are square roots of algebraic numbers, inner ones first."""
    found: list[int] = []
    for i, data in enumerate(ring.symbols):
        if data is not None and data[0] == "sqrt" and not data[1].den and set(data[1].support()) <= set(found):
            found.append(i)
    return found


def rationalized(q: Quotient) -> Quotient:
    """q with its bases that are algebraic numbers turned into rational factors by their conjugates."""
    numbers, num, den = roots(q.ring), q.num, {}
    for base, k in q.den.items():
        cofactor = _cofactor(base, numbers)
        if cofactor is None:
            den[base] = k
        else:
            num = num * cofactor**k
    return Quotient(num, den)


def _cofactor(base: Polynomial, numbers: list[int]) -> Polynomial | None:
    """The inverse of an algebraic number as a polynomial in roots, None where conjugates do not give it."""
    if not set(base.support()) <= set(numbers):
        return None
    result = base.ring.constant(1)
    for i in reversed(numbers):
        if i in base.support():
            conjugate = base - (base.partial(i) * base.ring.generator(i)).scaled(2)
            base, result = base * conjugate, result * conjugate
    value = base.value()
    return result.scaled(1 / value) if value else None


def _powers(ring: Ring, m: int, wanted: list[int]) -> list[tuple[int, int]]:
    return [(i, e) for i in wanted if (e := (m >> (WIDTH * i)) & FIELD)]


def zero_by_separation(p: Polynomial) -> bool:
    """Whether every coefficient of p, seen as a polynomial over the algebraic numbers, is zero.

    d x is an algebraic integer, so the product of its conjugates is an integer: |d x| is at least
    (d B)^(1 - 2^m), with B above every conjugate and m square roots.
    """
    ring, numbers = p.ring, roots(p.ring)
    if not numbers or len(numbers) > _MAX_ROOTS:
        return False
    mask = sum(FIELD << (WIDTH * i) for i in numbers)
    groups: dict[int, dict[int, int]] = {}
    for m, c in p.terms.items():
        groups.setdefault(m & ~mask, {})[m & mask] = c
    sizes: dict[int, tuple[int, Fraction]] = {}
    for i in numbers:
        scale, bound = _size(ring.symbols[i][1].num, numbers, sizes)
        sizes[i] = scale, _root(bound, 4) + Fraction(1, 16)
    return all(_is_zero(Polynomial(ring, part, p.den, p.degree), numbers, sizes) for part in groups.values())


def _size(p: Polynomial, numbers: list[int], sizes: dict[int, tuple[int, Fraction]]) -> tuple[int, Fraction]:
    """d with d p an algebraic integer, and a bound on all conjugates of p, at least 1/d."""
    scale, bound = 1, Fraction(0)
    for m, c in p.terms.items():
        term = Fraction(c, p.den)
        den, size = term.denominator, abs(term)
        for i, e in _powers(p.ring, m, numbers):
            den, size = den * sizes[i][0] ** e, size * sizes[i][1] ** e
        scale, bound = math.lcm(scale, den), bound + size
    return scale, max(bound, Fraction(1, scale))


def _is_zero(p: Polynomial, numbers: list[int], sizes: dict[int, tuple[int, Fraction]]) -> bool:
    scale, bound = _size(p, numbers, sizes)
    least = 1 / (scale * (scale * bound) ** (2 ** len(numbers) - 1))
    bits = least.denominator.bit_length() - least.numerator.bit_length() + 64
    if bits > _MAX_PRECISION:
        return False
    for precision in (64, max(64, bits)):
        p.ring.budget.spend(len(p.terms) * precision)
        low, high = _enclose(p, numbers, precision)
        if low > 0 or high < 0:
            return False
    return -least < low and high < least


def is_positive(q: Quotient) -> bool:
    """Whether a number built with square roots is seen to be positive."""
    numbers = roots(q.ring)
    if q.den or not set(q.num.support()) <= set(numbers):
        return False
    return _enclose(q.num, numbers, 256)[0] > 0


def _enclose(p: Polynomial, numbers: list[int], bits: int) -> tuple[Fraction, Fraction]:
    """Rational bounds of p, every root enclosed to about 2^-bits."""
    known: dict[int, tuple[Fraction, Fraction]] = {}

    def of(q: Polynomial) -> tuple[Fraction, Fraction]:
        low = high = Fraction(0)
        for m, c in q.terms.items():
            a = b = Fraction(c, q.den)
            for i, e in _powers(q.ring, m, numbers):
                low_i, high_i = known[i][0] ** e, known[i][1] ** e
                a, b = (a * low_i, b * high_i) if c > 0 else (a * high_i, b * low_i)
            low, high = low + a, high + b
        return _down(low, bits), -_down(-high, bits)

    for i in numbers:
        low, high = of(p.ring.symbols[i][1].num)
        if low < 0:
            raise NotDerived("a square root of a number that is not seen to be positive")
        known[i] = _root(low, bits), _root(high, bits) + Fraction(1, 1 << bits)
    return of(p)


def _down(value: Fraction, bits: int) -> Fraction:
    return Fraction((value.numerator << bits) // value.denominator, 1 << bits)


def _root(value: Fraction, bits: int) -> Fraction:
    """The square root rounded down to a multiple of 2^-bits."""
    return Fraction(isqrt((value.numerator << (2 * bits)) // value.denominator), 1 << bits)
