"""Rank certificate (b): M^T Xi = 0 and Xi W Xi^T + M M^T >= mu I give rank >= q = n - columns of M, c^2 >= mu/max W."""

from __future__ import annotations

import sympy as sp
from _lemma import above, main, matrix, rationals, require, zero
from stabilizer import so


def spheres() -> str:
    """SO(n), M = x: Xi Xi^T + x x^T = |x|^2 I as polynomials, and rank n - 1, for n = 2 to 6."""
    for n in range(2, 7):
        x = sp.Matrix(sp.symbols(f"x0:{n}"))
        xi = so(n, x)
        require(zero(xi.T * x), "x is not an annihilator")
        require(zero(xi * xi.T + x * x.T - x.dot(x) * sp.eye(n)), "the Casimir identity of SO(n)")
        at = dict(zip(x, rationals(n, n), strict=True))
        require(xi.subs(at).rank() == n - 1, "the rank of the sphere")
    return "SO(2) to SO(6) as identities"


def weighted() -> str:
    """Rational matrices with weights: mu found by bisection with exact counts, the rank and c^2 counted apart."""
    for seed in range(4):
        n, p, q = 4, 3 + seed % 2, 2
        xi = matrix(11 * seed, n, p, q)
        m = sp.Matrix.hstack(*xi.T.nullspace())
        weights = [abs(w) for w in rationals(seed, p)]
        total = xi * sp.diag(*weights) * xi.T + m * m.T
        mu = sp.Integer(1)
        while above(total, mu) < n:
            mu /= 2
        require(mu > 0 and zero(m.T * xi), "the certificate")
        require(xi.rank() >= n - m.cols, "the rank is below n - columns")
        require(above(xi.T * xi, mu / max(weights)) >= q, "c^2 is below mu/max(weights)")
    return "4 weighted rational certificates"


def more_columns_than_needed() -> str:
    """M may be larger than the annihilator needs, and dependent: the claim weakens, it stays true."""
    xi, m = sp.Matrix([[1], [0], [0]]), sp.Matrix([[0, 0], [1, 1], [0, 2]])
    require(zero(m.T * xi) and above(xi * xi.T + m * m.T, sp.Rational(1, 8)) == 3, "the certificate")
    require(xi.rank() >= 3 - m.cols, "rank >= 1")
    return "spare columns"


def what_orthogonality_is_needed_for() -> str:
    """rank [Xi M] = n gives rank Xi >= n - columns of M alone; only c^2 >= mu needs M^T Xi = 0."""
    for seed in (100, 200, 300):
        xi, m = matrix(seed, 4, 3, 2), matrix(seed + 50, 4, 2)
        require(not zero(m.T * xi) and sp.Matrix.hstack(xi, m).rank() == 4, "the case: M across E, together full")
        require(xi.rank() >= 4 - m.cols, "rank >= n - columns")
    return "needed: M^T Xi = 0 for c^2 (the rank does not need it)"


def without_orthogonality() -> str:
    """Wrong: c^2 >= mu without M^T Xi = 0."""
    xi, m = sp.Matrix([sp.Rational(1, 10), 0]), sp.Matrix([[1, 0], [0, 1]])[:, :2]
    mu = sp.Integer(1)
    require(above(xi * xi.T + m * m.T, mu) == 2, "positive definite")
    require(above(xi.T * xi, mu) >= 1, "Xi itself is small")
    return ""


def without_weights() -> str:
    """Wrong: c^2 >= mu with weights above 1."""
    xi, weight = sp.Matrix([1]), 4
    require(above(weight * xi * xi.T, sp.Integer(4)) == 1, "mu = 4")
    require(above(xi.T * xi, sp.Integer(4)) == 1, "c^2 is mu/4")
    return ""


CLAIMS = [spheres, weighted, more_columns_than_needed, what_orthogonality_is_needed_for]
WRONG = [without_orthogonality, without_weights]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
