"""Theorem U, the bound: (c/C)|v| <= |Dphi_t(x) v| <= (C/c)|v| on E_x, so |lambda_T| <= log(C/c)/T there."""

from __future__ import annotations

import sympy as sp
from _lemma import main, rationals, require

Q = sp.Rational
R = sp.Symbol("r", positive=True)


def rotated(jacobian: sp.Matrix, v: sp.Matrix) -> sp.Rational:
    """|J v|^2 / |v|^2."""
    w = jacobian * v
    return sp.nsimplify(w.dot(w)) / v.dot(v)


def hopf_jacobian(at: sp.Matrix, growth: sp.Rational) -> tuple[sp.Matrix, sp.Matrix]:
    """phi_t and Dphi_t of x' = x(1 - |x|^2), at e^(2t) = growth: phi = x g, g^2 = growth/(1 + s(growth - 1))."""
    x, y = sp.symbols("x y")
    s = x**2 + y**2
    phi = sp.Matrix([x, y]) * sp.sqrt(growth / (1 + s * (growth - 1)))
    here = {x: at[0], y: at[1]}
    return phi.subs(here), phi.jacobian([x, y]).subs(here)


def within() -> str:
    """On 1/2 <= |x| <= 2: the ratio on E within [c/C, C/c] = [1/4, 4], exactly; also for maps and on SO(3)."""
    tried = 0
    for seed, growth in ((1, Q(9, 4)), (2, Q(100)), (3, Q(10**9))):
        u = rationals(seed, 1)[0]
        direction = sp.Matrix([(1 - u**2) / (1 + u**2), 2 * u / (1 + u**2)])  # on the unit circle
        for radius in (Q(1, 2), Q(1), Q(2)):
            at = radius * direction
            _, jacobian = hopf_jacobian(at, growth)
            require(Q(1, 16) <= rotated(jacobian, sp.Matrix([-at[1], at[0]])) <= 16, "the two-sided bound fails")
            tried += 1
    return f"{tried} vectors of a flow, exact"


def inversion(at: sp.Matrix) -> sp.Matrix:
    """The Jacobian of z/|z|^2, an equivariant map of the annulus onto itself."""
    s = at.dot(at)
    return sp.eye(2) / s - 2 * at * at.T / s**2


def sharp() -> str:
    """z/|z|^2 takes |z| = 1/2 to 2 and back: the ratio is C/c = 4 and c/C = 1/4."""
    out, back = inversion(sp.Matrix([Q(1, 2), 0])), inversion(sp.Matrix([2, 0]))
    tangent = sp.Matrix([0, 1])
    require(rotated(out, tangent) == 16 and rotated(back, tangent) == Q(1, 16), "the bound is not attained")
    return "attained by z/|z|^2"


def higher_dimension() -> str:
    """SO(3), radial flow: every v in E_x is scaled by |phi_t x|/|x|, between c/C and C/c."""
    x = sp.symbols("x0:3")
    s = sum(a**2 for a in x)
    for growth in (Q(4), Q(10**6)):
        phi = sp.Matrix(x) * sp.sqrt(growth / (1 + s * (growth - 1)))
        for at in (sp.Matrix([Q(1, 2), 0, 0]), sp.Matrix([Q(2, 3), Q(2, 3), Q(1, 3)]) * 2):
            jacobian = phi.jacobian(x).subs(dict(zip(x, at, strict=True)))
            for seed in (5, 6):
                v = at.cross(sp.Matrix(rationals(seed, 3)))
                require(Q(1, 16) <= rotated(jacobian, v) <= 16, "the two-sided bound fails in E of dimension 2")
    return "dim E = 2 too"


def for_other_frames() -> str:
    """Wrong: the bound holds for every vector, or for singular values of Dphi_T."""
    at = sp.Matrix([1, 0])
    _, jacobian = hopf_jacobian(at, Q(10**6))
    require(rotated(jacobian, at) >= Q(1, 16), "a radial vector shrinks below the bound")
    return ""


def compactness_and_rank_are_needed() -> str:
    """x' = x leaves every compact set and stretches E by e^t; x' = -x on the disc shrinks it: rank 0 at the centre."""
    stretch, turn = sp.Symbol("g", positive=True), sp.Matrix([0, 1])
    for jacobian, limit in ((stretch * sp.eye(2), sp.oo), (sp.eye(2) / stretch, 0)):
        require(sp.limit(sp.sqrt((jacobian * turn).dot(jacobian * turn)), stretch, sp.oo) == limit, "no blow-up")
    return "needed: x' = x (no compact N), x' = -x (rank drops)"


def without_constant_rank() -> str:
    """Wrong: the lower bound by the largest and the least nonzero singular value at x alone, for x' = -x."""
    require(rotated(sp.eye(2) / 100, sp.Matrix([0, 1])) >= 1, "the vector shrinks")
    return ""


CLAIMS = [within, sharp, higher_dimension, compactness_and_rank_are_needed]
WRONG = [for_other_frames, without_constant_rank]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
