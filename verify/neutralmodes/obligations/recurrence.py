"""Recurrence: no orbit of N ends in the set where the rank is lower, or a proof that all do."""

from __future__ import annotations

from typing import Any

from flint import fmpq_mpoly

from neutralmodes.exact.minors import gram, symmetric_function
from neutralmodes.obligations.columns import polynomial_columns
from neutralmodes.obligations.decay import decaying, ends_in_zero_set, factors_of, shown
from neutralmodes.obligations.equilibria import fewest_zeros
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.monotone import falling, function_text
from neutralmodes.obligations.scope import scope, scope_notes
from neutralmodes.verdict import Obligation, Verdict, proved, refuted, undecided

_SMALL = 6  # the size of the Gram matrix up to which the checker sums its minors quickly

CLAIM = "no orbit of the region converges to Sigma, where the orbit dimension is lower"


def recurrence(ground: Ground, rank: Obligation, budget_s: float = 10.0) -> Obligation:
    """PROVED where Sigma does not meet N; REFUTED where every orbit is shown to end in Sigma."""
    if rank.verdict is not Verdict.PROVED or rank.proof is None:
        return undecided(CLAIM, "the rank is open", "settle the rank obligation first")
    r, q = rank.proof["generic"], rank.proof["uniform"]
    if q == r:
        return proved(CLAIM, "Sigma does not meet the region", {"rule": "uniform"})
    columns = polynomial_columns(ground)
    function = symmetric_function(gram(columns), r) if columns and min(ground.n, ground.p) <= _SMALL else None
    if function is not None:
        found = decaying(ground, factors_of(function), budget_s)
        if proof := ends_in_zero_set(found, function, "rank"):
            text = f"every orbit of the region converges to {shown(ground, proof)}, inside Sigma"
            return _refuted(ground, "Darboux polynomials that decay", text, proof)
        if proof := falling(ground, function, "rank", budget_s):
            text = f"{function_text(ground, proof)} falls along every orbit of the region until it ends in Sigma"
            return _refuted(ground, "a monotone function", text, proof)
    kept = function is not None and columns is not None and _is_kept(function, columns)
    return _open(ground, rank.proof, function, kept, budget_s)


def _refuted(ground: Ground, method: str, text: str, proof: dict[str, Any]) -> Obligation:
    """REFUTED, with an equilibrium that refutes a count asked for, where there is one."""
    below = fewest_zeros(ground)
    witness = {"text": text}
    if below is not None:
        at = ", ".join(f"{x} = {v}" for x, v in zip(ground.variables, below["at"], strict=True))
        witness["text"] += f"; at the equilibrium {at} at most {below['zeros']} exponents are zero"
        proof = {**proof, "equilibrium": below}
    return refuted(CLAIM, method, witness, proof)


def _is_kept(function: fmpq_mpoly, columns: list[list[fmpq_mpoly]]) -> bool:
    """Whether the group keeps e_r, so that no group orbit off Sigma comes near it (a scaling may do so)."""
    slopes = [[function.derivative(i) * c for i, c in enumerate(xi)] for xi in columns]
    return all(sum(terms[1:], terms[0]).is_zero() for terms in slopes)


def _open(ground: Ground, ranks: dict[str, Any], e: fmpq_mpoly | None, kept: bool, budget_s: float) -> Obligation:
    """UNDECIDED, with what is known of the scope."""
    proof = scope(ground, ranks, e, kept, budget_s)
    notes = () if proof is None else tuple(scope_notes(ground, ranks, proof))
    advice = "read the count with its scope, or give a trapping region off Sigma"
    return undecided(CLAIM, "the dynamics near Sigma was not settled", advice, proof, notes)
