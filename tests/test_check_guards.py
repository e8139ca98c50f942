"""Guards of the checker, one by one: the nearest wrong claim behind each, which nothing else would stop."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from neutralmodes_check import NotDerived, Unreadable, check, strata
from neutralmodes_check.asymptotics import check_recurrence, check_transversality
from neutralmodes_check.compactness import check_compactness
from neutralmodes_check.domain import check_domain
from neutralmodes_check.enclosures import ONE as ONE_UNIT
from neutralmodes_check.equilibria import check_equilibrium
from neutralmodes_check.integrals import check_integrals
from neutralmodes_check.moving import flow_moves
from neutralmodes_check.rank import Ranks, check_rank
from neutralmodes_check.refutation import is_refuted
from neutralmodes_check.robustness import _left_of, _Phase, check_robustness
from neutralmodes_check.scope import check_scope
from neutralmodes_check.strata import check_components

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the builders of certificates live in the neighbours
from test_check_bounds import COS, PLAIN, SIN, cylinder, lifetime, tilted, turning
from test_check_bounds import proof as bounds_proof
from test_check_edges import DISC, ONE, RADIUS, XY, ranked
from test_check_rules import S, positive, radial, system
from test_checker import forged, hopf, hopf_on_relative_equilibria, proved

sys.path.pop(0)

F = Fraction
LEAST = F(1, ONE_UNIT)  # the smallest positive end of an interval
LINE: dict[str, Any] = {"variables": ["x"], "rule": ["x"], "generators": [["x"]]}


@pytest.mark.parametrize(("speed", "refuted"), [("0", False), (str(LEAST), True), (str(-LEAST), True)])
def test_an_integral_is_refuted_by_any_speed_but_none(speed: str, refuted: bool) -> None:
    moving = system(**LINE | {"rule": [speed]}, integrals=["x"])
    assert is_refuted(moving, "integrals", {"point": {"x": "1/3"}}) is refuted
    assert is_refuted(moving, "equivariance", {"point": {"x": "0"}}) is refuted


def in_powers_of_g(*coefficients: str) -> dict[str, Any]:
    """A polynomial in the region's first inequality with these coefficients, the constant first."""
    products = [([0] * k, [[c, ONE]]) for k, c in enumerate(coefficients[1:], start=1)]
    return positive(XY, coefficients[0], products)


def test_constants_need_minors_of_polynomial_generators() -> None:
    """|xi|^2 = s/(1 + s)^2; proofs about quotients hold up to a factor, so their margins bound nothing."""
    inverse = ["^", ["+", "1", S], -1]
    ring = {"inequalities": [["+", S, "-1/2"], ["+", "1", ["*", "-1", S]]]}
    spun = system(generators=[[["*", "-1", "y", inverse], ["*", "x", inverse]]], region=ring)
    lower = {"rule": "minors", "positivity": in_powers_of_g("9/8", "15/4", "7/2", "1")}  # s (1 + s)^2
    assert check_rank(spun, ranked(lower)).uniform == 1
    above = in_powers_of_g("153/8", "201/4", "101/2", "23", "4")  # (4 (1 + s)^2 - s) (1 + s)^2
    with pytest.raises(NotDerived, match="constants need polynomial generators"):
        check_rank(spun, ranked(lower, constants={"c2": "9/8", "C2": "4", "positivity": above}))


def test_a_point_is_shown_by_enclosures_only_without_constraints() -> None:
    proof = {
        "rule": "bounded",
        "bound": "1",
        "positivity": positive(XY, "0", [([0], [["1", ONE]])]),
        "point": ["0", "0"],
    }
    disc = ["+", "1", ["*", "-1", S]]
    soft = ["+", ["exp", ["+", "x", "1"]], "-1"]
    for point in (["0", "0"], ["1", "0"]):  # the second on the edge of the disc
        check_compactness(system(region={"inequalities": [disc, soft]}), proof | {"point": point})
    with pytest.raises(NotDerived, match="outside"):
        check_compactness(system(region={"inequalities": [disc, soft]}, constraints=[soft]), proof)


