"""Bases of the polynomial vector fields, maps and functions that a linear action leaves unchanged, exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb, lcm

import sympy as sp

from neutralmodes.action import LieAction
from neutralmodes.errors import InputError
from neutralmodes.exact.equivariant_kernel import IntMatrix, Monomial, Terms, solutions
from neutralmodes.exact.expression import Tree, add, multiply

MOST_UNKNOWNS = 1_000_000


@dataclass(frozen=True)
class Equivariant:
    """A homogeneous polynomial vector field (or map) with coprime integer coefficients.

    ``components[i]`` maps exponents to coefficients. ``name`` is "I" for the state itself, "J" (or
    "J1", "J2", ...) for the skew linear ones, "S..." for the other linear ones, "E..." above; a power
    of |x|^2 times a linear one keeps its name.

    >>> from neutralmodes import groups
    >>> print(*equivariant_basis(groups.so(2).on(["x", "y"]), 1), sep="; ")
    I = (x, y); J = (-y, x)
    """

    name: str
    degree: int
    variables: tuple[str, ...]
    components: tuple[Mapping[Monomial, int], ...]

    @property
    def rule(self) -> tuple[Tree, ...]:
        """The n components as trees of the prefix grammar."""
        return tuple(polynomial_tree(c, self.variables) for c in self.components)

    @property
    def expressions(self) -> tuple[sp.Expr, ...]:
        """The n components in sympy, in real symbols."""
        return tuple(polynomial_expression(c, self.variables) for c in self.components)

    def __str__(self) -> str:
        body = ", ".join(str(e).replace("**", "^") for e in self.expressions)
        return f"{self.name} = ({body})"


@dataclass(frozen=True)
class Invariant:
    """A homogeneous invariant polynomial with coprime integer coefficients, exponents -> coefficient."""

    name: str
    degree: int
    variables: tuple[str, ...]
    terms: Mapping[Monomial, int]

    @property
    def tree(self) -> Tree:
        """The polynomial as a tree of the prefix grammar."""
        return polynomial_tree(self.terms, self.variables)

    @property
    def expression(self) -> sp.Expr:
        """The polynomial in sympy, in real symbols."""
        return polynomial_expression(self.terms, self.variables)

    def __str__(self) -> str:
        return f"{self.name} = {str(self.expression).replace('**', '^')}"


def equivariant_basis(action: LieAction, degree: int) -> tuple[Equivariant, ...]:
    """A basis of the polynomial vector fields, homogeneous of ``degree``, with [A x, f] = 0 for every generator.

    For a linear action the same fields, read as maps, are the equivariant maps. The basis is the
    reduced echelon form with coprime integer coefficients: fixed, exact and complete.

    Raises InputError for an action that is not linear, a degree that is not an integer >= 0, or more
    than a million unknown coefficients.

    >>> from neutralmodes import groups
    >>> [len(equivariant_basis(groups.so(3).on(["x", "y", "z"]), d)) for d in range(4)]
    [0, 1, 0, 1]
    """
    matrices = integer_matrices(action)
    found = solutions(matrices, matrices, _checked(degree, len(action.variables), len(action.variables)))
    names = _field_names(matrices, degree, found)
    return tuple(Equivariant(name, degree, action.variables, _frozen(v)) for name, v in zip(names, found, strict=True))


def invariant_basis(action: LieAction, degree: int) -> tuple[Invariant, ...]:
    """A basis of the invariant polynomials, homogeneous of ``degree``; raises as ``equivariant_basis``.

    >>> from neutralmodes import groups
    >>> print(*invariant_basis(groups.so(3).on(["x", "y", "z"]), 2))
    r2 = x^2 + y^2 + z^2
    """
    matrices = integer_matrices(action)
    zero = tuple(((0,),) for _ in matrices)
    found = solutions(matrices, zero, _checked(degree, len(action.variables), 1))
    return tuple(
        Invariant(_function_name(v[0], degree, i), degree, action.variables, v[0])
        for i, v in enumerate(map(_frozen, found), start=1)
    )


def radial(variables: Sequence[str], degree: int) -> Equivariant:
    """|x|^(degree - 1) x, for an odd degree: equivariant wherever |x|^2 is invariant.

    >>> print(radial(["x", "y"], 3))
    I = (x^3 + x*y^2, x^2*y + y^3)
    """
    if degree < 1 or degree % 2 == 0:
        raise InputError(f"|x|^(degree - 1) x is polynomial for odd degrees, got {degree}")
    n = len(variables)
    identity = [((tuple(int(i == j) for j in range(n)), 1),) for i in range(n)]
    return Equivariant("I", degree, tuple(variables), _frozen(_times_r2(identity, (degree - 1) // 2)))


def integer_matrices(action: LieAction) -> tuple[IntMatrix, ...]:
    """The generators' matrices, each times its common denominator; InputError where the action is not linear."""
    matrices = action.matrices
    if matrices is None:
        raise InputError(
            f"bases need a linear action with numeric matrices, got generators {action.generators!r}; "
            f"for other actions write the field in invariants by hand"
        )
    found = []
    for a in matrices:
        scale = lcm(*(int(v.q) for row in a for v in row))
        found.append(tuple(tuple(int((v * scale).p) for v in row) for row in a))
    return tuple(found)


