"""Rows of the command line's tables, and their alignment; nothing here prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neutralmodes.runs import Outcome
    from neutralmodes.system import System


def columns(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The lines of an aligned table, as wide as it needs to be."""
    lines = [list(headers), *map(list, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def outcome_row(outcome: Outcome, expected: bool) -> list[str]:
    """One certified target, with its expectation where that was asked for."""
    seconds = f"{outcome.seconds:.1f}"
    if outcome.error:
        return [outcome.target, "error", "", "", "", seconds] + ["not met"] * expected
    answer = outcome.document
    numbers = {True: "consistent", False: "INCONSISTENT"}.get(answer["evidence"].get("consistent"), "-")
    counts = [str(answer["zero_exponents"]), str(answer["zero_exponents_if"])]
    promise = ["; ".join(outcome.unmet) or "met"] * expected
    return [outcome.target, answer["conclusion"], *counts, numbers, seconds, *promise]


def description(name: str, system: System) -> dict[str, Any]:
    """A system of the catalogue as plain data."""
    dynamics, group = system.dynamics, system.action.group
    more = {"expect": system.expect, "reference": system.reference}
    return {"name": name, "kind": dynamics.kind, "dimension": dynamics.n, "group": group, **more}


def catalogue_row(name: str, system: System) -> list[str]:
    """A system of the catalogue with what it promises."""
    expect, reference = system.expect, system.reference
    promise = [str(expect.get(key, "")) for key in ("conclusion", "zero_exponents", "zero_exponents_if")]
    what = [name, system.dynamics.kind, str(system.dynamics.n), system.action.group or ""]
    return [*what, *promise, str(reference.get("equation", ""))]
