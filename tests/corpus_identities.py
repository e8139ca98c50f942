"""Identities and near-identities with known truth, written as trees: the oracle of the zero test.

ZERO: zero at every point where the expression is defined. NONZERO: not zero at some such point.
TRAP: zero where it is defined, but only on a branch that the test must not take for granted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

ZERO, NONZERO, TRAP = "ZERO", "NONZERO", "TRAP"
TINY = Fraction(1, 10**30)
ACTIVATIONS: dict[str, tuple[str, Any]] = {
    "act": ("s", ("+", "1", ("*", "-1", ("^", ("act", "s"), 2)))),
    "p": ("s", None),
    "q": ("s", None),
}


class E:
    """A tree with arithmetic, kept exactly as written (sympy would rewrite it)."""

    def __init__(self, tree: Any) -> None:
        self.tree = str(Fraction(tree)) if isinstance(tree, int | Fraction) else tree

    def __add__(self, other: E | int | Fraction) -> E:
        return E(("+", self.tree, as_e(other).tree))

    def __mul__(self, other: E | int | Fraction) -> E:
        return E(("*", self.tree, as_e(other).tree))

    def __sub__(self, other: E | int | Fraction) -> E:
        return self + as_e(other) * -1

    def __neg__(self) -> E:
        return self * -1

    def __truediv__(self, other: E | int | Fraction) -> E:
        return self * E(("^", as_e(other).tree, -1))

    def __pow__(self, k: int) -> E:
        return E(("^", self.tree, k))

    def __radd__(self, other: int | Fraction) -> E:
        return as_e(other) + self

    def __rmul__(self, other: int | Fraction) -> E:
        return as_e(other) * self

    def __rsub__(self, other: int | Fraction) -> E:
        return as_e(other) - self

    def __rtruediv__(self, other: int | Fraction) -> E:
        return as_e(other) / self


def as_e(value: E | int | Fraction) -> E:
    return value if isinstance(value, E) else E(value)


def function(name: str) -> Callable[..., E]:
    return lambda *operands: E((name, *(as_e(o).tree for o in operands)))


x, y, z, pi = E("x"), E("y"), E("z"), E(("pi",))
sin, cos, tan, exp, log, sqrt = map(function, ("sin", "cos", "tan", "exp", "log", "sqrt"))
sinh, cosh, tanh, atan, asin, acos = map(function, ("sinh", "cosh", "tanh", "atan", "asin", "acos"))
sigmoid, softplus, erf, act, p, q = map(function, ("sigmoid", "softplus", "erf", "act", "p", "q"))
half, third = Fraction(1, 2), Fraction(1, 3)


@dataclass(frozen=True)
class Case:
    """One expression in x, y, z and what is true of it; ``must`` where the verdict must not be UNDECIDED."""

    label: str
    tree: Any
    truth: str
    must: bool = False


def sum_of(terms: list[E]) -> E:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _rational() -> dict[str, E]:
    found = {
        "a square": (x + y) ** 2 - x**2 - 2 * x * y - y**2,
        "difference of squares": (x - y) * (x + y) - x**2 + y**2,
        "quotient": (x**2 - y**2) / (x - y) - x - y,
        "partial fractions": 1 / (x * (x + 1)) - 1 / x + 1 / (x + 1),
        "continued fraction": 1 / (1 + 1 / (1 + 1 / x)) - (x + 1) / (2 * x + 1),
        "Brahmagupta": (x**2 + y**2) * (z**2 + 1) - (x * z - y) ** 2 - (x + y * z) ** 2,
        "Cramer": (x * (y + z) - y * (x + z)) - z * (x - y),
        "0.1 + 0.2": E(Fraction(1, 10)) + Fraction(1, 5) - Fraction(3, 10),
        "cube root of unity": (x + y + z) ** 3 - x**3 - y**3 - z**3 - 3 * (x + y) * (y + z) * (z + x),
    }
    for n in (5, 12, 30):
        found[f"geometric {n}"] = (1 - x**n) / (1 - x) - sum_of([x**k if k else E(1) for k in range(n)])
    return found


def _numbers() -> dict[str, E]:
    root2, root3, root5 = sqrt(2), sqrt(3), sqrt(5)
    golden = (1 + root5) / 2
    return {
        "golden": golden**2 - golden - 1,
        "golden inverse": 1 / golden - golden + 1,
        "sqrt 6": root2 * root3 - sqrt(6),
        "sqrt 12": sqrt(12) - 2 * root3,
        "sqrt 4": sqrt(4) - 2,
        "sqrt 1/2": sqrt(half) - root2 / 2,
        "denominator": 1 / (root2 - 1) - root2 - 1,
        "denominator with x": x / (root3 - root2) - x * (root3 + root2),
        "denesting": sqrt(3 + 2 * root2) - 1 - root2,
        "denesting with 6": sqrt(5 + 2 * sqrt(6)) - root2 - root3,
        "three roots": sqrt(10 + 2 * sqrt(6) + 2 * sqrt(10) + 2 * sqrt(15)) - root2 - root3 - root5,
        "conjugate roots": sqrt(root2 + 1) * sqrt(root2 - 1) - 1,
        "nested pair": sqrt(2 + root3) - (sqrt(6) + root2) / 2,
        "pentagon": sqrt(10 - 2 * root5) * sqrt(10 + 2 * root5) - 4 * root5,
        "denesting with 5": sqrt(9 + 4 * root5) - 2 - root5,
        "factor over Q(sqrt 2)": (x - root2 * y) * (x + root2 * y) - x**2 + 2 * y**2,
        "golden quadratic": (x - golden) * (x - 1 + golden) - x**2 + x + 1,
        "big composite root": sqrt(1009 * 1013) - sqrt(1009) * sqrt(1013),
        "pi": (pi + 1) ** 2 - pi**2 - 2 * pi - 1,
        "pi cancels": (pi * x) / pi - x,
        "rotation by 45 degrees": ((x - y) / root2) ** 2 + ((x + y) / root2) ** 2 - x**2 - y**2,
        "rotation by 30 degrees": (root3 * x / 2 - y / 2) ** 2 + (x / 2 + root3 * y / 2) ** 2 - x**2 - y**2,
        "rotation by 72 degrees": (golden - 1) ** 2 / 4 + (10 + 2 * root5) / 16 - 1,
    }


def _periodic() -> dict[str, E]:
    w = Fraction(3, 5)
    found = {
        "Pythagoras": sin(x) ** 2 + cos(x) ** 2 - 1,
        "Pythagoras of a sum": sin(x + y * z) ** 2 + cos(x + y * z) ** 2 - 1,
        "sine of a sum": sin(x + y) - sin(x) * cos(y) - cos(x) * sin(y),
        "cosine of a difference": cos(x - y) - cos(x) * cos(y) - sin(x) * sin(y),
        "product to sum": 2 * sin(x) * sin(y) - cos(x - y) + cos(x + y),
        "sum to product": sin(x) + sin(y) - 2 * sin((x + y) / 2) * cos((x - y) / 2),
        "half angle": sin(x) - 2 * sin(x / 2) * cos(x / 2),
        "third angle": sin(x) - 3 * sin(x / 3) + 4 * sin(x / 3) ** 3,
        "odd": sin(-x) + sin(x),
        "even": cos(-x) - cos(x),
        "odd of a difference": sin(x - y) + sin(y - x),
        "quarter turn": sin(x + pi / 2) - cos(x),
        "half turn": sin(x + pi) + sin(x),
        "turn": cos(x + 2 * pi) - cos(x),
        "many turns": cos(x - 40 * pi) - cos(x),
        "sixth of a turn": sin(x + pi / 3) - sin(x) / 2 - sqrt(3) * cos(x) / 2,
        "eighth of a turn": cos(x + pi / 4) * sqrt(2) - cos(x) + sin(x),
        "twelfth": sin(pi / 12) - (sqrt(6) - sqrt(2)) / 4,
        "three phases": sin(x) + sin(x + 2 * pi / 3) + sin(x + 4 * pi / 3),
        "square of phases": cos(x) ** 2 + cos(x + 2 * pi / 3) ** 2 + cos(x + 4 * pi / 3) ** 2 - Fraction(3, 2),
        "rational frequency": sin(w * x) ** 2 + cos(w * x) ** 2 - 1,
        "two frequencies": sin(w * x) * cos(2 * x / 5) + cos(w * x) * sin(2 * x / 5) - sin(x),
        "large common frequency": sin(100 * x + y) - sin(100 * x) * cos(y) - cos(100 * x) * sin(y),
        "parameter inside": sin(z * (x + y)) - sin(z * x) * cos(z * y) - cos(z * x) * sin(z * y),
        "number-field frequency": sin((1 + sqrt(2)) * x) - sin(x) * cos(sqrt(2) * x) - cos(x) * sin(sqrt(2) * x),
        "rationalised frequency": sin(x / (sqrt(2) - 1)) - sin((sqrt(2) + 1) * x),
        "phase differences": sin(x - y)
        + sin(y - z)
        + sin(z - x)
        + 4 * sin((x - y) / 2) * sin((y - z) / 2) * sin((z - x) / 2),
        "exp of a sum": exp(x + y) - exp(x) * exp(y),
        "exp of a difference": exp(x - y) * exp(y) - exp(x),
        "exp of a half": exp(x / 2) ** 2 - exp(x),
        "exp inverse": exp(-x) * exp(x) - 1,
        "exp number": exp(2) - exp(1) ** 2,
        "cosh square": cosh(x) ** 2 - sinh(x) ** 2 - 1,
        "cosh by exp": cosh(x) - (exp(x) + exp(-x)) / 2,
        "sinh of a sum": sinh(x + y) - sinh(x) * cosh(y) - cosh(x) * sinh(y),
        "sinh double": sinh(2 * x) - 2 * sinh(x) * cosh(x),
        "cosh triple": cosh(3 * x) - 4 * cosh(x) ** 3 + 3 * cosh(x),
        "damped": exp(-x) * sin(y) * exp(x) - sin(y),
        "tan": tan(x) - sin(x) / cos(x),
        "tan square": 1 + tan(x) ** 2 - 1 / cos(x) ** 2,
        "tan of a sum": tan(x + y) * (1 - tan(x) * tan(y)) - tan(x) - tan(y),
        "tan double": tan(2 * x) * (1 - tan(x) ** 2) - 2 * tan(x),
        "half-angle tangent": sin(x) - 2 * tan(x / 2) / (1 + tan(x / 2) ** 2),
    }
    cosines, sines = [E(1), cos(x)], [sin(x)]
    for n in range(2, 13):
        cosines.append(2 * cos(x) * cosines[-1] - cosines[-2])
        sines.append(sin(x) * cosines[n - 1] + cos(x) * sines[-1])
        if n in (3, 5, 8, 12):
            found[f"Chebyshev {n}"] = cos(n * x) - cosines[n]
            found[f"sine multiple {n}"] = sin(n * x) - sines[-1]
    return found


def _towers() -> dict[str, E]:
    return {
        "tanh odd": tanh(-x) + tanh(x),
        "tanh by exp": tanh(x) - (exp(2 * x) - 1) / (exp(2 * x) + 1),
        "tanh of a sum": tanh(x + y) * (1 + tanh(x) * tanh(y)) - tanh(x) - tanh(y),
        "tanh double": tanh(2 * x) - 2 * tanh(x) / (1 + tanh(x) ** 2),
        "tanh by sinh": tanh(x) * cosh(x) - sinh(x),
        "sigmoid symmetry": sigmoid(x) + sigmoid(-x) - 1,
        "sigmoid by exp": sigmoid(x) - 1 / (1 + exp(-x)),
        "sigmoid by tanh": sigmoid(x) - (1 + tanh(x / 2)) / 2,
        "sigmoid of two": sigmoid(2 * x) - (1 + tanh(x)) / 2,
        "softplus symmetry": softplus(x) - softplus(-x) - x,
        "softplus by log": softplus(x) - log(1 + exp(x)),
        "softplus of a negative": softplus(-x) - log(1 + exp(-x)),
        "swish": x * sigmoid(x) - x / (1 + exp(-x)),
        "log of exp": log(exp(x)) - x,
        "log of a product with exp": log(exp(x) * (1 + y**2)) - x - log(1 + y**2),
        "exp of log": exp(log(x)) - x,
        "exp of two logs": exp(2 * log(x) + log(y)) - x**2 * y,
        "log of numbers": log(12) - 2 * log(2) - log(3),
        "log of a multiple": log(6 * x) - log(2) - log(3 * x),
        "log of a quotient": log(Fraction(2, 3)) + log(3) - log(2),
        "sqrt square": sqrt(x) ** 2 - x,
        "sqrt fourth": sqrt(1 + x**2) ** 4 - (1 + x**2) ** 2,
        "sqrt of a multiple": sqrt(4 * x + 4 * y) - 2 * sqrt(x + y),
        "sqrt product": (sqrt(x) - sqrt(y)) * (sqrt(x) + sqrt(y)) - x + y,
        "sqrt quotient": (x - y) / (sqrt(x) - sqrt(y)) - sqrt(x) - sqrt(y),
        "nested sqrt": sqrt(sqrt(x) + 1) ** 2 - sqrt(x) - 1,
        "sqrt of a quotient": sqrt(x / y) ** 2 - x / y,
        "norm": (x / sqrt(x**2 + y**2)) ** 2 + (y / sqrt(x**2 + y**2)) ** 2 - 1,
        "atan odd": atan(-x) + atan(x),
        "acos": acos(x) + asin(x) - pi / 2,
        "acos reflected": acos(x) + acos(-x) - pi,
        "erf odd": erf(x - y) + erf(y - x),
        "same argument in two forms": tanh((x + y) ** 2) - tanh(x**2 + 2 * x * y + y**2),
        "same argument by Pythagoras": tanh(x * sin(y) ** 2 + x * cos(y) ** 2) - tanh(x),
        "tower": exp(sin(x) + cos(x)) - exp(sin(x)) * exp(cos(x)),
        "tower of sines": sin(sin(x) + y) - sin(sin(x)) * cos(y) - cos(sin(x)) * sin(y),
        "declared activation": act(x + y) - act(y + x),
        "opaque": p(x**2 + y**2) * x - x * p((x + y) ** 2 - 2 * x * y),
        "opaque of two": q(x + y, x * y) - q(y + x, y * x),
    }


def _hard() -> dict[str, E]:
    """True, and beyond the normal forms: nothing but PROVED or UNDECIDED is right."""
    return {
        "cos of 36 degrees": cos(pi / 5) - (1 + sqrt(5)) / 4,
        "fifth of a turn": sum_of([sin(x + 2 * k * pi / 5) for k in range(5)]),
        "large multiple": cos(40 * x) - 2 * cos(20 * x) ** 2 + 1 + (cos(x) - cos(x)),
        "many angles": sin(sum_of([x, y, z, x * y, y * z, z * x, x * y * z]))
        - sin(sum_of([x, y, z])) * cos(x * y + y * z + z * x + x * y * z)
        - cos(sum_of([x, y, z])) * sin(x * y + y * z + z * x + x * y * z),
        "cos of asin": cos(asin(x)) - sqrt(1 - x**2),
        "sin of twice atan": sin(2 * atan(x)) - 2 * x / (1 + x**2),
        "tan of atan": tan(atan(x)) - x,
        "sine of acos squared": sin(acos(x)) ** 2 + x**2 - 1,
        "sqrt of exp": sqrt(exp(2 * x)) - exp(x),
        "exp of half a log": exp(log(x) / 2) - sqrt(x),
        "sinh of log": sinh(log(x)) - (x - 1 / x) / 2,
        "log of a power": log((1 + x**2) ** 3) - 3 * log(1 + x**2),
        "Machin": 4 * atan(Fraction(1, 5)) - atan(Fraction(1, 239)) - pi / 4,
        "atan of one": 4 * atan(1) - pi,
        "sqrt of a square that is positive": sqrt((1 + x**2) ** 2) - 1 - x**2,
        "softplus by logs": softplus(x) - log(exp(x / 2) + exp(-x / 2)) - x / 2,
        "tanh of half by sinh": tanh(x / 2) - sinh(x) / (1 + cosh(x)),
        "tanh of log": tanh(log(x)) - (x**2 - 1) / (x**2 + 1),
        "logit": sigmoid(log(x) - log(1 - x)) - x,
    }


def _wrong() -> dict[str, E]:
    """Not zero at some point, beside those that are a true identity and 1e-30."""
    taylor = sum_of([x ** (2 * k + 1) * Fraction((-1) ** k, _factorial(2 * k + 1)) for k in range(12)])
    return {
        "high degree": (x + y) ** 2 - x**2 - 2 * x * y - y**2 + TINY * x**61,
        "high degree rational": (1 - x**40) / (1 - x) - sum_of([x**k if k else E(1) for k in range(39)]),
        "vanishes at small integers": x * (x - 1) * (x - 2) * (x + 1) * (x + 2) * (x - 3) * TINY,
        "Taylor": sin(x) - taylor,
        "sign of the square root": sqrt(x**2) - x,
        "sqrt of a square": sqrt((x - y) ** 2) - x + y,
        "log of a square": log(x**2) - 2 * log(x) + TINY,
        "atan of the inverse": atan(x) + atan(1 / x) - pi / 2,
        "asin of sin": asin(sin(x)) - x,
        "atan of tan": atan(tan(x)) - x,
        "atan sum": atan(x) + atan(y) - atan((x + y) / (1 - x * y)),
        "acos of cos": acos(cos(x)) - x,
        "sqrt 2": x * sqrt(2) - x * Fraction(665857, 470832),
        "close roots": sqrt(10**20 + 1) - 10**10,
        "pi": pi * x - x * Fraction(355, 113),
        "Gelfond": exp(pi) - pi - 20,
        "Ramanujan's constant": exp(pi * sqrt(163)) - 262537412640768744,
        "frequencies": sin(x) - sin(x * (1 + TINY)),
        "a shift": sin(x + TINY) - sin(x),
        "pi by a rational": sin(x + Fraction(355, 113)) + sin(x),
        "cosine sixteenth": cos(16 * x) - 2 * cos(8 * x) ** 2 + 1 + TINY * x,
        "tanh by x": tanh(x) - x + x**3 / 3,
        "sigmoid and tanh": sigmoid(x) - (1 + tanh(x)) / 2,
        "softplus and relu": softplus(x) - x,
        "softplus far away": softplus(x + 40) - x - 40,
        "erf and tanh": erf(x) - tanh(Fraction(1128379167, 10**9) * x),
        "opaque functions differ": p(x) - q(x),
        "opaque arguments differ": p(x) - p(x + TINY),
        "opaque gain": p(x**2 + TINY * y) * x - p(x**2) * x,
        "rational near zero": 1 / (x**2 + 1) - (1 - x**2) / (1 - x**4 + TINY),
    }


def _traps() -> dict[str, E]:
    return {
        "log of a product": log(x * y) - log(x) - log(y),
        "sqrt of a product": sqrt(x * y) - sqrt(x) * sqrt(y),
        "log of a quotient": log(x / y) - log(x) + log(y),
        "sqrt of a square of a root": sqrt(sqrt(x) ** 4) - x,
        "log of a square": log(x**2) - 2 * log(x),
        "sqrt of a product of squares": sqrt(x**2 * y**2) - sqrt(x**2) * sqrt(y**2),
    }


def _factorial(n: int) -> int:
    return 1 if n < 2 else n * _factorial(n - 1)


def _cases() -> list[Case]:
    families = {"rational": _rational(), "numbers": _numbers(), "periodic": _periodic(), "towers": _towers()}
    found = []
    for family, identities in families.items():
        for label, e in identities.items():
            found.append(Case(f"{family}: {label}", e.tree, ZERO, must=True))
            found.append(Case(f"{family}: {label} + 1e-30", (e + TINY).tree, NONZERO))
    found += [Case(f"hard: {label}", e.tree, ZERO) for label, e in _hard().items()]
    found += [Case(f"wrong: {label}", e.tree, NONZERO) for label, e in _wrong().items()]
    return found + [Case(f"trap: {label}", e.tree, TRAP) for label, e in _traps().items()]


CASES = _cases()
