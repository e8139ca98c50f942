"""Closure: the generators are independent and span a Lie algebra.

A ``group=`` label that contradicts the recognised algebra is a note and never a verdict: neither
closure nor any count rests on the label.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, islice

from flint import fmpq

from neutralmodes.action import LieAction, combination_text
from neutralmodes.algebra.facts import label_mismatch
from neutralmodes.algebra.structure import Algebra
from neutralmodes.exact.field import Field, Ratio
from neutralmodes.exact.zero import refute, seeded_points
from neutralmodes.obligations.ground import Ground
from neutralmodes.verdict import Obligation, proved, refuted, undecided

CLAIM = "the generators are independent and closed under the bracket"
METHOD = "exact linear algebra"
_MOST_MINORS = 200
_LARGEST_MINOR = 4  # of functions, expanded term by term


def closure(ground: Ground) -> Obligation:
    """Independence over the constants and constant structure constants, by exact linear algebra.

    UNDECIDED where function values or interval parameters in the generators could hide a relation.
    """
    action = ground.system.action.at(ground.system.dynamics.values)
    dependency = action.dependency()
    if dependency is not None:
        text = f"{combination_text(dependency)} = 0"
        return refuted(CLAIM, METHOD, {"dependent": [str(c) for c in dependency], "text": text})
    if action.field.kernels and not _independent(action):
        advice = "give generators without functions, or drop those that others span"
        return undecided(CLAIM, "function values in the generators may hide a dependence", advice)
    table = action.structure_constants()
    for (a, b), constants in table.items():
        if constants is None:
            return _not_closed(action, a, b)
    rows = [[a, b, [str(c) for c in constants or []]] for (a, b), constants in table.items()]
    proof = {"rule": "structure-constants", "constants": rows}
    return proved(CLAIM, f"structure constants by {METHOD}", proof, _notes(action, table))


def _not_closed(action: LieAction, a: int, b: int) -> Obligation:
    text = f"[xi_{a}, xi_{b}] is not a constant combination of the generators"
    if action.field.kernels or len(action.field.names) > len(action.variables):
        reason = "function values or parameters over an interval may hide one"
        return undecided(CLAIM, f"{text}, as far as seen: {reason}", "fix the parameters, or rescale the generators")
    return refuted(CLAIM, METHOD, {"pair": [a, b], "text": text})


def _independent(action: LieAction) -> bool:
    """A minor of full size that is a nonzero function: then no constant combination vanishes."""
    if action.p > _LARGEST_MINOR:
        return False
    rows = list(zip(*action.columns, strict=True))
    minors = (_determinant(action.field, chosen) for chosen in combinations(rows, action.p))
    points = list(seeded_points(action.field))
    return any(refute(action.field, minor, points) is not None for minor in islice(minors, _MOST_MINORS))


def _determinant(field: Field, rows: Sequence[Sequence[Ratio]]) -> Ratio:
    if not rows:
        return field.one
    total = field.zero
    for j, entry in enumerate(rows[0]):
        if not entry.num.is_zero():
            rest = [[*row[:j], *row[j + 1 :]] for row in rows[1:]]
            term = entry * _determinant(field, rest)
            total = total + (term if j % 2 == 0 else -term)
    return total


def _notes(action: LieAction, table: dict[tuple[int, int], list[fmpq] | None]) -> tuple[str, ...]:
    algebra = Algebra(action.p, {pair: constants for pair, constants in table.items() if constants})
    mismatch = label_mismatch(action.group, algebra)
    return (mismatch,) if mismatch else ()
