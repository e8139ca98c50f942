"""Changed statements: the checker's answer against that of a fresh producer, and of the checker on its certificate."""

from __future__ import annotations

from typing import Any

import neutralmodes as nm
from neutralmodes.errors import NeutralModesError
from neutralmodes.rebuild import system_from_statement
from neutralmodes_check import NotDerived, Unreadable, check
from neutralmodes_check.reader import canonical

from .operators import Mutant

Json = dict[str, Any]
BUDGETS_S = (0.3, 20.0)  # for each search of the producer; the second only where the first disagrees


def derived(data: bytes) -> Json | None:
    """The conclusion that the checker derives, None where it does not."""
    try:
        return check(data).conclusion
    except (NotDerived, Unreadable):
        return None


def disagreement(mutant: Mutant) -> str:
    """Why checker and producer disagree on a changed statement; empty where they agree."""
    old = derived(mutant.bytes())
    try:
        system = system_from_statement(mutant.data["statement"])
    except NeutralModesError as error:
        return "" if old is None else f"accepted, although the producer refuses the statement: {error}"
    found = ""
    for budget in BUDGETS_S:
        fresh = nm.certify(system, evidence=False, budget=budget).to_dict()
        if derived(canonical(fresh)) != fresh["conclusion"]:
            return "the checker does not derive the producer's own conclusion"
        if old is None or old == fresh["conclusion"]:
            return ""
        found = f"the checker derives {old['verdict']}, a fresh producer says {fresh['conclusion']['verdict']}"
    return found
