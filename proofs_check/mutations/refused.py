"""Whether the checker refuses a changed certificate, in less time than a whole check where that says the same."""

from __future__ import annotations

from typing import Any

from neutralmodes_check import NotDerived, Unreadable, check
from neutralmodes_check.conclusion import KEYS, compare
from neutralmodes_check.reader import canonical, digest
from neutralmodes_check.shape import fields

from .operators import Mutant

Json = dict[str, Any]
_ALONE = frozenset(
    ["closure", "domain", "equivariance", "compactness", "invariance", "rank", "recurrence", "transversality",
     "integrals"]
)  # fmt: skip
_OPEN = {"claim": "", "verdict": "UNDECIDED", "method": "", "witness": None, "proof": None, "advice": None}
_WHOLE = 20  # every so many mutants the whole check is made, and must say the same


class Judge:
    """Judges the mutants of one certificate."""

    def __init__(self, data: Json) -> None:
        self.derived = check(canonical(data)).conclusion
        self.judged = 0

    def refuses(self, mutant: Mutant) -> bool:
        """Whether the checker refuses a mutant. Raises RuntimeError where the short way alone says so."""
        self.judged += 1
        short = self._other_conclusion(mutant) if mutant.kind == "conclusion" else _alone(mutant)
        if short and self.judged % _WHOLE:
            return True
        whole = _fails(mutant.data)
        if short and not whole:
            raise RuntimeError(f"accepted, although a part of it is refused: {mutant.path} {mutant.change}")
        return whole

    def _other_conclusion(self, mutant: Mutant) -> bool:
        """What is derived does not depend on what is stated: only the comparison is made anew."""
        try:
            compare(fields(mutant.data["conclusion"], "conclusion", KEYS), self.derived)
        except (NotDerived, Unreadable):
            return True
        return False


def _alone(mutant: Mutant) -> bool:
    """Whether the changed obligation is refused with the others (but the rank, on which some lean) left open."""
    name = str(mutant.path[0]) if mutant.kind == "proof" else str((*mutant.path, "", "")[1])
    if name not in _ALONE or (
        mutant.kind == "structure" and (mutant.path[:1] != ("obligations",) or len(mutant.path) < 4)
    ):
        return False
    kept = {key: mutant.data["obligations"][key] for key in (name, "rank")}
    open_ones = dict.fromkeys(["closure", "domain", "equivariance", "compactness", "invariance", "recurrence"], _OPEN)
    data = {**mutant.data, "obligations": open_ones | kept, "evidence": {}}
    return _fails(data | {"digest": digest(data)}, f"{name}:")


def _fails(data: Json, reason: str = "") -> bool:
    """Whether the check ends in a refusal: an unreadable file, or one whose reason begins so."""
    try:
        check(canonical(data))
    except NotDerived as error:
        return str(error).startswith(reason)
    except Unreadable:
        return True
    return False
