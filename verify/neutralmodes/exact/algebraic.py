"""Real algebraic numbers given by nested square roots: rational denominators and exact zero tests.

Distinct towers may name the same number (sqrt(3 + 2 sqrt 2) = 1 + sqrt 2): a separation bound decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import isqrt, lcm
from typing import TYPE_CHECKING

from flint import fmpq_mpoly

from neutralmodes.exact.ratio import Ratio, reduce_ratio

if TYPE_CHECKING:
    from neutralmodes.exact.field import Field

_MOST_ROOTS = 8
_SMALL_PRIMES = 1000


def prime_powers(number: int) -> list[tuple[int, int]]:
    """Primes below 1000 with their exponents, then what is left: a square as (root, 2), else (rest, 1).

    >>> prime_powers(1200), prime_powers(1009**2)
    ([(2, 4), (3, 1), (5, 2)], [(1009, 2)])
    """
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


def algebraic_gens(field: Field) -> list[int]:
    """The kernels that are algebraic numbers, as indeterminates, earlier ones first."""
    found: list[int] = []
    for kernel in field.kernels:
        if kernel.function == "sqrt" and _only(kernel.arguments[0].num, found) and kernel.arguments[0].is_polynomial:
            found.append(kernel.gen)
    return found


def _only(poly: fmpq_mpoly, gens: list[int]) -> bool:
    """True where no other indeterminate occurs."""
    return poly.is_zero() or all(i in gens for i, degree in enumerate(poly.degrees()) if degree)


def rationalized(field: Field, ratio: Ratio) -> Ratio:
    """The ratio with a rational denominator, where the denominator is an algebraic number."""
    if ratio.den.is_one():
        return ratio
    gens = algebraic_gens(field)
    if not _only(ratio.den, gens):
        return ratio
    for gen in reversed(gens):
        if ratio.den.degrees()[gen] == 1:
            slope = ratio.den.derivative(gen)
            conjugate = ratio.den - 2 * slope * field.ctx.gen(gen)
            num, den = (field.normal(Ratio(p * conjugate, field.one.den)) for p in (ratio.num, ratio.den))
            if den.is_zero:  # the root is not new to the tower
                return ratio
            ratio = reduce_ratio(num.num * den.den, den.num * num.den)
    return ratio


@dataclass(frozen=True)
class _Size:
    """``scale`` times the number is an algebraic integer; ``bound`` is above all its conjugates."""

    scale: int
    bound: Fraction


def separation(field: Field, number: fmpq_mpoly) -> Fraction | None:
    """A positive rational below |number| unless the number is zero; None where the tower is too high.

    d x is an algebraic integer, so the product of its conjugates is an integer: |d x| is at least
    (d B)^(1 - 2^m), with B above every conjugate and m square roots (as in Burnikel, Fleischer,
    Mehlhorn and Schirra, Algorithmica 27, 2000).
    """
    gens = [g for g in algebraic_gens(field) if _reaches(field, number, g)]
    if len(gens) > _MOST_ROOTS:
        return None
    sizes: dict[int, _Size] = {}
    by_gen = {k.gen: k for k in field.kernels}
    for gen in gens:
        inner = _size(by_gen[gen].arguments[0].num, sizes)
        sizes[gen] = _Size(inner.scale, _root_above(inner.bound))
    whole = _size(number, sizes)
    return 1 / (whole.scale * (whole.scale * whole.bound) ** (2 ** len(gens) - 1))


def _reaches(field: Field, poly: fmpq_mpoly, gen: int) -> bool:
    """Whether the indeterminate occurs in the polynomial or inside its roots."""
    used = [i for i, degree in enumerate(poly.degrees()) if degree] if not poly.is_zero() else []
    by_gen = {k.gen: k for k in field.kernels}
    return gen in used or any(_reaches(field, by_gen[i].arguments[0].num, gen) for i in used if i in by_gen)


def _size(poly: fmpq_mpoly, sizes: dict[int, _Size]) -> _Size:
    scale, bound = 1, Fraction(0)
    for monomial, coefficient in poly.to_dict().items():
        den, size = int(coefficient.q), abs(Fraction(int(coefficient.p), int(coefficient.q)))
        for gen, exponent in enumerate(monomial):
            if exponent:
                den *= sizes[gen].scale ** int(exponent)
                size *= sizes[gen].bound ** int(exponent)
        scale, bound = lcm(scale, den), bound + size
    return _Size(scale, max(bound, Fraction(1, scale)))


def _root_above(value: Fraction) -> Fraction:
    """A rational above the square root, not much."""
    return Fraction(isqrt(value.numerator * value.denominator * 256) + 1, value.denominator * 16)
