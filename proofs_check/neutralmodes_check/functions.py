"""Functions: one fresh indeterminate per function and canonical argument, with its derivative rule.

Signs are normalised by parity, sums inside sin, cos, exp are expanded by the addition theorems, sin^2,
cosh^2 and sqrt^2 are reduced. A residual that reduces to zero is zero; one that does not proves nothing.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from .angles import terms, turns
from .numbers import prime_powers, rationalized
from .polynomial import FIELD, WIDTH, Polynomial, Ring
from .quotient import Quotient
from .refusal import NotDerived
from .statement import SMOOTH

_ODD = frozenset(["tan", "sinh", "tanh", "atan", "erf", "asin"])
Pair = tuple[Quotient, Quotient]


def number(ring: Ring, value: Fraction | int) -> Quotient:
    return Quotient(ring.constant(value))


def pi(ring: Ring) -> Quotient:
    """pi is transcendental: an indeterminate without relations."""
    return Quotient(ring.generator(ring.symbol(("pi",))))


def symbol(ring: Ring, name: str, *arguments: Quotient) -> Quotient:
    """The indeterminate of a function of canonical arguments, made with its relation on first use."""
    known = len(ring.symbols)
    i = ring.symbol((name, *(a.key for a in arguments)), (name, *arguments))
    if i == known:
        argument = arguments[0]
        if name == "sin":
            ring.relate(i, ring.constant(1) - symbol(ring, "cos", argument).num ** 2)
        elif name == "cosh":
            ring.relate(i, ring.constant(1) + symbol(ring, "sinh", argument).num ** 2)
        elif name == "sqrt" and not argument.den:
            ring.relate(i, argument.num)
    return Quotient(ring.generator(i))


def _turn(ring: Ring, c: Fraction) -> Pair:
    """(cos, sin) of c pi: quarter turns, multiples of pi/12 by square roots, the rest as indeterminates."""
    quarters = (2 * c).__floor__()
    rest = c - Fraction(quarters, 2)
    zero, one, half = (number(ring, x) for x in (0, 1, Fraction(1, 2)))
    root2, root3 = (_root(ring, Fraction(n)) * half for n in (2, 3))
    sixth, quarter, third = (root3, half), (root2, root2), (half, root3)
    known = {Fraction(0): (one, zero), Fraction(1, 6): sixth, Fraction(1, 4): quarter, Fraction(1, 3): third}
    known[Fraction(1, 12)] = _rotate(third, (root2, root2.scaled(-1)))
    known[Fraction(5, 12)] = _rotate(sixth, quarter)
    if rest not in known:
        angle = pi(ring).scaled(rest)
        known[rest] = symbol(ring, "cos", angle), symbol(ring, "sin", angle)
    result = known[rest]
    for _ in range(quarters % 4):
        result = result[1].scaled(-1), result[0]
    return result


def _rotate(a: Pair, b: Pair) -> Pair:
    return a[0] * b[0] - a[1] * b[1], a[1] * b[0] + a[0] * b[1]


def _cos_sin(ring: Ring, argument: Quotient) -> Pair:
    parts = terms(argument)
    if parts is None:
        sign, size = (-1, argument.scaled(-1)) if _negative(argument) else (1, argument)
        return symbol(ring, "cos", size), symbol(ring, "sin", size).scaled(sign)
    result = number(ring, 1), number(ring, 0)
    for k, unit in parts:
        if (c := turns(ring, unit)) is not None:
            result = _rotate(result, _turn(ring, c * k))
            continue
        step = symbol(ring, "cos", unit), symbol(ring, "sin", unit).scaled(1 if k > 0 else -1)
        for _ in range(abs(k)):
            result = _rotate(result, step)
    return result


def _exp(ring: Ring, argument: Quotient) -> Quotient:
    parts = terms(argument)
    if parts is None:
        parts = [(-1, argument.scaled(-1))] if _negative(argument) else [(1, argument)]
    result = number(ring, 1)
    for k, unit in parts:
        log = _inside_log(ring, unit)
        if log and (log[0] * k).denominator == 1:
            result = result * log[1] ** int(log[0] * k)
        else:
            result = result * symbol(ring, "exp", unit) ** k
    return result


def _inside_log(ring: Ring, unit: Quotient) -> tuple[Fraction, Quotient] | None:
    """(c, a) where the unit is c log a, else None."""
    support = unit.num.support()
    data = ring.symbols[support[0]] if len(support) == 1 else None
    coefficient = unit.num.terms.get(1 << (WIDTH * support[0])) if support else None
    if data is None or data[0] != "log" or coefficient is None:
        return None
    return Fraction(coefficient, unit.num.den), data[1]


def _negative(argument: Quotient) -> bool:
    return bool(argument) and argument.num.terms[argument.num.leading()] < 0


def _content(argument: Quotient) -> Fraction:
    return Fraction(gcd(*argument.num.terms.values()), argument.num.den)


def _root(ring: Ring, value: Fraction) -> Quotient:
    """The square root of a positive rational: square roots of primes with a rational factor."""
    result = number(ring, Fraction(1, value.denominator))
    for prime, exponent in prime_powers(value.numerator * value.denominator):
        result = result.scaled(prime ** (exponent // 2))
        if exponent % 2:
            result = result * symbol(ring, "sqrt", number(ring, prime))
    return result


def _sqrt(ring: Ring, argument: Quotient) -> Quotient:
    """sqrt(c r) = sqrt(c) sqrt(r) with c > 0 rational."""
    if not argument:
        return argument
    content = _content(argument)
    rest = argument.scaled(1 / content)
    return _root(ring, content) if rest.value() == 1 else _root(ring, content) * symbol(ring, "sqrt", rest)


def _log(ring: Ring, argument: Quotient) -> Quotient:
    """log(c E^k r) = log c + k a + log r with c > 0 rational and E = exp(a) > 0."""
    if not argument:
        return symbol(ring, "log", argument)
    content = _content(argument)
    rest, result = argument.scaled(1 / content), number(ring, 0)
    for whole, sign in ((content.numerator, 1), (content.denominator, -1)):
        for prime, exponent in prime_powers(whole):
            result = result + symbol(ring, "log", number(ring, prime)).scaled(sign * exponent)
    for i, data in enumerate(list(ring.symbols)):
        if data is not None and data[0] == "exp" and (power := _least_power(rest, i)):
            rest = (rest * Quotient(ring.generator(i)) ** -power).cancelled()
            result = result + data[1].scaled(power)
    return result if rest.value() == 1 else result + symbol(ring, "log", rest)


def _least_power(q: Quotient, i: int) -> int:
    """The power of indeterminate i that divides q, negative where it divides the denominator."""
    shift = WIDTH * i

    def least(p: Polynomial) -> int:
        return min((m >> shift) & FIELD for m in p.terms)

    return least(q.num) - sum(least(base) * k for base, k in q.den.items())


def _elementary(ring: Ring, name: str, argument: Quotient) -> Quotient:
    """tanh, sigmoid, softplus, sinh, cosh by exp and tan by sin and cos."""
    one, half = number(ring, 1), Fraction(1, 2)
    if name == "tan":
        c, s = _cos_sin(ring, argument)
        return s * c.inverse()
    e = _exp(ring, argument)
    match name:
        case "tanh":
            return (e * e - one) * (e * e + one).inverse()
        case "sigmoid":
            return e * (e + one).inverse()
        case "softplus":
            return _log(ring, one + e)
    return (e + e.inverse().scaled(1 if name == "cosh" else -1)).scaled(half)


def _by_parity(ring: Ring, name: str, argument: Quotient) -> Quotient:
    """Functions whose value at -a is known from that at a."""
    negative = _negative(argument)
    f = symbol(ring, name, argument.scaled(-1) if negative else argument)
    if name in _ODD:
        return f.scaled(-1) if negative else f
    if negative and name == "sigmoid":
        return number(ring, 1) - f
    return f + argument if negative and name == "softplus" else f


_LINKED = frozenset(["tanh", "sigmoid", "softplus", "sinh", "cosh", "tan"])
_AT_ZERO = dict.fromkeys(_ODD, Fraction(0)) | {"cosh": Fraction(1), "sigmoid": Fraction(1, 2)}


def apply(ring: Ring, name: str, *arguments: Quotient) -> Quotient:
    """The value of a smooth function or a declared activation; NotDerived for a function that is not C^1."""
    arguments = tuple(rationalized(a.cancelled()) if a.den else a for a in arguments)
    if name in ring.activations:
        return symbol(ring, name, *arguments)
    if name not in SMOOTH:
        raise NotDerived(f"{name} is not continuously differentiable")
    (argument,) = arguments
    if not argument and name in _AT_ZERO:
        return number(ring, _AT_ZERO[name])
    if ring.elementary and name in _LINKED:
        return _elementary(ring, name, argument)
    match name:
        case "sin" | "cos":
            return _cos_sin(ring, argument)[name == "sin"]
        case "exp":
            return _exp(ring, argument)
        case "sqrt":
            return _sqrt(ring, argument)
        case "log":
            return _log(ring, argument)
        case "softplus" if not argument:
            return _log(ring, number(ring, 2))
        case "acos":
            return pi(ring).scaled(Fraction(1, 2)) - apply(ring, "asin", argument)
    return _by_parity(ring, name, argument)


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
