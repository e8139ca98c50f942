"""QR in every arithmetic: against numpy and mpmath, with residuals that a skipped second pass fails."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from neutralmodes.evidence.engines.balls import ball
from neutralmodes.evidence.engines.base import digits_to_bits, to_floats
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.qr import QR, defects, qr
from neutralmodes.exact.balls import working_precision

DIGITS = 50


def hilbert(n: int, k: int) -> list[list[tuple[int, int]]]:
    """Entries 1/(i+j+1), as (numerator, denominator): columns that are nearly dependent."""
    return [[(1, i + j + 1) for j in range(k)] for i in range(n)]


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
