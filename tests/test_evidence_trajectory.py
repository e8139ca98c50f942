"""The drawn trajectory: right against a closed form, short where the orbit ends, plain strings throughout."""

from __future__ import annotations

import cmath
import itertools
import json
import math

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.trajectory import POINTS, SPAN, trajectory

x, y = sp.symbols("x y", real=True)
rotation = nm.LieAction([x, y], [[-y, x]])


def system(rule: list[sp.Expr], start: list[object], kind: type = nm.VectorField) -> nm.System:
    return nm.System("drawn", kind([x, y], rule), rotation, start=start)


def angles(found: dict[str, list[list[str]]]) -> list[float]:
    """The angle turned from the first state to each state; every state is on the unit circle."""
    points = [complex(float(a), float(b)) for a, b in found["states"]]
    assert [abs(z) for z in points] == pytest.approx([1.0] * len(points), abs=2e-6)
    turned = [cmath.phase(b / a) for a, b in itertools.pairwise(points)]
    assert min(turned) > 0
    return list(itertools.accumulate(turned, initial=0.0))


def test_a_rotation_is_drawn_as_the_circle_that_it_is() -> None:
    found = trajectory(system([-y, x], [1, 0]))
    assert float(found["time"]) == SPAN
    assert angles(found)[-1] == pytest.approx(SPAN, abs=1e-4)


def test_a_fast_orbit_is_drawn_smoothly_for_as_long_as_it_can_be() -> None:
    """480 turns in the time drawn: 600 equal times would show one in a single point; here each has 30 or more."""
    found = trajectory(system([-200 * y, 200 * x], [1, 0]))
    turned = angles(found)
    assert turned[-1] == pytest.approx(200 * float(found["time"]), rel=1e-4)
    assert max(b - a for a, b in itertools.pairwise(turned)) < 2 * math.pi / 30
    assert float(found["time"]) < SPAN


def test_the_group_s_curve_is_one_turn_through_the_last_state() -> None:
    found = trajectory(system([-x, -y], [1, 0]))
    (curve,) = found["group"]
    radius = math.exp(-SPAN)
    assert curve["states"][0] == found["states"][-1]
    assert all(math.hypot(*map(float, s)) == pytest.approx(radius, rel=1e-4) for s in curve["states"])
    assert [float(v) for v in curve["states"][-1]] == pytest.approx([radius, 0], abs=1e-4 * radius)


def test_a_map_is_drawn_iterate_by_iterate() -> None:
    found = trajectory(system([-y / 2, x / 2], [1, 0], nm.Map))
    assert found["states"][:3] == [["1", "0"], ["-0", "0.5"], ["-0.25", "-0"]]
    assert found["outcome"] == "completed"


def test_an_orbit_that_blows_up_ends_early_and_says_so() -> None:
    """r' = r^3 from r = 1 ends at time 1/2."""
    r2 = x**2 + y**2
    found = trajectory(system([x * r2, y * r2], [1, 0]))
    assert found["outcome"].startswith("ended at time 0.4") or found["outcome"].startswith("ended at time 0.5")
    assert 2 <= len(found["states"]) < POINTS
    ended = trajectory(system([x**3, y**3], [2, 0], nm.Map))
    assert ended["outcome"].startswith("ended at iterate ")


def test_every_number_is_a_string_so_that_the_checker_reads_the_file() -> None:
    found = json.loads(json.dumps(trajectory(system([-y, x], [1, 0]))), parse_float=pytest.fail)
    assert isinstance(found["time"], str)


def test_an_orbit_that_ends_at_once_is_an_evidence_error() -> None:
    with pytest.raises(EvidenceError, match="drawn"):
        trajectory(nm.System("pole", nm.VectorField([x, y], [1 / x, y]), rotation, start=[0, 1]))
