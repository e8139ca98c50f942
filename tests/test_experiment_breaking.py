"""The breaking experiment: its tables meet their checks, and a check that should fail does."""

from __future__ import annotations

import numpy as np
import pytest

from neutralmodes_experiments import breaking

pytestmark = pytest.mark.numbers


@pytest.mark.parametrize("part", [breaking.richer, breaking.noise], ids=lambda p: p.__name__)
def test_a_table_meets_its_checks(part):
    table = part(True, 0)
    assert all(len(row) == len(table["columns"]) for row in table["rows"])
    assert [check["claim"] for check in table["checks"] if not check["met"]] == []


def test_the_ensemble_has_672_cases_in_full():
    assert len(breaking.SIZES) * len(range(2, 9)) * 16 == 672


def test_a_random_breaking_repeats_and_is_symmetric():
    first, second = (breaking.random_breaking(4, 3, curved=False) for _ in range(2))
    assert first.perturbation == second.perturbation
    variables = sorted({s for e in first.perturbation for s in e.free_symbols}, key=str)
    matrix = np.array([[float(e.coeff(v)) for v in variables] for e in first.perturbation])
    assert np.array_equal(matrix, matrix.T)


def test_a_wrong_drift_law_would_not_meet_its_check(monkeypatch):
    """Mutant: a drift that is 2 % too slow is seen by the table of the other families."""
    from neutralmodes.breaking import _lifetime

    true = _lifetime.slow_field
    monkeypatch.setattr(_lifetime, "slow_field", lambda broken, x: true(broken, x) / 1.02)
    assert not all(check["met"] for check in breaking.richer(True, 0)["checks"])
