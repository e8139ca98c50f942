"""Stabilizer: ker Xi is constant along the orbits of a flow; along a map it can only grow."""

from __future__ import annotations

import sympy as sp
from _lemma import main, rationals, require, zero

X = sp.Matrix(sp.symbols("x0:4", real=True))
t = sp.Symbol("t", positive=True)


def so(n: int, at: sp.Matrix) -> sp.Matrix:
    """The generators of SO(n) at a point, as columns."""
    columns = []
    for i in range(n):
        for j in range(i):
            v = sp.zeros(n, 1)
            v[i], v[j] = at[j], -at[i]
            columns.append(v)
    return sp.Matrix.hstack(*columns)


def kernel(xi: sp.Matrix) -> sp.Matrix:
    """The reduced echelon form of the kernel: equal matrices mean equal spaces."""
    basis = xi.applyfunc(sp.simplify).nullspace(simplify=True)
    return sp.Matrix.hstack(*basis).T.rref(simplify=True)[0] if basis else sp.zeros(0, xi.cols)


def along_flows() -> str:
    """Kernels at x and at phi_t(x), t a symbol: spheres under SO(3), SO(4), two circles with a zero coordinate."""
    count = 0
    for n in (3, 4):
        for seed in (1, 2):
            at = sp.Matrix(rationals(seed, n, 3))
            end = at * sp.exp(t) / sp.sqrt(1 + at.dot(at) * (sp.exp(2 * t) - 1))
            require(zero(kernel(so(n, at)) - kernel(so(n, end))), "the stabilizer moved along a flow")
            count += 1
    for radii in ((1, 2), (0, 3), (2, 0), (0, 0)):  # |z_i|' = |z_i|(1 - |z_i|^2): a zero stays zero
        at = [sp.Integer(r) for r in radii]
        end = [r * sp.exp(t) / sp.sqrt(1 + r**2 * (sp.exp(2 * t) - 1)) for r in at]
        columns = [sp.Matrix([[0, 0], [r[0], 0], [0, 0], [0, r[1]]]) for r in (at, end)]
        require(zero(kernel(columns[0]) - kernel(columns[1])), "the stabilizer moved on a torus")
        count += 1
    return f"{count} orbits with symbolic time"


def along_maps() -> str:
    """ker Xi(x) lies in ker Xi(F x); F = (1 - |z|^2) z/2 makes it grow from 0 to all on |z| = 1."""
    grown = 0
    for at in (sp.Matrix([1, 0]), sp.Matrix([sp.Rational(3, 5), sp.Rational(4, 5)]), sp.Matrix([sp.Rational(1, 2), 0])):
        image = at * (1 - at.dot(at)) / 2
        before, after = (sp.Matrix([-p[1], p[0]]) for p in (at, image))
        for k in before.nullspace():
            require(zero(after * k), "a stabilizer was lost under a map")
        grown += after.rank() < before.rank()
    require(grown == 2, "the rank should drop exactly on the unit circle")
    return "a map whose rank drops in one step"


def constant_along_maps() -> str:
    """Wrong: the rank of Xi is constant along the orbits of an equivariant map."""
    at = sp.Matrix([1, 0])
    image = at * (1 - at.dot(at)) / 2
    require(sp.Matrix([-image[1], image[0]]).rank() == 1, "the rank dropped")
    return ""


def equivariance_is_needed() -> str:
    """f = d/dx under SO(2): from (-1, 0) the orbit passes the origin, where the stabilizer is all of so(2)."""
    ranks = [sp.Matrix([0, -1 + s]).rank() for s in (0, 1, 2)]
    require(ranks == [1, 0, 1], "the stabilizer should jump at the origin")
    return "needed: a translation carries a point through the centre"


def without_equivariance() -> str:
    """Wrong: the stabilizer is constant along the orbits of any field."""
    require(len({sp.Matrix([0, -1 + s]).rank() for s in (0, 1, 2)}) == 1, "the stabilizer is not constant")
    return ""


CLAIMS = [along_flows, along_maps, equivariance_is_needed]
WRONG = [constant_along_maps, without_equivariance]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
