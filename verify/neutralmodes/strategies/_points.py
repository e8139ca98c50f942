"""Points of every orbit type, and states of a region: exact rationals."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq
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
    n = len(action.variables)
    supports = st.lists(st.integers(0, n - 1), max_size=n, unique=True)
    coordinates = st.lists(st.sampled_from(_COORDINATES), min_size=n, max_size=n)
    return st.builds(lambda s, c: _fixed_like(action, s, c), supports, coordinates)


def _fixed_like(action: LieAction, support: Sequence[int], coordinates: Sequence[Fraction]) -> Point:
    """A point fixed by the stabilizer of the indicator of ``support``."""
    n = len(action.variables)
    fixed = fixed_space(action, tuple(Fraction(int(i in support)) for i in range(n)))
    point = [fmpq(0)] * n
    for c, vector in zip(coordinates, fixed, strict=False):
        point = [p + fmpq(c.numerator, c.denominator) * v for p, v in zip(point, vector, strict=True)]
    return tuple(Fraction(int(p.p), int(p.q)) for p in point)


def fixed_space(action: LieAction, point: Point) -> list[list[fmpq]]:
    """A basis of the states that the stabilizer algebra of a point fixes (linear actions)."""
    n = len(action.variables)
    matrices = integer_matrices(action)
    stabilizer = stabilizer_matrices(matrices, point)
    return linear.nullspace([row for h in stabilizer for row in h], n)


def stabilizer_matrices(matrices: Sequence[IntMatrix], point: Point) -> list[list[list[fmpq]]]:
    """The combinations of the matrices that vanish at a point."""
    n, at = len(point), [fmpq(v.numerator, v.denominator) for v in point]
    columns = [[sum((a[i][j] * at[j] for j in range(n)), fmpq(0)) for a in matrices] for i in range(n)]
    return [
        [[sum((c * a[i][j] for c, a in zip(h, matrices, strict=True)), fmpq(0)) for j in range(n)] for i in range(n)]
        for h in linear.nullspace(columns, len(matrices))
    ]


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
