"""Canonical forms of functions: parity, addition theorems, values at zero, and their derivative rules.

Every rewriting here is an identity between functions wherever its left side is defined, so that a
residual which vanishes is zero; forms that are not canonical only leave more open.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, lcm
from typing import TYPE_CHECKING

from flint import fmpq

from neutralmodes.errors import ExpressionError
from neutralmodes.exact.algebraic import prime_powers, rationalized
from neutralmodes.exact.expression import DERIVATIVES, KINKED
from neutralmodes.exact.ratio import Ratio

if TYPE_CHECKING:
    from neutralmodes.exact.field import Field, Kernel

_ODD = frozenset({"tan", "sinh", "tanh", "atan", "erf", "asin"})
# Longer sums and larger multiples stay whole: their expansions cost more than they show.
MOST_TERMS = 6
MOST_MULTIPLE = 16


def apply(field: Field, function: str, operands: Sequence[Ratio]) -> Ratio:
    """A function of elements, in canonical form.

    Raises ExpressionError for a function that is neither built in nor declared.
    """
    if function == "pi":
        return field.kernel("pi", ())
    arguments = [_canonical(field, a) for a in operands]
    if "'" in function or function in field.activations or function in KINKED:
        return field.kernel(function, arguments)
    if function not in DERIVATIVES:
        raise ExpressionError(f"the function {function!r} has no derivative rule; declare it in activations=")
    (argument,) = arguments
    if field.elementary and function in _ELEMENTARY:
        return _ELEMENTARY[function](field, argument)
    if function in _RULES:
        return _RULES[function](field, argument)
    return _with_parity(field, function, argument)


def _canonical(field: Field, argument: Ratio) -> Ratio:
    return rationalized(field, field.normal(argument)) if field.kernels else argument


def _with_parity(field: Field, function: str, argument: Ratio) -> Ratio:
    """Odd functions of a positive-leading argument; acos and the like as they are."""
    if function in _ODD:
        if argument.is_zero:
            return field.zero
        if _is_negative(argument):
            return -field.kernel(function, [-argument])
    return field.kernel(function, [argument])


def _is_negative(argument: Ratio) -> bool:
    return not argument.is_zero and argument.num.leading_coefficient() < 0


def _terms(field: Field, argument: Ratio) -> list[tuple[int, Ratio]] | None:
    """The argument as integer multiples of units, where it is a short polynomial."""
    coefficients = argument.num.to_dict()
    if not argument.is_polynomial or len(coefficients) > MOST_TERMS:
        return None
    found = []
    for monomial, coefficient in coefficients.items():
        unit = field.unit(monomial, coefficient)
        multiple = coefficient / unit
        if multiple.q != 1 or abs(multiple) > MOST_MULTIPLE:
            unit, multiple = abs(coefficient), fmpq(1 if coefficient > 0 else -1)
        found.append((int(multiple.p), Ratio(field.ctx.from_dict({monomial: unit}), field.one.den)))
    return found


def _multiple_of(field: Field, function: str, unit: Ratio) -> tuple[fmpq, Kernel] | None:
    """(c, kernel) where the unit is c times one kernel of that function, or None."""
    (monomial,) = unit.num.monoms()
    for kernel in field.kernels:
        if kernel.function == function and monomial[kernel.gen] == sum(monomial) == 1:
            return unit.num.leading_coefficient(), kernel
    return None


def _turn(field: Field, c: fmpq) -> tuple[Ratio, Ratio]:
    """(cos, sin) of c pi: quarter turns exactly, multiples of pi/12 by square roots, the rest as kernels."""
    doubled = 2 * c
    quarters = int(doubled.p) // int(doubled.q)
    rest = c - fmpq(quarters, 2)
    zero, one, half = field.zero, field.one, field.constant(fmpq(1, 2))
    root2, root3 = (_root(field, fmpq(n)) * half for n in (2, 3))
    known = {fmpq(0): (one, zero), fmpq(1, 6): (root3, half), fmpq(1, 4): (root2, root2), fmpq(1, 3): (half, root3)}
    known[fmpq(1, 12)] = _rotate(known[fmpq(1, 3)], (root2, -root2))
    known[fmpq(5, 12)] = _rotate(known[fmpq(1, 6)], known[fmpq(1, 4)])
    if rest not in known:
        angle = field.kernel("pi", ()).scaled(rest)
        known[rest] = field.kernel("cos", [angle]), field.kernel("sin", [angle])
    result = known[rest]
    for _ in range(quarters % 4):
        result = -result[1], result[0]
    return result


def _rotate(a: tuple[Ratio, Ratio], b: tuple[Ratio, Ratio]) -> tuple[Ratio, Ratio]:
    """(cos, sin) of a sum of angles from those of the summands."""
    return a[0] * b[0] - a[1] * b[1], a[1] * b[0] + a[0] * b[1]


def _cos_sin(field: Field, argument: Ratio) -> tuple[Ratio, Ratio]:
    parts = _terms(field, argument)
    if parts is None:
        size, sign = (-argument, -1) if _is_negative(argument) else (argument, 1)
        sine = field.kernel("sin", [size])
        return field.kernel("cos", [size]), sine.scaled(sign)
    total = field.one, field.zero
    for multiple, unit in parts:
        if turns := _multiple_of(field, "pi", unit):
            total = _rotate(total, _turn(field, turns[0] * multiple))
            continue
        sine = field.kernel("sin", [unit]).scaled(1 if multiple > 0 else -1)
        step = field.kernel("cos", [unit]), sine
        for _ in range(abs(multiple)):
            total = _rotate(total, step)
    return total


def _exp(field: Field, argument: Ratio) -> Ratio:
    whole = [(-1, -argument)] if _is_negative(argument) else [(1, argument)]
    parts = _terms(field, argument)
    parts = whole if parts is None else parts
    result = field.one
    for multiple, unit in parts:
        log = _multiple_of(field, "log", unit) if parts is not whole else None
        if log and (log[0] * multiple).q == 1:  # exp(k log a) = a^k
            result = result * log[1].arguments[0] ** int((log[0] * multiple).p)
        else:
            result = result * field.kernel("exp", [unit]) ** multiple
    return result


def _log(field: Field, argument: Ratio) -> Ratio:
    """log(c E^k r) = log c + k a + log r with c > 0 rational and E = exp(a) > 0."""
    if argument.is_zero:
        return field.kernel("log", [argument])
    content = _content(argument)
    rest, total = argument.scaled(1 / content), _log_rational(field, content)
    for kernel in [k for k in field.kernels if k.function == "exp"]:
        least = [min(m[kernel.gen] for m in p.monoms()) for p in (rest.num, rest.den)]
        if power := int(least[0]) - int(least[1]):
            rest = rest * field.gen(kernel.gen) ** -power
            total = total + kernel.arguments[0].scaled(power)
    return total if rest.constant() == 1 else total + field.kernel("log", [rest])


def _log_rational(field: Field, value: fmpq) -> Ratio:
    total = field.zero
    for number, sign in ((value.p, 1), (value.q, -1)):
        for prime, exponent in prime_powers(int(number)):
            total = total + field.kernel("log", [field.constant(prime)]).scaled(sign * exponent)
    return total


def _sqrt(field: Field, argument: Ratio) -> Ratio:
    """sqrt(c r) = sqrt(c) sqrt(r) with c > 0 rational."""
    if argument.is_zero:
        return field.zero
    content = _content(argument)
    rest = argument.scaled(1 / content)
    root = _root(field, content)
    return root if rest.constant() == 1 else root * field.kernel("sqrt", [rest])


def _root(field: Field, value: fmpq) -> Ratio:
    """The square root of a positive rational: roots of distinct primes (small ones) with a rational factor."""
    result = field.constant(fmpq(1, value.q))
    for prime, exponent in prime_powers(int(value.p) * int(value.q)):
        result = result.scaled(fmpq(prime) ** (exponent // 2))
        if exponent % 2:
            result = result * field.kernel("sqrt", [field.constant(prime)])
    return result


def _content(argument: Ratio) -> fmpq:
    """The positive common divisor of the numerator's coefficients (the denominator is monic)."""
    coefficients = argument.num.coeffs()
    return fmpq(gcd(*(int(c.p) for c in coefficients)), lcm(*(int(c.q) for c in coefficients)))


