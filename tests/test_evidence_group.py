"""The group along an orbit: two runs from x and g x, and group vectors re-seeded over long times."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.reseeded import group_growth
from neutralmodes.evidence.two_runs import two_runs

a, b, c, d, w = V = sp.symbols("a b c d w", real=True)
x, y = sp.symbols("x y", real=True)


def complex_lorenz(broken: Any = 0) -> nm.System:
    e = sp.Rational(1, 10)
    rule = [
        10 * (c - a) + broken * a**2,
        10 * (d - b),
        28 * a - c + e * d - a * w,
        28 * b - d - e * c - b * w,
        a * c + b * d - sp.Rational(8, 3) * w,
    ]
    turn = [-b, a, -d, c, 0]
    return nm.System("complex-lorenz", nm.VectorField(V, rule), nm.LieAction(V, [turn]), start=[3, 4, 5, 2, 20])


def test_two_runs_of_an_equivariant_rule_agree_within_a_hundred_tolerances() -> None:
    found = two_runs(complex_lorenz(), time=3)
    assert found.agree
    assert found.defect < 1e-11
    assert "phi(g x)" in found.to_json()["norm"]


@pytest.mark.parametrize("size", ["1/10", "1/1000000"])
def test_two_runs_of_a_broken_rule_do_not(size: Any) -> None:
    assert not two_runs(complex_lorenz(sp.Rational(size)), time=3).agree


def test_two_runs_under_a_nonlinear_action_agree() -> None:
    """x' = x^2 commutes with itself; g moves x by its own flow, x / (1 - s x)."""
    action = nm.LieAction([x, y], [[x**2, 0], [0, 1]])
    found = two_runs(nm.System("squares", nm.VectorField([x, y], [x**2, 1]), action, start=["1/4", 0]), time=1)
    assert found.agree


def test_two_runs_of_a_map_agree() -> None:
    s = 1 - (x**2 + y**2) / 4
    rule = nm.Map([x, y], [s * (3 * x - 4 * y) / 3, s * (4 * x + 3 * y) / 3])
    assert two_runs(nm.System("turn", rule, nm.LieAction([x, y], [[-y, x]]), start=["1/2", 0])).agree


def test_an_orbit_that_ends_is_said() -> None:
    rule = nm.VectorField([x, y], [x**2, 0])
    with pytest.raises(EvidenceError, match="blow-up"):
        two_runs(nm.System("burst", rule, nm.LieAction([x, y], [[0, 1]]), start=[1, 0]), time=2)


def test_reseeded_group_vectors_obey_the_one_over_t_law() -> None:
    short, long = (group_growth(complex_lorenz(), time=t) for t in (50, 400))
    for found in (short, long):
        assert abs(found.exponents[0]) <= found.errors[0]
        assert found.defect < 1e-11
    assert 3 < short.errors[0] / long.errors[0] < 20  # an eighth, up to how far the bounded sum got


def test_the_exponents_telescope_to_the_ends_of_the_orbit() -> None:
    """On a spiral x' = -x/2 - 3y the group vector shrinks like the state: the exponent is -1/2 exactly."""
    rule = nm.VectorField([x, y], [-x / 2 - 3 * y, 3 * x - y / 2])
    found = group_growth(nm.System("focus", rule, nm.LieAction([x, y], [[-y, x]]), start=[1, 0]), time=10)
    assert found.exponents[0] == pytest.approx(-0.5, abs=1e-11)
    assert found.volume == pytest.approx(-0.5, abs=1e-11)


def test_dependent_generators_are_left_out() -> None:
    action = nm.LieAction([x, y], [[-y, x], [-2 * y, 2 * x], [x, y]])
    rule = nm.VectorField([x, y], [-y, x])
    found = group_growth(nm.System("turn", rule, action, start=[1, 0]), time=10)
    assert len(found.generators) == 2
    np.testing.assert_allclose(found.exponents, 0.0, atol=1e-11)


def test_a_broken_symmetry_shows_in_a_single_window() -> None:
    assert group_growth(complex_lorenz(sp.Rational(1, 10)), time=20).defect > 1e-2


def test_generators_that_vanish_at_the_start_are_refused() -> None:
    rule = nm.VectorField([x, y], [-y, x])
    with pytest.raises(EvidenceError, match="vanishes at the start"):
        group_growth(nm.System("turn", rule, nm.LieAction([x, y], [[-y, x]]), start=[0, 0]), time=1)


def test_growth_ends_before_the_generators_underflow() -> None:
    """Every orbit of z' = -z ends where SO(2) moves nothing; up to then the exponent is -1, without a warning."""
    rule, turn = nm.VectorField([x, y], [-x, -y]), nm.LieAction([x, y], [[-y, x]])
    found = group_growth(nm.System("sink", rule, turn, start=["1/2", "1/4"]), time=2000)
    assert "vanish" in found.outcome
    assert 320 < found.time < 340  # ln(0.56/1e-145) = 333
    # DOP853 steps by an absolute tolerance where the state is below 1e-14, which it is from t = 32 on.
    assert found.exponents[0] == pytest.approx(-1.0, abs=1e-9 if available() else 1e-5)
    assert found.defect < 1e-11


def test_a_map_that_sends_the_generators_to_zero_at_once_is_refused() -> None:
    s = (1 - x**2 - y**2) / 2
    rule, turn = nm.Map([x, y], [s * x, s * y]), nm.LieAction([x, y], [[-y, x]])
    with pytest.raises(EvidenceError, match="within one window"):
        group_growth(nm.System("drop", rule, turn, start=[1, 0]), time=5)