def polynomial_tree(terms: Mapping[Monomial, int | Fraction], variables: Sequence[str]) -> Tree:
    """The tree of a polynomial given as exponents -> coefficient.

    >>> polynomial_tree({(2, 0): 3, (0, 1): -1}, ["x", "y"])
    ('+', ('*', '3', ('^', 'x', 2)), ('*', '-1', 'y'))
    """
    return add(
        multiply((str(c), *(x if e == 1 else ("^", x, e) for x, e in zip(variables, m, strict=True) if e)))
        for m, c in terms.items()
    )


def polynomial_expression(terms: Mapping[Monomial, int], variables: Sequence[str]) -> sp.Expr:
    """The sympy expression of a polynomial given as exponents -> coefficient, in real symbols."""
    symbols = [sp.Symbol(x, real=True) for x in variables]
    return sp.Add(*(c * sp.Mul(*(s**e for s, e in zip(symbols, m, strict=True))) for m, c in terms.items()))


def _frozen(parts: Sequence[Terms]) -> tuple[Mapping[Monomial, int], ...]:
    return tuple(dict(part) for part in parts)


def _checked(degree: int, n: int, components: int) -> int:
    if isinstance(degree, bool) or not isinstance(degree, int) or degree < 0:
        raise InputError(f"degree must be an integer of at least 0, got {degree!r}")
    unknowns = components * comb(n + degree - 1, degree)
    if unknowns > MOST_UNKNOWNS:
        raise InputError(
            f"degree {degree} in dimension {n} has {unknowns} unknown coefficients, more than {MOST_UNKNOWNS}; "
            f"ask for a lower degree, or treat the blocks of the representation one by one"
        )
    return degree


def _field_names(matrices: tuple[IntMatrix, ...], degree: int, found: Sequence[Sequence[Terms]]) -> list[str]:
    """I, J, S... for |x|^(2k) times a linear equivariant of that name, E1, E2, ... for the others."""
    known: dict[tuple[Terms, ...], str] = {}
    if degree % 2:
        linear = solutions(matrices, matrices, 1)
        for name, field in zip(_linear_names(linear), linear, strict=True):
            known[_times_r2(field, (degree - 1) // 2)] = name
    others = iter(range(1, len(found) + 1))
    return [known.get(_sorted(f)) or f"E{next(others)}" for f in found]


def _linear_names(linear: Sequence[Sequence[Terms]]) -> list[str]:
    kinds = [_linear_kind(field) for field in linear]
    many = {kind: kinds.count(kind) > 1 for kind in kinds}
    return [f"{k}{kinds[: i + 1].count(k)}" if many[k] else k for i, k in enumerate(kinds)]


def _linear_kind(field: Sequence[Terms]) -> str:
    entries = {(i, m.index(1)): c for i, part in enumerate(field) for m, c in part}
    if entries == {(i, i): 1 for i in range(len(field))}:
        return "I"
    return "J" if all(entries.get((j, i)) == -c for (i, j), c in entries.items()) else "S"


def _times_r2(field: Sequence[Terms], k: int) -> tuple[Terms, ...]:
    for _ in range(k):
        raised = []
        for part in field:
            total: dict[Monomial, int] = {}
            for m, c in part:
                for i, e in enumerate(m):
                    up = (*m[:i], e + 2, *m[i + 1 :])
                    total[up] = total.get(up, 0) + c
            raised.append(tuple(total.items()))
        field = raised
    return _sorted(field)


def _sorted(field: Sequence[Terms]) -> tuple[Terms, ...]:
    return tuple(tuple(sorted(part)) for part in field)


def _function_name(terms: Mapping[Monomial, int], degree: int, index: int) -> str:
    if degree == 0:
        return "1"
    squares = len(terms) == len(next(iter(terms))) and all(max(m) == 2 and c == 1 for m, c in terms.items())
    return "r2" if degree == 2 and squares else f"I{index}"
