"""First integrals: every listed function is constant along orbits, exactly."""

from __future__ import annotations

from neutralmodes.obligations.ground import Ground
from neutralmodes.statement import infix
from neutralmodes.verdict import Obligation, proved, refuted, undecided


def integrals(ground: Ground) -> Obligation | None:
    """L_f I = 0 (flow) or I(F) = I (map) for every listed integral; None where none is listed."""
    if not ground.system.integrals:
        return None
    claim = "every listed integral is constant along orbits"
    for k, tree in enumerate(ground.system.integrals):
        here = ground.field.element(tree)
        change = (
            ground.along(here, ground.f)
            if ground.flow
            else ground.field.element(ground.composed["integrals"][k]) - here
        )
        if ground.field.is_zero(change):
            continue
        if ground.field.is_rational(change):
            text = f"{infix(tree)} changes along orbits"
            return refuted(claim, "normal form", {"integral": k, "text": text})
        return undecided(claim, f"the change of {infix(tree)} was not reduced to zero", "simplify the integral")
    return proved(claim, "normal form", {"rule": "identity"})
