"""SIMD lanes, ensembles, extended precision, compiled maps: against other engines."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines.base import Halted, exact
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.heyoka import HeyokaFlow, available
from neutralmodes.evidence.engines.lanes import LaneFlow
from neutralmodes.evidence.engines.maps import DoubleMap
from neutralmodes.evidence.ensemble import ensemble
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.spectrum import spectrum

pytestmark = pytest.mark.skipif(not available(), reason="needs heyoka")
x, y, z, u = sp.symbols("x y z u", real=True)
PLANE = nm.LieAction([x, y], [[-y, x]])


def lorenz() -> nm.System:
    rule = [10 * (y - x), x * (28 - z) - y, x * y - sp.Rational(8, 3) * z]
    action = nm.LieAction([x, y, z], [[0, 0, 0]])
    return nm.System("lorenz", nm.VectorField([x, y, z], rule), action, start=[1, 2, 20])


def chain(n: int) -> nm.System:
    """A ring of n cells of Lorenz 1996."""
    v = sp.symbols(f"v0:{n}", real=True)
    rule = [(v[(i + 1) % n] - v[i - 2]) * v[i - 1] - v[i] + 8 for i in range(n)]
    start = [sp.Rational(7 + i % 3, 1) for i in range(n)]
    return nm.System("ring", nm.VectorField(v, rule), nm.LieAction(v, [[0] * n]), start=start)


def end_of(engine: Any, model: Model, until: Fraction = Fraction(1, 2)) -> tuple[Any, Any, float]:
    frame = np.random.default_rng(3).standard_normal((model.n, engine.columns))
    with engine.precision():
        engine.place(Fraction(0), engine.array(model.start), engine.array(frame.ravel()).reshape(frame.shape))
        engine.advance(until)
    return engine.state, engine.frame, float(engine.trace)


@pytest.mark.parametrize(("columns", "cells"), [(1, 4), (3, 4), (4, 4), (8, 8), (11, 11), (18, 18)])
def test_lanes_carry_what_one_system_of_all_columns_carries(columns: int, cells: int) -> None:
    model = model_of(chain(cells))
    mine, whole = end_of(LaneFlow(model, columns, True), model), end_of(HeyokaFlow(model, columns, 30, True), model)
    np.testing.assert_allclose(mine[0], whole[0].astype(float), rtol=1e-12)
    np.testing.assert_allclose(mine[1], whole[1].astype(float), rtol=1e-11, atol=1e-12)
    assert mine[2] == pytest.approx(-cells / 2, abs=1e-12)


def test_one_lane_that_blows_up_stops_the_run_at_its_time() -> None:
    model = model_of(nm.System("burst", nm.VectorField([x, y], [x**2, -y]), PLANE, start=[1, 1]))
    with pytest.raises(Halted) as caught:
        end_of(LaneFlow(model, 2), model, Fraction(2))
    assert caught.value.time == pytest.approx(1.0, abs=1e-3)


def test_extended_precision_keeps_eighteen_digits() -> None:
    model = model_of(lorenz())
    engine = open_engine(model, 3, digits=18)
    assert "extended" in engine.name
    mine, many = end_of(engine, model), end_of(open_engine(model, 3, digits=30), model)
    for v, w in zip([*mine[0], *mine[1].ravel()], [*many[0], *many[1].ravel()], strict=True):
        assert abs(exact(v) - exact(w)) <= 3e-17 * max(1, abs(exact(w)))


def test_a_spectrum_in_extended_precision() -> None:
    rule = nm.VectorField([x, y], [-x, x / 3 - 4 * y])
    found = spectrum(nm.System("node", rule, PLANE, start=[1, 1]), time=10, transient=40, digits=18)
    assert found.completed
    assert all(abs(Fraction(d) + i) < Fraction(3, 10**17) for d, i in zip(found.decimals, (1, 4), strict=True))


def test_compiled_maps_are_the_interpreted_ones() -> None:
    a = sp.Symbol("a", real=True)
    rule = nm.Map([x, y], [1 - a * x**2 + sp.sin(y), x / (2 + y**2)], parameters={a: "7/5"})
    model = model_of(nm.System("map", rule, PLANE, start=["1/3", "1/5"]))
    mine, plain = (end_of(DoubleMap(model, 2, True, by_heyoka=c), model, Fraction(6)) for c in (True, False))
    np.testing.assert_allclose(mine[0], plain[0], rtol=1e-12)
    np.testing.assert_allclose(mine[1], plain[1], rtol=1e-11)
    assert mine[2] == pytest.approx(plain[2], abs=1e-11)


def test_maps_of_one_variable_are_compiled_too() -> None:
    rule = nm.Map([x], [4 * x * (1 - x)])
    found = spectrum(nm.System("logistic", rule, nm.LieAction([x], [[0]]), start=["1/3"]), time=4000, transient=50)
    assert "cfunc" in found.engine
    assert abs(found.exponents[0] - np.log(2)) < 0.02


def test_an_ensemble_has_the_spectrum_of_its_trajectories() -> None:
    starts = [[1, 2, 20], [-3, 1, 25], [5, 5, 15]]
    many = ensemble(lorenz(), starts, time=60, transient=20)
    assert many.completed
    assert many.exponents.shape == (3, 3)
    assert np.max(np.abs(many.volume_defects)) < 1e-8
    for row, errors in zip(many.exponents, many.errors, strict=True):
        assert np.all(np.abs(row - [0.9056, 0.0, -14.5723]) <= 4 * errors + 0.05)


def test_an_ensemble_does_not_depend_on_the_number_of_threads() -> None:
    one, two = (ensemble(lorenz(), 5, time=10, transient=5, workers=w) for w in (1, 2))
    np.testing.assert_array_equal(one.exponents, two.exponents)
    assert not np.array_equal(one.exponents[0], one.exponents[1])


def test_an_ensemble_of_a_linear_flow_has_exact_members() -> None:
    rule = nm.VectorField([x, y], [-x, x / 3 - 4 * y])
    many = ensemble(nm.System("node", rule, PLANE, start=[1, 1]), [[1, 0], [2, 5]], time=20, transient=20)
    np.testing.assert_allclose(many.exponents, [[-1, -4]] * 2, atol=1e-9)


def test_an_ensemble_of_maps_runs_one_after_the_other() -> None:
    rule = nm.Map([x], [4 * x * (1 - x)])
    system = nm.System("logistic", rule, nm.LieAction([x], [[0]]), start=["1/3"])
    many = ensemble(system, [["1/3"], ["1/5"]], time=2000, transient=50)
    np.testing.assert_allclose(many.exponents, np.log(2), atol=0.03)


@pytest.mark.parametrize("starts", [0, True, [[1, 2]]])
def test_bad_starts_are_named(starts: Any) -> None:
    with pytest.raises(InputError, match="start"):
        ensemble(lorenz(), starts, time=5)


def test_a_member_that_blows_up_is_said() -> None:
    rule = nm.VectorField([x, y], [x**2 - x, -y])
    system = nm.System("burst", rule, PLANE, start=["1/2", 0])
    with pytest.raises(EvidenceError, match="blow-up"):
        ensemble(system, [["1/2", 0], [2, 0]], time=5, transient=0)
