"""Dependent generators ride on independent ones without a digit of difference."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.evidence.basis import independent
from neutralmodes.evidence.engines.balls import ball
from neutralmodes.evidence.transport import transport
from neutralmodes.exact.balls import working_precision


def columns(rows: list[list[str]]) -> np.ndarray:
    return np.array([[ball(Fraction(v)) for v in row] for row in rows], dtype=object)


def largest(values: np.ndarray) -> float:
    return max(float(v.abs_upper()) for v in values.ravel())


def test_combinations_are_reproduced_to_the_working_precision() -> None:
    with working_precision(200):
        given = columns([["1", "0", "1/3", "2"], ["0", "1", "1/7", "3"], ["0", "0", "0", "0"]])
        kept, coefficients = independent(given, 50)
        assert len(kept) == 2
        assert largest(given - given[:, kept] @ coefficients) < 1e-55


def test_a_column_that_is_almost_dependent_is_carried_itself() -> None:
    with working_precision(200):
        given = columns([["1", "1"], ["0", "0"]])
        given[1, 1] = ball(1) / 10**20
        kept, coefficients = independent(given, 50)
        assert sorted(kept) == [0, 1]
        assert largest(given - given[:, kept] @ coefficients) < 1e-70


def test_vanishing_generators_keep_one_column() -> None:
    with working_precision(100):
        kept, coefficients = independent(columns([["0", "0"], ["0", "0"]]), 20)
        assert len(kept) == 1
        assert coefficients.shape == (1, 2)


def test_three_rotations_of_the_sphere_carry_two_columns() -> None:
    x, y, z = v = sp.symbols("x y z", real=True)
    radial = 1 - x**2 - y**2 - z**2
    action = nm.LieAction(v, [[-y, x, 0], [0, -z, y], [z, 0, -x]])
    system = nm.System("sphere", nm.VectorField(v, [radial * c for c in v]), action, start=[1, "1/3", "-1/2"])
    found = transport(system, time=3, digits=20)
    assert found.transported
    assert len(found.residuals) == 3
    assert found.volume_defect == pytest.approx(0.0, abs=1e-20)
