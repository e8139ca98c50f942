"""Equilibrium: at most deg gcd(p(z), p(-z)) zeros (maps: gcd(p(z), z^n p(1/z))), p characteristic of the Jacobian."""

from __future__ import annotations

import sympy as sp
from _lemma import main, matrix, require

z = sp.Symbol("z")

BLOCKS = {
    "zero": sp.zeros(1),
    "turn": sp.Matrix([[0, -2], [2, 0]]),
    "Jordan": sp.Matrix([[0, 1], [0, 0]]),
    "saddle": sp.diag(1, -1),
    "sink": sp.diag(-1, -3),
    "focus": sp.Matrix([[-1, -1], [1, -1]]),
}
UNIT = {"one": sp.eye(1), "rotation": sp.Matrix([[3, -4], [4, 3]]) / 5, "pair": sp.diag(2, sp.Rational(1, 2)),
        "nilpotent": BLOCKS["Jordan"], "shrink": sp.diag(sp.Rational(1, 3))}  # fmt: skip
FLOWS = [("zero", "turn"), ("turn", "turn", "sink"), ("Jordan", "focus"), ("saddle", "zero"), ("sink", "focus")]
MAPS = [("one", "rotation"), ("rotation", "rotation", "shrink"), ("pair", "one"), ("nilpotent", "one"), ("shrink",)]


def hidden(names: tuple[str, ...], blocks: dict[str, sp.Matrix], seed: int) -> sp.Matrix:
    """The blocks in another basis, so that the matrix shows nothing of them."""
    inner = sp.diag(*(blocks[name] for name in names))
    basis = matrix(seed, inner.rows, inner.rows)
    require(basis.det() != 0, "a basis")
    return basis * inner * basis.inv()


def bound(jacobian: sp.Matrix, flow: bool) -> int:
    p = sp.Poly(jacobian.charpoly(z).as_expr(), z)
    mirrored = p.compose(sp.Poly(-z, z)) if flow else sp.Poly(list(reversed(p.all_coeffs())), z)
    return int(sp.gcd(p, mirrored).degree())


def zeros(jacobian: sp.Matrix, flow: bool) -> int:
    """The exponents that are zero, from the eigenvalues in closed form."""
    found = jacobian.eigenvals()
    return sum(m for e, m in found.items() if (sp.re(e) == 0 if flow else sp.simplify(sp.Abs(e)) == 1))


def at_equilibria() -> str:
    for k, names in enumerate(FLOWS):
        jacobian = hidden(names, BLOCKS, 10 * k)
        require(zeros(jacobian, True) <= bound(jacobian, True), f"{names}")
    for k, names in enumerate(MAPS):
        jacobian = hidden(names, UNIT, 100 + 10 * k)
        require(zeros(jacobian, False) <= bound(jacobian, False), f"{names}")
    return f"{len(FLOWS)} flows and {len(MAPS)} maps in hidden bases"


def rest_is_needed() -> str:
    """Hopf at (1, 0), on its circle: the Jacobian there bounds by 0, the orbit has one zero exponent (f itself)."""
    x, y = sp.symbols("x y", real=True)
    field = sp.Matrix([x * (1 - x**2 - y**2) - y, y * (1 - x**2 - y**2) + x])
    at = {x: 1, y: 0}
    require(bound(field.jacobian([x, y]).subs(at), True) == 0, "both eigenvalues are -1")
    require(field.subs(at).norm() == 1, "f has length 1 along the circle: carried around, it neither grows nor shrinks")
    return "needed: a point that rests"


def an_equality() -> str:
    """Wrong: the bound counts them: a saddle with the rates 1 and -1 has none."""
    jacobian = hidden(("saddle",), BLOCKS, 7)
    require(zeros(jacobian, True) == bound(jacobian, True), "the saddle's pair is counted")
    return ""


def from_the_end_of_orbits() -> str:
    """Wrong: where every orbit ends in Sigma_r, fewer than r exponents are zero: x' = -|x|^2 x, r = 1, has two at 0."""
    x, y = sp.symbols("x y", real=True)
    field = sp.Matrix([x, y]) * -(x**2 + y**2)
    require(zeros(field.jacobian([x, y]).subs({x: 0, y: 0}), True) < 1, "the Jacobian vanishes")
    return ""


CLAIMS, WRONG = [at_equilibria, rest_is_needed], [an_equality, from_the_end_of_orbits]

if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
