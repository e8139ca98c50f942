"""Recurrence: no orbit of N ends in the set where the rank is lower, or a proof that all do."""

from __future__ import annotations

from neutralmodes.exact.minors import gram, symmetric_function
from neutralmodes.obligations.columns import polynomial_columns
from neutralmodes.obligations.decay import decaying, ends_in_zero_set, factors_of, shown
from neutralmodes.obligations.ground import Ground
from neutralmodes.verdict import Obligation, Verdict, proved, refuted, undecided

CLAIM = "no orbit of the region converges to Sigma, where the orbit dimension is lower"


def recurrence(ground: Ground, rank: Obligation, budget_s: float = 10.0) -> Obligation:
    """PROVED where Sigma does not meet N; REFUTED where every orbit is shown to end in Sigma."""
    if rank.verdict is not Verdict.PROVED or rank.proof is None:
        return undecided(CLAIM, "the rank is open", "settle the rank obligation first")
    r, q = rank.proof["generic"], rank.proof["uniform"]
    if q == r:
        return proved(CLAIM, "Sigma does not meet the region", {"rule": "uniform"})
    columns = polynomial_columns(ground)
    function = symmetric_function(gram(columns), r) if columns and min(ground.n, ground.p) <= 12 else None
    if function is not None:
        found = decaying(ground, factors_of(function), budget_s)
        if proof := ends_in_zero_set(found, function, "rank"):
            text = f"every orbit of the region converges to {shown(ground, proof)}, inside Sigma"
            return refuted(CLAIM, "Darboux polynomials that decay", {"text": text}, proof)
    advice = "read the count with its scope, or give a trapping region off Sigma"
    return undecided(CLAIM, "the dynamics near Sigma was not settled", advice)
