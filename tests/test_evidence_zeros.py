"""The zero test and its words: calibrated, decided against the proved count, every zero with a cause."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.evidence import spectrum as spectra
from neutralmodes.evidence import statistics
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.schedule import warm
from neutralmodes.evidence.spectrum import Spectrum, spectrum
from neutralmodes.evidence.zeros import (
    ALARM,
    beyond_bound,
    compare,
    compatible,
    critical,
    may_be_zero,
    near_zero,
    unsettled,
)

a, b, x, y = sp.symbols("a b x y", real=True)
GROUP = [(1, "group")]


def run(exponents: Sequence[float], error: float = 0.01, **more: Any) -> Spectrum:
    """A spectrum that says what it is told."""
    k = len(exponents)
    told: dict[str, Any] = {
        "exponents": np.array(exponents),
        "errors": np.full(k, error),
        "freedom": np.full(k, 10.0),
        "convergence": [(float(t), list(exponents)) for t in (1, 10, 30, 100)],
        "time": 100.0,
        "leaves_region": None,
        "outcome": "completed",
    }
    found = object.__new__(Spectrum)
    for name, value in (told | more).items():
        object.__setattr__(found, name, value)
    return found


def said(exponents: Sequence[float], proved: int = 1, claims: Any = GROUP, **more: Any) -> dict[str, Any]:
    options = {name: more.pop(name) for name in ("whole", "flow_moves", "integrals") if name in more}
    return compare(run(exponents, **more), proved=proved, claims=claims, label="SO(2)", **options)


def test_the_critical_value_is_student_s() -> None:
    from scipy.stats import t

    assert critical(10) == pytest.approx(t.isf(0.005, 10))
    assert critical(3, ALARM) == pytest.approx(t.isf(0.00005, 3))


@pytest.mark.parametrize(
    ("value", "error", "may_be"),
    [
        (0.0, 0.0, True),
        (0.031, 0.01, True),
        (-0.031, 0.01, True),
        (0.032, 0.01, False),
        (1.0, math.inf, True),  # too short a run says nothing against zero
        (-math.inf, math.inf, False),  # a collapsed direction is not neutral
        (math.nan, 1.0, False),
    ],
)
def test_an_exponent_may_be_zero_within_the_critical_value(value: float, error: float, may_be: bool) -> None:
    assert compatible(value, error, 10.0) is may_be
    record = {"exponents": [repr(value)], "errors": [repr(error)]}
    assert may_be_zero(record) == may_be_zero(record | {"degrees_of_freedom": ["10.0"]}) == [may_be]
    assert may_be_zero(record | {"degrees_of_freedom": ["3.0"]}) == [may_be or value == 0.032]


def test_an_exponent_told_from_zero_too_faintly_for_an_alarm_decides_nothing() -> None:
    """With 10 degrees of freedom 3.17 errors tell it from zero, 6.21 contradict a proof."""
    faint, clear = said([1.0, 0.05, -1.0]), said([1.0, 0.063, -1.0])
    assert faint["near_zero"] == clear["near_zero"] == 0
    assert faint["consistent"] is None
    assert any("1 more are told from zero at 1%" in line for line in faint["explained"])
    assert clear["consistent"] is False


@pytest.mark.parametrize(
    ("exponents", "proved", "consistent"),
    [([1.0, 0.01, -1.0], 1, True), ([1.0, 0.01, 0.0], 1, True), ([1.0, 0.01, -1.0], 2, False), ([1.0, -1.0], 1, False)],
)
def test_fewer_zeros_than_proved_is_inconsistent_more_is_not(
    exponents: list[float], proved: int, consistent: bool
) -> None:
    found = said(exponents, proved)
    assert found["consistent"] is consistent
    word = "CONSISTENT" if consistent else "INCONSISTENT"
    assert found["verdict"] == f"{word} with the proved count of {proved}"


def test_a_collapsed_direction_does_not_stand_in_for_a_proved_zero() -> None:
    """x+ = 0 in one direction: the exponents are -inf and log 2, and a proof of one zero would be contradicted."""
    assert near_zero(run([math.log(2), -math.inf])) == []
    assert said([math.log(2), -math.inf])["consistent"] is False


@pytest.mark.parametrize("trouble", [{"outcome": "blow-up"}, {"leaves_region": 3.0}])
def test_a_run_in_trouble_decides_nothing(trouble: dict[str, Any]) -> None:
    found = said([1.0, -1.0], **trouble)
    assert found["consistent"] is None
    assert found["verdict"] == "the numbers decide nothing"


def test_zeros_below_the_exponents_computed_are_not_missed() -> None:
    """Only the two leading ones were computed, both positive."""
    assert said([1.0, 0.5], whole=False)["consistent"] is None
    assert said([1.0, 0.5], whole=True)["consistent"] is False
    assert said([1.0, 0.0, -0.5], proved=2, whole=False)["consistent"] is False


def test_a_running_average_that_still_swings_up_to_zero_is_not_inconsistent() -> None:
    """The shape of May and Leonard: limsup 0, liminf negative."""
    swinging = {"convergence": [(10.0, [1.0, -0.3]), (30.0, [1.0, -0.001]), (100.0, [1.0, -0.3])]}
    found = said([1.0, -0.3], **swinging)
    assert unsettled(run([1.0, -0.3], **swinging)) == [1]
    assert found["consistent"] is None
    assert any("still swings up to zero" in line for line in found["explained"])
    settled = {"convergence": [(10.0, [1.0, -0.31]), (30.0, [1.0, -0.29]), (100.0, [1.0, -0.3])]}
    assert said([1.0, -0.3], **settled)["consistent"] is False


@pytest.mark.parametrize("time", [60, 150, 400])
def test_an_attracting_heteroclinic_cycle_is_never_inconsistent(time: int) -> None:
    """May and Leonard (1975), alpha, beta = 4/5, 13/10; the first species is the square of a complex amplitude."""
    first = x**2 + y**2
    rates = [1 - first - sp.Rational(4, 5) * a - sp.Rational(13, 10) * b]
    rates.append(1 - a - sp.Rational(4, 5) * b - sp.Rational(13, 10) * first)
    rates.append(1 - b - sp.Rational(4, 5) * first - sp.Rational(13, 10) * a)
    field = nm.VectorField([x, y, a, b], [x * rates[0] / 2, y * rates[0] / 2, a * rates[1], b * rates[2]])
    system = nm.System("cycle", field, nm.LieAction([x, y, a, b], [[-y, x, 0, 0]]), start=["3/5", 0, "1/3", "1/4"])
    found = compare(spectrum(system, time=time, transient=20), proved=1, claims=GROUP, label="SO(2)")
    assert found["consistent"] is not False


def slow_map(pull: str, breaking: str) -> nm.System:
    """z+ = z + pull (1 - |z|^2) z + breaking (x, -y) and a slow third coordinate."""
    pulled = sp.Rational(pull) * (1 - x**2 - y**2)
    push, rule = sp.Rational(breaking), sp.Rational(98, 100) * a + pulled
    step = nm.Map([x, y, a], [x * (1 + pulled + push), y * (1 + pulled - push), rule])
    return nm.System("slow", step, nm.LieAction([x, y, a], [[-y, x, 0]]), start=["3/5", "1/5", "1/2"])


def judged(system: nm.System) -> Any:
    return compare(spectrum(system, time=20), proved=1, claims=GROUP, label="SO(2)")["consistent"]


def test_a_map_slower_than_its_run_is_not_called_inconsistent() -> None:
    assert judged(slow_map("1/100", "0")) is True


def test_a_slow_exponent_that_is_not_zero_is_found_in_as_short_a_run() -> None:
    """At rest x^2 = 1 + 100 breaking, and y shrinks by 1 - 2 breaking in each step."""
    found = spectrum(slow_map("1/100", "1/1000"), time=20)
    assert found.exponents[0] == pytest.approx(math.log(1 - 0.002), rel=1e-3)
    assert judged(slow_map("1/100", "1/1000")) is False


def test_a_frame_that_has_not_turned_into_place_would_not_be_called_consistent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: forty windows of the short run, and the error of batches."""
    monkeypatch.setattr(
        spectra, "warm", lambda loop, schedule, length, windows: warm(loop, schedule, Fraction(1), windows)
    )
    monkeypatch.setattr(statistics, "_RELAXES", 0.0)
    assert judged(slow_map("1/100", "0")) is not True


