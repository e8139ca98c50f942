"""Quadratic Lyapunov-like functions of quadratic fields: V = (x - c)^T P (x - c) with P diagonal.

The cubic part of L_f V is linear in P and must vanish; its quadratic part is linear in P and P c and
must be negative definite. Floats choose the centre of what is left; the numbers returned are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

import numpy as np
from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.linear import nullspace
from neutralmodes.exact.positivity_sdp import Array, Pencil, definite_centre
from neutralmodes.exact.positivity_work import Work
from neutralmodes.obligations.ground import Ground

_STEPS = 150
_DENOMINATORS = (1, 2, 8, 64, 4096)


@dataclass(frozen=True)
class Quadric:
    """V = sum of weight_i (x_i - centre_i)^2, weights positive."""

    weights: tuple[Fraction, ...]
    centre: tuple[Fraction, ...]


def quadrics(ground: Ground) -> Iterator[Quadric]:
    """Centres for equal weights first, then for weights of their own; none where the field is not quadratic."""
    field = [ground.polynomial(f) for f in ground.f]
    if any(f is None or (not f.is_zero() and f.total_degree() > 2) for f in field) or ground.ranges:
        return
    n = ground.n
    forms = [_Form(i, [f for f in field if f is not None], n) for i in range(2 * n)]
    rows = [[form.cubic.get(m, fmpq(0)) for form in forms] for m in sorted({m for f in forms for m in f.cubic})]
    equal = [[fmpq((j == i) - (j == 0)) for j in range(2 * n)] for i in range(1, n)]
    for constraints in (rows + equal, rows):
        basis = nullspace(constraints, 2 * n)
        if basis and (found := _centre(basis, forms, n)):
            yield found


class _Form:
    """What the unknown number i (weights, then weights times centres) adds to L_f V / 2."""

    def __init__(self, i: int, field: list[fmpq_mpoly], n: int) -> None:
        linear, quadratic = (_part(field[i % n], degree) for degree in (1, 2))
        step = tuple(int(j == i % n) for j in range(n))
        self.cubic: dict[tuple[int, ...], fmpq] = {}
        self.matrix: Array = np.zeros((n, n))
        if i < n:
            self.cubic = {_plus(m, step): c for m, c in quadratic.items()}
            terms = {_plus(m, step): c for m, c in linear.items()}
        else:
            terms = {m: -c for m, c in quadratic.items()}
        for a, b in combinations_with_replacement(range(n), 2):
            c = terms.get(_plus(_unit(a, n), _unit(b, n)))
            if c is not None:
                value = float(Fraction(int(c.p), int(c.q)))
                self.matrix[a, b] = self.matrix[b, a] = value if a == b else value / 2


def _part(poly: fmpq_mpoly, degree: int) -> dict[tuple[int, ...], fmpq]:
    return {tuple(map(int, m)): c for m, c in poly.to_dict().items() if sum(m) == degree}


def _plus(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(i + j for i, j in zip(a, b, strict=True))


def _unit(i: int, n: int) -> tuple[int, ...]:
    return tuple(int(j == i) for j in range(n))


def _centre(basis: list[list[fmpq]], forms: list[_Form], n: int) -> Quadric | None:
    """Weights and centre with P and -Q definite, rounded as coarsely as that allows."""
    vectors = np.array([[float(Fraction(int(c.p), int(c.q))) for c in v] for v in basis])
    weights = np.array([np.diag(v[:n]) for v in vectors])
    slopes = -np.einsum("kj,jab->kab", vectors, np.array([f.matrix for f in forms]))
    pencils = [Pencil(np.zeros((n, n)), weights), Pencil(np.zeros((n, n)), slopes)]
    try:
        theta = definite_centre(pencils, Work(1.0), _STEPS).theta
    except np.linalg.LinAlgError:
        return None
    scale = float(np.max(np.abs(theta @ vectors[:, :n])))
    if not scale > 0:
        return None
    for denominator in _DENOMINATORS:
        exact = [Fraction(round(t / scale * denominator), denominator) for t in theta]
        rounded = np.array([float(t) for t in exact])
        if all(np.linalg.eigvalsh(np.tensordot(rounded, s, axes=1))[0] > 1e-9 for s in (weights, slopes)):
            point = [sum(t * _fraction(v[j]) for t, v in zip(exact, basis, strict=True)) for j in range(2 * n)]
            centre = (Fraction(d) / p for p, d in zip(point[:n], point[n:], strict=True))
            return Quadric(tuple(map(Fraction, point[:n])), tuple(centre))
    return None


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))
