"""Error bars are calibrated on processes whose truth is known."""

from __future__ import annotations

import numpy as np

from neutralmodes.evidence.statistics import BATCH_MEANS, BOUNDED, average, convergence


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


def test_a_bounded_sum_falls_like_one_over_time() -> None:
    found = averages(coboundary)
    assert np.mean([method == BOUNDED for *_, method, _ in found]) > 0.9
    assert all(abs(mean) <= error < 15 / 1000 for mean, error, *_ in found)


def test_too_few_windows_have_no_error_bar() -> None:
    assert average(1.0, np.zeros(5), 5.0).error == np.inf


def test_the_floor_of_rounding_is_never_undercut() -> None:
    assert average(0.0, np.zeros(100), 100.0, floor=1e-15).error == 1e-15


def test_the_convergence_record_ends_at_the_result() -> None:
    growth = np.random.default_rng(0).standard_normal((500, 3))
    time, values = convergence(growth, 0.5)[-1]
    assert time == 250.0
    np.testing.assert_allclose(values, growth.sum(axis=0) / 250.0)
