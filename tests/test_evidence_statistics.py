"""Error bars are calibrated on processes whose truth is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import nct

from neutralmodes.evidence import statistics
from neutralmodes.evidence.statistics import BATCH_MEANS, BOUNDED, RELAXING, SLOWING, Average, average, convergence
from neutralmodes.evidence.zeros import ALARM, compatible, critical

Process = Callable[[np.random.Generator, int], np.ndarray]


def averages(make: Process, runs: int = 200, m: int = 1000, members: int = 1, drift: float = 0.0) -> list[Average]:
    found = []
    for seed in range(runs):
        random = np.random.default_rng(seed)
        steps = drift + np.array([make(random, m) for _ in range(members)])
        found.append(average(float(steps.mean()), steps - steps.mean(), float(m)))
    return found


def independent(random: np.random.Generator, m: int) -> np.ndarray:
    return random.standard_normal(m)


def correlated(random: np.random.Generator, m: int) -> np.ndarray:
    return np.asarray(lfilter([1.0], [1.0, -0.8], random.standard_normal(m + 50))[50:])


def coboundary(random: np.random.Generator, m: int) -> np.ndarray:
    return np.diff(random.standard_normal(m + 1))


def test_independent_windows_get_their_standard_error() -> None:
    found = averages(independent)
    errors = [a.error for a in found if a.method == BATCH_MEANS]
    assert len(errors) > 190
    assert 0.9 < np.median(errors) * np.sqrt(1000) < 1.1
    assert np.median([a.samples for a in found]) > 700


def test_correlated_windows_count_as_fewer() -> None:
    """An AR(1) of coefficient 0.8 has variance of the mean 25 / m: nine times that of its values."""
    found = averages(correlated)
    assert 0.8 < np.median([a.error for a in found]) * np.sqrt(1000) / 5 < 1.2
    assert np.median([a.samples for a in found]) < 250


def test_the_degrees_of_freedom_are_those_of_the_error() -> None:
    """The squared error of independent windows scatters like chi squared: twice its mean squared over its variance."""
    squares = np.array([a.error**2 for a in averages(independent, runs=1000)])
    scatter = 2 * squares.mean() ** 2 / squares.var()
    assert 0.6 < averages(independent, runs=1)[0].freedom / scatter < 1.2


def test_a_run_no_longer_than_its_memory_keeps_few_degrees_of_freedom() -> None:
    """A random walk: no batch is longer than its correlation."""
    found = averages(lambda random, m: np.cumsum(independent(random, m)), m=200)
    assert np.mean([a.freedom <= 3 for a in found]) > 0.9
    assert np.mean([compatible(a.mean, a.error, a.freedom, ALARM) for a in found]) > 0.9


def test_members_are_one_long_run() -> None:
    """16 members of 250 windows: the error of 4,000 windows, whatever their correlation is."""
    for make, deviation in ((independent, 1.0), (correlated, 5.0)):
        found = averages(make, m=250, members=16)
        assert 0.9 < np.median([a.error for a in found]) * np.sqrt(4000) / deviation < 1.1
        assert np.median([a.freedom for a in found]) > 25


def test_many_short_members_are_judged_by_their_spread() -> None:
    """40 members whose windows hardly vary, but each about a level of its own: batches inside one would miss it."""
    random = np.random.default_rng(0)
    steps = random.standard_normal((40, 1)) + 0.1 * random.standard_normal((40, 50))
    found = average(float(steps.mean()), steps - steps.mean(), 50.0)
    assert found.error == pytest.approx(steps.mean(axis=1).std() / np.sqrt(40), rel=0.2)


def with_tails(random: np.random.Generator, m: int) -> np.ndarray:
    """Telescoping, the potential with exponential tails, as the log of an angle has near tangencies."""
    return np.diff(random.exponential(size=m + 1))


def mixed(random: np.random.Generator, m: int) -> np.ndarray:
    """Mostly bounded, and yet the sum diffuses: the bounded part alone would be three times too narrow."""
    return 3 * coboundary(random, m) + 0.3 * independent(random, m)


def test_a_bounded_sum_falls_like_one_over_time() -> None:
    for m in (250, 1000, 4000):
        found = averages(coboundary, m=m)
        assert np.mean([a.method == BOUNDED for a in found]) > 0.9
        assert 0.8 < np.median([a.error for a in found]) * m / np.sqrt(2) < 1.3


def test_a_log_law_has_not_settled() -> None:
    """A shear grows like t: the sum is log t, its mean log T / T, and nothing is left of it in the limit."""
    for offset in (2.0, 20.0, 200.0):
        times = np.arange(1001.0) + offset
        steps = np.diff(np.log(times))
        found = average(float(steps.mean()), steps - steps.mean(), 1000.0)
        assert found.method == SLOWING
        assert compatible(found.mean, found.error, found.freedom)


def test_a_true_drift_does_not_pass_for_a_slowing_sum() -> None:
    found = averages(coboundary, drift=0.02)
    assert all(a.method != SLOWING for a in found)
    assert not any(compatible(a.mean, a.error, a.freedom) for a in found)


@pytest.mark.parametrize("make", [independent, correlated, coboundary, with_tails, mixed])
def test_a_true_zero_fails_in_one_run_of_a_hundred_and_alarms_in_next_to_none(make: Process) -> None:
    """1,000 seeds; binomial with probability 0.01 exceeds 25 once in 50,000. A normal error covers 68 %."""
    found = averages(make, runs=1000, m=1000)
    assert 0.6 < np.mean([abs(a.mean) <= a.error for a in found]) < 0.85
    assert sum(not compatible(a.mean, a.error, a.freedom) for a in found) <= 25
    assert sum(not compatible(a.mean, a.error, a.freedom, ALARM) for a in found) <= 2


@pytest.mark.parametrize(("make", "deviation"), [(independent, 1.0), (correlated, 5.0)])
def test_the_power_is_that_of_the_t_test(make: Process, deviation: float) -> None:
    """An exponent four standard deviations from zero, against the noncentral t of the same degrees of freedom."""
    found = averages(make, runs=400, m=1000, drift=4 * deviation / np.sqrt(1000))
    seen = np.mean([not compatible(a.mean, a.error, a.freedom) for a in found])
    freedom = float(np.median([a.freedom for a in found]))
    assert seen > nct.sf(critical(freedom), freedom, 4.0) - 0.1


def test_too_few_windows_have_no_error_bar() -> None:
    assert average(1.0, np.zeros(5), 5.0).error == np.inf


def test_the_floor_of_rounding_is_never_undercut() -> None:
    assert average(0.0, np.zeros(100), 100.0, floor=1e-15).error == 1e-15


def test_the_convergence_record_ends_at_the_result() -> None:
    growth = np.random.default_rng(0).standard_normal((500, 3))
    time, values = convergence(growth, 0.5)[-1]
    assert time == 250.0
    np.testing.assert_allclose(values, growth.sum(axis=0) / 250.0)


def relaxing(limit: float, slope: float, m: int) -> Average:
    steps = limit + np.exp(-slope * np.arange(m)) * 0.01
    return average(float(steps.mean()), steps - steps.mean(), float(m), floor=1e-16)


@pytest.mark.parametrize("m", [20, 100, 1000])
@pytest.mark.parametrize("times", [0.3, 1.0, 3.0])
@pytest.mark.parametrize("limit", [0.0, -0.002, 0.05])
def test_a_run_shorter_than_its_own_relaxation_has_its_limit_as_error(m: int, times: float, limit: float) -> None:
    """Rates that decay exponentially to ``limit`` over ``times`` of the run: no batch of it is independent."""
    found = relaxing(limit, times / m, m)
    assert found.method == RELAXING
    assert found.error == pytest.approx(abs(found.mean - limit), rel=0.03)
    assert compatible(found.mean - limit, found.error, found.freedom)


def test_a_relaxation_to_a_rate_that_is_not_zero_stays_incompatible_with_zero() -> None:
    for limit in (-0.1, 0.1):
        found = relaxing(limit, 0.1, 20)
        assert not compatible(found.mean, found.error, found.freedom)


def test_batches_of_a_trend_would_refute_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: without the rule, a run of 20 windows says that rates which decay to 0 do not."""
    found = relaxing(0.0, 0.05, 20)
    assert compatible(found.mean, found.error, found.freedom)
    monkeypatch.setattr(statistics, "_RELAXES", 0.0)
    found = relaxing(0.0, 0.05, 20)
    assert not compatible(found.mean, found.error, found.freedom)


