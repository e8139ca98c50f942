"""Members of a spectrum: independent orbits in step are what each of them is alone, and their spread is the error."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import InputError
from neutralmodes.evidence import members as method
from neutralmodes.evidence.engines import etd
from neutralmodes.evidence.engines.etd_members import EtdMembers
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.model import model_of
from neutralmodes_systems import kuramoto_sivashinsky_22

x, y, z, u = sp.symbols("x y z u", real=True)
LINE = nm.LieAction([x, y], [[0, 0]])


def lorenz(**more: Any) -> nm.System:
    rule = nm.VectorField([x, y, z], [10 * (y - x), x * (28 - z) - y, x * y - sp.Rational(8, 3) * z])
    return nm.System("lorenz", rule, nm.LieAction([x, y, z], [[0, 0, 0]]), start=[1, 2, 20], **more)


def node() -> nm.System:
    return nm.System("node", nm.VectorField([x, y], [-x, x / 3 - 4 * y]), LINE, start=[1, 1])


def wells() -> nm.System:
    """Two attractors, x = 1 with the exponent -3 and x = -2 with -6."""
    return nm.System("wells", nm.VectorField([x, y], [-x * (x - 1) * (x + 2), -9 * y]), LINE, start=["1/2", 1])


def logistic() -> nm.System:
    return nm.System("logistic", nm.Map([x], [4 * x * (1 - x)]), nm.LieAction([x], [[0]]), start=["1/3"])


@pytest.mark.skipif(not available(), reason="compares compiled columns with plain ones")
@pytest.mark.parametrize("compiled", [True, False])
def test_orbits_in_one_array_are_those_of_single_engines(monkeypatch: pytest.MonkeyPatch, compiled: bool) -> None:
    monkeypatch.setattr(etd.EtdFlow, "_choose_step", lambda self, length: None)
    model, random = model_of(kuramoto_sivashinsky_22.system), np.random.default_rng(0)
    if not compiled:
        monkeypatch.setattr("neutralmodes.evidence.engines.etd_members.LARGE", 10)
    states, frames = 0.1 * random.standard_normal((3, model.n)), random.standard_normal((3, model.n, 2))
    many, single = EtdMembers(model, 2, traced=True), etd.EtdFlow(model, 2, traced=True)
    many._longest = single._longest = 0.5 / 60
    found = many.carry(0.0, 0.5, states, frames)
    for i in range(3):
        single.place(Fraction(0), states[i], frames[i])
        single.advance(Fraction(1, 2))
        np.testing.assert_allclose(found[0][i], single.state, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(found[1][i], single.frame, rtol=1e-12, atol=1e-13)
        assert found[2][i] == pytest.approx(float(single.trace), rel=1e-12)


@pytest.mark.skipif(not available(), reason="minutes without heyoka")
def test_members_of_lorenz_are_one_long_run() -> None:
    """Exponents of Sprott (2003); the error of 16 members is a fourth of that of one."""
    found, single = (nm.spectrum(lorenz(), time=100, transient=40, members=m) for m in (16, 1))
    assert found.completed, found.outcome
    assert found.members == 16
    assert abs(found.volume_defect) < 1e-8
    for value, error, freedom, truth in zip(
        found.exponents, found.errors, found.freedom, [0.9056, 0.0, -14.5723], strict=True
    ):
        assert abs(value - truth) <= 4 * error
        assert freedom >= 19
    assert 0.1 < found.errors[0] / single.errors[0] < 0.6


@pytest.mark.parametrize("engine", ["auto", "fallback", "etd"])
def test_members_of_a_linear_flow_are_exact(engine: str) -> None:
    found = nm.spectrum(node(), time=20, transient=10, members=3, engine=engine)
    assert found.completed, found.outcome
    np.testing.assert_allclose(found.exponents, [-1, -4], atol=1e-8)


def test_members_of_a_map_run_one_after_the_other() -> None:
    found = nm.spectrum(logistic(), time=2000, transient=50, members=[["1/3"], ["2/7"], ["1/5"]])
    assert "one after the other" in found.engine
    assert found.exponents[0] == pytest.approx(np.log(2), abs=0.02)


def test_members_on_the_level_of_a_constraint_start_where_they_are_told() -> None:
    """A top on the sphere that turns about z: neutral in both tangent directions."""
    sphere = x**2 + y**2 + z**2 - 1
    system = nm.System(
        "turn",
        nm.VectorField([x, y, z], [-y, x, 0]),
        nm.LieAction([x, y, z], [[-y, x, 0]]),
        start=["3/5", 0, "4/5"],
        constraints=[sphere],
    )
    with pytest.raises(InputError, match="constraints"):
        nm.spectrum(system, time=5, members=2)
    found = nm.spectrum(system, time=5, transient=1, members=[["3/5", 0, "4/5"], ["4/5", 0, "3/5"]])
    np.testing.assert_allclose(found.exponents, [0, 0], atol=1e-9)


def test_the_seed_decides_where_members_start() -> None:
    one, again, other = (nm.spectrum(node(), time=5, transient=1, members=2, seed=s) for s in (1, 1, 2))
    assert one.to_json() == again.to_json()
    assert one.to_json() != other.to_json()


def test_members_on_different_attractors_disagree() -> None:
    alike = nm.spectrum(wells(), time=20, transient=30, members=[["1/2", 1], [2, 1]])
    assert alike.completed
    np.testing.assert_allclose(alike.exponents, [-3, -9], atol=1e-6)
    apart = nm.spectrum(wells(), time=20, transient=30, members=[["1/2", 1], [2, 1], [-1, 1], [-3, 1]])
    assert "the members disagree on exponent 1" in apart.outcome


def test_a_member_that_leaves_the_region_is_told() -> None:
    region = nm.Region([4 - x**2 - y**2])
    system = nm.System("wells", wells().dynamics, LINE, region, start=["1/2", 1])
    inside, outside = (
        nm.spectrum(system, time=20, transient=10, members=[["1/2", 1], [v, 1]]) for v in ("9/10", "-5/2")
    )
    assert inside.leaves_region is None
    assert outside.leaves_region is not None


@pytest.mark.skipif(not available(), reason="lanes need heyoka")
def test_windows_in_which_a_frame_spreads_too_far_are_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = nm.spectrum(node(), time=20, transient=10, members=3)
    monkeypatch.setattr(method, "NARROWEST", 0.9)
    halved = nm.spectrum(node(), time=20, transient=10, members=3)
    assert halved.windows == plain.windows
    assert halved.steps > 2 * plain.steps
    np.testing.assert_allclose(halved.exponents, plain.exponents, atol=1e-10)


@pytest.mark.parametrize("members", [0, True, [[1, 2]], [[1, 2], [1, 2, 3]], [["a", 1], [1, 2]], 1.5])
def test_members_that_cannot_be_meant_are_named(members: Any) -> None:
    with pytest.raises(InputError, match="members must"):
        nm.spectrum(node(), time=5, members=members)


def test_members_run_in_double_and_not_on_other_levels_of_an_integral() -> None:
    with pytest.raises(InputError, match="run in double"):
        nm.spectrum(node(), time=5, members=2, digits=30)
    turn = nm.System("turn", nm.VectorField([x, y], [-y, x]), LINE, start=[1, 0], integrals=[x**2 + y**2])
    with pytest.raises(InputError, match="integrals"):
        nm.spectrum(turn, time=5, members=2)


def test_a_member_that_blows_up_ends_the_run() -> None:
    burst = nm.System("burst", nm.VectorField([x, y], [x**2 - x, -y]), LINE, start=["1/2", 1])
    found = nm.spectrum(burst, time=5, transient=0, members=[["1/2", 0], [2, 0]])
    assert "blow-up" in found.outcome
    assert found.time < 1


def test_the_certificate_says_how_many_members_there_were() -> None:
    certificate = nm.certify(node(), members=3, time=10)
    assert certificate.evidence["spectrum"]["members"] == 3
    assert certificate.provenance["members"] == "3"
    assert nm.certify(node(), evidence=False).provenance["members"] is None


@pytest.mark.slow
@pytest.mark.skipif(not available(), reason="minutes without heyoka")
def test_the_fourth_exponent_of_kuramoto_sivashinsky_is_told_from_two_zeros() -> None:
    """-0.003 among two zeros, about 45 s; the benchmark's run is eight times as long."""
    from neutralmodes.evidence.zeros import near_zero

    found = nm.spectrum(kuramoto_sivashinsky_22.system, time=5_000, transient=1_000, k=5, members=8, engine="etd")
    assert found.completed, found.outcome
    assert {1, 2} <= set(near_zero(found)) <= {1, 2, 3}
    assert abs(found.exponents[3] + 0.003) <= 4 * found.errors[3]
    assert found.errors[3] < 2.5e-3