def test_a_decaying_factor_evolves_with_the_stated_cofactor() -> None:
    """x' = -x, y' = -y: s' = -2 s; with the cofactor -1 the positivity holds too, but not the evolution."""
    sinking = system(rule=[["*", "-1", "x"], ["*", "-1", "y"]], region=DISC)

    def proof(rate: str) -> dict[str, Any]:
        factor = {"factor": RADIUS, "cofactor": [[f"-{rate}", [0, 0]]], "positivity": positive(XY, rate)}
        return {"rule": "darboux", "of": "rank", "factors": [factor], "combination": [ONE]}

    check_recurrence(sinking, proof("2"), True, Ranks(1, 0, (), None))
    with pytest.raises(NotDerived, match="does not evolve"):
        check_recurrence(sinking, proof("1"), True, Ranks(1, 0, (), None))


def test_a_refutation_proves_nothing() -> None:
    data = hopf_on_relative_equilibria()
    proof = data["obligations"]["transversality"]["proof"]
    turning = system(rule=data["statement"]["rule"], region=data["statement"]["region"])
    check_transversality(turning, proof, True, Ranks(1, 1, (), None))
    with pytest.raises(NotDerived, match="no such rule"):
        check_transversality(turning, proof, False, Ranks(1, 1, (), None))
    with pytest.raises(NotDerived, match="needs a proved rank"):
        check_transversality(turning, proof, True, None)


@pytest.mark.parametrize("charge", [True, "1", 0, 1001, None])
def test_a_charge_is_a_whole_number(charge: Any) -> None:
    phase = {"u": ["cos", "a"], "v": ["sin", "a"], "charge": charge, "positivity": positive(PLAIN, "1")}
    proof = {"rule": "bounds", "generator": 0, "phase": phase, "exponent": None, "lifetime": {}}
    turning = cylinder()
    with pytest.raises(NotDerived, match="charge"):
        check_robustness(turning, proof)


def test_nothing_is_said_of_a_scope_or_of_the_flow_without_a_rank() -> None:
    scope = {"rule": "scope", "wave": None, "strata": [], "trap": None}
    with pytest.raises(NotDerived, match="no such rule"):
        check_scope(radial("1"), scope, None)

    def without_rank(data: Any) -> None:
        data["obligations"]["rank"] = proved(None, "UNDECIDED")
        data["obligations"]["recurrence"] = proved(None, "UNDECIDED")
        data["obligations"]["transversality"] = proved(None, "UNDECIDED")
        data["conclusion"] |= {"verdict": "UNDECIDED", "zero_exponents": 0, "zero_exponents_if": 0, "statements": []}

    assert check(forged(hopf, without_rank)).conclusion["verdict"] == "UNDECIDED"


def test_a_side_that_is_nowhere_crossed_bounds_no_lifetime() -> None:
    """Two steps on the left: the inner one may be passed, the outer one turns back."""
    stairs = lifetime()
    stairs["directions"] = [["2", "-1"], ["1", "0"], ["2", "1"], ["3", "4"]]
    stairs |= {"speeds": ["3/10", "3/10", "3/10"], "proofs": [turning(1), turning(-1), turning(-1)], "deviation": "2"}
    both = check_robustness(cylinder(), bounds_proof(exponent=None, lifetime=stairs))
    assert both.time == F(stairs["time"])
    spun = system(variables=["a", "y"], angles=["a"], generators=[["2", "0"]], rule=["0", ["*", "-2", "y"]],
                  region={"inequalities": [["+", "1", ["*", "-1", ["^", "y", 2]]]]})  # fmt: skip
    still = positive(PLAIN, "0")
    one = still | {"margin": "1/10"}
    stairs |= {"speeds": ["1/10", "1/10", "0"], "proofs": [one, one, still], "time": "5"}
    with pytest.raises(NotDerived, match="so long a lifetime"):  # the other side is crossed before 5
        check_robustness(spun, bounds_proof(exponent=None, lifetime=stairs))
    stairs["time"] = "4"  # not before 4.6, and on the stopped side never
    assert check_robustness(spun, bounds_proof(exponent=None, lifetime=stairs)).time == 4
    stairs |= {"speeds": ["0", "1/10", "0"], "proofs": [still, one, still], "time": None}
    assert check_robustness(spun, bounds_proof(exponent=None, lifetime=stairs)).time is None


