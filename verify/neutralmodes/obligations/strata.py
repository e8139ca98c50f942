"""Sigma in pieces: every minor factored over Q, their common real zeros a union of simpler sets, mostly linear ones.

A factor that is a sum of even powers with positive coefficients vanishes where its variables do (nowhere, if it has
a constant term). Each equation says that one of its factors vanishes; the pieces are the minimal ways to meet all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json import loads
from typing import Any

from flint import fmpq_mpoly, fmpq_mpoly_ctx

from neutralmodes.exact.minors import minors, primitive
from neutralmodes.exact.polynomial_json import PolynomialJson, dumps, polynomial_from_json, polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.ground import Ground
from neutralmodes.statement import polynomial_text

Atoms = frozenset[str]  # polynomials that vanish together, as canonical JSON text

_MOST_EQUATIONS, _MOST_STEPS = 400, 2_000
_MOST_TERMS = 400
_MOST_DIMENSIONS = 24  # beyond, each of many faces is a question that takes minutes


def singular_set(columns: Sequence[Sequence[fmpq_mpoly]], r: int) -> list[PolynomialJson] | None:
    """The equations of Sigma_r as JSON polynomials, or None where there are too many minors."""
    found = minors(columns, r)
    if found is None:
        return None
    texts = {dumps(polynomial_to_json(primitive(m))): None for m in found}
    return [loads(text) for text in sorted(texts)]


def components(singular: Sequence[PolynomialJson], ring: fmpq_mpoly_ctx) -> dict[str, Any] | None:
    """{"factors", "pieces"}: irreducible factors of the equations, and the pieces, lists of polynomials; or None."""
    if not singular or len(singular) > _MOST_EQUATIONS or any(len(e) > _MOST_TERMS for e in singular):
        return None
    parts = [_factors(polynomial_from_json(e, ring)) for e in singular]
    options = [[a for p in part if (a := _atoms(p)) is not None] for part in parts]
    found = _pieces(sorted(options, key=len))
    if found is None:
        return None
    factors = {dumps(polynomial_to_json(p)) for part in parts for p in part}
    return {
        "factors": [loads(text) for text in sorted(factors)],
        "pieces": sorted(([loads(text) for text in sorted(piece)] for piece in found), key=dumps),
    }


def empty_strata(
    ground: Ground, columns: Sequence[Sequence[fmpq_mpoly]], q: int, budget_s: float
) -> dict[str, Any] | None:
    """The rule "strata": every piece of Sigma_q misses N, each by an inequality that fails on it; or None."""
    singular = singular_set(columns, q)
    found = components(singular, ground.ring) if singular else None
    if found is None or ground.hypotheses is None:
        return None
    proofs = []
    for piece in found["pieces"]:
        proof = empty_piece(ground, piece, budget_s / len(found["pieces"]))
        if proof is None:
            return None
        proofs.append(proof)
    return {"rule": "strata", "singular": singular, "components": found, "proofs": proofs}


def empty_piece(ground: Ground, piece: Sequence[PolynomialJson], budget_s: float) -> dict[str, Any] | None:
    """{"inequality": j, "positivity"}: -g_j > 0 on N where a piece vanishes, so there is no such point; or None."""
    if ground.hypotheses is None or ground.n > _MOST_DIMENSIONS:
        return None
    inequalities, equalities = ground.hypotheses
    there = [*equalities, *(polynomial_from_json(p, ground.ring) for p in piece)]
    for j, g in enumerate(inequalities[: len(ground.inequalities)]):
        share = budget_s / len(ground.inequalities)
        if proof := prove_positive(-g, inequalities, there, strict=True, budget_s=share):
            return {"inequality": j, "positivity": proof}
    return None


def piece_text(ground: Ground, piece: Sequence[PolynomialJson]) -> str:
    """A piece as equations."""
    return ", ".join(f"{polynomial_text(p, ground.names)} = 0" for p in piece)


def _factors(p: fmpq_mpoly) -> list[fmpq_mpoly]:
    return [primitive(factor) for factor, _ in p.factor()[1]]


def _atoms(p: fmpq_mpoly) -> Atoms | None:
    """What vanishes where a factor does: its variables, for a sum of even powers; None where it never vanishes."""
    table = p.to_dict()
    pure = all(sum(e > 0 for e in m) <= 1 and not any(e % 2 for e in m) for m in table)
    if not pure or any(c < 0 for c in table.values()):
        return frozenset([dumps(polynomial_to_json(p))])
    gens = p.context().gens()
    names = [[i for i, e in enumerate(m) if e] for m in table]
    return None if [] in names else frozenset(dumps(polynomial_to_json(gens[i])) for (i,) in names)


def _pieces(options: list[list[Atoms]]) -> list[Atoms] | None:
    """The minimal pieces; None where the search is too long."""
    found: list[Atoms] = []
    for steps, piece in enumerate(_ways(options, frozenset(), found)):
        if steps > _MOST_STEPS:
            return None
        if piece is not None:
            found.append(piece)
    kept = [a for a in found if not any(_within(a, b) and (not _within(b, a) or b < a) for b in found)]
    return list(dict.fromkeys(kept))


def _ways(
    options: list[list[Atoms]], known: Atoms, found: list[Atoms], elsewhere: tuple[Atoms, ...] = ()
) -> Iterator[Atoms | None]:
    """Sets of atoms that meet every equation, depth first; None for each step.

    Every point is followed once, by the first factor that vanishes there: ``elsewhere`` are those before it.
    """
    yield None
    if any(piece <= known for piece in found):
        return
    open_ones = [choices for choices in options if not any(a <= known for a in choices)]
    if not open_ones:
        yield known
        return
    for i, atoms in enumerate(open_ones[0]):
        before = (*elsewhere, *open_ones[0][:i])
        if not any(other <= known | atoms for other in before):
            yield from _ways(open_ones, known | atoms, found, before)


def _within(a: Atoms, b: Atoms) -> bool:
    """Whether the zeros of a lie among those of b: every atom of b is one of a, or vanishes with a's coordinates."""
    at_zero = {i for text in a if (i := _coordinate(loads(text))) is not None}
    return all(text in a or all(any(m[i] for i in at_zero) for _, m in loads(text)) for text in b)


def _coordinate(poly: PolynomialJson) -> int | None:
    """i where the polynomial is the coordinate x_i, else None."""
    if len(poly) != 1 or sum(poly[0][1]) != 1:
        return None
    return poly[0][1].index(1)
