"""Budgets of nominal seconds: every costly run ends by its share, repeats exactly, and says that it was cut."""

from __future__ import annotations

import math

import numpy as np
import pytest

import neutralmodes as nm
from neutralmodes.errors import EvidenceError
from neutralmodes.evidence import covariant as method
from neutralmodes.evidence.engines.base import spent
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.model import model_of
from neutralmodes.evidence.spectrum import spectrum
from neutralmodes_systems import kuramoto_sivashinsky_22, skew_lorenz, stuart_landau_ring

pytestmark = pytest.mark.skipif(not available(), reason="minutes without heyoka")
RING, KS = stuart_landau_ring.system, kuramoto_sivashinsky_22.system


def test_a_spectrum_keeps_within_its_share_and_repeats() -> None:
    whole, part = spectrum(skew_lorenz.system), spectrum(skew_lorenz.system, within=0.05)
    assert part.windows < whole.windows
    assert part.transient < whole.transient
    engine = open_engine(model_of(skew_lorenz.system), 5, traced=True, may_difference=True)
    assert engine.cost * part.steps < 2 * 0.05
    np.testing.assert_array_equal(part.exponents, spectrum(skew_lorenz.system, within=0.05).exponents)


def test_a_time_that_is_given_is_kept() -> None:
    assert spectrum(skew_lorenz.system, time=30, transient=5, within=1e-6).time == pytest.approx(30)


def test_covariant_runs_stop_by_their_parts_and_say_so() -> None:
    """Enough to separate the directions: shortened and right. Not enough: refused, with the reason."""
    found = nm.alignment(skew_lorenz.system, digits=None, k=4, neutral=2, within=0.1)
    assert found.notes == ("ended early: 0.1 nominal seconds were spent",)
    assert found.windows < 400
    assert found.largest < 1e-6
    with pytest.raises(EvidenceError, match=r"not separated .*0\.01 nominal seconds were spent"):
        nm.alignment(RING, digits=None, k=6, neutral=3, within=0.01)


def test_the_whole_length_has_no_note() -> None:
    assert nm.alignment(skew_lorenz.system, windows=20, digits=None, k=4, neutral=2).notes == ()


def test_the_run_forward_costs_no_more_than_its_parts_and_the_fewest_windows() -> None:
    track = method.follow(RING, 100, None, 6, 3, None, 0, None, "auto", within=0.2)
    assert spent(track.engine) < 2 * 0.2
    assert len(track.steps) >= 10


def test_every_part_of_the_evidence_has_its_share() -> None:
    """The mutant is no budget at all: a hundred times the steps."""
    certificate = nm.certify(skew_lorenz.system, evidence_budget=0.2)
    evidence = certificate.evidence
    assert evidence["budget"].startswith("0.2 nominal seconds, counted in steps")
    assert "nominal seconds were spent" in evidence["transport"]["notes"][-1]
    assert float(evidence["spectrum"]["time"]) < spectrum(skew_lorenz.system).time
    again = nm.certify(skew_lorenz.system, evidence_budget=0.2)
    assert again.evidence == evidence


def test_stiff_flows_are_aligned_by_exponential_time_differencing() -> None:
    """Its tolerance, not the rounding, is then what directions are separated to and vectors must be covariant to."""
    track = method.follow(KS, 10, 20, 3, None, None, 0, None, "auto", within=0.2)
    assert "ETDRK4" in track.engine.name
    assert 0 < track.engine.tolerance <= 1e-6


def test_vectors_of_a_stiff_flow_that_are_not_covariant_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    honest, before = method.undo, []

    def wrong(r, coefficients):  # type: ignore[no-untyped-def]
        before.append(r)
        return honest(before[-2] if len(before) > 1 else r, coefficients)

    defects = {}
    for name in ("honest", "wrong"):
        with monkeypatch.context() as patch:
            if name == "wrong":
                patch.setattr(method, "undo", wrong)
            track = method.follow(KS, 10, 60, 9, None, None, 0, None, "auto", within=1.0)
            defects[name] = method.covariance(track)
    assert defects["honest"][1] == "completed"
    assert defects["honest"][0] < 1e-4
    assert "not covariant" in defects["wrong"][1]
    assert not math.isnan(defects["wrong"][0])
