"""The budget of a search for positivity, counted in arithmetic: verdicts do not depend on a machine or its load."""

from __future__ import annotations

# Nominal seconds, as seen on a core of the 2020s.
_FLOAT = 1e-10
_TERM = 2e-6  # a product of two rationals in a polynomial or a matrix


class Work:
    """Nominal seconds that a search may still spend.

    >>> whole = Work(1.0)
    >>> part = whole.share(0.25)
    >>> part.terms(200_000)
    >>> part.over, whole.over, round(whole.left, 6)
    (True, False, 0.6)
    """

    def __init__(self, seconds: float, whole: Work | None = None) -> None:
        self.left, self._whole = seconds, whole

    @property
    def over(self) -> bool:
        """True when nothing is left."""
        return self.left <= 0.0

    def floats(self, count: float) -> None:
        """Count operations in double precision."""
        self._spend(_FLOAT * count)

    def terms(self, count: float) -> None:
        """Count operations on rational coefficients."""
        self._spend(_TERM * count)

    def affords(self, count: float) -> int:
        """How many times so many operations in double precision are left."""
        return max(0, int(self.left / (_FLOAT * count)))

    def share(self, seconds: float) -> Work:
        """A part of what is left, at most so much; it counts for the whole."""
        return Work(min(seconds, self.left), self)

    def _spend(self, seconds: float) -> None:
        self.left -= seconds
        if self._whole is not None:
            self._whole._spend(seconds)
