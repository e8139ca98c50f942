"""The constants c and C of theorem U: bounds on the nonzero singular values of Xi over the region.

With them every vector of E_x obeys (c/C)|v| <= |Dphi_t v| <= (C/c)|v|, so its exponent over the
time T is at most log(C/c)/T in size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import ray_points

_MOST = 10**9


def constants(
    ground: Ground, columns: Sequence[Sequence[fmpq_mpoly]], q: int, lower: dict[str, Any], budget_s: float
) -> dict[str, Any] | None:
    """{"c2", "C2", "positivity"}: c^2 <= sigma_q^2 and sum |xi_a|^2 <= C^2 on N, or None.

    From the matrix certificate c^2 = mu / max(w). From the minors, where the rank is q everywhere,
    sigma_q^2 >= e_q / e_{q-1} >= margin / (q C^(2(q-1))).
    """
    if ground.hypotheses is None:
        return None
    inequalities, equalities = ground.hypotheses
    total = sum((e * e for column in columns for e in column), ground.ring.constant(0))
    bound = _likely(ground, total)
    while bound < _MOST:
        if proof := prove_positive(bound - total, inequalities, equalities, strict=False, budget_s=budget_s):
            least = _from_complement(lower) if "mu" in lower else _from_minors(lower, q, bound)
            return {"c2": str(least), "C2": str(bound), "positivity": proof}
        bound *= 4
    return None


def _likely(ground: Ground, total: fmpq_mpoly) -> fmpq:
    """A power of four above the sampled values: where the search for a bound begins."""
    bound = fmpq(1)
    for state in ray_points(ground):
        value = total(*(fmpq(v.numerator, v.denominator) for v in ground.whole(state)))
        while bound < 2 * value:
            bound *= 4
    return bound


def _from_complement(lower: dict[str, Any]) -> fmpq:
    return _rational(lower["mu"]) / max(_rational(w) for w in lower["weights"])


def _from_minors(lower: dict[str, Any], q: int, bound: fmpq) -> fmpq:
    return _rational(lower["positivity"]["margin"]) / (q * bound ** (q - 1))


def _rational(text: str) -> fmpq:
    return fmpq(*map(int, text.split("/")))
