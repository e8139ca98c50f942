"""Monotone functions: V' <= -c e^k on a compact N, e >= 0, sends every orbit to e = 0, and bounds no count above."""

from __future__ import annotations

import random

import sympy as sp
from _lemma import main, require, zero

x, y = sp.symbols("x y", real=True)
t, r = sp.symbols("t r", positive=True)
z = sp.Symbol("z")
S = x**2 + y**2


def along_a_flow() -> str:
    """f = -|x|^2 x, V = e_1 = |x|^2: V' = -2 e_1^2, so c = 2 and k = 2; |phi_t| = r/sqrt(1 + 2 r^2 t) ends at 0."""
    f = sp.Matrix([-x * S, -y * S])
    require(zero((sp.Matrix([S]).jacobian([x, y]) * f)[0] + 2 * S**2), "V' = -2 e^2")
    radius = r / sp.sqrt(1 + 2 * r**2 * t)
    require(zero(radius.diff(t) + radius**3), "the closed flow")
    require(zero(sp.integrate(2 * radius**4, (t, 0, sp.oo)) - r**2), "the integral of c e^k is the fall of V")
    return "a flow"


def along_a_map() -> str:
    """F = x (1 - |x|^2/2) on the disc: V(F) - V = -s^2 + s^3/4 <= -(3/4) s^2; exact sums stay below V."""
    s = sp.Rational(9, 10)
    total, first = sp.Integer(0), s
    for _ in range(8):
        image = s * (1 - s / 2) ** 2
        require(image - s <= -sp.Rational(3, 4) * s**2, "the step falls")
        total, s = total + sp.Rational(3, 4) * s**2, image
    require(total <= first, "the sum of c e^k is at most V")
    return "a map"


def eigenvalues_on_the_axis() -> str:
    """Eigenvalues on the axis are at most the degree of gcd(p(z), p(-z)); on the circle, of gcd(p, z^n p(1/z))."""
    rng = random.Random(1)
    for _ in range(20):
        on, off = rng.randint(0, 2), rng.randint(1, 3)
        pairs, others = [z**2 + rng.randint(1, 3) for _ in range(on)], [z + k + 1 for k in range(off)]
        p = sp.Mul(*pairs, z ** rng.randint(0, 2), *others)
        bound = sp.degree(sp.gcd(sp.expand(p), sp.expand(p.subs(z, -z))), z)
        count = sum(m for root, m in sp.roots(p, z).items() if sp.re(root) == 0)
        require(count <= bound, "the axis")
        turning, sinking = z**2 - z * sp.Rational(6, 5) + 1, [z - sp.Rational(1, k + 2) for k in range(off)]
        q = sp.expand(sp.Mul(turning**on, *sinking))
        mirrored = sp.expand(z ** sp.degree(q, z) * q.subs(z, 1 / z))
        require(2 * on <= sp.degree(sp.gcd(q, mirrored), z), "the circle")
    return "20 random spectra"


def a_compact_region_is_needed() -> str:
    """theta' = -1, V = theta, e = 1: V falls for ever on the line; on the circle it is no function."""
    require(sp.limit(-t, t, sp.oo) == -sp.oo, "V is bounded below")
    return "needed: V bounded on N (no angles)"


def ending_in_sigma_leaves_fewer_zeros() -> str:
    """Wrong: an orbit that ends in Sigma_r has fewer than r zeros (for -|x|^2 x both exponents are 0)."""
    radius = r / sp.sqrt(1 + 2 * r**2 * t)
    require(sp.limit(sp.log(radius / r) / t, t, sp.oo) < 0, "the limit of log(|phi_t|/r)/t is 0")
    return ""


def weak_monotony_suffices() -> str:
    """Wrong: V' <= 0 alone sends orbits to e = 0 (rotation keeps V = e = |x|^2)."""
    require(sp.limit(r**2 + 0 * t, t, sp.oo) == 0, "nothing falls")
    return ""


CLAIMS = [along_a_flow, along_a_map, eigenvalues_on_the_axis, a_compact_region_is_needed]
WRONG = [ending_in_sigma_leaves_fewer_zeros, weak_monotony_suffices]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
