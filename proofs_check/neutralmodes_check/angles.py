"""Arguments of sin, cos and exp: integer multiples of common units, and turns by rational multiples of pi."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from .polynomial import WIDTH, Polynomial, Ring
from .quotient import Quotient

_MAX_EXPANSION = 6
_MAX_MULTIPLE = 16


def common(a: Fraction, b: Fraction) -> Fraction:
    """The largest rational of which both positive ones are integer multiples."""
    den = a.denominator * b.denominator
    return Fraction(gcd(a.numerator * b.denominator, b.numerator * a.denominator), den)


def terms(argument: Quotient) -> list[tuple[int, Quotient]] | None:
    """The argument as integer multiples of units, where it is a short polynomial.

    The unit of a monomial is the common divisor of the coefficients met in an earlier pass
    (`ring.units`), else its own coefficient; what is met now is recorded in `ring.met`.
    """
    p = argument.num
    if argument.den or len(p.terms) > _MAX_EXPANSION:
        return None
    parts = []
    for m, c in p.terms.items():
        size = Fraction(abs(c), p.den)
        p.ring.met[m] = common(p.ring.met.get(m, size), size)
        unit = p.ring.units.get(m, size)
        multiple = size / unit
        if multiple.denominator != 1 or multiple > _MAX_MULTIPLE:
            unit, multiple = size, Fraction(1)
        k = multiple.numerator if c > 0 else -multiple.numerator
        parts.append((k, Quotient(Polynomial(p.ring, {m: unit.numerator}, unit.denominator, p.degree))))
    return parts


def turns(ring: Ring, unit: Quotient) -> Fraction | None:
    """c where the unit is c pi, else None."""
    (m,) = unit.num.terms
    is_pi = ("pi",) in ring.index and m == 1 << (WIDTH * ring.index["pi",])
    return Fraction(unit.num.terms[m], unit.num.den) if is_pi else None
