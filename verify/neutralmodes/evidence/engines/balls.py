"""python-flint arithmetic for programs: balls (maps, point values) and power series (flows)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from flint import arb

from neutralmodes.evidence.engines.base import Array
from neutralmodes.evidence.program import Arithmetic

_METHODS = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "asin", "acos", "atan", "erf")


def ball(value: Fraction | float | int) -> arb:
    """The ball of a rational at the working precision."""
    if isinstance(value, float):
        return arb(value)
    exact = Fraction(value)
    return arb(exact.numerator) / arb(exact.denominator)


def _method(name: str) -> Any:
    return lambda s: getattr(s, name)()


def _tanh(s: Any) -> Any:
    return 1 - 2 / ((2 * s).exp() + 1)


_SHARED = {
    **{name: _method(name) for name in _METHODS},
    "pi": arb.pi,
    "sigmoid": lambda s: 1 / (1 + (-s).exp()),
    "softplus": lambda s: (1 + s.exp()).log(),
}

BALLS = Arithmetic(ball, {**_SHARED, "abs": abs, "floor": _method("floor"), "ceiling": _method("ceil")}, "balls")

SERIES = Arithmetic(
    ball,
    {
        **_SHARED,
        "tanh": _tanh,
        "cosh": lambda s: (s.exp() + (-s).exp()) / 2,
        "sinh": lambda s: (s.exp() - (-s).exp()) / 2,
    },
    "power series",
)


def middles(values: Array) -> Array:
    """The centres of balls: a pseudo-orbit, as in double."""
    return np.array([v.mid() for v in values.ravel()], dtype=object).reshape(values.shape)
