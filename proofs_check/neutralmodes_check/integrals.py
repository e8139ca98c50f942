"""First integrals: conserved identically, and how many zeros they add to those of commuting directions."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .functions import apply
from .matrices import minor_count, minors, rank
from .polynomial import Polynomial
from .quotient import Quotient, total
from .refusal import MAX_MINORS, NotDerived
from .shape import fields, integer, rationals
from .system import System
from .zero import vanish, vanishes


@dataclass(frozen=True)
class Counts:
    """w commuting directions, m integrals independent modulo the constraints, pairings of rank at most r."""

    commuting: int
    independent: int
    mixed: int

    @property
    def total(self) -> int:
        return self.commuting + self.independent - self.mixed


def integral_residuals(system: System) -> list[Quotient]:
    """L_f I (flow) or I(F) - I (map) for every listed integral."""
    trees = system.statement.integrals
    values = system.all(trees)
    if system.statement.kind == "flow":
        return list(map(system.lie(system.rule), values))
    images = system.all(trees, system.image(system.rule))
    return [after - before for after, before in zip(images, values, strict=True)]


class RationalPoint:
    """Rational values at a state, through functions whose value there is rational."""

    def __init__(self, system: System, at: list[Fraction]) -> None:
        self.ring = system.ring
        given = zip(system.statement.names, system.whole(at), strict=True)
        self.values = {self.ring.symbol(name): system.number(value) for name, value in given}

    def value(self, q: Quotient) -> Fraction:
        found = self._of(q).value()
        if found is None:
            raise NotDerived("a gradient has no rational value at the given point")
        return found

    def _of(self, q: Quotient) -> Quotient:
        result = self._polynomial(q.num)
        for base, k in q.den.items():
            result = result * self._polynomial(base).inverse() ** k
        return result

    def _polynomial(self, p: Polynomial) -> Quotient:
        terms = []
        for m, c in p.terms.items():
            term = Quotient(self.ring.constant(Fraction(c, p.den)))
            for i, e in enumerate(p.exponents(m)):
                term = term * self._symbol(i) ** e if e else term
            terms.append(term)
        return total(self.ring, terms)

    def _symbol(self, i: int) -> Quotient:
        if i not in self.values:
            name, *arguments = self.ring.symbols[i] or ("",)
            if not name:
                raise NotDerived("an indeterminate has no value at the given point")
            self.values[i] = apply(self.ring, name, *map(self._of, arguments))
        return self.values[i]


def _check_counts(system: System, value: Any) -> Counts:
    fields(value, "counts", ["at", "commuting", "independent", "mixed"])
    statement = system.statement
    if statement.inputs:
        raise NotDerived("integrals add no zeros where there are inputs")
    at = rationals(value["at"], "at", len(statement.variables))
    counts = Counts(*(integer(value[key], key, 0) for key in ("commuting", "independent", "mixed")))
    integrals, constraints = system.all(statement.integrals), system.constraints
    if any(system.rational(h, system.point(at)) != 0 for h in statement.constraints):
        raise NotDerived("the point of the counts is not on the constraints")
    point = RationalPoint(system, at)

    def rank_there(columns: list[list[Quotient]]) -> int:
        return rank(system.ring, [[point.value(c) for c in column] for column in columns])

    moving = [*system.generators, *([system.rule] if statement.kind == "flow" else [])]
    normals = list(map(system.gradient, constraints))
    both = rank_there([*map(system.gradient, integrals), *normals])
    found = rank_there(moving), both - rank_there(normals)
    if found != (counts.commuting, counts.independent):
        raise NotDerived(f"at the given point {found[0]} directions commute and {found[1]} integrals are independent")
    _check_mixed(system, integrals, counts.mixed)
    return counts


def _check_mixed(system: System, integrals: list[Quotient], r: int) -> None:
    """Every (r+1)-minor of dI_j(xi_a) vanishes; dI_j(f) is zero already."""
    p, k = len(system.generators), len(integrals)
    if r >= min(p, k):
        return
    table = [[system.lie(xi)(i) for i in integrals] for xi in system.generators]
    if minor_count(k, p, r + 1) > MAX_MINORS or not all(map(vanishes, minors(system.ring, table, r + 1))):
        raise NotDerived(f"a pairing of integrals and generators has rank above {r}")


def check_integrals(system: System, proof: Any) -> Counts | None:
    """The counts of the integrals, None where none are claimed. Raises NotDerived."""
    if fields(proof, "the proof of integrals", ["rule", "counts"])["rule"] != "identity":
        raise NotDerived("integrals have no such rule")
    if not vanish(system, integral_residuals):
        raise NotDerived("a listed integral is not conserved")
    return None if proof["counts"] is None else _check_counts(system, proof["counts"])