def _sigmoid(field: Field, argument: Ratio) -> Ratio:
    if argument.is_zero:
        return field.constant(fmpq(1, 2))
    if _is_negative(argument):
        return field.one - field.kernel("sigmoid", [-argument])
    return field.kernel("sigmoid", [argument])


def _softplus(field: Field, argument: Ratio) -> Ratio:
    if argument.is_zero:
        return _log_rational(field, fmpq(2))
    if _is_negative(argument):
        return field.kernel("softplus", [-argument]) + argument
    return field.kernel("softplus", [argument])


def _cosh(field: Field, argument: Ratio) -> Ratio:
    if argument.is_zero:
        return field.one
    return field.kernel("cosh", [-argument if _is_negative(argument) else argument])


def _acos(field: Field, argument: Ratio) -> Ratio:
    return field.kernel("pi", ()).scaled(fmpq(1, 2)) - _with_parity(field, "asin", argument)


_RULES = {
    "sin": lambda field, a: _cos_sin(field, a)[1],
    "cos": lambda field, a: _cos_sin(field, a)[0],
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "cosh": _cosh,
    "acos": _acos,
}


def _hyperbolic(field: Field, argument: Ratio, sign: int) -> Ratio:
    e = _exp(field, argument)
    return (e + e.inverse().scaled(sign)).scaled(fmpq(1, 2))


