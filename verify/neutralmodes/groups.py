"""Named groups and their real representations, with exact rational matrices.

``rep.on(variables)`` gives a ``LieAction``; ``+`` is the direct sum of two representations of one
group, ``*`` the product group acting on the two blocks, ``k * rep`` k copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neutralmodes.action import LieAction
from neutralmodes.errors import InputError

Matrix = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Representation:
    """A real representation of a Lie algebra: one n x n matrix for each generator."""

    group: str
    matrices: tuple[Matrix, ...]

    @property
    def dimension(self) -> int:
        """The dimension n of the space acted on."""
        return len(self.matrices[0])

    def on(self, variables: Sequence[Any]) -> LieAction:
        """The action on these n variables.

        >>> torus([[1]]).on(["x", "y"]).generators
        ((('*', '-1', 'y'), 'x'),)
        """
        return LieAction(variables, self.matrices, group=self.group)

    def __add__(self, other: Representation) -> Representation:
        """The direct sum: the same group acts on both blocks."""
        if not isinstance(other, Representation) or self.group != other.group:
            raise InputError(
                f"direct sum of representations of {self.group} and {getattr(other, 'group', other)}: one group "
                f"is needed; use * for the product of two groups"
            )
        pairs = zip(self.matrices, other.matrices, strict=True)
        return Representation(self.group, tuple(_block(a, b) for a, b in pairs))

    def __mul__(self, other: Representation) -> Representation:
        """The product group, each factor acting on its own block."""
        here, there = _zero(self.dimension), _zero(other.dimension)
        left = tuple(_block(a, there) for a in self.matrices)
        right = tuple(_block(here, b) for b in other.matrices)
        return Representation(f"{self.group} x {other.group}", left + right)

    def __rmul__(self, copies: int) -> Representation:
        """k copies of the representation."""
        if not isinstance(copies, int) or copies < 1:
            raise InputError(f"copies must be a positive integer, got {copies!r}")
        total = self
        for _ in range(copies - 1):
            total = total + self
        return total


def torus(charges: Sequence[Sequence[int]]) -> Representation:
    """T^k acting on m complex coordinates, (re, im) consecutive: one row a circle, one column a coordinate.

    Raises InputError for ragged rows or charges that are not integers.

    >>> torus([[1, 0, 2], [0, 1, 1]]).dimension
    6
    """
    rows = [list(row) for row in charges]
    if not rows or any(len(row) != len(rows[0]) or not row for row in rows):
        raise InputError(f"charges must be a nonempty rectangular table, got {charges!r}")
    if any(not isinstance(c, int) or isinstance(c, bool) for row in rows for c in row):
        raise InputError(f"charges must be integers, got {charges!r}")
    name = "SO(2)" if len(rows) == 1 else f"T^{len(rows)}"
    return Representation(name, tuple(_rotations(row) for row in rows))


def so(n: int) -> Representation:
    """SO(n) on one vector: the n(n-1)/2 rotations of coordinate planes, n >= 2.

    >>> len(so(4).matrices)
    6
    """
    _at_least(n, 2, "so(n)")
    planes = [(i, j) for i in range(n) for j in range(i + 1, n)]
    return Representation(f"SO({n})", tuple(_entries(n, {(j, i): 1, (i, j): -1}) for i, j in planes))


def u(m: int) -> Representation:
    """U(m) on one complex vector, (re, im) consecutive: m^2 generators, m >= 1.

    >>> len(u(3).matrices)
    9
    """
    _at_least(m, 1, "u(m)")
    diagonal = [{(k, k): (0, 1)} for k in range(m)]
    return Representation(f"U({m})", tuple(_real_form(m, entries) for entries in diagonal + _off_diagonal(m)))


def su(m: int) -> Representation:
    """SU(m) on one complex vector, (re, im) consecutive: m^2 - 1 generators, m >= 2.

    >>> len(su(2).matrices)
    3
    """
    _at_least(m, 2, "su(m)")
    diagonal = [{(k, k): (0, 1), (k + 1, k + 1): (0, -1)} for k in range(m - 1)]
    return Representation(
        f"SU({m})", tuple(_real_form(m, entries) for entries in diagonal + _off_diagonal(m))
    )


def trivial(rep: Representation, dimension: int) -> Representation:
    """The group of ``rep`` acting trivially on ``dimension`` coordinates.

    >>> (so(3) + trivial(so(3), 2)).dimension
    5
    """
    _at_least(dimension, 1, "trivial representation's dimension")
    return Representation(rep.group, tuple(_zero(dimension) for _ in rep.matrices))


def _off_diagonal(m: int) -> list[dict[tuple[int, int], tuple[int, int]]]:
    planes = [(i, j) for i in range(m) for j in range(i + 1, m)]
    real: list[dict[tuple[int, int], tuple[int, int]]] = [
        {(j, i): (1, 0), (i, j): (-1, 0)} for i, j in planes
    ]
    return real + [{(j, i): (0, 1), (i, j): (0, 1)} for i, j in planes]


def _real_form(m: int, entries: dict[tuple[int, int], tuple[int, int]]) -> Matrix:
    """The 2m x 2m real matrix of a complex one: a + ib becomes [[a, -b], [b, a]]."""
    real = {}
    for (i, j), (a, b) in entries.items():
        cells = {(0, 0): a, (0, 1): -b, (1, 0): b, (1, 1): a}
        real.update({(2 * i + r, 2 * j + c): v for (r, c), v in cells.items()})
    return _entries(2 * m, real)


def _rotations(charges: Sequence[int]) -> Matrix:
    entries = {}
    for k, charge in enumerate(charges):
        entries[2 * k + 1, 2 * k] = charge
        entries[2 * k, 2 * k + 1] = -charge
    return _entries(2 * len(charges), entries)


def _entries(n: int, values: dict[tuple[int, int], int]) -> Matrix:
    return tuple(tuple(values.get((i, j), 0) for j in range(n)) for i in range(n))


def _zero(n: int) -> Matrix:
    return _entries(n, {})


def _block(a: Matrix, b: Matrix) -> Matrix:
    left, right = (0,) * len(a), (0,) * len(b)
    return tuple((*row, *right) for row in a) + tuple((*left, *row) for row in b)


def _at_least(value: int, least: int, what: str) -> None:
    if not isinstance(value, int) or value < least:
        raise InputError(f"{what} needs an integer of at least {least}, got {value!r}")
