"""Compactness: N is closed, bounded and not empty."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq_mpoly

from neutralmodes.exact.intervals import NoEnclosure, from_fractions
from neutralmodes.exact.paving import Program
from neutralmodes.obligations.angles import aperiodic
from neutralmodes.obligations.ground import Ground
from neutralmodes.verdict import Obligation, proved, refuted, undecided

CLAIM = "the region is closed, bounded and not empty"


def compactness(ground: Ground) -> Obligation:
    """A bound B - |x|^2 >= 0 on N with its identity, and an exact point of N."""
    if ground.system.region is None and not ground.system.constraints:
        return undecided(CLAIM, "no region was given or found", "give region=, a compact forward invariant set")
    if bad := aperiodic(ground):
        advice = f"use {bad} only inside sin and cos with integer multiples, or do not declare it an angle"
        return undecided(CLAIM, f"the system is not visibly 2 pi periodic in the angle {bad}", advice)
    start = ground.system.start
    if not (ground.inside(start) or surely_inside(ground, start)):
        return undecided(CLAIM, "the start could not be shown to lie in the region", "give an exact start=")
    if ray := _unbounded(ground):  # cheap, so before the search for a bound
        return ray
    if ground.bound is None:
        return undecided(CLAIM, "no bound was found", "add a ball: region & Region.ball(variables, radius)")
    square, positivity = ground.bound
    proof = {
        "rule": "bounded",
        "bound": str(square),
        "positivity": positivity,
        "point": [str(v) for v in start],
    }
    return proved(CLAIM, f"|x|^2 <= {square} on the region, exactly; the start lies in it", proof)


def surely_inside(ground: Ground, state: Sequence[Fraction]) -> bool:
    """True where enclosures show that a state lies in N; never with constraints, which are exact."""
    at = {name: from_fractions(value, value) for name, value in ground.system.at(state).items()}
    try:
        return not ground.system.constraints and all(Program(g, list(at))(at).lo >= 0 for g in ground.inequalities)
    except (NoEnclosure, KeyError):
        return False


def _unbounded(ground: Ground) -> Obligation | None:
    """A refutation where every inequality holds along a whole coordinate ray."""
    if ground.hypotheses is None or ground.system.constraints:
        return None
    inequalities = [ground.field.element(t) for t in ground.inequalities]
    for i, x in enumerate(ground.variables):
        if x in ground.system.dynamics.angles:
            continue
        if all(_grows(ground, g.num, i) for g in inequalities if g.is_polynomial):
            text = f"every inequality holds at the start moved to {x} = s for all large s"
            return refuted(CLAIM, "leading coefficients along a coordinate ray", {"direction": x, "text": text})
    return None


def _grows(ground: Ground, poly: fmpq_mpoly, i: int) -> bool:
    """True where the polynomial, restricted to start + s e_i, is >= 0 for all large s."""
    at = ground.system.at(ground.system.start)
    restricted: dict[int, Fraction] = {}
    for monomial, coefficient in poly.to_dict().items():
        value = Fraction(int(coefficient.p), int(coefficient.q))
        for j, exponent in enumerate(monomial):
            if exponent and j != i:
                value *= at[ground.names[j]] ** int(exponent)
        degree = int(monomial[i])
        restricted[degree] = restricted.get(degree, Fraction(0)) + value
    leading = [restricted[d] for d in sorted(restricted, reverse=True) if restricted[d] != 0]
    return not leading or leading[0] > 0
