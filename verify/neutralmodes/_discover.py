"""Every polynomial infinitesimal symmetry of a rule up to a degree: proposed modulo primes, verified over Q.

The residual of an unknown polynomial field is linear in its coefficients. Its values at random points
modulo a 31-bit prime give a matrix; full rank proves that there is no symmetry. Otherwise the
nullspace is lifted to Q and every vector of it verified exactly, so its dimension is exact, too.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement
from math import comb
from typing import Any

import numpy as np
from flint import fmpq

from neutralmodes._found import Discovery, discovery
from neutralmodes.dynamics import Dynamics
from neutralmodes.errors import InputError
from neutralmodes.exact.expression import Tree, add, multiply
from neutralmodes.exact.field import Field, Ratio
from neutralmodes.exact.modular import BadPrime, Kernel, Residues, kernel, primes, values_and_gradients
from neutralmodes.system import System

_MOST_UNKNOWNS = 2_500
_SPARE_POINTS = 3
_MOST_PRIMES = 24

Combination = dict[int, fmpq]  # unknown -> coefficient


def discover(target: System | Dynamics, degree: int = 1, *, seed: int = 0) -> Discovery:
    """All polynomial vector fields xi of at most this degree that commute with a polynomial or rational rule.

    Flows: [xi, f] = 0. Maps: DF xi = xi(F). The symmetries hold for every value of inputs and of
    parameters given as intervals. The rule itself, a trivial symmetry of a flow, is reported apart.

    Parameters
    ----------
    target : a VectorField, a Map or a System (its rule is taken).
    degree : the largest degree of xi, at least 0.
    seed : of the random points; it changes the work and never the answer.

    Raises InputError for functions in the rule, or more than 2,500 unknown coefficients
    (n * C(n + degree, degree) of them).

    >>> import sympy as sp
    >>> from neutralmodes.dynamics import VectorField
    >>> x, y = sp.symbols("x y")
    >>> r2 = x**2 + y**2
    >>> discover(VectorField([x, y], [x * (1 - r2) - y, y * (1 - r2) + x])).facts.name
    'u(1)'
    """
    dynamics = target.dynamics if isinstance(target, System) else target
    if not isinstance(dynamics, Dynamics):
        raise InputError(f"discover needs a VectorField, a Map or a System, got {type(target).__name__}")
    search = Search(dynamics, degree)
    return discovery(dynamics, degree, search.symmetries(random.Random(seed)))


@dataclass
class Search:
    """The unknown coefficients (component, monomial) of xi and the equations on them."""

    dynamics: Dynamics
    degree: int

    def __post_init__(self) -> None:
        if not isinstance(self.degree, int) or isinstance(self.degree, bool) or self.degree < 0:
            raise InputError(f"degree must be an integer of at least 0, got {self.degree!r}")
        n = self.dynamics.n
        if (unknowns := n * comb(n + self.degree, self.degree)) > _MOST_UNKNOWNS:
            raise InputError(
                f"degree {self.degree} in {n} variables has {unknowns} unknown coefficients, "
                f"more than {_MOST_UNKNOWNS}; lower the degree"
            )
        self.field = Field(self.dynamics.names, self.dynamics.rule, self.dynamics.values, self.dynamics.activations)
        if self.field.kernels:
            used = ", ".join(sorted({k.function for k in self.field.kernels}))
            raise InputError(
                f"discover needs a polynomial or rational rule, this one uses {used}; "
                f"write angles as complex coordinates, or certify an action that you suspect"
            )

    @cached_property
    def rule(self) -> list[Ratio]:
        """The rule's components."""
        return [self.field.element(t) for t in self.dynamics.rule]

    @cached_property
    def monomials(self) -> list[tuple[int, ...]]:
        """Exponents in the variables, low degree first."""
        n = self.dynamics.n
        chosen = (c for d in range(self.degree + 1) for c in combinations_with_replacement(range(n), d))
        return [tuple(c.count(j) for j in range(n)) for c in chosen]

    def symmetries(self, rng: random.Random) -> list[list[Tree]]:
        """A basis of all symmetries as trees, each verified exactly."""
        known: Kernel | None = None
        source = primes()
        for _ in range(_MOST_PRIMES):
            prime = next(source)
            try:
                found = kernel(self._equations(prime, rng), prime)
            except BadPrime:
                continue
            if not found.free:
                return []
            known = found if known is None else known.joined(found)
            lifted = known.lifted()
            if lifted is not None and all(self._commutes(vector) for vector in lifted):
                return [self._trees(vector) for vector in lifted]
        raise ArithmeticError(f"the coefficients of the symmetries did not settle modulo {_MOST_PRIMES} primes")

    def _equations(self, prime: int, rng: random.Random) -> Residues:
        """The residual's values at random points, one row for each point and component.

        Row (x, i), unknown (j, m): d_j f_i m - [i = j] grad m . f (flow), d_j F_i m - [i = j] m(F) (map).
        """
        n, size = self.dynamics.n, len(self.monomials)
        count = size + _SPARE_POINTS
        points = np.array([[rng.randrange(prime) for _ in range(count)] for _ in self.field.names], np.int64)
        parts = [values_and_gradients(r, points, prime) for r in self.rule]
        values = np.array([value for value, _ in parts])
        at, slopes = self._monomial_values(points[:n], prime)
        if self.dynamics.kind == "flow":
            moved = sum(slopes[j] * values[j] % prime for j in range(n)) % prime
        else:
            moved = self._monomial_values(values, prime)[0]
        rows = np.empty((count, n, n, size), np.int64)
        for i, (_, gradient) in enumerate(parts):
            for j in range(n):
                rows[:, i, j] = (gradient[j] * at % prime - (moved if i == j else 0)).T % prime
        return rows.reshape(count * n, n * size)

    def _monomial_values(self, points: Residues, prime: int) -> tuple[Residues, Residues]:
        """The monomials (size, K) and their partial derivatives (n, size, K) at K points."""
        n, count = points.shape
        powers = [np.ones((n, count), np.int64)]
        for _ in range(self.degree):
            powers.append(powers[-1] * points % prime)
        at = np.ones((len(self.monomials), count), np.int64)
        slopes = np.zeros((n, len(self.monomials), count), np.int64)
        for k, monomial in enumerate(self.monomials):
            used = [(j, e) for j, e in enumerate(monomial) if e]
            for j, e in used:
                at[k] = at[k] * powers[e][j] % prime
                slope = e * powers[e - 1][j] % prime
                for other, f in used:
                    slope = slope if other == j else slope * powers[f][other] % prime
                slopes[j, k] = slope
        return at, slopes

    def _component(self, vector: Combination) -> list[Ratio]:
        """The vector field of a combination of unknowns, in the field."""
        width = self.field.ctx.nvars() - self.dynamics.n
        parts: list[dict[tuple[int, ...], fmpq]] = [{} for _ in self.dynamics.variables]
        for unknown, c in vector.items():
            j, m = divmod(unknown, len(self.monomials))
            parts[j][(*self.monomials[m], *(0,) * width)] = c
        return [Ratio(self.field.ctx.from_dict(part), self.field.one.den) for part in parts]

    @cached_property
    def _jacobian(self) -> list[list[Ratio]]:
        return [[self.field.derivative(f, x) for x in self.dynamics.variables] for f in self.rule]

    def _commutes(self, vector: Combination) -> bool:
        """The residual is zero: exact."""
        xi = self._component(vector)
        moved = xi if self.dynamics.kind == "flow" else self._at_rule(vector)
        for i, row in enumerate(self._jacobian):
            total = self.field.zero
            for slope, component in zip(row, xi, strict=True):
                if not component.num.is_zero() and not slope.num.is_zero():
                    total = total + slope * component
            if self.dynamics.kind == "map":
                total = total - moved[i]
            elif not xi[i].num.is_zero():
                total = total - self._along(xi[i])
            if not total.num.is_zero():
                return False
        return True

    def _along(self, component: Ratio) -> Ratio:
        """The derivative of a component of xi along the rule."""
        total = self.field.zero
        for name, f in zip(self.dynamics.variables, self.rule, strict=True):
            slope = self.field.derivative(component, name)
            if not slope.num.is_zero():
                total = total + slope * f
        return total

    def _at_rule(self, vector: Combination) -> list[Ratio]:
        """xi(F(x))."""
        images = dict(zip(self.dynamics.variables, self.rule, strict=True))
        return [self.field.put(t, images) for t in self._trees(vector)]

    def _trees(self, vector: Combination) -> list[Tree]:
        """The components as trees."""
        terms: list[list[Tree]] = [[] for _ in self.dynamics.variables]
        for unknown, c in sorted(vector.items()):
            j, m = divmod(unknown, len(self.monomials))
            terms[j].append(multiply([str(c), *self._powers(self.monomials[m])]))
        return [add(part) for part in terms]

    def _powers(self, monomial: Sequence[int]) -> list[Any]:
        pairs = zip(self.dynamics.variables, monomial, strict=True)
        return [x if e == 1 else ("^", x, e) for x, e in pairs if e]
