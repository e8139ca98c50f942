"""Recurrence: no orbit of N ends in the set where the rank is lower, or a proof that all do."""

from __future__ import annotations

from typing import Any

from flint import fmpq_mpoly

from neutralmodes.exact.field import Ratio
from neutralmodes.exact.minors import gram, symmetric_function
from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.columns import polynomial_columns
from neutralmodes.obligations.ground import Ground
from neutralmodes.statement import polynomial_text
from neutralmodes.verdict import Obligation, Verdict, proved, refuted, undecided

CLAIM = "no orbit of the region converges to Sigma, where the orbit dimension is lower"


def recurrence(ground: Ground, rank: Obligation, budget_s: float = 10.0) -> Obligation:
    """PROVED where Sigma does not meet N; REFUTED where a factor of e_r decays along every orbit."""
    if rank.verdict is not Verdict.PROVED or rank.proof is None:
        return undecided(CLAIM, "the rank is open", "settle the rank obligation first")
    r, q = rank.proof["generic"], rank.proof["uniform"]
    if q == r:
        return proved(CLAIM, "Sigma does not meet the region", {"rule": "uniform"})
    columns = polynomial_columns(ground)
    function = symmetric_function(gram(columns), r) if columns and max(ground.n, ground.p) <= 12 else None
    if function is not None and (proof := darboux(ground, function, "rank", budget_s)):
        factor = polynomial_text(proof["factor"], ground.names)
        text = f"every orbit of the region converges to {factor} = 0, inside Sigma"
        return refuted(CLAIM, "a Darboux factor that decays", {"text": text}, proof)
    advice = "read the count with its scope, or give a trapping region off Sigma"
    return undecided(CLAIM, "the dynamics near Sigma was not settled", advice)


def darboux(ground: Ground, function: fmpq_mpoly, of: str, budget_s: float) -> dict[str, Any] | None:
    """A factor p of the function with L_f p = K p, K < 0 on N (map: p(F) = K p, K^2 < 1), with its proof."""
    if ground.hypotheses is None or ground.system.region is None or function.is_zero():
        return None
    for factor, _ in function.factor()[1]:
        cofactor = _cofactor(ground, factor)
        if cofactor is None:
            continue
        target = -cofactor if ground.flow else 1 - cofactor**2
        inequalities, equalities = ground.hypotheses
        if positivity := prove_positive(target, inequalities, equalities, strict=True, budget_s=budget_s):
            return {
                "rule": "darboux",
                "of": of,
                "factor": polynomial_to_json(factor),
                "cofactor": polynomial_to_json(cofactor),
                "positivity": positivity,
            }
    return None


def _cofactor(ground: Ground, factor: fmpq_mpoly) -> fmpq_mpoly | None:
    """K with L_f p = K p (flow) or p(F) = K p (map), or None."""
    moved = ground.along(_element(ground, factor), ground.f) if ground.flow else _compose(ground, factor)
    poly = None if moved is None else ground.polynomial(moved)
    if poly is None:
        return None
    quotient, rest = divmod(poly, factor)
    return quotient if rest.is_zero() else None


def _element(ground: Ground, poly: fmpq_mpoly) -> Ratio:
    more = ground.field.ctx.nvars() - len(ground.names)
    table = {(*m, *(0,) * more): c for m, c in poly.to_dict().items()}
    return Ratio(ground.field.ctx.from_dict(table), ground.field.one.den)


def _compose(ground: Ground, poly: fmpq_mpoly) -> Ratio | None:
    images = [ground.polynomial(fi) for fi in ground.f]
    if any(image is None for image in images):
        return None
    rest = [ground.ring.gen(i) for i in range(ground.n, len(ground.names))]
    return _element(ground, poly.compose(*images, *rest, ctx=ground.ring))
