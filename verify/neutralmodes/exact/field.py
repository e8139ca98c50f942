"""The differential field in which residuals are computed: rational functions over function kernels.

Every application of a function to a canonical argument becomes one further indeterminate (a
kernel) with its derivative rule; the rest is polynomial arithmetic on fmpq_mpoly. What reduces to
zero here is zero as a function; what does not may still be zero where kernels are present.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from neutralmodes.errors import ExpressionError, NeutralModesError
from neutralmodes.exact.expression import OPERATORS, Activations, Tree, fold, is_rational, nodes
from neutralmodes.exact.kernels import apply, slope, square
from neutralmodes.exact.ratio import Ratio, as_fmpq, reduce_ratio
from neutralmodes.exact.readback import kernel_trees

__all__ = ["Field", "Kernel", "Ratio", "RoomIsFull", "plain_context", "reduce_ratio"]

_SURVEYS = 6
_SPARE_KERNELS = 4
_MOST_PRIMES = 2  # derivatives of an opaque function that the survey makes room for


@dataclass(frozen=True)
class Kernel:
    """One function of canonical arguments, standing as the indeterminate ``gen``."""

    function: str
    arguments: tuple[Ratio, ...]
    gen: int


class RoomIsFull(NeutralModesError):
    """A ring has a fixed number of indeterminates; the survey starts again with more.

    After the survey: a field was asked about functions that are not those of its trees.
    """


class Field:
    """Rational functions in ``names`` and in the kernels of ``trees``.

    Parameters
    ----------
    names : names of the indeterminates, in order.
    trees : every expression that will be converted (their function applications are counted).
    values : exact values of names that are replaced by them.
    activations : declared functions, name -> (argument, derivative tree; None: any C^1 function).
    elementary : True writes tanh, sigmoid, sinh, cosh by exp and tan by sin and cos, which makes
        them meet at the price of denominators.
    """

    def __init__(
        self,
        names: Sequence[str],
        trees: Iterable[Tree] = (),
        values: Mapping[str, Fraction] | None = None,
        activations: Activations | None = None,
        *,
        elementary: bool = False,
    ) -> None:
        self.names = tuple(names)
        self.index = {name: i for i, name in enumerate(self.names)}
        self.values = dict(values or {})
        self.activations = dict(activations or {})
        self.elementary = elementary
        self.units: dict[tuple[int, ...], fmpq] = {}
        self._settled = False
        self._trees = list(trees)
        self._open(0)
        applied = {n for t in self._trees for n in nodes(t) if not isinstance(n, str) and _is_function(n)}
        if applied:
            self._survey(2 * len(applied) + 8)
        self._settled = True

    def _open(self, room: int) -> None:
        """An empty ring with room for this many kernels."""
        self._memo: dict[int, tuple[Tree, Ratio]] = {}
        self._slopes: dict[tuple[int, str], Ratio] = {}
        self.kernels: list[Kernel] = []
        self._by_key: dict[tuple[Any, ...], Ratio] = {}
        self._room = room
        prefix = _fresh("k", self.names)
        self.ctx = fmpq_mpoly_ctx.get([*self.names, *(f"{prefix}{i}" for i in range(room))], Ordering.degrevlex)
        self.one = Ratio(self.ctx.constant(1), self.ctx.constant(1))
        self.zero = Ratio(self.ctx.constant(0), self.one.den)

    def _survey(self, room: int) -> None:
        """Convert everything until the room and the units of arguments fit what was met."""
        for attempt in range(_SURVEYS):
            before = dict(self.units)
            self._open(room)
            try:
                self._convert_all()
            except RoomIsFull:
                room *= 2
                continue
            tight = len(self.kernels) + _SPARE_KERNELS
            if attempt and self.units == before and room <= 2 * tight:
                return
            room = tight

    def _convert_all(self) -> None:
        for tree in self._trees:
            with suppress(ExpressionError, ZeroDivisionError):  # both come again where the tree is used
                self.element(tree)
        for kernel in self.kernels:  # grows while it is walked
            if kernel.function.count("'") < _MOST_PRIMES:
                with suppress(ExpressionError, ZeroDivisionError):
                    square(self, kernel)
                    for slot in range(len(kernel.arguments)):
                        slope(self, kernel, slot)

    @cached_property
    def twin(self) -> Field:
        """The same field in elementary form."""
        if self.elementary:
            return self
        trees = [*self._trees, *(tree for i, tree in kernel_trees(self).items() if i >= len(self.names))]
        return Field(self.names, trees, self.values, self.activations, elementary=True)

    def transfer(self, ratio: Ratio, other: Field) -> Ratio:
        """A ratio of this field as an element of another one over the same names."""
        images = [other.gen(i) for i in range(len(self.names))]
        for kernel in self.kernels:
            arguments = [_compose(a, images, other) for a in kernel.arguments]
            images.append(apply(other, kernel.function, arguments))
        return _compose(ratio, images, other)

    def constant(self, value: fmpq | Fraction | int) -> Ratio:
        """The constant function."""
        return Ratio(self.ctx.constant(as_fmpq(value)), self.one.den)

    def gen(self, index: int) -> Ratio:
        return Ratio(self.ctx.gen(index), self.one.den)

    def element(self, tree: Tree) -> Ratio:
        """The tree as a quotient of polynomials in names and kernels.

        Raises ExpressionError for an unknown name or function, ZeroDivisionError where the tree
        divides by an expression that is identically zero.
        """
        return fold(tree, self._visit, self._memo)

    def put(self, tree: Tree, values: Mapping[str, Ratio]) -> Ratio:
        """The value of a tree whose names stand for the given elements."""
        return fold(tree, lambda n, ops: values[n] if n in values else self._visit(n, ops), {})

    def _visit(self, node: Tree, operands: list[Ratio]) -> Ratio:
        if isinstance(node, str):
            return self._leaf(node)
        head = node[0]
        if head == "+":
            return self.sum(operands)
        if head == "*":
            product = operands[0]
            for factor in operands[1:]:
                product = product * factor
            return product
        if head == "^":
            return operands[0] ** node[2]
        return apply(self, head, operands)

    def _leaf(self, leaf: str) -> Ratio:
        if is_rational(leaf):
            return self.constant(fmpq(*map(int, leaf.split("/"))))
        if leaf in self.values:
            return self.constant(self.values[leaf])
        if leaf not in self.index:
            raise ExpressionError(f"unknown symbol {leaf!r}; known: {', '.join(self.names)}")
        return self.gen(self.index[leaf])

    def sum(self, operands: Sequence[Ratio]) -> Ratio:
        """The sum of elements, by halves where there are many."""
        if not operands:
            return self.zero
        if not all(r.den.is_one() for r in operands):
            total = operands[0]
            for term in operands[1:]:
                total = total + term
            return total
        if len(operands) < 8:
            total = operands[0]
            for term in operands[1:]:
                total = Ratio(total.num + term.num, total.den)
            return total
        # Pairwise sums keep a long sum of monomials from costing its square.
        half = len(operands) // 2
        return self.sum(operands[:half]) + self.sum(operands[half:])

    def kernel(self, function: str, arguments: Sequence[Ratio]) -> Ratio:
        """The indeterminate of a function of canonical arguments."""
        key = (function, *(a.key() for a in arguments))
        if key not in self._by_key:
            if len(self.kernels) == self._room:
                raise RoomIsFull(f"this field was made for {self._room} functions; {function} is one more")
            gen = len(self.names) + len(self.kernels)
            self.kernels.append(Kernel(function, tuple(arguments), gen))
            self._by_key[key] = self.gen(gen)
        return self._by_key[key]

    def unit(self, monomial: tuple[int, ...], coefficient: fmpq) -> fmpq:
        """The positive unit of which a monomial's coefficients in arguments are integer multiples.

        Coefficients met for the first time widen it (their common divisor) for the next survey.
        """
        short = monomial[: max((i + 1 for i, e in enumerate(monomial) if e), default=0)]
        known, size = self.units.get(short), abs(coefficient)
        if self._settled:
            return known or size
        self.units[short] = size if known is None else _common(known, size)
        return self.units[short] if known is None else known

    def derivative(self, ratio: Ratio, name: str) -> Ratio:
        """The partial derivative by a name, through the kernels by the chain rule."""
        total = self._partial(ratio, self.index[name])
        for kernel in list(self.kernels):
            partial = self._partial(ratio, kernel.gen)
            if not partial.num.is_zero():
                total = total + partial * self._kernel_slope(kernel, name)
        return total

    def gradient(self, ratio: Ratio) -> dict[str, Ratio]:
        """The partial derivatives that are not zero, by name."""
        if ratio.num.is_zero():
            return {}
        used = {i for p in (ratio.num, ratio.den) for i, degree in enumerate(p.degrees()) if degree}
        plain = all(i < len(self.names) for i in used)
        wanted = [self.names[i] for i in sorted(used)] if plain else self.names
        slopes = {x: self.derivative(ratio, x) for x in wanted}
        return {x: slope for x, slope in slopes.items() if not slope.num.is_zero()}

    def _partial(self, ratio: Ratio, gen: int) -> Ratio:
        if ratio.den.is_one():
            return Ratio(ratio.num.derivative(gen), ratio.den)
        upper = ratio.num.derivative(gen) * ratio.den - ratio.num * ratio.den.derivative(gen)
        return self.zero if upper.is_zero() else reduce_ratio(upper, ratio.den**2)

    def _kernel_slope(self, kernel: Kernel, name: str) -> Ratio:
        key = (kernel.gen, name)
        if key not in self._slopes:
            total = self.zero
            for slot, argument in enumerate(kernel.arguments):
                inner = self.derivative(argument, name)
                if not inner.num.is_zero():
                    total = total + slope(self, kernel, slot) * inner
            self._slopes[key] = total
        return self._slopes[key]

    def normal(self, ratio: Ratio) -> Ratio:
        """The ratio with even powers of sqrt, cos and cosh kernels rewritten, latest kernels first."""
        degrees = _degrees(ratio)
        for kernel in reversed(list(self.kernels)):
            if degrees[kernel.gen] > 1:
                even = square(self, kernel)
                if even is not None:
                    lower = self._lower(ratio.den, kernel.gen, even)
                    ratio = self._lower(ratio.num, kernel.gen, even) * lower.inverse()
                    degrees = _degrees(ratio)
        return ratio

    def _lower(self, poly: fmpq_mpoly, gen: int, even: Ratio) -> Ratio:
        if poly.is_zero() or poly.degrees()[gen] < 2:
            return Ratio(poly, self.one.den)
        parts: dict[int, dict[tuple[int, ...], fmpq]] = {}
        for monomial, coefficient in poly.to_dict().items():
            rest = (*monomial[:gen], monomial[gen] % 2, *monomial[gen + 1 :])
            parts.setdefault(monomial[gen] // 2, {})[rest] = coefficient
        total = self.zero
        for half, part in parts.items():
            total = total + Ratio(self.ctx.from_dict(part), self.one.den) * even**half
        return total

    def is_zero(self, ratio: Ratio) -> bool:
        """True only where the function is identically zero; False decides nothing with kernels.

        ``zero.zero_test`` decides more, and refutes.
        """
        if ratio.num.is_zero() or not self.kernels:
            return bool(ratio.num.is_zero())
        with suppress(ZeroDivisionError):  # a denominator that is zero by a relation: nothing is defined
            return bool(self.normal(ratio).num.is_zero())
        return False

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
        at = [as_fmpq(point[name]) for name in self.names] + [fmpq(0)] * (self.ctx.nvars() - len(self.names))
        num, den = ratio.num(*at), ratio.den(*at)
        return Fraction(int(num.p), int(num.q)) / Fraction(int(den.p), int(den.q))


def plain_context(names: Sequence[str]) -> fmpq_mpoly_ctx:
    """The polynomial ring in these names."""
    return fmpq_mpoly_ctx.get(list(names), Ordering.degrevlex)


def _compose(ratio: Ratio, images: Sequence[Ratio], other: Field) -> Ratio:
    """The ratio with every indeterminate replaced by its image."""
    num, den = (_compose_polynomial(p, images, other) for p in (ratio.num, ratio.den))
    return num if den.constant() == 1 else num * den.inverse()


def _compose_polynomial(poly: fmpq_mpoly, images: Sequence[Ratio], other: Field) -> Ratio:
    total = other.zero
    for monomial, coefficient in poly.to_dict().items():
        term = other.constant(coefficient)
        for exponent, image in zip(monomial, images, strict=False):
            if exponent:
                term = term * image ** int(exponent)
        total = total + term
    return total


def _degrees(ratio: Ratio) -> list[int]:
    """The degree in each indeterminate, of numerator or denominator."""
    if ratio.num.is_zero():
        return [int(d) for d in ratio.den.degrees()]
    return [max(map(int, pair)) for pair in zip(ratio.num.degrees(), ratio.den.degrees(), strict=True)]


def _common(a: fmpq, b: fmpq) -> fmpq:
    """The largest rational of which both are integer multiples."""
    return fmpq(gcd(int(a.p) * int(b.q), int(b.p) * int(a.q)), int(a.q) * int(b.q)) if a and b else a or b


def _is_function(node: Tree) -> bool:
    return node[0] not in OPERATORS or node[0] == "pi"


def _fresh(prefix: str, names: Sequence[str]) -> str:
    while any(name.startswith(prefix) for name in names):
        prefix = "_" + prefix
    return prefix
