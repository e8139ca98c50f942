"""Traps 1 to 12 of the theory, of rules and regions: no wrong claim is made, and the healthy sibling is certified.

The siblings are the mutants: one change of the system turns the verdict.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.theorem import EVERYWHERE
from neutralmodes.verdict import Verdict

_SPEC = importlib.util.spec_from_file_location("trap_systems", Path(__file__).with_name("trap_systems.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
traps = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(traps)
ANNULUS, DISC, HOPF, certify, verdict = traps.ANNULUS, traps.DISC, traps.HOPF, traps.certify, traps.verdict
is_certified, claims_nothing = traps.is_certified, traps.claims_nothing
x, y, u, v, w, r2 = traps.x, traps.y, traps.u, traps.v, traps.w, traps.r2


def test_01_collapse_has_generic_rank_one_and_no_zero() -> None:
    collapse = certify([-x, -y], DISC, start=["1/2", 0])
    assert verdict(collapse, "equivariance") is Verdict.PROVED
    assert verdict(collapse, "recurrence") is Verdict.REFUTED
    claims_nothing(collapse)
    assert collapse.zero_exponents_if == 0


def test_01_asked_for_a_zero_of_the_collapse_it_is_refuted() -> None:
    assert certify([-x, -y], DISC, start=["1/2", 0], at_least=1).conclusion is nm.Conclusion.REFUTED


def test_01_the_sibling_that_does_not_collapse_has_its_zero() -> None:
    is_certified(certify([(1 - r2) * x, (1 - r2) * y], at_least=1), 1)


def test_02_hopf_has_one_zero_because_the_flow_lies_along_the_orbit() -> None:
    hopf = certify(HOPF)
    is_certified(hopf, 1)
    assert verdict(hopf, "transversality") is Verdict.REFUTED
    assert hopf.zero_exponents_if == 1


def test_02_a_flow_that_turns_another_circle_adds_its_own_zero() -> None:
    action = nm.LieAction([x, y, u, v], [[-y, x, 0, 0]])
    s2 = u**2 + v**2
    rule = [x * (1 - r2), y * (1 - r2), u * (1 - s2) - v, v * (1 - s2) + u]
    turning = certify(rule, ANNULUS & nm.Region.annulus([u, v], "1/2", 2), action)
    assert verdict(turning, "transversality") is Verdict.PROVED
    is_certified(turning, 2)


def test_03_a_level_set_through_a_saddle_gives_no_unconditional_second_zero() -> None:
    """Duffing's H = 0 holds the saddle, with exponents 1 and -1, beside the circle's 0."""
    action = nm.LieAction([x, y, u, v], [[-y, x, 0, 0]])
    energy = v**2 / 2 - u**2 / 2 + u**4 / 4
    rule = [x * (1 - r2), y * (1 - r2), v, u - u**3]
    region = ANNULUS & nm.Region.ball([u, v], 2)
    duffing = certify(rule, region, action, constraints=[energy], integrals=[energy], start=[1, 0, 0, 0], at_least=2)
    assert duffing.zero_exponents == 0
    assert all(s.count <= 1 for s in duffing.statements if s.where == EVERYWHERE)
    assert duffing.conclusion is not nm.Conclusion.CERTIFIED


def test_03_a_level_set_without_an_equilibrium_has_the_second_zero_unconditionally() -> None:
    """A linear spring has no saddle: on H = 2 the flow nowhere stands still."""
    action = nm.LieAction([x, y, u, v], [[-y, x, 0, 0]])
    level = v**2 / 2 + u**2 / 2 - 2
    rule = [x * (1 - r2), y * (1 - r2), v, -u]
    region = ANNULUS & nm.Region.ball([u, v], 3)
    is_certified(certify(rule, region, action, constraints=[level], start=[1, 0, 0, 2], at_least=2), 2)


def test_04_a_flat_face_does_not_hide_that_everything_leaves() -> None:
    flat = certify([x, y], nm.Region([r2 - sp.Rational(1, 4), (4 - r2) ** 3]), start=[1, 0])
    assert verdict(flat, "invariance") in (Verdict.UNDECIDED, Verdict.REFUTED)
    claims_nothing(flat)


def test_04_the_honest_face_shows_where_the_flow_leaves() -> None:
    honest = certify([x, y], start=[1, 0])
    assert verdict(honest, "invariance") is Verdict.REFUTED
    assert honest.conclusion is nm.Conclusion.REFUTED


def test_04_the_flat_face_is_kept_where_the_flow_points_inwards() -> None:
    """z' = z (1 - r^2) on r = 2: the same flat face, whose derivative vanishes on it too, by comparison."""
    flat = nm.Region([r2 - sp.Rational(1, 4), (4 - r2) ** 3])
    is_certified(certify([x * (1 - r2), y * (1 - r2)], flat, start=[1, 0]), 1)


