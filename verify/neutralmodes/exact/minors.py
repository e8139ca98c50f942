"""Minors and elementary symmetric functions of polynomial matrices, exact."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb

from flint import fmpq, fmpq_mpoly

Matrix = Sequence[Sequence[fmpq_mpoly]]
TERM_LIMIT = 10_000
MINOR_LIMIT = 10_000


def gram(columns: Matrix) -> list[list[fmpq_mpoly]]:
    """The p x p Gram matrix of p columns of length n, or the n x n one of the rows where n < p."""
    rows = [list(row) for row in zip(*columns, strict=True)]
    vectors = columns if len(columns) <= len(rows) else rows
    return [[_dot(u, v) for v in vectors] for u in vectors]


def _dot(u: Sequence[fmpq_mpoly], v: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    return sum((a * b for a, b in zip(u[1:], v[1:], strict=True)), u[0] * v[0])


def symmetric_function(square: Matrix, q: int) -> fmpq_mpoly | None:
    """e_q of the eigenvalues: the sum of the q x q principal minors; None past TERM_LIMIT terms.

    Faddeev-LeVerrier: M_1 = A, e_k = tr(M_k)/k, M_{k+1} = A (e_k I - M_k).
    """
    size = len(square)
    if not 1 <= q <= size:
        return square[0][0] * 0
    current = [list(row) for row in square]
    for k in range(1, q + 1):
        trace = sum((current[i][i] for i in range(1, size)), current[0][0]) / fmpq(k)
        if k == q:
            return trace if len(trace.to_dict()) <= TERM_LIMIT else None
        shifted = [[(trace if i == j else trace * 0) - current[i][j] for j in range(size)] for i in range(size)]
        current = [[_dot(row, [s[j] for s in shifted]) for j in range(size)] for row in square]
        if any(len(entry.to_dict()) > TERM_LIMIT for row in current for entry in row):
            return None
    return None


def minors(columns: Matrix, size: int) -> list[fmpq_mpoly] | None:
    """The nonzero minors of this size of p columns of length n, or None past MINOR_LIMIT of them."""
    n = len(columns[0])
    if comb(n, size) * comb(len(columns), size) > MINOR_LIMIT:
        return None
    found = []
    for chosen in combinations(columns, size):
        for rows in combinations(range(n), size):
            value = determinant([[column[i] for column in chosen] for i in rows])
            if not value.is_zero():
                found.append(value)
    return found


def determinant(square: Matrix) -> fmpq_mpoly:
    """The determinant by expansion over subsets of columns (no division)."""
    size = len(square)
    partial: dict[tuple[int, ...], fmpq_mpoly] = {(j,): square[0][j] for j in range(size)}
    for i in range(1, size):
        grown: dict[tuple[int, ...], fmpq_mpoly] = {}
        for columns in combinations(range(size), i + 1):
            terms = [
                (-1) ** (i - k) * square[i][j] * partial[columns[:k] + columns[k + 1 :]] for k, j in enumerate(columns)
            ]
            grown[columns] = sum(terms[1:], terms[0])
        partial = grown
    return partial[tuple(range(size))]


def primitive(poly: fmpq_mpoly) -> fmpq_mpoly:
    """The multiple with coprime integer coefficients and a positive first coefficient (largest exponents)."""
    table = poly.to_dict()
    first = table[max(table)]
    content = fmpq(0)
    for value in table.values():
        content = fmpq(_gcd(content.p * value.q, value.p * content.q), content.q * value.q)
    return poly / (content if first > 0 else -content)


def _gcd(a, b):  # type: ignore[no-untyped-def]  # fmpz
    return a.gcd(b)
