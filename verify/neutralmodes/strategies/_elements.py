"""Group elements of linear actions as matrices: exact ones at Pythagorean angles, and floats spread over the group."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, isqrt
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mat, fmpz_mat
from hypothesis import strategies as st
from scipy.linalg import expm

from neutralmodes.action import LieAction
from neutralmodes.equivariants import integer_matrices
from neutralmodes.errors import InputError
from neutralmodes.exact.equivariant_kernel import IntMatrix

Array = np.ndarray[Any, np.dtype[Any]]

# (1 + it)/(1 - it) is a rational point of the circle: t = 1/2 gives (3 + 4i)/5.
_TANGENTS = [Fraction(0), Fraction(1, 2), Fraction(1), Fraction(-1, 2), Fraction(1, 3), Fraction(2), Fraction(-1, 5)]


def group_elements(action: LieAction, *, exact: bool = True) -> st.SearchStrategy[Array]:
    """Elements of the group of a linear action as n x n matrices.

    Exact: object arrays of Fraction, products over the generators A of exp(theta A) at Pythagorean
    angles, e^(i theta) = (1 + it)/(1 - it) with a small rational t (the Cayley transform of the
    plane); ``g @ x`` stays exact. ``exact=False``: float64 arrays, products of n exponentials of
    seeded Gaussian elements, spread over the whole of a compact group.

    Shrinks to the identity. Raises InputError where exact is asked and a generator has eigenvalues
    that are not i times commensurable rationals (and is not nilpotent).
    """
    matrices = integer_matrices(action)
    if exact:
        for a in range(len(matrices)):
            _frequencies(matrices[a], a)
        tangents = st.lists(st.sampled_from(_TANGENTS), min_size=len(matrices), max_size=len(matrices))
        return tangents.map(lambda ts: exact_element(matrices, ts))
    return st.integers(0, 2**32 - 1).map(lambda seed: spread_element(matrices, seed))


def exact_element(matrices: Sequence[IntMatrix], tangents: Sequence[Fraction]) -> Array:
    """The product over the generators A of exp(theta A), by the tangents t of theta/2 (see ``one_parameter``)."""
    total = fmpq_mat(_identity(len(matrices[0])))
    for a, (matrix, t) in enumerate(zip(matrices, tangents, strict=True)):
        if t:
            total = total * one_parameter(matrix, t, a)
    n = total.nrows()
    rows = [[Fraction(int(total[i, j].p), int(total[i, j].q)) for j in range(n)] for i in range(n)]
    return np.array(rows, dtype=object)


def one_parameter(matrix: IntMatrix, t: Fraction, index: int = 0) -> fmpq_mat:
    """exp(theta A / g), e^(i theta) = (1 + it)/(1 - it), g the common divisor of A's frequencies.

    By the spectral projections of A^2, which are polynomials in A^2. A nilpotent A gives exp(t A).
    """
    a = fmpq_mat(fmpz_mat([list(row) for row in matrix]))
    frequencies = _frequencies(matrix, index)
    if not any(frequencies):
        return _nilpotent(a, t)
    common = gcd(*frequencies)
    total = a * fmpq(0)
    for w in frequencies:
        projection = fmpq_mat(_identity(a.nrows()))
        for v in frequencies:
            if v != w:
                projection = projection * _shifted(a * a, v * v) * fmpq(1, v * v - w * w)
        cos, sin = _power(t, w // common)
        total += projection * cos + (a * projection * (sin / w) if w else a * fmpq(0))
    return total


def _shifted(square: fmpq_mat, value: int) -> fmpq_mat:
    return square + fmpq_mat(_identity(square.nrows())) * fmpq(value)


def _power(t: Fraction, k: int) -> tuple[fmpq, fmpq]:
    """Real and imaginary part of ((1 + it)/(1 - it))^k."""
    t_ = fmpq(t.numerator, t.denominator)
    c, s = (1 - t_**2) / (1 + t_**2), 2 * t_ / (1 + t_**2)
    cos, sin = fmpq(1), fmpq(0)
    for _ in range(k):
        cos, sin = cos * c - sin * s, cos * s + sin * c
    return cos, sin


def _nilpotent(a: fmpq_mat, t: Fraction) -> fmpq_mat:
    term = total = fmpq_mat(_identity(a.nrows()))
    for k in range(1, a.nrows()):
        term = term * a * fmpq(t.numerator, t.denominator * k)
        total = total + term
    return total


def _frequencies(matrix: IntMatrix, index: int) -> list[int]:
    """The distinct w >= 0 with eigenvalues +-iw, A being semisimple; [0] for a nilpotent A; else InputError."""
    square = fmpz_mat([list(row) for row in matrix])
    factors = square.charpoly().factor()[1]
    found = []
    for factor, _ in factors:
        c = [int(v) for v in factor.coeffs()]
        if c == [0, 1]:
            found.append(0)
        elif len(c) == 3 and c[1] == 0 and c[0] > 0 and isqrt(c[0]) ** 2 == c[0]:
            found.append(isqrt(c[0]))
        else:
            raise InputError(
                f"generator {index} has an eigenvalue that is not i times a rational: no rational elements; "
                f"use group_elements(action, exact=False)"
            )
    a = fmpq_mat(square)
    product = a if 0 in found else fmpq_mat(_identity(len(matrix)))
    for w in found:
        product = product * _shifted(a * a, w * w) if w else product
    if any(found) and product != a * fmpq(0):
        raise InputError(f"generator {index} is not semisimple: no rational elements; use exact=False")
    return sorted(found)


def _identity(n: int) -> fmpz_mat:
    return fmpz_mat([[int(i == j) for j in range(n)] for i in range(n)])


def spread_element(matrices: Sequence[IntMatrix], seed: int) -> Array:
    """A float element of the group, from a seed."""
    rng, basis = np.random.default_rng(seed), np.array(matrices, dtype=float)
    total = np.eye(basis.shape[1])
    for _ in range(basis.shape[1]):
        total = total @ expm(np.tensordot(rng.normal(scale=np.pi, size=len(basis)), basis, axes=1))
    return total
