"""Equality constraints: on h = 0, invariant, exponents are those of ker dh; dh evolves by the cofactor."""

from __future__ import annotations

import sympy as sp
from _lemma import main, require, zero

x, y, z, t = sp.symbols("x y z t", real=True)
HERE = sp.Matrix([x, y, z])


def cofactor(f: sp.Matrix, h: sp.Expr) -> sp.Expr:
    """K with L_f h = K h, a polynomial."""
    quotient, rest = sp.div((sp.Matrix([h]).jacobian(HERE) * f)[0], h, x, y, z)
    require(rest == 0, "h = 0 is not invariant")
    return quotient


def transverse() -> str:
    """d/dt dh(v) = K dh(v) along h = 0 for tangent solutions v: dh Df + (dh)' = K dh on h = 0, as polynomials."""
    s = HERE.dot(HERE)
    spin = sp.Matrix([-y, x, 0])
    cases = [(spin, s - 1, 0), (spin + HERE * (1 - s), s - 1, -2), (sp.Matrix([-y, x, -3 * z]), z, -3)]
    for f, h, wanted in cases:
        dh = sp.Matrix([h]).jacobian(HERE)
        k = cofactor(f, h)
        moved = dh * f.jacobian(HERE) + sp.Matrix([(dh.jacobian(HERE) * f).T])
        left = [sp.rem(sp.expand(e), h, x) if h.has(x) else sp.expand(e).subs(z, 0) for e in moved - k * dh]
        require(all(sp.expand(e) == 0 for e in left), "dh does not evolve by the cofactor")
        on_h = sp.rem(sp.expand(k), h, x) if h.has(x) else k
        require(sp.expand(on_h) == wanted, "the transverse exponent")
    return "3 constraints: transverse exponents 0, -2, -3"


def each_constraint_adds_a_zero() -> str:
    """Wrong: embedded coordinates add one zero for each constraint (only where L_f h = 0, not where L_f h = K h)."""
    f, h = sp.Matrix([-y, x, -3 * z]), z
    require(cofactor(f, h) == 0, "the embedding adds the mean of K, here -3")
    return ""


def tangency_is_needed() -> str:
    """f = spin on the sphere: E of SO(3) lies in ker dh, d/dz does not, though both could be symmetries elsewhere."""
    dh = sp.Matrix([HERE.dot(HERE) - 1]).jacobian(HERE)
    require(zero(dh * sp.Matrix([-y, x, 0])) and not zero(dh * sp.Matrix([0, 0, 1])), "tangency")
    return "needed: E in ker dh"


def untangent() -> str:
    """Wrong: with f = 0 on the sphere the three translations count within ker dh, of dimension 2."""
    require(sp.eye(3).rank() <= 2, "three directions do not fit the tangent plane")
    return ""


CLAIMS, WRONG = [transverse, tangency_is_needed], [each_constraint_adds_a_zero, untangent]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
