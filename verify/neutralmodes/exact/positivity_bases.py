"""What a proof may be made of: products of inequalities, each with the monomials of its squares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations_with_replacement
from math import comb, prod

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.positivity_question import Question

_MOST_MONOMIALS = 400


@dataclass(frozen=True)
class Block:
    """Squares of combinations of ``basis``, times the product of the inequalities ``of``."""

    of: tuple[int, ...]
    basis: tuple[fmpq_mpoly, ...]


def blocks(question: Question, degree: int, factors: int, lean: bool = False, most: int | None = None) -> list[Block]:
    """Every product of at most ``factors`` inequalities with its squares, within the total degree.

    ``lean`` keeps the least squares alone: constants, or linear forms in the auxiliary variables. The
    list ends where it holds more than ``most`` monomials: products of many inequalities are too many to list.
    """
    found, total = [], 0
    monomials_to = cache(partial(monomials, question))  # many products leave room for the same ones
    special = bool(question.auxiliary())
    for of in _products(question, degree, factors):
        rest = degree - sum(question.inequalities[i].total_degree() for i in of)
        half = rest // 2
        if lean:
            half = min(half, 1 if not of or special else 0)
        basis = monomials_to(half)
        if len(of) < 2:
            basis = [hint for hint in question.hints if 2 * hint.total_degree() <= rest] + basis
        if basis:
            found.append(Block(of, tuple(basis)))
            total += len(basis)
        if most is not None and total > most:
            break
    return found


def _products(question: Question, degree: int, factors: int) -> Iterator[tuple[int, ...]]:
    room = degree - (2 if question.auxiliary() else 0)
    degrees = {i: int(g.total_degree()) for i, g in question.inequalities.items()}
    for count in range(factors + 1):
        for of in combinations_with_replacement(degrees, count):
            if sum(degrees[i] for i in of) <= room:
                yield of


def monomials(question: Question, half: int) -> list[fmpq_mpoly]:
    """Monomials of degree <= half in normal form, largest first; linear in auxiliary variables.

    The constant comes last, so that the last pivot of an LDL^T is the margin.
    """
    special = question.auxiliary()
    ordinary = [i for i in question.used if i not in special]
    if special:
        lower = _up_to(question, ordinary, half - 1)
        found = [question.ctx.gen(v) * m for m in lower for v in special]
    else:
        found = _up_to(question, ordinary, half)
    return [m for m in found if question.quotient.reduce(m) == m]


def _up_to(question: Question, used: list[int], degree: int) -> list[fmpq_mpoly]:
    if degree < 0 or comb(len(used) + degree, degree) > _MOST_MONOMIALS:
        return []
    ctx = question.ctx
    found = []
    for total in range(degree, -1, -1):
        for chosen in combinations_with_replacement(used, total):
            m = ctx.constant(1)
            for i in chosen:
                m = m * ctx.gen(i)
            found.append(m)
    return found


def split_by_signs(question: Question, found: Sequence[Block]) -> list[Block]:
    """The blocks split by the sign changes x_i -> -x_i that leave the whole question unchanged.

    Monomials of different parity under such a change never need to meet in one square: averaging a
    proof over the changes is a proof.
    """
    flips = _flips(question)
    split = []
    for block in found:
        classes: dict[tuple[int, ...], list[fmpq_mpoly]] = {}
        for b in block.basis:
            classes.setdefault(tuple(_parity(b.monoms()[0], flip) for flip in flips), []).append(b)
        split += [Block(block.of, tuple(part)) for part in classes.values()]
    return split


def _flips(question: Question) -> list[int]:
    """A basis, as bit masks over the variables, of the sign changes that keep every monomial even."""
    pivots: dict[int, int] = {}
    for polynomial in question.support:
        for monomial in polynomial.monoms():
            _insert(pivots, _mask(monomial))
    for hint in question.hints:  # a hint may change its sign as a whole
        for monomial in hint.monoms():
            _insert(pivots, _mask(monomial) ^ _mask(hint.monoms()[0]))
    count = question.ctx.nvars()
    free = [i for i in range(count) if i not in pivots]
    return [_solve_flip(pivots, i) for i in free]


def _mask(monomial: Sequence[int]) -> int:
    return sum(1 << i for i, e in enumerate(monomial) if e % 2)


def _insert(pivots: dict[int, int], mask: int) -> None:
    """Gauss-Jordan over GF(2): rows are kept reduced, keyed by their leading bit."""
    for lead, row in pivots.items():
        if mask >> lead & 1:
            mask ^= row
    if mask:
        lead = mask.bit_length() - 1
        for other in list(pivots):
            if pivots[other] >> lead & 1:
                pivots[other] ^= mask
        pivots[lead] = mask


def _solve_flip(pivots: dict[int, int], free: int) -> int:
    return (1 << free) | sum(1 << lead for lead, row in pivots.items() if row >> free & 1)


def _parity(monomial: Sequence[int], flip: int) -> int:
    return (_mask(monomial) & flip).bit_count() % 2


def weights(question: Question) -> list[float]:
    """A rough size of each variable on the set, from quadratic bounds c - a x^2: it scales the numerics."""
    sizes = [1.0] * question.ctx.nvars()
    for p in [*question.inequalities.values(), *question.quotient.equalities]:
        terms = float_terms(p)
        total = sum(abs(c) for m, c in terms.items() if sum(m) == 0)
        for m, c in terms.items():
            power = sum(m)
            if total > 0 and power in (1, 2) and max(m) == power:
                i = m.index(power)
                sizes[i] = max(sizes[i], (total / abs(c)) ** (1 / power))
    return [min(size, 1e4) for size in sizes]


def size(polynomial: fmpq_mpoly, at: Sequence[float]) -> float:
    """The sum of the absolute values of the terms at this point, 1 for the zero polynomial."""
    total = 0.0
    for monomial, c in float_terms(polynomial).items():
        total += abs(c) * prod(at[i] ** e for i, e in enumerate(monomial) if e)
    return total or 1.0


def float_terms(polynomial: fmpq_mpoly) -> dict[tuple[int, ...], float]:
    """Exponents and nearest floats of the coefficients."""
    return {tuple(map(int, m)): to_float(c) for m, c in polynomial.to_dict().items()}


def to_float(value: fmpq) -> float:
    """The nearest float, also where numerator and denominator are beyond the range of floats."""
    return int(value.p) / int(value.q)
