"""Rank certificate (a): e_q(Xi^T Xi) > 0 means rank >= q; sigma_q^2 >= e_q/((p-q+1) e_{q-1}), e_q/e_{q-1} at rank q."""

from __future__ import annotations

from itertools import combinations

import sympy as sp
from _lemma import above, main, matrix, require


def by_minors(xi: sp.Matrix, q: int) -> sp.Rational:
    """e_q by Cauchy and Binet: the sum of the squares of all q x q minors of Xi."""
    rows, columns = range(xi.rows), range(xi.cols)
    minors = (xi.extract(list(r), list(c)).det() for r in combinations(rows, q) for c in combinations(columns, q))
    return sum((m**2 for m in minors), sp.Integer(0))


def by_polynomial(gram: sp.Matrix, q: int) -> sp.Rational:
    """e_q as a coefficient of the characteristic polynomial."""
    return (-1) ** q * sp.Poly(gram.charpoly().as_expr()).all_coeffs()[q]


def cases() -> list[tuple[sp.Matrix, int]]:
    return [
        (matrix(7 * k, n, p, r), r)
        for k, (n, p, r) in enumerate([(3, 3, 2), (4, 3, 3), (3, 5, 2), (5, 4, 1), (4, 4, 4)])
    ]


def sums_of_minors() -> str:
    for xi, r in cases():
        gram = xi.T * xi
        for q in range(1, min(xi.shape) + 1):
            e = by_minors(xi, q)
            require(e == by_polynomial(gram, q) == by_polynomial(xi * xi.T, q), "e_q of both Gram matrices, and minors")
            require((e > 0) == (q <= xi.rank()) == (q <= r), "e_q > 0 where the rank is at least q, and only there")
    return f"{len(cases())} matrices, minors against characteristic polynomials"


def lower_bounds() -> str:
    """The bounds on sigma_q^2 against the exact number of eigenvalues above them (Descartes)."""
    for xi, r in cases():
        gram, p = xi.T * xi, xi.cols
        for q in range(1, r + 1):
            ratio = by_polynomial(gram, q) / by_polynomial(gram, q - 1)
            require(above(gram, ratio / (p - q + 1)) >= q, "sigma_q^2 is below e_q/((p-q+1) e_{q-1})")
            require(q < r or above(gram, ratio) >= q, "sigma_q^2 is below e_q/e_{q-1} at rank q")
            largest = sp.Rational(gram.trace())
            require(by_polynomial(gram, q - 1) <= q * largest ** (q - 1) or q < r, "e_{q-1} <= q C^(2(q-1))")
    return "bounds by exact eigenvalue counts"


def rank_is_needed() -> str:
    """Xi = I_2, q = 1: e_1/e_0 = 2 although sigma_1^2 = 1."""
    require(above(sp.eye(2), sp.Integer(2)) == 0 and above(sp.eye(2), sp.Integer(1)) == 2, "the identity")
    return "needed: rank <= q (the identity of size 2)"


def without_rank() -> str:
    """Wrong: sigma_q^2 >= e_q/e_{q-1} always."""
    for xi, r in cases():
        for q in range(1, r + 1):
            gram = xi.T * xi
            require(above(gram, by_polynomial(gram, q) / by_polynomial(gram, q - 1)) >= q, "false without rank <= q")
    return ""


def at_one_point() -> str:
    """Wrong: e_q > 0 at a point, hence rank q on N: SO(2) at (1, 0) and at the origin."""
    for at in ((1, 0), (0, 0)):
        require(by_minors(sp.Matrix([-at[1], at[0]]), 1) > 0, "the rank drops elsewhere")
    return ""


CLAIMS, WRONG = [sums_of_minors, lower_bounds, rank_is_needed], [without_rank, at_one_point]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
