"""Edges of the checker's rules: what holds with equality, and the nearest claim that does not."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from neutralmodes_check import NotDerived, Unreadable, check
from neutralmodes_check.asymptotics import check_recurrence, check_transversality
from neutralmodes_check.compactness import check_compactness
from neutralmodes_check.conclusion import MEASURES, OFF_SIGMA, OFF_SIGMA_FLOW
from neutralmodes_check.invariance import check_invariance
from neutralmodes_check.moving import flow_moves
from neutralmodes_check.positivity import check_positivity
from neutralmodes_check.rank import Ranks, check_rank

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the builders of certificates live in the neighbours
from test_check_rules import TURN, S, positive, radial, system
from test_checker import encode, forged, hopf, put, sealed

sys.path.pop(0)

XY = ["x", "y"]
X, Y = [["1", [1, 0]]], [["1", [0, 1]]]
ONE, RADIUS = [["1", [0, 0]]], [["1", [2, 0]], ["1", [0, 2]]]
X_SQUARED, Y_SQUARED = ["1", [["1", [1, 0]]]], ["1", [["1", [0, 1]]]]
DISC = {"inequalities": [["+", "1", ["*", "-1", S]]]}
V = ["x", "y", "v_0", "v_1"]
ACROSS = ["1", [["1", [1, 0, 0, 1]], ["-1", [0, 1, 1, 0]]]]  # (x v_1 - y v_0)^2
RADIAL = ["1", [["1", [1, 0, 1, 0]], ["1", [0, 1, 0, 1]]]]  # (x v_0 + y v_1)^2
GRADIENT = [[["1", [1, 0]]], [["1", [0, 1]]]]


def ranked(lower: Any, uniform: int = 1, **more: Any) -> dict[str, Any]:
    base = {"rule": "rank", "generic": 1, "at": ["1", "0"], "upper": {"rule": "columns"}, "uniform": uniform}
    return base | {"lower": lower, "singular": None, "constants": None} | more


def complement(mu: str, weights: list[str], squares: list[Any], products: Any = ()) -> dict[str, Any]:
    proof = positive(V, "0", [([], squares), *products])
    return {"rule": "complement", "columns": [GRADIENT], "weights": weights, "mu": mu, "positivity": proof}


def test_a_matrix_certificate_needs_mu_and_weights_above_zero() -> None:
    """On the whole plane mu = 0 holds as an identity, and proves nothing; with weight 0 so does M alone."""
    with pytest.raises(NotDerived, match="mu must be positive"):
        check_rank(system(), ranked(complement("0", ["1"], [ACROSS, RADIAL])))
    with pytest.raises(NotDerived, match="weights must be positive"):
        check_rank(system(), ranked(complement("1", ["0"], [RADIAL])))
    away = system(region={"inequalities": [["+", S, "-1"]]})
    squares = [["1", [["1", [0, 0, 0, 1]]]], ["1", [["1", [0, 0, 1, 0]]]]]
    proof = complement("1", ["1"], squares) | {"positivity": positive(V, "0", [([0], squares)])}
    assert check_rank(away, ranked(proof)).uniform == 1


def test_a_strict_claim_needs_a_margin_and_a_weak_one_does_not() -> None:
    lower = {"rule": "minors", "positivity": positive(XY, "0", [([], [Y_SQUARED, X_SQUARED])])}
    with pytest.raises(NotDerived, match="margin 0"):
        check_rank(system(), ranked(lower))
    bounded = {
        "rule": "bounded",
        "bound": "1",
        "point": ["1", "0"],
        "positivity": positive(XY, "0", [([0], [["1", ONE]])]),
    }
    check_compactness(system(region=DISC), bounded)  # a point on the boundary lies in N
    with pytest.raises(NotDerived, match="outside"):
        check_compactness(system(region=DISC), bounded | {"point": ["1000001/1000000", "0"]})


def test_no_lower_bound_for_rank_zero_and_no_constants_below_the_generic_rank() -> None:
    assert check_rank(system(), ranked(None, 0)).uniform == 0
    with pytest.raises(NotDerived, match="no lower bound to prove"):
        check_rank(system(), ranked({"rule": "minors", "positivity": positive(XY, "1")}, 0))
    constants = {"c2": "1", "C2": "1", "positivity": positive(XY, "0", [([0], [["1", ONE]])])}
    with pytest.raises(NotDerived, match="not uniform"):
        check_rank(system(region=DISC), ranked(None, 0, constants=constants))


def test_c2_may_equal_what_the_lower_bound_gives() -> None:
    region = {"inequalities": [["+", S, "-1/4"], ["+", "4", ["*", "-1", S]]]}
    lower = {"rule": "minors", "positivity": positive(XY, "1/4", [([0], [["1", ONE]])])}
    above = {"C2": "4", "positivity": positive(XY, "0", [([1], [["1", ONE]])])}
    found = check_rank(system(region=region), ranked(lower, constants={"c2": "1/4", **above}))
    assert found.bounds is not None
    with pytest.raises(NotDerived, match="c2"):
        check_rank(system(region=region), ranked(lower, constants={"c2": "250001/1000000", **above}))


def decays(factor: str, margin: str) -> dict[str, Any]:
    cofactor = [] if factor == "0" else [[factor, [0, 0]]]
    proof = {"factor": RADIUS, "cofactor": cofactor, "positivity": positive(XY, margin)}
    return {"rule": "darboux", "of": "rank", "factors": [proof], "combination": [ONE]}


def test_decay_under_a_map_needs_the_square_of_the_cofactor_below_one() -> None:
    ranks = Ranks(1, 0, (), None)
    half = system(kind="map", rule=[["*", "-1/2", "x"], ["*", "-1/2", "y"]])
    check_recurrence(half, decays("1/4", "15/16"), True, ranks)
    for rule, cofactor, margin in ((TURN, "1", "0"), ([["*", "2", "x"], ["*", "2", "y"]], "4", "-15")):
        with pytest.raises(NotDerived, match="margin"):
            check_recurrence(system(kind="map", rule=rule), decays(cofactor, margin), True, ranks)
    with pytest.raises(NotDerived, match="margin"):
        check_recurrence(system(rule=TURN), decays("0", "0"), True, ranks)


def test_a_rule_serves_its_own_verdict_only() -> None:
    ranks = Ranks(1, 1, (), None)
    check_recurrence(system(), {"rule": "uniform"}, False, ranks)
    with pytest.raises(NotDerived):
        check_recurrence(system(), {"rule": "uniform"}, True, ranks)
    half = system(rule=[["*", "-1", "x"], ["*", "-1", "y"]])
    with pytest.raises(NotDerived):
        check_recurrence(half, decays("-2", "2"), False, Ranks(1, 0, (), None))
    with pytest.raises(NotDerived, match="below the generic"):
        check_recurrence(system(), {"rule": "uniform"}, False, Ranks(1, 0, (), None))
    for kind, inputs in (("map", {}), ("flow", {"u": ["0", "1"]})):
        with pytest.raises(NotDerived, match="only for flows"):
            check_transversality(system(kind=kind, inputs=inputs), {"rule": "point", "at": ["1", "0"]}, True, ranks)


def test_the_flow_counts_generically_where_it_clearly_leaves_the_group_directions() -> None:
    """At (1, 0) e_2 of [xi f] is the square of the radial speed: exact for polynomials, above 1/1024 for others."""
    ranks = Ranks(1, 0, (Fraction(1), Fraction(0)), None)
    assert flow_moves(radial("1"), ranks)
    assert not flow_moves(system(), ranks)
    assert flow_moves(radial("1/1000"), ranks)
    for moving in (["exp", "y"], ["^", ["+", "1", S], -1], ["+", "1/31", ["sin", "y"]]):
        assert flow_moves(radial(moving), ranks)
    for still in (["sin", "y"], ["+", "1/33", ["sin", "y"]], ["*", "100", ["exp", "y"]], ["tan", "x"], ["log", "y"]):
        assert not flow_moves(radial(still), ranks)


def test_a_weak_face_may_use_no_inequality_of_the_region() -> None:
    """x' = -x on x >= 0, 1 - s >= 0: L_f x = -1 x + 0 is kept; x' = 1 - s >= 0 there by the region alone is refused."""
    region = {"inequalities": ["x", ["+", "1", ["*", "-1", S]]]}
    inward = [["*", "-1", "x"], ["*", "-1", "y"]]
    outer = positive(XY, "2", [], [(0, [["-2", [0, 0]]])])
    keep = positive(XY, "0", [], [(0, [["-1", [0, 0]]])])
    faces = [{"of": 0, "positivity": keep}, {"of": 1, "positivity": outer}]
    check_invariance(system(rule=inward, region=region), {"rule": "faces", "faces": faces, "constraints": []})
    borrowed = positive(XY, "0", [([1], [["1", ONE]])])
    bad = [{"of": 0, "positivity": borrowed}, faces[1]]
    with pytest.raises(NotDerived, match="not entered strictly"):
        check_invariance(system(rule=[["+", "1", ["*", "-1", S]], "0"], region=region),
                         {"rule": "faces", "faces": bad, "constraints": []})  # fmt: skip


def test_a_kernel_is_defined_where_its_range_shows_it() -> None:
    """1 + s = t^2 with t = sqrt(1 + s), which the statement does not hold; sqrt(-1 - s) is not defined."""
    case = system()
    squared = positive(["x", "y", "t_0"], "0", [([], [["1", [["1", [0, 0, 1]]]]])])
    above, below = ["+", "1", S], ["+", "-1", ["*", "-1", S]]
    check_positivity(case, squared | {"kernels": [["sqrt", above]]}, case.convert(above), strict=False)
    with pytest.raises(NotDerived, match="known to be defined"):
        check_positivity(case, squared | {"kernels": [["sqrt", below]]}, case.convert(below), strict=False)
    value = ["tanh", ["^", below, -1]]  # a denominator may be negative
    proof = positive(["x", "y", "t_0"], "0", [([0], [["1", [["1", [0, 0, 0]]]]])]) | {"kernels": [value]}
    check_positivity(case, proof, case.number(1) - case.convert(value), strict=False)


def test_a_weak_face_may_use_the_range_of_an_input() -> None:
    """x' = u - x with 0 <= u: L_f x = -x + u, and u >= 0 is the first inequality that is not the region's."""
    region = {"inequalities": ["x"]}
    driven = system(rule=[["+", "u", ["*", "-1", "x"]], "0"], region=region, inputs={"u": ["0", "1"]})
    one, minus = [["1", [0, 0, 0]]], [["-1", [0, 0, 0]]]
    keep = positive(["x", "y", "u"], "0", [([1], [["1", one]])], [(0, minus)])
    check_invariance(driven, {"rule": "faces", "faces": [{"of": 0, "positivity": keep}], "constraints": []})


def test_cofactors_of_a_constraint_are_exact() -> None:
    """x' = -x keeps x = 0 with the cofactor -1; so does the generator x d/dx with the cofactor 1."""
    line = system(rule=[["*", "-1", "x"], "0"], generators=[["x", "0"]], constraints=["x"])
    one, minus = [["1", [0, 0]]], [["-1", [0, 0]]]

    def kept(constraint: Any, tangent: Any) -> None:
        proof = {"rule": "faces", "faces": [], "constraints": [[constraint]], "tangent": [[tangent]]}
        check_invariance(line, proof)

    kept(minus, one)
    for constraint, tangent in (([["-2", [0, 0]]], one), ([], one), (minus, [["2", [0, 0]]]), (minus, minus)):
        with pytest.raises(NotDerived, match="constraint"):
            kept(constraint, tangent)


