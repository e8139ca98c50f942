"""Exact linear algebra: rank over Q, minors and characteristic sums of matrices of rational functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from math import comb

from .polynomial import Ring
from .quotient import Quotient, total

Matrix = Sequence[Sequence[Quotient]]


def rank(ring: Ring, rows: Sequence[Sequence[Fraction]]) -> int:
    """Rank of a matrix of rationals, by elimination."""
    work = [list(row) for row in rows]
    found = 0
    for column in range(len(work[0]) if work else 0):
        pivot = next((i for i in range(found, len(work)) if work[i][column]), None)
        if pivot is None:
            continue
        work[found], work[pivot] = work[pivot], work[found]
        top = work[found]
        for row in work[found + 1 :]:
            if row[column]:
                factor = row[column] / top[column]
                ring.budget.spend(len(row) * (1 + factor.numerator.bit_length() ** 2 // 2**16))
                row[:] = [a - factor * b for a, b in zip(row, top, strict=True)]
        found += 1
    return found


def dot(ring: Ring, u: Sequence[Quotient], v: Sequence[Quotient]) -> Quotient:
    ring.budget.spend(4 * len(u))
    return total(ring, [a * b for a, b in zip(u, v, strict=True) if a and b])


def minor_count(n: int, p: int, size: int) -> int:
    return comb(n, size) * comb(p, size)


def minors(ring: Ring, columns: Matrix, size: int) -> Iterator[Quotient]:
    """All minors of that size of the matrix with these columns (Laplace, sharing the smaller minors)."""
    n = len(columns[0])
    for chosen in combinations(columns, size):
        table: dict[tuple[int, ...], Quotient] = {(): Quotient(ring.constant(1))}
        for k, column in enumerate(chosen):
            ring.budget.spend(comb(n, k + 1) * (k + 1))
            table = {
                rows: total(
                    ring,
                    [
                        (column[i] * table[rows[:j] + rows[j + 1 :]]).scaled((-1) ** (j + k))
                        for j, i in enumerate(rows)
                        if column[i] and table[rows[:j] + rows[j + 1 :]]
                    ],
                )
                for rows in combinations(range(n), k + 1)
            }
        yield from table.values()


def gram_sum(ring: Ring, columns: Matrix, q: int) -> Quotient:
    """e_q of the Gram matrix: the sum of its q x q principal minors, by Faddeev and LeVerrier."""
    rows = list(columns) if len(columns) <= len(columns[0]) else list(zip(*columns, strict=True))
    size = len(rows)
    gram = [[dot(ring, u, v) for v in rows] for u in rows]
    zero, e = Quotient(ring.total(())), Quotient(ring.constant(1))
    powers = [[e if i == j else zero for j in range(size)] for i in range(size)]
    for k in range(1, q + 1):
        transposed = list(zip(*powers, strict=True))
        product = [[dot(ring, row, column) for column in transposed] for row in gram]
        e = total(ring, [product[i][i] for i in range(size)]).scaled(Fraction(1, k))
        powers = [[(e if i == j else zero) - product[i][j] for j in range(size)] for i in range(size)]
    return e