def _tanh_by_exp(field: Field, argument: Ratio) -> Ratio:
    square_of = _exp(field, argument) ** 2
    return (square_of - field.one) * (square_of + field.one).inverse()


def _sigmoid_by_exp(field: Field, argument: Ratio) -> Ratio:
    e = _exp(field, argument)
    return e * (e + field.one).inverse()


def _tan_by_sin(field: Field, argument: Ratio) -> Ratio:
    c, s = _cos_sin(field, argument)
    return s * field.normal(c).inverse()


_ELEMENTARY = {
    "tanh": _tanh_by_exp,
    "sigmoid": _sigmoid_by_exp,
    "softplus": lambda field, a: _log(field, field.one + _exp(field, a)),
    "sinh": lambda field, a: _hyperbolic(field, a, -1),
    "cosh": lambda field, a: _hyperbolic(field, a, 1),
    "tan": _tan_by_sin,
}


def slope(field: Field, kernel: Kernel, slot: int) -> Ratio:
    """The derivative of a kernel's function by its argument number ``slot``.

    Only the chain rule is known of opaque functions: their derivative is a further opaque function.
    """
    rule = field.activations.get(kernel.function)
    if rule is not None and rule[1] is not None:
        return field.put(rule[1], {rule[0]: kernel.arguments[0]})
    if kernel.function in DERIVATIVES and kernel.function not in field.activations:
        return field.put(DERIVATIVES[kernel.function], {"s": kernel.arguments[0]})
    return field.kernel(f"{kernel.function}'{slot}", kernel.arguments)


def square(field: Field, kernel: Kernel) -> Ratio | None:
    """What the square of a kernel equals, in earlier kernels and its partner; None where nothing is known."""
    if kernel.function == "sqrt":
        return kernel.arguments[0]
    if kernel.function in ("cos", "cosh"):
        partner = field.kernel("sin" if kernel.function == "cos" else "sinh", kernel.arguments)
        return field.one - partner**2 if kernel.function == "cos" else field.one + partner**2
    return None
