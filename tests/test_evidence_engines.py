"""Engines: the same orbit and tangents from heyoka, scipy and python-flint, and from closed forms."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines.base import Engine, Halted, exact, to_floats
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.model import Model, model_of

needs_heyoka = pytest.mark.skipif(not available(), reason="needs heyoka")
x, y, u, a = sp.symbols("x y u a", real=True)
ROTATION = nm.LieAction([x, y], [[-y, x]])


def flow(rule: list[sp.Expr], start: list[object] | None = None, **options: object) -> Model:
    field = nm.VectorField([x, y], rule, **options)
    return model_of(nm.System("test", field, ROTATION, start=start or [1, "1/2"]))


def run(engine: Engine, model: Model, until: Fraction) -> Engine:
    identity = [Fraction(int(i == j)) for i in range(model.n) for j in range(model.n)]
    frame = engine.array(identity).reshape(model.n, model.n)
    with engine.precision():
        engine.place(Fraction(0), engine.array(model.start), frame)
        engine.advance(until)
    return engine


RULES = {
    "polynomial": [x * (1 - x**2 - y**2) - y, y * (1 - x**2 - y**2) + x],
    "rational": [-x / (1 + x**2 + y**2), x * y / (2 + y**2)],
    "trigonometric": [sp.sin(y) - x / 3, sp.cos(x) * sp.exp(-(y**2))],
    "saturating": [sp.tanh(x - 2 * y), -sp.atan(x) + sp.sqrt(2 + y**2) / 7 - sp.pi / 5],
}


@needs_heyoka
@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize(("digits", "tolerance"), [(None, 1e-10), (40, 1e-34)])
def test_heyoka_and_its_replacement_agree(name: str, digits: int | None, tolerance: float) -> None:
    model, until = flow(RULES[name]), Fraction(3, 2)
    first = run(open_engine(model, 2, digits=digits, traced=True, engine="heyoka"), model, until)
    second = run(open_engine(model, 2, digits=digits, traced=True, engine="fallback"), model, until)
    for mine, other in ((first.state, second.state), (first.frame, second.frame)):
        for v, w in zip(mine.ravel(), other.ravel(), strict=True):
            assert abs(exact(v) - exact(w)) < tolerance
    assert abs(exact(first.trace) - exact(second.trace)) < tolerance


@pytest.mark.parametrize("digits", [None, 30])
def test_a_linear_flow_is_its_matrix_exponential(digits: int | None) -> None:
    model = flow([-x / 2 - 3 * y, 3 * x - y / 2])
    engine = run(open_engine(model, 2, digits=digits, traced=True), model, Fraction(2))
    turn = np.exp(-1.0) * np.array([[np.cos(6.0), -np.sin(6.0)], [np.sin(6.0), np.cos(6.0)]])
    np.testing.assert_allclose(to_floats(engine.frame), turn, atol=1e-11)
    np.testing.assert_allclose(to_floats(engine.state), turn @ [1.0, 0.5], atol=1e-11)
    assert float(engine.trace) == pytest.approx(-2.0, abs=1e-11)


def test_forty_digits_agree_with_mpmath_odefun() -> None:
    model = flow([y, -sp.sin(x)])
    engine = run(open_engine(model, 2, digits=40), model, Fraction(1))
    with mpmath.workdps(45):
        solution = mpmath.odefun(lambda t, v: [v[1], -mpmath.sin(v[0])], 0, [mpmath.mpf(1), mpmath.mpf("0.5")])
        for mine, theirs in zip(engine.state, solution(1), strict=True):
            value = exact(mine)
            assert abs(mpmath.mpf(value.numerator) / value.denominator - theirs) < mpmath.mpf(10) ** -37


@pytest.mark.parametrize("engine", ["auto", "fallback"])
def test_a_third_is_a_third_at_every_precision(engine: str) -> None:
    model = flow([sp.Rational(1, 3) * x, -y], start=[1, 1])
    found = run(open_engine(model, 2, digits=60, engine=engine), model, Fraction(3))
    with mpmath.workdps(70):
        value = exact(found.state[0])
        assert abs(mpmath.mpf(value.numerator) / value.denominator - mpmath.e) < mpmath.mpf(10) ** -58


def test_parameters_intervals_and_inputs_take_their_values() -> None:
    model = flow([a * x + u, -y], parameters={a: nm.Interval(0, 1)}, inputs={u: nm.Interval(1, 3)}, start=[0, 1])
    assert model.notes == (
        "parameter a taken at the middle of its interval, 1/2",
        "input u held at the middle of its interval, 2",
    )
    engine = run(open_engine(model, 2), model, Fraction(1))
    assert float(engine.state[0]) == pytest.approx(4 * (math.exp(0.5) - 1), rel=1e-11)


@pytest.mark.parametrize("engine", ["auto", "fallback"])
def test_a_driven_input_follows_its_drive(engine: str) -> None:
    t = sp.Symbol("t")
    model = flow([u, -y], inputs={u: nm.Interval(-1, 1)}, drive={u: sp.cos(t)}, start=[0, 1])
    found = run(open_engine(model, 2, engine=engine), model, Fraction(2))
    assert float(found.state[0]) == pytest.approx(math.sin(2), abs=1e-11)


@pytest.mark.parametrize("engine", ["auto", "fallback"])
def test_blow_up_is_reported_with_the_time_reached(engine: str) -> None:
    model = flow([x**2, -y], start=[1, 1])
    with pytest.raises(Halted, match="at time") as caught:
        run(open_engine(model, 2, engine=engine), model, Fraction(2))
    assert 0.9 < caught.value.time < 1.01


@pytest.mark.parametrize("engine", ["auto", "fallback"])
def test_many_digits_also_report_blow_up(engine: str) -> None:
    model = flow([x**2, -y], start=[1, 1])
    with pytest.raises(Halted):
        run(open_engine(model, 2, digits=20, engine=engine), model, Fraction(2))


@needs_heyoka
def test_a_sweep_over_a_parameter_compiles_once() -> None:
    from neutralmodes.evidence.engines.heyoka import compiled

    before = compiled.cache_info().misses
    for value in (1, 2, 3):
        open_engine(flow([-a * x, x - 5 * y], parameters={a: value}), 2)
    assert compiled.cache_info().misses == before + 1


@needs_heyoka
def test_tangents_of_a_large_state_keep_their_relative_accuracy() -> None:
    """x ~ 1e9 beside tangents of size 1: a step control that saw only the state would lose digits."""
    model = flow([-y, x], start=[10**9, 0])
    engine = run(open_engine(model, 2), model, Fraction(50))
    turn = np.array([[np.cos(50.0), -np.sin(50.0)], [np.sin(50.0), np.cos(50.0)]])
    np.testing.assert_allclose(engine.frame, turn, atol=1e-13)


def test_a_function_without_values_is_refused_by_name() -> None:
    gate = sp.Function("gate")
    model = flow([gate(x), -y], activations={"gate": (u, u**2)})
    with pytest.raises(EvidenceError, match="gate"):
        run(open_engine(model, 2), model, Fraction(1))


def test_an_unknown_engine_is_bad_input() -> None:
    with pytest.raises(InputError, match="unknown engine 'fast'"):
        open_engine(flow([x, y]), 1, engine="fast")
