"""Quotients of polynomials in lowest terms: the numbers of the differential field."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mpoly


@dataclass(frozen=True)
class Ratio:
    """A quotient of polynomials in lowest terms with a monic denominator."""

    num: fmpq_mpoly
    den: fmpq_mpoly

    @property
    def is_polynomial(self) -> bool:
        return self.den.is_one()

    @property
    def is_zero(self) -> bool:
        """True for the zero of the free ring; a nonzero ratio may still be zero by a relation."""
        return self.num.is_zero()

    def key(self) -> tuple[Any, ...]:
        """A hashable canonical form."""
        return tuple(tuple(sorted(p.to_dict().items())) for p in (self.num, self.den))

    def constant(self) -> fmpq | None:
        """The rational number that this is, or None."""
        if not (self.den.is_one() and (self.num.is_zero() or self.num.is_constant())):
            return None
        return fmpq(0) if self.num.is_zero() else self.num.leading_coefficient()

    def __add__(self, other: Ratio) -> Ratio:
        if self.den.is_one() and other.den.is_one():
            return Ratio(self.num + other.num, self.den)
        return reduce_ratio(self.num * other.den + other.num * self.den, self.den * other.den)

    def __neg__(self) -> Ratio:
        return Ratio(-self.num, self.den)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + (-other)

    def __mul__(self, other: Ratio) -> Ratio:
        if self.den.is_one() and other.den.is_one():
            return Ratio(self.num * other.num, self.den)
        return reduce_ratio(self.num * other.num, self.den * other.den)

    def scaled(self, factor: fmpq | int) -> Ratio:
        """The product with a rational number."""
        return Ratio(self.num * factor, self.den) if factor != 0 else Ratio(self.num * 0, self.den**0)

    def inverse(self) -> Ratio:
        if self.num.is_zero():
            raise ZeroDivisionError("division by an expression that is identically zero")
        return reduce_ratio(self.den, self.num)

    def __pow__(self, k: int) -> Ratio:
        base = self if k >= 0 else self.inverse()
        return Ratio(base.num ** abs(k), base.den ** abs(k))


def reduce_ratio(num: fmpq_mpoly, den: fmpq_mpoly) -> Ratio:
    """num/den in lowest terms, denominator with leading coefficient 1."""
    if not den.is_constant():
        common = num.gcd(den)
        if not common.is_one():
            num, den = num / common, den / common
    lead = den.leading_coefficient()
    return Ratio(num, den) if lead == 1 else Ratio(num / lead, den / lead)


def as_fmpq(value: fmpq | Fraction | int) -> fmpq:
    """A rational number of any kind as flint's."""
    return value if isinstance(value, fmpq) else fmpq(value.numerator, value.denominator)
