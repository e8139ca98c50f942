"""What ``discover`` found, closed under the bracket, named, with the rule itself set apart."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mat

from neutralmodes.action import LieAction
from neutralmodes.algebra.facts import Facts
from neutralmodes.algebra.structure import Vector, reduced
from neutralmodes.dynamics import Dynamics
from neutralmodes.exact import linear
from neutralmodes.exact.expression import Tree, add, multiply, to_json
from neutralmodes.exact.field import Field, Ratio
from neutralmodes.exact.ldl import ldl_squares
from neutralmodes.exact.relations import relations
from neutralmodes.statement import infix

_LARGEST_NAMED = 80
_SHOWN = 12
_POINTS = 4
_MOST_QUADRATICS = 500


@dataclass(frozen=True)
class Kept:
    """The symmetries that keep ``energy``, a positive definite quadratic integral of the rule."""

    energy: Tree
    action: LieAction | None
    facts: Facts | None


@dataclass(frozen=True)
class Discovery:
    """Every polynomial symmetry of a rule up to ``degree``.

    ``dimension`` counts all of them, the rule itself included. ``action`` spans those without the
    rule, None where there is none; a linear rule, an element of the group that it commutes with, stays.
    ``has_flow``: the rule is one of them. ``closed`` False: brackets left the degree, and the action
    is a closed part that holds every affine symmetry. ``facts`` None past dimension 80.
    """

    kind: str
    variables: tuple[str, ...]
    degree: int
    dimension: int
    has_flow: bool
    action: LieAction | None
    facts: Facts | None
    closed: bool
    forced_zero_exponents: int
    kept: Kept | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "kind": self.kind,
            "variables": list(self.variables),
            "degree": self.degree,
            "dimension": self.dimension,
            "flow_direction": self.has_flow,
            "closed": self.closed,
            "generators": _json(self.action),
            "algebra": self.facts.to_json() if self.facts else None,
            "forced_zero_exponents": self.forced_zero_exponents,
            "energy": to_json(self.kept.energy) if self.kept else None,
            "keeps_energy": self.kept.facts.to_json() if self.kept and self.kept.facts else None,
        }

    def __str__(self) -> str:
        lines = [f"polynomial symmetries of degree at most {self.degree}: dimension {self.dimension}"]
        if self.action is None:
            lines[0] += ", none" if not self.dimension else ", the rule itself only"
        else:
            lines += _action_lines(self)
        if self.has_flow:
            lines.append("the rule itself is one of them (flow direction): its zero exponent is the flow's own")
        lines += _kept_lines(self.kept)
        return "\n".join([*lines, _zeros(self)])


def _json(action: LieAction | None) -> list[list[Any]]:
    return [[to_json(t) for t in xi] for xi in action.generators] if action else []


def _action_lines(found: Discovery) -> list[str]:
    action = found.action
    assert action is not None
    lines = (
        [] if found.closed else ["brackets leave the degree: a closed part is kept, with every affine symmetry in it"]
    )
    lines.append(str(found.facts) if found.facts else f"an algebra of dimension {action.p}, too large to be named")
    for a, xi in enumerate(action.generators[:_SHOWN]):
        lines.append(f"  xi_{a} = ({', '.join(infix(t) for t in xi)})")
    return lines + [f"  and {action.p - _SHOWN} more"] * (action.p > _SHOWN)


def _kept_lines(kept: Kept | None) -> list[str]:
    if kept is None:
        return []
    name = kept.facts.name if kept.facts else "an algebra" if kept.action else "none of them"
    size = kept.action.p if kept.action else 0
    return [f"the energy {infix(kept.energy)} is kept by {name} (dimension {size})"]


def _zeros(found: Discovery) -> str:
    q = found.forced_zero_exponents
    if not q:
        return "forced zero exponents: 0 by a group"
    return (
        f"forced zero exponents: {q} (largest orbit dimension met), at every state of a compact invariant region "
        f"whose orbit does not converge to smaller group orbits"
    )


def discovery(dynamics: Dynamics, degree: int, symmetries: Sequence[Sequence[Tree]]) -> Discovery:
    """The result for these independent symmetries, all of the degree or below."""
    whole = LieAction.from_trees(dynamics.variables, symmetries) if symmetries else None
    flow = whole.coordinates(_rule(dynamics, whole)) if whole and dynamics.kind == "flow" else None
    basis = _largest_closed(whole) if whole else []
    closed = whole is None or len(basis) == whole.p
    has_flow = flow is not None and any(c != 0 for c in flow)
    if whole and flow is not None and has_flow and not _is_affine(whole, flow):
        basis = _without(whole, basis, flow)
    action = _spanned(whole, basis) if whole and basis else None
    facts = action.facts if action and action.p <= _LARGEST_NAMED else None
    return Discovery(
        kind=dynamics.kind,
        variables=dynamics.variables,
        degree=degree,
        dimension=len(symmetries),
        has_flow=has_flow,
        action=action,
        facts=facts,
        closed=closed,
        forced_zero_exponents=_orbit_dimension(action) if action else 0,
        kept=_kept(dynamics, action) if action and facts and facts.acts_compactly is False else None,
    )


def _rule(dynamics: Dynamics, action: LieAction) -> list[Ratio]:
    """The rule in the action's field; components that are no polynomials in the variables leave the span."""
    own = Field(dynamics.names, dynamics.rule, dynamics.values, dynamics.activations)
    found, n = [], dynamics.n
    for tree in dynamics.rule:
        ratio = own.element(tree)
        plain = ratio.is_polynomial and all(not any(m[n:]) for m in ratio.num.to_dict())
        terms = {m[:n]: c for m, c in ratio.num.to_dict().items()} if plain else {}
        found.append(Ratio(action.field.ctx.from_dict(terms), action.field.one.den))
        if not plain:
            return [action.field.zero] * n
    return found


