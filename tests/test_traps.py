"""The traps of the theory: each plausible wrong claim is not made, and its healthy sibling is certified.

Numbers are those of the theory's list of traps.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp

import neutralmodes as nm
import neutralmodes_systems.complex_lorenz
import neutralmodes_systems.jacobi
from neutralmodes.certificate import canonical, digest
from neutralmodes.obligations.conserved import conserved_counts
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.rank import rank
from neutralmodes.theorem import EVERYWHERE
from neutralmodes.verdict import Verdict
from neutralmodes_check.checker import check
from neutralmodes_check.refusal import NotDerived
from neutralmodes_check.words import theorem

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


def test_04_the_flat_face_is_kept_where_the_flow_points_inwards() -> None:
    """z' = z (1 - r^2) on r = 2: the same flat face, whose derivative vanishes on it too, by comparison."""
    flat = nm.Region([r2 - sp.Rational(1, 4), (4 - r2) ** 3])
    is_certified(certify([x * (1 - r2), y * (1 - r2)], flat, start=[1, 0]), 1)


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


def rank_on_the_ball(*more: Any) -> nm.Obligation:
    """The rank of complex Lorenz's rotation on its ball of radius 40, or on the part where ``more`` holds."""
    given = neutralmodes_systems.complex_lorenz.system
    state = sp.symbols(given.dynamics.variables, real=True)
    ball = nm.Region.ball(state, 40, [0, 0, 0, 0, 38])
    region = ball & nm.Region([f(*state) for f in more]) if more else ball
    still = nm.System("ball", nm.VectorField(state, [0] * 5), given.action, region, start=[9, 1, 9, 0, 27])
    return rank(Ground(still), budget_s=4)


def test_13_a_million_points_off_the_axis_do_not_make_the_rank_uniform() -> None:
    points = np.random.default_rng(0).uniform(-20, 20, (1_000_000, 4))
    assert np.min(np.sum(points**2, axis=1)) > 0, "e_1 is positive wherever one looks"
    found = rank_on_the_ball()
    assert found.proof is not None
    assert (found.proof["generic"], found.proof["uniform"]) == (1, 0)
    assert any("rank 0 at the point" in note for note in found.notes)


def test_13_off_a_tube_about_the_axis_the_rank_is_uniform() -> None:
    found = rank_on_the_ball(lambda a, b, c, d, z: a**2 + b**2 + c**2 + d**2 - 1)
    assert found.proof is not None
    assert found.proof["uniform"] == 1


def may_leonard(alpha: str, beta: str, region: nm.Region) -> nm.Certificate:
    """z' = z (1 - |z|^2 - a u - b v)/2 beside u, v, so that |z|^2, u, v compete as in May and Leonard."""
    action = nm.LieAction([x, y, u, v], [[-y, x, 0, 0]])
    a, b = sp.Rational(alpha), sp.Rational(beta)
    grow = (1 - r2 - a * u - b * v) / 2
    rule = [x * grow, y * grow, u * (1 - u - a * v - b * r2), v * (1 - v - a * r2 - b * u)]
    return certify(rule, region, action, start=[1, 0, "1/2", "1/4"])


SIMPLEX = nm.Region([u, v, 4 - r2 - u - v])


def test_14_an_attracting_heteroclinic_cycle_gives_an_upper_exponent_with_a_scope_and_no_more() -> None:
    cycle = may_leonard("1/2", "2", SIMPLEX)
    assert verdict(cycle, "invariance") is Verdict.PROVED
    assert verdict(cycle, "recurrence") is Verdict.UNDECIDED
    assert cycle.conclusion is nm.Conclusion.CONDITIONAL
    assert {(s.theorem, s.where == EVERYWHERE) for s in cycle.statements if s.counts == "group"} == {
        ("W", False),
        ("R", False),
    }
    assert "upper Lyapunov exponent" in " ".join(theorem(check(canonical(cycle.to_dict()).encode())))


def test_14_the_exponent_of_the_cycle_has_no_limit() -> None:
    """log |z(t)| / t in logarithmic coordinates: it returns to 0 and falls below -1/10, cycle after cycle."""

    def slopes(t: float, logs: np.ndarray) -> np.ndarray:
        p = np.exp(np.minimum(logs, 2.0))  # a step of trial may overshoot
        return 1 - p - 0.5 * np.roll(p, -1) - 2.0 * np.roll(p, -2)

    solved = solve_ivp(slopes, (0, 4_000), np.log([1.0, 0.5, 0.25]), method="RK45", rtol=1e-6, max_step=2.0)
    late = solved.t > 400
    mean = solved.y[0][late] / (2 * solved.t[late])
    assert np.max(mean) > -1e-3
    assert np.min(mean) < -0.1