@pytest.mark.parametrize("make", [independent, correlated])
def test_what_varies_in_a_short_run_is_no_relaxation(make: Process) -> None:
    """Twenty windows of noise are few, but not a trend: an infinite error would call anything compatible with zero."""
    assert all(np.isfinite(found.error) for found in averages(make, runs=200, m=20))


def test_a_rule_that_took_noise_for_a_relaxation_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "_RELAXES", 0.5)
    assert not all(np.isfinite(found.error) for found in averages(correlated, runs=200, m=20))


def test_a_sum_that_speeds_up_has_no_limit_and_no_error() -> None:
    steps = 0.01 * np.exp(0.05 * np.arange(40))
    assert average(float(steps.mean()), steps - steps.mean(), 40.0).error == np.inf


def test_the_rounding_of_the_mean_is_no_trend() -> None:
    """An orbit at rest has equal windows: what is left of them is the one rounding of the mean, and no relaxation."""
    increments = np.full(2000, -12.0 / 7)
    mean = float(np.cumsum(increments)[-1]) / 2000  # rounded 2000 times
    found = average(mean, increments - mean, 2000.0, floor=2e-16)
    assert found.method != RELAXING
    assert found.error < 1e-12


def test_a_trend_beyond_rounding_is_one() -> None:
    assert average(-2.0, np.linspace(1e-10, -1e-10, 2000), 12_000.0, floor=2e-16).method == RELAXING
