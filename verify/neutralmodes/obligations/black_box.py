"""Rules of which only values are known: what needs the rule itself stays open, however well it measures."""

from __future__ import annotations

from neutralmodes.obligations.equivariance import SETTLES_VALUES, VALUES_ONLY
from neutralmodes.verdict import Obligation, undecided

_CLAIMS = {
    "domain": "f is defined and C^1 on N",
    "invariance": "the rule keeps N",
    "recurrence": "no orbit of N converges to Sigma",
}
NEEDS_RULE = frozenset({"transversality", "integrals", *_CLAIMS})


def only_values(name: str) -> Obligation | None:
    """The obligation of a black box, UNDECIDED; None for one that is only stated where it holds."""
    if name not in _CLAIMS:
        return None
    return undecided(_CLAIMS[name], VALUES_ONLY, SETTLES_VALUES)
