"""Transport, maps: DF(x) xi(x) = xi(F(x)) is the condition, and it iterates; the bracket is another."""

from __future__ import annotations

import sympy as sp
from _lemma import main, require, zero

x, y, z = sp.symbols("x y z", real=True)
S = x**2 + y**2
TURN = sp.Matrix([[sp.Rational(3, 5), -sp.Rational(4, 5)], [sp.Rational(4, 5), sp.Rational(3, 5)]])


def residual(F: sp.Matrix, xi: sp.Matrix, at: sp.Matrix) -> sp.Matrix:
    return F.jacobian(at) * xi - xi.subs(dict(zip(at, F, strict=True)), simultaneous=True)


def iterate(F: sp.Matrix, at: sp.Matrix, k: int) -> sp.Matrix:
    found = at
    for _ in range(k):
        found = F.subs(dict(zip(at, found, strict=True)), simultaneous=True)
    return found


def iterates() -> str:
    """D(F^k) xi - xi(F^k) of the composed map, not by the chain rule, for k = 1, 2, 3."""
    plane, space = sp.Matrix([x, y]), sp.Matrix([x, y, z])
    cases = [
        (TURN * plane * (3 - S) / 2, sp.Matrix([-y, x]), plane, 3),
        (sp.Matrix([x * (1 + z), y * (1 - x * y), z + x * y]), sp.Matrix([x, -y, 0]), space, 2),  # xy is invariant
        (sp.Matrix([x + z, y + z**2, z / 2]), sp.Matrix([1, 0, 0]), space, 3),
    ]
    for F, xi, at, depth in cases:
        require(zero(residual(F, xi, at)), "the map's residual is not zero")
        for k in range(1, depth + 1):
            require(zero(residual(iterate(F, at, k), xi, at)), f"transport fails for the iterate {k}")
    return f"{len(cases)} maps, iterates to 3 in sympy"


def the_bracket_is_not_the_condition() -> str:
    """F = 7, xi = d/dx: the bracket DF.xi - Dxi.F is 0, yet DF xi - xi(F) = -1."""
    at, F, xi = sp.Matrix([x]), sp.Matrix([7]), sp.Matrix([1])
    require(zero(F.jacobian(at) * xi - xi.jacobian(at) * F), "the bracket should vanish")
    require(residual(F, xi, at)[0] == -1, "the residual of the constant map should be -1")
    require(residual(sp.Matrix([x / 2]), xi, at)[0] == sp.Rational(-1, 2), "x/2 is no translation")
    return "needed: the constant map has bracket 0 and residual -1"


def by_the_bracket() -> str:
    """Wrong: a vanishing bracket gives transport for maps."""
    at, F, xi = sp.Matrix([x, y]), sp.Matrix([y, 0]), sp.Matrix([1, 0])
    require(zero(F.jacobian(at) * xi - xi.jacobian(at) * F), "the bracket should vanish")
    require(zero(residual(F, xi, at)), "a vanishing bracket is no transport")
    return ""


CLAIMS, WRONG = [iterates, the_bracket_is_not_the_condition], [by_the_bracket]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
