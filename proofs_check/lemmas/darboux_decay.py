"""Darboux decay: L_f p = K p with K < 0 on N (maps: p o F = K p, |K| < 1) sends every orbit of N to p = 0."""

from __future__ import annotations

import sympy as sp
from _lemma import main, require, zero

x, y = sp.symbols("x y", real=True)
t, r = sp.symbols("t r", positive=True)
AT = sp.Matrix([x, y])
S = x**2 + y**2


def cofactor(f: sp.Matrix, p: sp.Expr) -> sp.Expr:
    quotient, rest = sp.div((sp.Matrix([p]).jacobian(AT) * f)[0], p, x, y)
    require(rest == 0, "p is no Darboux polynomial")
    return quotient


def along_flows() -> str:
    """p(phi_t x) = p(x) exp(integral of K) on closed flows, and its limit."""
    hopf = AT * sp.exp(t) / sp.sqrt(1 + S * (sp.exp(2 * t) - 1))
    cases = [(AT * sp.exp(-t), S), (sp.Matrix([x * sp.exp(-t), y * sp.exp(-3 * t)]), y), (hopf, S - 1)]
    for phi, p in cases:
        f = phi.diff(t).subs(t, 0)
        k, values = cofactor(f, p), dict(zip(AT, phi, strict=True))
        there = p.subs(values, simultaneous=True)
        require(zero(there.diff(t) - k.subs(values, simultaneous=True) * there), "p' = K p along the flow")
        require(sp.limit(there.subs({x: r, y: r}), t, sp.oo) == 0, "p does not decay")
    return "3 closed flows"


def along_maps() -> str:
    """F = z (1 - |z|^2)/2 and its p = |z|^2: K = (1 - s)^2/4 < 1 on the disc; exact iterates."""
    F = AT * (1 - S) / 2
    moved = sp.expand(S.subs(dict(zip(AT, F, strict=True)), simultaneous=True))
    k, rest = sp.div(moved, S, x, y)
    require(rest == 0 and zero(k - (1 - S) ** 2 / 4), "p o F = K p")
    here = sp.Matrix([sp.Rational(3, 5), sp.Rational(-1, 2)])
    for _ in range(6):
        before = here.dot(here)
        here = F.subs(dict(zip(AT, here, strict=True)))
        require(here.dot(here) <= before / 4, "the map's p does not decay")
    return "a map"


def ends_in_sigma() -> str:
    """e_1 = |xi|^2 = s for SO(2), and f = xi + (1 - s) x for Hopf: orbits end where e_1 = 0, where f lies in E."""
    xi = sp.Matrix([-y, x])
    require(zero(xi.dot(xi) - S), "e_1 is the factor itself")
    f = xi + AT * (1 - S)
    require(zero((f - xi) + (S - 1) * AT), "f - xi is in the ideal of s - 1")
    gram = sp.Matrix.hstack(xi, f)
    require(zero((gram.T * gram).det() - (S * (1 - S)) ** 2), "e_2 of [Xi f] is in it, too")
    return "e_1 and e_2 in the ideal"


def strictness_is_needed() -> str:
    """x' = 0, p = x, K = 0; and x' = -x^3, p = x, K = -x^2 < 0 off 0: it still decays, without a rate."""
    require(sp.limit(r / sp.sqrt(1 + 2 * r**2 * t), t, sp.oo) == 0, "x' = -x^3 ends at 0, by LaSalle")
    return "needed: K < 0 on all of N, and N invariant"


def with_zero_cofactor() -> str:
    """Wrong: K <= 0 suffices (x' = 0)."""
    require(sp.limit(x + 0 * t, t, sp.oo) == 0, "nothing moves")
    return ""


def on_a_region_that_is_left() -> str:
    """Wrong: K < 0 near the start suffices where N is left: (p, q)' = (p (q - 1), 2), K = q - 1 < 0 on q <= 1/2."""
    path = sp.exp(t**2 - t)  # p along q = 2 t from (1, 0)
    require(zero(path.diff(t) - path * (2 * t - 1)), "the solution")
    require(sp.limit(path, t, sp.oo) == 0, "p grows once q has passed 1")
    return ""


CLAIMS = [along_flows, along_maps, ends_in_sigma, strictness_is_needed]
WRONG = [with_zero_cofactor, on_a_region_that_is_left]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
