"""Double arithmetic for compiled programs, on Python floats."""

from __future__ import annotations

import math

from neutralmodes.evidence.program import Arithmetic

_PLAIN = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "asin", "acos", "atan", "erf", "atan2")


def _sigmoid(s: float) -> float:
    return 1.0 / (1.0 + math.exp(-s)) if s >= 0 else math.exp(s) / (1.0 + math.exp(s))


def _softplus(s: float) -> float:
    return max(s, 0.0) + math.log1p(math.exp(-abs(s)))


def _sign(s: float) -> float:
    return 0.0 if s == 0 else math.copysign(1.0, s)


DOUBLES = Arithmetic(
    float,
    {
        **{name: getattr(math, name) for name in _PLAIN},
        "pi": lambda: math.pi,
        "sigmoid": _sigmoid,
        "softplus": _softplus,
        "abs": abs,
        "sign": _sign,
        "heaviside": lambda s: 0.5 * (1.0 + _sign(s)),
        "floor": lambda s: float(math.floor(s)),
        "ceiling": lambda s: float(math.ceil(s)),
        "max": lambda *s: max(s),
        "min": lambda *s: min(s),
    },
    "double arithmetic",
)
