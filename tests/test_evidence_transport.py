"""Transport residuals: zero to the wanted digits for exact symmetries, the right size for broken ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence import transport as module
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.transport import transport

x, y, u, v, w = sp.symbols("x y u v w", real=True)
needs_heyoka = pytest.mark.skipif(not available(), reason="many digits for a long time need heyoka")


def skew_lorenz(broken: Any = 0) -> nm.System:
    """A U(1) phase and amplitude driven by Lorenz-63."""
    radial, rate = 1 + u / 80 - x**2 - y**2, 1 + u / 5
    rule = [
        radial * x - rate * y + broken * x,
        radial * y + rate * x,
        10 * (v - u),
        u * (28 - w) - v,
        u * v - sp.Rational(8, 3) * w,
    ]
    variables = [x, y, u, v, w]
    action = nm.LieAction(variables, [[-y, x, 0, 0, 0]])
    return nm.System("skew-lorenz", nm.VectorField(variables, rule), action, start=[1, "1/2", 1, 2, 20])


def complex_lorenz() -> nm.System:
    a, b, c, d = sp.symbols("a b c d", real=True)
    rule = [
        10 * (c - a),
        10 * (d - b),
        28 * a - c + d / 10 - a * w,
        28 * b - d - c / 10 - b * w,
        a * c + b * d - sp.Rational(8, 3) * w,
    ]
    variables = [a, b, c, d, w]
    action = nm.LieAction(variables, [[-b, a, -d, c, 0]])
    return nm.System("complex-lorenz", nm.VectorField(variables, rule), action, start=[3, 4, 5, 2, 20])


def plane(rule: list[Any], start: list[Any], kind: Any = nm.VectorField) -> nm.System:
    return nm.System("plane", kind([x, y], rule), nm.LieAction([x, y], [[-y, x]]), start=start)


@needs_heyoka
@pytest.mark.slow
@pytest.mark.parametrize("make", [skew_lorenz, complex_lorenz])
def test_fifty_digits_survive_forty_time_units_of_chaos(make: Any) -> None:
    found = transport(make(), time=40, digits=50)
    assert found.transported
    assert found.residual < 1e-48
    assert found.error < 1e-50
    assert found.growth_digits > 10
    assert found.working_digits >= 50 + found.growth_digits
    assert len(found.record) == 40


def test_a_short_time_works_on_every_engine() -> None:
    found = transport(skew_lorenz(), time=1, digits=20, engine="fallback")
    assert found.transported
    assert found.engine.startswith("python-flint")


def test_a_broken_symmetry_shows_in_the_residual_with_verified_digits() -> None:
    found = transport(skew_lorenz(sp.Rational(1, 10**9)), time=2, digits=20)
    assert found.completed
    assert not found.transported
    assert 1e-11 < found.residual < 1e-6
    assert found.error < 1e-20


def test_scaling_is_transported_with_the_exponent_of_the_collapse() -> None:
    """x' = -x has exponents -1 and transports rotations all the same: no evidence for a zero."""
    found = transport(plane([-x, -y], [1, 0]), time=5, digits=20)
    assert found.transported
    assert found.exponents[0] == pytest.approx(-1.0, abs=1e-15)
    assert abs(found.volume_defect or 0.0) < 1e-18


def test_a_map_is_enclosed_exactly() -> None:
    turn = (sp.Rational(5, 2) - x**2 - y**2) / 5
    rule = [turn * (3 * x - 4 * y), turn * (4 * x + 3 * y)]
    found = transport(plane(rule, [1, 0], nm.Map), time=40, digits=50)
    assert found.transported
    assert 0 < found.error < 1e-50
    assert found.growth_digits > 5


def test_a_map_that_breaks_the_symmetry_is_seen() -> None:
    found = transport(plane([x / 2 + y**2, y / 2], [1, 1], nm.Map), time=5, digits=20)
    assert not found.transported
    assert found.residual > 1e-3


def test_a_generator_that_vanishes_on_the_orbit_is_absolute_and_has_no_exponent() -> None:
    found = transport(plane([-x, -y], [0, 0]), time=2, digits=20)
    assert found.residuals == (0.0,)
    assert found.exponents == (None,)
    assert found.volume_defect is None


