"""Transport, flows: [xi, f] = 0 along the orbit implies Dphi_t(x) xi(x) = xi(phi_t x)."""

from __future__ import annotations

import mpmath
import sympy as sp
from _lemma import Flow, distance, main, norm, require, zero

x, y, z, t = sp.symbols("x y z t", real=True)
HERE = sp.Matrix([x, y, z])


def bracket(f: sp.Matrix, xi: sp.Matrix, variables: sp.Matrix) -> sp.Matrix:
    return f.jacobian(variables) * xi - xi.jacobian(variables) * f


def transported(phi: sp.Matrix, xi: sp.Matrix, variables: sp.Matrix) -> bool:
    there = xi.subs(dict(zip(variables, phi, strict=True)), simultaneous=True)
    return zero(phi.jacobian(variables) * xi - there)


def closed_forms() -> str:
    """x' = x(1 - |x|^2) + J x: phi_t = (r(t)/r) e^(tJ) x, solved by hand; both sides by sympy."""
    turn = sp.Matrix([[sp.cos(t), -sp.sin(t), 0], [sp.sin(t), sp.cos(t), 0], [0, 0, 1]])
    for n, spin in ((2, turn[:2, :2]), (3, sp.eye(3)), (3, turn)):
        at = HERE[:n, :]
        s = at.dot(at)
        phi = spin * at * sp.exp(t) / sp.sqrt(1 + s * (sp.exp(2 * t) - 1))
        f = phi.diff(t).subs(t, 0)
        require(zero(phi.subs(t, 0) - at), "phi_0 is not the identity")
        require(zero(f - (at * (1 - s) + spin.diff(t).subs(t, 0) * at)), "phi is not the flow of f")
        xi = sp.Matrix([-y, x, z * 0][:n])
        require(zero(bracket(f, xi, at)), "the bracket is not zero")
        require(transported(phi, xi, at), "transport fails on a closed form")
    return "3 closed flows in sympy"


def lorenz() -> str:
    """Complex Lorenz in 40 digits: the tangent equation against xi at the end, where the tangent has grown."""
    a, b, c, d, w = v = sp.symbols("a b c d w", real=True)
    rule = [10 * (c - a), 10 * (d - b), (28 - w) * a - c, (28 - w) * b - d, a * c + b * d - sp.Rational(8, 3) * w]
    turn = lambda p: [-p[1], p[0], -p[3], p[2], p[4] * 0]  # noqa: E731
    require(zero(bracket(sp.Matrix(rule), sp.Matrix([-b, a, -d, c, 0]), sp.Matrix(v))), "not equivariant")
    with mpmath.workdps(40):
        start = [mpmath.mpf(k) / 10 for k in (1, 2, 3, 4, 5)]
        end, moved = Flow(v, rule).carry(start, [turn(start)], mpmath.mpf(1) / 2, 20)
        error = distance(moved, turn(end)) / norm(moved)
        require(norm(moved) > 20 * norm(turn(start)), "xi hardly grew: the test would be idle")
        require(error < mpmath.mpf(10) ** -20, f"transport residual {mpmath.nstr(error)}")
    return f"complex Lorenz to {mpmath.nstr(error, 1)}"


def broken() -> str:
    """Wrong: transport for a field with a term that breaks the symmetry, in the same way of checking."""
    with mpmath.workdps(30):
        rule = [x * (1 - x**2 - y**2) - y + x / 10, y * (1 - x**2 - y**2) + x]
        start = [mpmath.mpf(1), mpmath.mpf(1) / 2]
        end, moved = Flow([x, y], rule).carry(start, [[-start[1], start[0]]], 1, 10)
        require(distance(moved, [-end[1], end[0]]) < mpmath.mpf(10) ** -9, "transport fails")
    return ""


def equivariance_is_needed() -> str:
    """f = -x, xi = d/dx: [xi, f] = -xi, phi_t = e^-t x, and Dphi_t xi = e^-t xi is not xi."""
    phi, xi, at = sp.Matrix([x * sp.exp(-t)]), sp.Matrix([1]), sp.Matrix([x])
    require(zero(bracket(sp.Matrix([-x]), xi, at) + xi), "the bracket should be -xi")
    require(not transported(phi, xi, at), "transport holds without equivariance")
    require(zero(phi.jacobian(at) * xi - sp.exp(-t) * xi), "a normalizer scales xi by e^-t")
    return "needed: f = -x, xi = d/dx"


def dilation() -> str:
    """Wrong: a scaling, [x.d, f] = (k - 1) f for f homogeneous of degree k, is transported like a symmetry."""
    phi = sp.Matrix([x / (1 + t * x)])  # x' = -x^2
    require(transported(phi, sp.Matrix([x]), sp.Matrix([x])), "a scaling is not transported")
    return ""


CLAIMS, WRONG = [closed_forms, lorenz, equivariance_is_needed], [broken, dilation]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
