"""Theorem N: [xi_a, f] = sum_b B_ba xi_b gives Dphi_t Xi(x) = Xi(phi_t x) e^(tB): exponents Re eig B, of maps log."""

from __future__ import annotations

import mpmath
import sympy as sp
from _lemma import Flow, distance, main, matrix, require, zero

x, y, z, t = sp.symbols("x y z t", positive=True)


def carried(phi: sp.Matrix, columns: sp.Matrix, constants: sp.Matrix, variables: list[sp.Symbol]) -> bool:
    """Dphi_t Xi = Xi(phi_t) e^(tB) with [xi_a, f] = sum_b B_ba xi_b, f = d phi/dt at t = 0."""
    f, dim = phi.diff(t).subs(t, 0), columns.cols
    for a in range(dim):
        bracket = f.jacobian(variables) * columns[:, a] - columns[:, a].jacobian(variables) * f
        require(zero(bracket - columns * constants[:, a]), "B is not that of the brackets")
    there = columns.subs(dict(zip(variables, phi, strict=True)), simultaneous=True)
    return zero(phi.jacobian(variables) * columns - there * (t * constants).exp())


def closed_forms() -> str:
    """Translations of linear flows, and scalings of x' = -x^2 with the flow itself as a second column."""
    for rows in ([[0, -2], [2, 0]], [[-1, -1], [1, -1]], [[0, 1], [0, 0]]):
        a = sp.Matrix(rows)
        require(carried((t * a).exp() * sp.Matrix([x, y]), sp.eye(2), a, [x, y]), "translations of a linear flow")
    phi, nilpotent = sp.Matrix([x / (1 + t * x), y + t]), sp.Matrix([[0, 0], [1, 0]])
    columns = sp.Matrix([[x, -(x**2)], [-y, 1]])  # [xi, f] = f: x and x' = -x^2 scale, and so do y and y' = 1
    require(carried(phi, columns, nilpotent, [x, y]), "a scaling with the flow")
    return "4 closed flows"


def maps() -> str:
    """DF^k Xi = Xi(F^k) B^k for a linear map and its translations, whose exponents are log |eig|."""
    a = matrix(3, 3, 3)
    require(zero(a**5 * sp.eye(3) - sp.eye(3) * a**5), "translations of a linear map")
    turn = sp.Matrix([[3, -4], [4, 3]]) / 5
    require(all(sp.Abs(e) == 1 for e in turn.eigenvals()), "a rational rotation has moduli 1")
    require(all(sp.re(e) != 0 for e in turn.eigenvals()), "and real parts that are not 0")
    return "maps"


def driven() -> str:
    """u' = 2 J u - u + (z^2, z) beside z' = z - z^3 in 40 digits: D phi_t d/du is e^(t(2J - 1)) wherever z is."""
    rule = [-x - 2 * y + z**2, 2 * x - y + z, z - z**3]
    with mpmath.workdps(40):
        end = Flow([x, y, z], rule).carry([1, 0, sp.Rational(1, 2)], [[1, 0, 0], [0, 1, 0]], mpmath.mpf(1), 20)
        growth = mpmath.expm(mpmath.matrix([[-1, -2], [2, -1]]))
        for a in (0, 1):
            error = distance(end[1 + a], [growth[0, a], growth[1, a], 0])
            require(error < mpmath.mpf(10) ** -20, f"residual {mpmath.nstr(error)}")
    return "a driven oscillator"


def independence_is_needed() -> str:
    """f = -x, xi = x d/dx: B = 0, yet the exponent is -1: xi vanishes at the origin, where every orbit ends."""
    require(carried(sp.Matrix([x * sp.exp(-t)]), sp.Matrix([x]), sp.zeros(1), [x]), "x d/dx commutes with -x")
    require(sp.limit(sp.log(sp.exp(-t)) / t, t, sp.oo) == -1, "the exponent of x' = -x is -1")
    return "needed: f = -x, xi = x d/dx"


def transposed() -> str:
    """Wrong: the same with B transposed."""
    a = sp.Matrix([[0, 1], [0, 0]])
    require(carried((t * a).exp() * sp.Matrix([x, y]), sp.eye(2), a.T, [x, y]), "B transposed")
    return ""


def scaling_alone() -> str:
    """Wrong: a scaling of x' = -x^2, [x d/dx, f] = f, is carried without the flow as a second column."""
    require(carried(sp.Matrix([x / (1 + t * x)]), sp.Matrix([x]), sp.zeros(1), [x]), "a scaling alone")
    return ""


CLAIMS, WRONG = [closed_forms, maps, driven, independence_is_needed], [transposed, scaling_alone]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
