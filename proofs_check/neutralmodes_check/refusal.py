"""The ways in which this checker says no, and the limits (counted in steps, never in seconds)."""

from __future__ import annotations

MAX_BYTES = 8 * 2**20
MAX_DEPTH = 200
MAX_DIGITS = 4000
MAX_EXPONENT = 10_000
MAX_DEGREE = 1_000_000
MAX_BITS = 200_000
MAX_NAMES = 500
MAX_SYMBOLS = 4000
MAX_MINORS = 10_000
MAX_TERMS = 500_000
MAX_CELLS = 50_000_000
MAX_STEPS = 50_000_000


class Unreadable(Exception):
    """The file is not a certificate of schema version 1, or it is beyond the limits (exit 2)."""


class NotDerived(Exception):
    """The file can be read, but something that it claims does not follow from its proofs (exit 1)."""


class Budget:
    """Counts the elementary steps of one check, so that hostile input ends in a refusal."""

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take `steps` away; raise Unreadable when none are left."""
        self.left -= steps
        if self.left < 0:
            raise Unreadable(f"the proofs need more than {MAX_STEPS} steps, the limit of this checker")
