"""A real Lie algebra given by rational structure constants, and the exact facts that follow."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import combinations, pairwise

from flint import fmpq, fmpq_mat, fmpz_poly

from neutralmodes.errors import InputError
from neutralmodes.exact import linear

Vector = list[fmpq]


class Algebra:
    """The algebra with basis e_0 .. e_{p-1} and [e_a, e_b] = sum_k c_k e_k.

    Parameters
    ----------
    dimension : p.
    brackets : {(a, b): p constants} for a < b; a pair left out commutes.

    Raises InputError for a pair out of range or a vector of the wrong length.

    >>> so3 = Algebra(3, {(0, 1): [0, 0, 1], (1, 2): [1, 0, 0], (0, 2): [0, -1, 0]})
    >>> so3.killing.tolist()
    [[-2, 0, 0], [0, -2, 0], [0, 0, -2]]
    >>> so3.is_semisimple, so3.is_compact_type
    (True, True)
    """

    def __init__(self, dimension: int, brackets: Mapping[tuple[int, int], Sequence[fmpq | int]]) -> None:
        self.dimension = dimension
        # _table[a][b] holds the nonzero constants {k: c} of [e_a, e_b]: named groups are sparse.
        self._table: list[dict[int, dict[int, fmpq]]] = [{} for _ in range(dimension)]
        for (a, b), constants in brackets.items():
            if not 0 <= a < b < dimension or len(constants) != dimension:
                raise InputError(
                    f"bracket ({a}, {b}) with {len(constants)} constants: an algebra of dimension {dimension} "
                    f"takes pairs a < b < {dimension} and {dimension} constants each"
                )
            found = {k: fmpq(c) for k, c in enumerate(constants) if c != 0}
            if found:
                self._table[a][b] = found
                self._table[b][a] = {k: -c for k, c in found.items()}

    def jacobi_failure(self) -> tuple[int, int, int] | None:
        """The first a < b < c whose cyclic sum [[e_a, e_b], e_c] + ... is not zero, or None.

        >>> Algebra(3, {(0, 1): [0, 0, 1]}).jacobi_failure() is None
        True
        >>> Algebra(3, {(0, 1): [1, 0, 0], (1, 2): [0, 1, 0]}).jacobi_failure()
        (0, 1, 2)
        """
        for a, b, c in combinations(range(self.dimension), 3):
            total: dict[int, fmpq] = {}
            for x, y, z in ((a, b, c), (b, c, a), (c, a, b)):
                for k, value in self._table[x].get(y, {}).items():
                    for m, w in self._table[k].get(z, {}).items():
                        total[m] = total.get(m, fmpq(0)) + value * w
            if any(value != 0 for value in total.values()):
                return a, b, c
        return None

    def adjoint(self, vector: Sequence[fmpq | int]) -> fmpq_mat:
        """The p x p matrix of y -> [vector, y]."""
        p = self.dimension
        entries = [fmpq(0)] * (p * p)
        for a, coefficient in enumerate(vector):
            if coefficient != 0:
                for b, constants in self._table[a].items():
                    for k, value in constants.items():
                        entries[k * p + b] += coefficient * value
        return fmpq_mat(p, p, entries)

    def bracket(self, u: Sequence[fmpq | int], v: Sequence[fmpq | int]) -> Vector:
        """[u, v] in the basis."""
        total = [fmpq(0)] * self.dimension
        filled = [(b, w) for b, w in enumerate(v) if w != 0]
        for a, coefficient in enumerate(u):
            if coefficient != 0:
                for b, w in filled:
                    for k, value in self._table[a].get(b, {}).items():
                        total[k] += coefficient * w * value
        return total

    def unit(self, a: int) -> Vector:
        """The basis vector e_a."""
        return [fmpq(int(k == a)) for k in range(self.dimension)]

    def random_element(self, rng: random.Random, size: int = 9) -> Vector:
        """An element with integer coordinates up to ``size``."""
        return [fmpq(rng.randint(-size, size)) for _ in range(self.dimension)]

    @cached_property
    def killing(self) -> fmpq_mat:
        """The Killing form K(x, y) = trace(ad x ad y), p x p."""
        p = self.dimension
        flat = [{(k, b): c for b, constants in row.items() for k, c in constants.items()} for row in self._table]
        form = fmpq_mat(p, p)
        for a in range(p):
            for b in range(a, p):
                small, large = (flat[a], flat[b]) if len(flat[a]) < len(flat[b]) else (flat[b], flat[a])
                total = sum((c * large.get((m, k), fmpq(0)) for (k, m), c in small.items()), fmpq(0))
                form[a, b] = form[b, a] = total
        return form

    @cached_property
    def signature(self) -> tuple[int, int, int]:
        """(positive, negative, zero) eigenvalues of the Killing form."""
        return signature(self.killing)

    @cached_property
    def centre(self) -> list[Vector]:
        """A basis of {x : [x, y] = 0 for every y}."""
        return self.centralizer([self.unit(b) for b in range(self.dimension)])

    def centralizer(self, vectors: Sequence[Vector]) -> list[Vector]:
        """A basis of {x : [x, v] = 0 for every v of ``vectors``}."""
        rows = [row for v in vectors for row in self.adjoint(v).tolist() if any(c != 0 for c in row)]
        return linear.nullspace(rows, self.dimension)

    def products(self, left: Sequence[Vector], right: Sequence[Vector]) -> list[Vector]:
        """A basis of the span of all [u, v]."""
        return reduced([self.bracket(u, v) for u in left for v in right], self.dimension)

    @cached_property
    def derived(self) -> list[Vector]:
        """A basis of [g, g]."""
        rows = []
        for a, row in enumerate(self._table):
            for b, constants in row.items():
                if a < b:
                    rows.append([constants.get(k, fmpq(0)) for k in range(self.dimension)])
        return reduced(rows, self.dimension)

    @cached_property
    def derived_series(self) -> tuple[int, ...]:
        """Dimensions of g, [g, g], ... down to the first repetition."""
        return self._series(lambda current: self.products(current, current))

    @cached_property
    def lower_series(self) -> tuple[int, ...]:
        """Dimensions of g, [g, g], [g, [g, g]], ... down to the first repetition."""
        whole = [self.unit(a) for a in range(self.dimension)]
        return self._series(lambda current: self.products(whole, current))

    def _series(self, step) -> tuple[int, ...]:  # type: ignore[no-untyped-def]
        sizes, current = [self.dimension], self.derived
        while len(current) < sizes[-1]:
            sizes.append(len(current))
            current = step(current)
        return tuple(sizes)

    @property
    def is_abelian(self) -> bool:
        return not self.derived

    @property
    def is_solvable(self) -> bool:
        return self.derived_series[-1] == 0

    @property
    def is_nilpotent(self) -> bool:
        return self.lower_series[-1] == 0

    @property
    def is_semisimple(self) -> bool:
        """Cartan's criterion: the Killing form is nondegenerate."""
        return self.dimension > 0 and self.signature[2] == 0

    @cached_property
    def radical(self) -> list[Vector]:
        """A basis of the largest solvable ideal: what the Killing form makes orthogonal to [g, g] (Cartan)."""
        if not self.derived:
            return [self.unit(a) for a in range(self.dimension)]
        rows = (linear.matrix(self.derived) * self.killing).tolist()
        return linear.nullspace(rows, self.dimension)

    @property
    def is_reductive(self) -> bool:
        """The radical is the centre: a semisimple algebra and a commuting abelian one."""
        return len(self.radical) == len(self.centre)

    @property
    def is_compact_type(self) -> bool:
        """It is the algebra of some compact group: reductive, Killing form negative off the centre.

        Whether the group that acts is compact depends on how the centre acts, too.
        """
        return self.is_reductive and self.signature == (
            0,
            self.dimension - len(self.centre),
            len(self.centre),
        )

    def subalgebra(self, basis: Sequence[Vector]) -> Algebra:
        """The algebra of independent vectors closed under the bracket; InputError where they are not."""
        span = linear.Span([dict(enumerate(v)) for v in basis])
        if span.rank < len(basis):
            raise InputError(f"{len(basis)} vectors of rank {span.rank} are no basis of a subalgebra")
        found = {}
        for a in range(len(basis)):
            for b in range(a + 1, len(basis)):
                constants = span.coordinates(dict(enumerate(self.bracket(basis[a], basis[b]))))
                if constants is None:
                    raise InputError(f"vectors {a} and {b} have a bracket outside their span: no subalgebra")
                found[a, b] = constants
        return Algebra(len(basis), found)

    def quotient(self, ideal: Sequence[Vector]) -> Algebra:
        """The algebra modulo an ideal, on the basis vectors that are no pivots of the ideal."""
        rows = reduced(ideal, self.dimension)
        pivots = [next(j for j, c in enumerate(row) if c != 0) for row in rows]
        kept = [j for j in range(self.dimension) if j not in set(pivots)]
        found = {}
        for x, a in enumerate(kept):
            for y in range(x + 1, len(kept)):
                value = self.bracket(self.unit(a), self.unit(kept[y]))
                for pivot, row in zip(pivots, rows, strict=True):
                    factor = value[pivot]
                    if factor != 0:
                        value = [v - factor * r for v, r in zip(value, row, strict=True)]
                found[x, y] = [value[j] for j in kept]
        return Algebra(len(kept), found)


