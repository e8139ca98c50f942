"""The differential field in which residuals are computed: rational functions over function kernels.

Every application of a function to a canonical argument becomes one further indeterminate (a
kernel) with its derivative rule; the rest is polynomial arithmetic on fmpq_mpoly. What reduces to
zero here is zero as a function; what does not may still be zero where kernels are present.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from neutralmodes.errors import ExpressionError
from neutralmodes.exact.expression import (
    DERIVATIVES,
    OPERATORS,
    Activations,
    Tree,
    derivative_rule,
    fold,
    is_rational,
    nodes,
    substitute,
)

# k^2 equals this tree in the kernel's argument "s" (and its partner kernel).
_SQUARES: dict[str, Tree] = {
    "sqrt": "s",
    "cos": ("+", "1", ("*", "-1", ("^", ("sin", "s"), 2))),
    "cosh": ("+", "1", ("^", ("sinh", "s"), 2)),
}


@dataclass(frozen=True)
class Ratio:
    """A quotient of polynomials in lowest terms with a monic denominator."""

    num: fmpq_mpoly
    den: fmpq_mpoly

    @property
    def is_polynomial(self) -> bool:
        return self.den.is_one()

    def key(self) -> tuple[Any, ...]:
        """A hashable canonical form."""
        return tuple(tuple(sorted(p.to_dict().items())) for p in (self.num, self.den))

    def __add__(self, other: Ratio) -> Ratio:
        if self.den.is_one() and other.den.is_one():
            return Ratio(self.num + other.num, self.den)
        return reduce_ratio(self.num * other.den + other.num * self.den, self.den * other.den)

    def __neg__(self) -> Ratio:
        return Ratio(-self.num, self.den)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + (-other)

    def __mul__(self, other: Ratio) -> Ratio:
        if self.den.is_one() and other.den.is_one():
            return Ratio(self.num * other.num, self.den)
        return reduce_ratio(self.num * other.num, self.den * other.den)

    def inverse(self) -> Ratio:
        if self.num.is_zero():
            raise ZeroDivisionError("division by an expression that is identically zero")
        return reduce_ratio(self.den, self.num)

    def __pow__(self, k: int) -> Ratio:
        base = self if k >= 0 else self.inverse()
        return Ratio(base.num ** abs(k), base.den ** abs(k))


def reduce_ratio(num: fmpq_mpoly, den: fmpq_mpoly) -> Ratio:
    """num/den in lowest terms, denominator with leading coefficient 1."""
    if not den.is_constant():
        common = num.gcd(den)
        if not common.is_one():
            num, den = num / common, den / common
    lead = den.leading_coefficient()
    return Ratio(num, den) if lead == 1 else Ratio(num / lead, den / lead)


@dataclass(frozen=True)
class Kernel:
    """One function of one canonical argument, standing as the indeterminate ``gen``."""

    function: str
    argument: Ratio
    tree: Tree
    gen: int


class Field:
    """Rational functions in ``names`` and in the kernels of ``trees``.

    Parameters
    ----------
    names : names of the indeterminates, in order.
    trees : every expression that will be converted (their function applications are counted).
    values : exact values of names that are replaced by them.
    activations : declared functions, name -> (argument, derivative tree).
    """

    def __init__(
        self,
        names: Sequence[str],
        trees: Iterable[Tree] = (),
        values: Mapping[str, Fraction] | None = None,
        activations: Activations | None = None,
    ) -> None:
        self.names = tuple(names)
        self.values = dict(values or {})
        self.activations = dict(activations or {})
        self._memo: dict[int, tuple[Tree, Ratio]] = {}
        self._slopes: dict[tuple[int, str], Ratio] = {}
        self.kernels: list[Kernel] = []
        self._by_key: dict[tuple[Any, ...], Ratio] = {}
        room = _kernel_room(trees, self.activations)
        prefix = _fresh("k", self.names)
        self.ctx = fmpq_mpoly_ctx.get(
            [*self.names, *(f"{prefix}{i}" for i in range(room))], Ordering.degrevlex
        )
        self.one = Ratio(self.ctx.constant(1), self.ctx.constant(1))
        self.zero = Ratio(self.ctx.constant(0), self.one.den)

    def constant(self, value: fmpq | Fraction | int) -> Ratio:
        """The constant function."""
        return Ratio(self.ctx.constant(_fmpq(value)), self.one.den)

    def gen(self, index: int) -> Ratio:
        return Ratio(self.ctx.gen(index), self.one.den)

    def element(self, tree: Tree) -> Ratio:
        """The tree as a quotient of polynomials in names and kernels.

        Raises ExpressionError for an unknown name or function, ZeroDivisionError where the tree
        divides by an expression that is identically zero.
        """
        return fold(tree, self._visit, self._memo)

    def _visit(self, node: Tree, operands: list[Ratio]) -> Ratio:
        if isinstance(node, str):
            return self._leaf(node)
        head = node[0]
        if head == "+":
            return self._sum(operands)
        if head == "*":
            product = operands[0]
            for factor in operands[1:]:
                product = product * factor
            return product
        if head == "^":
            return operands[0] ** node[2]
        if head == "pi":
            return self._kernel("pi", self.zero, node)
        return self._kernel(head, operands[0], node)

    def _leaf(self, leaf: str) -> Ratio:
        if is_rational(leaf):
            return self.constant(fmpq(*map(int, leaf.split("/"))))
        if leaf in self.values:
            return self.constant(self.values[leaf])
        if leaf not in self.names:
            raise ExpressionError(f"unknown symbol {leaf!r}; known: {', '.join(self.names)}")
        return self.gen(self.names.index(leaf))

    def _sum(self, operands: list[Ratio]) -> Ratio:
        if not all(r.den.is_one() for r in operands):
            total = operands[0]
            for term in operands[1:]:
                total = total + term
            return total
        if len(operands) < 8:
            return Ratio(sum((r.num for r in operands[1:]), operands[0].num), self.one.den)
        # Pairwise sums keep a long sum of monomials from costing its square.
        half = len(operands) // 2
        return self._sum(operands[:half]) + self._sum(operands[half:])

    def _kernel(self, function: str, argument: Ratio, tree: Tree) -> Ratio:
        if function != "pi" and function not in DERIVATIVES and function not in self.activations:
            raise ExpressionError(
                f"the function {function!r} has no derivative rule; declare it in activations="
            )
        key = (function, argument.key())
        if key not in self._by_key:
            index = len(self.names) + len(self.kernels)
            self.kernels.append(Kernel(function, argument, tree, index))
            self._by_key[key] = self.gen(index)
        return self._by_key[key]

    def derivative(self, ratio: Ratio, name: str) -> Ratio:
        """The partial derivative by a name, through the kernels by the chain rule."""
        total = self._partial(ratio, self.names.index(name))
        for kernel in list(self.kernels):
            partial = self._partial(ratio, kernel.gen)
            if not partial.num.is_zero():
                total = total + partial * self._kernel_slope(kernel, name)
        return total

    def _partial(self, ratio: Ratio, gen: int) -> Ratio:
        if ratio.den.is_one():
            return Ratio(ratio.num.derivative(gen), ratio.den)
        slope = ratio.num.derivative(gen) * ratio.den - ratio.num * ratio.den.derivative(gen)
        return reduce_ratio(slope, ratio.den**2)

    def _kernel_slope(self, kernel: Kernel, name: str) -> Ratio:
        key = (kernel.gen, name)
        if key not in self._slopes:
            inner = self.zero if kernel.function == "pi" else self.derivative(kernel.argument, name)
            if not inner.num.is_zero():
                rule = derivative_rule(kernel.function, kernel.tree[1], self.activations)
                inner = inner * self.element(rule)
            self._slopes[key] = inner
        return self._slopes[key]

    def normal(self, ratio: Ratio) -> Ratio:
        """The ratio with even powers of sqrt, cos and cosh kernels rewritten."""
        for kernel in [k for k in self.kernels if k.function in _SQUARES]:
            square = self.element(put_argument(_SQUARES[kernel.function], kernel.tree[1]))
            ratio = (
                self._lower(ratio.num, kernel.gen, square)
                * self._lower(ratio.den, kernel.gen, square).inverse()
            )
        return ratio

    def _lower(self, poly: fmpq_mpoly, gen: int, square: Ratio) -> Ratio:
        if poly.degrees()[gen] < 2:
            return Ratio(poly, self.one.den)
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for monomial, coefficient in poly.to_dict().items():
            rest = (*monomial[:gen], monomial[gen] % 2, *monomial[gen + 1 :])
            parts.setdefault(monomial[gen] // 2, {})[rest] = coefficient
        total = self.zero
        for half, part in parts.items():
            total = total + Ratio(self.ctx.from_dict(part), self.one.den) * square**half
        return total

    def is_zero(self, ratio: Ratio) -> bool:
        """True only where the function is identically zero; False decides nothing with kernels."""
        return ratio.num.is_zero() or (bool(self.kernels) and self.normal(ratio).num.is_zero())

    def is_rational(self, ratio: Ratio) -> bool:
        """True where no kernel occurs: then nonzero means a nonzero function."""
        first = len(self.names)
        return not any(any(p.degrees()[first:]) for p in (ratio.num, ratio.den) if not p.is_zero())

    def plain(self, poly: fmpq_mpoly) -> fmpq_mpoly | None:
        """The polynomial in the context of ``names`` alone, or None where a kernel occurs."""
        if self.ctx.nvars() == len(self.names):
            return poly
        if not poly.is_zero() and any(poly.degrees()[len(self.names) :]):
            return None
        target = plain_context(self.names)
        return target.from_dict({m[: len(self.names)]: c for m, c in poly.to_dict().items()})

    def value(self, ratio: Ratio, point: Mapping[str, Fraction]) -> Fraction:
        """The exact value at a rational point of a ratio without kernels; ZeroDivisionError at a pole."""
        at = [_fmpq(point[name]) for name in self.names] + [fmpq(0)] * (self.ctx.nvars() - len(self.names))
        num, den = ratio.num(*at), ratio.den(*at)
        return Fraction(int(num.p), int(num.q)) / Fraction(int(den.p), int(den.q))


def plain_context(names: Sequence[str]) -> fmpq_mpoly_ctx:
    """The polynomial ring in these names."""
    return fmpq_mpoly_ctx.get(list(names), Ordering.degrevlex)


def put_argument(rule: Tree, argument: Tree) -> Tree:
    """A rule in "s" with the argument put in."""
    return substitute(rule, {"s": argument})


def _fmpq(value: fmpq | Fraction | int) -> fmpq:
    return value if isinstance(value, fmpq) else fmpq(value.numerator, value.denominator)


def _fresh(prefix: str, names: Sequence[str]) -> str:
    while any(name.startswith(prefix) for name in names):
        prefix = "_" + prefix
    return prefix


def _kernel_room(trees: Iterable[Tree], activations: Activations) -> int:
    """An upper bound on kernels: applications in the trees, in their derivative and square rules."""
    pending = {
        n for tree in trees for n in nodes(tree) if not isinstance(n, str) and n[0] not in OPERATORS | {"pi"}
    }
    seen: set[Tree] = set()
    uses_pi = any(n == ("pi",) for tree in trees for n in nodes(tree))
    for _ in range(3):  # the function, its derivative rule, that rule's square rule
        seen |= pending
        found: set[Tree] = set()
        for function, argument in pending:
            for rule in _rules(function, argument, activations):
                found |= {n for n in nodes(rule) if not isinstance(n, str) and n[0] not in OPERATORS}
                uses_pi = uses_pi or ("pi",) in nodes(rule)
        pending = found - seen
    return len(seen | pending) + uses_pi


def _rules(function: str, argument: Tree, activations: Activations) -> list[Tree]:
    known = function in activations or function in DERIVATIVES
    rules = [derivative_rule(function, argument, activations)] if known else []
    return rules + ([put_argument(_SQUARES[function], argument)] if function in _SQUARES else [])