def test_a_count_with_a_scope_can_be_met_and_never_contradicted() -> None:
    claims = [(2, "group+flow")]
    assert said([0.0, 0.0], proved=0, claims=claims)["verdict"] == "CONSISTENT with the count of 2 with its scope"
    assert said([1.0, 0.0], proved=0, claims=claims)["consistent"] is None
    assert said([1.0, 0.0], proved=0, claims=[])["consistent"] is None


def test_every_zero_has_a_cause_or_is_named_unknown() -> None:
    claims = [(1, "group"), (2, "group+flow"), (4, "group+flow+integrals")]
    lines = said([0.0] * 5, claims=claims)["explained"]
    assert lines[1:] == [
        "1 explained by the group directions of SO(2)",
        "1 explained by the flow direction, off the relative equilibria",
        "2 explained by the first integrals",
        "1 unexplained, unknown: a bifurcation or a hidden symmetry; try discover",
    ]


def test_integrals_whose_count_includes_the_flow_say_so() -> None:
    lines = said([0.0] * 4, claims=[(1, "group"), (4, "group+flow+integrals")])["explained"]
    assert lines[2] == "3 explained by the flow direction and the first integrals"


def test_a_flow_seen_off_the_group_explains_a_zero_that_no_proof_counts() -> None:
    assert "measured and not proved" in said([0.0, 0.0], flow_moves=True)["explained"][2]
    assert "unknown" in said([0.0, 0.0], flow_moves=False)["explained"][2]
    assert "not counted by a proof" in said([0.0, 0.0], integrals=1)["explained"][2]


