"""Exact rational values of field elements at rational points, functions included where they are rational."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isqrt

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.field import Field, Ratio

_AT_ZERO = {
    **dict.fromkeys(("sin", "tan", "sinh", "tanh", "atan", "asin", "erf"), fmpq(0)),
    **dict.fromkeys(("cos", "cosh", "exp"), fmpq(1)),
    "sigmoid": fmpq(1, 2),
}


class ExactPoint:
    """A rational point of a field; ``value`` is None where a function's value there is not rational.

    >>> field = Field(["x"], [("sqrt", "x")])
    >>> ExactPoint(field, {"x": Fraction(9, 4)}).value(field.element(("sqrt", "x")))
    3/2
    """

    def __init__(self, field: Field, point: Mapping[str, Fraction]) -> None:
        self._field = field
        self._known: list[fmpq | None] = [fmpq(point[n].numerator, point[n].denominator) for n in field.names]

    def value(self, ratio: Ratio) -> fmpq | None:
        """The exact value; ZeroDivisionError at a pole."""
        num, den = self._polynomial(ratio.num), self._polynomial(ratio.den)
        return None if num is None or den is None else num / den

    def _polynomial(self, poly: fmpq_mpoly) -> fmpq | None:
        used = [i for i, degree in enumerate(poly.degrees()) if degree] if not poly.is_zero() else []
        values = {i: self._gen(i) for i in used}
        if any(v is None for v in values.values()):
            return None
        return poly(*(values.get(i) or fmpq(0) for i in range(poly.context().nvars())))

    def _gen(self, i: int) -> fmpq | None:
        while len(self._known) <= i:
            kernel = self._field.kernels[len(self._known) - len(self._field.names)]
            self._known.append(_apply(kernel.function, [self.value(a) for a in kernel.arguments]))
        return self._known[i]


def _apply(function: str, arguments: list[fmpq | None]) -> fmpq | None:
    if len(arguments) != 1 or arguments[0] is None:
        return None
    (argument,) = arguments
    if function == "sqrt":
        return _root(argument)
    if function == "log":
        return fmpq(0) if argument == 1 else None
    return _AT_ZERO.get(function) if argument == 0 else None


def _root(value: fmpq) -> fmpq | None:
    if value < 0:
        return None
    top, bottom = isqrt(int(value.p)), isqrt(int(value.q))
    return fmpq(top, bottom) if top * top == value.p and bottom * bottom == value.q else None
