"""Integrals in the checker: w + m - r by hand, on planes, a sphere and under a map, and every neighbouring count."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from neutralmodes_check import NotDerived, Unreadable
from neutralmodes_check.integrals import check_integrals
from neutralmodes_check.system import System

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the builders of certificates live in the neighbours
from test_check_rules import TURN, S, system

sys.path.pop(0)

MINUS_Y = ["*", "-1", "y"]
TWO = ["+", ["^", "u", 2], ["^", "v", 2]]


def oscillators(integrals: list[Any]) -> System:
    """Two circles, turned at the rates 1 and 2 by the rotations of each."""
    rule = [MINUS_Y, "x", ["*", "-2", "v"], ["*", "2", "u"]]
    generators = [[MINUS_Y, "x", "0", "0"], ["0", "0", ["*", "-1", "v"], "u"]]
    return system(variables=["x", "y", "u", "v"], rule=rule, generators=generators, integrals=integrals)


def sphere(**more: Any) -> System:
    """A turn about z on the unit sphere; z is conserved."""
    length = ["+", S, ["^", "z", 2]]
    return system(variables=["x", "y", "z"], rule=[MINUS_Y, "x", "0"], generators=[[MINUS_Y, "x", "0"]],
                  constraints=[["+", length, "-1"]], **{"integrals": ["z"]} | more)  # fmt: skip


def resting(kind: str, integrals: list[Any]) -> System:
    """Nothing moves: every function is conserved, and x pairs with the turn."""
    rule = ["0", "0"] if kind == "flow" else ["x", "y"]
    return system(kind=kind, rule=rule, integrals=integrals)


POLE = ["*", S, ["^", ["+", "1", S], -1]]
TURN_MAP = [["+", ["*", "3/5", "x"], ["*", "-4/5", "y"]], ["+", ["*", "4/5", "x"], ["*", "3/5", "y"]]]
CASES: dict[str, tuple[System, list[str], tuple[int, int, int]]] = {
    "two circles": (oscillators([S, TWO]), ["1", "0", "1", "0"], (2, 2, 0)),
    "at the centre of one": (oscillators([S, TWO]), ["1", "0", "0", "0"], (1, 1, 0)),
    "one of two": (oscillators([S]), ["1", "0", "1", "0"], (2, 1, 0)),
    "one twice": (oscillators([S, ["^", S, 2], TWO]), ["1", "0", "1", "0"], (2, 2, 0)),
    "a quotient": (oscillators([POLE, TWO]), ["1", "0", "1", "0"], (2, 2, 0)),
    "a root": (oscillators([["sqrt", S]]), ["3", "4", "1", "0"], (2, 1, 0)),
    "a flow across the group": (
        system(rule=["x", "y"], integrals=[["*", "x", ["^", "y", -1]]]), ["1", "1"], (2, 1, 1)),
    "a constraint takes its gradient": (sphere(), ["3/5", "0", "4/5"], (1, 1, 0)),
    "at the pole of the sphere": (sphere(), ["0", "0", "1"], (0, 0, 0)),
    "the constraint itself": (sphere(integrals=[["+", S, ["^", "z", 2]]]), ["3/5", "0", "4/5"], (1, 0, 0)),
    "a pairing": (resting("flow", ["x", "y"]), ["1", "0"], (1, 2, 1)),
    "a pairing under a map": (resting("map", ["x"]), ["1", "0"], (1, 1, 1)),
    "a map": (system(kind="map", rule=TURN_MAP, integrals=[S]), ["1", "0"], (1, 1, 0)),
    "a parameter": (
        system(rule=[["*", "k", c] for c in TURN], integrals=[["*", "k", S]], parameters={"k": ["1", "3"]}),
        ["1", "0"], (1, 1, 0)),
}  # fmt: skip


def count(case: System, at: list[str], numbers: tuple[int, ...]) -> int:
    found = check_integrals(case, counted(at, numbers))
    assert found is not None
    return found.total


def counted(at: list[str], numbers: tuple[int, ...]) -> dict[str, Any]:
    keys = ("commuting", "independent", "mixed")
    return {"rule": "identity", "counts": {"at": at, **dict(zip(keys, numbers, strict=True))}}


@pytest.mark.parametrize("name", CASES)
def test_counts_worked_out_by_hand_are_derived_and_their_neighbours_are_not(name: str) -> None:
    case, at, (w, m, r) = CASES[name]
    assert count(case, at, (w, m, r)) == w + m - r
    for wrong in ((w + 1, m, r), (w - 1, m, r), (w, m + 1, r), (w, m - 1, r), (w, m, r - 1)):
        with pytest.raises((NotDerived, Unreadable)):
            count(case, at, wrong)
    assert count(case, at, (w, m, r + 1)) == w + m - r - 1  # an upper bound that is too large counts less


def test_a_rank_of_pairings_is_not_taken_at_a_point() -> None:
    """At (0, 1) the turn leaves y alone; elsewhere it does not."""
    with pytest.raises(NotDerived, match="rank above 0"):
        count(resting("flow", ["y"]), ["0", "1"], (1, 1, 0))


def test_the_point_of_the_counts_lies_on_the_constraints_and_has_rational_gradients() -> None:
    with pytest.raises(NotDerived, match="constraints"):
        count(sphere(), ["3/5", "0", "3/5"], (1, 1, 0))
    with pytest.raises(NotDerived, match="no rational value"):
        count(oscillators([["exp", S]]), ["1", "0", "1", "0"], (2, 1, 0))
    with pytest.raises(NotDerived, match="division by zero"):
        count(system(rule=["x", "y"], integrals=[["*", "x", ["^", "y", -1]]]), ["1", "0"], (2, 1, 1))
    with pytest.raises(NotDerived, match="indeterminate"):
        count(oscillators([["*", ["pi"], S]]), ["1", "0", "1", "0"], (2, 1, 0))


def test_inputs_leave_no_count_of_integrals() -> None:
    driven = system(rule=[["*", "w", c] for c in TURN], integrals=[S], inputs={"w": ["1", "2"]})
    assert check_integrals(driven, {"rule": "identity", "counts": None}) is None
    with pytest.raises(NotDerived, match="inputs"):
        count(driven, ["1", "0"], (1, 1, 0))


def test_integrals_have_one_rule() -> None:
    with pytest.raises(NotDerived, match="no such rule"):
        check_integrals(resting("flow", ["x"]), {"rule": "bounds", "counts": None})