def test_a_constraint_of_a_map_must_not_divide() -> None:
    pole = system(kind="map", rule=["x", "y"], constraints=[["^", "x", -1], "y"])
    with pytest.raises(NotDerived, match="division"):
        check_invariance(pole, {"rule": "images", "images": [], "constraints": [], "tangent": []})


def test_an_open_domain_serves_where_the_rest_is_assumed() -> None:
    def opened(data: Any) -> None:
        data["statement"]["region"] = {"inequalities": []}
        data["obligations"]["domain"]["proof"] = {"rule": "open"}
        for name in ("compactness", "invariance"):
            data["obligations"][name] |= {"verdict": "ASSUMED", "proof": None}
        data["obligations"]["rank"]["proof"] |= {"uniform": 0, "lower": None, "singular": [Y, X]}
        data["obligations"]["recurrence"] |= {"verdict": "UNDECIDED", "proof": None}
        scopes = [("W", OFF_SIGMA, 1, "group"), ("R", MEASURES, 1, "group"), ("W", OFF_SIGMA_FLOW, 2, "group+flow")]
        data["conclusion"] = {
            "verdict": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 2,
            "assumptions": ["compactness", "invariance"],
            "statements": [{"count": c, "theorem": t, "counts": k, "where": w} for t, w, c, k in scopes],
        }  # fmt: skip

    assert check(forged(hopf, opened)).conclusion["verdict"] == "CONDITIONAL"


