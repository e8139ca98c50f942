"""Invariance: L_f g > 0 on each face keeps a compact N; not strict, L_f g = lambda g + s with s >= 0 near N does."""

from __future__ import annotations

import sympy as sp
from _lemma import main, require, zero

x, y, t = sp.symbols("x y t", real=True)
AT = sp.Matrix([x, y])
S = x**2 + y**2


def lie(f: sp.Matrix, g: sp.Expr) -> sp.Expr:
    return sp.expand((sp.Matrix([g]).jacobian(AT) * f)[0])


def strict() -> str:
    """Hopf on an annulus with a corner cut off by a line; the faces by division, the orbit in closed form."""
    f = AT * (1 - S)
    phi = AT * sp.exp(t) / sp.sqrt(1 + S * (sp.exp(2 * t) - 1))
    for radius, sign in ((sp.Rational(1, 4), 1), (sp.Rational(4), -1)):
        g = sign * (S - radius)
        on_face = sp.expand(lie(f, g).subs(x**2, radius - y**2))
        require(on_face.is_number and on_face > 0, "a face is not entered")
        there = g.subs(dict(zip(AT, phi, strict=True)), simultaneous=True)
        along = sp.simplify(there.subs({x: sp.sqrt(radius), y: 0}))
        require(all(along.subs(t, sp.Rational(k, 4)) > 0 for k in range(1, 12)), "the orbit left through a face")
    return "two strict faces, in closed form"


def with_a_multiplier() -> str:
    """g = x in x' = x (1 - x) + y^2, y' = -y: L_f g = (1 - x) g + y^2: g(t) >= g(0) exp(integral of lambda)."""
    f, g = sp.Matrix([x * (1 - x) + y**2, -y]), x
    require(zero(lie(f, g) - (1 - x) * g - y**2), "the identity")
    flow = x * sp.exp(t) / (1 + x * (sp.exp(t) - 1))  # on y = 0
    require(zero(flow.diff(t) - flow * (1 - flow)) and flow.subs(x, 0) == 0, "the face is kept")
    return "a face that is kept by its multiplier"


def weak_faces() -> str:
    """Wrong: L_f g >= 0 on the face suffices: N = {-x^2 >= 0} = {0}, f = 1 (trap 18): L_f g = -2 x = 0 there."""
    f, g = sp.Matrix([1, 0]), -(x**2)
    require(lie(f, g).subs(x, 0) == 0, "not negative on the face")
    require(g.subs(x, t).subs(t, 1) >= 0, "the orbit leaves at once")
    return ""


def a_cubed_face() -> str:
    """Wrong: with g = (4 - r^2)^3 and f = z every face is entered weakly (trap 4)."""
    f, g = AT, (4 - S) ** 3
    require(zero(lie(f, g).subs(x**2, 4 - y**2)) or zero(sp.rem(lie(f, g), 4 - S, x)), "L_f g = 0 on the face")
    require(g.subs({x: 2 * sp.exp(sp.Integer(1)), y: 0}) >= 0, "everything leaves")
    return ""


def what_is_needed() -> str:
    """N = {-x^2 >= 0}, f = 1: L_f g = 0 g + s with s = -2 x, which is >= 0 on N = {0} but not near it; x = t leaves."""
    f, g = sp.Matrix([1, 0]), -(x**2)
    s = lie(f, g)
    require(s.subs(x, 0) == 0 and s.subs(x, sp.Rational(1, 9)) < 0 and g.subs(x, t).subs(t, 1) < 0, "the orbit leaves")
    return "needed: strictness, or s >= 0 near N and not on N alone"


CLAIMS, WRONG = [strict, with_a_multiplier, what_is_needed], [weak_faces, a_cubed_face]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
