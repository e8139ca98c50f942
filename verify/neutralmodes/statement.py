"""From sympy to the exact prefix grammar and back to text: the mathematical statement.

Floats become the binary rational that they are; ``Reader`` remembers each one, so that a
refutation which rests on such roundoff can say so and suggest the decimal reading.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from numbers import Integral, Rational, Real
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from neutralmodes.errors import ExpressionError
from neutralmodes.exact.expression import (
    KINKED,
    ONE,
    SMOOTH,
    Tree,
    add,
    fold,
    is_rational,
    multiply,
    rational,
)

_SYMPY_FUNCTIONS = {
    **{name: name for name in SMOOTH},
    "Abs": "abs",
    "Max": "max",
    "Min": "min",
    "Heaviside": "heaviside",
    **{name: name for name in KINKED},
}

# Numerator (or none) and denominator of the functions that the grammar does not name.
_QUOTIENTS: dict[str, tuple[str | None, str]] = {
    "sec": (None, "cos"),
    "csc": (None, "sin"),
    "cot": ("cos", "sin"),
    "sech": (None, "cosh"),
    "csch": (None, "sinh"),
    "coth": ("cosh", "sinh"),
}


class Reader:
    """Reads sympy expressions and numbers into trees.

    ``decimal=True`` reads a float as its shortest decimal of at most 15 digits instead of as its
    exact binary value. ``floats`` collects the floats met, exact value -> decimal reading.
    ``functions`` are the declared activations' names. Undeclared sympy functions are collected in
    ``opaque`` (any C^1 function: only the chain rule is known of it), or refused where that is None.
    """

    def __init__(
        self,
        *,
        decimal: bool = False,
        functions: frozenset[str] = frozenset(),
        opaque: set[str] | None = None,
    ) -> None:
        self.decimal = decimal
        self.functions = functions
        self.opaque = opaque
        self.floats: dict[Fraction, Fraction] = {}
        self._memo: dict[Any, Tree] = {}

    def number(self, value: Any, what: str) -> Fraction:
        """An exact rational; ExpressionError names ``what`` where the value is not a finite real."""
        if isinstance(value, sp.Basic):
            value = self._sympy_number(value, what)
        if isinstance(value, bool):
            raise ExpressionError(f"{what}: expected a number, got {value!r}; use 0 or 1")
        if isinstance(value, (Integral, Rational)):
            return Fraction(int(value.numerator), int(value.denominator))
        if isinstance(value, str):
            return _fraction(value, what)
        if isinstance(value, complex):
            raise ExpressionError(f"{what}: complex value {value!r}; split it into real and imaginary parts")
        if not isinstance(value, Real):
            raise ExpressionError(f"{what}: expected a number, got {type(value).__name__} {value!r}")
        return self._float(float(value), what)

    def _float(self, value: float, what: str) -> Fraction:
        if not math.isfinite(value):
            raise ExpressionError(f"{what}: {value!r} is not a finite number")
        exact, decimal = Fraction(value), Fraction(format(value, ".15g"))
        if exact != decimal:
            self.floats[exact] = decimal
        return decimal if self.decimal else exact

    def _sympy_number(self, value: sp.Basic, what: str) -> Any:
        if value.is_Rational:
            return Fraction(int(value.p), int(value.q))
        if isinstance(value, sp.Float):
            if value._prec == 53:
                return float(value)
            sign, man, exp, _ = value._mpf_
            return Fraction(-int(man) if sign else int(man)) * Fraction(2) ** int(exp)
        if value in (sp.nan, sp.oo, -sp.oo, sp.zoo):
            raise ExpressionError(f"{what}: {value} is not a finite number")
        raise ExpressionError(f"{what}: expected a rational number, got {value}")

    def tree(self, expression: Any, what: str) -> Tree:
        """The tree of a sympy expression or number.

        Raises ExpressionError, naming ``what`` and the part that cannot be read exactly.

        >>> x = sp.Symbol("x")
        >>> Reader().tree(x**2 / 3, "rule")
        ('*', '1/3', ('^', 'x', 2))
        """
        truth = isinstance(expression, sp.logic.boolalg.Boolean) and not isinstance(expression, sp.Symbol)
        if truth or isinstance(expression, (bool, str)):
            raise ExpressionError(f"{what}: expected an expression, got {expression!r}")
        if not isinstance(expression, sp.Basic):
            return rational(self.number(expression, what))
        return self._read(expression, what)

    def _read(self, root: sp.Basic, what: str) -> Tree:
        stack = [root]
        while stack:
            node = stack[-1]
            if node in self._memo:
                stack.pop()
                continue
            waiting = [a for a in self._operands(node) if a not in self._memo]
            if waiting:
                stack.extend(waiting)
                continue
            stack.pop()
            self._memo[node] = self._node(node, what)
        return self._memo[root]

    @staticmethod
    def _operands(node: sp.Basic) -> tuple[sp.Basic, ...]:
        if node.is_Number or node.is_Symbol or node.is_NumberSymbol or isinstance(node, sp.Piecewise):
            return ()
        return node.args[:1] if isinstance(node, sp.Pow) and node.args[0] != sp.E else node.args

    def _node(self, node: sp.Basic, what: str) -> Tree:
        if node.is_Symbol:
            return _symbol(node.name, what)
        if node is sp.pi:
            return ("pi",)
        if node is sp.E:
            return ("exp", ONE)
        if node is sp.GoldenRatio:
            return ("*", "1/2", ("+", "1", ("sqrt", "5")))
        if node.is_Number:
            return rational(self.number(node, what))
        if node is sp.I:
            raise ExpressionError(f"{what}: complex coefficient {node}; use VectorField.complex")
        operands = [self._memo[a] for a in self._operands(node)]
        if node.is_Add:
            return add(operands)
        if node.is_Mul:
            return multiply(operands)
        if isinstance(node, sp.Pow):
            return self._power(node, operands, what)
        return self._function(node, operands, what)

    def _power(self, node: sp.Pow, operands: list[Tree], what: str) -> Tree:
        base, exponent = node.args
        if base == sp.E:
            return ("exp", operands[1])
        if exponent.is_Integer:
            return ("^", operands[0], int(exponent))
        if exponent.is_Rational and exponent.q == 2:
            root = ("sqrt", operands[0])
            return root if exponent.p == 1 else ("^", root, int(exponent.p))
        raise ExpressionError(
            f"{what}: the power {node} is not an integer or half-integer power; "
            f"write it with exp and log, or make the exponent exact"
        )

    def _function(self, node: sp.Basic, operands: list[Tree], what: str) -> Tree:
        name = node.func.__name__
        if name == "exp":
            return ("exp", operands[0])
        if name in _QUOTIENTS:
            above, below = _QUOTIENTS[name]
            over = ("^", (below, operands[0]), -1)
            return ("*", (above, operands[0]), over) if above else over
        if name in self.functions and len(operands) == 1:
            return (name, operands[0])
        if name in _SYMPY_FUNCTIONS:
            return (_SYMPY_FUNCTIONS[name], *operands)
        if self.opaque is not None and isinstance(node, AppliedUndef) and name not in self.functions:
            _symbol(name, what)
            self.opaque.add(name)
            return (name, *operands)
        if isinstance(node, sp.Piecewise):
            raise ExpressionError(
                f"{what}: {node} is given piece by piece, which has no exact form here; write one smooth "
                f"expression, or split the system into one system per piece"
            )
        raise ExpressionError(
            f"{what}: unknown function {name!r} in {node}; declare it with activations= or rewrite it "
            f"with {', '.join(sorted(SMOOTH))}"
        )


def _fraction(text: str, what: str) -> Fraction:
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ExpressionError(f"{what}: {text!r} is not a rational number") from None


def _symbol(name: str, what: str) -> str:
    if not name.isidentifier():
        raise ExpressionError(f"{what}: the symbol {name!r} is not an identifier; rename it (letters, digits, _)")
    return name


def symbol_names(symbols: Any, what: str) -> tuple[str, ...]:
    """The names of distinct symbols (or strings), in order; ExpressionError names a bad or doubled one."""
    if isinstance(symbols, (str, sp.Basic)):
        symbols = [symbols]
    found = tuple(_symbol(s.name if isinstance(s, sp.Symbol) else _word(s, what), what) for s in symbols)
    for name in found:
        if found.count(name) > 1:
            raise ExpressionError(f"{what}: the symbol {name!r} is listed twice")
    if not found:
        raise ExpressionError(f"{what}: at least one symbol is needed, got none")
    return found


def _word(symbol: Any, what: str) -> str:
    if isinstance(symbol, str):
        return symbol
    raise ExpressionError(f"{what}: expected symbols, got {type(symbol).__name__} {symbol!r}")


_SUM, _PRODUCT, _POWER, _ATOM = range(4)


def infix(tree: Tree) -> str:
    """A tree as text for people.

    >>> infix(("+", ("^", "x", 2), ("*", "-1", ("+", "y", "1"))))
    'x^2 - (y + 1)'
    """
    return fold(tree, _print, {})[0]


def _print(node: Tree, operands: list[tuple[str, int]]) -> tuple[str, int]:
    if isinstance(node, str):
        return node, (_PRODUCT if "/" in node or node[0] == "-" else _ATOM) if is_rational(node) else _ATOM
    head = node[0]
    if head == "pi":
        return "pi", _ATOM
    if head == "+":
        return _join_sum([text for text, _ in operands]), _SUM
    if head == "*":
        return _join_product([_wrap(o, _PRODUCT) for o in operands]), _PRODUCT
    if head == "^":
        return f"{_wrap(operands[0], _ATOM)}^{node[2] if node[2] >= 0 else f'({node[2]})'}", _POWER
    return f"{head}({', '.join(text for text, _ in operands)})", _ATOM


def _wrap(operand: tuple[str, int], level: int) -> str:
    text, own = operand
    return text if own >= level else f"({text})"


def _join_product(texts: list[str]) -> str:
    if texts[0] == "-1":
        return "-" + "*".join(texts[1:])
    return "*".join(texts)


def _join_sum(texts: list[str]) -> str:
    joined = texts[0]
    for text in texts[1:]:
        joined += f" - {text[1:]}" if text.startswith("-") else f" + {text}"
    return joined


def complex_parts(rules: Mapping[Any, Any], real: Mapping[Any, Any] | None) -> tuple[list[sp.Symbol], list[sp.Expr]]:
    """Real coordinates and real rules of {z: expression}: z becomes re_z, im_z; ``real`` is kept.

    Raises ExpressionError where a name is used twice or a real rule has an imaginary part.
    """
    real = dict(real or {})
    pairs = {z: sp.symbols(f"re_{z.name} im_{z.name}", real=True) for z in rules}
    plain = {s: sp.Symbol(s.name, real=True) for s in real}
    values = {z: a + sp.I * b for z, (a, b) in pairs.items()} | plain
    symbols: list[sp.Symbol] = [s for pair in pairs.values() for s in pair] + list(plain.values())
    split: list[sp.Expr] = []
    for z, expression in rules.items():
        split.extend(_real_imaginary(expression, values, f"rule of {z}")[0:2])
    for name, expression in real.items():
        re, im = _real_imaginary(expression, values, f"rule of {name}")
        if im != 0:
            raise ExpressionError(f"rule of {name}: its imaginary part is {im}; a real coordinate needs a real rule")
        split.append(re)
    return symbols, split


def _real_imaginary(expression: Any, values: Mapping[Any, Any], what: str) -> tuple[sp.Expr, sp.Expr]:
    expression = sp.sympify(expression)
    free = {s: sp.Symbol(s.name, real=True) for s in expression.free_symbols if s not in values}
    whole = expression.subs({**values, **free}, simultaneous=True)
    re, im = sp.expand_complex(sp.expand(whole, func=False)).as_real_imag()
    if re.has(sp.re, sp.im, sp.arg) or im.has(sp.re, sp.im, sp.arg):
        raise ExpressionError(f"{what}: {expression} cannot be split into real and imaginary parts; split it by hand")
    return re, sp.expand(im) if im.is_polynomial() else im


def polynomial_text(poly: list[Any], names: Sequence[str]) -> str:
    """A proof's polynomial, [[coefficient, exponents], ...], as text.

    >>> polynomial_text([["1", [2, 0]], ["-3", [0, 1]]], ["x", "y"])
    'x^2 - 3*y'
    """
    terms = []
    for coefficient, exponents in poly:
        powers = [x if e == 1 else ("^", x, e) for x, e in zip(names, exponents, strict=True) if e]
        factors = powers if coefficient == "1" and powers else [coefficient, *powers]
        terms.append(factors[0] if len(factors) == 1 else ("*", *factors))
    return infix(terms[0] if len(terms) == 1 else ("+", *terms)) if terms else "0"
