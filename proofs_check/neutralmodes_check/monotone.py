"""Functions that fall along every orbit: V' <= -c e^k on N (map: V(F) - V), so that every orbit ends in e = 0.

V is bounded on N, so the sum of c e^k along an orbit is finite, and e, whose rate of change is bounded, converges to 0.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .polynomial import Polynomial
from .positivity import check_positivity, read_polynomial
from .quotient import Quotient, total
from .refusal import NotDerived
from .shape import choice, fields, integer, rational
from .system import System

_MAX_POWER = 8


def read_function(system: System, value: Any) -> Quotient:
    """A polynomial that is a function on N: no angles, which are taken modulo 2 pi, no inputs, which vary in time."""
    found = read_polynomial(system.ring, value, system.statement.names)
    if any(found.partial(system.ring.symbol(name)) for name in [*system.statement.angles, *system.statement.inputs]):
        raise NotDerived("a function that is followed along orbits may not hold angles or inputs")
    return Quotient(found)


def compose(system: System, p: Polynomial) -> Quotient:
    """p(F) for a polynomial p over the names."""
    image = system.image(system.rule)
    parts = []
    for m, c in p.terms.items():
        part = system.number(Fraction(c, p.den))
        for name, e in zip(system.statement.names, p.exponents(m), strict=False):
            part = part * image[name] ** e if e else part
        parts.append(part)
    return total(system.ring, parts)


def change(system: System, v: Quotient) -> Quotient:
    """L_f V for a flow, V(F) - V for a map."""
    if system.statement.kind == "flow":
        return system.lie(system.rule)(v)
    return compose(system, v.num) - v


def check_monotone(system: System, proof: Any, of: str, gram: Quotient) -> None:
    """-V' - c gram^k >= 0 on N: every orbit ends where the sum of the minors is zero."""
    fields(proof, "a monotone proof", ["rule", "of", "function", "rate", "power", "positivity"], ["equilibrium"])
    if choice(proof["of"], "of", ("rank", "flow")) != of:
        raise NotDerived(f"this monotone proof must be of {of!r}")
    v, rate = read_function(system, proof["function"]), rational(proof["rate"], "rate")
    power = integer(proof["power"], "power", 1)
    if rate <= 0 or power > _MAX_POWER:
        raise NotDerived(f"a monotone function needs a positive rate and a power of at most {_MAX_POWER}")
    target = total(system.ring, [change(system, v).scaled(-1), (gram**power).scaled(-rate)])
    check_positivity(system, proof["positivity"], target, strict=False)
