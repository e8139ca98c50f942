"""Assertions and a conformance suite for other people's tests.

Each assertion has three layers: the numbers, the text, the raise. ``assert_*`` returns the numbers.
"""

from __future__ import annotations

from neutralmodes.testing._conformance import Check, system_checks
from neutralmodes.testing._equivariance import (
    EquivarianceError,
    NotEquivariant,
    assert_equivariant,
    equivariance_error,
    format_equivariance_error,
)
from neutralmodes.testing._modes import (
    Undecided,
    assert_neutral_modes,
    format_neutral_modes,
    neutral_modes,
)

__all__ = [
    "equivariance_error",
    "format_equivariance_error",
    "assert_equivariant",
    "EquivarianceError",
    "NotEquivariant",
    "neutral_modes",
    "format_neutral_modes",
    "assert_neutral_modes",
    "Undecided",
    "system_checks",
    "Check",
]
