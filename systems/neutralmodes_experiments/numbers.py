"""A system's rule and generators as numpy functions, for tables that need values at a state."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import neutralmodes as nm

Array = np.ndarray[Any, np.dtype[np.float64]]


def value(tree: Any, at: Mapping[str, float]) -> float:
    """A tree of the exact prefix grammar in double precision."""
    if isinstance(tree, str):
        if tree in at:
            return at[tree]
        above, _, below = tree.partition("/")
        return int(above) / int(below or 1)
    if tree[0] == "^":
        return float(value(tree[1], at) ** tree[2])
    operands = [value(part, at) for part in tree[1:]]
    if tree[0] == "+":
        return math.fsum(operands)
    if tree[0] == "*":
        return math.prod(operands)
    return math.pi if tree[0] == "pi" else float(getattr(math, tree[0])(*operands))


def rule_of(system: nm.System) -> Callable[[Array], Array]:
    """f(x), x of shape (n,)."""
    variables, trees = system.dynamics.variables, system.dynamics.rule
    return lambda x: np.array([value(tree, dict(zip(variables, x.tolist(), strict=True))) for tree in trees])


def generators_at(system: nm.System, x: Array) -> Array:
    """Xi(x), of shape (n, p)."""
    at = dict(zip(system.dynamics.variables, x.tolist(), strict=True))
    return np.array([[value(tree, at) for tree in xi] for xi in system.action.generators]).T


def settled(system: nm.System, time: float, step: float = 0.05) -> Array:
    """The state reached from the start after ``time``, by the classical Runge-Kutta rule."""
    f, x = rule_of(system), np.array([float(v) for v in system.start])
    for _ in range(round(time / step)):
        a = f(x)
        b = f(x + step / 2 * a)
        c = f(x + step / 2 * b)
        x = x + step / 6 * (a + 2 * b + 2 * c + f(x + step * c))
    return x