def test_a_map_or_an_input_leaves_no_flow_direction() -> None:
    ranks = Ranks(1, 0, (Fraction(1), Fraction(0)), None)
    assert not flow_moves(radial("1", kind="map"), ranks)
    assert not flow_moves(radial("u", inputs={"u": ["1", "2"]}), ranks)


@pytest.mark.parametrize("name", ["compactness", "invariance", "domain", "equivariance", "integrals"])
def test_a_refutation_without_a_proof_is_refused_only_where_the_claim_is_an_identity(name: str) -> None:
    def refuted(data: Any) -> None:
        if name == "integrals":
            data["statement"]["integrals"] = [S]
            data["obligations"]["integrals"] = data["obligations"]["domain"]
            data["statement"]["rule"] = TURN
        data["obligations"][name] = {**data["obligations"][name], "verdict": "REFUTED", "proof": None}
        data["conclusion"] = {"verdict": "REFUTED", "zero_exponents": 0, "zero_exponents_if": 0, "assumptions": [],
                              "statements": []}  # fmt: skip
        for other in ("invariance", "transversality"):
            if name == "integrals":
                data["obligations"][other] = {**data["obligations"][other], "verdict": "UNDECIDED", "proof": None}

    if name in ("equivariance", "integrals"):
        with pytest.raises(NotDerived, match="holds identically"):
            check(forged(hopf, refuted))
    else:
        report = check(forged(hopf, refuted))
        assert report.outcomes[name] == "claimed, not re-derived"
        assert report.outcomes["transversality"] == "re-derived"


