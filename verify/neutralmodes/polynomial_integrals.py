"""First integrals of a rule that are polynomials up to a degree: found by exact linear algebra, ready for a System."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import comb, gcd, lcm

import sympy as sp
from flint import fmpq

from neutralmodes.dynamics import Dynamics
from neutralmodes.equivariants import polynomial_expression, polynomial_tree
from neutralmodes.errors import InputError
from neutralmodes.exact import linear
from neutralmodes.exact.equivariant_kernel import Monomial
from neutralmodes.exact.expression import substitute
from neutralmodes.exact.field import Field, Ratio
from neutralmodes.exact.relations import relations

_MOST_UNKNOWNS = 2_000
_SPREAD = 10**4  # of the random point at which gradients are compared

Table = dict[Monomial, fmpq]


def first_integrals(dynamics: Dynamics, degree: int = 2) -> list[sp.Expr]:
    """Polynomials of at most ``degree`` that are constant along every orbit, independent functions, low degree first.

    For every input and interval parameter in its range; angles do not occur in them. What is found is exact, and
    polynomials of higher degree, or other functions, may be conserved besides. A System takes them as ``integrals``.

    Raises InputError for a black box, a degree below 1, or more than 2,000 unknown coefficients.

    >>> import neutralmodes as nm
    >>> x, p = sp.symbols("x p", real=True)
    >>> first_integrals(nm.VectorField([x, p], [p, -x - x**3]), 4)
    [2*p**2 + x**4 + 2*x**2]
    """
    names = [x for x in dynamics.variables if x not in dynamics.angles]
    monomials = _monomials(len(names), _checked(dynamics, degree, len(names)))
    found = relations(*_changes(dynamics, names, monomials))
    tables = [{m: c for m, c in zip(monomials, weights, strict=False) if c != 0} for weights in found]
    return [_expression(table, names) for table in _independent(tables, len(names))]


def _checked(dynamics: Dynamics, degree: int, n: int) -> int:
    if dynamics.function is not None:
        raise InputError("first integrals need a rule in expressions, given a black box; write it in sympy")
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 1:
        raise InputError(f"degree must be an integer of at least 1, got {degree!r}")
    if (unknowns := comb(n + degree, degree) - 1) > _MOST_UNKNOWNS:
        raise InputError(
            f"degree {degree} in dimension {n} has {unknowns} unknown coefficients, more than {_MOST_UNKNOWNS}; "
            f"ask for a lower degree"
        )
    return degree


def _monomials(n: int, degree: int) -> list[Monomial]:
    """Exponents of n variables of degree 1 to ``degree``, low degree first."""
    layers: list[list[Monomial]] = [[(0,) * n]]
    for _ in range(degree):
        raised = (tuple(e + (i == j) for i, e in enumerate(m)) for m in layers[-1] for j in range(n))
        layers.append(list(dict.fromkeys(raised)))
    return [m for layer in layers[1:] for m in layer]


def _changes(
    dynamics: Dynamics, names: Sequence[str], monomials: Sequence[Monomial]
) -> tuple[Field, list[list[Ratio]]]:
    """L_f m (flow) or m(F) - m (map) of every monomial."""
    trees = [polynomial_tree({m: 1}, names) for m in monomials]
    images = dict(zip(dynamics.variables, dynamics.rule, strict=True))
    moved = [] if dynamics.kind == "flow" else [substitute(t, images) for t in trees]
    field = Field(dynamics.names, [*dynamics.rule, *moved], dynamics.values, dynamics.activations)
    here = [field.element(t) for t in trees]
    if dynamics.kind == "map":
        return field, [[field.element(after) - before] for after, before in zip(moved, here, strict=True)]
    rule = {x: field.element(f) for x, f in images.items()}
    return field, [[field.sum([slope * rule[x] for x, slope in field.gradient(m).items() if x in rule])] for m in here]


def _independent(tables: Sequence[Table], n: int) -> list[Table]:
    """Those whose gradient at a random point is new: products and powers of earlier ones are left out."""
    rng, chosen = random.Random(0), list[Table]()
    at = [fmpq(rng.randint(1, _SPREAD), rng.randint(1, _SPREAD)) for _ in range(n)]
    rows: list[list[fmpq]] = []
    for table in tables:
        row = [_slope(table, at, i) for i in range(n)]
        if linear.rank([*rows, row]) > len(rows):
            rows.append(row)
            chosen.append(table)
    return chosen


def _slope(table: Table, at: Sequence[fmpq], i: int) -> fmpq:
    """The derivative by variable i at a point."""
    found = fmpq(0)
    for m, c in table.items():
        if m[i]:
            term = c * m[i]
            for j, e in enumerate(m):
                term = term * at[j] ** (e - (i == j))
            found = found + term
    return found


def _expression(table: Table, names: Sequence[str]) -> sp.Expr:
    """The polynomial with coprime integer coefficients, at least half of them positive."""
    scale = lcm(*(int(c.q) for c in table.values()))
    whole = {m: int((c * scale).p) for m, c in table.items()}
    shared = gcd(*whole.values()) * (1 if 2 * sum(c > 0 for c in whole.values()) >= len(whole) else -1)
    return polynomial_expression({m: c // shared for m, c in whole.items()}, names)
