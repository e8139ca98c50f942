"""First integrals: every listed function is constant along orbits, exactly."""

from __future__ import annotations

from typing import Any

from neutralmodes.exact.balls import is_defined
from neutralmodes.exact.field import Ratio
from neutralmodes.exact.zero import decide
from neutralmodes.obligations.conserved import conserved_counts
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import defined_points
from neutralmodes.obligations.witness import describe
from neutralmodes.statement import infix
from neutralmodes.verdict import Obligation, Verdict, proved, refuted, undecided


def integrals(ground: Ground) -> Obligation | None:
    """L_f I = 0 (flow) or I(F) = I (map) for every listed integral; None where none is listed."""
    if not ground.system.integrals:
        return None
    claim = "every listed integral is constant along orbits"
    fixed, open_one = ground.system.dynamics.values, ""
    for k, tree in enumerate(ground.system.integrals):
        change = _change(ground, k)
        points = (p for p in defined_points(ground) if is_defined(tree, {**fixed, **p}))
        test, _ = decide([change], ground.field, points)
        if test.witness is not None:
            witness = describe(ground, f"{infix(tree)} changes along orbits", None, change, test.witness)
            return refuted(claim, f"normal form ({test.tier})", {**witness, "integral": k})
        if test.verdict is not Verdict.PROVED:
            open_one = open_one or infix(tree)
    if open_one:
        return undecided(claim, f"the change of {open_one} was not reduced to zero", "simplify the integral")
    counts = conserved_counts(ground)
    return proved(claim, _method(counts), {"rule": "identity", "counts": counts})


def _method(counts: dict[str, Any] | None) -> str:
    if counts is None:
        return "normal form"
    w, m, r = counts["commuting"], counts["independent"], counts["mixed"]
    return f"normal form; {w} commuting directions, {m} independent integrals, pairing of rank {r}"


def _change(ground: Ground, k: int) -> Ratio:
    here = ground.field.element(ground.system.integrals[k])
    if ground.flow:
        return ground.along(here, ground.f)
    return ground.field.element(ground.composed["integrals"][k]) - here
