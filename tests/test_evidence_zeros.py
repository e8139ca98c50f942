"""Which measured exponents may be zero: within four error bars, finite, and never fewer than were proved."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from neutralmodes.evidence.zeros import compare, compatible, near_zero


@pytest.mark.parametrize(
    ("value", "error", "may_be_zero"),
    [
        (0.0, 0.0, True),
        (0.039, 0.01, True),
        (-0.039, 0.01, True),
        (0.041, 0.01, False),
        (1.0, math.inf, True),  # too short a run says nothing against zero
        (-math.inf, math.inf, False),  # a collapsed direction is not neutral
        (math.nan, 1.0, False),
    ],
)
def test_an_exponent_may_be_zero_within_four_errors(value: float, error: float, may_be_zero: bool) -> None:
    assert compatible(value, error) is may_be_zero


def test_a_collapsed_direction_does_not_stand_in_for_a_proved_zero() -> None:
    """x+ = 0 in one direction: the exponents are -inf and log 2, and a proof of one zero would be contradicted."""
    found = SimpleNamespace(
        exponents=[math.log(2), -math.inf], errors=[0.001, math.inf], completed=True, leaves_region=None
    )
    assert near_zero(found) == []  # type: ignore[arg-type]
    said = compare(found, proved=1, conditional=1, group=1, group_label="SO(2)")  # type: ignore[arg-type]
    assert said["consistent"] is False
