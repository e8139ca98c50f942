"""Lie algebra actions by their generators: closure, structure constants, stabilizers, orbit dimension."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import sympy as sp
from flint import fmpq, fmpq_mpoly

from neutralmodes.algebra.facts import Facts, facts
from neutralmodes.algebra.orbits import OrbitType, orbit_types
from neutralmodes.algebra.structure import Algebra
from neutralmodes.errors import InputError
from neutralmodes.exact import linear
from neutralmodes.exact.expression import Tree, add, multiply, names, rational, substitute
from neutralmodes.exact.field import Field, Ratio
from neutralmodes.statement import Reader, symbol_names


class LieAction:
    """A Lie algebra acting by p vector fields on n coordinates.

    Parameters
    ----------
    variables : n symbols or names.
    generators : p generators, each n expressions or an n x n matrix A (the linear field A x).
    group : a label, checked against the recognised algebra.

    Raises InputError where a generator has the wrong length or shape.

    >>> LieAction(["x", "y"], [[[0, -1], [1, 0]]]).generators
    ((('*', '-1', 'y'), 'x'),)
    """

    def __init__(self, variables: Sequence[Any], generators: Sequence[Any], group: str | None = None) -> None:
        self.variables = symbol_names(variables, "action variables")
        self.group = group
        self._reader = Reader()
        given = list(generators)
        if not given:
            raise InputError("an action needs at least one generator, got none")
        self.generators: tuple[tuple[Tree, ...], ...] = tuple(
            self._generator(g, f"generator {a}", self._reader) for a, g in enumerate(given)
        )
        self.floats = self._reader.floats
        twin = Reader(decimal=True)
        self.decimal_generators = (
            tuple(self._generator(g, "generator", twin) for g in given) if self.floats else self.generators
        )

    @classmethod
    def from_trees(
        cls, variables: Sequence[str], generators: Sequence[Sequence[Tree]], group: str | None = None
    ) -> LieAction:
        """The action with generators given as trees of the exact prefix grammar, n for each generator.

        >>> LieAction.from_trees(["x"], [["1"], [("^", "x", 2)]]).p
        2
        """
        made = cls(variables, [[0] * len(variables)], group)
        made.generators = made.decimal_generators = tuple(tuple(xi) for xi in generators)
        return made

    def at(self, values: Mapping[str, Fraction]) -> LieAction:
        """The action with parameters replaced by exact values."""
        if not self._other_names() & set(values):
            return self
        leaves, memo = {name: rational(value) for name, value in values.items()}, {}  # type: ignore[var-annotated]
        trees = [[substitute(t, leaves, memo) for t in xi] for xi in self.generators]
        return LieAction.from_trees(self.variables, trees, self.group)

    def _generator(self, given: Any, what: str, read: Reader) -> tuple[Tree, ...]:
        n = len(self.variables)
        rows = _rows(given)
        if rows is None:
            components = list(given)
            if len(components) != n:
                raise InputError(f"{what} has {len(components)} components for {n} variables; give {n}, or a matrix")
            return tuple(read.tree(e, f"{what}, component {i}") for i, e in enumerate(components))
        if len(rows) != n or any(len(row) != n for row in rows):
            raise InputError(f"{what} is a {len(rows)} x {len(rows[0])} matrix for {n} variables; give {n} x {n}")
        return tuple(self._linear(row, f"{what}, row {i}", read) for i, row in enumerate(rows))

    def _linear(self, row: Sequence[Any], what: str, read: Reader) -> Tree:
        entries = [(read.tree(e, what), x) for e, x in zip(row, self.variables, strict=True) if e != 0]
        return add(multiply((c, x)) for c, x in entries if c != "0")

    @property
    def p(self) -> int:
        """The number of generators."""
        return len(self.generators)

    @cached_property
    def field(self) -> Field:
        """The field in which the generators live."""
        names = [*self.variables, *sorted(self._other_names())]
        return Field(names, [tree for xi in self.generators for tree in xi])

    def _other_names(self) -> set[str]:
        return set().union(*(names(t) for xi in self.generators for t in xi)) - set(self.variables)

    @cached_property
    def columns(self) -> list[list[Ratio]]:
        """The generators as elements of ``field``: p lists of n."""
        return [[self.field.element(tree) for tree in xi] for xi in self.generators]

    @cached_property
    def is_linear(self) -> bool:
        """True where every generator is homogeneous of degree one in the variables."""
        n = len(self.variables)
        return all(
            ratio.is_polynomial and all(sum(m[:n]) == 1 and not any(m[n:]) for m in ratio.num.to_dict())
            for xi in self.columns
            for ratio in xi
        )

    @cached_property
    def _entries(self) -> list[dict[tuple[int, int], fmpq]]:
        """The nonzero matrix entries of each generator of a linear action, (row, column) -> value."""
        return [
            {
                (i, next(j for j, e in enumerate(m) if e)): c
                for i, r in enumerate(xi)
                for m, c in r.num.to_dict().items()
            }
            for xi in self.columns
        ]

    @cached_property
    def matrices(self) -> list[list[list[fmpq]]] | None:
        """The n x n matrices of a linear action, or None."""
        if not self.is_linear:
            return None
        n = range(len(self.variables))
        return [[[found.get((i, j), fmpq(0)) for j in n] for i in n] for found in self._entries]

    def bracket(self, u: list[Ratio], v: list[Ratio]) -> list[Ratio]:
        """[u, v] = Dv.u - Du.v, componentwise."""
        field, out = self.field, []
        for v_i, u_i in zip(v, u, strict=True):
            total = field.zero
            for name, u_j, v_j in zip(self.variables, u, v, strict=True):
                if not u_j.num.is_zero():
                    total = total + field.derivative(v_i, name) * u_j
                if not v_j.num.is_zero():
                    total = total - field.derivative(u_i, name) * v_j
            out.append(field.normal(total))
        return out

    @cached_property
    def span(self) -> linear.Span:
        """The span of the generators over the constants."""
        return linear.Span([self._coefficients(v) for v in self.columns])

    @cached_property
    def _common_denominator(self) -> fmpq_mpoly:
        common = self.field.one.num
        for ratio in (r for v in self.columns for r in v if not r.den.is_one()):
            common = common * (ratio.den / common.gcd(ratio.den))
        return common

    def _coefficients(self, vector: list[Ratio]) -> dict[Hashable, fmpq]:
        """The coefficients of (common denominator)^2 * vector, by component and monomial."""
        scale = Ratio(self._common_denominator**2, self.field.one.den)
        found: dict[Hashable, fmpq] = {}
        for i, ratio in enumerate(vector):
            scaled = ratio if self._common_denominator.is_one() else ratio * scale
            if not scaled.is_polynomial:
                found[i, "pole"] = fmpq(1)
            found.update({(i, m): c for m, c in scaled.num.to_dict().items()})
        return found

    def dependency(self) -> list[fmpq] | None:
        """Coefficients c, not all zero, with sum c_a xi_a = 0; None where they are independent."""
        if self.span.rank == self.p:
            return None
        keys = list(dict.fromkeys(key for v in self.span.vectors for key in v))
        rows = [[v.get(key, fmpq(0)) for v in self.span.vectors] for key in keys]
        return linear.nullspace(rows, self.p)[0]

    def structure_constants(self) -> dict[tuple[int, int], list[fmpq] | None]:
        """{(a, b): c} for a < b with [xi_a, xi_b] = sum c_k xi_k; None marks a bracket outside the span.

        Raises ValueError where the generators are dependent.
        """
        pairs = combinations(range(self.p), 2)
        if self.is_linear:
            return {pair: self.span.coordinates(self._linear_bracket(*pair)) for pair in pairs}
        return {(a, b): self.coordinates(self.bracket(self.columns[a], self.columns[b])) for a, b in pairs}

    def _linear_bracket(self, a: int, b: int) -> dict[Hashable, fmpq]:
        """The coefficients of [A x, B x] = (B A - A B) x, from the nonzero entries alone."""
        unit, found = self._units, dict[Hashable, fmpq]()
        for left, right, sign in ((b, a, 1), (a, b, -1)):
            for (i, k), c in self._entries[left].items():
                for j, d in self._rows_of[right].get(k, ()):
                    key = (i, unit[j])
                    found[key] = found.get(key, fmpq(0)) + sign * c * d
        return {key: c for key, c in found.items() if c != 0}

    @cached_property
    def _units(self) -> list[tuple[int, ...]]:
        """The exponents of each variable as a monomial."""
        return [tuple(int(i == j) for i in range(self.field.ctx.nvars())) for j in range(len(self.variables))]

    @cached_property
    def _rows_of(self) -> list[dict[int, list[tuple[int, fmpq]]]]:
        rows: list[dict[int, list[tuple[int, fmpq]]]] = [{} for _ in self.generators]
        for a, found in enumerate(self._entries):
            for (i, j), c in found.items():
                rows[a].setdefault(i, []).append((j, c))
        return rows

    @cached_property
    def algebra(self) -> Algebra:
        """The Lie algebra spanned; InputError where the generators are dependent or not closed."""
        if (dependency := self.dependency()) is not None:
            raise InputError(f"the generators are dependent: {combination_text(dependency)} = 0; drop one of them")
        table = self.structure_constants()
        for (a, b), constants in table.items():
            if constants is None:
                raise InputError(f"[xi_{a}, xi_{b}] is not a constant combination of the generators; add it to them")
        return Algebra(self.p, {pair: constants for pair, constants in table.items() if constants})

    @cached_property
    def facts(self) -> Facts:
        """Exact facts on the algebra and on how it acts; InputError as for ``algebra``.

        >>> from neutralmodes import groups
        >>> groups.so(4).on(list("abcd")).facts.name
        'so(3)^2'
        """
        return facts(self.algebra, self.matrices)

    def orbit_types(self, strata: Mapping[str, Mapping[Any, Any]] | None = None) -> list[OrbitType]:
        """The orbit types met on strata, {name: {variable: number or expression}}, principal first.

        A variable that a stratum leaves out is free. See ``neutralmodes.algebra.orbits``.
        """
        return orbit_types(self, strata or {})

    def coordinates(self, vector: list[Ratio]) -> list[fmpq] | None:
        """The constants c with vector = sum c_k xi_k, or None where the vector is not in the span."""
        return self.span.coordinates(self._coefficients(vector))

    def rest(self, vector: list[Ratio]) -> dict[Hashable, fmpq]:
        """What a projection along the span leaves of a vector, as coefficients: zero where it is in the span."""
        return self.span.rest(self._coefficients(vector))

    def rank_at(self, point: Mapping[str, Fraction]) -> int:
        """The orbit dimension at a rational point (generators without functions)."""
        return linear.rank(self.matrix_at(point))

    def stabilizer_at(self, point: Mapping[str, Fraction]) -> list[list[fmpq]]:
        """A basis of the stabilizer algebra at a rational point, as coefficients of the generators.

        >>> spin = LieAction(["x", "y"], [[[0, -1], [1, 0]]])
        >>> spin.stabilizer_at({"x": Fraction(0), "y": Fraction(0)})
        [[1]]
        """
        columns = self.matrix_at(point)
        return linear.nullspace([list(row) for row in zip(*columns, strict=True)], self.p)

    def matrix_at(self, point: Mapping[str, Fraction]) -> list[list[fmpq]]:
        """The p columns of Xi at a rational point; InputError where generators have function values there."""
        if not all(self.field.is_rational(r) for xi in self.columns for r in xi):
            raise InputError("the generators have functions, whose values at a rational point are not rational")
        values = [[self.field.value(r, point) for r in xi] for xi in self.columns]
        return [[fmpq(v.numerator, v.denominator) for v in column] for column in values]


def combination_text(coefficients: Sequence[fmpq]) -> str:
    """A combination of generators as text.

    >>> combination_text([fmpq(2), fmpq(0), fmpq(-1)])
    '(2) xi_0 + (-1) xi_2'
    """
    return " + ".join(f"({c}) xi_{a}" for a, c in enumerate(coefficients) if c != 0) or "0"


def _rows(given: Any) -> list[list[Any]] | None:
    """The rows of a matrix-like generator, or None for a list of expressions."""
    if isinstance(given, sp.MatrixBase):
        return None if given.shape[1] == 1 and given.shape[0] > 1 else given.tolist()
    if isinstance(given, np.ndarray):
        return given.tolist() if given.ndim == 2 else None
    if isinstance(given, (str, sp.Basic)) or not hasattr(given, "__iter__"):
        raise InputError(f"a generator is a list of expressions or a matrix, got {type(given).__name__} {given!r}")
    rows = list(given)
    if rows and all(isinstance(row, (list, tuple, np.ndarray)) for row in rows):
        return [list(row) for row in rows]
    return None
