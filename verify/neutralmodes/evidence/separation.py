"""How long until neighbouring directions are told apart to working precision, and which never are."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from neutralmodes.evidence.statistics import Floats

_MARGIN_DIGITS = 2
_LOOK = 25  # windows between two decisions
_MOST = 1500  # windows after which a pair counts as not told apart


class Separation:
    """Log growth of column i over column i + 1, summed over windows, against what the digits need.

    A frame forgets its start, and the vectors of a backward pass theirs, like exp(-sum) for each pair
    of neighbours.
    """

    def __init__(self, k: int, digits: int) -> None:
        self.needed = (digits + _MARGIN_DIGITS) * math.log(10)
        self.sums: Floats = np.zeros(max(0, k - 1))
        self.windows = 0

    def run(self, window: Callable[[], Floats], stop: Callable[[], bool] = lambda: False) -> None:
        """Call ``window`` for log growths (k,) until every pair is apart that will be in ``_MOST`` windows.

        ``stop`` may end it before.
        """
        while not stop() and (self.windows < _LOOK or (self.windows < _MOST and self._worth_waiting())):
            growth = window()
            self.sums += growth[:-1] - growth[1:]
            self.windows += 1

    def _worth_waiting(self) -> bool:
        if self.windows % _LOOK:
            return True
        left = self.sums[self.sums < self.needed]
        return bool(np.any(left * _MOST >= self.needed * self.windows))

    def groups(self, other: Separation) -> tuple[tuple[int, ...], ...]:
        """Runs of columns between pairs that are apart in both."""
        apart = (self.sums >= self.needed) & (other.sums >= other.needed)
        found: list[list[int]] = [[0]]
        for i, it_is in enumerate(apart.tolist(), start=1):
            if it_is:
                found.append([])
            found[-1].append(i)
        return tuple(tuple(g) for g in found)
