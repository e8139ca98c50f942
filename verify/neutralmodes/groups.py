"""Named groups and their real representations, with exact rational matrices.

``rep.on(variables)`` gives a ``LieAction``; ``+`` is the direct sum of two representations of one
group, ``*`` the product group acting on the two blocks, ``k * rep`` k copies. ``rep.discrete`` are
elements outside the identity component, for ``System(discrete=)``.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, TypeAlias

import sympy as sp
from flint import fmpq

from neutralmodes.action import LieAction
from neutralmodes.errors import InputError
from neutralmodes.exact import linear

Number: TypeAlias = int | Fraction
Matrix: TypeAlias = tuple[tuple[Number, ...], ...]
Shift: TypeAlias = tuple[Number, ...]


@dataclass(frozen=True)
class Representation:
    """A real representation of a Lie algebra: one n x n matrix for each generator.

    ``shifts`` holds one translation (n numbers) for each generator of an affine action, or nothing;
    ``discrete`` n x n matrices of elements that the generators do not reach.
    """

    group: str
    matrices: tuple[Matrix, ...]
    shifts: tuple[Shift, ...] = ()
    discrete: tuple[Matrix, ...] = ()

    @property
    def dimension(self) -> int:
        """The dimension n of the space acted on."""
        return len(self.matrices[0])

    def on(self, variables: Sequence[Any]) -> LieAction:
        """The action on these n variables.

        >>> torus([[1]]).on(["x", "y"]).generators
        ((('*', '-1', 'y'), 'x'),)
        >>> euclidean(1).on(["x"]).generators
        (('1',),)
        """
        if not any(any(shift) for shift in self.shifts):
            return LieAction(variables, self.matrices, group=self.group)
        x = [v if isinstance(v, sp.Symbol) else sp.Symbol(v) for v in variables]
        pairs = zip(self.matrices, self._shifts, strict=True)
        return LieAction(variables, [_affine(a, b, x) for a, b in pairs], group=self.group)

    @property
    def _shifts(self) -> tuple[Shift, ...]:
        return self.shifts or tuple((0,) * self.dimension for _ in self.matrices)

    def __add__(self, other: Representation) -> Representation:
        """The direct sum: the same group acts on both blocks."""
        if not isinstance(other, Representation) or self.group != other.group:
            raise InputError(
                f"direct sum of representations of {self.group} and {getattr(other, 'group', other)}: one group "
                f"is needed; use * for the product of two groups"
            )
        return Representation(
            self.group,
            tuple(_block(a, b) for a, b in zip(self.matrices, other.matrices, strict=True)),
            tuple((*a, *b) for a, b in zip(self._shifts, other._shifts, strict=True)),
            tuple(_block(a, b) for a, b in zip(self.discrete, other.discrete, strict=True)),
        )

    def __mul__(self, other: Representation) -> Representation:
        """The product group, each factor acting on its own block."""
        if not isinstance(other, Representation):
            raise InputError(f"a product needs two representations, got {other!r}; copies are k * rep")
        left, right = self._widened(0, other.dimension), other._widened(self.dimension, 0)
        return Representation(
            f"{self.group} x {other.group}",
            left.matrices + right.matrices,
            left.shifts + right.shifts,
            left.discrete + right.discrete,
        )

    def _widened(self, before: int, after: int) -> Representation:
        """The same group with coordinates that it leaves alone before and after its own."""
        return Representation(
            self.group,
            tuple(_block(_block(_zero(before), a), _zero(after)) for a in self.matrices),
            tuple(((0,) * before + tuple(b) + (0,) * after) for b in self._shifts),
            tuple(_block(_block(_identity(before), g), _identity(after)) for g in self.discrete),
        )

    def __rmul__(self, copies: int) -> Representation:
        """k copies of the representation."""
        _at_least(copies, 1, "the number of copies")
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
    rows = _table(charges)
    return Representation(_circles(len(rows)), tuple(_rotations(row) for row in rows))


def so(n: int) -> Representation:
    """SO(n) on one vector: the n(n-1)/2 rotations of coordinate planes, n >= 2.

    >>> len(so(4).matrices)
    6
    """
    _at_least(n, 2, "so(n)")
    planes = [(i, j) for i in range(n) for j in range(i + 1, n)]
    return Representation(f"SO({n})", tuple(_entries(n, {(j, i): 1, (i, j): -1}) for i, j in planes))


def o(n: int) -> Representation:
    """O(n) on one vector: the generators of SO(n), and the reflection of the first coordinate as ``discrete``.

    >>> o(2).discrete
    (((-1, 0), (0, 1)),)
    """
    rotations = so(n)
    mirror = _entries(n, {(i, i): -1 if i == 0 else 1 for i in range(n)})
    return Representation(f"O({n})", rotations.matrices, discrete=(mirror,))


def euclidean(n: int) -> Representation:
    """SE(n) on one point of R^n: n translations, then the n(n-1)/2 rotations; n >= 1.

    ``k * euclidean(n)`` moves k points together.

    >>> euclidean(2).on(["x", "y"]).facts.name
    'e(2)'
    """
    _at_least(n, 1, "euclidean(n)")
    turns = so(n).matrices if n > 1 else ()
    shifts = tuple(tuple(int(i == k) for i in range(n)) for k in range(n))
    return Representation(f"E({n})", (_zero(n),) * n + turns, shifts + tuple((0,) * n for _ in turns), discrete=())


def translations(charges: Sequence[Sequence[int]]) -> Representation:
    """T^k acting on m angles by theta_j + charge * s: one row a circle, one column an angle.

    Declare the angles as ``angles=`` of the rule. Raises InputError as ``torus`` does.

    >>> translations([[1, 1, 2]]).on(["a", "b", "c"]).generators
    (('1', '1', '2'),)
    """
    rows = _table(charges)
    return Representation(_circles(len(rows)), (_zero(len(rows[0])),) * len(rows), tuple(map(tuple, rows)))


def fourier(modes: Sequence[int | Sequence[int]], *, reflection: bool = False) -> Representation:
    """Translations of a periodic domain acting on its complex Fourier modes, (re, im) consecutive.

    ``modes`` are wave numbers k, or wave vectors (k_1, .., k_d) for T^d: mode k has charge k.
    ``reflection=True`` adds x -> -x, complex conjugation, as a discrete element.

    >>> fourier([1, 2]).matrices == torus([[1, 2]]).matrices, fourier([(1, 0), (1, 1)]).group
    (True, 'T^2')
    """
    vectors = [(k,) if isinstance(k, int) else tuple(k) for k in modes]
    moved = torus(list(zip(*vectors, strict=True)) if len({len(v) for v in vectors}) == 1 else vectors)
    if not reflection:
        return moved
    n = moved.dimension
    mirror = _entries(n, {(i, i): 1 - 2 * (i % 2) for i in range(n)})
    group = "O(2)" if len(moved.matrices) == 1 else f"{moved.group} x Z_2"
    return Representation(group, moved.matrices, discrete=(mirror,))


def adjoint(rep: Representation) -> Representation:
    """The group of ``rep`` acting on its own Lie algebra, in the basis of its generators.

    The centre acts trivially: the generators of adjoint(u(m)) are dependent until another block is
    added. Raises InputError where the generators of ``rep`` are dependent or not closed.

    >>> adjoint(so(4)).dimension, adjoint(su(3)).on([f"x{i}" for i in range(8)]).facts.name
    (6, 'su(3)')
    """
    names = [f"x{i}" for i in range(rep.dimension)]
    algebra = rep.on(names).algebra
    units = range(algebra.dimension)
    # LieAction brackets vector fields, [Ax, Bx] = (BA - AB) x: the matrix commutator has the other sign.
    found = tuple(_exact((-algebra.adjoint(algebra.unit(a))).tolist()) for a in units)
    span = linear.Span([_cells(a) for a in rep.matrices])
    turned = [[span.coordinates(_cells(_conjugate(g, a))) for a in rep.matrices] for g in rep.discrete]
    if any(column is None for images in turned for column in images):
        raise InputError(f"a discrete element of {rep.group} does not keep its Lie algebra")
    elements = tuple(_exact(list(zip(*[c or [] for c in images], strict=True))) for images in turned)
    return Representation(rep.group, found, discrete=elements)


def symmetric_traceless(rep: Representation) -> Representation:
    """The group acting on symmetric traceless n x n tensors Q by A Q + Q A^T, ``rep`` orthogonal.

    Coordinates: Q_ij for i < j, then the partial sums Q_00, Q_00 + Q_11, ... (n - 1 of them).
    Raises InputError where a generator is not skew-symmetric (the trace would not be kept).

    >>> symmetric_traceless(so(3)).dimension
    5
    """
    n = rep.dimension
    if any(a[i][j] != -a[j][i] for a in rep.matrices for i in range(n) for j in range(i + 1)):
        raise InputError(f"the representation of {rep.group} is not by skew-symmetric matrices")
    pairs = list(combinations(range(n), 2))
    basis = [_entries(n, {(i, j): 1, (j, i): 1}) for i, j in pairs]
    basis += [_entries(n, {(k, k): 1, (k + 1, k + 1): -1}) for k in range(n - 1)]
    flows = tuple(
        _columns([_tensor(_plus(_times(a, q), _times(q, _flip(a))), pairs) for q in basis]) for a in rep.matrices
    )
    elements = tuple(_columns([_tensor(_times(_times(g, q), _flip(g)), pairs) for q in basis]) for g in rep.discrete)
    return Representation(rep.group, flows, discrete=elements)


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
    return Representation(f"SU({m})", tuple(_real_form(m, entries) for entries in diagonal + _off_diagonal(m)))


def trivial(rep: Representation, dimension: int) -> Representation:
    """The group of ``rep`` acting trivially on ``dimension`` coordinates.

    >>> (so(3) + trivial(so(3), 2)).dimension
    5
    """
    _at_least(dimension, 1, "trivial representation's dimension")
    still = tuple(_identity(dimension) for _ in rep.discrete)
    return Representation(rep.group, tuple(_zero(dimension) for _ in rep.matrices), discrete=still)


def _table(charges: Sequence[Sequence[int]]) -> list[list[int]]:
    rows = [list(row) for row in charges]
    if not rows or any(len(row) != len(rows[0]) or not row for row in rows):
        raise InputError(f"charges must be a nonempty rectangular table, got {charges!r}")
    if any(not isinstance(c, int) or isinstance(c, bool) for row in rows for c in row):
        raise InputError(f"charges must be integers, got {charges!r}")
    return rows


def _circles(k: int) -> str:
    return "SO(2)" if k == 1 else f"T^{k}"


def _affine(a: Matrix, b: Shift, x: Sequence[sp.Symbol]) -> list[sp.Expr]:
    """The components of A x + b."""
    rows = zip(a, b, strict=True)
    return [sp.Add(_sympy(shift), *(_sympy(c) * v for c, v in zip(row, x, strict=True) if c)) for row, shift in rows]


def _sympy(value: Number) -> sp.Rational:
    return sp.Rational(value.numerator, value.denominator)


def _off_diagonal(m: int) -> list[dict[tuple[int, int], tuple[int, int]]]:
    planes = [(i, j) for i in range(m) for j in range(i + 1, m)]
    real: list[dict[tuple[int, int], tuple[int, int]]] = [{(j, i): (1, 0), (i, j): (-1, 0)} for i, j in planes]
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


def _entries(n: int, values: Mapping[tuple[int, int], Number]) -> Matrix:
    return tuple(tuple(values.get((i, j), 0) for j in range(n)) for i in range(n))


def _zero(n: int) -> Matrix:
    return _entries(n, {})


def _identity(n: int) -> Matrix:
    return _entries(n, {(i, i): 1 for i in range(n)})


def _exact(rows: Sequence[Sequence[fmpq]]) -> Matrix:
    return tuple(tuple(_number(c) for c in row) for row in rows)


def _number(value: fmpq) -> Number:
    return int(value.p) if value.q == 1 else Fraction(int(value.p), int(value.q))


def _cells(a: Matrix) -> dict[Hashable, fmpq]:
    """The nonzero entries."""
    return {(i, j): fmpq(c.numerator, c.denominator) for i, row in enumerate(a) for j, c in enumerate(row) if c}


def _times(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return tuple(tuple(sum(x * y for x, y in zip(row, column, strict=True)) for column in columns) for row in a)


def _plus(a: Matrix, b: Matrix) -> Matrix:
    return tuple(tuple(x + y for x, y in zip(r, s, strict=True)) for r, s in zip(a, b, strict=True))


def _flip(a: Matrix) -> Matrix:
    return tuple(zip(*a, strict=True))


def _conjugate(g: Matrix, a: Matrix) -> Matrix:
    """g a g^-1."""
    inverse = linear.matrix([[fmpq(c.numerator, c.denominator) for c in row] for row in g]).inv()
    return _times(_times(g, a), _exact(inverse.tolist()))


def _columns(images: Sequence[Sequence[Number]]) -> Matrix:
    return tuple(zip(*images, strict=True))


def _tensor(q: Matrix, pairs: Sequence[tuple[int, int]]) -> list[Number]:
    """The coordinates of a symmetric traceless tensor."""
    partial = [sum(q[i][i] for i in range(k + 1)) for k in range(len(q) - 1)]
    return [*(q[i][j] for i, j in pairs), *partial]


def _block(a: Matrix, b: Matrix) -> Matrix:
    left, right = (0,) * len(a), (0,) * len(b)
    return tuple((*row, *right) for row in a) + tuple((*left, *row) for row in b)


def _at_least(value: int, least: int, what: str) -> None:
    if not isinstance(value, int) or value < least:
        raise InputError(f"{what} needs an integer of at least {least}, got {value!r}")
