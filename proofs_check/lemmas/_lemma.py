"""What the lemma files share: claims that may fail, one printed line, flows and their tangents in many digits."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import sympy as sp

Claim = Callable[[], str]


class Wrong(AssertionError):
    """A claim of the theory does not hold where it was tried."""


def require(condition: Any, what: str) -> None:
    """Raise Wrong unless the condition is true."""
    if not condition:
        raise Wrong(what)


def zero(expression: Any) -> bool:
    """Whether sympy brings an expression, or every entry of a matrix, to zero."""
    entries = list(expression) if isinstance(expression, sp.MatrixBase) else [expression]
    return all(sp.simplify(sp.expand(e)) == 0 for e in entries)


def run(doc: str | None, claims: Sequence[Claim], wrong: Sequence[Claim]) -> int:
    """Check the claims and that the wrong ones fail; print one line; the exit code."""
    name = (doc or "").splitlines()[0].split(":")[0]
    try:
        said = [claim() for claim in claims]
        for claim in wrong:
            fails(claim)
    except Wrong as error:
        print(f"FAILED  {name}: {error}")
        return 1
    print(f"ok  {name}: {'; '.join(said)}; {len(wrong)} wrong claims fail")
    return 0


def fails(claim: Claim) -> None:
    """Raise Wrong unless the claim fails."""
    try:
        claim()
    except Wrong:
        return
    raise Wrong(f"the wrong claim {claim.__name__} was not noticed")


def main(doc: str | None, claims: Sequence[Claim], wrong: Sequence[Claim]) -> None:
    sys.exit(run(doc, claims, wrong))


def rationals(seed: int, count: int, size: int = 9) -> list[sp.Rational]:
    """Seeded nonzero rationals with small numerators and denominators."""
    rng = random.Random(seed)
    return [sp.Rational(rng.choice([-1, 1]) * rng.randint(1, size), rng.randint(1, size)) for _ in range(count)]


def matrix(seed: int, rows: int, columns: int, rank: int | None = None) -> sp.Matrix:
    """A seeded rational matrix, of the given rank almost surely."""
    inner = min(rows, columns) if rank is None else rank
    left = sp.Matrix(rows, inner, rationals(seed, rows * inner, 4))
    return left * sp.Matrix(inner, columns, rationals(seed + 1, inner * columns, 4))


def above(gram: sp.Matrix, bound: sp.Rational) -> int:
    """How many eigenvalues of a symmetric rational matrix are >= bound, exactly.

    The characteristic polynomial has only real roots, so Descartes' rule of signs counts those below exactly.
    """
    t = sp.Symbol("t")
    shifted = sp.Poly((bound * sp.eye(gram.rows) - gram).charpoly(t).as_expr(), t)
    signs = [sp.sign(c) for c in shifted.all_coeffs() if c != 0]
    below = sum(a != b for a, b in pairwise(signs))
    return gram.rows - below


class Flow:
    """x' = f(x) with its tangent, by the extrapolated midpoint rule of Gragg in mpmath's precision."""

    def __init__(self, variables: Sequence[sp.Symbol], rule: Sequence[sp.Expr]) -> None:
        self.n = len(variables)
        self._f = sp.lambdify(variables, list(rule), "mpmath")
        self._df = sp.lambdify(variables, sp.Matrix(rule).jacobian(list(variables)).tolist(), "mpmath")

    def _slope(self, state: list[Any]) -> list[Any]:
        n, x = self.n, state[: self.n]
        jacobian = self._df(*x)
        slopes = list(self._f(*x))
        for start in range(n, len(state), n):
            v = state[start : start + n]
            slopes += [mpmath.fdot(row, v) for row in jacobian]
        return slopes

    def _midpoint(self, state: list[Any], h: Any, steps: int) -> list[Any]:
        small = h / steps
        before, now = state, [a + small * b for a, b in zip(state, self._slope(state), strict=True)]
        for _ in range(steps - 1):
            after = [a + 2 * small * b for a, b in zip(before, self._slope(now), strict=True)]
            before, now = now, after
        ends = zip(now, before, self._slope(now), strict=True)
        return [(a + b + small * c) / 2 for a, b, c in ends]

    def step(self, state: list[Any], h: Any, order: int = 12) -> list[Any]:
        """One step of Gragg's rule with 2, 4, ..., 2 order substeps, extrapolated in the square of the substep."""
        table: list[list[Any]] = []
        for k in range(order):
            row = [self._midpoint(state, h, 2 * k + 2)]
            for j in range(1, k + 1):
                ratio = (mpmath.mpf(k + 1) / (k - j + 1)) ** 2 - 1
                row.append([a + (a - b) / ratio for a, b in zip(row[-1], table[k - 1][j - 1], strict=True)])
            table = [*table, row]
        return table[-1][-1]

    def carry(self, x: Sequence[Any], vectors: Sequence[Sequence[Any]], time: Any, steps: int) -> list[list[Any]]:
        """The state and the transported vectors at the given time."""
        state = [mpmath.mpf(sp.Rational(a).p) / sp.Rational(a).q if isinstance(a, (int, Fraction, sp.Rational)) else a
                 for part in (x, *vectors) for a in part]  # fmt: skip
        for _ in range(steps):
            state = self.step(state, mpmath.mpf(time) / steps)
        return [state[i : i + self.n] for i in range(0, len(state), self.n)]


def distance(u: Sequence[Any], v: Sequence[Any]) -> Any:
    return mpmath.sqrt(sum((a - b) ** 2 for a, b in zip(u, v, strict=True)))


def norm(u: Sequence[Any]) -> Any:
    return mpmath.sqrt(sum(a * a for a in u))
