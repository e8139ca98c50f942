"""Functions: one fresh indeterminate per function and canonical argument, with its derivative rule.

Signs are normalised by parity, sums inside sin, cos, exp are expanded by the addition theorems, sin^2,
cosh^2 and sqrt^2 are reduced. A residual that reduces to zero is zero; one that does not proves nothing.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from .polynomial import Polynomial, Ring
from .quotient import Quotient
from .refusal import NotDerived
from .statement import SMOOTH

_ODD = frozenset(["sin", "tan", "sinh", "tanh", "atan", "erf", "asin"])
_EVEN = frozenset(["cos", "cosh"])
_AT_ZERO = dict.fromkeys(_ODD, 0) | {"cos": 1, "cosh": 1, "exp": 1, "sqrt": 0}
_MAX_EXPANSION = 6
_MAX_MULTIPLE = 16


def number(ring: Ring, value: Fraction | int) -> Quotient:
    return Quotient(ring.constant(value))


def pi(ring: Ring) -> Quotient:
    """pi is transcendental: an indeterminate without relations."""
    return Quotient(ring.generator(ring.symbol(("pi",))))


def _symbol(ring: Ring, name: str, argument: Quotient) -> Quotient:
    known = len(ring.symbols)
    i = ring.symbol((name, argument.key), (name, argument))
    if i == known:
        if name == "sin":
            ring.relate(i, ring.constant(1) - _symbol(ring, "cos", argument).num ** 2)
        elif name == "cosh":
            ring.relate(i, ring.constant(1) + _symbol(ring, "sinh", argument).num ** 2)
        elif name == "sqrt" and not argument.den:
            ring.relate(i, argument.num)
    return Quotient(ring.generator(i))


def _terms(argument: Quotient) -> list[tuple[int, Quotient]] | None:
    """The argument as integer multiples of monomials, where it is a short polynomial."""
    p = argument.num
    if argument.den or len(p.terms) > _MAX_EXPANSION:
        return None
    parts = []
    for m, c in p.terms.items():
        k = Fraction(c, p.den)
        parts.append((k.numerator, Quotient(Polynomial(p.ring, {m: 1}, k.denominator, p.degree))))
    return parts if all(abs(k) <= _MAX_MULTIPLE for k, _ in parts) else None


def _cos_sin(ring: Ring, argument: Quotient) -> tuple[Quotient, Quotient]:
    parts = _terms(argument)
    if parts is None:
        return _symbol(ring, "cos", argument), _symbol(ring, "sin", argument)
    c, s = number(ring, 1), number(ring, 0)
    for k, unit in parts:
        dc = _symbol(ring, "cos", unit)
        ds = _symbol(ring, "sin", unit).scaled(1 if k > 0 else -1)
        for _ in range(abs(k)):
            c, s = c * dc - s * ds, s * dc + c * ds
    return c, s


def _exp(ring: Ring, argument: Quotient) -> Quotient:
    result = number(ring, 1)
    for k, unit in _terms(argument) or [(1, argument)]:
        result = result * _symbol(ring, "exp", unit) ** k
    return result


def _negative(argument: Quotient) -> bool:
    return argument.num.terms[argument.num.leading()] < 0


def _root(value: Fraction | None) -> Fraction | None:
    """The rational square root of a rational square."""
    if value is None or value < 0:
        return None
    root = Fraction(isqrt(value.numerator), isqrt(value.denominator))
    return root if root * root == value else None


def apply(ring: Ring, name: str, argument: Quotient) -> Quotient:
    """The value of a smooth function or a declared activation; NotDerived for a function that is not C^1."""
    if name in ring.activations:
        return _symbol(ring, name, argument)
    if name not in SMOOTH:
        raise NotDerived(f"{name} is not continuously differentiable")
    if not argument and name in _AT_ZERO:
        return number(ring, _AT_ZERO[name])
    if name == "log" and argument.value() == 1:
        return number(ring, 0)
    if name == "sigmoid" and not argument:
        return number(ring, Fraction(1, 2))
    if name in ("sin", "cos"):
        return _cos_sin(ring, argument)[name == "sin"]
    if name == "exp":
        return _exp(ring, argument)
    if name == "sqrt":
        root = _root(argument.value())
        return _symbol(ring, name, argument) if root is None else number(ring, root)
    if name in _ODD | _EVEN and _negative(argument):
        return _symbol(ring, name, argument.scaled(-1)).scaled(-1 if name in _ODD else 1)
    return _symbol(ring, name, argument)


def derivative(ring: Ring, name: str, u: Quotient) -> Quotient:
    """The derivative of a built-in smooth function at the argument u."""
    one = number(ring, 1)
    f = apply(ring, name, u)
    match name:
        case "sin" | "softplus" | "sinh" | "cosh":
            return apply(ring, {"sin": "cos", "softplus": "sigmoid", "sinh": "cosh", "cosh": "sinh"}[name], u)
        case "cos":
            return apply(ring, "sin", u).scaled(-1)
        case "exp":
            return f
        case "tan":
            return one + f * f
        case "tanh":
            return one - f * f
        case "sigmoid":
            return f * (one - f)
        case "log":
            return u.inverse()
        case "sqrt":
            return f.inverse().scaled(Fraction(1, 2))
        case "atan":
            return (one + u * u).inverse()
        case "erf":
            return apply(ring, "exp", (u * u).scaled(-1)) * apply(ring, "sqrt", pi(ring)).inverse().scaled(2)
        case "asin":
            return apply(ring, "sqrt", one - u * u).inverse()
        case "acos":
            return apply(ring, "sqrt", one - u * u).inverse().scaled(-1)
    raise NotDerived(f"{name} has no derivative rule")
