"""Inputs: with G trivial on u and N invariant for every u in V, theorem U holds along every input sequence."""

from __future__ import annotations

import random

import sympy as sp
from _lemma import main, require, zero

Q = sp.Rational
x, y, u = sp.symbols("x y u", real=True)
AT = sp.Matrix([x, y])
TURN = sp.Matrix([[0, -1], [1, 0]])


def cell(factor: sp.Expr) -> sp.Matrix:
    """z -> factor * (3 + 4i)/5 * z."""
    return factor * sp.Matrix([[Q(3, 5), -Q(4, 5)], [Q(4, 5), Q(3, 5)]]) * AT


def along(F: sp.Matrix, inputs: list[sp.Rational]) -> list[sp.Rational]:
    """|D xi|^2 / |xi|^2 after each step, by the product of the Jacobians."""
    jacobian, here = F.jacobian(AT), sp.Matrix([1, 0])
    v, found = TURN * here, []
    for value in inputs:
        at = {x: here[0], y: here[1], u: value}
        v, here = (jacobian.subs(at) * v).evalf(60), F.subs(at).evalf(60)
        found.append(v.dot(v))
        require((v - TURN * here).norm() < Q(1, 10**40), "transport fails along an input sequence")
    return found


def every_sequence() -> str:
    """s = |z|^2 -> s a^2 with a = 1/2 + (2 + u)/(3 + s): in N = [1/2, 2] for u in [-1/5, 1/5]."""
    s = x**2 + y**2
    F = cell(Q(1, 2) + (2 + u) / (3 + s))
    radius = sp.Symbol("s", positive=True)
    a = Q(1, 2) + (2 + u) / (3 + radius)
    image = radius * a**2
    slope = Q(1, 2) + (2 + u) * (3 - radius) / (3 + radius) ** 2  # positive for s < 3: the image increases with s
    require(zero(sp.diff(image, radius) / a - slope), "the derivative of the image")
    for bound, sign in ((Q(1, 2), 1), (Q(2), -1)):
        worst = image.subs({radius: bound, u: -sign * Q(1, 5)})
        require(sign * (worst - bound) > 0, "N is not invariant for every input")
    require(zero(F.jacobian(AT) * TURN * AT - TURN * F), "not equivariant for every u")
    rng = random.Random(0)
    for _ in range(3):
        squares = along(F, [Q(rng.randint(-20, 20), 100) for _ in range(60)])
        require(all(Q(1, 2) <= q <= 2 for q in squares), "|xi| left [c, C]")
    return "3 random sequences of 60 inputs"


def an_input_that_scales() -> str:
    """Wrong: equivariance for every u alone, N not invariant: z -> (1 + u) z with u = 1/10 for ever."""
    require(all(Q(1, 2) <= q <= 2 for q in along(cell(1 + u), [Q(1, 10)] * 20)), "the orbit leaves N")
    return ""


def trivial_action_is_needed() -> str:
    """z -> z/2 + w, the input w in the plane turned along with z: equivariant as a pair, exponents -log 2 twice."""
    a, b = sp.symbols("a b", real=True)
    F, w = AT / 2 + sp.Matrix([a, b]), sp.Matrix([a, b])
    joint = F.jacobian(AT) * TURN * AT + F.jacobian(w) * TURN * w - TURN * F
    alone = F.jacobian(AT) * TURN * AT - TURN * F
    require(zero(joint) and not zero(alone), "equivariant only if the input turns too")
    require(F.jacobian(AT) == sp.eye(2) / 2, "both exponents are -log 2")
    return "needed: G trivial on u (z/2 + w has none)"


def turning_inputs() -> str:
    """Wrong: equivariance with an action on the inputs gives a zero."""
    require(1 in (AT / 2).jacobian(AT).eigenvals(), "no multiplier of modulus one")
    return ""


CLAIMS, WRONG = [every_sequence, trivial_action_is_needed], [an_input_that_scales, turning_inputs]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
