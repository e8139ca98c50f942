"""Xi and [Xi f] as columns of polynomials: ranks at rational points, generic rank, independence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact import linear
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import sample_points


def polynomial_columns(ground: Ground) -> list[list[fmpq_mpoly]] | None:
    """Xi as p lists of n polynomials in ``names``, or None."""
    columns = []
    for xi in ground.xi:
        column = [ground.polynomial(component) for component in xi]
        if any(c is None for c in column):
            return None
        columns.append([c for c in column if c is not None])
    return columns


def with_flow(ground: Ground) -> list[list[fmpq_mpoly]] | None:
    """[Xi f] as polynomial columns, or None."""
    columns = polynomial_columns(ground)
    flow = [ground.polynomial(component) for component in ground.f]
    if columns is None or any(c is None for c in flow):
        return None
    return [*columns, [c for c in flow if c is not None]]


def rank_at(columns: Sequence[Sequence[fmpq_mpoly]], at: Sequence[Fraction]) -> int:
    """The rank of polynomial columns at a rational point of all ``names``."""
    values = [fmpq(v.numerator, v.denominator) for v in at]
    return linear.rank([[entry(*values) for entry in column] for column in columns])


def generic_rank(ground: Ground) -> tuple[int, tuple[Fraction, ...]]:
    """The largest rank of Xi over seeded rational states, and a state that has it.

    Of those states one is taken where [Xi f] has its largest rank too, for the flow's own count.
    """
    columns = polynomial_columns(ground)
    assert columns is not None
    joined = with_flow(ground)
    best, where = (-1, -1), ground.system.start
    for point in sample_points(ground, 40):
        state = point[: ground.n]
        at = ground.whole(state)
        found = rank_at(columns, at)
        if found >= best[0]:
            moving = rank_at(joined, at) if joined else 0
            best, where = max((best, where), ((found, moving), state), key=lambda pair: pair[0])
        if min(best) >= min(ground.p, ground.n) and best[1] >= min(ground.p + 1, ground.n):
            break
    return best[0], where


def independent(
    gradients: list[list[fmpq_mpoly]], at: Sequence[Fraction], wanted: int
) -> list[list[fmpq_mpoly]] | None:
    """The first ``wanted`` gradients that are independent at a point, or None."""
    chosen: list[list[fmpq_mpoly]] = []
    for gradient in gradients:
        if len(chosen) < wanted and rank_at([*chosen, gradient], at) == len(chosen) + 1:
            chosen.append(gradient)
    return chosen if len(chosen) == wanted else None
