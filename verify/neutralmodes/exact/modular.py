"""Rational functions, their gradients and linear systems modulo 31-bit primes; lifting back to Q.

What has full rank modulo a prime has full rank over Q; everything else that is found here is a
proposal, for the caller to verify exactly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
from flint import fmpq, fmpq_mpoly, nmod_mat
from numpy.typing import NDArray

from neutralmodes.exact.ratio import Ratio

Residues = NDArray[np.int64]  # entries in [0, prime), prime < 2^31: products fit
_CHUNK = 20_000  # terms evaluated at once, to keep memory low


def primes() -> Iterator[int]:
    """Primes below 2^31, descending.

    >>> next(primes()) == 2**31 - 1
    True
    """
    candidate = 2**31 - 1
    while True:
        if _is_prime(candidate):
            yield candidate
        candidate -= 2


def _is_prime(number: int) -> bool:
    """Miller and Rabin to the bases 2, 3, 5, 7: exact below 3,215,031,751 (Jaeschke 1993)."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7):
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


class BadPrime(ValueError):
    """The prime divides a denominator, or a point is a pole modulo it."""


def values_and_gradients(ratio: Ratio, points: Residues, prime: int) -> tuple[Residues, Residues]:
    """The value (K,) and the gradient (names, K) at K points (names, K) of a ratio without kernels.

    Raises BadPrime.
    """
    num, num_slope = _polynomial(ratio.num, points, prime)
    if ratio.is_polynomial:
        return num, num_slope
    den, den_slope = _polynomial(ratio.den, points, prime)
    if not den.all():
        raise BadPrime(f"a pole modulo {prime}")
    inverse = np.array([pow(int(d), -1, prime) for d in den], dtype=np.int64)
    value = num * inverse % prime
    slope = (num_slope - value * den_slope % prime) % prime * inverse % prime
    return value, slope


def _polynomial(poly: fmpq_mpoly, points: Residues, prime: int) -> tuple[Residues, Residues]:
    names, count = points.shape
    value, slope = np.zeros(count, np.int64), np.zeros((names, count), np.int64)
    terms = list(poly.to_dict().items())
    padded = np.vstack([points, np.ones((1, count), np.int64)])
    for start in range(0, len(terms), _CHUNK):
        part = terms[start : start + _CHUNK]
        factors = _factor_table([m[:names] for m, _ in part], names)
        weights = np.array([residue(c, prime) for _, c in part], dtype=np.int64)
        _add_terms(factors, weights, padded, prime, value, slope)
    return value % prime, slope % prime


def _factor_table(monomials: Sequence[Sequence[int]], one: int) -> NDArray[np.intp]:
    """Each monomial as a row of factor indices, filled up with the index of the constant 1."""
    rows = [[j for j, e in enumerate(m) if e for _ in range(int(e))] for m in monomials]
    width = max(map(len, rows), default=0)
    return np.array([row + [one] * (width - len(row)) for row in rows], dtype=np.intp).reshape(len(rows), width)


def _add_terms(
    factors: NDArray[np.intp],
    weights: Residues,
    padded: Residues,
    prime: int,
    value: Residues,
    slope: Residues,
) -> None:
    """Add the terms' values and gradients: the product over all factors, and over all but one."""
    width, one = factors.shape[1], len(slope)
    below = [np.broadcast_to(weights[:, None], (len(weights), padded.shape[1]))]
    for s in range(width):
        below.append(below[-1] * padded[factors[:, s]] % prime)
    value += below[width].sum(axis=0)
    above = np.ones_like(below[width])
    for s in reversed(range(width)):
        partial = np.zeros((one + 1, padded.shape[1]), np.int64)
        np.add.at(partial, factors[:, s], below[s] * above % prime)
        slope += partial[:one] % prime
        above = above * padded[factors[:, s]] % prime


def residue(value: fmpq, prime: int) -> int:
    """A rational modulo the prime; BadPrime where the prime divides its denominator."""
    p, q = int(value.p), int(value.q)
    if q % prime == 0:
        raise BadPrime(f"{prime} divides a denominator")
    return p * pow(q, -1, prime) % prime


@dataclass(frozen=True)
class Kernel:
    """A nullspace modulo ``modulus`` in reduced form: row k has 1 at free[k] and ``rows[k]`` at the pivots."""

    modulus: int
    pivots: tuple[int, ...]
    free: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]

    def joined(self, other: Kernel) -> Kernel:
        """Both moduli together (Chinese remainders); the one of higher rank where the shapes differ."""
        if self.pivots != other.pivots:
            return max(self, other, key=lambda kernel: len(kernel.pivots))
        lift = pow(self.modulus, -1, other.modulus)
        rows = tuple(
            tuple(a + self.modulus * ((b - a) * lift % other.modulus) for a, b in zip(mine, theirs, strict=True))
            for mine, theirs in zip(self.rows, other.rows, strict=True)
        )
        return Kernel(self.modulus * other.modulus, self.pivots, self.free, rows)

    def lifted(self) -> list[dict[int, fmpq]] | None:
        """The vectors over Q, sparse, by rational reconstruction; None where an entry has none."""
        found = []
        for index, row in zip(self.free, self.rows, strict=True):
            vector = {index: fmpq(1)}
            for pivot, entry in zip(self.pivots, row, strict=True):
                value = reconstruct(entry, self.modulus) if entry else fmpq(0)
                if value is None:
                    return None
                if value != 0:
                    vector[pivot] = value
            found.append(vector)
        return found


def kernel(matrix: Residues, prime: int) -> Kernel:
    """The nullspace of a matrix of residues.

    >>> kernel(np.array([[1, 2, 0]]), 101).lifted()
    [{1: 1, 0: -2}, {2: 1}]
    """
    rows, width = matrix.shape
    reduced, rank = nmod_mat(rows, width, matrix.ravel().tolist(), prime).rref()
    pivots, column = [], 0
    for i in range(rank):
        while int(reduced[i, column]) == 0:
            column += 1
        pivots.append(column)
    free = [j for j in range(width) if j not in set(pivots)]
    found = tuple(tuple(-int(reduced[i, j]) % prime for i in range(rank)) for j in free)
    return Kernel(prime, tuple(pivots), tuple(free), found)


def reconstruct(entry: int, modulus: int) -> fmpq | None:
    """The rational n/d, |n| and d at most sqrt(modulus/2), with n = entry d modulo the modulus, or None.

    >>> reconstruct(pow(3, -1, 101) * 2 % 101, 101)
    2/3
    """
    bound = isqrt(modulus // 2)
    r0, r1, s0, s1 = modulus, entry, 0, 1
    while r1 > bound:
        quotient = r0 // r1
        r0, r1, s0, s1 = r1, r0 - quotient * r1, s1, s0 - quotient * s1
    return None if s1 == 0 or abs(s1) > bound else fmpq(r1, s1)