def test_14_weak_competition_keeps_off_sigma_and_is_certified() -> None:
    """a = b = 1/8: |z|^2 = 1/4 is entered upwards where u + v <= 15/4; with the cycle's a, b it is left."""
    kept = SIMPLEX & nm.Region([r2 - sp.Rational(1, 4)])
    is_certified(may_leonard("1/8", "1/8", kept), 1)
    assert verdict(may_leonard("1/2", "2", kept), "invariance") is Verdict.REFUTED


def test_15_the_least_singular_value_is_bounded_only_where_the_rank_is_known_from_above() -> None:
    """Singular values 1, 1, 1 and q = 1: e_1/e_0 = 3 is no bound of sigma_1^2 = 1, so no constants below r."""
    values = np.linalg.svd(np.eye(3), compute_uv=False) ** 2
    assert np.sum(values) > values[0]
    a, b = sp.symbols("a1:4", real=True), sp.symbols("b1:4", real=True)
    still = nm.VectorField([*a, *b], [0] * 6)
    first = sum(s**2 for s in a)
    size = first + sum(s**2 for s in b)
    region = nm.Region([4 - size, first - 1])
    system = nm.System("parallel", still, (2 * nm.groups.so(3)).on([*a, *b]), region, start=[1, 0, 0, 0, 1, 0])
    found = nm.certify(system, evidence=False, budget=4)
    rank = found.obligations["rank"].proof
    assert rank is not None
    assert (rank["generic"], rank["uniform"], rank["constants"]) == (3, 2, None)
    forged = copy.deepcopy(found.to_dict())
    bound = {"c2": "1/8", "C2": "16", "positivity": rank["lower"]["positivity"]}
    forged["obligations"]["rank"]["proof"]["constants"] = bound
    forged["digest"] = digest({k: forged[k] for k in ("schema", "statement", "obligations", "conclusion")})
    with pytest.raises(NotDerived, match="not uniform"):
        check(canonical(forged).encode())


def test_15_constants_of_a_uniform_rank_bound_the_singular_values() -> None:
    """Two circles of different size: c^2 and C^2 against singular values at points of the region."""
    action = nm.groups.torus([[1, 0], [0, 1]]).on([x, y, u, v])
    region = nm.Region.annulus([x, y], "1/2", 2) & nm.Region.annulus([u, v], 1, 3)
    found = certify([0, 0, 0, 0], region, action, start=[1, 0, 2, 0]).obligations["rank"].proof
    assert found is not None
    least, most = (float(sp.Rational(found["constants"][key])) for key in ("c2", "C2"))
    for r, s in ((0.5, 1.0), (2.0, 3.0), (0.5, 3.0), (2.0, 1.0)):
        squares = np.linalg.svd(np.array([[0, r, 0, 0], [0, 0, 0, s]]), compute_uv=False) ** 2
        assert least <= np.min(squares)
        assert np.max(squares) <= most


def test_16_a_residual_that_vanishes_on_the_attractor_only_is_refuted() -> None:
    attractor_only = certify([(1 - r2) * x, 2 * (1 - r2) * y], start=[1, 0])
    assert verdict(attractor_only, "equivariance") is Verdict.REFUTED


def test_16_the_sibling_whose_residual_vanishes_everywhere_is_certified() -> None:
    is_certified(certify([(1 - r2) * x, (1 - r2) * y], start=[1, 0]), 1)


def at_rest(dimension: int) -> dict[str, Any]:
    """The counts of three bodies that are released at rest, where the angular momentum is zero."""
    system = neutralmodes_systems.jacobi.three_body("at rest", dimension, [[0] * dimension, [0] * dimension], "")
    found = conserved_counts(Ground(system))
    assert found is not None
    return found


def test_17_pairings_at_zero_angular_momentum_do_not_make_eight_zeros() -> None:
    """{L_i, L_j} = L_k vanishes at rest; its generic rank 2 counts: 4 + 4 - 2 = 6, not 8."""
    found = at_rest(3)
    assert (found["commuting"], found["independent"], found["mixed"]) == (4, 4, 2)


def test_17_in_the_plane_nothing_is_paired() -> None:
    found = at_rest(2)
    assert (found["commuting"], found["independent"], found["mixed"]) == (2, 2, 0)


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
