"""Spectra measured side by side: number for number those of each case alone, or left to it."""

from __future__ import annotations

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.evidence import together
from neutralmodes.evidence.engines import heyoka
from neutralmodes.evidence.spectrum import spectrum
from neutralmodes.sweep import with_parameters

pytestmark = [
    pytest.mark.numbers,
    pytest.mark.skipif(not heyoka.available(), reason="cases are run side by side in heyoka's lanes"),
]

x, y, a = sp.symbols("x y a", real=True)
r2 = x**2 + y**2
ROTATION = nm.LieAction([x, y], [[-y, x]])
FAMILY = nm.System(
    "family",
    nm.VectorField([x, y], [x * (a - r2) - y, y * (a - r2) + x], parameters={a: 1}),
    ROTATION,
    nm.Region([r2 - sp.Rational(1, 4), 4 - r2]),
    start=[1, 0],
)
CASES = [(with_parameters(FAMILY, {"a": value}), seed) for value in ("1", "3/2", "5/3") for seed in (0, 7)]


def test_cases_with_their_own_parameters_times_and_frames_come_out_as_alone() -> None:
    systems, seeds = zip(*CASES, strict=True)
    found = together.spectra(systems, seeds, time=30)
    windows = set()
    for (system, seed), beside in zip(CASES, found, strict=True):
        assert beside is not None
        assert beside.to_json() == spectrum(system, time=30, seed=seed).to_json()
        assert beside.exponents[-1] == pytest.approx(-2 * float(system.dynamics.parameters["a"]), rel=1e-2)
        windows.add(beside.transient)
    assert len(windows) > 1  # their clocks differ, so that a shared one would show


def test_a_case_that_leaves_its_region_says_when_as_alone() -> None:
    """r' = r (9 - r^2) leaves the annulus r <= 2."""
    systems = [with_parameters(FAMILY, {"a": value}) for value in ("9", "1")]
    left, kept = together.spectra(systems, [0, 0], time=10)
    assert left is not None
    assert left.leaves_region == spectrum(systems[0], time=10).leaves_region is not None
    assert kept is not None
    assert kept.leaves_region is None


def test_a_frame_that_grows_apart_is_left_to_a_run_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "NARROWEST", 2.0)
    assert together.spectra([FAMILY, FAMILY], [0, 1], time=10) == [None, None]


def test_what_has_no_lanes_or_blows_up_is_left_to_a_run_of_its_own() -> None:
    blowing = nm.System("blowing", nm.VectorField([x, y], [x * r2, y * r2]), ROTATION, start=[1, 0])
    mapped = nm.System("mapped", nm.Map([x, y], [-y / 2, x / 2]), ROTATION, start=[1, 0])
    for system in (blowing, mapped):
        assert together.spectra([system, system], [0, 1], time=10) == [None, None]
