"""Strategies: what they draw is what they promise, and failures shrink to something readable."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import find, given, settings
from hypothesis import strategies as st

import neutralmodes as nm
from neutralmodes import strategies as nms
from neutralmodes.equivariants import integer_matrices
from neutralmodes.errors import InputError
from neutralmodes.exact.expression import evaluate
from neutralmodes.obligations.compactness import compactness
from neutralmodes.obligations.equivariance import equivariance
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.invariance import invariance
from neutralmodes.strategies import (
    EquivariantField,
    equivariant_fields,
    equivariant_maps,
    group_elements,
    invariant_functions,
    lie_actions,
    named_action,
    near_misses,
    orbit_strata,
    states,
    systems,
    torus_action,
)
from neutralmodes.strategies._actions import NAMED
from neutralmodes.strategies._points import stabilizer_matrices
from neutralmodes.verdict import Verdict

SPIN = named_action("SO(2)")
quick = settings(max_examples=20)


def verdict(rule: nm.VectorField | nm.Map, action: nm.LieAction) -> Verdict:
    return equivariance(Ground(nm.System("drawn", rule, action))).verdict


def values(rule: Any, point: Any) -> np.ndarray:
    names = dict(zip(rule.variables, point, strict=True))
    return np.array([evaluate(f, names) for f in rule.rule], dtype=object)


def test_a_failing_field_shrinks_to_one_term_that_a_person_can_read() -> None:
    found = find(equivariant_fields(SPIN), lambda f: ("J", 3) in f.coefficients)
    assert repr(found) == "EquivariantField({('J', 3): 1}: x' = -y^3 - y*x^2, y' = x^3 + x*y^2)"


def test_a_hard_failure_shrinks_to_one_term_too() -> None:
    """The field moves some state sideways: hidden in the values, not in the coefficients."""
    action = named_action("SU(2)")

    def sideways(field: EquivariantField) -> bool:
        return values(field, [Fraction(1), 0, 0, 0])[3] != 0

    assert find(equivariant_fields(action), sideways).coefficients == {("J3", 1): Fraction(1)}


def test_actions_shrink_to_rotations_of_the_plane() -> None:
    assert find(lie_actions(), lambda action: True).group == "SO(2)"
    assert find(lie_actions(), lambda action: len(action.variables) > 2).group == "SO(3)"


@pytest.mark.parametrize("name", NAMED)
def test_every_named_action_is_drawn(name: str) -> None:
    wanted = named_action(name)
    size = len(wanted.variables)
    assert find(lie_actions(max_dimension=size), lambda action: action.generators == wanted.generators)


@given(st.data())
@quick
def test_max_dimension_is_kept(data: st.DataObject) -> None:
    bound = data.draw(st.integers(2, 9))
    assert len(data.draw(lie_actions(max_dimension=bound)).variables) <= bound


@given(st.data())
@quick
def test_group_elements_are_exact_and_preserve_the_invariants(data: st.DataObject) -> None:
    action = data.draw(lie_actions())
    g = data.draw(group_elements(action))
    x = np.array(data.draw(orbit_strata(action)), dtype=object)
    function = data.draw(invariant_functions(action))
    symbols = [sp.Symbol(name, real=True) for name in action.variables]
    here, there = (sp.sympify(function).subs(dict(zip(symbols, map(sp.Rational, p), strict=True))) for p in (x, g @ x))
    assert here == there
    assert (g.T @ g == np.eye(len(x), dtype=int)).all()


def test_the_first_group_element_that_moves_is_a_pythagorean_rotation() -> None:
    found = find(group_elements(SPIN), lambda g: g[0, 1] != 0)
    assert found.tolist() == [[Fraction(3, 5), Fraction(-4, 5)], [Fraction(4, 5), Fraction(3, 5)]]


def test_charges_wind_the_circle_that_often() -> None:
    g = find(group_elements(torus_action([[1, 2]])), lambda g: g[0, 1] != 0)
    once, twice = complex(g[0, 0], g[1, 0]), complex(g[2, 2], g[3, 2])
    assert twice == pytest.approx(once**2, abs=1e-15)


def test_a_shear_has_exact_elements() -> None:
    shear = nm.LieAction(["x", "y"], [[[0, 1], [0, 0]]])
    assert find(group_elements(shear), lambda g: g[0, 1] != 0).tolist() == [[1, Fraction(1, 2)], [0, 1]]


@given(group_elements(named_action("SU(3)"), exact=False))
@quick
def test_float_elements_are_orthogonal_to_rounding(g: np.ndarray) -> None:
    assert np.abs(g.T @ g - np.eye(6)).max() < 1e-12


def test_float_elements_are_spread_over_the_sphere() -> None:
    """The image of e1 under Haar measure of SO(3): mean 0, mean square 1/3; 400 draws, 5 standard errors."""
    from neutralmodes.strategies._elements import spread_element

    matrices = integer_matrices(named_action("SO(3)"))
    tips = np.array([spread_element(matrices, seed)[:, 0] for seed in range(400)])
    assert np.abs(tips.mean(axis=0)).max() < 5 / np.sqrt(3 * 400)
    assert np.abs((tips**2).mean(axis=0) - 1 / 3).max() < 5 * np.sqrt(4 / 45 / 400)


@pytest.mark.parametrize(("name", "dimensions"), [
    ("SO(2)", {0, 1}), ("SO(3)", {0, 2}), ("2*SO(3)", {0, 2, 3}), ("T^2 resonant", {0, 1, 2}), ("2*SU(2)", {0, 3}),
    ("2*U(2)", {0, 3, 4}), ("SO(2) + trivial", {0, 1}), ("2*SO(4)", {0, 3, 5}),
])  # fmt: skip
def test_strata_of_every_orbit_dimension_are_drawn(name: str, dimensions: set[int]) -> None:
    action = named_action(name)

    def dimension(point: tuple[Fraction, ...]) -> int:
        return action.rank_at(dict(zip(action.variables, point, strict=True)))

    for wanted in dimensions:
        assert find(orbit_strata(action), lambda p, d=wanted: dimension(p) == d)
    seen: set[int] = set()

    @given(orbit_strata(action))
    @settings(max_examples=60, database=None)
    def collect(point: tuple[Fraction, ...]) -> None:
        seen.add(dimension(point))

    collect()
    assert seen <= dimensions


@given(st.data())
@quick
def test_fields_and_maps_are_proved_equivariant(data: st.DataObject) -> None:
    action = data.draw(lie_actions())
    assert verdict(data.draw(equivariant_fields(action)), action) is Verdict.PROVED
    assert verdict(data.draw(equivariant_maps(action)), action) is Verdict.PROVED


@given(st.data())
@quick
def test_near_misses_are_refuted(data: st.DataObject) -> None:
    action = data.draw(lie_actions())
    assert verdict(data.draw(near_misses(action)), action) is Verdict.REFUTED


def test_a_near_miss_of_size_zero_is_bad_input() -> None:
    with pytest.raises(InputError, match="nothing breaks"):
        near_misses(SPIN, size=Fraction(0))


@given(st.data())
@settings(max_examples=10)
def test_a_dissipative_rule_has_a_provable_trapping_ball(data: st.DataObject) -> None:
    action = data.draw(lie_actions(max_dimension=4))
    source = data.draw(st.sampled_from([equivariant_fields, equivariant_maps]))
    rule = data.draw(source(action, dissipative=True, max_terms=2))
    ground = Ground(nm.System("drawn", rule, action, rule.region))
    assert invariance(ground).verdict is Verdict.PROVED
    assert compactness(ground).verdict is Verdict.PROVED


def test_without_the_damping_the_ball_does_not_trap() -> None:
    grown = EquivariantField(SPIN, {("I", 1): Fraction(1)}, nm.Region.ball(SPIN.variables, 1))
    assert invariance(Ground(nm.System("grown", grown, SPIN, grown.region))).verdict is Verdict.REFUTED


@given(st.data())
@quick
def test_states_lie_in_the_region(data: st.DataObject) -> None:
    system = data.draw(systems())
    assert system.outside(data.draw(states(system))) is None


def test_states_reach_beyond_the_start() -> None:
    system = find(systems(), lambda s: True)
    assert find(states(system), lambda p: p != system.start)


def test_a_stabilizer_fixes_the_point_it_was_made_for() -> None:
    action = named_action("2*SO(3)")
    point = (Fraction(1), Fraction(2), Fraction(0), Fraction(2), Fraction(4), Fraction(0))
    found = stabilizer_matrices(integer_matrices(action), point)
    assert len(found) == 1
    rows = [[Fraction(int(v.p), int(v.q)) for v in row] for row in found[0].tolist()]
    assert all(sum(a * b for a, b in zip(row, point, strict=True)) == 0 for row in rows)


@pytest.mark.parametrize(("call", "match"), [
    (lambda: named_action("SO(1)"), "no named action"),
    (lambda: lie_actions(max_dimension=1), "max_dimension"),
    (lambda: systems(kind="ode"), "kind must be"),
    (lambda: equivariant_fields(nm.LieAction(["x"], [[[1]]]), dissipative=True), "not skew"),
    (lambda: group_elements(nm.LieAction(["x"], [[[1]]])), "exact=False"),
    (lambda: group_elements(nm.LieAction(["x"], [[1]])), "linear action"),
    (lambda: find(systems(st.just(named_action("SO(2) + trivial"))), lambda s: True), "fixes a direction"),
])  # fmt: skip
def test_bad_input_is_named(call: Any, match: str) -> None:
    with pytest.raises(InputError, match=match):
        call()


def test_every_strategy_is_exported() -> None:
    assert all(hasattr(nms, name) for name in nms.__all__)