def test_lost_digits_are_bought_back_by_a_second_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "digits_lost", lambda *_: 0.0)
    monkeypatch.setattr(module, "GUARD", 0)
    system = plane([y, -x + x**3 / 50 + x / 5], [1, 0], nm.Map)
    honest = transport(system, time=30, digits=20)
    assert honest.error <= 1e-20
    assert honest.working_digits > 20


def test_balls_that_grow_without_bound_are_tried_with_more_digits() -> None:
    """The measured growth asks for 33 digits; the rectangles of balls wrap, and after 40 iterates 33 leave nothing."""
    z = sp.Symbol("z")
    step = nm.Map.complex({z: (sp.Rational(5, 2) - z * sp.conjugate(z)) * z * (3 + 4 * sp.I) / 5})
    chaotic = nm.System("chaotic", step, nm.groups.torus([[1]]).on(step.variables), start=[1, "1/4"])
    found = transport(chaotic, time=40, digits=15)
    assert found.transported
    assert found.working_digits == 33 + 33 + module.GUARD


def test_digits_that_stay_lost_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "carry", lambda model, until, *_: (None, 1e-3, []))
    with pytest.raises(EvidenceError, match="20 digits at time 1 were lost"):
        transport(plane([-y, x], [1, 0]), time=1, digits=20)


def finest_and_coarser(system: nm.System) -> list[tuple[int, float]]:
    """(working digits, largest residual ever) of every run, the finest first."""
    found = transport(system, time=4, digits=20)
    runs = [(found.working_digits, found.record), *found.coarser]
    return [(digits, max(r for _, r in record)) for digits, record in runs]


@pytest.mark.parametrize("kind", [nm.VectorField, nm.Map])
def test_a_true_symmetry_leaves_the_rounding_of_each_precision(kind: Any) -> None:
    turn = [(3 * x - 4 * y) / 5, (4 * x + 3 * y) / 5]
    runs = finest_and_coarser(plane(turn, [1, "1/3"], kind))
    assert [digits for digits, _ in runs] == sorted({digits for digits, _ in runs}, reverse=True)
    assert all(residual < 10.0 ** (3 - digits) for digits, residual in runs)


def test_what_a_broken_symmetry_leaves_does_not_fall_with_the_precision() -> None:
    runs = finest_and_coarser(plane([-y + x / 10**3, x], [1, "1/3"]))
    assert [residual for _, residual in runs] == pytest.approx([runs[0][1]] * len(runs), rel=1e-6)
    assert runs[0][1] > 1e-4


def test_an_interrupt_keeps_the_record_so_far() -> None:
    def interrupt(stage: str, done: float) -> None:
        if done > 0.8:
            raise KeyboardInterrupt

    found = transport(plane([-y, x], [1, 0]), time=10, digits=20, progress=interrupt)
    assert found.outcome.startswith("interrupted")
    assert 0 < found.time < 10
    assert not found.transported


def test_the_same_call_gives_the_same_numbers() -> None:
    first, second = (transport(plane([-y, x], [1, 0]), time=3, digits=20, seed=4) for _ in range(2))
    assert first.to_json() == second.to_json()
    assert json.loads(json.dumps(first.to_json()))["transported"] is True


@pytest.mark.parametrize(
    ("options", "message"),
    [({"digits": 5}, "digits must be an integer from 10"), ({"time": 0}, "time must be positive")],
)
def test_bad_arguments_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        transport(plane([-y, x], [1, 0]), **options)


def test_blow_up_keeps_the_record_until_then() -> None:
    found = transport(plane([1 + x**2, -y], [0, 1]), time=3, digits=20)
    assert "blow-up" in found.outcome
    assert not found.transported
    assert 1.4 < found.time < 1.571
    assert found.record[-1][0] == found.time


def test_blow_up_at_once_is_an_error_with_its_time() -> None:
    with pytest.raises(EvidenceError, match="at time"):
        transport(plane([1 + x**2, -y], [10**6, 1]), time=3, digits=20)


@needs_heyoka
def test_a_budget_shortens_the_transport_and_says_so() -> None:
    whole = transport(skew_lorenz(), time=8)
    part = transport(skew_lorenz(), time=8, within=1e-3)
    assert whole.notes == ()
    assert part.time < whole.time
    assert "nominal seconds were spent" in part.notes[0]
    assert part.completed
    assert part.residual <= 10.0**-part.digits
    assert part == transport(skew_lorenz(), time=8, within=1e-3)
