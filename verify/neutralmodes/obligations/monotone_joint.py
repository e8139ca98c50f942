"""Weights of a monotone function found together with a proof that it falls: one linear program over simple squares.

-V' - c e = sum of lambda_k (m_i +- m_j)^2 g with lambda_k >= 0: monomials m, scaled by their size on N, and g = 1 or an
inequality of N. It is solved in floats and proposes the weights of V; only an exact proof accepts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, combinations_with_replacement

import numpy as np
import numpy.typing as npt
from flint import fmpq, fmpq_mpoly

Floats = npt.NDArray[np.float64]
Table = dict[tuple[int, ...], float]

_MOST_MONOMIALS, _MOST_SQUARES = 36, 6_000
_LEAST = 1e-7


def joint_weights(
    falls: Sequence[fmpq_mpoly], e: fmpq_mpoly, inequalities: Sequence[fmpq_mpoly], at: Sequence[Sequence[fmpq]]
) -> Floats | None:
    """Weights w with sum w_i falls_i - c e in the cone for the largest c, the largest of them 1; or None.

    ``falls`` are -V_i'; ``at`` are points of N, which give monomials their sizes.
    """
    from scipy.optimize import linprog  # half a second to import: only where it is used

    squares = _squares(falls, e, inequalities, at)
    if not squares:
        return None
    tables = [*map(_table, falls), {m: -c for m, c in _table(e).items()}, *squares]
    rows = {m: i for i, m in enumerate(dict.fromkeys(m for table in tables for m in table))}
    left = np.zeros((len(rows), len(tables)))
    for k, table in enumerate(tables):
        sign = 1 if k <= len(falls) else -1
        for m, c in table.items():
            left[rows[m], k] = sign * c
    sizes = np.max(np.abs(left), axis=0)
    sizes[sizes == 0] = 1.0
    bounds = [(-1.0, 1.0)] * len(falls) + [(0.0, None)] * (len(tables) - len(falls))
    aim = np.zeros(len(tables))
    aim[len(falls)] = -1.0
    solved = linprog(aim, A_eq=left / sizes, b_eq=np.zeros(len(rows)), bounds=bounds, method="highs")
    if solved.status != 0 or solved.x[len(falls)] <= _LEAST:
        return None
    weights: Floats = solved.x[: len(falls)] / sizes[: len(falls)]
    return weights / np.max(np.abs(weights))


def _squares(
    falls: Sequence[fmpq_mpoly], e: fmpq_mpoly, inequalities: Sequence[fmpq_mpoly], at: Sequence[Sequence[fmpq]]
) -> list[Table]:
    """The generators of the cone; none where there are too many."""
    degree = max((int(p.total_degree()) for p in (*falls, e) if not p.is_zero()), default=0)
    used = [i for i in range(e.context().nvars()) if any(p.degrees()[i] for p in (*falls, e) if not p.is_zero())]
    half = (degree + 1) // 2
    monomials = [m for d in range(half + 1) for m in combinations_with_replacement(used, d)]
    if not 1 < len(monomials) <= _MOST_MONOMIALS or len(monomials) ** 2 * (1 + len(inequalities)) > _MOST_SQUARES:
        return []
    gens = e.context().gens()
    found: list[Table] = []
    products = [_product(gens, m, e) for m in monomials]
    sizes = [max((abs(_float(p(*point))) for point in at), default=0.0) or 1.0 for p in products]
    for factor in (None, *inequalities):
        room = degree + degree % 2 - (0 if factor is None else int(factor.total_degree()))
        small = [(p, s) for p, s, m in zip(products, sizes, monomials, strict=True) if 2 * len(m) <= room]
        for p, s in small:
            found.append(_table(_times(p * p, factor), 1 / s**2))
        for (p, s), (q, t) in combinations(small, 2):
            ends = _table(_times(p * p, factor), 1 / s**2), _table(_times(q * q, factor), 1 / t**2)
            middle = _table(_times(p * q, factor), 2 / (s * t))
            found += [_sum(*ends, {m: sign * c for m, c in middle.items()}) for sign in (1, -1)]
    return found


def _product(gens: Sequence[fmpq_mpoly], monomial: Sequence[int], like: fmpq_mpoly) -> fmpq_mpoly:
    found = like.context().constant(1)
    for i in monomial:
        found = found * gens[i]
    return found


def _times(p: fmpq_mpoly, factor: fmpq_mpoly | None) -> fmpq_mpoly:
    return p if factor is None else p * factor


def _table(p: fmpq_mpoly, scale: float = 1.0) -> Table:
    return {tuple(map(int, m)): scale * _float(c) for m, c in p.to_dict().items()}


def _sum(*tables: Table) -> Table:
    found: Table = {}
    for table in tables:
        for m, c in table.items():
            found[m] = found.get(m, 0.0) + c
    return found


def _float(value: fmpq) -> float:
    return float(value.p) / float(value.q)
