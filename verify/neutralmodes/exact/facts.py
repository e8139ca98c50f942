"""What is known of the value t = f(a) of a function at every argument a, as polynomial inequalities t, a >= 0.

With an indeterminate in the place of t these carry the positivity of expressions with functions back
to polynomials ("docs/certificate.md", kernels of the positivstellensatz rule).
"""

from __future__ import annotations

from neutralmodes.exact.expression import Tree

_UP: Tree = ("+", "1", "t")
_DOWN: Tree = ("+", "1", ("*", "-1", "t"))
_BELOW_ARGUMENT: Tree = ("*", "t", ("+", "a", ("*", "-1", "t")))  # 0 <= t <= a or a <= t <= 0
_QUARTER_TURN: tuple[Tree, ...] = (("+", "11/7", "t"), ("+", "11/7", ("*", "-1", "t")))  # pi/2 < 11/7

# Every entry is >= 0 wherever f(a) is defined.
FACTS: dict[str, tuple[Tree, ...]] = {
    "sin": (_DOWN, _UP),
    "cos": (_DOWN, _UP),
    "tanh": (_DOWN, _UP, _BELOW_ARGUMENT),
    "erf": (_DOWN, _UP),
    "sigmoid": ("t", _DOWN),
    "atan": (*_QUARTER_TURN, _BELOW_ARGUMENT),
    "asin": _QUARTER_TURN,
    "exp": ("t", ("+", "t", "-1", ("*", "-1", "a"))),
    "log": (("+", "a", "-1", ("*", "-1", "t")),),
    "sqrt": ("t",),
    "softplus": ("t", ("+", "t", ("*", "-1", "a"))),
    "cosh": (("+", "t", "-1"),),
    "pi": (("+", "t", "-333/106"), ("+", "22/7", ("*", "-1", "t"))),
}
