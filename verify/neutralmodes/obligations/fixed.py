"""Fixed-point subspaces inside Sigma: Fix(h) of the isotropy algebras h of points where the rank is lower, exact.

Xi(y) vanishes on h for every y of Fix(h), so its rank there is at most p - dim h. For a group that is not abelian they
do not exhaust Sigma, whose points are carried into them by the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact import linear
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import structured_points

_MOST_EQUATIONS = 60

Element = list[fmpq]  # coefficients of the generators


def fixed_subspaces(ground: Ground, r: int) -> Iterator[list[Element]]:
    """Bases of isotropy algebras of more than p - r dimensions at points of N; none for actions that are not linear."""
    matrices = ground.system.action.matrices
    if matrices is None or ground.system.action.field.names != ground.variables:
        return
    seen = set()
    for point in structured_points(ground):
        x = [fmpq(v.numerator, v.denominator) for v in point]
        columns = [[sum((e * v for e, v in zip(row, x, strict=True)), fmpq(0)) for row in a] for a in matrices]
        elements = linear.nullspace([list(row) for row in zip(*columns, strict=True)], ground.p)
        if len(elements) <= ground.p - r or len(elements) * ground.n > _MOST_EQUATIONS:
            continue
        forms = forms_of(ground, elements)
        if len(forms) < ground.n and str(forms) not in seen:
            seen.add(str(forms))
            yield elements


def forms_of(ground: Ground, elements: Sequence[Element]) -> list[list[fmpq]]:
    """Linear forms in reduced echelon form whose common zeros are Fix(h) of a linear action."""
    matrices = ground.system.action.matrices or []
    rows = [
        [sum((w * a[i][j] for w, a in zip(c, matrices, strict=True)), fmpq(0)) for j in range(ground.n)]
        for c in elements
        for i in range(ground.n)
    ]
    reduced, size = linear.matrix(rows, ground.n).rref()
    return [[reduced[i, j] for j in range(ground.n)] for i in range(size)]


def vanishing(columns: Sequence[Sequence[fmpq_mpoly]], elements: Sequence[Element]) -> list[fmpq_mpoly]:
    """The components of sum c_a xi_a, element by element, without those that are zero."""
    components = list(zip(*columns, strict=True))
    found = [
        sum((w * entry for w, entry in zip(c, row, strict=True)), row[0] * 0) for c in elements for row in components
    ]
    return [p for p in found if not p.is_zero()]
