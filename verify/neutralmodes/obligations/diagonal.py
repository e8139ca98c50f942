"""The matrix certificate in closed form where Xi Xi^T + M M^T is diagonal: tori, spheres and their products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.polynomial_json import polynomial_from_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.exact.positivity_rule import Square, write_proof

Hypotheses = tuple[list[fmpq_mpoly], list[fmpq_mpoly]]


def diagonal_proof(
    columns: Sequence[Sequence[fmpq_mpoly]], mu: fmpq, hypotheses: Hypotheses, ring: Any, budget_s: float
) -> dict[str, Any] | None:
    """A proof of sum (s_i - mu) v_i^2 >= 0 on N, s the diagonal of the columns' matrix, from one of each s_i >= mu.

    ``ring`` has the columns' names first, v_0, ..., v_{n-1} last. None where the matrix is not diagonal or an
    s_i >= mu is not proved. The caller verifies the identity.
    """
    rows = list(zip(*columns, strict=True))
    n, ground = len(rows), columns[0][0].context()
    if any(not _dot(rows[i], rows[j]).is_zero() for i in range(n) for j in range(i)):
        return None
    squares: list[Square] = []
    cofactors = [ring.constant(0) for _ in hypotheses[1]]
    known: dict[str, dict[str, Any] | None] = {}
    for i, row in enumerate(rows):
        entry, v = _dot(row, row) - mu, ring.gen(ring.nvars() - n + i)
        if str(entry) not in known:
            known[str(entry)] = prove_positive(entry, *hypotheses, strict=False, budget_s=budget_s)
        proof = known[str(entry)]
        if proof is None:
            return None
        if proof["margin"] != "0":
            squares.append(((), fmpq(proof["margin"]), v))
        for of, c, q in _pairs(proof):
            squares.append((of, c, lift(polynomial_from_json(q, ground), ring) * v))
        for term in proof["equalities"]:
            cofactors[term["of"]] += lift(polynomial_from_json(term["cofactor"], ground), ring) * v**2
    return write_proof(ring, fmpq(0), squares, cofactors)


def _pairs(proof: dict[str, Any]) -> list[tuple[tuple[int, ...], fmpq, Any]]:
    return [(tuple(part["of"]), fmpq(c), q) for part in proof["products"] for c, q in part["squares"]]


def _dot(u: Sequence[fmpq_mpoly], v: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    return sum((a * b for a, b in zip(u[1:], v[1:], strict=True)), u[0] * v[0])


def lift(poly: fmpq_mpoly, ring: Any) -> fmpq_mpoly:
    """The polynomial in a ring with further names behind its own."""
    more = ring.nvars() - poly.context().nvars()
    return ring.from_dict({(*m, *(0,) * more): c for m, c in poly.to_dict().items()})
