"""The common ground of all obligations: a system's expressions as elements of one exact field."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.dynamics import Interval
from neutralmodes.errors import ExpressionError
from neutralmodes.exact.expression import Tree, add, nodes, rational, substitute
from neutralmodes.exact.field import Field, Ratio, plain_context
from neutralmodes.exact.positivity import bounded_certificate
from neutralmodes.obligations.bounds import ellipsoid_bound
from neutralmodes.obligations.kernelled import bound_with_facts
from neutralmodes.statement import infix
from neutralmodes.system import System


class Ground:
    """Rule, generators, region and their derivatives over one field.

    ``decimal=True`` takes the decimal reading of the user's floats instead of their exact value.
    """

    def __init__(self, system: System, *, decimal: bool = False) -> None:
        self.system = system
        dynamics, action = system.dynamics, system.action
        self.flow = dynamics.kind == "flow"
        self.variables, self.names, self.n, self.p = dynamics.variables, dynamics.names, dynamics.n, action.p
        self.rule: Sequence[Tree] = dynamics.decimal_rule if decimal else dynamics.rule
        self.generators: Sequence[Sequence[Tree]] = action.decimal_generators if decimal else action.generators
        self.inequalities: tuple[Tree, ...] = system.region.inequalities if system.region else ()
        images = dict(zip(self.variables, self.rule, strict=True))
        self.composed_generators = (
            [[substitute(t, images) for t in xi] for xi in self.generators] if not self.flow else []
        )
        self.composed = {
            "inequalities": [] if self.flow else [substitute(g, images) for g in self.inequalities],
            "constraints": [] if self.flow else [substitute(h, images) for h in system.constraints],
            "integrals": [] if self.flow else [substitute(i, images) for i in system.integrals],
        }
        self.elements = [self._element(g) for g in system.discrete]
        self.field = Field(self.names, self._all_trees(), dynamics.values, dynamics.activations)
        self._require_defined()

    def _element(self, images: Sequence[Tree]) -> dict[str, list[Tree]]:
        """The trees of a discrete element g: g itself, f(g x) and, for maps, g(F(x))."""
        moved = dict(zip(self.variables, images, strict=True))
        after = dict(zip(self.variables, self.rule, strict=True))
        return {
            "images": list(images),
            "rule": [substitute(f, moved) for f in self.rule],
            "after": [] if self.flow else [substitute(g, after) for g in images],
        }

    def _require_defined(self) -> None:
        """ExpressionError for an expression that divides by what is identically zero: it has no value anywhere."""
        for tree in self._all_trees():
            try:
                self.field.element(tree)
            except ZeroDivisionError:
                raise ExpressionError(
                    f"{infix(tree)} divides by an expression that is identically zero; rewrite it"
                ) from None

    def _all_trees(self) -> list[Tree]:
        system = self.system
        trees = [*self.inequalities, *system.constraints, *system.integrals]
        trees += [t for part in self.composed.values() for t in part]
        return self.residual_trees() + trees

    def residual_trees(self) -> list[Tree]:
        """Every expression that a residual of equivariance is made of, as written."""
        trees = [*self.rule, *(t for xi in (*self.generators, *self.composed_generators) for t in xi)]
        return trees + [t for element in self.elements for part in element.values() for t in part]

    def judged_trees(self) -> list[Tree]:
        """Every expression that must be defined and C^1 on N, as written."""
        system = self.system
        generators = [t for xi in self.generators for t in xi]
        elements = [t for images in system.discrete for t in images]
        return [
            *self.rule,
            *generators,
            *system.integrals,
            *self.inequalities,
            *system.constraints,
            *elements,
        ]

    @cached_property
    def f(self) -> list[Ratio]:
        """The rule's components."""
        return [self.field.element(t) for t in self.rule]

    @cached_property
    def xi(self) -> list[list[Ratio]]:
        """The generators' components: p lists of n."""
        return [[self.field.element(t) for t in g] for g in self.generators]

    @cached_property
    def jacobian(self) -> list[list[Ratio]]:
        """Df as n rows of n."""
        slopes, zero = [self.field.gradient(fi) for fi in self.f], self.field.zero
        return [[slope.get(x, zero) for x in self.variables] for slope in slopes]

    def along(self, function: Ratio, vector: Sequence[Ratio]) -> Ratio:
        """The derivative of a function along a vector field."""
        place, n = self.field.index, self.n  # the variables are the field's first names
        found = ((place[x], slope) for x, slope in self.field.gradient(function).items())
        return self.field.sum([s * vector[j] for j, s in found if j < n and not vector[j].num.is_zero()])

    @cached_property
    def ranges(self) -> dict[str, Interval]:
        return self.system.dynamics.ranges

    @cached_property
    def ring(self):  # type: ignore[no-untyped-def]  # fmpq_mpoly_ctx has no stub
        """The polynomial ring in ``names`` alone, in which positivity is proved."""
        return plain_context(self.names)

    def polynomial(self, ratio: Ratio) -> fmpq_mpoly | None:
        """The ratio as a polynomial in ``names``, or None."""
        return self.field.plain(ratio.num) if ratio.is_polynomial else None

    def sign_polynomial(self, ratio: Ratio) -> fmpq_mpoly | None:
        """A polynomial with the ratio's sign wherever its denominator is not zero, or None."""
        return self.field.plain(ratio.num if ratio.is_polynomial else ratio.num * ratio.den)

    @cached_property
    def range_trees(self) -> list[Tree]:
        """u - lo and hi - u of each input and interval parameter: each >= 0 whatever the state."""
        trees: list[Tree] = []
        for name, box in self.ranges.items():
            trees += [add((name, rational(-box.lo))), add((rational(box.hi), ("*", "-1", name)))]
        return trees

    @cached_property
    def hypotheses(self) -> tuple[list[fmpq_mpoly], list[fmpq_mpoly]] | None:
        """(G, H): the polynomial inequalities and equalities that hold on N, or None."""
        found = [
            [self.polynomial(self.field.element(t)) for t in trees]
            for trees in ((*self.inequalities, *self.range_trees), self.system.constraints)
        ]
        if any(p is None for part in found for p in part):
            return None
        inequalities, equalities = ([p for p in part if p is not None] for part in found)
        return inequalities, equalities

    @cached_property
    def bound(self) -> tuple[Fraction, dict[str, Any]] | None:
        """B and a proof of B - (sum of the squares of the variables that are no angles) >= 0 on N, or None."""
        lengths = [x for x in self.variables if x not in self.system.dynamics.angles]
        if self.hypotheses is None:
            trees = (*self.inequalities, *self.range_trees), self.system.constraints
            lower, exact = ([self.field.element(t) for t in part] for part in trees)
            found = bound_with_facts(self.field, lower, exact, lengths)
        else:
            found = ellipsoid_bound(*self.hypotheses, lengths) or bounded_certificate(*self.hypotheses, lengths)
        return found and (Fraction(int(found[0].p), int(found[0].q)), found[1])

    def whole(self, state: Sequence[Fraction]) -> tuple[Fraction, ...]:
        """A state with the middles of inputs and interval parameters: a value for each of ``names``."""
        return (*state, *(box.middle for box in self.ranges.values()))

    @property
    def unbounded_by_choice(self) -> bool:
        """No region was given or found: N is any compact forward invariant set in the domain."""
        return self.system.region is None and not self.system.constraints

    def text(self, point: Sequence[Fraction]) -> dict[str, str]:
        """A state as JSON data, name -> rational."""
        return {x: str(v) for x, v in zip(self.variables, point, strict=True)}

    @cached_property
    def _conditions(self) -> tuple[list[fmpq_mpoly], list[fmpq_mpoly]] | None:
        """The hypotheses, which are quick to evaluate, where nothing in N divides or applies a function."""
        trees = (*self.inequalities, *self.system.constraints)
        entire = all(isinstance(node, str) or _polynomial(node) for tree in trees for node in nodes(tree))
        return self.hypotheses if entire else None

    def inside(self, point: Sequence[Fraction]) -> bool:
        """True where a rational state lies in N exactly (False also where that cannot be evaluated)."""
        if self._conditions is not None:
            at = [fmpq(v.numerator, v.denominator) for v in self.whole(point)]
            inequalities, equalities = self._conditions
            return all(g(*at) >= 0 for g in inequalities) and all(h(*at) == 0 for h in equalities)
        try:
            return self.system.outside(point) is None
        except (KeyError, ZeroDivisionError):
            return False


def _polynomial(node: Tree) -> bool:
    return node[0] in ("+", "*") or (node[0] == "^" and node[2] >= 0)