@pytest.mark.parametrize("slot", ["u", "v"])
def test_neither_part_of_a_phase_divides(slot: str) -> None:
    phase = {"u": COS, "v": SIN, "charge": 2, "positivity": positive(PLAIN, "1")}
    whole = ["*", phase[slot], ["+", "1", ["^", "y", 2]], ["^", ["+", "1", ["^", "y", 2]], -1]]
    with pytest.raises(NotDerived, match="free of division"):
        check_robustness(cylinder(), bounds_proof(phase=phase | {slot: whole}))


def test_covering_sigma_is_given_up_after_a_counted_number_of_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    case = system()
    x, y = (case.own[v].num for v in "xy")
    stated = {"factors": [[["1", [0, 1]]], [["1", [1, 0]]]], "pieces": [[[["1", [0, 1]]]], [[["1", [1, 0]]]]]}
    assert len(check_components(case, stated, [x * y])) == 2
    monkeypatch.setattr(strata, "_MAX_STEPS", 1)
    with pytest.raises(NotDerived, match="cover"):
        check_components(case, stated, [x * y])
    monkeypatch.setattr(strata, "_MAX_STEPS", 2)
    assert len(check_components(case, stated, [x * y])) == 2
    half = stated | {"pieces": stated["pieces"][1:]}
    with pytest.raises(NotDerived, match="cover"):
        check_components(case, half, [x * y])


def test_the_point_of_a_trap_may_lie_on_its_edge() -> None:
    """s' = 2 s (1 - s) > 0 where s = 1/4, and e_1 = s: no orbit leaves s >= 1/4."""
    cycle = radial(["+", "1", ["*", "-1", S]], region={"inequalities": [["+", "4", ["*", "-1", S]]]})
    inner = sorted([["-2", [2, 0]], ["-2", [0, 2]], ["3/2", [0, 0]]], key=lambda term: term[1], reverse=True)
    trap = {
        "function": RADIUS, "level": "1/4", "at": ["1/2", "0"], "entered": positive(XY, "3/8", [], [(0, inner)]),
        "rank": positive(XY, "1/4", [([1], [["1", ONE]])]),
    }  # fmt: skip
    scope = {"rule": "scope", "wave": None, "strata": [], "trap": trap}
    check_scope(cycle, scope, Ranks(1, 0, (), None))
    for outside in (["0", "1/3"], ["3", "0"]):
        with pytest.raises(NotDerived, match="does not lie in the trap"):
            check_scope(cycle, scope | {"trap": trap | {"at": outside}}, Ranks(1, 0, (), None))


def test_dependent_columns_bound_no_rank() -> None:
    """d/dx and z d/dy: rank 2, but 1 at z = 0, where (0, 0, 1) and (0, 0, z) are dependent."""
    xyz = ["x", "y", "z"]
    case = system(variables=xyz, rule=["0"] * 3, generators=[["1", "0", "0"], ["0", "z", "0"]])
    unit, multiple = [["1", [0, 0, 0]]], [["1", [0, 0, 1]]]
    upper = {"rule": "annihilator", "columns": [[[], [], unit], [[], [], multiple]]}
    proof = {"rule": "rank", "generic": 1, "at": ["0"] * 3, "uniform": 0, "lower": None, "singular": None}
    with pytest.raises(NotDerived, match="dependent"):
        check_rank(case, proof | {"upper": upper, "constants": None})
    single = {"rule": "annihilator", "columns": [[[], [], unit]]}
    found = check_rank(case, proof | {"upper": single, "constants": None, "generic": 2, "at": ["0", "0", "1"]})
    assert found.generic == 2


@pytest.mark.parametrize(
    "more",
    [
        {"inputs": {"u": ["0", "1"]}},
        {"angles": ["x"]},
        {"constraints": ["y"]},
        {"variables": [f"x{i}" for i in range(17)]},
    ],
)
def test_zeros_at_an_equilibrium_are_counted_in_plain_space_only(more: dict[str, Any]) -> None:
    def stopped(**said: Any) -> Any:
        n = len(said.get("variables", XY))
        return system(rule=["0"] * n, generators=[["1"] + ["0"] * (n - 1)], **said)

    assert check_equilibrium(stopped(), {"at": ["0", "0"], "zeros": 2}) == 2
    n = len(more.get("variables", XY))
    with pytest.raises(NotDerived, match="without constraints"):
        check_equilibrium(stopped(**more), {"at": ["0"] * n, "zeros": n})


