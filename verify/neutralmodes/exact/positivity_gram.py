"""Sums of squares: a float search proposes Gram matrices, rounding and exact LDL^T accept them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from flint import fmpq

from neutralmodes.exact.ldl import ldl_squares
from neutralmodes.exact.positivity_affine import CONSTANT, MOST_UNKNOWNS, Entry, Family, entry_values, family
from neutralmodes.exact.positivity_bases import Block, size, to_float, weights
from neutralmodes.exact.positivity_linear import simplest
from neutralmodes.exact.positivity_question import Question
from neutralmodes.exact.positivity_rule import Square
from neutralmodes.exact.positivity_sdp import HOPELESS, Array, Centre, Pencil, definite_centre

_MOST_NUMBERS = 8_000_000
_MOST_FREE = 1200
_FACES = 4
_FINENESS = (1.0, 0.3, 0.1, 3e-2, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)


def prove_gram(question: Question, found: Sequence[Block]) -> list[Square] | None:
    """The target as sum of b^T Q_k b (product of inequalities) with rational Q_k >= 0.

    Where the float search only reaches the border of the cone, the basis is cut to the complement
    of the (rationalised) kernel and the search starts again there.
    """
    if sum(len(b.basis) * (len(b.basis) + 1) // 2 for b in found) > MOST_UNKNOWNS or question.work.over:
        return None
    current = _supported(question, found)
    for _ in range(_FACES):
        exact = family(question, current)
        if exact is None or question.work.over:
            return None
        scales = _scales(question, current)
        unit = size(question.target, weights(question))
        if not exact.free:
            return _accept(question, exact, {})
        numbers = len(exact.free) * sum(len(b.basis) ** 2 for b in current)
        if numbers > _MOST_NUMBERS or len(exact.free) > _MOST_FREE:
            return None
        steps = np.array([_step(exact, k, scales, unit) for k in exact.free])
        pencils = _pencils(exact, scales, steps, unit)
        centre = definite_centre(pencils, question.work)
        if centre.tau < 0:
            return _round(question, exact, centre, steps)
        if centre.tau > HOPELESS:
            return None
        smaller = _cut(current, pencils, centre, scales)
        if smaller is None:
            return None
        current = smaller
    return None


def _supported(question: Question, found: Sequence[Block]) -> list[Block]:
    """Drop basis elements whose diagonal entry must be 0: a term of their square meets no other entry."""
    occurs: dict[Entry, set[tuple[int, ...]]] = {
        entry: set(value.monoms()) for entry, value in entry_values(question, found)
    }
    dropped: set[tuple[int, int]] = set()
    while True:
        counts = Counter(question.target.monoms())
        counts.update(m for monomials in occurs.values() for m in monomials)
        fixed = set(question.target.monoms())
        new = {
            (e.block, e.i)
            for e, monomials in occurs.items()
            if e.i == e.j and any(counts[m] == 1 and m not in fixed for m in monomials)
        }
        if not new:
            break
        dropped |= new
        occurs = {e: m for e, m in occurs.items() if not {(e.block, e.i), (e.block, e.j)} & new}
    kept = [Block(b.of, tuple(q for i, q in enumerate(b.basis) if (k, i) not in dropped)) for k, b in enumerate(found)]
    return [b for b in kept if b.basis]


def _scales(question: Question, found: Sequence[Block]) -> list[Array]:
    """The size on the set of each basis element with the root of its product of inequalities."""
    at = weights(question)
    return [np.array([size(q, at) for q in b.basis]) * np.sqrt(size(question.product(b.of), at)) for b in found]


def _step(exact: Family, k: int, scales: Sequence[Array], unit: float) -> float:
    """The change of a free unknown that counts as one in the scaled problem."""
    entry = exact.entries[k]
    return float(unit / (scales[entry.block][entry.i] * scales[entry.block][entry.j]))


def _pencils(exact: Family, scales: Sequence[Array], steps: Array, unit: float) -> list[Pencil]:
    """The scaled Gram matrices as functions of the scaled free unknowns."""
    place = {k: n for n, k in enumerate(exact.free)}
    bases = [np.zeros((len(s), len(s))) for s in scales]
    slopes = [np.zeros((len(place), len(s), len(s))) for s in scales]
    for k, entry in enumerate(exact.entries):
        scale = scales[entry.block][entry.i] * scales[entry.block][entry.j] / unit
        form = {k: fmpq(1)} if k in place else exact.forms[k]
        for free, c in form.items():
            value = to_float(c) * scale
            for i, j in {(entry.i, entry.j), (entry.j, entry.i)}:
                if free == CONSTANT:
                    bases[entry.block][i, j] = value
                else:
                    slopes[entry.block][place[free], i, j] = value * steps[place[free]]
    return [Pencil(base, slope) for base, slope in zip(bases, slopes, strict=True)]


def _round(question: Question, exact: Family, centre: Centre, steps: Array) -> list[Square] | None:
    """Ever finer simple fractions near the centre until the exact matrices are semidefinite."""
    for fineness in _FINENESS:
        width = fineness * max(-centre.tau, 1e-7)
        values = {
            k: simplest(float((t - width) * step), float((t + width) * step))
            for k, t, step in zip(exact.free, centre.theta, steps, strict=True)
        }
        squares = _accept(question, exact, values)
        if squares is not None or question.work.over:
            return squares
    return None


def _accept(question: Question, exact: Family, values: dict[int, fmpq]) -> list[Square] | None:
    """The squares that exact LDL^T finds, or None; a strict claim needs a constant among them."""
    squares: list[Square] = []
    question.work.terms(sum(len(b.basis) ** 3 for b in exact.blocks) / 3)
    for block, gram in zip(exact.blocks, exact.grams(values), strict=True):
        rows = ldl_squares(gram)
        if rows is None:
            return None
        for d, row in rows:
            q = sum((c * b for c, b in zip(row, block.basis, strict=True) if c != 0), question.ctx.constant(0))
            squares.append((block.of, d, q))
    if question.strict and not any(not of and q.is_constant() for of, _, q in squares):
        return None
    return squares


def _cut(
    found: Sequence[Block], pencils: Sequence[Pencil], centre: Centre, scales: Sequence[Array]
) -> list[Block] | None:
    """The blocks on the complement of the kernels at the border of the cone."""
    smaller, changed = [], False
    for block, pencil, scale in zip(found, pencils, scales, strict=True):
        values, vectors = np.linalg.eigh(pencil.at(centre.theta))
        small = values < max(1e-5, 30 * abs(centre.tau))
        kernel = _reduced(vectors[:, small].T * scale)
        changed = changed or bool(kernel)
        basis = []
        for j, element in enumerate(block.basis):
            if j not in kernel:
                for pivot, row in kernel.items():
                    element = element - row[j] * block.basis[pivot]
                basis.append(element)
        if basis:
            smaller.append(Block(block.of, tuple(basis)))
    return smaller if changed and smaller else None


def _reduced(rows: Array) -> dict[int, list[fmpq]]:
    """Reduced row echelon form with pivoting, entries rationalised: pivot column -> row."""
    rows = rows.copy()
    order: list[int] = []
    for r in range(len(rows)):
        rest = np.abs(rows[r:])
        i, j = divmod(int(rest.argmax()), rest.shape[1])
        rows[[r, r + i]] = rows[[r + i, r]]
        rows[r] /= rows[r, j]
        for other in range(len(rows)):
            if other != r:
                rows[other] -= rows[other, j] * rows[r]
        order.append(j)
    return {j: [_near(float(v)) for v in row] for j, row in zip(order, rows, strict=True)}


def _near(value: float) -> fmpq:
    return simplest(value - 1e-3, value + 1e-3)
