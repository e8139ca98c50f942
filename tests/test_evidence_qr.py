"""QR in every arithmetic: against numpy and mpmath, with residuals that a skipped second pass fails."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from neutralmodes.evidence import gram_schmidt
from neutralmodes.evidence.engines.balls import ball
from neutralmodes.evidence.engines.base import digits_to_bits, exact, to_balls, to_floats
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.qr import QR, defects, qr
from neutralmodes.exact.balls import working_precision

DIGITS = 50
BITS = digits_to_bits(DIGITS)
REALS = pytest.param("reals", marks=pytest.mark.skipif(not available(), reason="needs heyoka"))


def hilbert(n: int, k: int) -> list[list[tuple[int, int]]]:
    """Entries 1/(i+j+1), as (numerator, denominator): columns that are nearly dependent."""
    return [[(1, i + j + 1) for j in range(k)] for i in range(n)]


def numbers(values: Any, kind: str) -> Any:
    """Rationals as balls or heyoka reals of 50 digits (at that precision of python-flint)."""
    flat = [Fraction(v) for v in np.asarray(values, dtype=object).ravel()]
    if kind == "balls":
        return np.array([ball(v).mid() for v in flat], dtype=object).reshape(np.shape(values))
    import heyoka as hy

    return np.array([hy.real(v.numerator, BITS) / v.denominator for v in flat]).reshape(np.shape(values))


def test_double_qr_agrees_with_householder_up_to_signs() -> None:
    frame = np.random.default_rng(3).standard_normal((9, 5))
    mine, theirs = qr(frame), np.linalg.qr(frame)
    signs = np.sign(np.diagonal(theirs.R))
    np.testing.assert_allclose(mine.q, theirs.Q * signs, atol=1e-13)
    np.testing.assert_allclose(mine.r, theirs.R * signs[:, None], atol=1e-13)
    assert np.all(mine.diagonal > 0)


def test_an_ill_conditioned_double_frame_stays_orthogonal() -> None:
    frame = np.array([[a / b for a, b in row] for row in hilbert(12, 9)])
    orthogonality, factorisation = defects(frame, qr(frame))
    assert orthogonality < 1e-15 * 10
    assert factorisation < 1e-15


def test_one_pass_of_gram_schmidt_would_fail_the_residual() -> None:
    frame = np.array([[a / b for a, b in row] for row in hilbert(12, 9)])
    q = frame.copy()
    for j in range(9):
        q[:, j] -= q[:, :j] @ (q[:, :j].T @ frame[:, j])
        q[:, j] /= np.linalg.norm(q[:, j])
    orthogonality, _ = defects(frame, QR(q, q.T @ frame))
    assert orthogonality > 1e-3


def test_fifty_digits_on_balls_agree_with_mpmath() -> None:
    with working_precision(digits_to_bits(DIGITS)):
        frame = np.array([[ball(a) / b for a, b in row] for row in hilbert(6, 4)], dtype=object)
        found = qr(frame)
        orthogonality, factorisation = defects(frame, found, DIGITS)
        decimals = [found.r[j, j].str(DIGITS, radius=False) for j in range(4)]
    with mpmath.workdps(DIGITS + 10):
        _, r = mpmath.qr(mpmath.matrix([[mpmath.mpf(a) / b for a, b in row] for row in hilbert(6, 4)]), "skinny")
        for j, text in enumerate(decimals):
            assert abs(mpmath.mpf(text) - abs(r[j, j])) < mpmath.mpf(10) ** -(DIGITS - 6)
    assert max(orthogonality, factorisation) < 10.0 ** -(DIGITS - 2)


@pytest.mark.skipif(not available(), reason="needs heyoka")
def test_fifty_digits_on_heyoka_reals_agree_with_balls() -> None:
    import heyoka as hy

    bits = digits_to_bits(DIGITS)
    frame = np.array([[hy.real(a, bits) / b for a, b in row] for row in hilbert(6, 4)])
    found = qr(frame)
    assert max(defects(frame, found, DIGITS)) < 10.0 ** -(DIGITS - 2)
    with working_precision(bits):
        balls = qr(np.array([[ball(a) / b for a, b in row] for row in hilbert(6, 4)], dtype=object))
    np.testing.assert_allclose(to_floats(found.r), to_floats(balls.r), rtol=1e-15, atol=1e-48)


def test_a_zero_column_leaves_a_zero_on_the_diagonal() -> None:
    found = qr(np.array([[1.0, 0.0], [1.0, 0.0]]))
    assert found.diagonal[1] == 0
    assert not found.q[:, 1].any()


@pytest.mark.parametrize("kind", ["balls", REALS])
def test_fifty_digits_of_a_full_frame_agree_with_mpmath(kind: str) -> None:
    square = np.random.default_rng(5).standard_normal((12, 12))
    with working_precision(BITS):
        frame = numbers(square, kind)
        found = qr(frame)
        orthogonality, factorisation = defects(frame, found, DIGITS)
        entries = to_balls(found.q)
    assert orthogonality < 2.0 ** (11 - BITS)  # what a column may lose
    assert factorisation < 2.0 ** (6 - BITS)
    with mpmath.workdps(DIGITS + 10):
        q, r = mpmath.qr(mpmath.matrix(square.tolist()))
        for i in range(12):
            for j in range(12):
                theirs = q[i, j] * mpmath.sign(r[j, j])
                assert abs(mpmath.mpf(entries[i, j].str(DIGITS + 5, radius=False)) - theirs) < 1e-44


@pytest.mark.parametrize("kind", ["balls", REALS])
def test_a_nearly_dependent_frame_stays_orthogonal_to_fifty_digits(kind: str) -> None:
    """Columns 14 digits from dependence: one pass would leave half the digits."""
    with working_precision(BITS):
        frame = numbers([[Fraction(*e) for e in row] for row in hilbert(12, 11)], kind)
        orthogonality, factorisation = defects(frame, qr(frame), DIGITS)
    assert orthogonality < 2.0 ** (11 - BITS)
    assert factorisation < 2.0 ** (6 - BITS)


@pytest.mark.parametrize("kind", ["balls", REALS])
def test_the_residual_catches_passes_that_were_skipped(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gram_schmidt._Watch, "accepts", lambda self, kept: True)
    with working_precision(BITS):
        frame = numbers([[Fraction(*e) for e in row] for row in hilbert(12, 11)], kind)
        orthogonality, _ = defects(frame, qr(frame), DIGITS)
    assert orthogonality > 1e-44


@pytest.mark.parametrize("kind", ["balls", REALS])
def test_a_dependent_column_leaves_a_zero_at_fifty_digits(kind: str) -> None:
    thirds = [
        [Fraction(1, 3), Fraction(1, 7), Fraction(10, 21)],
        [1, 2, 3],
        [Fraction(5, 9), 0, Fraction(5, 9)],
        [0, 1, 1],
    ]
    with working_precision(BITS):
        found = qr(numbers(thirds, kind))
    diagonal = to_floats(found.diagonal)
    assert diagonal[2] == 0
    assert not to_floats(found.q)[:, 2].any()
    assert min(diagonal[:2]) > 0.5


@pytest.mark.skipif(not available(), reason="needs heyoka")
def test_reals_become_exact_balls_whatever_their_exponents() -> None:
    import heyoka as hy

    third, far = hy.real(1, BITS) / 3, hy.real(2.0**900, BITS)
    for values in ([third, -third * far * far, third * 0], [third / far / far, hy.real(1, BITS)], [third * 0]):
        with working_precision(BITS):
            balls = to_balls(np.array(values))
        assert all(b.is_exact() for b in balls)
        assert [hy.real(exact(b).numerator, BITS) / exact(b).denominator for b in balls] == values
    assert abs(exact(third / far / far) * 2**1800 * 3 - 1) < Fraction(1, 2 ** (BITS - 2))
