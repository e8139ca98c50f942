"""Spectra against closed forms, exact sums and a second engine; and every way in which a run may end."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.spectrum import Spectrum, spectrum

x, y, z = sp.symbols("x y z", real=True)
PLANE = nm.LieAction([x, y], [[-y, x]])
SPACE = nm.LieAction([x, y, z], [[-y, x, 0], [0, -z, y], [z, 0, -x]])


def plane(rule: list[Any], start: list[Any], **options: Any) -> nm.System:
    return nm.System("plane", nm.VectorField([x, y], rule), PLANE, start=start, **options)


def lorenz() -> nm.System:
    rule = [10 * (y - x), x * (28 - z) - y, x * y - sp.Rational(8, 3) * z]
    action = nm.LieAction([x, y, z], [[0, 0, 0]])
    return nm.System("lorenz", nm.VectorField([x, y, z], rule), action, start=[1, 2, 20])


def complex_lorenz(detuning: Any) -> nm.System:
    a, b, c, d, w = sp.symbols("a b c d w", real=True)
    rule = [
        10 * (c - a),
        10 * (d - b),
        28 * a - c + detuning * d - a * w,
        28 * b - d - detuning * c - b * w,
        a * c + b * d - sp.Rational(8, 3) * w,
    ]
    variables = [a, b, c, d, w]
    action = nm.LieAction(variables, [[-b, a, -d, c, 0]])
    return nm.System("complex-lorenz", nm.VectorField(variables, rule), action, start=[3, 4, 5, 2, 20])


def assert_within(found: Spectrum, expected: list[float], floor: float = 0.0) -> None:
    """Each exponent within four error bars (and a bound on the bars, where one is given)."""
    assert found.completed, found.outcome
    for value, error, truth in zip(found.exponents, found.errors, expected, strict=True):
        assert abs(value - truth) <= 4 * error + floor


def test_a_linear_focus_has_its_eigenvalues() -> None:
    found = spectrum(plane([-x / 2 - 3 * y, 3 * x - y / 2], [1, 0]), time=40)
    np.testing.assert_allclose(found.exponents, [-0.5, -0.5], atol=0.05)
    assert found.total == pytest.approx(-1.0, abs=1e-9)


def test_a_linear_node_has_its_eigenvalues_to_rounding() -> None:
    found = spectrum(plane([-x, x / 3 - 4 * y], [1, 1]), time=20)
    np.testing.assert_allclose(found.exponents, [-1.0, -4.0], atol=1e-9)


@pytest.mark.parametrize("engine", ["auto", "fallback"])
def test_the_circle_attractor_has_zero_and_minus_two_alpha_r_squared(engine: str) -> None:
    alpha, square = sp.Rational(3, 2), sp.Rational(4, 5)
    radial = alpha * (square - x**2 - y**2)
    found = spectrum(plane([radial * x, radial * y], [1, "1/2"]), time=30, engine=engine)
    np.testing.assert_allclose(found.exponents, [0.0, -2.4], atol=1e-9)


def test_the_sphere_has_two_zeros_and_its_contraction() -> None:
    radial = 2 * (1 - x**2 - y**2 - z**2)
    field = nm.VectorField([x, y, z], [radial * v for v in (x, y, z)])
    found = spectrum(nm.System("sphere", field, SPACE, start=[1, "1/3", "-1/2"]), time=20)
    np.testing.assert_allclose(found.exponents, [0.0, 0.0, -4.0], atol=1e-9)


@pytest.mark.skipif(not available(), reason="minutes without heyoka")
@pytest.mark.parametrize("constraints", [[], [x**2 + y**2 + z**2 - 1]])
def test_a_frame_that_rests_does_not_stretch_the_windows_without_end(constraints: list[Any]) -> None:
    """Both columns lie in the sphere at rest, so that Df V is nothing."""
    field = nm.VectorField([x, y, z], [2 * v * (1 - x**2 - y**2 - z**2) for v in (x, y, z)])
    found = spectrum(nm.System("rest", field, SPACE, start=["3/5", "4/5", 0], constraints=constraints), k=2, time=20)
    np.testing.assert_allclose(found.exponents, [0.0, 0.0], atol=1e-12)
    assert found.transient < 1e6


def test_fifty_digits_of_the_circle_attractor() -> None:
    radial = 1 - x**2 - y**2
    found = spectrum(plane([radial * x, radial * y], ["3/5", "4/5"]), time=4, transient=130, digits=50)
    assert abs(sp.Float(found.decimals[0], 60)) < sp.Float("1e-47")
    assert abs(sp.Float(found.decimals[1], 60) + 2) < sp.Float("1e-47")
    assert found.orthogonality < 1e-48


def test_fifty_digits_of_a_linear_map() -> None:
    """Eigenvalues 2 and 1/3 in a skew basis."""
    rule = [2 * x + 5 * y, y / 3]
    system = nm.System("linear", nm.Map([x, y], rule), nm.LieAction([x, y], [[0, 0]]), start=[0, 0])
    found = spectrum(system, time=100, transient=300, digits=50)
    for text, truth in zip(found.decimals, (sp.log(2), -sp.log(3)), strict=True):
        assert abs(sp.Float(text, 60) - truth.evalf(60)) < sp.Float("1e-46")


def test_lorenz_agrees_with_the_published_exponents_and_the_exact_trace() -> None:
    found = spectrum(lorenz(), time=100)
    # Sprott, Chaos and Time-Series Analysis (2003): 0.9056, 0, -14.5723.
    assert_within(found, [0.9056, 0.0, -14.5723])
    assert found.total == pytest.approx(-(10 + 1 + 8 / 3), abs=1e-9)
    assert abs(found.volume_defect or 1.0) < 1e-9


def test_complex_lorenz_without_detuning_is_lorenz_with_zero_and_its_phase_contraction() -> None:
    found = spectrum(complex_lorenz(0), time=100)
    assert_within(found, [0.9056, 0.0, 0.0, -11.0, -14.5723])
    assert found.total == pytest.approx(-(2 * 10 + 2 + 8 / 3), abs=1e-9)


def test_detuned_complex_lorenz_keeps_two_zeros_and_the_exact_sum() -> None:
    found = spectrum(complex_lorenz(sp.Rational(1, 10)), time=100)
    assert found.completed
    assert np.all(np.abs(found.exponents[1:3]) <= 4 * found.errors[1:3])
    assert found.total == pytest.approx(-(2 * 10 + 2 + 8 / 3), abs=1e-9)


def test_leading_exponents_need_no_full_frame() -> None:
    full, leading = (spectrum(lorenz(), time=50, transient=20, k=k) for k in (3, 1))
    assert leading.mean_divergence is None
    assert leading.exponents[0] == pytest.approx(full.exponents[0], abs=0.2)


def test_the_logistic_map_at_four_has_log_two() -> None:
    """Conjugate to the tent map: the exponent is log 2 exactly."""
    system = nm.System("logistic", nm.Map([x], [4 * x * (1 - x)]), nm.LieAction([x], [[0]]), start=["1/7"])
    found = spectrum(system, time=4000)
    assert_within(found, [math.log(2)])
    assert found.errors[0] < 0.02


def test_henon_has_the_exact_sum_log_b() -> None:
    rule = [1 - sp.Rational(7, 5) * x**2 + y, sp.Rational(3, 10) * x]
    system = nm.System("henon", nm.Map([x, y], rule), nm.LieAction([x, y], [[0, 0]]), start=[0, 0])
    found = spectrum(system, time=4000)
    assert found.total == pytest.approx(math.log(0.3), abs=1e-9)
    assert_within(found, [0.4192, math.log(0.3) - 0.4192])  # Sprott (2003)


def test_a_phase_map_with_chaotic_radius_has_one_zero() -> None:
    turn = (sp.Rational(5, 2) - x**2 - y**2) / 5
    rule = [turn * (3 * x - 4 * y), turn * (4 * x + 3 * y)]
    found = spectrum(nm.System("radius", nm.Map([x, y], rule), PLANE, start=[1, 0]), time=4000)
    assert found.completed
    assert found.exponents[0] > 0.4
    assert abs(found.exponents[1]) < 4 * found.errors[1] < 0.02


def test_a_map_that_sends_a_direction_to_zero_has_minus_infinity() -> None:
    system = nm.System("flat", nm.Map([x, y], [x / 2, 0 * y]), nm.LieAction([x, y], [[0, 0]]), start=[1, 1])
    found = spectrum(system, time=50)
    assert found.exponents[0] == pytest.approx(-math.log(2), abs=1e-9)
    assert found.exponents[1] == -math.inf
    assert found.collapses > 0


def test_constraints_take_their_normal_direction_out() -> None:
    field = nm.VectorField([x, y], [-y, x])
    system = nm.System("circle", field, PLANE, start=["3/5", "4/5"], constraints=[x**2 + y**2 - 1])
    found = spectrum(system, time=20)
    assert found.exponents.shape == (1,)
    assert found.exponents[0] == pytest.approx(0.0, abs=1e-10)


def test_equal_seeds_repeat_and_other_seeds_agree_within_error() -> None:
    first, again, other = (spectrum(lorenz(), time=40, transient=10, seed=s) for s in (5, 5, 6))
    assert first.to_json() == again.to_json()
    assert np.all(np.abs(first.exponents - other.exponents) <= 4 * (first.errors + other.errors))


def test_what_is_left_of_a_transient_does_not_shorten_the_windows() -> None:
    windows = [spectrum(lorenz(), time=200, transient=t).window for t in (20, 21, 22, 23)]
    assert max(windows) < 1.2 * min(windows)


def test_two_engines_agree_on_a_regular_spectrum() -> None:
    focus = plane([x - y - x * (x**2 + y**2), x + y - y * (x**2 + y**2)], [1, "1/2"])
    mine, other = (spectrum(focus, time=30, engine=e) for e in ("auto", "fallback"))
    np.testing.assert_allclose(mine.exponents, other.exponents, atol=1e-8)


def test_blow_up_in_the_measurement_keeps_what_was_measured() -> None:
    found = spectrum(plane([1 + x**2, -y], [0, 1]), time=3, transient=0)
    assert "blow-up" in found.outcome
    assert "measured until" in found.outcome
    assert not found.completed
    assert 0 < found.time < math.pi / 2


def test_blow_up_in_the_transient_is_an_error_with_the_time_reached() -> None:
    with pytest.raises(EvidenceError, match=r"at time 1\.5"):
        spectrum(plane([1 + x**2, -y], [0, 1]), time=3, transient=3)


def test_an_orbit_that_leaves_the_region_says_when() -> None:
    region = nm.Region([4 - x**2 - y**2])
    found = spectrum(plane([x / 10, y / 10], [1, 0], region=region), time=20, transient=0)
    assert found.leaves_region is not None
    assert found.leaves_region == pytest.approx(10 * math.log(2), abs=2.0)
    inside = spectrum(plane([-x / 10, -y / 10], [1, 0], region=region), time=20, transient=0)
    assert inside.leaves_region is None


def test_an_interrupt_keeps_the_record_so_far() -> None:
    def interrupt(stage: str, done: float) -> None:
        if stage == "spectrum" and done > 0.3:
            raise KeyboardInterrupt

    found = spectrum(lorenz(), time=40, transient=5, progress=interrupt)
    assert found.outcome.startswith("interrupted")
    assert 10 < found.time < 30
    assert found.convergence


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"k": 4}, "k must be an integer from 1 to 3"),
        ({"time": -1}, "time must be positive"),
        ({"time": float("nan")}, "time must be a finite number"),
        ({"digits": 3}, "digits must be at least 16"),
        ({"transient": "soon"}, "transient must be a finite number"),
    ],
)
def test_bad_arguments_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        spectrum(lorenz(), **options)


def test_a_map_counts_iterates() -> None:
    system = nm.System("logistic", nm.Map([x], [x / 2]), nm.LieAction([x], [[0]]), start=[1])
    with pytest.raises(InputError, match="counts iterates"):
        spectrum(system, time=2.5)


def test_the_result_is_plain_json_with_decimal_strings() -> None:
    found = spectrum(plane([-x, -2 * y], [1, 1]), time=10)
    data = json.loads(json.dumps(found.to_json()))
    assert [float(e) for e in data["exponents"]] == found.exponents.tolist()
    assert data["outcome"] == "completed"
