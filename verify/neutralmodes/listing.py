"""Rows of the command line's tables, and their alignment; nothing here prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neutralmodes.runs import Outcome
    from neutralmodes.system import System

_SHOWN = 6  # exponents in a row of the catalogue
_EXPONENTS = ("exponents", "leading_exponents", "measured")


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


def outcome_lines(outcomes: Sequence[Outcome], expected: bool) -> Iterator[str]:
    """The table of certified targets, and what is to be done about each."""
    headers = ["system", "conclusion", "zeros", "if", "numbers", "seconds"] + ["expectation"] * expected
    yield from columns(headers, [outcome_row(outcome, expected) for outcome in outcomes])
    for outcome in outcomes:
        if outcome.last_line and (outcome.unmet or not expected):
            yield f"{outcome.target}: {outcome.last_line}"
    if expected:
        met = sum(not (outcome.unmet or outcome.error) for outcome in outcomes)
        yield f"{met} of {len(outcomes)} systems meet their expectation"


def experiment_lines(table: Mapping[str, Any]) -> Iterator[str]:
    """One table of an experiment, beside the paper's numbers, and whether its checks are met."""
    yield table["title"]
    yield from columns(table["columns"], [[_cell(value) for value in row] for row in table["rows"]])
    for check in table["checks"]:
        yield f"{'met' if check['met'] else 'NOT MET':8}{check['claim']}: {_cell(check['value'])}"


def _cell(value: Any) -> str:
    """Four digits, of the distance from 1 where that is all there is to see."""
    if isinstance(value, float) and 0 < abs(value - 1) < 5e-4:
        return f"1 {'-+'[value > 1]} {abs(value - 1):.1e}"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def description(name: str, system: System) -> dict[str, Any]:
    """A system of the catalogue as plain data."""
    dynamics, group = system.dynamics, system.action.group
    more = {"expect": system.expect, "reference": system.reference}
    return {"name": name, "kind": dynamics.kind, "dimension": dynamics.n, "group": group, **more}


def catalogue_lines(systems: Mapping[str, System]) -> Iterator[str]:
    """The table of the catalogue."""
    headers = ["name", "kind", "dimension", "group", "q", "expected", "zeros", "if", "theorem", "exponents", "equation"]
    return columns(headers, [catalogue_row(name, system) for name, system in systems.items()])


def catalogue_row(name: str, system: System) -> list[str]:
    """A system of the catalogue with what it promises."""
    expect, reference = system.expect, system.reference
    promise = [str(expect.get(key, "")) for key in ("conclusion", "zero_exponents", "zero_exponents_if")]
    what = [name, system.dynamics.kind, str(system.dynamics.n), system.action.group or ""]
    dimension, theorem = reference.get("orbit_dimension", ""), str(reference.get("theorem", "")).partition(":")[0]
    return [*what, str(dimension), *promise, theorem, _exponents(reference), str(reference.get("equation", ""))]


def _exponents(reference: Mapping[str, Any]) -> str:
    """The leading published exponents, else our own with their errors in the last digits, else the exact sum."""
    known = next((reference[key] for key in _EXPONENTS if reference.get(key)), ())
    if known:
        return " ".join(known[:_SHOWN]) + (" ..." if len(known) > _SHOWN else "")
    return f"sum {reference['exponent_sum']}" if "exponent_sum" in reference else ""
