"""Rules of which only values are known: what needs the rule itself stays open, however well it measures."""

from __future__ import annotations

from neutralmodes.obligations.equivariance import FLOW_CLAIM, MAP_CLAIM
from neutralmodes.obligations.ground import Ground
from neutralmodes.verdict import Obligation, undecided

_CLAIMS = {
    "domain": "f is defined and C^1 on N",
    "invariance": "the rule keeps N",
    "recurrence": "no orbit of N converges to Sigma",
}
NEEDS_RULE = frozenset({"equivariance", "transversality", "integrals", *_CLAIMS})
_ADVICE = "write the rule in sympy, or as a function of (t, y) that sympy can trace"


def only_values(ground: Ground, name: str) -> Obligation | None:
    """The obligation of a black box, UNDECIDED; None for one that is only stated where it holds."""
    if name == "equivariance":
        claim = FLOW_CLAIM if ground.flow else MAP_CLAIM
    elif name in _CLAIMS:
        claim = _CLAIMS[name]
    else:
        return None
    return undecided(claim, "the rule is a black box: values prove nothing", _ADVICE)
