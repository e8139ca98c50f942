"""Transversality: does the flow direction add a zero exponent, everywhere, somewhere, or never?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.minors import gram, symmetric_function
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.exact.ratio import Ratio
from neutralmodes.obligations.columns import polynomial_columns, rank_at, with_flow
from neutralmodes.obligations.complement import invariant_gradients
from neutralmodes.obligations.decay import decaying, ends_along_group, ends_in_zero_set, factors_of, shown
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.kernelled import prove_with_facts
from neutralmodes.obligations.monotone import falling, function_text
from neutralmodes.obligations.sampling import structured_points
from neutralmodes.verdict import Obligation, Verdict, proved, refuted, undecided

_SMALL = 5  # the size of the Gram matrix up to which the checker sums its minors quickly
_MOST_DIMENSIONS, _MOST_TERMS = 8, 60  # of rules with functions whose minors are summed

CLAIM = "the flow direction is nowhere in E_x on the region"


def transversality(ground: Ground, rank: Obligation, budget_s: float = 10.0) -> Obligation | None:
    """The rank of [Xi f] against that of Xi; None for maps and with inputs, where f adds nothing."""
    if not ground.flow or ground.system.dynamics.inputs:
        return None
    if rank.verdict is not Verdict.PROVED or rank.proof is None:
        return undecided(CLAIM, "the rank is open", "settle the rank obligation first")
    columns = with_flow(ground)
    if columns is None:
        return _with_functions(ground, rank, budget_s)
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


def _everywhere(ground: Ground, function: fmpq_mpoly | None, budget_s: float) -> Obligation | None:
    if function is None or ground.hypotheses is None or ground.system.region is None:
        return None
    inequalities, equalities = ground.hypotheses
    positivity = prove_positive(function, inequalities, equalities, strict=True, budget_s=budget_s)
    if positivity is None:
        return None
    return proved(CLAIM, "principal minors of [Xi f]", {"rule": "minors", "positivity": positivity})


def _with_functions(ground: Ground, rank: Obligation, budget_s: float) -> Obligation:
    """The verdict for a rule with functions or division: e_{r+1} > 0 by what is known of the functions."""
    assert rank.proof is not None
    q, terms = rank.proof["generic"] + 1, sum(len(f.num) for f in ground.f)
    small = ground.n <= _MOST_DIMENSIONS and min(ground.n, ground.p + 1) <= _SMALL and terms <= _MOST_TERMS
    if small and q <= ground.n and ground.system.region is not None and polynomial_columns(ground) is not None:
        trees = [*ground.inequalities, *ground.range_trees], ground.system.constraints
        lower, exact = ([ground.field.element(t) for t in part] for part in trees)
        target = _elementary_ratio(ground, q)
        proof = prove_with_facts(ground.field, target, lower, exact, strict=True, entire=False, budget_s=budget_s / 8)
        if proof is not None:
            return proved(CLAIM, "principal minors of [Xi f]", {"rule": "minors", "positivity": proof})
    return undecided(CLAIM, "no uniform bound was found for a rule with functions", "give a relative equilibrium")


def _elementary_ratio(ground: Ground, q: int) -> Ratio:
    """e_q of the Gram matrix of [Xi f] as an element of the field: the sum of its principal minors."""
    field, columns = ground.field, [*ground.xi, list(ground.f)]
    vectors = columns if len(columns) <= ground.n else [list(row) for row in zip(*columns, strict=True)]
    gram = [[field.sum([a * b for a, b in zip(u, v, strict=True)]) for v in vectors] for u in vectors]
    size, zero = len(vectors), field.zero
    power, e = [[zero] * size for _ in range(size)], field.one
    for k in range(1, q + 1):
        rest = [[(e if i == j else zero) - power[i][j] for j in range(size)] for i in range(size)]
        power = [[field.sum([row[m] * rest[m][j] for m in range(size)]) for j in range(size)] for row in gram]
        e = field.sum([power[i][i] for i in range(size)]).scaled(fmpq(1, k))
    return field.normal(e)


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
