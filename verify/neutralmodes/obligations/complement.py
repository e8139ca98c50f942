"""The matrix certificate of rank: Xi Xi^T + M M^T - mu I >= 0 on N with M^T Xi = 0.

The columns of M are gradients of invariants; they fill the directions that the group leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact import linear
from neutralmodes.exact.field import plain_context
from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.exact.positivity_rule import verify_positivity
from neutralmodes.obligations.columns import generic_rank, independent
from neutralmodes.obligations.diagonal import diagonal_proof, lift
from neutralmodes.obligations.ground import Ground

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
    index = {pair: k for k, pair in enumerate(pairs)}
    rows: list[list[fmpq]] = []
    for a in matrices:
        block = [[fmpq(0)] * len(pairs) for _ in pairs]
        for (i, j), k in index.items():
            for m in range(n):  # L_A(x_i x_j) = sum_m A_im x_m x_j + A_jm x_i x_m
                block[index[min(m, j), max(m, j)]][k] += a[i][m]
                block[index[min(i, m), max(i, m)]][k] += a[j][m]
        rows += [row for row in block if any(row)]
    basis = linear.nullspace(rows, len(pairs))
    forms = [{pair: c for pair, c in zip(pairs, vector, strict=True) if c != 0} for vector in basis]
    return sorted(forms, key=lambda form: (any(i != j for i, j in form), len(form)))


def complement_proof(
    ground: Ground,
    columns: Sequence[Sequence[fmpq_mpoly]],
    gradients: list[list[fmpq_mpoly]],
    q: int,
    budget_s: float,
) -> dict[str, Any] | None:
    """n - q columns M, mu > 0 and the identity that shows Xi Xi^T + M M^T >= mu I on N."""
    _, at = generic_rank(ground)
    chosen = independent(gradients, ground.whole(at), ground.n - q)
    if chosen is None or ground.hypotheses is None:
        return None
    for mu in (fmpq(1, 4), fmpq(1, 100), fmpq(1, 10_000)):
        positivity = _psd(ground, [*columns, *chosen], mu, budget_s)
        if positivity is not None:
            shown = [[polynomial_to_json(entry) for entry in m] for m in chosen]
            return {"rule": "complement", "columns": shown, "mu": str(mu), "positivity": positivity}
    return None


def _psd(ground: Ground, columns: Sequence[Sequence[fmpq_mpoly]], mu: fmpq, budget_s: float) -> dict[str, Any] | None:
    assert ground.hypotheses is not None
    ring = plain_context([*ground.names, *auxiliary_names(ground)])
    v = ring.gens()[len(ground.names) :]
    target = sum((-mu * vi * vi for vi in v[1:]), -mu * v[0] * v[0])
    for column in columns:
        dot = sum((lift(e, ring) * vi for e, vi in zip(column, v, strict=True)), ring.constant(0))
        target = target + dot * dot
    inequalities, equalities = ([lift(p, ring) for p in part] for part in ground.hypotheses)
    quick = diagonal_proof(columns, mu, ground.hypotheses, ring, budget_s / 4)
    if quick and verify_positivity(quick, target, inequalities, equalities, strict=False):
        return quick
    return prove_positive(target, inequalities, equalities, strict=False, budget_s=budget_s)


def auxiliary_names(ground: Ground) -> list[str]:
    """v_0, ..., v_{n-1}, with underscores prefixed until no name clashes."""
    prefix = "v_"
    while any(f"{prefix}{i}" in ground.names for i in range(ground.n)):
        prefix = "_" + prefix
    return [f"{prefix}{i}" for i in range(ground.n)]
