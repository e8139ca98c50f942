"""The symmetry of the laser's rule, as this project tests it."""

import pytest
import sympy as sp
from hypothesis import given, settings
from ringlaser import right_hand_side

import neutralmodes as nm
from neutralmodes.strategies import equivariant_fields
from neutralmodes.testing import assert_equivariant, assert_neutral_modes, system_checks

x, y, z, w = state = sp.symbols("x y z w", real=True)
modes = nm.groups.torus([[1, 0], [0, 1]]).on(state)
one, two = x**2 + y**2, z**2 + w**2
rule = nm.VectorField(state, [x * (2 - one) - y, y * (2 - one) + x, z * (2 - two) - 2 * w, w * (2 - two) + 2 * z])
region = nm.Region([one - 1, 3 - one, two - 1, 3 - two])
laser = nm.System("ring laser", rule, modes, region, start=[1, 1, 1, 1], expect={"zero_exponents": 2})


@pytest.mark.parametrize("check", system_checks(laser))
def test_the_laser_conforms(check):
    check()


@pytest.mark.neutralmodes
def test_both_phases_are_neutral():
    assert_neutral_modes(laser, at_least=2)


@pytest.mark.neutralmodes
@settings(deadline=None)  # the first example starts LAPACK
@given(equivariant_fields(modes))
def test_fast_right_hand_sides_keep_the_symmetry(field):
    assert_equivariant(right_hand_side(field.terms()), modes, samples=16)
