"""Polynomials written by people, as trees: a small parser that evaluates nothing but numbers.

Sums, differences, products, whole powers (^ or **), brackets, decimals, and division by numbers.
What is too long, too deep or too large to expand is refused before any work is done with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from neutralmodes.errors import ExpressionError
from neutralmodes.exact.expression import Tree, add, multiply, rational

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>\*\*|[-+*/^()]))", re.ASCII)
_LONGEST, _DEEPEST, _DIGITS = 20_000, 50, 1_000
_DEGREE, _TERMS, _BITS = 64, 20_000, 4_096  # of the expanded polynomial, at most


@dataclass(frozen=True)
class _Part:
    """A tree with bounds on its expansion; ``value`` where it is a number."""

    tree: Tree
    value: Fraction | None
    degree: int = 0
    terms: int = 1
    bits: int = 0


def polynomial_tree(text: str, what: str) -> Tree:
    """The tree of a polynomial with rational coefficients.

    Raises ExpressionError, naming ``what`` and the place, for anything else.

    >>> polynomial_tree("x^2/4 - 2*(y + 1)", "rule")
    ('+', ('*', ('^', 'x', 2), '1/4'), ('*', '-1', ('*', '2', ('+', 'y', '1'))))
    """
    return _Parser(text, what).whole()


class _Parser:
    """Recursive descent over tokens; ``at`` is the next one."""

    def __init__(self, text: str, what: str) -> None:
        self.what, self.at, self.depth = what, 0, 0
        if len(text) > _LONGEST:
            raise ExpressionError(f"{what}: more than {_LONGEST:,} characters")
        self.tokens = list(self._split(text))

    def _split(self, text: str) -> Iterator[tuple[str, str]]:
        at, text = 0, text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None or match.lastgroup is None:
                raise ExpressionError(f"{self.what}: cannot read {text[at : at + 12].strip()!r}")
            yield match.lastgroup, match[match.lastgroup]
            at = match.end()

    def whole(self) -> Tree:
        found = self._sum()
        if self.at < len(self.tokens):
            raise self._unexpected()
        return found.tree

    def _unexpected(self) -> ExpressionError:
        if self.at == len(self.tokens):
            return ExpressionError(f"{self.what}: it ends too early")
        return ExpressionError(f"{self.what}: unexpected {self.tokens[self.at][1][:20]!r}")

    def _take(self, *signs: str) -> str:
        """The next token where it is one of these signs, else the empty string."""
        if self.at < len(self.tokens) and self.tokens[self.at] in [("sign", s) for s in signs]:
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def _sum(self) -> _Part:
        parts = [self._product()]
        while sign := self._take("+", "-"):
            part = self._product()
            parts.append(self._times([_number(Fraction(-1)), part]) if sign == "-" else part)
        return self._plus(parts)

    def _product(self) -> _Part:
        negative = False
        while sign := self._take("+", "-"):
            negative ^= sign == "-"
        parts = [self._power()]
        while sign := self._take("*", "/"):
            part = self._power()
            parts.append(self._inverse(part) if sign == "/" else part)
        return self._times([_number(Fraction(-1)), *parts] if negative else parts)

    def _power(self) -> _Part:
        base = self._atom()
        if not self._take("^", "**"):
            return base
        kind, text = self._next()
        if kind != "number" or not text.isdigit() or len(text) > 3 or int(text) > _DEGREE:
            raise ExpressionError(f"{self.what}: an exponent is a whole number from 0 to {_DEGREE}, got {text[:20]!r}")
        return self._raised(base, int(text))

    def _atom(self) -> _Part:
        if self._take("("):
            self.depth += 1
            if self.depth > _DEEPEST:
                raise ExpressionError(f"{self.what}: brackets deeper than {_DEEPEST}")
            inner = self._sum()
            if not self._take(")"):
                raise self._unexpected()
            self.depth -= 1
            return inner
        kind, text = self._next()
        if kind == "sign":
            self.at -= 1
            raise self._unexpected()
        if kind == "name":
            return _Part(text, None, degree=1)
        if len(text) > _DIGITS:
            raise ExpressionError(f"{self.what}: a number of more than {_DIGITS:,} digits")
        return self._checked(_number(Fraction(text)))

    def _next(self) -> tuple[str, str]:
        if self.at == len(self.tokens):
            raise self._unexpected()
        self.at += 1
        return self.tokens[self.at - 1]

    def _plus(self, parts: list[_Part]) -> _Part:
        if len(parts) == 1:
            return parts[0]
        if all(p.value is not None for p in parts):
            return self._checked(_number(sum((p.value for p in parts if p.value is not None), Fraction(0))))
        degree, bits = max(p.degree for p in parts), max(p.bits for p in parts) + len(parts).bit_length()
        tree = add(p.tree for p in parts)
        return self._checked(_Part(tree, None, degree, sum(p.terms for p in parts), bits))

    def _times(self, parts: list[_Part]) -> _Part:
        if len(parts) == 1:
            return parts[0]
        found = parts[0]
        for part in parts[1:]:
            bounds = found.degree + part.degree, found.terms * part.terms, found.bits + part.bits
            value = None if found.value is None or part.value is None else found.value * part.value
            found = self._checked(_Part("", value, *bounds))
        if found.value is not None:
            return _number(found.value)
        return _Part(multiply(p.tree for p in parts), None, found.degree, found.terms, found.bits)

    def _raised(self, base: _Part, k: int) -> _Part:
        if k <= 1:
            return base if k else _number(Fraction(1))
        bounds = base.degree * k, base.terms**k, base.bits * k
        self._checked(_Part("", None, *bounds))
        return _number(base.value**k) if base.value is not None else _Part(("^", base.tree, k), None, *bounds)

    def _inverse(self, part: _Part) -> _Part:
        if not part.value:
            why = "zero" if part.value == 0 else "something that is no number; write a polynomial"
            raise ExpressionError(f"{self.what}: division by {why}")
        return _number(1 / part.value)

    def _checked(self, part: _Part) -> _Part:
        """The part, where its expansion stays small enough to be worked with."""
        for size, most, name in (
            (part.degree, _DEGREE, "degree"),
            (part.terms, _TERMS, "number of terms"),
            (part.bits, _BITS, "size of the coefficients in bits"),
        ):
            if size > most:
                raise ExpressionError(f"{self.what}: too large: the {name} may exceed {most:,}")
        return part


def _number(value: Fraction) -> _Part:
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    return _Part(rational(value), value, bits=bits)
