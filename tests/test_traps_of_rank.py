"""Traps 13 to 23 of the theory, of ranks, measures and declarations: no wrong claim, and siblings that are certified.

The siblings are the mutants: one change of the system, or of the certificate, turns the verdict.
"""

from __future__ import annotations

import copy
import importlib.util
from pathlib import Path
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

_SPEC = importlib.util.spec_from_file_location("trap_systems", Path(__file__).with_name("trap_systems.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
traps = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(traps)
ANNULUS, DISC, HOPF, certify, verdict = traps.ANNULUS, traps.DISC, traps.HOPF, traps.certify, traps.verdict
is_certified, claims_nothing = traps.is_certified, traps.claims_nothing
x, y, u, v, w, r2 = traps.x, traps.y, traps.u, traps.v, traps.w, traps.r2


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


BOX = nm.Region([u, v, 2 - u, 2 - v, 2 - r2])


def test_14_an_attracting_heteroclinic_cycle_gives_an_upper_exponent_with_a_scope_and_no_more() -> None:
    cycle = may_leonard("1/2", "2", BOX)
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
    """a = b = 1/8: |z|^2 = 1/4 is entered upwards where u + v <= 4; with the cycle's a, b it is left."""
    kept = BOX & nm.Region([r2 - sp.Rational(1, 4)])
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


def test_18_at_rest_the_point_is_kept_and_has_its_zero() -> None:
    is_certified(certify([0], nm.Region([-(x**2)]), nm.LieAction([x], [[1]]), start=[0]), 1)


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


def test_20_a_generator_of_another_circle_does_count() -> None:
    action = nm.LieAction([x, y, u, v], [[-y, x, 0, 0], [0, 0, -v, u]])
    s2 = u**2 + v**2
    rule = [x * (1 - r2), y * (1 - r2), u * (1 - s2), v * (1 - s2)]
    is_certified(certify(rule, ANNULUS & nm.Region.annulus([u, v], "1/2", 2), action, start=[1, 0, 1, 0]), 2)


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