def test_05_an_inward_flow_on_an_unbounded_region_proves_nothing() -> None:
    outside = certify([x, y], nm.Region([r2 - 1]), start=[2, 0])
    assert verdict(outside, "invariance") is Verdict.PROVED
    assert verdict(outside, "compactness") is Verdict.REFUTED
    claims_nothing(outside)


def test_05_an_outer_face_that_the_flow_enters_makes_it_compact() -> None:
    shell = nm.Region([r2 - 1, 4 - r2])
    is_certified(certify([x * (2 - r2), y * (2 - r2)], shell, start=[1, 1]), 1)


def test_06_a_constant_map_is_not_equivariant_though_its_bracket_vanishes() -> None:
    shift = nm.LieAction([x], [[1]])
    box = nm.Region.box({x: (-1, 1)})
    constant = certify([sp.Rational(1, 2)], box, shift, nm.Map)
    assert verdict(constant, "equivariance") is Verdict.REFUTED
    assert constant.obligations["equivariance"].witness is not None
    assert constant.obligations["equivariance"].witness["value"] == "-1"
    assert verdict(certify([sp.Rational(1, 2)], box, shift), "equivariance") is Verdict.PROVED


def test_07_the_flow_of_an_equivariant_form_need_not_be_an_equivariant_map() -> None:
    shift = nm.LieAction([x], [[1]])
    box = nm.Region.box({x: (-1, 1)})
    assert verdict(certify([x / 2], box, shift, nm.Map), "equivariance") is Verdict.REFUTED
    assert verdict(certify([x + 1], box, shift, nm.Map), "equivariance") is Verdict.PROVED


def test_08_an_input_takes_the_flows_zero_away_and_leaves_the_groups() -> None:
    driven = certify([x * (1 - r2) - u * y, y * (1 - r2) + u * x], options={"inputs": {u: nm.Interval(-2, 2)}})
    is_certified(driven, 1)
    assert "transversality" not in driven.obligations
    assert "transversality" in certify(HOPF).obligations
    assert driven.zero_exponents_if == 1


def test_09_a_pole_on_the_region_is_seen_before_any_cancellation() -> None:
    pole = certify([x * (1 - r2) / (r2 - 1) ** 2, y * (1 - r2) / (r2 - 1) ** 2], start=["5/4", 0])
    assert verdict(pole, "domain") is not Verdict.PROVED
    claims_nothing(pole)


def test_09_the_sibling_without_a_pole_is_certified() -> None:
    healthy = certify([x * (1 - r2) / (r2 + 1) ** 2, y * (1 - r2) / (r2 + 1) ** 2])
    assert verdict(healthy, "domain") is Verdict.PROVED
    is_certified(healthy, 1)


