"""Rules that miss equivariance by exactly one term: what every check of symmetry must refuse."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import combinations_with_replacement

import sympy as sp
from hypothesis import strategies as st

from neutralmodes.action import LieAction
from neutralmodes.dynamics import VectorField
from neutralmodes.equivariants import integer_matrices
from neutralmodes.errors import InputError
from neutralmodes.exact.equivariant_kernel import IntMatrix, Monomial, Operator
from neutralmodes.strategies._fields import Coefficients, Shown, coefficients_of, combined, symbols_of


class BrokenField(Shown, VectorField):
    """An equivariant field plus ``size`` times one monomial ``term`` in one ``component``, which breaks it."""

    def __init__(
        self, action: LieAction, coefficients: Coefficients, component: int, term: Monomial, size: Fraction
    ) -> None:
        rule = list(combined(action, coefficients))
        symbols = symbols_of(action)
        powers = [s**e for s, e in zip(symbols, term, strict=True)]
        rule[component] += sp.Rational(size) * sp.Mul(*powers)
        super().__init__(symbols, rule)
        self.action, self.coefficients = action, dict(coefficients)
        self.component, self.term, self.size = component, term, size


def near_misses(
    action: LieAction, *, size: Fraction = Fraction(1, 10), max_degree: int = 3
) -> st.SearchStrategy[BrokenField]:
    """An equivariant field plus ``size`` times one monomial in one component that no generator forgives.

    Raises InputError for size 0, or an action under which every monomial is equivariant.
    """
    exact = Fraction(size)
    terms = breaking_terms(integer_matrices(action), max_degree)
    if not exact or not terms:
        raise InputError(f"size {size}: nothing breaks" if terms else "every monomial is equivariant: zero generators")
    fields = coefficients_of(action, max_degree, 3)
    return st.builds(lambda c, at: BrokenField(action, c, at[0], at[1], exact), fields, st.sampled_from(terms))


@lru_cache(maxsize=64)
def breaking_terms(matrices: tuple[IntMatrix, ...], max_degree: int) -> list[tuple[int, Monomial]]:
    """Every (component, exponents) up to a degree that is not equivariant by itself."""
    n, base = len(matrices[0]), max_degree + 1
    operators = [Operator(a, a, base) for a in matrices]
    found = []
    for degree in range(max_degree + 1):
        for chosen in combinations_with_replacement(range(n), degree):
            for j in range(n):
                key = j * base**n + sum(base**i for i in chosen)
                if any(operator({key: 1}) for operator in operators):
                    found.append((j, tuple(chosen.count(i) for i in range(n))))
    return found
