"""Rational functions: a polynomial over a product of powers of named bases, never cancelled.

Zero is decided by the numerator alone. The bases are those that the expressions themselves divide by, so
the obligation "domain" (each of them is nonzero on N) makes every equality below an equality on N.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from .polynomial import Polynomial, Ring
from .refusal import NotDerived

Bases = dict[Polynomial, int]


def _times_bases(p: Polynomial, bases: Bases) -> Polynomial:
    for base, k in bases.items():
        if k:
            p = p * base**k
    return p


class Quotient:
    """numerator / product of base^k."""

    __slots__ = ("den", "num")

    def __init__(self, num: Polynomial, den: Bases | None = None) -> None:
        self.num, self.den = num, (den or {}) if num else {}

    @property
    def ring(self) -> Ring:
        return self.num.ring

    @property
    def key(self) -> tuple[Polynomial, frozenset[tuple[Polynomial, int]]]:
        """Equal keys mean equal functions (not conversely)."""
        return self.num, frozenset(self.den.items())

    def denominator(self) -> Polynomial:
        """The product of the bases, as one polynomial."""
        return _times_bases(self.ring.constant(1), self.den)

    def __bool__(self) -> bool:
        return bool(self.num)

    def __add__(self, other: Quotient) -> Quotient:
        return total(self.ring, (self, other))

    def __sub__(self, other: Quotient) -> Quotient:
        return total(self.ring, (self, other.scaled(-1)))

    def scaled(self, factor: Fraction | int) -> Quotient:
        return Quotient(self.num.scaled(factor), self.den)

    def __mul__(self, other: Quotient) -> Quotient:
        den = dict(self.den)
        for base, k in other.den.items():
            den[base] = den.get(base, 0) + k
        return Quotient(self.num * other.num, den)

    def __pow__(self, k: int) -> Quotient:
        if k < 0:
            return self.inverse() ** -k
        return Quotient(self.num**k, {base: e * k for base, e in self.den.items()} if k else {})

    def inverse(self) -> Quotient:
        """1 over this; NotDerived where the numerator is zero."""
        if not self.num:
            raise NotDerived("division by zero")
        base = self.num.primitive()
        lead = base.leading()
        content = Fraction(self.num.terms[lead], self.num.den * base.terms[lead])
        num = _times_bases(self.ring.constant(1 / content), self.den)
        return Quotient(num, {} if base.value() else {base: 1})

    def cancelled(self) -> Quotient:
        """The same function with every base divided out of the numerator as often as it goes."""
        num, den = self.num, dict(self.den)
        for base in self.den:
            while den[base] and (smaller := num.over(base)) is not None:
                num, den[base] = smaller, den[base] - 1
        return Quotient(num, {base: k for base, k in den.items() if k})

    def value(self) -> Fraction | None:
        """The rational number that this is, None where it is not visibly one."""
        return None if self.den else self.num.value()

    def support(self) -> set[int]:
        """Indices of the indeterminates in the numerator and the bases."""
        return {i for p in (self.num, *self.den) for i in p.support()}


def over_common(parts: list[Quotient]) -> tuple[list[Polynomial], Bases]:
    """Numerators of the parts over their least common product of bases, and that product."""
    den: Bases = {}
    for part in parts:
        for base, k in part.den.items():
            den[base] = max(k, den.get(base, 0))
    if not den:
        return [q.num for q in parts], den
    return [_times_bases(q.num, {b: k - q.den.get(b, 0) for b, k in den.items()}) for q in parts], den


def total(ring: Ring, parts: Iterable[Quotient]) -> Quotient:
    """The sum of many rational functions, in one pass."""
    numerators, den = over_common(list(parts))
    return Quotient(ring.total(numerators), den)


def derive(q: Quotient, value: Callable[[int], Quotient]) -> Quotient:
    """The derivation of the ring that sends indeterminate i to value(i), applied to q."""
    ring = q.ring

    def of_polynomial(p: Polynomial) -> Quotient:
        values = ((p.partial(i), value(i)) for i in p.support())
        return total(ring, [Quotient(part) * v for part, v in values if v])

    under = Quotient(ring.constant(1), q.den) if q.num else Quotient(q.num)
    logarithmic = [(of_polynomial(base) * Quotient(base).inverse()).scaled(-k) for base, k in q.den.items()]
    return of_polynomial(q.num) * under + q * total(ring, logarithmic)
