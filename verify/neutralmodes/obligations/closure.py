"""Closure: the generators are independent and span a Lie algebra."""

from __future__ import annotations

from neutralmodes.obligations.ground import Ground
from neutralmodes.verdict import Obligation, proved, refuted

CLAIM = "the generators are independent and closed under the bracket"


def closure(ground: Ground) -> Obligation:
    """Independence over the constants and constant structure constants, by exact linear algebra."""
    action = ground.system.action
    dependency = action.dependency()
    if dependency is not None:
        sum_text = " + ".join(f"({c}) xi_{a}" for a, c in enumerate(dependency) if c != 0)
        return refuted(
            CLAIM,
            "exact linear algebra",
            {"dependent": [str(c) for c in dependency], "text": f"{sum_text} = 0"},
        )
    table = action.structure_constants()
    for (a, b), constants in table.items():
        if constants is None:
            text = f"[xi_{a}, xi_{b}] is not a constant combination of the generators"
            return refuted(CLAIM, "exact linear algebra", {"pair": [a, b], "text": text})
    rows = [[a, b, [str(c) for c in constants or []]] for (a, b), constants in table.items()]
    return proved(
        CLAIM,
        "structure constants by exact linear algebra",
        {"rule": "structure-constants", "constants": rows},
    )
