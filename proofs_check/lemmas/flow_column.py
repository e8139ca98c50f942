"""Flow column: f is transported by its own flow, so [Xi f] counts one more where its rank is one more."""

from __future__ import annotations

import sympy as sp
from _lemma import main, require, zero

x, y, z, t = sp.symbols("x y z t", real=True)


def moved(phi: sp.Matrix, at: sp.Matrix) -> sp.Matrix:
    """Dphi_t f(x) - f(phi_t x) with f read off the flow itself."""
    f = phi.diff(t).subs(t, 0)
    return phi.jacobian(at) * f - f.subs(dict(zip(at, phi, strict=True)), simultaneous=True)


def transported() -> str:
    at = sp.Matrix([x, y])
    s = x**2 + y**2
    turn = sp.Matrix([[sp.cos(t), -sp.sin(t)], [sp.sin(t), sp.cos(t)]])
    flows = [turn * at * sp.exp(t) / sp.sqrt(1 + s * (sp.exp(2 * t) - 1)), turn * at * sp.exp(-t), turn * at]
    for phi in flows:
        require(zero(moved(phi, at)), "Dphi f = f o phi fails")
    return "3 flows in sympy"


def counts() -> str:
    """Hopf times a limit cycle, f = (Jz, Jw) on |z| = |w| = 1, SO(2) on z: exponents 0, 0, -2, -2, rank 2."""
    radial = sp.diag(-2, 0, -2, 0)  # in the frame along and across the two circles
    xi, f = sp.Matrix([0, 1, 0, 0]), sp.Matrix([0, 1, 0, 1])
    require(radial.eigenvals()[sp.Integer(0)] == sp.Matrix.hstack(xi, f).rank() == 2, "two zeros, rank 2")
    alone = sp.diag(-2, 0)
    require(alone.eigenvals()[sp.Integer(0)] == 1 == sp.Matrix([[0, 0], [1, 1]]).rank(), "f in E adds nothing")
    return "2 on a torus, 1 on a relative equilibrium"


def one_more_everywhere() -> str:
    """Wrong: the flow always adds one (Hopf's circle, where f = xi)."""
    require(sp.diag(-2, 0).eigenvals()[sp.Integer(0)] == 2, "on a relative equilibrium f lies in E")
    return ""


def autonomy_is_needed() -> str:
    """x' = 1 + cos t: phi_t(x) = x + t + sin t, Dphi_t f(x, 0) = 2 is not f(phi_t x, t) = 1 + cos t."""
    phi = x + t + sp.sin(t)
    require(not zero(sp.diff(phi, x) * 2 - (1 + sp.cos(t))), "explicit time keeps f")
    decay = x * sp.exp(-t) + t  # x' = -x + t + 1: an input that runs; the only exponent is -1
    require(sp.limit(sp.log(sp.diff(decay, x)) / t, t, sp.oo) == -1 and sp.diff(decay, t) != 0, "exponent -1, f not 0")
    return "needed: no explicit time, no inputs, no maps"


def with_an_input() -> str:
    """Wrong: x' = -x + u(t) with u(t) = t + 1 has a zero exponent since f never vanishes on the orbit x = 1 + t."""
    require(sp.limit(sp.log(sp.exp(-t)) / t, t, sp.oo) == 0, "the exponent is -1")
    return ""


def for_maps() -> str:
    """Wrong: F(x) - x is transported by a map, F = x/2 + 1: DF (F(x) - x) = F(F(x)) - F(x) - yet it shrinks to 0."""
    F = x / 2 + 1
    step = sp.expand(F.subs(x, F) - F)
    require(zero(sp.diff(F, x) * (F - x) - step), "the displacement is transported by an affine map")
    quadratic = x**2 / 4
    require(zero(sp.diff(quadratic, x) * (quadratic - x) - (quadratic.subs(x, quadratic) - quadratic)), "not by a map")
    return ""


CLAIMS, WRONG = [transported, counts, autonomy_is_needed], [one_more_everywhere, with_an_input, for_maps]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
