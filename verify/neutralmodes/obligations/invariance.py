"""Invariance: the region is mapped into itself, strictly inward on every face for flows."""

from __future__ import annotations

from typing import Any

from neutralmodes.exact.field import Ratio
from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.decay import divide
from neutralmodes.obligations.exits import exit_segment, image_outside
from neutralmodes.obligations.ground import Ground
from neutralmodes.statement import infix
from neutralmodes.verdict import Obligation, proved, refuted, undecided

FLOW_CLAIM = "the flow enters the region strictly on every face, so the region is forward invariant"
MAP_CLAIM = "the map takes the region into itself"


def invariance(ground: Ground, budget_s: float = 20.0) -> Obligation:
    """L_f g_j > 0 on every face (flow) or g_j(F) >= 0 on N (map); constraints by cofactors."""
    claim = FLOW_CLAIM if ground.flow else MAP_CLAIM
    if ground.system.region is None and not ground.system.constraints:
        return undecided(claim, "no region was given", "give region=, a compact forward invariant set")
    if ground.hypotheses is None:
        return undecided(claim, "an inequality is not polynomial", "describe the region by polynomials")
    cofactors = _constraints(ground)
    if cofactors is None:
        return undecided(claim, "a constraint was not shown to be invariant", "check constraints= along the rule")
    entries: list[dict[str, Any]] = []
    for j in range(len(ground.inequalities)):
        proof = _one(ground, j, budget_s)
        if proof is None:
            return _not_proved(ground, claim, j)
        entries.append({"of": j, "positivity": proof})
    key = "faces" if ground.flow else "images"
    method = f"exact Positivstellensatz identity on {len(entries)} {'faces' if ground.flow else 'images'}"
    return proved(claim, method, {"rule": key, key: entries, "constraints": cofactors})


def target(ground: Ground, j: int) -> Ratio:
    """L_f g_j (flow) or g_j(F) (map)."""
    if ground.flow:
        return ground.along(ground.field.element(ground.inequalities[j]), ground.f)
    return ground.field.element(ground.composed["inequalities"][j])


def _one(ground: Ground, j: int, budget_s: float) -> dict[str, Any] | None:
    assert ground.hypotheses is not None
    poly = ground.sign_polynomial(target(ground, j))
    if poly is None:
        return None
    inequalities, equalities = ground.hypotheses
    face = [*equalities, inequalities[j]] if ground.flow else equalities
    return prove_positive(poly, inequalities, face, strict=ground.flow, budget_s=budget_s)


def _not_proved(ground: Ground, claim: str, j: int) -> Obligation:
    name = infix(ground.inequalities[j])
    witness = exit_segment(ground, j) if ground.flow else image_outside(ground, j)
    if witness:
        return refuted(claim, "ball arithmetic" if ground.flow else "exact value", witness)
    inward = (
        f"the flow was not shown to enter strictly where {name} = 0" if ground.flow else f"{name} >= 0 after one step"
    )
    advice = "change the region (another radius or centre), or assume={'invariance': reason}"
    return undecided(claim, f"left open: {inward}", advice)


def _constraints(ground: Ground) -> list[list[Any]] | None:
    """The cofactors of every constraint, or None where one is not found."""
    rows = []
    for k, h in enumerate(ground.system.constraints):
        moved = (
            ground.along(ground.field.element(h), ground.f)
            if ground.flow
            else ground.field.element(ground.composed["constraints"][k])
        )
        poly = ground.polynomial(moved)
        row = None if poly is None or ground.hypotheses is None else divide(poly, ground.hypotheses[1])
        if row is None:
            return None
        rows.append([polynomial_to_json(c) for c in row])
    return rows
