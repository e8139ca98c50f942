"""The transverse spectrum is the spectrum less the group's zeros."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import InputError

x, y, z = sp.symbols("x y z", real=True)
ROTATIONS = [[-y, x, 0], [0, -z, y], [z, 0, -x]]


def sphere() -> nm.System:
    radial = 2 * (1 - x**2 - y**2 - z**2)
    field = nm.VectorField([x, y, z], [radial * v for v in (x, y, z)])
    return nm.System("sphere", field, nm.LieAction([x, y, z], ROTATIONS), start=[1, "1/3", "-1/2"])


def test_a_sphere_keeps_its_contraction_alone() -> None:
    """Three generators, two directions: -2 alpha R^2 is left."""
    found = nm.transverse(sphere(), time=20)
    assert found.deflated == 2
    np.testing.assert_allclose(found.exponents, [-4.0], atol=1e-9)


def lorenz() -> nm.System:
    """Complex Lorenz without detuning: Lorenz, and a phase that contracts at -(sigma + 1)."""
    a, b, c, d, w = sp.symbols("a b c d w", real=True)
    rule = [10 * (c - a), 10 * (d - b), (28 - w) * a - c, (28 - w) * b - d, a * c + b * d - sp.Rational(8, 3) * w]
    state = [a, b, c, d, w]
    return nm.System(
        "lorenz", nm.VectorField(state, rule), nm.LieAction(state, [[-b, a, -d, c, 0]]), start=[3, 4, 5, 2, 20]
    )


def test_complex_lorenz_without_detuning_keeps_lorenz_and_its_phase_contraction() -> None:
    """Sprott (2003) for Lorenz."""
    found = nm.transverse(lorenz(), time=100)
    assert found.deflated == 1
    for value, error, truth in zip(found.exponents, found.errors, [0.9056, 0.0, -11.0, -14.5723], strict=True):
        assert abs(value - truth) <= 4 * error
    # The trace, less the growth of xi itself, log |xi(x_T)| / |xi(x_0)| over T = 100.
    assert found.exponents.sum() == pytest.approx(-(2 * 10 + 2 + 8 / 3), abs=0.05)


def test_with_the_flow_divided_out_no_zero_is_left() -> None:
    found = nm.transverse(lorenz(), time=100, flow=True)
    assert found.completed, found.outcome
    assert found.deflated == 2
    for value, error, truth in zip(found.exponents, found.errors, [0.9056, -11.0, -14.5723], strict=True):
        assert abs(value - truth) <= 4 * error


def test_a_map_a_black_box_and_a_driven_rule_have_no_flow_to_divide_out() -> None:
    t, u = sp.symbols("t u")
    rules = [
        nm.Map([x, y], [-y / 2, x / 2]),
        nm.VectorField.black_box(lambda t, v: -v, 2),
        nm.VectorField([x, y], [-x + u * x, -y + u * y], inputs={u: (-1, 1)}, drive={u: sp.cos(t)}),
    ]
    for rule in rules:
        system = nm.System("none", rule, nm.groups.torus([[1]]).on(rule.variables), start=[1, 0])
        with pytest.raises(InputError, match="only an autonomous flow"):
            nm.transverse(system, flow=True)


@pytest.mark.parametrize("broken", [0, sp.Rational(1, 10**6)])
def test_a_rule_that_moves_the_group_off_itself_is_told(broken: sp.Rational) -> None:
    """Two oscillators, the second slaved; the break turns the real direction of one against the other."""
    a, b = sp.symbols("a b", real=True)
    square = x**2 + y**2
    rule = [x * (1 - square) - 3 * y + broken * a, y * (1 - square) + 3 * x, x - 2 * a, y - 2 * b]
    action = nm.LieAction([x, y, a, b], [[-y, x, -b, a]])
    found = nm.transverse(nm.System("slave", nm.VectorField([x, y, a, b], rule), action, start=[1, 0, 0, 1]), time=20)
    assert found.completed is (broken == 0)
    assert (found.defect > 1e-8) is (broken != 0)


def test_a_generator_of_another_action_leaves_another_spectrum() -> None:
    """The mutant: a radial direction divided out of the sphere takes its contraction away."""
    radial = nm.LieAction([x, y, z], [[x, y, z]])
    system = nm.System("sphere", sphere().dynamics, radial, start=[1, "1/3", "-1/2"])
    np.testing.assert_allclose(nm.transverse(system, time=20).exponents, [0.0, 0.0], atol=1e-9)


def test_thirty_digits_of_a_map() -> None:
    """r+ = r (5 - r^2)/4, turned by the 3-4-5 angle: r = 1 contracts by 1/2, and E is one direction of two."""
    turn = (5 - x**2 - y**2) / 20
    field = nm.Map([x, y], [turn * (3 * x - 4 * y), turn * (4 * x + 3 * y)])
    system = nm.System("ring", field, nm.LieAction([x, y], [[-y, x]]), start=["9/10", 0])
    with pytest.raises(InputError, match="k must be an integer from 1 to 1"):
        nm.transverse(system, k=2)
    found = nm.transverse(system, time=100, transient=300, digits=30)
    assert found.working_digits == 30
    assert found.exponents[0] == pytest.approx(-math.log(2), abs=1e-15)
