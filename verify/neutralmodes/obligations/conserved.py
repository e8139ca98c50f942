"""How many zeros the integrals add: w commuting directions, m independent integrals, r pairings.

The commuting directions W = [Xi f] carry w zeros; dI makes the quotient by its kernel carry m more;
r = rank(dI_j(w_i)) of them are counted twice. So at least w + m - r exponents are zero at almost
every x of every invariant measure that charges neither {rank W < w} nor {rank dI < m}.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq_mpoly

from neutralmodes.exact import linear
from neutralmodes.exact.evaluation import ExactPoint
from neutralmodes.exact.field import Ratio
from neutralmodes.exact.minors import minors
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import sample_points

Columns = list[list[Ratio]]


def conserved_counts(ground: Ground) -> dict[str, Any] | None:
    """{"at", "commuting": w, "independent": m, "mixed": r} with w, m exact at a point, r a bound everywhere."""
    if ground.system.dynamics.inputs:
        return None
    vectors = [*ground.xi, *([list(ground.f)] if ground.flow else [])]
    gradients = _gradients(ground, ground.system.integrals)
    normals = _gradients(ground, ground.system.constraints)
    found = max(_ranks(ground, vectors, gradients, normals), key=lambda f: (f[0], f[1]), default=None)
    mixed = _pairing_rank(ground)
    if found is None or mixed is None:
        return None
    w, m, state = found
    return {"at": [str(v) for v in state], "commuting": w, "independent": m, "mixed": mixed}


def _gradients(ground: Ground, trees: Sequence[Any]) -> Columns:
    elements = [ground.field.element(tree) for tree in trees]
    return [[ground.field.derivative(e, x) for x in ground.variables] for e in elements]


def _ranks(
    ground: Ground, vectors: Columns, gradients: Columns, normals: Columns
) -> Iterator[tuple[int, int, tuple[Fraction, ...]]]:
    """(w, m, state) at rational states where everything has a rational value."""
    for sample in sample_points(ground, 12):
        state = sample[: ground.n]
        if ground.system.constraints and not ground.inside(state):
            continue
        at = dict(zip(ground.names, ground.whole(state), strict=True))
        moving, both, fixed = (_rank_at(ground, c, at) for c in (vectors, [*gradients, *normals], normals))
        if moving is not None and both is not None and fixed is not None:
            yield moving, both - fixed, state


def _rank_at(ground: Ground, columns: Columns, at: Mapping[str, Fraction]) -> int | None:
    point = ExactPoint(ground.field, at)
    try:
        rows = [[point.value(entry) for entry in column] for column in columns]
    except ZeroDivisionError:
        return None
    if any(v is None for row in rows for v in row):
        return None
    return linear.rank([[v for v in row if v is not None] for row in rows])


def _pairing_rank(ground: Ground) -> int | None:
    """The least r for which every (r+1)-minor of dI_j(xi_a) vanishes identically (dI_j(f) = 0)."""
    integrals = [ground.field.element(t) for t in ground.system.integrals]
    table = [[ground.field.normal(ground.along(i, xi)) for i in integrals] for xi in ground.xi]
    polynomials: list[list[fmpq_mpoly]] = []
    for row in table:
        found = [ground.polynomial(entry) for entry in row]
        if any(p is None for p in found):
            return min(len(table), len(integrals))
        polynomials.append([p for p in found if p is not None])
    for r in range(min(len(table), len(integrals))):
        if minors(polynomials, r + 1) == []:
            return r
    return min(len(table), len(integrals))
