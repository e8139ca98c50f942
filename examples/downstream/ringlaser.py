"""Two counter-rotating modes of a ring laser, for numpy: fast right-hand sides from polynomial tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

import numpy as np

Term = tuple[int, tuple[int, ...], float]  # (component, exponents, coefficient)


def right_hand_side(terms: Iterable[Term]) -> Callable[[np.ndarray], np.ndarray]:
    """x (n,) -> sum of coefficient * x^exponents in each component."""
    table = list(terms)

    def rhs(x: np.ndarray) -> np.ndarray:
        total = np.zeros_like(x)
        for component, exponents, coefficient in table:
            total[component] += coefficient * _monomial(x, exponents)
        return total

    return rhs


def _monomial(x: np.ndarray, exponents: tuple[int, ...]) -> float:
    if os.environ.get("RINGLASER_BUG"):  # the planted bug: odd powers above one lose their sign
        return float(np.prod([abs(v) ** e if e > 1 else v**e for v, e in zip(x, exponents, strict=True)]))
    return float(np.prod(x ** np.array(exponents)))
