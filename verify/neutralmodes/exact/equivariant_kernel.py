"""Polynomials f with Df(x) A x = B f(x) for several integer matrices: an exact, complete, fixed basis.

One generator at a time: the torus first, whose kernel falls into many tiny blocks, the others on
what is left. Blocks are found, not declared, so sums and copies of representations cost what their
parts cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations_with_replacement
from math import gcd

from flint import fmpz_mat

IntMatrix = tuple[tuple[int, ...], ...]
Monomial = tuple[int, ...]
Terms = tuple[tuple[Monomial, int], ...]
Vector = dict[int, int]  # component * base^n + sum of exponent_i * base^i  ->  coefficient


@lru_cache(maxsize=512)
def solutions(
    matrices: tuple[IntMatrix, ...], targets: tuple[IntMatrix, ...], degree: int
) -> tuple[tuple[Terms, ...], ...]:
    """Every polynomial f of the degree with Df(x) A x = B f(x), in reduced echelon form, component by component."""
    n, m, base = len(matrices[0]), len(targets[0]), degree + 1
    operators = [Operator(a, b, base) for a, b in zip(matrices, targets, strict=True)]
    kernel: list[Vector] = [
        {j * base**n + sum(base**i for i in chosen): 1}
        for j in range(m)
        for chosen in combinations_with_replacement(range(n), degree)
    ]
    for a in _torus_first(matrices):
        kernel = [v for block in _blocks(kernel, operators[a]) for v in _kernel(*block)]
    return tuple(_unpack(v, n, m, base) for v in _echelon(kernel, n, base))


class Operator:
    """v -> Dv(x) A x - B v on packed polynomials."""

    def __init__(self, matrix: IntMatrix, target: IntMatrix, base: int) -> None:
        n = len(matrix)
        self._base, self._size = base, base**n
        # x_j -> x_k in a monomial is one addition on its packed form.
        self._moves = [
            [(base**k - base**j, value) for k, value in enumerate(row) if value] for j, row in enumerate(matrix)
        ]
        self._rows = [
            [((i - j) * self._size, row[j]) for i, row in enumerate(target) if row[j]] for j in range(len(target))
        ]

    def __call__(self, vector: Vector) -> Vector:
        found: Vector = {}
        for key, coefficient in vector.items():
            component, rest = divmod(key, self._size)
            for moves in self._moves:
                if not rest:
                    break
                rest, exponent = divmod(rest, self._base)
                if exponent:
                    for shift, value in moves:
                        found[key + shift] = found.get(key + shift, 0) + exponent * value * coefficient
            for shift, value in self._rows[component]:
                found[key + shift] = found.get(key + shift, 0) - value * coefficient
        return {key: value for key, value in found.items() if value}


def _torus_first(matrices: Sequence[IntMatrix]) -> list[int]:
    """An order of the generators: a maximal commuting family, greedily, then the others."""
    torus: list[int] = []
    for a in sorted(range(len(matrices)), key=lambda a: sum(v != 0 for row in matrices[a] for v in row)):
        if all(_commute(matrices[a], matrices[b]) for b in torus):
            torus.append(a)
    return torus + [a for a in range(len(matrices)) if a not in torus]


def _commute(a: IntMatrix, b: IntMatrix) -> bool:
    one, other = fmpz_mat(list(map(list, a))), fmpz_mat(list(map(list, b)))
    return bool(one * other == other * one)


def _blocks(vectors: Sequence[Vector], operator: Operator) -> Iterable[tuple[list[Vector], list[Vector]]]:
    """(vectors, images) in groups whose images share no monomial: each has its own kernel."""
    images = [operator(v) for v in vectors]
    return [([vectors[i] for i in g], [images[i] for i in g]) for g in _groups(images)]


def _groups(vectors: Sequence[Vector]) -> Iterable[list[int]]:
    """The indices in groups that share no monomial."""
    parent = list(range(len(vectors)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = i = parent[parent[i]]
        return i

    owner: dict[int, int] = {}
    for i, vector in enumerate(vectors):
        for key in vector:
            parent[root(i)] = root(owner.setdefault(key, i))
    groups: dict[int, list[int]] = {}
    for i in range(len(vectors)):
        groups.setdefault(root(i), []).append(i)
    return groups.values()


def _kernel(vectors: list[Vector], images: list[Vector]) -> list[Vector]:
    """The combinations of the vectors whose images cancel."""
    keys = list(dict.fromkeys(key for image in images for key in image))
    if not keys:
        return vectors
    if len(vectors) == 1:
        return []
    reduced, denominator, rank = fmpz_mat([[image.get(key, 0) for image in images] for key in keys]).rref()
    pivots = _pivots(reduced, rank)
    found = []
    for free in sorted(set(range(len(vectors))) - set(pivots)):
        combination = {free: int(denominator)} | {p: -int(reduced[i, free]) for i, p in enumerate(pivots)}
        found.append(_primitive(_combine(vectors, combination)))
    return found


def _pivots(reduced: fmpz_mat, rank: int) -> list[int]:
    pivots: list[int] = []
    for i in range(rank):
        j = pivots[-1] + 1 if pivots else 0
        while reduced[i, j] == 0:
            j += 1
        pivots.append(j)
    return pivots


def _combine(vectors: Sequence[Vector], combination: Mapping[int, int]) -> Vector:
    total: Vector = {}
    for i, c in combination.items():
        if c:
            for key, value in vectors[i].items():
                total[key] = total.get(key, 0) + c * value
    return {key: value for key, value in total.items() if value}


def _primitive(vector: Vector) -> Vector:
    common = gcd(*vector.values())
    return {key: value // common for key, value in vector.items()}


def _echelon(vectors: Sequence[Vector], n: int, base: int) -> list[Vector]:
    """The reduced echelon form (first component first, high powers of the first variable first): unique."""
    order = {key: _order(key, n, base) for v in vectors for key in v}
    rows = [row for group in _groups(vectors) for row in _reduced([vectors[i] for i in group], order)]
    rows.sort(key=lambda row: order[next(iter(row))])
    return [_signed(_primitive(row), base**n) for row in rows]


def _reduced(vectors: Sequence[Vector], order: Mapping[int, tuple[int, ...]]) -> list[Vector]:
    """The rows of the echelon form of one group, pivots first."""
    keys = sorted({key for v in vectors for key in v}, key=order.__getitem__)
    reduced, _, rank = fmpz_mat([[v.get(key, 0) for key in keys] for v in vectors]).rref()
    table = reduced.tolist()[:rank]
    return [{key: int(value) for key, value in zip(keys, row, strict=True) if value} for row in table]


def _order(key: int, n: int, base: int) -> tuple[int, ...]:
    component, rest = divmod(key, base**n)
    return (component, *(-((rest // base**i) % base) for i in range(n)))


def _signed(vector: Vector, size: int) -> Vector:
    """The sign for which the last component begins positive: (-y, x), not (y, -x)."""
    last = max(key // size for key in vector)
    first = next(value for key, value in vector.items() if key // size == last)
    return vector if first > 0 else {key: -value for key, value in vector.items()}


def _unpack(vector: Vector, n: int, m: int, base: int) -> tuple[Terms, ...]:
    parts: list[list[tuple[Monomial, int]]] = [[] for _ in range(m)]
    for key, value in vector.items():
        component, rest = divmod(key, base**n)
        parts[component].append((tuple((rest // base**i) % base for i in range(n)), value))
    return tuple(map(tuple, parts))
