"""Exponential time differencing: against Taylor series, its order, and large systems without a matrix."""

from __future__ import annotations

import importlib.util
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines import etd, semilinear
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.engines.lanes import LaneFlow
from neutralmodes.evidence.engines.semilinear import linear_part, rest_of
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.spectrum import spectrum
from neutralmodes_systems import kuramoto_sivashinsky_22

pytestmark = pytest.mark.skipif(not available(), reason="needs heyoka")
x, y, u = sp.symbols("x y u", real=True)
PLANE = nm.LieAction([x, y], [[-y, x]])


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
        engine._longest = 0.5 / count
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


def large_systems() -> ModuleType:
    """The benchmark's systems."""
    path = Path(__file__).parents[1] / "benchmarks" / "large_systems.py"
    spec = importlib.util.spec_from_file_location("large_systems", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_columns_alone_give_what_the_whole_jacobian_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(chain(7))
    linear, block = linear_part(model), np.random.default_rng(0).standard_normal((7, 4))
    np.testing.assert_array_equal(linear, -np.ones(7))
    whole, trace = rest_of(model, linear, traced=True)(block)
    assert trace == -7
    monkeypatch.setattr(semilinear, "LARGE", 6)
    np.testing.assert_allclose(rest_of(model, linear, traced=False)(block)[0], whole, atol=1e-13)
    monkeypatch.setenv("NEUTRALMODES_NO_HEYOKA", "1")
    np.testing.assert_allclose(rest_of(model, linear, traced=False)(block)[0], whole, atol=1e-13)
    np.testing.assert_allclose(rest_of(model, linear, traced=True)(block)[0], whole, atol=1e-13)


def test_fourier_transforms_as_a_black_box_are_the_galerkin_system() -> None:
    """Products on the grid against the convolutions written out in the catalogue."""
    box, trees = model_of(large_systems().kuramoto_sivashinsky(22, 15)), model_of(kuramoto_sivashinsky_22.system)
    linear, block = linear_part(box), np.random.default_rng(1).standard_normal((30, 6))
    np.testing.assert_allclose(linear, linear_part(trees), rtol=1e-9)
    mine, theirs = (rest_of(m, linear, traced=False)(block)[0] for m in (box, trees))
    np.testing.assert_allclose(mine, theirs, atol=1e-7)


def test_a_large_stiff_black_box_runs_without_a_matrix() -> None:
    """128 dimensions whose fastest rate is 270 times the slowest; the leading exponents by transforms alone."""
    system = large_systems().kuramoto_sivashinsky(40, 64)
    found = spectrum(system, time=20, transient=20, k=4, engine="etd")
    assert found.completed, found.outcome
    assert found.tangent_defect is not None
    assert found.tangent_defect < 1e-6
    assert found.steps < 20_000


def test_the_stiffness_of_a_large_system_needs_no_matrix(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(kuramoto_sivashinsky_22.system)
    whole = semilinear.stiffness(model)
    monkeypatch.setattr(semilinear, "LARGE", 20)
    assert whole < semilinear.stiffness(model) < 4 * whole
