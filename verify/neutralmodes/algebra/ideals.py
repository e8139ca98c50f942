"""A semisimple algebra cut into its simple ideals over the reals, exactly, by its centroid.

The centroid (the linear maps that commute with every ad x) of a semisimple algebra over Q is a
product of number fields, one for each ideal simple over Q. Over R that ideal splits once more: one
absolutely simple ideal at each real place of the field, one complex simple algebra (taken as a
real one) at each pair of complex places. References: Jacobson, Lie Algebras, chapter X; the
signatures at the places come from the forms K(x, (T - c) y), as in Hermite's root counting.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flint import fmpq, fmpq_mat, fmpz_poly

from neutralmodes.algebra.structure import Algebra, Vector, integer_charpoly, reduced, signature
from neutralmodes.exact import linear

_ATTEMPTS = 24


@dataclass(frozen=True)
class Place:
    """A simple real Lie algebra: ``character`` is (positive - negative) eigenvalues of its Killing
    form; None where the algebra is complex, taken as a real one (then dimension and rank are complex).
    ``squares`` are power sums of the roots at one element where they are rational: they tell B from C.
    """

    dimension: int
    rank: int
    character: int | None
    squares: tuple[fmpq, ...] = ()


def cartan(algebra: Algebra, rng: random.Random) -> tuple[Vector, list[Vector]]:
    """A regular element h and a basis of the Cartan subalgebra ker(ad h) of a semisimple algebra.

    Checked exactly: the kernel is abelian and equals the whole generalised kernel, so it is
    nilpotent and its own normaliser.
    """
    for _ in range(_ATTEMPTS):
        h = algebra.random_element(rng)
        ad = algebra.adjoint(h)
        kernel = linear.nullspace(ad.tolist(), algebra.dimension)
        multiplicity = next(i for i, c in enumerate(integer_charpoly(ad).coeffs()) if c != 0)
        if len(kernel) == multiplicity and not algebra.products(kernel, kernel):
            return h, kernel
    raise ArithmeticError(f"no regular element met in {_ATTEMPTS} random ones")


def simple_ideals(algebra: Algebra, seed: int = 0) -> list[Place]:
    """The simple ideals over R of a semisimple algebra, as dimension, rank and Killing character."""
    rng = random.Random(seed)
    h, torus = cartan(algebra, rng)
    maps = _centroid(algebra, h, torus, rng)
    generic, polynomial = _generator(maps, rng)
    factors = [factor for factor, _ in polynomial.factor()[1]]
    return [place for factor in factors for place in _places(algebra, generic, factor, h, torus)]


def _centroid(algebra: Algebra, h: Vector, torus: list[Vector], rng: random.Random) -> list[fmpq_mat]:
    """A basis of the centroid: T is fixed by T h, an element of the Cartan subalgebra."""
    movers = [algebra.adjoint(algebra.random_element(rng, 3)) for _ in range(3)]
    candidates = _candidates(algebra, movers, [h, *torus])
    every = [algebra.adjoint(algebra.unit(a)) for a in range(algebra.dimension)]
    rows: list[Vector] = []
    for _ in range(_ATTEMPTS):
        # Commutators on one random vector are cheap and narrow the choice; the check below is on all.
        v, ad = _from_columns([algebra.random_element(rng)]), rng.choice(movers)
        moved, images = ad * v, [t * v for t in candidates]
        gaps = [(t * moved - ad * image).entries() for t, image in zip(candidates, images, strict=True)]
        rows += [list(row) for row in zip(*gaps, strict=True)]
        combos = linear.nullspace(rows, len(candidates))
        maps = [_combine(candidates, combo) for combo in combos]
        if all(t * ad == ad * t for t in maps for ad in every):
            return maps
    raise ArithmeticError("the centroid could not be closed")


def _candidates(algebra: Algebra, movers: Sequence[fmpq_mat], seeds: list[Vector]) -> list[fmpq_mat]:
    """For each later seed y the map w h -> w y, w running over words in the movers that span the algebra."""
    p = algebra.dimension
    layer = [linear.matrix(seeds).transpose()]  # one p x (1 + rank) block for each word
    chosen: list[fmpq_mat] = []
    while layer and len(chosen) < p:
        fresh = _independent([_column(b, 0) for b in chosen], [_column(b, 0) for b in layer])
        layer = [layer[i] for i in fresh]
        chosen += layer
        layer = [ad * block for block in layer for ad in movers]
    if len(chosen) < p:
        raise ArithmeticError("the random elements do not move the regular element everywhere")
    first = _from_columns([_column(b, 0) for b in chosen]).inv()
    return [_from_columns([_column(b, k) for b in chosen]) * first for k in range(1, len(seeds))]


def _independent(old: list[Vector], new: list[Vector]) -> list[int]:
    """Indices of the new vectors that enlarge the span, taken in order."""
    both = old + new
    form, rank = _from_columns(both).rref()
    pivots = [next(j for j in range(len(both)) if form[i, j] != 0) for i in range(rank)]
    return [j - len(old) for j in pivots if j >= len(old)]


def _generator(maps: list[fmpq_mat], rng: random.Random) -> tuple[fmpq_mat, fmpz_poly]:
    """An integer combination T of the maps and its minimal polynomial, of full degree and squarefree."""
    degree = len(maps)
    for _ in range(_ATTEMPTS):
        found = _combine(maps, [fmpq(rng.randint(-9, 9)) for _ in maps])
        whole = found * fmpq(found.numer_denom()[1])
        polynomial = whole.minpoly()
        if polynomial.degree() == degree:
            return whole, polynomial.numer()
    raise ArithmeticError("no generator of the centroid met")


def _places(algebra: Algebra, generic: fmpq_mat, factor: fmpz_poly, h: Vector, torus: list[Vector]) -> list[Place]:
    """The simple ideals over R inside the ideal that this factor of the minimal polynomial cuts out."""
    image = _evaluate(factor, generic)
    basis = reduced(linear.nullspace(image.tolist(), algebra.dimension), algebra.dimension)
    degree = factor.degree()
    lost = linear.rank([(image * _from_columns([v])).entries() for v in torus])
    size, rank = len(basis) // degree, (len(torus) - lost) // degree
    ambiguous = degree == 1 and rank >= 3 and size == rank * (2 * rank + 1)
    sums = _power_sums(algebra, h, basis, 2 * (rank + 3)) if ambiguous else ()
    real = [Place(size, rank, c, sums) for c in _characters(algebra, generic, basis, _cuts(factor))]
    return real + [Place(size, rank, None)] * ((degree - len(real)) // 2)


def _cuts(factor: fmpz_poly) -> list[fmpq]:
    """Rationals below, between and above the real roots, in order; none where there is no real root."""
    balls = [root.real for root, _ in factor.complex_roots() if root.imag == 0]
    ends = sorted((b.mid().fmpq() - b.rad().fmpq(), b.mid().fmpq() + b.rad().fmpq()) for b in balls)
    if not ends:
        return []
    between = [(a[1] + b[0]) / 2 for a, b in pairwise(ends)]
    return [ends[0][0] - 1, *between, ends[-1][1] + 1]


def _characters(algebra: Algebra, generic: fmpq_mat, basis: list[Vector], cuts: list[fmpq]) -> list[int]:
    """The Killing character at each real place: K(x, (T - c) y) turns its sign as c passes a root."""
    rows, p = linear.matrix(basis, algebra.dimension), algebra.dimension
    identity = fmpq_mat(p, p, [fmpq(int(i == j)) for i in range(p) for j in range(p)])
    found = []
    for cut in cuts:
        form = rows * algebra.killing * (generic - identity * cut) * rows.transpose()
        positive, negative, _ = signature(form)
        found.append(positive - negative)
    return [(low - high) // 2 for low, high in pairwise(found)]


def _power_sums(algebra: Algebra, h: Vector, basis: list[Vector], count: int) -> tuple[fmpq, ...]:
    """trace((ad h)^k) on the ideal for k = 2, 4, ..., count, by Newton's identities."""
    pivots = [next(j for j, c in enumerate(row) if c != 0) for row in basis]
    moved = (algebra.adjoint(h) * linear.matrix(basis).transpose()).tolist()
    c = linear.matrix([moved[j] for j in pivots]).charpoly().coeffs()[::-1]
    sums: list[fmpq] = []
    for k in range(1, count + 1):
        inner = sum((c[i] * sums[k - i - 1] for i in range(1, k) if i < len(c)), fmpq(0))
        sums.append(-(k * c[k] if k < len(c) else fmpq(0)) - inner)
    return tuple(sums[1::2])


def _evaluate(polynomial: fmpz_poly, at: fmpq_mat) -> fmpq_mat:
    p = at.nrows()
    identity = fmpq_mat(p, p, [fmpq(int(i == j)) for i in range(p) for j in range(p)])
    total = fmpq_mat(p, p)
    for c in reversed(polynomial.coeffs()):
        total = total * at + identity * fmpq(c)
    return total


def _combine(maps: Sequence[fmpq_mat], weights: Sequence[fmpq]) -> fmpq_mat:
    total = maps[0] * weights[0]
    for m, w in zip(maps[1:], weights[1:], strict=True):
        total = total + m * w
    return total


def _column(matrix: fmpq_mat, j: int) -> Vector:
    return [matrix[i, j] for i in range(matrix.nrows())]


def _from_columns(columns: Sequence[Vector]) -> fmpq_mat:
    return linear.matrix(columns).transpose()
