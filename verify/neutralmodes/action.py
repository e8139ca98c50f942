"""Lie algebra actions by their generators: closure, structure constants, stabilizers, orbit dimension."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import sympy as sp
from flint import fmpq, fmpq_mpoly

from neutralmodes.errors import InputError
from neutralmodes.exact import linear
from neutralmodes.exact.expression import Tree, add, multiply, names
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

    def _generator(self, given: Any, what: str, read: Reader) -> tuple[Tree, ...]:
        n = len(self.variables)
        rows = _rows(given)
        if rows is None:
            components = list(given)
            if len(components) != n:
                raise InputError(
                    f"{what} has {len(components)} components for {n} variables; give {n}, or a matrix"
                )
            return tuple(read.tree(e, f"{what}, component {i}") for i, e in enumerate(components))
        if len(rows) != n or any(len(row) != n for row in rows):
            raise InputError(
                f"{what} is a {len(rows)} x {len(rows[0])} matrix for {n} variables; give {n} x {n}"
            )
        return tuple(self._linear(row, f"{what}, row {i}", read) for i, row in enumerate(rows))

    def _linear(self, row: Sequence[Any], what: str, read: Reader) -> Tree:
        entries = [read.tree(e, what) for e in row]
        return add(multiply((c, x)) for c, x in zip(entries, self.variables, strict=True) if c != "0")

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
    def matrices(self) -> list[list[list[fmpq]]] | None:
        """The n x n matrices of a linear action, or None."""
        if not self.is_linear:
            return None
        n = len(self.variables)
        unit = [tuple(int(i == j) for i in range(self.field.ctx.nvars())) for j in range(n)]
        return [
            [[ratio.num.to_dict().get(unit[j], fmpq(0)) for j in range(n)] for ratio in xi]
            for xi in self.columns
        ]

    def bracket(self, u: list[Ratio], v: list[Ratio]) -> list[Ratio]:
        """[u, v] = Dv.u - Du.v, componentwise."""
        field, out = self.field, []
        for i in range(len(self.variables)):
            total = field.zero
            for j, name in enumerate(self.variables):
                total = total + field.derivative(v[i], name) * u[j] - field.derivative(u[i], name) * v[j]
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
        pairs = [(a, b) for a in range(self.p) for b in range(a + 1, self.p)]
        return {(a, b): self.coordinates(self.bracket(self.columns[a], self.columns[b])) for a, b in pairs}

    def coordinates(self, vector: list[Ratio]) -> list[fmpq] | None:
        """The constants c with vector = sum c_k xi_k, or None where the vector is not in the span."""
        return self.span.coordinates(self._coefficients(vector))

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
        """The p columns of Xi at a rational point."""
        values = [[self.field.value(r, point) for r in xi] for xi in self.columns]
        return [[fmpq(v.numerator, v.denominator) for v in column] for column in values]


def _rows(given: Any) -> list[list[Any]] | None:
    """The rows of a matrix-like generator, or None for a list of expressions."""
    if isinstance(given, sp.MatrixBase):
        return None if given.shape[1] == 1 and given.shape[0] > 1 else given.tolist()
    if isinstance(given, np.ndarray):
        return given.tolist() if given.ndim == 2 else None
    if isinstance(given, (str, sp.Basic)) or not hasattr(given, "__iter__"):
        raise InputError(
            f"a generator is a list of expressions or a matrix, got {type(given).__name__} {given!r}"
        )
    rows = list(given)
    if rows and all(isinstance(row, (list, tuple, np.ndarray)) for row in rows):
        return [list(row) for row in rows]
    return None
