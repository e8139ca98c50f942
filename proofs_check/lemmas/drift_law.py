"""Drift law: theta' = eps D + O(eps^2), D = psi . g; its times, the pseudo-gap, and pinning."""

from __future__ import annotations

import mpmath
import sympy as sp
from _lemma import Flow, main, require, zero

x, y, theta = sp.symbols("x y theta", real=True)
k, eps = sp.symbols("k epsilon", positive=True)
F = sp.Matrix([x * (1 - x**2 - y**2), y * (1 - x**2 - y**2)])
CIRCLE = {x: sp.cos(theta), y: sp.sin(theta)}


def drift(g: sp.Matrix) -> sp.Expr:
    """psi . g on the circle of equilibria: psi Df = 0 and psi xi = 1, by linear algebra."""
    jacobian, xi = F.jacobian([x, y]).subs(CIRCLE), sp.Matrix([-y, x]).subs(CIRCLE)
    psi = (xi.T * (jacobian + xi * xi.T).inv()).applyfunc(sp.simplify)  # psi (Df + xi xi^T) = xi^T
    require(zero((psi * jacobian).applyfunc(sp.trigsimp)) and zero(sp.trigsimp((psi * xi)[0] - 1)), "psi")
    return sp.trigsimp(sp.simplify((psi * g.subs(CIRCLE))[0]))


def moved(g: sp.Matrix, size: mpmath.mpf, time: int) -> mpmath.mpf:
    """The angle that f + size g has turned through, from angle 1, in 25 digits."""
    flow = Flow([x, y], list(F + sp.Float(str(size), 30) * g))
    end = flow.carry([mpmath.cos(1), mpmath.sin(1)], [], time, 3 * time)[0]
    return mpmath.atan2(end[1], end[0]) - 1


def first_order() -> str:
    """The turned angle against eps times the integral of D: the error falls by 4 when eps is halved."""
    g = sp.Matrix([x / 2 + y**2, -y / 2 + sp.Rational(1, 3)])
    law = sp.lambdify(theta, drift(g), "mpmath")
    with mpmath.workdps(25):
        errors = []
        for size in (mpmath.mpf(1) / 100, mpmath.mpf(1) / 200):
            angle = Flow([theta], [sp.Float(str(size), 30) * drift(g)]).carry([mpmath.mpf(1)], [], 2, 4)[0][0] - 1
            errors.append(abs(moved(g, size, 2) - angle))
            require(abs(angle) > 5 * errors[-1] and law(mpmath.mpf(1)) != 0, "no drift to speak of")
        require(
            3 < errors[0] / errors[1] < 5, f"the error is not of second order: {mpmath.nstr(errors[0] / errors[1])}"
        )
    return "second-order error on a ring of equilibria"


def times() -> str:
    """D = -(k/2) sin 2 theta (g = k (x, -y)/2): the time is ln(tan theta_0/tan theta_1)/(k eps)."""
    require(zero(sp.trigsimp(drift(k * sp.Matrix([x, -y]) / 2) + k * sp.sin(2 * theta) / 2)), "D of a quadrupole")
    time = -sp.log(sp.tan(theta)) / (k * eps)
    rate = -eps * k * sp.sin(2 * theta) / 2
    require(zero(sp.simplify(sp.expand_trig(sp.diff(time, theta) * rate) - 1)), "dT/dtheta is not 1/(eps D)")
    gap = sp.simplify(-eps * sp.diff(-k * sp.sin(2 * theta) / 2, theta).subs(theta, 0))
    require(gap == k * eps, "the pseudo-gap at theta* = 0 is k eps")
    d, start = sp.symbols("d theta_0", positive=True)
    linear = -sp.log(1 - d / start) / gap
    require(zero(start * (1 - sp.exp(-gap * linear)) - d), "the linear lifetime")
    return "times, gap and linear lifetime in sympy"


def pinned() -> str:
    """theta' = omega - eps sin theta: an equilibrium exists where |omega| <= eps, and none above."""
    require(sp.solveset(sp.sin(theta) - sp.Rational(1, 2), theta, sp.Interval(0, 3)) != sp.EmptySet, "pinned")
    require(sp.solveset(sp.sin(theta) - 2, theta, sp.Interval(0, 7)) == sp.EmptySet, "not pinned")
    return "pinning"


def by_the_bracket() -> str:
    """Wrong: the drift is the size of the bracket: g = xi has bracket 0 and D = 1."""
    xi = sp.Matrix([-y, x])
    require(zero(xi.jacobian([x, y]) * xi - xi.jacobian([x, y]) * xi), "the bracket is zero")
    require(drift(xi) == 0, "an equivariant rotation drifts at rate 1")
    return ""


def attraction_is_needed() -> str:
    """Without psi (f = 0: every point an equilibrium) D from the circle is not the drift: radii move at first order."""
    require(F.jacobian([x, y]).subs(CIRCLE).rank() == 1 and sp.zeros(2).rank() == 0, "exactly q zero eigenvalues")
    return "needed: exactly q zero eigenvalues, not the bracket"


def other_constant() -> str:
    """Wrong: the time with k replaced by k/2."""
    time = -2 * sp.log(sp.tan(theta)) / (k * eps)
    rate = -eps * k * sp.sin(2 * theta) / 2
    require(zero(sp.simplify(sp.expand_trig(sp.diff(time, theta) * rate) - 1)), "dT/dtheta is 2/(eps D)")
    return ""


CLAIMS, WRONG = [first_order, times, pinned, attraction_is_needed], [by_the_bracket, other_constant]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