def test_a_count_with_a_scope_that_is_not_met_is_said_and_is_no_alarm() -> None:
    found = said([1.0, 0.0, -1.0], claims=[(1, "group"), (2, "group+flow")])
    assert found["consistent"] is True
    assert "the count of 2 with its scope is not met" in found["explained"][-1]


def test_a_direct_exponent_beyond_the_proved_bound_is_found() -> None:
    """log(C/c) = 0.2 and T = 40: at most 0.005."""
    assert beyond_bound([0.004, -0.005, None], 0.2, 40.0, 1e-9) == []
    assert beyond_bound([0.004, -0.006, None], 0.2, 40.0, 1e-9) == [1]


def test_a_broken_bound_is_an_alarm_in_the_certificate(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: constants that were proved for a smaller region than the orbit's."""
    from neutralmodes import _certify

    turn = nm.VectorField([x, y], [-y, x])
    ellipse = nm.LieAction([x, y], [[-4 * y, x]])
    field = nm.VectorField([x, y], [-4 * y, x])
    region = nm.Region([x**2 + 4 * y**2 - 1, 9 - x**2 - 4 * y**2])
    system = nm.System("ellipse", field, ellipse, region, start=["2", 0])
    assert turn.variables == field.variables
    honest = nm.certify(system, time=20)
    assert honest.evidence["consistent"] is True
    monkeypatch.setattr(_certify, "_log_ratio", lambda rank: 1e-3)
    alarmed = nm.certify(system, time=20)
    assert alarmed.evidence["consistent"] is False
    assert "proved bound" in alarmed.evidence["verdict"]


@pytest.mark.slow
@pytest.mark.skipif(not available(), reason="minutes without heyoka")
def test_zeros_of_200_orbits_fail_in_one_of_a_hundred(root: Path) -> None:
    """A diffusing and a bounded zero on Lorenz orbits of T = 100: binomial with probability 0.01 exceeds 14 in 1e-5."""
    spec = importlib.util.spec_from_file_location("zero_test", root / "benchmarks" / "zero_test.py")
    assert spec is not None
    assert spec.loader is not None
    benchmark = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(benchmark)
    rows = [row for pair in benchmark.middle(sp.Integer(0), 100, 200) for row in pair]
    assert sum(not compatible(*row) for row in rows) <= 14
    assert not any(not compatible(*row, ALARM) for row in rows)