def test_outcomes_say_what_was_re_derived() -> None:
    outcomes = check(encode(sealed(hopf()))).outcomes
    assert set(outcomes.values()) == {"re-derived"}

    def opened(data: Any) -> None:
        for name in ("closure", "recurrence"):
            data["obligations"][name] |= {"verdict": "UNDECIDED", "proof": None}

    outcomes = check(forged(hopf, opened)).outcomes
    assert (outcomes["closure"], outcomes["recurrence"], outcomes["rank"]) == ("left open", "left open", "re-derived")


@pytest.mark.parametrize("name", ["x y", "", "1x", "x-"])
def test_names_are_identifiers(name: str) -> None:
    with pytest.raises(Unreadable, match="identifier"):
        check(forged(hopf, put("statement", "parameters", {name: "1"})))


@pytest.mark.parametrize("key", ["inputs", "parameters", "activations"])
def test_named_things_are_objects(key: str) -> None:
    with pytest.raises(Unreadable, match=f"{key} must be an object"):
        check(forged(hopf, put("statement", key, [])))


@pytest.mark.parametrize("count", [0, 501])
def test_a_statement_has_generators_and_not_too_many(count: int) -> None:
    with pytest.raises(Unreadable, match="from 1 to 500 generators"):
        check(forged(hopf, put("statement", "generators", [TURN] * count)))


def test_a_statement_has_variables() -> None:
    def emptied(data: Any) -> None:
        data["statement"] |= {"variables": [], "rule": [], "generators": [[]], "start": []}
        data["statement"]["region"] = {"inequalities": []}

    with pytest.raises(Unreadable, match="needs a variable"):
        check(forged(hopf, emptied))


def test_c_squared_must_be_positive_even_on_an_empty_region() -> None:
    """N = {-1 >= 0}: C2 = 0 holds there, and c2 would be a margin over zero."""
    nowhere = system(region={"inequalities": ["-1"]}, generators=[["1", "0"], ["0", "1"]])
    constants = {"c2": "1", "C2": "0", "positivity": positive(XY, "0", [([0], [["2", ONE]])])}
    lower = {"rule": "minors", "positivity": positive(XY, "1")}
    with pytest.raises(NotDerived, match="C2 must be positive"):
        check_rank(nowhere, ranked(lower, 2, generic=2, constants=constants))