def reduced(vectors: Sequence[Vector], width: int) -> list[Vector]:
    """The reduced row echelon basis of a span.

    >>> reduced([[fmpq(2), fmpq(4)], [fmpq(1), fmpq(2)]], 2)
    [[1, 2]]
    """
    if not vectors:
        return []
    form, rank = linear.matrix(vectors, width).rref()
    return [[form[i, j] for j in range(width)] for i in range(rank)]


def signature(form: fmpq_mat) -> tuple[int, int, int]:
    """(positive, negative, zero) eigenvalues of a symmetric matrix.

    Exact: the characteristic polynomial has real roots only, so Descartes' rule counts them.

    >>> signature(fmpq_mat(2, 2, [0, 1, 1, 0]))
    (1, 1, 0)
    """
    integers, _ = form.numer_denom()  # the common denominator is positive
    coefficients = integers.charpoly().coeffs()
    zero = next(i for i, c in enumerate(coefficients) if c != 0)
    signs = [c > 0 for c in coefficients if c != 0]
    positive = sum(s != t for s, t in pairwise(signs))
    return positive, form.nrows() - zero - positive, zero


def integer_charpoly(matrix: fmpq_mat) -> fmpz_poly:
    """The characteristic polynomial of d * matrix, d the common denominator of its entries."""
    return matrix.numer_denom()[0].charpoly()