def test_a_large_tilt_still_keeps_a_share_where_the_ratio_is_small() -> None:
    wide = tilted("1")
    wide["exponent"]["proofs"]["tau"] = positive(PLAIN, "255/16")  # 16 (1 - 1/256)
    assert check_robustness(cylinder(), wide).spread == F(1, 9)


def test_the_sides_of_a_sector() -> None:
    for sign in (1, -1):
        tree = _left_of(_Phase(("x", "y"), 1), [F(3), F(4)], sign)
        for x, y in ((F(2), F(5)), (F(-1), F(7))):
            case = system()
            assert case.rational(tree, case.point([x, y])) == sign * (3 * y - 4 * x)


@pytest.mark.parametrize("notes", [[7], ["a note", 7], "a note", None])
def test_notes_are_words(notes: Any) -> None:
    def note(data: Any) -> None:
        data["obligations"]["rank"]["notes"] = ["a note"] if notes is None else notes

    if notes is None:
        check(forged(hopf, note))
    else:
        with pytest.raises(Unreadable, match="note"):
            check(forged(hopf, note))


def test_a_rule_of_another_name_shows_no_scope() -> None:
    scope = {"rule": "uniform", "wave": None, "strata": [], "trap": None}
    with pytest.raises(NotDerived, match="no such rule"):
        check_scope(radial("1"), scope, Ranks(1, 0, (), None))


@pytest.mark.parametrize(("sign", "error"), [(0, NotDerived), (2, Unreadable), (-2, Unreadable), (True, Unreadable)])
def test_a_sign_is_one_or_minus_one(sign: Any, error: type[Exception]) -> None:
    base = ["+", "1", ["^", "x", 2]]
    entry = {"expression": base, "positivity": {"rule": "range"}}
    case = radial(["^", base, -1])
    check_domain(case, {"rule": "denominators", "denominators": [entry | {"sign": 1}]})
    with pytest.raises(error, match="sign"):
        check_domain(case, {"rule": "denominators", "denominators": [entry | {"sign": sign}]})


def test_a_monotone_function_falls_at_a_positive_rate() -> None:
    """x' = -x, y' = -y and V = s: -V' = 2 s, so every rate up to 2 will do."""
    sinking = system(rule=[["*", "-1", "x"], ["*", "-1", "y"]], region=DISC)

    def falling(rate: str) -> dict[str, Any]:
        rest = str(2 - F(rate))
        proof = positive(XY, "0", [([], [[rest, [["1", [0, 1]]]], [rest, [["1", [1, 0]]]]])])
        return {"rule": "monotone", "of": "rank", "function": RADIUS, "rate": rate, "power": 1, "positivity": proof}

    for rate in ("1/2", "1", "3/2"):
        check_recurrence(sinking, falling(rate), True, Ranks(1, 0, (), None))
    for rate in ("0", "-1"):
        with pytest.raises(NotDerived, match="positive rate"):
            check_recurrence(sinking, falling(rate), True, Ranks(1, 0, (), None))


def test_dependent_generators_pass_only_where_closure_is_refuted() -> None:
    def doubled(verdict: str) -> Any:
        def change(data: Any) -> None:
            data["statement"]["generators"] *= 2
            for name in data["obligations"]:
                data["obligations"][name] = proved(None, "UNDECIDED")
            data["obligations"]["closure"] = proved(None, verdict)
            data["conclusion"] |= {"verdict": verdict, "zero_exponents": 0, "zero_exponents_if": 0, "statements": []}

        return change

    assert check(forged(hopf, doubled("REFUTED"))).conclusion["verdict"] == "REFUTED"
    with pytest.raises(NotDerived, match="linearly dependent"):
        check(forged(hopf, doubled("UNDECIDED")))


