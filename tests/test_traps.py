"""The traps of the theory: each plausible wrong claim is not made, and its healthy sibling is certified.

Numbers are those of the theory's list of traps.
"""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.theorem import EVERYWHERE
from neutralmodes.verdict import Verdict

x, y, u, v, w = sp.symbols("x y u v w", real=True)
r2 = x**2 + y**2
ROTATION = nm.groups.so(2).on([x, y])
ANNULUS = nm.Region.annulus([x, y], "1/2", 2)
DISC = nm.Region.ball([x, y], 1)
HOPF = [x * (1 - r2) - y, y * (1 - r2) + x]


def certify(
    rule: list[Any],
    region: nm.Region | None = ANNULUS,
    action: nm.LieAction = ROTATION,
    kind: type[nm.VectorField] | type[nm.Map] = nm.VectorField,
    options: dict[str, Any] | None = None,
    **more: Any,
) -> nm.Certificate:
    """Certify without numbers; ``options`` are the rule's, ``more`` the system's."""
    field = kind(list(action.variables), rule, **(options or {}))
    return nm.certify(nm.System("trap", field, action, region, **more), evidence=False, budget=4)


def verdict(certificate: nm.Certificate, obligation: str) -> Verdict:
    return certificate.obligations[obligation].verdict


def is_certified(certificate: nm.Certificate, count: int) -> None:
    assert certificate.conclusion is nm.Conclusion.CERTIFIED, str(certificate)
    assert certificate.zero_exponents == count


def claims_nothing(certificate: nm.Certificate) -> None:
    assert certificate.zero_exponents == 0
    assert certificate.conclusion in (nm.Conclusion.REFUTED, nm.Conclusion.UNDECIDED), str(certificate)


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


def test_04_a_flat_face_does_not_hide_that_everything_leaves() -> None:
    flat = certify([x, y], nm.Region([r2 - sp.Rational(1, 4), (4 - r2) ** 3]), start=[1, 0])
    assert verdict(flat, "invariance") in (Verdict.UNDECIDED, Verdict.REFUTED)
    claims_nothing(flat)


def test_04_the_honest_face_shows_where_the_flow_leaves() -> None:
    honest = certify([x, y], start=[1, 0])
    assert verdict(honest, "invariance") is Verdict.REFUTED
    assert honest.conclusion is nm.Conclusion.REFUTED


def test_05_an_inward_flow_on_an_unbounded_region_proves_nothing() -> None:
    outside = certify([x, y], nm.Region([r2 - 1]), start=[2, 0])
    assert verdict(outside, "invariance") is Verdict.PROVED
    assert verdict(outside, "compactness") is Verdict.REFUTED
    claims_nothing(outside)


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


def test_16_a_residual_that_vanishes_on_the_attractor_only_is_refuted() -> None:
    attractor_only = certify([(1 - r2) * x, 2 * (1 - r2) * y], start=[1, 0])
    assert verdict(attractor_only, "equivariance") is Verdict.REFUTED


def test_18_a_region_without_interior_does_not_certify_a_flow_that_leaves_it() -> None:
    shift = nm.LieAction([x], [[1]])
    point = certify([1], nm.Region([-(x**2)]), shift, start=[0])
    assert verdict(point, "equivariance") is Verdict.PROVED
    assert verdict(point, "rank") is Verdict.PROVED
    assert verdict(point, "invariance") is not Verdict.PROVED
    claims_nothing(point)


def ring(cubic: bool) -> nm.Certificate:
    """Four units on a ring, with the rotation of their first Fourier mode as generator and the shift as element."""
    units = sp.symbols("h0:4", real=True)
    rule = [-h - int(cubic) * h**3 + (units[i - 1] + units[(i + 1) % 4]) / 4 for i, h in enumerate(units)]
    c, s = sp.Matrix([1, 0, -1, 0]), sp.Matrix([0, 1, 0, -1])
    turn = (s * c.T - c * s.T) / 2
    shift = dict(zip(units, (*units[1:], units[0]), strict=True))
    return certify(rule, None, nm.LieAction(units, [turn]), discrete=[shift])


def test_19_a_ring_of_units_has_its_shifts_only() -> None:
    witness = ring(cubic=True).obligations["equivariance"].witness
    assert witness is not None
    assert witness["of"] == "generator 0"


def test_19_the_linear_ring_has_the_circle_too() -> None:
    assert verdict(ring(cubic=False), "equivariance") is Verdict.PROVED


@pytest.mark.parametrize("second", [[-3 * y, 3 * x], [0, 0]], ids=["dependent", "zero"])
def test_20_more_generators_of_the_same_kind_do_not_inflate_the_count(second: list[Any]) -> None:
    padded = certify(HOPF, action=nm.LieAction([x, y], [[-y, x], second]))
    assert verdict(padded, "closure") is Verdict.REFUTED
    assert padded.zero_exponents == 0
    assert padded.conclusion is nm.Conclusion.REFUTED
    assert padded.zero_exponents_if <= 1


def test_21_an_angle_is_compact_by_declaration_only() -> None:
    shift = nm.LieAction([x, y], [[1, 0]])
    rule = [1 + y, y - y**3 + sp.Rational(1, 10)]
    region = nm.Region([4 - y**2])
    is_certified(certify(rule, region, shift, options={"angles": [x]}, start=[0, 0]), 1)
    line = certify(rule, region, shift, start=[0, 0])
    assert verdict(line, "compactness") is Verdict.REFUTED
    claims_nothing(line)


def test_22_a_float_roundoff_is_refuted_exactly_and_explained() -> None:
    rule = [x * (1 - r2) - 0.3 * y, y * (1 - r2) + (0.1 + 0.2) * x]
    certificate = certify(rule, start=[1, "1/4"])
    obligation = certificate.obligations["equivariance"]
    assert obligation.verdict is Verdict.REFUTED
    assert any("roundoff" in note and "decimal" in note for note in obligation.notes)
    assert certificate.conclusion is nm.Conclusion.REFUTED


def test_22_a_float_that_breaks_the_symmetry_also_as_a_decimal_is_not_excused() -> None:
    obligation = certify([x * (1 - r2) - 0.3 * y, y * (1 - r2) + 0.31 * x]).obligations["equivariance"]
    assert obligation.verdict is Verdict.REFUTED
    assert not any("roundoff" in note for note in obligation.notes)


def test_22_the_same_float_twice_is_exact() -> None:
    is_certified(certify([x * (1 - r2) - 0.3 * y, y * (1 - r2) + 0.3 * x]), 1)


def test_23_a_reversor_is_not_a_symmetry() -> None:
    action = nm.LieAction([x, y, u, v], [[-y, x, 0, 0]])
    rule = [x * (1 - r2), y * (1 - r2), v, -u - u**3]
    assert verdict(certify(rule, None, action, discrete=[{v: -v}]), "equivariance") is Verdict.REFUTED
    assert verdict(certify(rule, None, action, discrete=[{u: -u, v: -v}]), "equivariance") is Verdict.PROVED
