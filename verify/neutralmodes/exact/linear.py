"""Exact linear algebra over the rationals on python-flint matrices."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from flint import fmpq, fmpq_mat

Vector = list[fmpq]


def matrix(rows: Sequence[Sequence[fmpq | int]], width: int | None = None) -> fmpq_mat:
    """The matrix with these rows; ``width`` is needed where there are none."""
    columns = len(rows[0]) if rows else (width or 0)
    return fmpq_mat(len(rows), columns, [fmpq(entry) for row in rows for entry in row])


def rank(rows: Sequence[Sequence[fmpq | int]]) -> int:
    """The rank of the matrix with these rows.

    >>> rank([[1, 2], [2, 4]])
    1
    """
    return matrix(rows).rank() if rows and rows[0] else 0


def nullspace(rows: Sequence[Sequence[fmpq | int]], width: int) -> list[Vector]:
    """A basis of {v : rows . v = 0}, from the reduced row echelon form.

    >>> nullspace([[1, 2, 0]], 3)
    [[-2, 1, 0], [0, 0, 1]]
    """
    reduced, r = matrix(rows, width).rref() if rows else (fmpq_mat(0, width), 0)
    pivots = [next(j for j in range(width) if reduced[i, j] != 0) for i in range(r)]
    basis = []
    for free in (j for j in range(width) if j not in set(pivots)):
        vector = [fmpq(0)] * width
        vector[free] = fmpq(1)
        for i, pivot in enumerate(pivots):
            vector[pivot] = -reduced[i, free]
        basis.append(vector)
    return basis


def solve(rows: Sequence[Sequence[fmpq | int]], right: Sequence[fmpq | int]) -> Vector | None:
    """One solution v of rows . v = right, or None where there is none.

    >>> solve([[1, 1], [1, -1]], [3, 1])
    [2, 1]
    """
    if not rows:
        return []
    width = len(rows[0])
    augmented = [[*row, value] for row, value in zip(rows, right, strict=True)]
    reduced, r = matrix(augmented).rref()
    solution = [fmpq(0)] * width
    for i in range(r):
        pivot = next(j for j in range(width + 1) if reduced[i, j] != 0)
        if pivot == width:
            return None
        solution[pivot] = reduced[i, width]
    return solution


class Span:
    """The span of sparse vectors {key: value}, ready to give coordinates of many others.

    >>> Span([{"x": fmpq(1), "y": fmpq(1)}, {"y": fmpq(2)}]).coordinates({"x": fmpq(1), "y": fmpq(2)})
    [1, 1/2]
    """

    def __init__(self, vectors: Sequence[Mapping[Hashable, fmpq]]) -> None:
        self.vectors = [dict(v) for v in vectors]
        keys = list(dict.fromkeys(key for v in vectors for key in v))
        rows = [[v.get(key, fmpq(0)) for key in keys] for v in vectors]
        reduced, rank = matrix(rows, len(keys)).rref() if rows and keys else (fmpq_mat(0, 0), 0)
        self.rank: int = rank
        self.pivots = [keys[next(j for j in range(len(keys)) if reduced[i, j] != 0)] for i in range(self.rank)]
        # For each pivot key the nonzero entries of its column in the inverse: sparse families stay sparse.
        self._inverse: dict[Hashable, list[tuple[int, fmpq]]] | None = None
        if self.rank == len(vectors):
            square = [[v.get(key, fmpq(0)) for v in self.vectors] for key in self.pivots]
            columns = matrix(square).inv().transpose().tolist() if vectors else []
            self._inverse = {
                key: [(k, c) for k, c in enumerate(column) if c != 0]
                for key, column in zip(self.pivots, columns, strict=True)
            }

    def coordinates(self, vector: Mapping[Hashable, fmpq]) -> Vector | None:
        """The coefficients of a vector over an independent family, or None outside its span.

        Raises ValueError where the family is dependent.
        """
        found, rest = self._divided(vector)
        return None if rest else found

    def rest(self, vector: Mapping[Hashable, fmpq]) -> dict[Hashable, fmpq]:
        """The vector minus the one of the span that agrees with it at the pivots: linear in the vector.

        Raises ValueError where the family is dependent.
        """
        return self._divided(vector)[1]

    def _divided(self, vector: Mapping[Hashable, fmpq]) -> tuple[Vector, dict[Hashable, fmpq]]:
        if self._inverse is None:
            raise ValueError("the vectors are linearly dependent")
        found = [fmpq(0)] * self.rank
        for key, value in vector.items():
            for k, c in self._inverse.get(key, ()):
                found[k] += c * value
        rest = dict(vector)
        for coefficient, base in zip(found, self.vectors, strict=True):
            if coefficient != 0:
                for key, value in base.items():
                    rest[key] = rest.get(key, fmpq(0)) - coefficient * value
        return found, {key: value for key, value in rest.items() if value != 0}