def test_a_point_refutes_transversality_only_in_the_region_and_by_its_rank() -> None:
    turning = system(rule=hopf()["statement"]["rule"], region=hopf()["statement"]["region"])

    def refute(x: str) -> None:
        check_transversality(turning, {"rule": "point", "at": [x, "0"]}, True, Ranks(1, 1, (), None))

    refute("1")
    for x in ("2", "0"):  # the flow leaves E; outside, though the rank is low
        with pytest.raises(NotDerived, match="does not refute"):
            refute(x)


def test_the_flow_counts_nothing_where_it_lies_in_the_group_directions() -> None:
    def turned(data: Any) -> None:
        data["statement"]["rule"] = data["statement"]["generators"][0]
        data["obligations"]["invariance"] = proved(None, "ASSUMED")
        data["obligations"]["rank"]["proof"]["at"] = data["statement"]["start"]
        data["conclusion"] |= {"verdict": "CONDITIONAL", "zero_exponents": 0, "assumptions": ["invariance"]}
        del data["conclusion"]["statements"][1]
        data["conclusion"]["zero_exponents_if"] = 1

    assert check(forged(hopf, turned)).conclusion["zero_exponents_if"] == 1


@pytest.mark.parametrize(("r", "moves"), [(3, True), (4, False)])
def test_the_flow_is_seen_to_leave_few_directions_only(r: int, moves: bool) -> None:
    names = list("abcdef")
    units = [["1" if i == j else "0" for j in range(6)] for i in range(r)]
    case = system(variables=names, rule=["0"] * 5 + [["sin", "1"]], generators=units)
    assert flow_moves(case, Ranks(r, r, (F(0),) * 6, None)) is moves


def test_an_equilibrium_is_counted_by_pairs_of_eigenvalues() -> None:
    def zeros(kind: str, a: str, b: str) -> int:
        case = system(kind=kind, rule=[["*", a, "x"], ["*", b, "y"]], generators=[["x", "0"]])
        for k in range(3):
            try:
                return check_equilibrium(case, {"at": ["0", "0"], "zeros": k})
            except NotDerived:
                continue
        raise AssertionError

    assert [zeros("flow", *ab) for ab in (("1", "-1"), ("1", "-2"), ("0", "-1"), ("0", "0"))] == [2, 0, 1, 2]
    assert [zeros("map", *ab) for ab in (("2", "1/2"), ("2", "1/3"), ("1", "3"), ("-1", "1"))] == [2, 0, 1, 2]


def test_pieces_are_stated_only_with_their_equations() -> None:
    stated = {"factors": [], "pieces": []}
    with pytest.raises(NotDerived, match="need its equations"):
        check_rank(system(), ranked(None, uniform=0, components=stated))


def test_a_pairing_of_an_integral_and_a_generator_is_counted() -> None:
    """x is conserved by x' = y' = 0 and moved by d/dx: the pairing has rank 1, and w + m - r = 1 + 1 - 1."""
    still = system(rule=["0", "0"], generators=[["1", "0"]], integrals=["x"])
    counts = {"at": ["0", "0"], "commuting": 1, "independent": 1}
    found = check_integrals(still, {"rule": "identity", "counts": counts | {"mixed": 1}})
    assert found is not None
    assert found.total == 1
    with pytest.raises(NotDerived, match="pairing"):
        check_integrals(still, {"rule": "identity", "counts": counts | {"mixed": 0}})
    beside = system(rule=["0", "0"], generators=[["1", "0"]], integrals=["x", "y"])  # the other one is not moved
    with pytest.raises(NotDerived, match="pairing"):
        check_integrals(beside, {"rule": "identity", "counts": counts | {"independent": 2, "mixed": 0}})


def test_only_an_open_recurrence_may_carry_a_scope() -> None:
    def carries(data: Any) -> None:
        scope = {"rule": "scope", "wave": None, "strata": [], "trap": None}
        data["obligations"]["closure"] = proved(scope, "UNDECIDED")

    def assumed(data: Any) -> None:
        data["obligations"]["recurrence"] = proved(data["obligations"]["recurrence"]["proof"], "ASSUMED")

    for change in (carries, assumed):
        with pytest.raises(NotDerived, match="carries a proof"):
            check(forged(hopf, change))


