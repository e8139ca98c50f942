"""The Gram matrices that satisfy an identity, parametrised exactly by a few free entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat

from neutralmodes.exact.positivity_bases import Block
from neutralmodes.exact.positivity_question import Question

_MOST_UNKNOWNS = 6000

# A linear form: the constant under -1, the coefficient of the free unknown k under k.
Form = dict[int, fmpq]
CONSTANT = -1


@dataclass(frozen=True)
class Entry:
    """Entry (i, j), i <= j, of the Gram matrix of one block."""

    block: int
    i: int
    j: int


@dataclass(frozen=True)
class Family:
    """Every choice of the free unknowns gives Gram matrices whose identity holds exactly."""

    blocks: tuple[Block, ...]
    entries: tuple[Entry, ...]
    free: tuple[int, ...]
    forms: dict[int, Form]

    def grams(self, values: dict[int, fmpq]) -> list[fmpq_mat]:
        """The Gram matrix of each block at these values of the free unknowns."""
        found = [fmpq_mat(len(b.basis), len(b.basis)) for b in self.blocks]
        for k, entry in enumerate(self.entries):
            value = values[k] if k in values else evaluate(self.forms[k], values)
            found[entry.block][entry.i, entry.j] = found[entry.block][entry.j, entry.i] = value
        return found


def evaluate(form: Form, values: dict[int, fmpq]) -> fmpq:
    """The value of a linear form."""
    return sum((c if k == CONSTANT else c * values[k] for k, c in form.items()), fmpq(0))


def family(question: Question, found: Sequence[Block]) -> Family | None:
    """All Gram matrices Q_k with target = sum of b^T Q_k b (product of inequalities), or None.

    None where there are none, or more than 6000 unknowns.
    """
    entries = [
        Entry(k, i, j) for k, b in enumerate(found) for i in range(len(b.basis)) for j in range(i, len(b.basis))
    ]
    if len(entries) > _MOST_UNKNOWNS:
        return None
    rows: dict[tuple[int, ...], Form] = {m: {CONSTANT: c} for m, c in question.target.to_dict().items()}
    products = [question.product(b.of) for b in found]
    for k, entry in enumerate(entries):
        basis = found[entry.block].basis
        value = question.quotient.reduce(basis[entry.i] * basis[entry.j] * products[entry.block])
        factor = 1 if entry.i == entry.j else 2
        for monomial, c in value.to_dict().items():
            rows.setdefault(monomial, {})[k] = -factor * c
    forms = _eliminate(list(rows.values()))
    if forms is None:
        return None
    free = tuple(k for k in range(len(entries)) if k not in forms)
    return Family(tuple(found), tuple(entries), free, forms)


def _eliminate(rows: list[Form]) -> dict[int, Form] | None:
    """Solve rows = 0 for pivot unknowns in terms of free ones: sparse Gauss-Jordan, rare unknowns first.

    None where the rows contradict each other.
    """
    where: dict[int, set[int]] = {}
    for r, row in enumerate(rows):
        for k in row:
            where.setdefault(k, set()).add(r)
    pivots: dict[int, int] = {}
    waiting = sorted(range(len(rows)), key=lambda r: min((len(where[k]) for k in rows[r] if k >= 0), default=0))
    for r in waiting:
        row = rows[r]
        unknowns = [k for k in row if k != CONSTANT]
        if not unknowns:
            if row:
                return None
            continue
        pivot = min(unknowns, key=lambda k: (len(where[k]), k))
        pivots[pivot] = r
        for other in sorted(where[pivot] - {r}):
            _subtract(rows, where, other, r, pivot)
    return {
        pivot: {k: -c / rows[r][pivot] for k, c in rows[r].items() if k != pivot} for pivot, r in pivots.items()
    }


def _subtract(rows: list[Form], where: dict[int, set[int]], other: int, r: int, pivot: int) -> None:
    factor = rows[other][pivot] / rows[r][pivot]
    for k, c in rows[r].items():
        value = rows[other].get(k, fmpq(0)) - factor * c
        if value == 0:
            rows[other].pop(k, None)
            where[k].discard(other)
        else:
            rows[other][k] = value
            where[k].add(other)
