"""The positivity rule: a polynomial identity that shows target >= margin on {G >= 0, H = 0}."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .facts import Kernels
from .polynomial import WIDTH, Polynomial, Ring
from .quotient import Quotient, total
from .reader import canonical
from .refusal import NotDerived, Unreadable
from .shape import fields, integer, listing, rational
from .system import System


def read_polynomial(ring: Ring, value: Any, names: Sequence[str]) -> Polynomial:
    """A polynomial of a proof: sorted, no monomial twice, no zero coefficient."""
    shifts = [WIDTH * ring.symbol(name) for name in names]
    previous: list[int] | None = None
    terms = []
    for entry in listing(value, "a polynomial"):
        coefficient, exponents = listing(entry, "a term of a polynomial", 2)
        powers = [integer(e, "an exponent", 0) for e in listing(exponents, "exponents", len(names))]
        if previous is not None and powers >= previous:
            raise Unreadable("the monomials of a polynomial are not sorted, or one occurs twice")
        number = rational(coefficient, "a coefficient")
        if not number:
            raise Unreadable("a coefficient of a polynomial is zero")
        monomial = sum(e << shift for e, shift in zip(powers, shifts, strict=True))
        terms.append(Polynomial(ring, {monomial: number.numerator}, number.denominator, sum(powers)))
        previous = powers
    return ring.total(terms)


def _sum_of_squares(ring: Ring, value: Any, names: Sequence[str]) -> Polynomial:
    parts = []
    for entry in listing(value, "squares"):
        weight, base = listing(entry, "a weighted square", 2)
        factor = rational(weight, "the weight of a square")
        if factor <= 0:
            raise NotDerived(f"a square has the weight {factor}, which is not positive")
        q = read_polynomial(ring, base, names)
        if not q or base[0][0].startswith("-"):
            raise NotDerived("a square is of zero, or of a polynomial whose first coefficient is negative")
        parts.append((q * q).scaled(factor))
    if value != sorted(value, key=canonical):
        raise NotDerived("squares are not in the order of their text")
    return ring.total(parts)


def _ordered(entries: list[Any], what: str) -> list[Any]:
    """The entries, whose `of` must increase: a proof has one spelling."""
    keys = [entry["of"] for entry in entries]
    if any(not a < b for a, b in pairwise(keys)) or any(type(of) is list and of != sorted(of) for of in keys):
        raise NotDerived(f"{what} are not in order, or one occurs twice")
    return entries


def _entry(items: list[Quotient], i: Any, what: str) -> Quotient:
    index = integer(i, what, 0)
    if index >= len(items):
        raise NotDerived(f"{what} is {index}, but there are only {len(items)}")
    return items[index]


def check_positivity(
    system: System,
    proof: Any,
    target: Quotient,
    *,
    strict: bool,
    extra: Sequence[Quotient] = (),
    above: Sequence[Quotient] = (),
    auxiliary: Sequence[str] = (),
    entire: bool = False,
) -> None:
    """Raise NotDerived unless `proof` shows target >= margin on N, where `extra` = 0 and `above` >= 0.

    `entire` admits only kernels that are defined everywhere, as the domain's own proofs need.

    A quotient is replaced by numerator times denominator after its bases are cancelled, up to a positive
    factor: the bases are nonzero on N by the obligation "domain", so the sign is the same.
    """
    if type(proof) is not dict or proof.get("rule") != "positivstellensatz":
        raise NotDerived("this checker knows no positivity rule but 'positivstellensatz'")
    fields(proof, "a positivity proof", ["rule", "names", "margin", "products", "equalities"], ["kernels"])
    kernels = Kernels(system, proof.get("kernels", []), entire)
    ring, names = system.ring, [*system.statement.names, *auxiliary, *kernels.names]
    if listing(proof["names"], "names") != names:
        raise NotDerived(f"a positivity proof must be over the names {names}")
    margin = rational(proof["margin"], "margin")
    if margin < 0 or (strict and margin == 0):
        raise NotDerived(f"the margin {margin} is not positive")
    hypotheses, equalities = [*system.hypotheses, *above, *kernels.facts], [*system.constraints, *extra]
    parts = [system.number(margin)]
    for product in listing(proof["products"], "products"):
        fields(product, "a product", ["of", "squares"])
        part = Quotient(_sum_of_squares(ring, listing(product["squares"], "squares"), names))
        for i in listing(product["of"], "of"):
            part = part * _entry(hypotheses, i, "the index of an inequality")
        parts.append(part)
    _ordered(proof["products"], "products")
    for entry in listing(proof["equalities"], "equalities"):
        fields(entry, "an equality", ["of", "cofactor"])
        equality = _entry(equalities, entry["of"], "the index of an equality")
        parts.append(Quotient(read_polynomial(ring, entry["cofactor"], names)) * equality)
    _ordered(proof["equalities"], "equalities")
    shown = kernels.put(total(ring, parts))
    if target.den:
        reduced = target.cancelled()
        target = _like(Quotient(reduced.num * reduced.denominator()), shown)
    if shown - target:
        raise NotDerived("a positivity identity does not hold")


def _like(target: Quotient, shown: Quotient) -> Quotient:
    """The positive multiple of the target that may be equal to what is shown."""
    lead = max(target.num.terms, default=-1)  # zero has no monomial
    if lead not in shown.num.terms:
        raise NotDerived("a positivity identity does not hold")
    ratio = Fraction(shown.num.terms[lead] * target.num.den, shown.num.den * target.num.terms[lead])
    return target.scaled(abs(ratio))
