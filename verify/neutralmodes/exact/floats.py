"""Trees on many points at once in double precision: for searches, never for acceptance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from neutralmodes.exact.expression import Tree, fold, is_rational

Array = npt.NDArray[np.float64]

_FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt")
} | {
    "atan": np.arctan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "sigmoid": lambda a: 0.5 * (1 + np.tanh(a / 2)),
    "softplus": lambda a: np.logaddexp(0.0, a),
    "abs": np.abs,
}


def values(tree: Tree, points: Mapping[str, Array | float]) -> Array:
    """The tree at every point; NaN where it is undefined. KeyError for a function without values.

    >>> values(("^", "x", 2), {"x": np.array([1.0, 3.0])})
    array([1., 9.])
    """

    def visit(node: Tree, operands: list[Any]) -> Any:
        if isinstance(node, str):
            return float(Fraction(node)) if is_rational(node) else points[node]
        head = node[0]
        if head == "+":
            return sum(operands[1:], operands[0])
        if head == "*":
            product = operands[0]
            for factor in operands[1:]:
                product = product * factor
            return product
        if head == "^":
            return np.power(operands[0], float(node[2]))
        return np.pi if head == "pi" else _FUNCTIONS[head](operands[0])

    with np.errstate(all="ignore"):
        size = np.broadcast_shapes(*(np.shape(p) for p in points.values()))
        return np.broadcast_to(np.asarray(fold(tree, visit, {}), dtype=float), size)
