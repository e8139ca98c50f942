"""Rigorous values of field elements at rational points: balls, and free values of opaque functions."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from flint import arb, fmpq_mpoly

from neutralmodes.exact.balls import FUNCTIONS, ball
from neutralmodes.exact.ratio import Ratio, as_fmpq

if TYPE_CHECKING:
    from neutralmodes.exact.field import Field, Kernel

_DIGITS = 40
_MOST_EXPONENT = 8000  # binary; beyond it decimals are longer than Python prints


@dataclass(frozen=True)
class Ball:
    """|value - midpoint| <= radius, computed with ``bits`` of precision; both as decimal strings."""

    midpoint: str
    radius: str
    bits: int

    def __str__(self) -> str:
        return f"{self.midpoint} +/- {self.radius}"


class NoValue(Exception):
    """A function without values (a declared activation, a derivative of a kink) stands in the way."""


class Enclosures:
    """Balls of the elements of a field at one rational point, at the working precision.

    Opaque functions (any C^1 function) take seeded rational values, one for each distinct argument:
    a C^1 function with these values and slopes exists. ``chosen`` names those that were used.
    """

    def __init__(self, field: Field, point: Mapping[str, Fraction], seed: int = 0) -> None:
        self.field = field
        self.seed = seed
        self._at = {name: as_fmpq(point[name]) for name in field.names}
        self._kernels: dict[int, arb] = {}
        self._by_gen = {k.gen: k for k in field.kernels}
        self.chosen: dict[int, Fraction] = {}

    def ratio(self, ratio: Ratio) -> arb:
        """The ball of an element; NoValue where a function has none. Not finite at a pole."""
        value = self._polynomial(ratio.num)
        return value if ratio.den.is_one() else value / self._polynomial(ratio.den)

    def _polynomial(self, poly: fmpq_mpoly) -> arb:
        rest = poly.subs(self._at)  # exact in the names: cancellation costs no precision
        total = arb(0)
        for monomial, coefficient in rest.to_dict().items():
            term = arb(coefficient)
            for gen, exponent in enumerate(monomial):
                if exponent:
                    term = term * self._kernel(gen) ** int(exponent)
            total = total + term
        return total

    def _kernel(self, gen: int) -> arb:
        if gen not in self._kernels:
            self._kernels[gen] = self._value(self._by_gen[gen])
        return self._kernels[gen]

    def _value(self, kernel: Kernel) -> arb:
        if kernel.function == "pi":
            return arb.pi()
        if is_opaque(self.field, kernel):
            return self._choice(kernel)
        if kernel.function in self.field.activations or kernel.function not in FUNCTIONS:
            raise NoValue(kernel.function)
        return FUNCTIONS[kernel.function](self.ratio(kernel.arguments[0]))

    def _choice(self, kernel: Kernel) -> arb:
        here = [self.ratio(a) for a in kernel.arguments]
        for gen in self.chosen:
            other = self._by_gen[gen]
            if other.function == kernel.function and _overlap(here, [self.ratio(a) for a in other.arguments]):
                raise NoValue(kernel.function)
        self.chosen[kernel.gen] = Fraction(random.Random(f"{self.seed} {kernel.gen}").randint(-64, 64), 16)
        return ball(self.chosen[kernel.gen])


def _overlap(a: list[arb], b: list[arb]) -> bool:
    return all(not (x - y).is_finite() or (x - y).contains(0) for x, y in zip(a, b, strict=True))


def is_opaque(field: Field, kernel: Kernel) -> bool:
    """True for a function, or a derivative of one, of which only the chain rule is known."""
    rule = field.activations.get(kernel.function.split("'")[0])
    return rule is not None and rule[1] is None


def print_ball(value: arb, bits: int) -> Ball | None:
    """The ball in decimals, a little wider; None where it is not finite or contains 0."""
    if not value.is_finite() or value.contains(0) or abs(int(value.mid().man_exp()[1])) > _MOST_EXPONENT:
        return None
    exact, radius = _fraction(value.mid()), _fraction(value.rad())
    midpoint = _decimal(exact, _DIGITS)
    width = radius + abs(exact - Fraction(midpoint))
    shown = _decimal(width * Fraction(21, 20), 3) if width else "0"
    return Ball(midpoint, shown, bits) if abs(Fraction(midpoint)) > Fraction(shown) else None


def _fraction(exact: arb) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _decimal(value: Fraction, digits: int) -> str:
    """The value in scientific notation with this many significant digits, rounded to nearest."""
    if value == 0:
        return "0"
    size = abs(value)
    exponent = len(str(size.numerator)) - len(str(size.denominator))
    scaled = round(size / Fraction(10) ** (exponent - digits))
    text = str(scaled)
    exponent += len(text) - digits - 1
    sign = "-" if value < 0 else ""
    mantissa = text[:digits].rstrip("0") or "0"
    whole = mantissa[0] + (f".{mantissa[1:]}" if len(mantissa) > 1 else "")
    return f"{sign}{whole}e{exponent}" if exponent else f"{sign}{whole}"
