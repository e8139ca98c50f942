"""Exact polynomials: packed exponent vectors to integers, over one common denominator.

A monomial is one integer, 32 bits an indeterminate, so that a product of monomials is a sum. The ring
may hold relations s^2 = polynomial (s = sin, cosh, sqrt of something); products are reduced by them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from .refusal import MAX_BITS, MAX_CELLS, MAX_DEGREE, MAX_SYMBOLS, MAX_TERMS, Budget, NotDerived, Unreadable

WIDTH = 32
FIELD = (1 << WIDTH) - 1


def _check_bits(bits: int) -> None:
    if bits > MAX_BITS:
        raise Unreadable(f"a coefficient of more than {MAX_BITS} bits")


class Ring:
    """The indeterminates (names, pi, function values), their relations, and the budget of steps."""

    def __init__(self, names: Sequence[str], budget: Budget) -> None:
        self.budget = budget
        self.symbols: list[Any] = []
        self.index: dict[Any, int] = {}
        self.relations: dict[int, Polynomial] = {}
        self.squares = 0
        self.activations: Mapping[str, tuple[str, Any]] = {}
        self.elementary = False
        self.units: Mapping[int, Fraction] = {}
        self.met: dict[int, Fraction] = {}
        for name in names:
            self.symbol(name)
        self.plain = len(names)

    def symbol(self, key: Any, data: Any = None) -> int:
        """The index of the indeterminate `key`, made on first use; `data` is kept beside it."""
        if key not in self.index:
            if len(self.symbols) == MAX_SYMBOLS:
                raise Unreadable(f"more than {MAX_SYMBOLS} names and function values")
            self.index[key] = len(self.symbols)
            self.symbols.append(data)
        return self.index[key]

    def relate(self, i: int, square: Polynomial) -> None:
        """Declare that the square of indeterminate i is this polynomial in earlier ones."""
        self.relations[i] = square
        self.squares |= (FIELD - 1) << (WIDTH * i)

    def constant(self, value: Fraction | int) -> Polynomial:
        value = Fraction(value)
        return Polynomial(self, {0: value.numerator}, value.denominator)

    def generator(self, i: int) -> Polynomial:
        return Polynomial(self, {1 << (WIDTH * i): 1}, 1, 1)

    def total(self, parts: Iterable[Polynomial]) -> Polynomial:
        """The sum of many polynomials, in one pass."""
        parts = list(parts)
        den = 1
        for p in parts:
            if p.den != 1:
                den = math.lcm(den, p.den)
                _check_bits(den.bit_length())
        result: dict[int, int] = {}
        for p in parts:
            scale = den // p.den
            self.budget.spend(len(p.terms) * (1 + scale.bit_length() // 512))
            for m, c in p.terms.items():
                result[m] = result.get(m, 0) + c * scale
        return Polynomial(self, result, den, max((p.degree for p in parts), default=0))

    def reduce(self, p: Polynomial) -> Polynomial:
        """Replace squares of related indeterminates until none is left."""
        while any(m & self.squares for m in p.terms):
            rest, parts = dict(p.terms), []
            for i, square in self.relations.items():
                mask, two = (FIELD - 1) << (WIDTH * i), 2 << (WIDTH * i)
                high = {m - two: rest.pop(m) for m in list(rest) if m & mask}
                parts.append(Polynomial(self, high, p.den, p.degree).raw_times(square))
            p = self.total([Polynomial(self, rest, p.den, p.degree), *parts])
        return p


class Polynomial:
    """An element of a Ring; `degree` bounds the total degree from above (it guards the packing)."""

    __slots__ = ("degree", "den", "ring", "terms")

    def __init__(self, ring: Ring, terms: dict[int, int], den: int = 1, degree: int = 0) -> None:
        if 0 in terms.values():
            terms = {m: c for m, c in terms.items() if c}
        common = math.gcd(den, *terms.values()) if den != 1 else 1
        if common != 1:
            terms = {m: c // common for m, c in terms.items()}
        if degree > MAX_DEGREE:
            raise Unreadable(f"a polynomial of degree above {MAX_DEGREE}")
        self.ring, self.terms, self.den, self.degree = ring, terms, den // common, degree

    def __eq__(self, other: Any) -> bool:
        return bool(self.terms == other.terms and self.den == other.den)

    def __hash__(self) -> int:
        return hash((frozenset(self.terms.items()), self.den))

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __add__(self, other: Polynomial) -> Polynomial:
        return self.ring.total((self, other))

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self.ring.total((self, other.scaled(-1)))

    def scaled(self, factor: Fraction | int) -> Polynomial:
        factor = Fraction(factor)
        terms = {m: c * factor.numerator for m, c in self.terms.items()}
        return Polynomial(self.ring, terms, self.den * factor.denominator, self.degree)

    def bits(self) -> int:
        """Length of the longest integer inside."""
        return max(map(int.bit_length, self.terms.values()), default=0) + self.den.bit_length()

    def raw_times(self, other: Polynomial) -> Polynomial:
        """The product before reduction by the relations."""
        few, many = sorted((self.terms, other.terms), key=len)
        bits = self.bits(), other.bits()
        _check_bits(sum(bits))
        self.ring.budget.spend(
            len(few) * len(many) * (1 + bits[0] * bits[1] // 2**16 + len(self.ring.symbols) // 64) + len(many)
        )
        result: dict[int, int] = {}
        get = result.get
        for m, c in few.items():
            for k, d in many.items():
                result[m + k] = get(m + k, 0) + c * d
            if len(result) > MAX_TERMS or len(result) * len(self.ring.symbols) > MAX_CELLS:
                raise Unreadable(f"a polynomial of more than {MAX_TERMS} terms, or {MAX_CELLS} exponents")
        return Polynomial(self.ring, result, self.den * other.den, self.degree + other.degree)

    def __mul__(self, other: Polynomial) -> Polynomial:
        product = self.raw_times(other)
        return self.ring.reduce(product) if self.ring.squares else product

    def __pow__(self, k: int) -> Polynomial:
        result, square = self.ring.constant(1), self
        while k:
            if k & 1:
                result = result * square
            k >>= 1
            if k:
                square = square * square
        return result

    def exponents(self, m: int) -> tuple[int, ...]:
        """The exponent vector of a packed monomial, over all indeterminates of the ring."""
        return tuple((m >> (WIDTH * i)) & FIELD for i in range(len(self.ring.symbols)))

    def support(self) -> list[int]:
        """The indices of the indeterminates that occur."""
        used = 0
        for m in self.terms:
            used |= m
        return [i for i, e in enumerate(self.exponents(used)) if e]

    def partial(self, i: int) -> Polynomial:
        """Formal derivative by indeterminate i."""
        shift, one = WIDTH * i, 1 << (WIDTH * i)
        powers = ((m, (m >> shift) & FIELD, c) for m, c in self.terms.items())
        return Polynomial(self.ring, {m - one: c * e for m, e, c in powers if e}, self.den, self.degree)

    def value(self) -> Fraction | None:
        """The rational number that this is, None if it is not constant."""
        if self.terms and self.terms.keys() != {0}:
            return None
        return Fraction(self.terms.get(0, 0), self.den)

    def plain(self) -> bool:
        """Whether only declared names occur: no pi, no function value."""
        return all(i < self.ring.plain for i in self.support())

    def leading(self) -> int:
        """The largest monomial, lexicographically with the first indeterminate first."""
        return max(self.terms, key=self.exponents)

    def primitive(self) -> Polynomial:
        """The integer multiple without content and with positive leading coefficient."""
        content = math.gcd(*self.terms.values())
        sign = 1 if self.terms[self.leading()] > 0 else -1
        return self.scaled(Fraction(sign * self.den, content))

    def evaluate(self, point: Sequence[Fraction]) -> Fraction:
        """The value at a point given for the declared names; NotDerived if anything else occurs."""
        if not self.plain():
            raise NotDerived("a value that is not rational is needed at a rational point")
        result = Fraction(0)
        for m, c in self.terms.items():
            powers = [(x, e) for x, e in zip(point, self.exponents(m), strict=False) if e]
            bits = sum(e * (x.numerator.bit_length() + x.denominator.bit_length()) for x, e in powers)
            _check_bits(bits)
            self.ring.budget.spend(1 + bits // 64)
            result += c * math.prod((x**e for x, e in powers), start=Fraction(1))
        return result / self.den

    def over(self, divisor: Polynomial) -> Polynomial | None:
        """The exact quotient in the polynomial ring, None where there is none."""
        lead = max(divisor.terms)
        steps, rest, found = divisor.exponents(lead), self, []
        while rest:
            top = max(rest.terms)
            if any(a < b for a, b in zip(rest.exponents(top), steps, strict=True)):
                return None
            factor = Fraction(rest.terms[top] * divisor.den, rest.den * divisor.terms[lead])
            terms = {top - lead: factor.numerator}
            found.append(Polynomial(self.ring, terms, factor.denominator, self.degree))
            self.ring.budget.spend(len(rest.terms))
            rest = rest - found[-1].raw_times(divisor)
        return self.ring.total(found)