@pytest.mark.parametrize("rule", [["1", "1"], ["0", "2"], ["0", "1"]])
def test_a_wave_is_a_relative_equilibrium_in_every_component(rule: list[str]) -> None:
    """At (1, 0) the generator is (0, 1)."""
    scope = {"rule": "scope", "wave": {"point": ["1", "0"], "coefficients": ["1"]}, "strata": [], "trap": None}
    if rule == ["0", "1"]:
        check_scope(system(rule=rule), scope, Ranks(1, 0, (), None))
    else:
        with pytest.raises(NotDerived, match="relative equilibrium"):
            check_scope(system(rule=rule), scope, Ranks(1, 0, (), None))


def test_a_stated_piece_meets_every_equation() -> None:
    case = system()
    x, y = case.own["x"].num, case.own["y"].num
    factors = [[["1", [0, 1]]], [["1", [1, 0]]]]
    on_x, on_y = [[["1", [1, 0]]]], [[["1", [0, 1]]]]
    equations = [x * y, x]
    assert len(check_components(case, {"factors": factors, "pieces": [on_x]}, equations)) == 1
    with pytest.raises(NotDerived, match="not in Sigma"):
        check_components(case, {"factors": factors, "pieces": [on_y, on_x]}, equations)


@pytest.mark.parametrize(("speed", "moves"), [("1/32", False), ("33/1024", True)])
def test_the_flow_leaves_clearly_or_not_at_all(speed: str, moves: bool) -> None:
    case = system(rule=[["*", speed, ["sqrt", "x"]], "0"], generators=[["0", "1"]])
    assert flow_moves(case, Ranks(1, 1, (F(1), F(0)), None)) is moves


def test_the_flow_is_counted_beside_polynomial_generators_only() -> None:
    for generator, moves in (
        (["1", "0"], True),
        ([["exp", "x"], "0"], False),
        (["0", ["^", ["+", "1", S], -1]], False),
    ):
        case = system(rule=["0", "1"] if moves else ["1", "1"], generators=[generator])
        assert flow_moves(case, Ranks(1, 1, (F(0), F(0)), None)) is moves


@pytest.mark.parametrize("slot", ["u", "v"])
def test_a_phase_is_made_of_entire_functions(slot: str) -> None:
    phase = {"u": COS, "v": SIN, "charge": 2, "positivity": positive(PLAIN, "1")}
    for tree in (["tan", "a"], "unknown"):
        with pytest.raises(Unreadable, match="phase"):
            check_robustness(cylinder(), bounds_proof(phase=phase | {slot: tree}))


def test_integrals_are_refuted_where_one_of_them_moves() -> None:
    def claimed(*integrals: Any) -> Any:
        def change(data: Any) -> None:
            data["statement"]["integrals"] = list(integrals)
            for name in data["obligations"]:
                data["obligations"][name] = proved(None, "UNDECIDED")
            data["obligations"]["integrals"] = proved(None, "REFUTED")
            data["conclusion"] |= {"verdict": "REFUTED", "zero_exponents": 0, "zero_exponents_if": 0, "statements": []}

        return change

    for integrals in (("1", "x"), ("x", "1"), ("x",)):
        assert check(forged(hopf, claimed(*integrals))).conclusion["verdict"] == "REFUTED"
    with pytest.raises(NotDerived, match="holds identically"):
        check(forged(hopf, claimed("1", "2")))


def test_a_wave_lies_inside_the_region_where_nothing_constrains() -> None:
    scope = {"rule": "scope", "wave": {"point": ["1", "0"], "coefficients": ["1"]}, "strata": [], "trap": None}
    small = {"inequalities": [["+", "1/4", ["*", "-1", S]]]}
    for said in ({"region": small}, {"constraints": ["y"]}, {"region": DISC}):
        with pytest.raises(NotDerived, match="inside the region"):
            check_scope(system(**said), scope, Ranks(1, 0, (), None))


def test_another_witness_may_serve_where_the_start_does_not() -> None:
    def moved(data: Any) -> None:
        data["statement"]["start"] = ["3/2", "0"]
        data["obligations"]["compactness"]["proof"]["point"] = ["3/2", "0"]
        data["obligations"]["rank"]["proof"]["at"] = ["3/2", "0"]

    assert check(forged(hopf, moved)).certified
