"""The positivity rule: a polynomial identity that shows target >= margin on {G >= 0, H = 0}."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .polynomial import WIDTH, Polynomial, Ring
from .quotient import Quotient, total
from .refusal import NotDerived, Unreadable
from .shape import fields, integer, listing, rational
from .system import System


def read_polynomial(ring: Ring, value: Any, names: Sequence[str]) -> Polynomial:
    """A polynomial of a proof: sorted, no monomial twice, no zero coefficient."""
    shifts = [WIDTH * ring.symbol(name) for name in names]
    previous: list[int] | None = None
    coefficients: dict[int, Any] = {}
    degree = 0
    for entry in listing(value, "a polynomial"):
        coefficient, exponents = listing(entry, "a term of a polynomial", 2)
        powers = [integer(e, "an exponent", 0) for e in listing(exponents, "exponents", len(names))]
        if previous is not None and powers >= previous:
            raise Unreadable("the monomials of a polynomial are not sorted, or one occurs twice")
        number = rational(coefficient, "a coefficient")
        if not number:
            raise Unreadable("a coefficient of a polynomial is zero")
        coefficients[sum(e << shift for e, shift in zip(powers, shifts, strict=True))] = number
        previous, degree = powers, max(degree, sum(powers))
    terms = (Polynomial(ring, {m: c.numerator}, c.denominator, degree) for m, c in coefficients.items())
    return ring.total(terms)


def _sum_of_squares(ring: Ring, value: Any, names: Sequence[str]) -> Polynomial:
    parts = []
    for entry in listing(value, "squares"):
        weight, base = listing(entry, "a weighted square", 2)
        factor = rational(weight, "the weight of a square")
        if factor <= 0:
            raise NotDerived(f"a square has the weight {factor}, which is not positive")
        q = read_polynomial(ring, base, names)
        parts.append((q * q).scaled(factor))
    return ring.total(parts)


def _entry(items: list[Quotient], i: Any, what: str) -> Quotient:
    if integer(i, what, 0) >= len(items):
        raise NotDerived(f"{what} is {i}, but there are only {len(items)}")
    return items[i]


def check_positivity(
    system: System,
    proof: Any,
    target: Quotient,
    *,
    strict: bool,
    extra: Sequence[Quotient] = (),
    auxiliary: Sequence[str] = (),
) -> None:
    """Raise NotDerived unless `proof` shows target >= margin on N, and on `extra` = 0 where given.

    A quotient A/B is replaced by target * D^2 with D the product of its denominators, nonzero on N. A
    proof may name another D; since that one may vanish somewhere, its margin must be positive.
    """
    if type(proof) is not dict or proof.get("rule") != "positivstellensatz":
        raise NotDerived("this checker knows no positivity rule but 'positivstellensatz'")
    fields(proof, "a positivity proof", "rule names margin products equalities".split(), ["denominator"])
    ring, names = system.ring, [*system.statement.names, *auxiliary]
    if listing(proof["names"], "names") != names:
        raise NotDerived(f"a positivity proof must be over the names {names}")
    margin = rational(proof["margin"], "margin")
    if margin < 0 or (margin == 0 and (strict or "denominator" in proof)):
        raise NotDerived(f"the margin {margin} is not positive")
    denominator = target.denominator()
    if "denominator" in proof:
        denominator = read_polynomial(ring, proof["denominator"], names)
    hypotheses, equalities = system.hypotheses, [*system.constraints, *extra]
    parts = [system.number(margin)]
    for product in listing(proof["products"], "products"):
        fields(product, "a product", ["of", "squares"])
        part = Quotient(_sum_of_squares(ring, product["squares"], names))
        for i in listing(product["of"], "of"):
            part = part * _entry(hypotheses, i, "the index of an inequality")
        parts.append(part)
    for entry in listing(proof["equalities"], "equalities"):
        fields(entry, "an equality", ["of", "cofactor"])
        equality = _entry(equalities, entry["of"], "the index of an equality")
        parts.append(Quotient(read_polynomial(ring, entry["cofactor"], names)) * equality)
    claimed = target * Quotient(denominator * denominator)
    if total(ring, [claimed.scaled(-1), *parts]):
        raise NotDerived("a positivity identity does not hold")
