"""The bridge to jax: functions measured in both precisions by their own derivatives; broken ones are told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neutralmodes as nm
from neutralmodes.errors import InputError
from neutralmodes.evidence.box import Box
from neutralmodes.evidence.ladder import FALLS, STAYS, ladder

jax = pytest.importorskip("jax")

PLANE = nm.groups.torus([[1]])
START = [0.8, 0.3]


def cell(z: Any, u: Any = 0.0) -> Any:
    """z+ = (5/4 - |z|^2/2)(1 + u) R z with the 3-4-5 rotation R; at u = 0 the circle |z|^2 = 1/2, slope 1/2."""
    x, y = z
    return (1.25 - z @ z / 2) * (1 + u) * jax.numpy.stack([0.6 * x - 0.8 * y, 0.8 * x + 0.6 * y])


def broken(z: Any) -> Any:
    return cell(z) + 1e-3 * z * np.array([1.0, -1.0], dtype=np.float32)


def system(rule: Any = cell, **options: Any) -> nm.System:
    return nm.adapters.jax.from_function(rule, PLANE, state=START, **options)


def test_an_exact_function_falls_with_roundoff_and_a_broken_one_stays() -> None:
    found = ladder(system())
    assert found.verdict == FALLS
    assert [rung.precision for rung in found.rungs] == ["float32", "float64"]
    assert ladder(system(broken)).verdict == STAYS


def test_derivatives_are_those_of_the_closed_form() -> None:
    x, turn = np.array(START), np.array([[0.6, -0.8], [0.8, 0.6]])
    dynamics = system().dynamics
    assert dynamics.function is not None
    box = Box(dynamics.function, dynamics.jvp, x)
    assert box.method == "given"
    np.testing.assert_allclose(box.jacobian(x), (1.25 - x @ x / 2) * turn - np.outer(turn @ x, x), atol=1e-15)


@pytest.mark.numbers
def test_spectrum_transport_and_alignment_are_those_of_the_circle() -> None:
    np.testing.assert_allclose(nm.spectrum(system(), time=100, transient=60).exponents, [0, np.log(0.5)], atol=1e-6)
    assert nm.transport(system(), time=40).transported
    assert not nm.transport(system(broken), time=20).transported
    assert nm.alignment(system(), windows=5, transient=60).largest < 1e-6


def test_the_assertion_names_a_counterexample() -> None:
    exact, other = system(), system(broken)
    assert nm.testing.assert_equivariant(exact.dynamics, exact.action).verdict is nm.Verdict.UNDECIDED
    with pytest.raises(nm.testing.NotEquivariant, match="x = "):
        nm.testing.assert_equivariant(other.dynamics, other.action)


def test_inputs_are_held_and_the_callers_precision_is_left_alone() -> None:
    driven = system(inputs=0.5).dynamics.function
    plain = system().dynamics.function
    assert driven is not None
    assert plain is not None
    np.testing.assert_allclose(driven(0.0, np.array(START)), 1.5 * plain(0.0, np.array(START)), rtol=1e-15)
    assert jax.numpy.ones(1).dtype == np.float32


def test_bad_input_is_named() -> None:
    with pytest.raises(InputError, match="shape"):
        system(lambda z: z[:1])
    with pytest.raises(InputError, match="fails at the given state"):
        system(lambda z: z.unknown)