def test_10_a_quarter_turn_is_passed_and_the_circle_is_refuted() -> None:
    z = sp.Symbol("z")
    rule = nm.VectorField.complex({z: z * (1 - z * sp.conjugate(z)) + sp.conjugate(z) ** 3 / 10})
    quarter = sp.Matrix([[0, -1], [1, 0]])
    system = nm.System(
        "z4",
        rule,
        nm.groups.so(2).on(rule.variables),
        nm.Region.annulus(rule.variables, "1/2", 2),
        discrete=[quarter],
    )
    certificate = nm.certify(system, evidence=False, budget=2)
    witness = certificate.obligations["equivariance"].witness
    assert witness is not None
    assert witness["of"] == "generator 0"
    assert certificate.conclusion is nm.Conclusion.REFUTED


@pytest.mark.parametrize(
    ("element", "expected"),
    [([[0, -1], [1, 0]], Verdict.PROVED), ([["3/5", "-4/5"], ["4/5", "3/5"]], Verdict.REFUTED)],
)
def test_10_a_listed_element_is_judged_by_itself(element: list[list[Any]], expected: Verdict) -> None:
    """The field of trap 10 beside a third coordinate on which the group acts; exact rotations."""
    action = nm.LieAction([x, y, w], [[0, 0, 1]])
    rule = [x * (1 - r2) + (x**3 - 3 * x * y**2) / 10, y * (1 - r2) + (y**3 - 3 * x**2 * y) / 10, 0]
    entries = [[sp.Rational(e) for e in row] for row in element]
    whole = sp.diag(sp.Matrix(entries), 1)
    assert verdict(certify(rule, None, action, discrete=[whole]), "equivariance") is expected


def test_11_the_rank_of_a_map_may_drop_in_one_step() -> None:
    rule = [(1 - r2) * x / 2, (1 - r2) * y / 2]
    disc = certify(rule, DISC, kind=nm.Map, start=["1/2", 0])
    assert verdict(disc, "equivariance") is Verdict.PROVED
    assert verdict(disc, "invariance") is Verdict.PROVED
    claims_nothing(disc)


def test_11_an_annulus_does_not_save_it_since_the_circle_goes_to_the_origin() -> None:
    rule = [(1 - r2) * x / 2, (1 - r2) * y / 2]
    annulus = certify(rule, nm.Region.annulus([x, y], "1/10", 1), kind=nm.Map, start=[1, 0])
    assert verdict(annulus, "invariance") is Verdict.REFUTED
    claims_nothing(annulus)


def test_11_the_map_that_keeps_off_the_origin_is_certified() -> None:
    rule = [(3 - r2) * x / 2, (3 - r2) * y / 2]
    is_certified(certify(rule, nm.Region.annulus([x, y], "4/5", "6/5"), kind=nm.Map, start=[1, 0]), 1)


def test_12_a_normaliser_is_no_symmetry() -> None:
    shift = nm.LieAction([x, y], [[1, 0]])
    decay = certify([-x, -y], DISC, shift, start=[0, 0])
    witness = decay.obligations["equivariance"].witness
    assert witness is not None
    assert witness["value"] == "-1"
    assert decay.conclusion is nm.Conclusion.REFUTED


def test_12_the_normaliser_gives_the_exponents_and_they_need_not_be_zero() -> None:
    """[d/dx, f] = -d/dx: the exponent is the eigenvalue -1 of B; with f = (y, 0) B is nilpotent and both are 0."""
    notes = certify([-x, -y], DISC, nm.LieAction([x, y], [[1, 0]]), start=[0, 0]).obligations["equivariance"].notes
    assert any(note.endswith(": -1.00000000000000") for note in notes)
    shear = certify([y, 0], DISC, nm.LieAction([x, y], [[1, 0], [0, 1]]), start=[0, 0])
    assert shear.obligations["equivariance"].notes[-1].endswith(": 0, 0")


def test_12_a_field_that_does_not_see_the_translation_commutes_with_it() -> None:
    still = certify([0, -y], DISC, nm.LieAction([x, y], [[1, 0]]), start=[0, 0])
    assert verdict(still, "equivariance") is Verdict.PROVED
    is_certified(still, 1)
