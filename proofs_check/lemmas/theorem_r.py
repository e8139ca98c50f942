"""Theorem R: for an invariant measure almost every x has at least dim E_x zero exponents (limits)."""

from __future__ import annotations

import sympy as sp
from _lemma import Wrong, main, require

x, y, t = sp.symbols("x y t", real=True)
Q = sp.Rational
AT = sp.Matrix([x, y])


def cycle(F: sp.Matrix, start: sp.Matrix, length: int) -> sp.Matrix:
    """The product of the Jacobians along a cycle of F; Wrong where the cycle does not close up to SO(2)."""
    jacobian, here, product = F.jacobian(AT), start, sp.eye(2)
    for _ in range(length):
        at = dict(zip(AT, here, strict=True))
        product = jacobian.subs(at) * product
        here = F.subs(at)
    if sp.simplify(here.dot(here) - start.dot(start)) != 0:
        raise Wrong("the radii do not return")
    return product


def on_cycles_of_circles() -> str:
    """z -> a(|z|^2) w z, a(s) = 2 - (s - 1)/2, w = (3 + 4i)/5: radii 1 -> 2 -> 1; the measure on two circles.

    The exponents are (1/2) log of the singular values of the product, up to the rotation, hence of its moduli.
    """
    s = x**2 + y**2
    for w in ((1, 0), (Q(3, 5), Q(4, 5)), (0, 1)):
        F = (2 - (s - 1) / 2) * sp.Matrix([[w[0], -w[1]], [w[1], w[0]]]) * AT
        product = cycle(F, sp.Matrix([1, 0]), 2)
        back = product * sp.Matrix([0, 1])  # xi(1, 0): its length returns after the cycle
        require(back.dot(back) == 1, "the group direction is not neutral on the cycle")
        require(product.det() != 1, "the other exponent should not vanish")
    return "2-cycles of circles, three rotations"


def flows() -> str:
    """x' = x(1 - |x|^2) with J x added: the measure on the circle has exponents 0 and -2, in closed form."""
    s = x**2 + y**2
    phi = AT * sp.exp(t) / sp.sqrt(1 + s * (sp.exp(2 * t) - 1))
    jacobian = phi.jacobian(AT).subs({x: 1, y: 0})
    require([sp.limit(sp.log(e) / t, t, sp.oo) for e in jacobian.diagonal()] == [-2, 0], "0 and -2 on the circle")
    return "the circle of Hopf"


def measures_on_sigma() -> str:
    """The measure at the origin of x' = -x charges Sigma: dim E_x = 0 there, and no exponent vanishes."""
    require(sp.diag(-1, -1).eigenvals() == {-1: 2}, "exponents -1, -1 at the origin")
    return "needed: the measure at the centre of x' = -x"


def charged_sigma() -> str:
    """Wrong: at least the generic rank of zeros for every invariant measure."""
    require(0 in sp.diag(-1, -1).eigenvals(), "the measure at the centre has no zero")
    return ""


def without_recurrence() -> str:
    """Wrong: at least dim E_x zeros at every x, measure or not (x = (1, 0) under x' = -x, dim E_x = 1)."""
    require(sp.limit(sp.log(sp.exp(-t)) / t, t, sp.oo) == 0, "a transient point has no zero")
    return ""


def scaled_cycle() -> str:
    """Wrong: the map z -> 2 z/(1 + |z|^2) + 1/100 has a neutral direction at its fixed point."""
    F = 2 * AT / (1 + x**2 + y**2) + sp.Matrix([Q(1, 100), 0])
    fixed = sp.nsolve(F[0].subs(y, 0) - x, x, 1)
    product = F.jacobian(AT).subs({x: fixed, y: 0})
    require(abs(product[1, 1] - 1) < Q(1, 1000), "the broken symmetry moves the exponent")
    return ""


CLAIMS = [on_cycles_of_circles, flows, measures_on_sigma]
WRONG = [charged_sigma, without_recurrence, scaled_cycle]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