def _is_affine(action: LieAction, weights: Sequence[fmpq]) -> bool:
    used = [xi for xi, c in zip(action.columns, weights, strict=True) if c != 0]
    return all(sum(m) <= 1 for xi in used for r in xi for m in r.num.to_dict())


def _largest_closed(action: LieAction) -> list[Vector]:
    """Coordinates of a closed subspace: V_0 all, V_(k+1) = {x in V_k : [x, V_k] in V_k} until it stands.

    All affine symmetries stay in: a bracket with them keeps the degree.
    """
    current, columns = action, [[fmpq(int(a == b)) for b in range(action.p)] for a in range(action.p)]
    while True:
        table = current.structure_constants()
        if all(constants is not None for constants in table.values()):
            return columns
        keep = _normalizing(current)
        columns = [_mixed(columns, vector) for vector in keep]
        if not columns:
            return []
        current = _spanned(action, columns)


def _normalizing(action: LieAction) -> list[Vector]:
    """The x of the span with [x, every generator] in the span, as coordinates: a linear condition on x."""
    p = action.p
    rows: list[Vector] = []
    for b in range(p):
        brackets = [action.rest(action.bracket(action.columns[a], action.columns[b])) for a in range(p)]
        keys = list(dict.fromkeys(key for rest in brackets for key in rest))
        rows += [[rest.get(key, fmpq(0)) for rest in brackets] for key in keys]
    return linear.nullspace(rows, p)


def _without(action: LieAction, basis: list[Vector], flow: Sequence[fmpq]) -> list[Vector]:
    """An ideal of the span that the central rule does not meet, low degrees first; all of it where none is."""
    algebra = _spanned(action, basis).algebra
    span = linear.Span([dict(enumerate(v)) for v in basis])
    own = span.coordinates({k: c for k, c in enumerate(flow) if c != 0})
    if own is None:
        return basis
    kept = list(algebra.derived)
    if linear.rank([*kept, own]) == len(kept):
        return basis
    for a in range(algebra.dimension):
        if linear.rank([*kept, own, algebra.unit(a)]) == len(kept) + 2:
            kept.append(algebra.unit(a))
    return [_mixed(basis, vector) for vector in reduced(kept, algebra.dimension)]


