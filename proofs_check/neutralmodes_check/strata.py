"""Sigma in pieces: the equations factored, and their common real zeros covered by the stated pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .polynomial import Polynomial
from .positivity import check_positivity, read_polynomial
from .quotient import Quotient
from .reader import canonical
from .refusal import NotDerived
from .shape import fields, integer, listing
from .system import System

Atoms = frozenset[Polynomial]  # polynomials that vanish together
Piece = tuple[Polynomial, ...]  # the same, in the order of the file

_MAX_STEPS = 20_000


def check_components(system: System, value: Any, equations: Sequence[Polynomial]) -> list[Piece]:
    """The pieces, whose union is the set where all equations vanish. Raises NotDerived."""
    fields(value, "components", ["factors", "pieces"])
    names, ring = system.statement.names, system.ring
    factors = [read_polynomial(ring, p, names) for p in listing(value["factors"], "factors")]
    if any(p.value() is not None for p in factors):
        raise NotDerived("a factor of the equations of Sigma is a constant")
    stated = listing(value["pieces"], "pieces")
    for entry in (value["factors"], stated, *(listing(piece, "a piece") for piece in stated)):
        if entry != sorted(entry, key=canonical):
            raise NotDerived("factors and pieces of Sigma are not in the order of their text")
    pieces = [tuple(read_polynomial(ring, p, names) for p in piece) for piece in stated]
    if not all(pieces):
        raise NotDerived("a piece of Sigma has no equation")
    options = [[a for p in _factored(q, factors) if (a := atoms(p)) is not None] for q in equations]
    for piece in pieces:
        if not all(any(_vanish(a, frozenset(piece)) for a in choices) for choices in options):
            raise NotDerived("a stated piece is not in Sigma")
    for steps, covered in enumerate(_covering(options, frozenset(), pieces)):
        if not covered or steps > _MAX_STEPS:
            raise NotDerived("the stated pieces are not shown to cover Sigma")
    return pieces


def _factored(p: Polynomial, factors: Sequence[Polynomial]) -> Iterator[Polynomial]:
    """The factors that divide p; NotDerived where more than a constant is left."""
    for factor in factors:
        before = p
        while (smaller := p.over(factor)) is not None:
            p = smaller
        if p is not before:
            yield factor
    if p.value() is None:
        raise NotDerived("an equation of Sigma is no product of the stated factors")


def atoms(p: Polynomial) -> Atoms | None:
    """What vanishes where p does: the variables of a sum of even powers; None where p never vanishes; else p itself."""
    powers = [[(i, e) for i, e in enumerate(p.exponents(m)) if e] for m in p.terms]
    if any(c < 0 for c in p.terms.values()) or any(len(m) > 1 or any(e % 2 for _, e in m) for m in powers):
        return frozenset([p])
    return None if [] in powers else frozenset(p.ring.generator(i) for ((i, _),) in powers)


def _vanish(wanted: Iterable[Polynomial], known: Atoms) -> bool:
    """Whether every wanted polynomial is known to vanish, or does so with the known coordinates."""
    zero = {p.support()[0] for p in known if len(p.terms) == 1 and sum(p.exponents(next(iter(p.terms)))) == 1}
    return all(p in known or all(any(p.exponents(m)[i] for i in zero) for m in p.terms) for p in wanted)


def _covering(
    options: Sequence[list[Atoms]], known: Atoms, pieces: Sequence[Piece], elsewhere: tuple[Atoms, ...] = ()
) -> Iterator[bool]:
    """Every way to meet all equations, depth first, one value a step: False where a way ends outside all pieces.

    A point is followed by the first choice that vanishes there; what is `elsewhere` does not vanish on this way.
    """
    if any(_vanish(piece, known) for piece in pieces):
        yield True
        return
    left = [choices for choices in options if not any(_vanish(a, known) for a in choices)]
    yield bool(left)
    for i, choice in enumerate(left[0] if left else ()):
        before = (*elsewhere, *left[0][:i])
        if not any(_vanish(other, known | choice) for other in before):
            yield from _covering(left, known | choice, pieces, before)


def check_empty(system: System, value: Any, piece: Sequence[Polynomial]) -> None:
    """-g_j > 0 on N where a piece vanishes, j the stated inequality of the region: it misses N."""
    fields(value, "an empty piece", ["inequality", "positivity"])
    j = integer(value["inequality"], "inequality", 0)
    if j >= len(system.inequalities):
        raise NotDerived(f"the region has no inequality {j}")
    target = system.inequalities[j].scaled(-1)
    check_positivity(system, value["positivity"], target, strict=True, extra=[Quotient(p) for p in piece])
