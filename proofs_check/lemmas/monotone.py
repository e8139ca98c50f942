"""Monotone functions: V' <= -c e^k on N (maps: V(F) - V), V bounded, e >= 0: every orbit of N ends where e = 0."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp
from _lemma import main, require, zero

s, t = sp.symbols("s t", positive=True)


def along_flows() -> str:
    """x' = -|x|^2 x: s = |x|^2, V = e = s, V' = -2 e^2; the fall of V against the integral of 2 e^2, in closed form."""
    found = s / (1 + 2 * s * t)
    require(zero(sp.diff(found, t) + 2 * found**2), "the closed form")
    fall = s - sp.limit(found, t, sp.oo)
    require(zero(sp.integrate(2 * found**2, (t, 0, sp.oo)) - fall), "the integral of c e^k is the fall of V")
    require(sp.limit(found, t, sp.oo) == 0, "e converges to 0")
    require(sp.limit(sp.log(found / s) / t, t, sp.oo) == 0, "without a rate: the exponent along x is 0")
    return "a decay without a rate"


def along_maps() -> str:
    """z -> z (1 - s/4) on s <= 1: V - V(F) = s^2/2 - s^3/16 >= 7/16 s^2; exact iterates, and their sum."""
    value, total = Fraction(1), Fraction(0)
    for k in range(8):
        require(value <= Fraction(16, 7) / (k + 1), "s_k <= (16/7)/(k + 1): the sum of s^2 is at most 16/7")
        after = value * (1 - value / 4) ** 2
        require(value - after >= Fraction(7, 16) * value**2, "V falls by 7/16 e^2")
        total, value = total + value**2, after
    require(total <= Fraction(16, 7), "the sum of e^2 is at most the fall of V over c")
    return "8 exact iterates"


def a_bound_is_needed() -> str:
    """x' = 1 on the line, V = -x and e = 1: V' = -e for ever, and e stays 1."""
    x = sp.Symbol("x", real=True)
    require(zero(sp.diff(-(x + t), t) + 1) and sp.limit(-t, t, sp.oo) == -sp.oo, "V falls without end")
    return "needed: V bounded on N"


def any_fall() -> str:
    """Wrong: V' <= 0, whatever it says of e: (x, y)' = (0, -y), V = y^2, e = x^2, from x = 1."""
    x_at_end = sp.limit(sp.Integer(1), t, sp.oo)
    require(x_at_end**2 == 0, "e stays 1")
    return ""


def without_a_bound() -> str:
    """Wrong: V need not be bounded: x' = 1, V = -x, e = 1: V' = -e for ever."""
    require(sp.limit(-t, t, sp.oo) > -sp.oo, "V falls without end, and e stays 1")
    return ""


CLAIMS, WRONG = [along_flows, along_maps, a_bound_is_needed], [any_fall, without_a_bound]

if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