def _mixed(vectors: Sequence[Vector], weights: Sequence[fmpq]) -> Vector:
    return (linear.matrix([list(weights)]) * linear.matrix(vectors)).entries()


def _spanned(action: LieAction, vectors: Sequence[Vector]) -> LieAction:
    """The action of combinations of generators."""
    n = range(len(action.variables))
    trees = []
    for vector in vectors:
        used = [(str(c), xi) for c, xi in zip(vector, action.generators, strict=True) if c != 0]
        trees.append([add(multiply((c, xi[i])) for c, xi in used) for i in n])
    return LieAction.from_trees(action.variables, trees)


def _orbit_dimension(action: LieAction) -> int:
    """The largest orbit dimension met at seeded rational points."""
    rng = random.Random(0)
    points = [{x: Fraction(rng.randint(-99, 99), 7) for x in action.field.names} for _ in range(_POINTS)]
    return max(action.rank_at(point) for point in points)


def _kept(dynamics: Dynamics, action: LieAction) -> Kept | None:
    """The symmetries that keep a positive definite quadratic integral, where one is found."""
    energy = _energy(dynamics, action) if dynamics.kind == "flow" else None
    if energy is None:
        return None
    value = action.field.element(energy)
    basis = relations(action.field, [[_along(action, value, xi)] for xi in action.columns])
    kept = _spanned(action, basis) if basis else None
    return Kept(energy, kept, kept.facts if kept else None)


def _energy(dynamics: Dynamics, action: LieAction) -> Tree | None:
    """The quadratic integral nearest to the sum of squares, where it is positive definite."""
    n, rule = dynamics.n, _rule(dynamics, action)
    pairs = [(i, j) for i in range(n) for j in range(i, n)]
    if len(pairs) > _MOST_QUADRATICS or all(r.num.is_zero() for r in rule):
        return None
    gens = [action.field.gen(i) for i in range(n)]
    forms = relations(action.field, [[rule[i] * gens[j] + gens[i] * rule[j]] for i, j in pairs])
    if not forms:
        return None
    # Orthogonal projection of the identity on the integrals, in the trace inner product of matrices.
    weight = [fmpq(1) if i == j else fmpq(1, 2) for i, j in pairs]
    rows = linear.matrix(forms)
    scaled = linear.matrix([[c * w for c, w in zip(form, weight, strict=True)] for form in forms])
    right = scaled * linear.matrix([[fmpq(int(i == j))] for i, j in pairs])
    nearest = ((scaled * rows.transpose()).solve(right).transpose() * rows).entries()
    squares = ldl_squares(_symmetric(n, pairs, nearest))
    if squares is None or len(squares) < n:
        return None
    x, scale = action.variables, nearest[0]  # positive, as the form is
    return add(
        multiply((str(c / scale), ("^", x[i], 2)) if i == j else (str(c / scale), x[i], x[j]))
        for (i, j), c in zip(pairs, nearest, strict=True)
        if c != 0
    )


def _symmetric(n: int, pairs: Sequence[tuple[int, int]], values: Sequence[fmpq]) -> fmpq_mat:
    form = fmpq_mat(n, n)
    for (i, j), c in zip(pairs, values, strict=True):
        form[i, j] = form[j, i] = c if i == j else c / 2
    return form


def _along(action: LieAction, value: Ratio, xi: Sequence[Ratio]) -> Ratio:
    total = action.field.zero
    for name, component in zip(action.variables, xi, strict=True):
        if not component.num.is_zero():
            total = total + action.field.derivative(value, name) * component
    return total
