"""The Gram matrices that satisfy an identity, parametrised exactly by a few free entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flint import fmpq, fmpq_mat, fmpq_mpoly

from neutralmodes.exact.positivity_bases import Block
from neutralmodes.exact.positivity_question import Question
from neutralmodes.exact.positivity_work import Work

MOST_UNKNOWNS = 4000

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


def entry_values(question: Question, found: Sequence[Block]) -> Iterator[tuple[Entry, fmpq_mpoly]]:
    """Every Gram entry with the normal form of what it multiplies."""
    for k, block in enumerate(found):
        factor = question.product(block.of)
        for i, left in enumerate(block.basis):
            for j in range(i, len(block.basis)):
                value = left * block.basis[j] * factor
                yield Entry(k, i, j), question.reduced(value) if i == j else 2 * question.reduced(value)


def family(question: Question, found: Sequence[Block]) -> Family | None:
    """All Gram matrices Q_k with target = sum of b^T Q_k b (product of inequalities); None if none."""
    entries = []
    rows: dict[tuple[int, ...], Form] = {m: {CONSTANT: c} for m, c in question.target.to_dict().items()}
    for k, (entry, value) in enumerate(entry_values(question, found)):
        entries.append(entry)
        for monomial, c in value.to_dict().items():
            rows.setdefault(monomial, {})[k] = -c
    forms = _eliminate(list(rows.values()), question.work)
    if forms is None:
        return None
    free = tuple(k for k in range(len(entries)) if k not in forms)
    return Family(tuple(found), tuple(entries), free, forms)


def _eliminate(rows: list[Form], work: Work) -> dict[int, Form] | None:
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
        work.terms(len(row) * len(where[pivot]))
        for other in sorted(where[pivot] - {r}):
            _subtract(rows, where, other, r, pivot)
    return {pivot: {k: -c / rows[r][pivot] for k, c in rows[r].items() if k != pivot} for pivot, r in pivots.items()}


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
