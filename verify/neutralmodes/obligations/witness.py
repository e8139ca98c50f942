"""Witnesses of refuted identities: a rational point, the exact value or ball there, and the monomials at fault."""

from __future__ import annotations

from typing import Any

from neutralmodes.exact.field import Field, Ratio
from neutralmodes.exact.readback import terms
from neutralmodes.exact.zero import Witness
from neutralmodes.obligations.ground import Ground
from neutralmodes.statement import infix

_MOST_MONOMIALS = 8


def describe(ground: Ground, label: str, i: int | None, residual: Ratio, witness: Witness) -> dict[str, Any]:
    """A refutation as JSON data that can be re-evaluated, with one sentence for people."""
    state = [witness.point[x] for x in ground.variables]
    inside = ground.inside(state)
    monomials = offending(ground.field, residual)
    where = "a point of the region" if inside else "a point (none was found inside the region)"
    data: dict[str, Any] = {
        "of": label,
        "monomials": monomials[:_MOST_MONOMIALS],
        "point": {name: str(v) for name, v in witness.point.items()},
        "inside": inside,
    }
    if i is not None:
        data["component"] = ground.variables[i]
        label += f", component {ground.variables[i]}"
    if witness.chosen:
        data["chosen"] = {infix(tree): str(value) for tree, value in witness.chosen}
        where += " for a function with " + ", ".join(f"{k} = {v}" for k, v in data["chosen"].items())
    if witness.ball is None:
        data["value"], says = str(witness.value), f"equals {witness.value}"
    else:
        ball = witness.ball
        data["ball"] = {"midpoint": ball.midpoint, "radius": ball.radius, "bits": ball.bits}
        says = f"lies in {ball} ({ball.bits} bits)"
    data["text"] = f"{label}: the residual has the monomial {monomials[0]} and {says} at {where}"
    return data


def offending(field: Field, residual: Ratio) -> list[str]:
    """The monomials of a residual's numerator as text, low degree first."""
    return [infix(tree) for tree in terms(field, residual.num)]
