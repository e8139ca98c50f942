"""Rank: the generic orbit dimension, the one proved for every x in N, and the singular set between."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq_mpoly

from neutralmodes.exact.minors import gram, minors, symmetric_function
from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.columns import generic_rank, independent, polynomial_columns, rank_at
from neutralmodes.obligations.complement import complement_proof, invariant_gradients
from neutralmodes.obligations.constants import constants
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import structured_points
from neutralmodes.obligations.strata import components, empty_strata, singular_set
from neutralmodes.verdict import Obligation, proved, undecided

_SMALL = 6  # the size of the Gram matrix up to which the checker sums its minors quickly
CLAIM = "the orbit dimension dim E_x = rank Xi(x) on the region"


def rank(ground: Ground, budget_s: float = 20.0) -> Obligation:
    """Generic rank with both bounds, the largest uniform rank that is proved, Sigma otherwise."""
    columns = polynomial_columns(ground)
    if columns is None:
        advice = "multiply the generators by their common denominator and give polynomial ones"
        return undecided(CLAIM, "the generators are not polynomial", advice)
    r, at = generic_rank(ground)
    gradients = invariant_gradients(ground)
    upper = _upper(ground, columns, r, at, gradients)
    if upper is None:
        return undecided(CLAIM, f"rank {r} was reached, a bound from above was not found", "give fewer generators")
    q, lower, drop = _uniform(ground, columns, r, gradients, budget_s)
    singular = None if q == r else singular_set(columns, r)
    proof: dict[str, Any] = {
        "rule": "rank",
        "generic": r,
        "at": [str(v) for v in at],
        "upper": upper,
        "uniform": q,
        "lower": lower,
        "singular": singular,
        "constants": _constants(ground, columns, q, r, lower, budget_s / 4),
    }
    if singular and (pieces := components(singular, ground.ring)):
        proof["components"] = pieces
    notes = () if drop is None else (f"rank {drop[1]} at the point {_text(ground, drop[0])} of the region",)
    method = f"dim E_x = {r} at every x" if q == r else f"dim E_x = {r} off Sigma, at least {q} at every x"
    return proved(CLAIM, f"{method} ({_how(lower)})", proof, notes)


def _constants(
    ground: Ground, columns: list[list[fmpq_mpoly]], q: int, r: int, lower: dict[str, Any] | None, budget_s: float
) -> dict[str, Any] | None:
    """c and C, where the rank is uniform by a proof that has a margin."""
    if lower is None or q < r or lower["rule"] == "strata":
        return None
    return constants(ground, columns, q, lower, budget_s)


def _how(lower: dict[str, Any] | None) -> str:
    if lower is None:
        return "generic rank by exact algebra"
    return {"complement": "matrix certificate", "minors": "principal minors", "strata": "empty strata"}[lower["rule"]]


def _text(ground: Ground, point: Sequence[Fraction]) -> str:
    return ", ".join(f"{x} = {v}" for x, v in zip(ground.variables, point, strict=True))


def _upper(
    ground: Ground,
    columns: Sequence[Sequence[fmpq_mpoly]],
    r: int,
    at: Sequence[Fraction],
    gradients: list[list[fmpq_mpoly]],
) -> dict[str, Any] | None:
    """Why the rank is nowhere above r."""
    if r in (ground.p, ground.n):
        return {"rule": "columns"}
    chosen = independent(gradients, ground.whole(at), ground.n - r)
    if chosen is not None:
        return {"rule": "annihilator", "columns": [[polynomial_to_json(e) for e in m] for m in chosen]}
    vanishing = minors(columns, r + 1)
    return {"rule": "minors"} if vanishing == [] else None


def _uniform(
    ground: Ground,
    columns: list[list[fmpq_mpoly]],
    r: int,
    gradients: list[list[fmpq_mpoly]],
    budget_s: float,
) -> tuple[int, dict[str, Any] | None, tuple[tuple[Fraction, ...], int] | None]:
    """(q, lower proof, a point of N of lower rank): the largest q that is proved on all of N."""
    drop = _lowest(ground, columns)
    ceiling = r if drop is None else min(r, drop[1])
    if ground.hypotheses is None or ground.system.region is None:
        return 0, None, drop
    for q in range(ceiling, 0, -1):
        proof = complement_proof(ground, columns, gradients, q, budget_s) if q == r else None
        proof = proof or _by_minors(ground, columns, q, budget_s) or empty_strata(ground, columns, q, budget_s / 2)
        if proof is not None:
            return q, proof, drop if drop and drop[1] < r else None
    return 0, None, drop if drop and drop[1] < r else None


def _lowest(ground: Ground, columns: list[list[fmpq_mpoly]]) -> tuple[tuple[Fraction, ...], int] | None:
    """The structured point of N where the rank is lowest."""
    found = [(point, rank_at(columns, ground.whole(point))) for point in structured_points(ground)]
    return min(found, key=lambda pair: pair[1], default=None)


def _by_minors(ground: Ground, columns: list[list[fmpq_mpoly]], q: int, budget_s: float) -> dict[str, Any] | None:
    if min(ground.n, ground.p) > _SMALL:
        return None
    target = symmetric_function(gram(columns), q)
    if target is None or ground.hypotheses is None:
        return None
    inequalities, equalities = ground.hypotheses
    positivity = prove_positive(target, inequalities, equalities, strict=True, budget_s=budget_s)
    return None if positivity is None else {"rule": "minors", "positivity": positivity}
