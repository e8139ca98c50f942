"""Transversality: does the flow direction add a zero exponent, everywhere, somewhere, or never?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.minors import gram, symmetric_function
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.columns import rank_at, with_flow
from neutralmodes.obligations.complement import invariant_gradients
from neutralmodes.obligations.decay import decaying, ends_along_group, ends_in_zero_set, factors_of, shown
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.monotone import falling, function_text
from neutralmodes.obligations.sampling import structured_points
from neutralmodes.verdict import Obligation, Verdict, proved, refuted, undecided

_SMALL = 5  # the size of the Gram matrix up to which the checker sums its minors quickly

CLAIM = "the flow direction is nowhere in E_x on the region"


def transversality(ground: Ground, rank: Obligation, budget_s: float = 10.0) -> Obligation | None:
    """The rank of [Xi f] against that of Xi; None for maps and with inputs, where f adds nothing."""
    if not ground.flow or ground.system.dynamics.inputs:
        return None
    if rank.verdict is not Verdict.PROVED or rank.proof is None:
        return undecided(CLAIM, "the rank is open", "settle the rank obligation first")
    columns = with_flow(ground)
    if columns is None:
        return undecided(CLAIM, "rule or generators are not polynomial", "read the flow's zero from the numbers")
    r = rank.proof["generic"]
    if proof := _all_end_tangent(ground, columns, r, budget_s):
        text = f"every orbit converges to {shown(ground, proof)}, where f lies in E: the flow adds no zero"
        return refuted(CLAIM, "Darboux polynomials that decay", {"text": text}, proof)
    function = _minors_sum(ground, columns, r)
    if function is not None and (proof := falling(ground, function, "flow", budget_s)):
        text = f"{function_text(ground, proof)} falls along every orbit until f lies in E: the flow adds no zero"
        return refuted(CLAIM, "a monotone function", {"text": text}, proof)
    if point := _tangent_point(ground, columns, r, function):
        witness = {"point": ground.text(point), "text": "at this point of the region f lies in E"}
        return refuted(CLAIM, "exact rank at a point", witness, {"rule": "point", "at": [str(v) for v in point]})
    if uniform := _everywhere(ground, function, budget_s):
        return uniform
    return undecided(CLAIM, "neither a tangent point nor a uniform bound was found", "give a relative equilibrium")


def _minors_sum(ground: Ground, columns: list[list[fmpq_mpoly]], r: int) -> fmpq_mpoly | None:
    small = min(ground.n, len(columns)) <= _SMALL and r < ground.n
    return symmetric_function(gram(columns), r + 1) if small else None


def _all_end_tangent(ground: Ground, columns: list[list[fmpq_mpoly]], r: int, budget_s: float) -> dict[str, Any] | None:
    """A proof that every orbit ends where f lies in E: by f itself, then by the minors of [Xi f]."""
    *generators, flow = columns
    rates = [_dot(gradient, flow) for gradient in invariant_gradients(ground)]
    found = decaying(ground, factors_of(*rates), budget_s)
    if proof := ends_along_group(ground, found, generators, flow):
        return proof
    function = _minors_sum(ground, columns, r)
    if function is None:
        return None
    return ends_in_zero_set(decaying(ground, factors_of(function), budget_s), function, "flow")


def _dot(u: Sequence[fmpq_mpoly], v: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    return sum((a * b for a, b in zip(u[1:], v[1:], strict=True)), u[0] * v[0])


def flow_moves(ground: Ground, rank: Obligation) -> bool:
    """Whether rank [Xi f] = r + 1 at the point of the rank proof: then the flow adds one off Sigma'."""
    columns = with_flow(ground)
    if columns is None or rank.verdict is not Verdict.PROVED or rank.proof is None:
        return False
    at = tuple(Fraction(v) for v in rank.proof["at"])
    return rank_at(columns, ground.whole(at)) == rank.proof["generic"] + 1


def _everywhere(ground: Ground, function: fmpq_mpoly | None, budget_s: float) -> Obligation | None:
    if function is None or ground.hypotheses is None or ground.system.region is None:
        return None
    inequalities, equalities = ground.hypotheses
    positivity = prove_positive(function, inequalities, equalities, strict=True, budget_s=budget_s)
    if positivity is None:
        return None
    return proved(CLAIM, "principal minors of [Xi f]", {"rule": "minors", "positivity": positivity})


def _tangent_point(
    ground: Ground, columns: list[list[fmpq_mpoly]], r: int, function: fmpq_mpoly | None
) -> tuple[Fraction, ...] | None:
    if ground.system.region is None:
        return None
    for point in _candidates(ground, function):
        if ground.inside(point) and rank_at(columns, ground.whole(point)) <= r:
            return point
    return None


def _candidates(ground: Ground, function: fmpq_mpoly | None) -> Iterator[tuple[Fraction, ...]]:
    """The start, points with zero coordinates, and rational zeros of the minors' sum on axes through them."""
    bases = structured_points(ground)
    yield ground.system.start
    yield from bases
    for factor, _ in function.factor()[1] if function is not None and not function.is_zero() else ():
        for base in [(Fraction(0),) * ground.n, ground.system.start]:
            for i in range(ground.n):
                yield from _axis_zeros(ground, factor, base, i)


def _axis_zeros(ground: Ground, poly: fmpq_mpoly, base: tuple[Fraction, ...], i: int) -> Iterator[tuple[Fraction, ...]]:
    gens = list(ground.ring.gens())
    at = [ground.ring.constant(fmpq(v.numerator, v.denominator)) for v in ground.whole(base)]
    line = [gens[j] if j == i else value for j, value in enumerate(at)]
    restricted = poly.compose(*line, ctx=ground.ring)
    if restricted.is_zero() or restricted.is_constant():
        return
    for factor, _ in restricted.factor()[1]:
        table = {sum(m): c for m, c in factor.to_dict().items()}
        if max(table) == 1:
            root = -table.get(0, fmpq(0)) / table[1]
            yield (*base[:i], Fraction(int(root.p), int(root.q)), *base[i + 1 :])
