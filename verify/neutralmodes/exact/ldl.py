"""Exact LDL^T: a rational Gram matrix as a sum of squares, or the knowledge that it is none."""

from __future__ import annotations

from flint import fmpq, fmpq_mat

from neutralmodes.errors import InputError


def ldl_squares(gram: fmpq_mat) -> list[tuple[fmpq, list[fmpq]]] | None:
    """Pairs (d > 0, row) with gram = sum of d row^T row, or None where gram is not semidefinite.

    Each row has 1 at its pivot and 0 before it. A zero pivot is skipped where its whole remaining
    row is zero; otherwise the matrix is indefinite. InputError where gram is not symmetric.

    >>> ldl_squares(fmpq_mat(2, 2, [4, 2, 2, 1]))
    [(4, [1, 1/2])]
    >>> ldl_squares(fmpq_mat(2, 2, [0, 1, 1, 5])) is None
    True
    """
    if gram.nrows() != gram.ncols() or gram != gram.transpose():
        raise InputError(f"a Gram matrix must be symmetric, given {gram.nrows()} x {gram.ncols()}: {gram}")
    size = gram.nrows()
    rows: list[list[fmpq]] = gram.tolist()
    squares = []
    for k in range(size):
        pivot = rows[k][k]
        if pivot < 0 or (pivot == 0 and any(rows[k][j] != 0 for j in range(k + 1, size))):
            return None
        if pivot == 0:
            continue
        row = [fmpq(0)] * k + [entry / pivot for entry in rows[k][k:]]
        squares.append((pivot, row))
        _eliminate(rows, k, row)
    return squares


def _eliminate(rows: list[list[fmpq]], k: int, row: list[fmpq]) -> None:
    """Subtract pivot row^T row from the trailing block (its upper triangle is what is read later)."""
    filled = [j for j in range(k + 1, len(rows)) if row[j] != 0]
    for i in filled:
        factor = rows[k][i]
        for j in filled:
            if j >= i:
                rows[i][j] -= factor * row[j]
