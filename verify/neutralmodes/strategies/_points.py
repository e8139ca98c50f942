"""Points of every orbit type, and states of a region: exact rationals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from flint import fmpq, fmpq_mat, fmpz_mat
from hypothesis import strategies as st

from neutralmodes.action import LieAction
from neutralmodes.equivariants import integer_matrices
from neutralmodes.exact import linear
from neutralmodes.exact.equivariant_kernel import IntMatrix
from neutralmodes.system import System

Point = tuple[Fraction, ...]

_COORDINATES = [Fraction(n, d) for d in (1, 2, 3) for n in (0, 1, -1, 2, -2, 3) if d == 1 or n % d]


def orbit_strata(action: LieAction) -> st.SearchStrategy[Point]:
    """Rational points of every orbit type (stabilizer algebra) of a linear action.

    A point with few coordinates has a large stabilizer; the points drawn are those which that
    stabilizer fixes. Shrinks to the origin, the smallest orbit.
    """
    n, matrices = len(action.variables), integer_matrices(action)
    supports = st.lists(st.integers(0, n - 1), max_size=n, unique=True)
    coordinates = st.lists(st.sampled_from(_COORDINATES), min_size=n, max_size=n)
    return st.builds(lambda s, c: _combined(fixed_space(matrices, frozenset(s)), c, n), supports, coordinates)


def _combined(vectors: Sequence[Sequence[fmpq]], coordinates: Sequence[Fraction], n: int) -> Point:
    point = [fmpq(0)] * n
    for c, vector in zip(coordinates, vectors, strict=False):
        point = [p + fmpq(c.numerator, c.denominator) * v for p, v in zip(point, vector, strict=True)]
    return tuple(Fraction(int(p.p), int(p.q)) for p in point)


@lru_cache(maxsize=1024)
def fixed_space(matrices: tuple[IntMatrix, ...], support: frozenset[int]) -> list[list[fmpq]]:
    """A basis of the states fixed by the stabilizer algebra of the indicator of ``support``."""
    n = len(matrices[0])
    stabilizer = stabilizer_matrices(matrices, tuple(Fraction(int(i in support)) for i in range(n)))
    return linear.nullspace([row for h in stabilizer for row in h.tolist()], n)


def stabilizer_matrices(matrices: Sequence[IntMatrix], point: Point) -> list[fmpq_mat]:
    """A basis of the combinations of the matrices that vanish at a point."""
    n, state = len(point), fmpq_mat(len(point), 1, [fmpq(v.numerator, v.denominator) for v in point])
    exact = [fmpq_mat(fmpz_mat([list(row) for row in a])) for a in matrices]
    moved = [a * state for a in exact]
    kernel = linear.nullspace([[m[i, 0] for m in moved] for i in range(n)], len(matrices))
    return [sum((a * c for a, c in zip(exact, h, strict=True)), fmpq_mat(n, n)) for h in kernel]


def states(system: System) -> st.SearchStrategy[Point]:
    """Rational points of a system's region: the start, pulled towards anywhere as far as the region allows.

    With constraints only the start is known to lie on them, and it is the only state drawn.
    """
    n = system.dynamics.n
    offsets = st.lists(st.sampled_from(_COORDINATES), min_size=n, max_size=n)
    return offsets.map(lambda offset: _pulled(system, offset))


def _pulled(system: System, offset: Sequence[Fraction]) -> Point:
    for scale in [Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 16), Fraction(1, 256)]:
        point = tuple(s + scale * o for s, o in zip(system.start, offset, strict=True))
        try:
            if system.outside(point) is None:
                return point
        except (KeyError, ZeroDivisionError):
            break  # a condition with functions: only the start is known to be inside
    return system.start
