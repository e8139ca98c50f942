"""Equivariant polynomial fields and maps, and invariant functions, with small rational coefficients."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil

import sympy as sp
from hypothesis import strategies as st

from neutralmodes.action import LieAction
from neutralmodes.dynamics import Dynamics, Map, VectorField
from neutralmodes.equivariants import Equivariant, equivariant_basis, integer_matrices, invariant_basis, radial
from neutralmodes.errors import InputError
from neutralmodes.exact.equivariant_kernel import Monomial
from neutralmodes.region import Region
from neutralmodes.statement import infix

Label = tuple[str, int]  # (name of the basis element, degree)
Coefficients = Mapping[Label, Fraction]

# Simplest first: a failing coefficient shrinks to 1.
SMALL = [Fraction(n, d) for d in (1, 2, 3) for n in (1, -1, 2, -2, 3, -3, 5, -5) if d == 1 or n % d]


class Shown(Dynamics):
    """A rule that prints as the basis coefficients it is made of, then as formulas."""

    action: LieAction
    coefficients: Coefficients

    def terms(self) -> list[tuple[int, Monomial, Fraction]]:
        """The combination as (component, exponents, coefficient), for code that wants plain numbers.

        >>> from neutralmodes import groups
        >>> spin = groups.so(2).on(["x", "y"])
        >>> [(i, m, str(c)) for i, m, c in EquivariantField(spin, {("J", 1): Fraction(1, 2)}).terms()]
        [(0, (0, 1), '-1/2'), (1, (1, 0), '1/2')]
        """
        return [
            (i, m, c * value)
            for label, c in self.coefficients.items()
            for i, part in enumerate(element(self.action, label).components)
            for m, value in part.items()
        ]

    def __repr__(self) -> str:
        arrow = "'" if self.kind == "flow" else "+"
        body = ", ".join(f"{x}{arrow} = {infix(f)}" for x, f in zip(self.variables, self.rule, strict=True))
        return f"{type(self).__name__}({readable(self.coefficients)}: {body})"


class EquivariantField(Shown, VectorField):
    """A vector field made of ``coefficients`` over the equivariant basis of ``action``.

    ``region`` is a ball that the flow enters strictly, with a proof, or None.
    """

    def __init__(self, action: LieAction, coefficients: Coefficients, region: Region | None = None) -> None:
        super().__init__(symbols_of(action), combined(action, coefficients))
        self.action, self.coefficients, self.region = action, dict(coefficients), region


class EquivariantMap(Shown, Map):
    """A map made of ``coefficients`` over the basis; ``region``: a ball that it maps into itself, or None."""

    def __init__(self, action: LieAction, coefficients: Coefficients, region: Region | None = None) -> None:
        super().__init__(symbols_of(action), combined(action, coefficients))
        self.action, self.coefficients, self.region = action, dict(coefficients), region


def readable(coefficients: Coefficients) -> str:
    """The coefficients as a dictionary without ``Fraction(...)``.

    >>> readable({("J", 3): Fraction(2), ("I", 1): Fraction(-1, 2)})
    "{('J', 3): 2, ('I', 1): -1/2}"
    """
    return "{" + ", ".join(f"{label}: {value}" for label, value in coefficients.items()) + "}"


def symbols_of(action: LieAction) -> list[sp.Symbol]:
    return [sp.Symbol(x, real=True) for x in action.variables]


def combined(action: LieAction, coefficients: Coefficients) -> tuple[sp.Expr, ...]:
    """The n sympy expressions of a combination of basis elements."""
    parts = [[sp.Rational(c) * e for e in element(action, label).expressions] for label, c in coefficients.items()]
    return (
        tuple(sp.Add(*column) for column in zip(*parts, strict=True)) if parts else (sp.S.Zero,) * len(action.variables)
    )


def element(action: LieAction, label: Label) -> Equivariant:
    """The basis element (name, degree), or |x|^(degree - 1) x for "I"; InputError where there is none."""
    if label[0] == "I":
        return radial(action.variables, label[1])
    found = {e.name: e for e in equivariant_basis(action, label[1])}
    if label[0] not in found:
        raise InputError(f"no equivariant {label}; degree {label[1]} has {', '.join(found) or 'none'}")
    return found[label[0]]


def labels(action: LieAction, max_degree: int) -> list[Label]:
    """Every basis element up to a degree, low degree first."""
    return [(e.name, d) for d in range(max_degree + 1) for e in equivariant_basis(action, d)]


def coefficients_of(action: LieAction, max_degree: int, max_terms: int) -> st.SearchStrategy[dict[Label, Fraction]]:
    """Small rational coefficients of a few basis elements.

    A list of pairs, not Hypothesis's dictionaries: those draw keys from what is left, so that a term
    cannot be deleted without changing the others, and failures do not shrink to one.
    """
    known = labels(action, max_degree)
    if not known:
        return st.just({})
    pairs = st.tuples(st.sampled_from(known), st.sampled_from(SMALL))
    return st.lists(pairs, max_size=max_terms).map(dict)


def equivariant_fields(
    action: LieAction, *, max_degree: int = 3, max_terms: int = 4, dissipative: bool = False
) -> st.SearchStrategy[EquivariantField]:
    """Polynomial vector fields that commute with a linear action.

    ``dissipative=True`` adds -K |x|^(2k) x with K so large that the flow enters the unit ball strictly,
    provably; the ball is the field's ``region``. It needs skew generators (|x|^2 invariant).

    Raises InputError for an action that is not linear, or not skew where that is needed.

    >>> from neutralmodes import groups
    >>> from hypothesis import find
    >>> find(equivariant_fields(groups.so(2).on(["x", "y"])), lambda f: ("J", 3) in f.coefficients)
    EquivariantField({('J', 3): 1}: x' = -y^3 - y*x^2, y' = x^3 + x*y^2)
    """
    drawn = coefficients_of(action, max_degree, max_terms)
    if not dissipative:
        return drawn.map(lambda c: EquivariantField(action, c))
    require_skew(action)
    return drawn.map(lambda c: EquivariantField(action, damped(action, c), Region.ball(action.variables, 1)))


def equivariant_maps(
    action: LieAction, *, max_degree: int = 3, max_terms: int = 4, dissipative: bool = False
) -> st.SearchStrategy[EquivariantMap]:
    """Polynomial maps that commute with a linear action.

    ``dissipative=True`` scales the map so that it takes the unit ball into the ball of radius 1/2,
    provably; the unit ball is the map's ``region``. Raises as ``equivariant_fields``.
    """
    drawn = coefficients_of(action, max_degree, max_terms)
    if not dissipative:
        return drawn.map(lambda c: EquivariantMap(action, c))
    return drawn.map(lambda c: EquivariantMap(action, contracted(action, c), Region.ball(action.variables, 1)))


def invariant_functions(action: LieAction, *, max_degree: int = 4, max_terms: int = 3) -> st.SearchStrategy[sp.Expr]:
    """Polynomials that a linear action leaves unchanged, as sympy expressions in real symbols."""
    known = [i.expression for d in range(max_degree + 1) for i in invariant_basis(action, d)]
    terms = st.lists(st.tuples(st.sampled_from(known), st.sampled_from(SMALL)), max_size=max_terms)
    return terms.map(lambda found: sp.Add(*(sp.Rational(c) * i for i, c in found)))


def require_skew(action: LieAction) -> None:
    """InputError where |x|^2 is not invariant."""
    for a, m in enumerate(integer_matrices(action)):
        if any(m[i][j] != -m[j][i] for i in range(len(m)) for j in range(len(m))):
            raise InputError(
                f"generator {a} is not skew, so |x|^2 is not invariant; draw the field without dissipative=True "
                f"and give your own region"
            )


def radial_bound(action: LieAction, label: Label) -> int:
    """A bound of |x . E(x)| on the unit sphere: the sum of the absolute coefficients of x . E."""
    radial: dict[Monomial, int] = {}
    for i, part in enumerate(element(action, label).components):
        for m, c in part.items():
            up = (*m[:i], m[i] + 1, *m[i + 1 :])
            radial[up] = radial.get(up, 0) + c
    return sum(map(abs, radial.values()))


def size_bound(action: LieAction, label: Label) -> int:
    """A bound of |E(x)| on the unit sphere: the sum of all absolute coefficients."""
    return sum(abs(c) for part in element(action, label).components for c in part.values())


def damped(action: LieAction, coefficients: Coefficients) -> dict[Label, Fraction]:
    """The field minus K |x|^(2k) x: on |x| = r >= 1 the rest pushes outward with at most half of K r^(2k + 2)."""
    push = sum((abs(c) * radial_bound(action, label) for label, c in coefficients.items()), Fraction(0))
    top = max((degree for _, degree in coefficients), default=1)
    degree = max(3, top + 1 - top % 2)
    return plus(coefficients, ("I", degree), Fraction(-2 * ceil(push) - 1))


def contracted(action: LieAction, coefficients: Coefficients) -> dict[Label, Fraction]:
    """The map divided so that |F(x)| <= 1/2 where |x| <= 1."""
    size = sum((abs(c) * size_bound(action, label) for label, c in coefficients.items()), Fraction(0))
    scale = max(1, ceil(2 * size))
    return {label: c / scale for label, c in coefficients.items()}


def plus(coefficients: Coefficients, label: Label, value: Fraction) -> dict[Label, Fraction]:
    total = dict(coefficients)
    total[label] = total.get(label, Fraction(0)) + value
    return {key: c for key, c in total.items() if c}
