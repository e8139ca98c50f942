"""Multiplicity: zeros(x) >= p - dim of the common kernel of Xi(y) over y in omega(x), by the Lyapunov filtration."""

from __future__ import annotations

import sympy as sp
from _lemma import main, matrix, require, zero

t = sp.Symbol("t", positive=True)
x, y = sp.symbols("x y", real=True)


def exponents(phi: sp.Matrix) -> list[sp.Expr]:
    """Upper exponents with filtration multiplicity of a tangent flow that is diagonal up to a constant frame.

    Columns c_i e^(l_i t): the rank of the columns with l_i <= l is the dimension of that step of the filtration.
    """
    return sorted(
        (sp.limit(sp.log(sp.sqrt(c.dot(c))) / t, t, sp.oo) for c in map(phi.col, range(phi.cols))), reverse=True
    )


def two_fields_that_become_one() -> str:
    """f = (0, -y), xi_1 = d/dx, xi_2 = d/dx + y d/dy: rank 2 off y = 0, both bounded, one zero: p - dim ker = 1."""
    phi = sp.Matrix([x, y * sp.exp(-t)])
    flow = sp.Matrix([0, -y])
    fields = [sp.Matrix([1, 0]), sp.Matrix([1, y])]
    at = sp.Matrix([x, y])
    for xi in fields:
        require(zero(flow.jacobian(at) * xi - xi.jacobian(at) * flow), "not equivariant")
        moved = phi.jacobian(at) * xi
        require(zero(moved - xi.subs(y, y * sp.exp(-t))), "not transported")
        require(sp.limit(sp.log(sp.sqrt(moved.dot(moved))) / t, t, sp.oo) == 0, "each single exponent is zero")
    limit = sp.Matrix.hstack(*(xi.subs(y, 0) for xi in fields))
    zeros = exponents(phi.jacobian(at)).count(0)
    require(zeros == 2 - len(limit.nullspace()) == 1, "the count is p - dim of the common kernel")
    return "needed: the rank on omega(x) (2 bounded directions, 1 zero)"


def from_the_rank_at_x() -> str:
    """Wrong: zeros(x) >= rank Xi(x) for every x, whatever its omega-limit set."""
    require(exponents(sp.diag(1, sp.exp(-t))).count(0) >= 2, "fewer zeros than the rank at x")
    return ""


def quotients() -> str:
    """Linear algebra of the proof: with V the stable space, dim (im Xi + V)/V = p - dim {a : Xi a in V}."""
    for seed in range(5):
        n, p, stable = 6, 4, 2 + seed % 3
        xi, v = matrix(10 * seed, n, p, 3), matrix(10 * seed + 5, n, stable)
        xi[:, 0] = v * sp.Matrix([1] * stable)  # one combination inside V
        inside = sp.Matrix.hstack(xi, v).nullspace()
        coefficients = sp.Matrix.hstack(*(k[:p, :] for k in inside)) if inside else sp.zeros(p, 1)
        left = sp.Matrix.hstack(xi, v).rank() - v.rank()
        require(left == p - coefficients.rank(), "the dimension of the quotient")
        require(coefficients.rank() >= 1, "the case should not be empty")
    return "quotient dimension on 5 rational matrices"


def several_limits() -> str:
    """xi_a = d/dx_a on a 3-torus times a contraction: omega carries rank 3 of p = 3, three zeros."""
    phi = sp.diag(1, 1, 1, sp.exp(-2 * t))
    require(exponents(phi).count(0) == 3 - 0, "three translations")
    return "a torus"


CLAIMS, WRONG = [two_fields_that_become_one, quotients, several_limits], [from_the_rank_at_x]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
