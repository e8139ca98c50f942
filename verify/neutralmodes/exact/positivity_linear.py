"""Handelman forms by linear programming: floats choose the support, exact rationals solve on it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.linear import solve
from neutralmodes.exact.positivity_bases import blocks, size, to_float, weights
from neutralmodes.exact.positivity_question import Question
from neutralmodes.exact.positivity_rule import Square

_MOST_COLUMNS = 4000
_MOST_SUPPORT = 400
_STEP = 30  # operations on each number of the program in a step of the simplex method
_FEWEST_STEPS = 1000

Column = tuple[tuple[int, ...], fmpq_mpoly]


def prove_linear(question: Question, degree: int) -> list[Square] | None:
    """The target as a nonnegative combination of squared monomials times products of inequalities."""
    columns = [(b.of, m) for b in blocks(question, degree, degree, most=_MOST_COLUMNS) for m in b.basis]
    if len(columns) > _MOST_COLUMNS or question.work.over:
        return None
    products = {of: question.product(of) for of in {of for of, _ in columns}}
    values = [question.reduced(m**2 * products[of]) for of, m in columns]
    constant = next((k for k, (of, m) in enumerate(columns) if not of and m.is_constant()), None)
    margin = fmpq(0)
    program = _Program(question, values)
    if question.strict:
        most = program.most(constant, question.target) if constant is not None else 0.0
        if most <= 1e-7 * size(question.target, program.at):
            return None
        margin = simplest(0.5 * most, 0.9 * most)
    coefficients = program.solve_exactly(question.target - margin)
    if coefficients is None:
        return None
    squares: list[Square] = [((), margin, question.ctx.constant(1))] if margin > 0 else []
    return squares + [(*columns[k][:1], c, columns[k][1]) for k, c in coefficients.items()]


def simplest(low: float, high: float) -> fmpq:
    """The fraction with the least denominator in [low, high], low <= high."""
    if low < 0 < high or low == 0 or high == 0:
        return fmpq(0)
    if high < 0:
        return -simplest(-high, -low)
    a, b = Fraction(low), Fraction(high)
    p, q, r, s = 0, 1, 1, 0  # the matrix of the continued fraction so far
    while True:
        whole = floor(a)
        if whole == a or whole + 1 <= b:
            whole = whole if whole == a else whole + 1
            return fmpq(r * whole + p, s * whole + q)
        p, q, r, s = r, s, r * whole + p, s * whole + q
        a, b = 1 / (b - whole), 1 / (a - whole)


class _Program:
    """{c >= 0 : sum of c_k value_k = right}, scaled for floats, with its exact twin."""

    def __init__(self, question: Question, values: Sequence[fmpq_mpoly]) -> None:
        self.work = question.work
        self.at = weights(question)
        self.values = values
        self.terms = [value.to_dict() for value in values]
        self.sizes = [size(value, self.at) for value in values]
        self.rows: dict[tuple[int, ...], int] = {}
        for terms in self.terms:
            for monomial in terms:
                self.rows.setdefault(monomial, len(self.rows))
        unit = question.ctx.from_dict
        self.heights = [size(unit({m: fmpq(1)}), self.at) for m in self.rows]

    def most(self, column: int, right: fmpq_mpoly) -> float:
        """The largest coefficient of one column (at most 1000 times the size of the right side)."""
        cost = np.zeros(len(self.values))
        cost[column] = -1.0
        found = self._solve(cost, right, 1000.0)
        return 0.0 if found is None else float(found[column])

    def solve_exactly(self, right: fmpq_mpoly) -> dict[int, fmpq] | None:
        """Nonnegative exact coefficients on the support that a vertex of the float program has."""
        found = self._solve(np.ones(len(self.values)), right, None)
        if found is None:
            return None
        relative = found * np.array(self.sizes) / size(right, self.at)
        for threshold in (1e-7, 1e-10):
            support = [k for k in range(len(found)) if relative[k] > threshold]
            if len(support) > _MOST_SUPPORT:
                return None
            exact = self._solve_on(support, right)
            if exact is not None and all(c >= 0 for c in exact):
                return {k: c for k, c in zip(support, exact, strict=True) if c > 0}
        return None

    def _solve_on(self, support: list[int], right: fmpq_mpoly) -> list[fmpq] | None:
        wanted = right.to_dict()
        needed = sorted(set(wanted).union(*(self.terms[k] for k in support)))
        self.work.terms(len(needed) * len(support) ** 2 / 10)  # most entries are zero
        matrix = [[self.terms[k].get(m, fmpq(0)) for k in support] for m in needed]
        return solve(matrix, [wanted.get(m, fmpq(0)) for m in needed])

    def _solve(
        self, cost: npt.NDArray[np.float64], right: fmpq_mpoly, most: float | None
    ) -> npt.NDArray[np.float64] | None:
        from scipy.optimize import linprog  # half a second to import: only where it is used

        scale = size(right, self.at)
        wanted = np.zeros(len(self.rows))
        for monomial, c in right.to_dict().items():
            if monomial not in self.rows:
                return None
            row = self.rows[monomial]
            wanted[row] = to_float(c) * self.heights[row] / scale
        price = _STEP * (sum(map(len, self.terms)) + len(self.rows))
        limit = {"maxiter": _FEWEST_STEPS + self.work.affords(price)}
        result = linprog(cost, A_eq=self._matrix(), b_eq=wanted, bounds=(0, most), method="highs", options=limit)
        self.work.floats(price * result.nit)
        if result.x is None or result.status != 0:
            return None
        return result.x * scale / np.array(self.sizes)

    def _matrix(self) -> Any:
        from scipy.sparse import csr_array

        entries = [
            (to_float(c) * self.heights[self.rows[m]] / self.sizes[k], self.rows[m], k)
            for k, terms in enumerate(self.terms)
            for m, c in terms.items()
        ]
        data, rows, columns = zip(*entries, strict=True) if entries else ((), (), ())
        return csr_array((data, (rows, columns)), shape=(len(self.rows), len(self.values)))
