"""SIMD lanes, ensembles, extended precision, compiled maps, exponential time differencing: against other engines."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines import etd
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


def stiff() -> nm.System:
    """x' = -200 x + y^2, y' = y (1 - y^2): slaved to a circle of equilibria at y = 1, exponents -2 and -200."""
    rule = nm.VectorField([x, y], [-200 * x + y**2, y * (1 - y**2)])
    return nm.System("stiff", rule, nm.LieAction([x, y], [[0, 0]]), start=[1, "1/2"])


def test_exponential_time_differencing_has_the_exponents_of_a_stiff_flow() -> None:
    found = spectrum(stiff(), time=5, transient=30, engine="etd")
    assert found.completed, found.outcome
    assert "ETDRK4" in found.engine
    np.testing.assert_allclose(found.exponents, [-2.0, -200.0], rtol=1e-4)


def cooling(speed: int) -> nm.System:
    """Sixteen modes that decay ever faster, driven by the first, which settles at 1."""
    v = sp.symbols("v0:16", real=True)
    rule = [v[0] - v[0] ** 3, *(-speed * i * v[i] + v[i - 1] ** 2 / 4 for i in range(1, 16))]
    return nm.System("cooling", nm.VectorField(v, rule), nm.LieAction(v, [[0] * 16]), start=["1/2"] * 16)


def test_a_stiff_flow_is_left_to_exponential_time_differencing_and_it_is_said() -> None:
    stiff, taylor = (spectrum(cooling(40), time=2, transient=8, engine=e) for e in ("auto", "heyoka"))
    assert "ETDRK4" in stiff.engine
    assert "times the rest" in stiff.engine
    assert "taylor" in taylor.engine
    assert stiff.completed, stiff.outcome
    assert stiff.window < taylor.window  # what its steps leave in the last column grows with the spread
    np.testing.assert_allclose(stiff.exponents, taylor.exponents, rtol=1e-4)
    assert "taylor" in spectrum(cooling(1), time=2, transient=8).engine


def test_exponential_time_differencing_refuses_a_driven_rule() -> None:
    t = sp.Symbol("t")
    rule = nm.VectorField([x, y], [-50 * x + u, -y], inputs={u: (-1, 1)}, drive={u: sp.cos(t)})
    with pytest.raises(EvidenceError, match="no driven rules"):
        open_engine(model_of(nm.System("driven", rule, PLANE, start=[1, 1])), 1, engine="etd")


def test_exponential_time_differencing_agrees_with_taylor_series() -> None:
    model = model_of(chain(5))
    mine = end_of(open_engine(model, 5, traced=True, engine="etd"), model)
    taylor = end_of(LaneFlow(model, 5, True), model)
    for first, second in zip(mine[:2], taylor[:2], strict=True):
        np.testing.assert_allclose(first, second, atol=2e-5 * np.max(np.abs(taylor[0])))
    assert mine[2] == pytest.approx(taylor[2], abs=1e-6)


def test_the_order_of_exponential_time_differencing_is_four(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etd.EtdFlow, "_choose_step", lambda self, length: None)
    model = model_of(chain(5))
    truth, errors = end_of(LaneFlow(model, 1), model)[0], []
    for count in (40, 80):
        engine = etd.EtdFlow(model, 1)
        engine._per_window = count
        errors.append(np.max(np.abs(end_of(engine, model)[0] - truth)))
    assert 12 < errors[0] / errors[1] < 20


def test_a_wrong_weight_lowers_the_order(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = etd._Weights.of.__func__  # type: ignore[attr-defined]

    def wrong(cls: Any, linear: Any, h: float) -> Any:
        found = honest(cls, linear, h)
        found.last[:] = found.first
        return found

    monkeypatch.setattr(etd._Weights, "of", classmethod(wrong))
    monkeypatch.setattr(etd.EtdFlow, "_choose_step", lambda self, length: None)
    model = model_of(stiff())
    engine = etd.EtdFlow(model, 1)
    assert np.max(np.abs(end_of(engine, model)[0] - end_of(LaneFlow(model, 1), model)[0])) > 1e-4


def test_exponential_time_differencing_refuses_what_has_no_linear_part() -> None:
    rule = nm.VectorField([x, y], [1 / x, -y])
    system = nm.System("pole", rule, PLANE, start=[1, 1])
    with pytest.raises(EvidenceError, match="no linear part"):
        open_engine(model_of(system), 1, engine="etd")
    with pytest.raises(EvidenceError, match="computes in double"):
        open_engine(model_of(stiff()), 1, digits=30, engine="etd")
