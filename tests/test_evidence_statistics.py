"""Error bars are calibrated on processes whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from neutralmodes.evidence import statistics
from neutralmodes.evidence.statistics import BATCH_MEANS, BOUNDED, RELAXING, SLOWING, average, convergence
from neutralmodes.evidence.zeros import compatible


def averages(make: object, runs: int = 200, m: int = 1000) -> list[tuple[float, float, str, float]]:
    found = []
    for seed in range(runs):
        steps = make(np.random.default_rng(seed), m)  # type: ignore[operator]
        result = average(float(steps.mean()), steps - steps.mean(), float(m))
        found.append((result.mean, result.error, result.method, result.samples))
    return found


def independent(random: np.random.Generator, m: int) -> np.ndarray:
    return random.standard_normal(m)


def correlated(random: np.random.Generator, m: int) -> np.ndarray:
    out, value = np.empty(m), 0.0
    for i, kick in enumerate(random.standard_normal(m)):
        value = 0.8 * value + kick
        out[i] = value
    return out


def coboundary(random: np.random.Generator, m: int) -> np.ndarray:
    return np.diff(random.standard_normal(m + 1))


def test_independent_windows_get_their_standard_error() -> None:
    found = averages(independent)
    errors = [e for _, e, method, _ in found if method == BATCH_MEANS]
    assert len(errors) > 150
    assert 0.8 < np.median(errors) * np.sqrt(1000) < 1.2
    assert np.median([s for *_, s in found]) > 700


def test_correlated_windows_count_as_fewer() -> None:
    """An AR(1) of coefficient 0.8 has variance of the mean 25 / m: nine times that of its values."""
    found = averages(correlated)
    assert 0.7 < np.median([e for _, e, *_ in found]) * np.sqrt(1000) / 5 < 1.3
    assert np.median([s for *_, s in found]) < 250
    assert np.mean([abs(mean) <= 2 * error for mean, error, *_ in found]) > 0.88


def with_tails(random: np.random.Generator, m: int) -> np.ndarray:
    """Telescoping, the potential with exponential tails, as the log of an angle has near tangencies."""
    return np.diff(random.exponential(size=m + 1))


def mixed(random: np.random.Generator, m: int) -> np.ndarray:
    """Mostly bounded, and yet the sum diffuses: the bounded part alone would be three times too narrow."""
    return 3 * coboundary(random, m) + 0.3 * independent(random, m)


def test_a_bounded_sum_falls_like_one_over_time() -> None:
    for m in (250, 1000, 4000):
        found = averages(coboundary, m=m)
        assert np.mean([method == BOUNDED for *_, method, _ in found]) > 0.9
        assert 0.8 < np.median([error for _, error, *_ in found]) * m / np.sqrt(2) < 1.3


def test_a_log_law_has_not_settled() -> None:
    """A shear grows like t: the sum is log t, its mean log T / T, and nothing is left of it in the limit."""
    for offset in (2.0, 20.0, 200.0):
        times = np.arange(1001.0) + offset
        steps = np.diff(np.log(times))
        found = average(float(steps.mean()), steps - steps.mean(), 1000.0)
        assert found.method == SLOWING
        assert found.mean < 4.587 * found.error


def test_a_true_drift_does_not_pass_for_a_slowing_sum() -> None:
    found = averages(lambda random, m: 0.02 + coboundary(random, m))
    assert all(method != SLOWING for *_, method, _ in found)
    assert all(mean > 4.587 * error for mean, error, *_ in found)


@pytest.mark.parametrize("make", [independent, correlated, coboundary, with_tails, mixed])
def test_the_error_covers_two_thirds_and_the_zero_test_fails_once_in_a_thousand(make: object) -> None:
    """1,000 seeds; the mean is truly zero. A normal error covers 68 %."""
    found = averages(make, runs=1000, m=1000)
    assert 0.6 < np.mean([abs(mean) <= error for mean, error, *_ in found]) < 0.85
    assert sum(not compatible(mean, error) for mean, error, *_ in found) <= 5


def test_too_few_windows_have_no_error_bar() -> None:
    assert average(1.0, np.zeros(5), 5.0).error == np.inf


def test_the_floor_of_rounding_is_never_undercut() -> None:
    assert average(0.0, np.zeros(100), 100.0, floor=1e-15).error == 1e-15


def test_the_convergence_record_ends_at_the_result() -> None:
    growth = np.random.default_rng(0).standard_normal((500, 3))
    time, values = convergence(growth, 0.5)[-1]
    assert time == 250.0
    np.testing.assert_allclose(values, growth.sum(axis=0) / 250.0)


def relaxing(limit: float, slope: float, m: int) -> tuple[float, float, str]:
    steps = limit + np.exp(-slope * np.arange(m)) * 0.01
    found = average(float(steps.mean()), steps - steps.mean(), float(m), floor=1e-16)
    return found.mean, found.error, found.method


@pytest.mark.parametrize("m", [20, 100, 1000])
@pytest.mark.parametrize("times", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("limit", [0.0, -0.002, 0.05])
def test_a_run_shorter_than_its_own_relaxation_has_its_limit_as_error(m: int, times: float, limit: float) -> None:
    """Rates that decay exponentially to ``limit`` over ``times`` of the run: no batch of it is independent."""
    mean, error, method = relaxing(limit, times / m, m)
    assert method == RELAXING
    assert error == pytest.approx(abs(mean - limit), rel=0.03)
    assert compatible(mean - limit, error)


def test_a_relaxation_to_a_rate_that_is_not_zero_stays_incompatible_with_zero() -> None:
    for limit in (-0.1, 0.1):
        mean, error, _ = relaxing(limit, 0.1, 20)
        assert not compatible(mean, error)


def test_batches_of_a_trend_would_refute_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: without the rule, a run of 20 windows says that rates which decay to 0 do not."""
    assert compatible(*relaxing(0.0, 0.05, 20)[:2])
    monkeypatch.setattr(statistics, "_RELAXES", np.inf)
    assert not compatible(*relaxing(0.0, 0.05, 20)[:2])


def test_a_sum_that_speeds_up_has_no_limit_and_no_error() -> None:
    steps = 0.01 * np.exp(0.05 * np.arange(40))
    assert average(float(steps.mean()), steps - steps.mean(), 40.0).error == np.inf
