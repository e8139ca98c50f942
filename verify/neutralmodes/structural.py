"""Equivariant rules by construction: sums p_k(I) E_k of invariant gains times equivariant fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp

from neutralmodes.action import LieAction
from neutralmodes.dynamics import VectorField
from neutralmodes.errors import InputError
from neutralmodes.exact.expression import Tree
from neutralmodes.exact.field import Field, Ratio
from neutralmodes.exact.zero import proves_zero
from neutralmodes.statement import Reader, symbol_names


def invariant_field(
    variables: Sequence[Any],
    invariants: Sequence[Any],
    equivariants: Sequence[Any],
    coefficients: Sequence[Any],
    *,
    action: LieAction | None = None,
    **options: Any,
) -> VectorField:
    """The vector field sum_k p_k(I) E_k, equivariant for every choice of C^1 functions p_k.

    Parameters
    ----------
    variables : n symbols.
    invariants : m expressions I with L_xi I = 0.
    equivariants : fields E_k with [xi, E_k] = 0, each n expressions or an n x n matrix A (the field A x).
    coefficients : one p_k for each E_k: a callable of the m invariants (a sympy Function class stands
        for every C^1 function), the name of such a function, or an expression.
    action : where given, invariants and equivariants are checked exactly.
    options : of ``VectorField`` (parameters, inputs, angles, activations).

    Raises InputError where lengths differ, or naming what is not invariant or equivariant.

    >>> x, y = sp.symbols("x y")
    >>> spin = LieAction([x, y], [[-y, x]])
    >>> field = invariant_field([x, y], [x**2 + y**2], [[x, y], [-y, x]], ["p", 1], action=spin)
    >>> field.rule[1]
    ('+', 'x', ('*', 'y', ('p', ('+', ('^', 'x', 2), ('^', 'y', 2)))))
    """
    symbols = [sp.Symbol(name) if isinstance(name, str) else name for name in variables]
    gains, fields = (
        list(coefficients),
        [_components(symbols, e, f"equivariant {k}") for k, e in enumerate(equivariants)],
    )
    if len(gains) != len(fields) or not fields:
        raise InputError(f"{len(gains)} coefficients for {len(fields)} equivariants; give one coefficient for each")
    if action is not None:
        _check(action, list(invariants), fields)
    values = [_gain(p, invariants, k) for k, p in enumerate(gains)]
    rule = [sum((p * e[i] for p, e in zip(values, fields, strict=True)), sp.S.Zero) for i in range(len(symbols))]
    return VectorField(symbols, rule, **options)


def _components(symbols: Sequence[sp.Symbol], given: Any, what: str) -> list[sp.Expr]:
    """The n components of an equivariant field, given as expressions or as a matrix."""
    matrix = sp.Matrix(given)
    if matrix.shape == (len(symbols), len(symbols)) and len(symbols) > 1:
        return list(matrix * sp.Matrix(symbols))
    if len(matrix) != len(symbols):
        raise InputError(f"{what} has {len(matrix)} components for {len(symbols)} variables")
    return list(matrix)


def _gain(given: Any, invariants: Sequence[Any], k: int) -> Any:
    if isinstance(given, str):
        (name,) = symbol_names([given], f"coefficient {k}")
        given = sp.Function(name)
    if callable(given) and not isinstance(given, sp.Basic):
        return sp.sympify(given(*invariants))
    return sp.sympify(given)


def _check(action: LieAction, invariants: Sequence[Any], fields: Iterable[Sequence[sp.Expr]]) -> None:
    """InputError for the first invariant or equivariant that a generator does not leave alone."""
    read = Reader()
    functions = [read.tree(sp.sympify(i), f"invariant {j}") for j, i in enumerate(invariants)]
    vectors = [[read.tree(sp.sympify(c), f"equivariant {k}") for c in e] for k, e in enumerate(fields)]
    trees: list[Tree] = [*functions, *(t for v in (*vectors, *action.generators) for t in v)]
    field = Field(action.variables, trees)
    for a, generator in enumerate(action.generators):
        xi = [field.element(t) for t in generator]
        for j, tree in enumerate(functions):
            if not proves_zero(field, _along(field, field.element(tree), xi)):
                raise InputError(f"invariant {j}, {invariants[j]}, was not shown invariant under generator {a}")
        for k, vector in enumerate(vectors):
            e = [field.element(t) for t in vector]
            bracket = [_along(field, c, xi) - _along(field, x, e) for c, x in zip(e, xi, strict=True)]
            if not all(proves_zero(field, c) for c in bracket):
                raise InputError(f"equivariant {k} was not shown to commute with generator {a}")


def _along(field: Field, function: Ratio, vector: Sequence[Ratio]) -> Ratio:
    """The derivative of a function along a vector field."""
    total = field.zero
    for name, component in zip(field.names, vector, strict=True):
        total = total + field.derivative(function, name) * component
    return total
