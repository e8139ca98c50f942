"""The matrix certificate of rank: Xi W Xi^T + M M^T - mu I >= 0 on N with M^T Xi = 0.

The columns of M are gradients of invariants; they fill the directions that the group leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations_with_replacement
from math import floor, log2
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mpoly

from neutralmodes.errors import InputError
from neutralmodes.exact import linear
from neutralmodes.exact.field import plain_context
from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.columns import generic_rank, independent
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import ray_points

_QUADRATIC_LIMIT = 24  # n(n+1)/2 unknowns in the exact nullspace


def invariant_gradients(ground: Ground) -> list[list[fmpq_mpoly]]:
    """Gradients of the linear invariants and half the quadratic ones of a linear action, exact."""
    matrices = ground.system.action.matrices
    if matrices is None or ground.system.action.field.names != ground.variables:
        return []
    n, ring = ground.n, ground.ring
    zero, gens = ring.constant(0), ring.gens()
    linear_rows = [[a[i][j] for i in range(n)] for a in matrices for j in range(n)]
    found = [[ring.constant(c) for c in v] for v in linear.nullspace(linear_rows, n)]
    if n > _QUADRATIC_LIMIT:
        return found
    for form in quadratic_invariants(matrices, n):
        gradient = [zero] * n
        for (i, j), c in form.items():
            gradient[i] = gradient[i] + c * gens[j] / 2
            gradient[j] = gradient[j] + c * gens[i] / 2
        found.append(gradient)
    return found


def quadratic_invariants(matrices: Sequence[Sequence[Sequence[fmpq]]], n: int) -> list[dict[tuple[int, int], fmpq]]:
    """A basis of {(i, j): c} with sum c x_i x_j constant along every A, pure squares first."""
    pairs = list(combinations_with_replacement(range(n), 2))
    basis: list[dict[tuple[int, int], fmpq]] = [{pair: fmpq(1)} for pair in pairs]
    for a in matrices:  # one generator after another: the space shrinks quickly
        moved = [_rate(a, form) for form in basis]
        keys = sorted({pair for image in moved for pair in image})
        rows = [[image.get(pair, fmpq(0)) for image in moved] for pair in keys]
        combos = linear.nullspace(rows, len(basis))
        basis = [_combine(combo, basis) for combo in combos]
    return sorted(basis, key=lambda form: (any(i != j for i, j in form), len(form)))


def _rate(a: Sequence[Sequence[fmpq]], form: dict[tuple[int, int], fmpq]) -> dict[tuple[int, int], fmpq]:
    """The derivative of sum c x_i x_j along A x: L_A(x_i x_j) = sum_m A_im x_m x_j + A_jm x_i x_m."""
    found: dict[tuple[int, int], fmpq] = {}
    for (i, j), c in form.items():
        for one, other in ((i, j), (j, i)):
            for m, entry in enumerate(a[one]):
                if entry != 0:
                    pair = (min(m, other), max(m, other))
                    found[pair] = found.get(pair, fmpq(0)) + c * entry
    return {pair: c for pair, c in found.items() if c != 0}


def _combine(combo: Sequence[fmpq], forms: Sequence[dict[tuple[int, int], fmpq]]) -> dict[tuple[int, int], fmpq]:
    found: dict[tuple[int, int], fmpq] = {}
    for c, form in zip(combo, forms, strict=True):
        if c != 0:
            for pair, value in form.items():
                found[pair] = found.get(pair, fmpq(0)) + c * value
    return {pair: c for pair, c in found.items() if c != 0}


def complement_proof(
    ground: Ground,
    columns: Sequence[Sequence[fmpq_mpoly]],
    gradients: list[list[fmpq_mpoly]],
    q: int,
    budget_s: float,
) -> dict[str, Any] | None:
    """n - q columns M, weights, mu > 0 and the identity that shows Xi W Xi^T + M M^T >= mu I on N."""
    _, at = generic_rank(ground)
    chosen = independent(gradients, ground.whole(at), ground.n - q)
    if chosen is None or ground.hypotheses is None:
        return None
    scale = _weights(ground)
    likely = _least_eigenvalue(ground, [*columns, *chosen], [*scale, *[fmpq(1)] * len(chosen)])
    for share in (2, 8, 64):
        mu = _simple(likely / share)
        if mu > 0 and (positivity := _psd(ground, columns, chosen, scale, mu, budget_s / 4)):
            return {
                "rule": "complement",
                "columns": [[polynomial_to_json(entry) for entry in m] for m in chosen],
                "weights": [str(w) for w in scale],
                "mu": str(mu),
                "positivity": positivity,
            }
    return None


def _weights(ground: Ground) -> list[fmpq]:
    """2 / |A_a|^2 for matrices A_a: the Casimir sum, isotropic on spheres; 1 for other actions."""
    matrices = ground.system.action.matrices
    if matrices is None:
        return [fmpq(1)] * ground.p
    norms = [sum((e * e for row in a for e in row), fmpq(0)) for a in matrices]
    return [2 / norm if norm != 0 else fmpq(1) for norm in norms]


def _simple(value: float) -> fmpq:
    """A power of two at most the value: short numbers keep proofs short."""
    return fmpq(2) ** floor(log2(value)) if value > 0 else fmpq(0)


def _least_eigenvalue(ground: Ground, columns: Sequence[Sequence[fmpq_mpoly]], scale: Sequence[fmpq]) -> float:
    """The smallest eigenvalue of the weighted sum over sampled points of N, a proposal for mu."""
    least, roots = float("inf"), np.sqrt([float(Fraction(int(w.p), int(w.q))) for w in scale])
    for state in ray_points(ground):
        values = [fmpq(v.numerator, v.denominator) for v in ground.whole(state)]
        rows = [[float(Fraction(str(entry(*values)))) for entry in column] for column in columns]
        scaled = np.array(rows) * roots[:, None]
        least = min(least, float(np.linalg.eigvalsh(scaled.T @ scaled)[0]))
    return least if least < float("inf") else 0.0


def _psd(
    ground: Ground,
    columns: Sequence[Sequence[fmpq_mpoly]],
    chosen: Sequence[Sequence[fmpq_mpoly]],
    scale: Sequence[fmpq],
    mu: fmpq,
    budget_s: float,
) -> dict[str, Any] | None:
    assert ground.hypotheses is not None
    ring = plain_context([*ground.names, *auxiliary_names(ground)])
    v = ring.gens()[len(ground.names) :]

    def along(column: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
        return sum((lift(e, ring) * vi for e, vi in zip(column, v, strict=True)), ring.constant(0))

    filled = [along(m) for m in chosen]
    target = sum((dot * dot for dot in filled), sum((-mu * vi * vi for vi in v), ring.constant(0)))
    for weight, column in zip(scale, columns, strict=True):
        target = target + weight * along(column) ** 2
    central = [[_mix(c, columns, i) for i in range(ground.n)] for c in _centre(ground)]
    inequalities, equalities = ([lift(p, ring) for p in part] for part in ground.hypotheses)
    hints = [*filled, *(along(column) for column in central)]
    return prove_positive(target, inequalities, equalities, strict=False, hints=hints, budget_s=budget_s)


def _centre(ground: Ground) -> list[list[fmpq]]:
    """The centre of the algebra, whose squares the Casimir sum leaves over; [] where it is not closed."""
    try:
        return ground.system.action.algebra.centre
    except InputError:
        return []


def _mix(coefficients: Sequence[fmpq], columns: Sequence[Sequence[fmpq_mpoly]], i: int) -> fmpq_mpoly:
    return sum((c * column[i] for c, column in zip(coefficients, columns, strict=True)), columns[0][i] * 0)


def auxiliary_names(ground: Ground) -> list[str]:
    """v_0, ..., v_{n-1}, with underscores prefixed until no name clashes."""
    prefix = "v_"
    while any(f"{prefix}{i}" in ground.names for i in range(ground.n)):
        prefix = "_" + prefix
    return [f"{prefix}{i}" for i in range(ground.n)]


def lift(poly: fmpq_mpoly, ring: Any) -> fmpq_mpoly:
    """The polynomial in a ring with further names behind its own."""
    more = ring.nvars() - poly.context().nvars()
    return ring.from_dict({(*m, *(0,) * more): c for m, c in poly.to_dict().items()})
