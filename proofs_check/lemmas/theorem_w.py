"""Theorem W: for every x in N the orbit converges to Sigma_q, or at least q upper exponents at x are zero."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import sympy as sp
from _lemma import Flow, main, norm, require

x, y = sp.symbols("x y", real=True)
s, t, r = sp.symbols("s t r", positive=True)


def dichotomy_in_closed_form() -> str:
    """On the disc |z| <= 2: Hopf leaves Sigma = {0} and has a zero; x' = -x ends there and has none."""
    radius = {
        "hopf": r * sp.exp(t) / sp.sqrt(1 + r**2 * (sp.exp(2 * t) - 1)),
        "decay": r * sp.exp(-t),
        "slow": r / sp.sqrt(1 + 2 * r**2 * t),  # r' = -r^3
    }
    upper = {k: sp.limit(sp.log(found / r) / t, t, sp.oo) for k, found in radius.items()}
    ends = {k: sp.limit(found, t, sp.oo) for k, found in radius.items()}
    require((upper["hopf"], ends["hopf"]) == (0, 1), "Hopf: off Sigma, and zero")
    require((upper["decay"], ends["decay"]) == (-1, 0), "decay: to Sigma, exponent -1")
    require((upper["slow"], ends["slow"]) == (0, 0), "r' = -r^3: to Sigma, yet zero: the dichotomy is no equivalence")
    return "three discs"


def generic_rank() -> str:
    """Wrong: generic rank 1 gives a zero exponent off Sigma, whatever the orbit's end (x' = -x)."""
    require(sp.limit(sp.log(sp.exp(-t)) / t, t, sp.oo) == 0, "generic rank certifies nothing")
    return ""


def invariant_set_of_sigma() -> str:
    """Complex Lorenz on its z-axis: the orbit lies in Sigma, and its exponents on the z-plane are not zero."""
    a, b, c, d, w = v = sp.symbols("a b c d w", real=True)
    rule = [10 * (c - a), 10 * (d - b), (28 - w) * a - c, (28 - w) * b - d, a * c + b * d - sp.Rational(8, 3) * w]
    with mpmath.workdps(25):
        end = Flow(v, rule).carry([mpmath.mpf(0)] * 4 + [mpmath.mpf(5)], [], 4, 40)[0]
        require(norm(end[:4]) == 0 and end[4] < 1, "the axis is invariant and ends at the origin")
    at_origin = sp.Matrix(rule).jacobian(v).subs(dict.fromkeys(v, 0))
    require(0 not in [sp.re(e) for e in at_origin.eigenvals()], "no zero exponent at the origin")
    return "the invariant axis of complex Lorenz"


def blocks(count: int) -> tuple[list[int], int]:
    """log2 |z| along z -> u z with inputs u = 1/2 and 2 in blocks 1, 3, 9, ..., each followed by its mirror."""
    heights, now = [0], 0
    for k in range(count):
        for sign in (-1, 1):
            for _ in range(3**k):
                now += sign
                heights.append(now)
    return heights, now


def limsup_is_needed() -> str:
    """An input sequence for which the upper exponent is 0 and the lower one is below -1/4 for ever."""
    heights, last = blocks(7)
    rates = [Fraction(h, n) for n, h in enumerate(heights) if n > 50]
    peaks = [n for n in range(51, len(heights)) if heights[n] == 0]
    require(last == 0 and max(heights) == 0 and len(peaks) >= 3, "the orbit returns to |z| = 1: off Sigma, limsup 0")
    require(min(rates) < Fraction(-1, 4), "the lower exponent stays below zero")
    return "needed: upper exponents (limsup 0 with liminf < -1/4 for an input sequence)"


def lower_exponents() -> str:
    """Wrong: the lower exponents off Sigma are zero as well."""
    heights, _ = blocks(7)
    require(min(Fraction(h, n) for n, h in enumerate(heights) if n > 50) > Fraction(-1, 8), "liminf is negative")
    return ""


CLAIMS = [dichotomy_in_closed_form, invariant_set_of_sigma, limsup_is_needed]
WRONG = [generic_rank, lower_exponents]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
