"""A bound of |x|^2 on N in closed form, where inequalities or constraints are balls, ellipsoids and sides of boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.positivity_rule import Square, verify_positivity, write_proof


@dataclass(frozen=True)
class Ellipsoid:
    """constant + sum slopes_i x_i - sum squares_i x_i^2 >= 0, every squares_i > 0: a hypothesis, up to its sign."""

    index: int
    sign: int
    equality: bool
    constant: fmpq
    slopes: dict[int, fmpq]
    squares: dict[int, fmpq]

    @property
    def centred(self) -> bool:
        return not any(self.slopes.values())


def ellipsoid_bound(
    inequalities: Sequence[fmpq_mpoly], equalities: Sequence[fmpq_mpoly], variables: Sequence[str]
) -> tuple[fmpq, dict[str, Any]] | None:
    """B and an exact proof of B - (sum of the squares of ``variables``) >= 0, or None where they are not covered.

    What no ball holds must lie between two sides l <= x <= h: h^2 - x^2 = (x - l)(h - x) + (l + h)(h - x).

    With m_j >= 0 ellipsoids g_j in all, A_i = sum m a - [i wanted] and b_i = sum m b:
    B - |x|^2 = sum m_j g_j + sum A_i (x_i - b_i/2 A_i)^2 for B = sum m_j c_j + sum b_i^2/(4 A_i).
    """
    if not [*inequalities, *equalities]:
        return None
    ctx = [*inequalities, *equalities][0].context()
    wanted = {ctx.variable_to_index(name) for name in variables}
    weights, missing = _cover(list(_ellipsoids(inequalities, equalities)), wanted)
    sides = _sides(inequalities)
    if not all({(i, 1), (i, -1)} <= sides.keys() for i in missing):
        return None
    bound = sum((m * g.constant for g, m in weights), fmpq(0))
    squares: list[Square] = []
    for i in sorted(missing):
        square, parts = _between(sides[i, 1], sides[i, -1], ctx.constant(1))
        bound += square
        squares += parts
    for i in sorted({i for g, _ in weights for i in g.squares}):
        a = sum((m * g.squares.get(i, fmpq(0)) for g, m in weights), fmpq(-(i in wanted - missing)))
        b = sum((m * g.slopes.get(i, fmpq(0)) for g, m in weights), fmpq(0))
        if a > 0:
            bound += b**2 / (4 * a)
            squares.append(((), a, ctx.gen(i) - b / (2 * a)))
    squares += [((g.index,), m, ctx.constant(1)) for g, m in weights if not g.equality]
    cofactors = [ctx.constant(0) for _ in equalities]
    for g, m in weights:
        if g.equality:
            cofactors[g.index] = ctx.constant(m * g.sign)
    target = sum((-(ctx.gen(i) ** 2) for i in wanted), ctx.constant(bound))
    proof = write_proof(ctx, fmpq(0), squares, cofactors)
    return (bound, proof) if verify_positivity(proof, target, inequalities, equalities, strict=False) else None


@dataclass(frozen=True)
class Side:
    """A hypothesis that says x_i >= at, or x_i <= at, when divided by its scale."""

    index: int
    scale: fmpq
    at: fmpq


def _sides(inequalities: Sequence[fmpq_mpoly]) -> dict[tuple[int, int], Side]:
    """For (i, 1) and (i, -1) the tightest lower and upper side of variable i."""
    found: dict[tuple[int, int], Side] = {}
    for index, poly in enumerate(inequalities):
        if poly.is_zero() or poly.total_degree() != 1 or sum(poly.degrees()) != 1:
            continue
        i, slope = poly.degrees().index(1), poly.leading_coefficient()
        sign = 1 if slope > 0 else -1
        at = -poly(*[fmpq(0)] * len(poly.degrees())) / slope
        side = Side(index, abs(slope), at)
        old = found.get((i, sign))
        if old is None or sign * (side.at - old.at) > 0:
            found[i, sign] = side
    return found


def _between(low: Side, high: Side, one: fmpq_mpoly) -> tuple[fmpq, list[Square]]:
    """The larger square of two ends, and squares that show that x^2 is below it."""
    total = low.at + high.at
    parts: list[Square] = [(tuple(sorted((low.index, high.index))), 1 / (low.scale * high.scale), one)]
    if total:
        far = high if total > 0 else low
        parts.append(((far.index,), abs(total) / far.scale, one))
    return max(low.at**2, high.at**2), parts


def _cover(candidates: list[Ellipsoid], wanted: set[int]) -> tuple[list[tuple[Ellipsoid, fmpq]], set[int]]:
    """Ellipsoids that hold wanted variables, each with its weight, widest first; and the variables left over."""
    chosen: list[tuple[Ellipsoid, fmpq]] = []
    missing = set(wanted)
    for g in sorted(candidates, key=lambda g: (-len(g.squares), g.equality, g.index)):
        new = missing & g.squares.keys()
        if new:
            weight = fmpq(1 if g.centred else 2) / min(g.squares[i] for i in new)
            chosen.append((g, weight))
            missing -= new
    return chosen, missing


def _ellipsoids(inequalities: Sequence[fmpq_mpoly], equalities: Sequence[fmpq_mpoly]) -> Iterator[Ellipsoid]:
    for equality, polynomials in ((False, inequalities), (True, equalities)):
        for index, poly in enumerate(polynomials):
            for sign in (1, -1) if equality else (1,):
                if found := _as_ellipsoid(poly * sign, index, sign, equality):
                    yield found


def _as_ellipsoid(poly: fmpq_mpoly, index: int, sign: int, equality: bool) -> Ellipsoid | None:
    constant, slopes, squares = fmpq(0), {}, {}
    for monomial, coefficient in poly.to_dict().items():
        support = [i for i, e in enumerate(monomial) if e]
        degree = sum(monomial)
        if degree == 0:
            constant = coefficient
        elif len(support) > 1 or degree > 2 or (degree == 2 and coefficient > 0):
            return None
        elif degree == 2:
            squares[support[0]] = -coefficient
        else:
            slopes[support[0]] = coefficient
    return Ellipsoid(index, sign, equality, constant, slopes, squares) if slopes.keys() <= squares.keys() else None
