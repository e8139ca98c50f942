"""Guards of the checker, one by one: the nearest wrong claim behind each, which nothing else would stop."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from neutralmodes_check import NotDerived, Unreadable, check, numbers, polynomial, strata
from neutralmodes_check.asymptotics import check_recurrence, check_transversality
from neutralmodes_check.compactness import check_compactness
from neutralmodes_check.enclosures import ONE as ONE_UNIT
from neutralmodes_check.equilibria import characteristic, common
from neutralmodes_check.functions import apply
from neutralmodes_check.numbers import is_positive, rationalized
from neutralmodes_check.paving import _index, _Paver, check_sign
from neutralmodes_check.polynomial import Polynomial, Ring, _check_bits
from neutralmodes_check.rank import Ranks, check_rank
from neutralmodes_check.refusal import MAX_BITS, MAX_DIGITS, Budget
from neutralmodes_check.refutation import is_refuted
from neutralmodes_check.robustness import check_robustness
from neutralmodes_check.scope import check_scope
from neutralmodes_check.shape import rational
from neutralmodes_check.strata import atoms, check_components

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the builders of certificates live in the neighbours
from test_check_bounds import COS, PLAIN, SIN, cylinder, lifetime, turning
from test_check_bounds import proof as bounds_proof
from test_check_edges import DISC, ONE, RADIUS, XY, ranked
from test_check_rules import S, positive, radial, system, value
from test_checker import forged, hopf, hopf_on_relative_equilibria, proved

sys.path.pop(0)

F = Fraction
LEAST = F(1, ONE_UNIT)  # the smallest positive end of an interval
LINE: dict[str, Any] = {"variables": ["x"], "rule": ["x"], "generators": [["x"]]}


@pytest.mark.parametrize(
    ("token", "low", "high", "shown"),
    [
        ("+", F(0), F(1), False), ("+", F(1, 4), F(1), True), ("g0", F(-1), F(0), False), ("g0", F(-1), F(-1, 4), True),
        ("g0", F(1, 4), F(1), False), ("h0", F(-1), F(-1, 4), True), ("h0", F(1, 4), F(1), True),
        ("+", LEAST, F(1), True), ("g0", F(-1), -LEAST, True), ("h0", LEAST, F(1), True), ("h0", F(-1), -LEAST, True),
        ("h0", F(0), F(1), False), ("h0", F(-1), F(0), False), ("h0", F(-1, 4), F(1), False),
    ],
)  # fmt: skip
def test_a_leaf_of_a_paving_is_closed_only_beyond_zero(token: str, low: Fraction, high: Fraction, shown: bool) -> None:
    """Target, inequality and equality are x: a bound that is 0 itself shows nothing of a strict claim."""
    line = system(**LINE, region={"inequalities": ["x"]}, constraints=["x"])
    paver = _Paver(line, "x", [], strict=True)
    if shown:
        paver.check_leaf(token, {"x": (low, high)})
    else:
        with pytest.raises(NotDerived, match="is not shown"):
            paver.check_leaf(token, {"x": (low, high)})


def test_a_weak_target_may_touch_zero() -> None:
    paver = _Paver(system(**LINE), "x", [], strict=False)
    paver.check_leaf("+", {"x": (F(0), F(1))})
    with pytest.raises(NotDerived, match="not shown to be positive"):
        paver.check_leaf("+", {"x": (F(-1, 1 << 90), F(1))})


def test_a_box_that_is_half_a_turn_needs_periodic_expressions() -> None:
    """a >= 0 bounds the angle on one side only; a + 1 > 0 is then a claim about a number that is no function on N."""
    half = system(variables=["a", "y"], angles=["a"], rule=["1", "0"], generators=[["1", "0"]],
                  region={"inequalities": ["a", "y", ["+", "1", ["*", "-1", "y"]]]})  # fmt: skip
    tree, proof = ["+", "a", "1"], {"rule": "paving", "bound": None, "tree": "+"}
    with pytest.raises(NotDerived, match="periodic"):
        check_sign(half, proof, tree, lambda: half.convert(tree), strict=True)


@pytest.mark.parametrize(("speed", "refuted"), [("0", False), (str(LEAST), True), (str(-LEAST), True)])
def test_an_integral_is_refuted_by_any_speed_but_none(speed: str, refuted: bool) -> None:
    moving = system(**LINE | {"rule": [speed]}, integrals=["x"])
    assert is_refuted(moving, "integrals", {"point": {"x": "1/3"}}) is refuted
    assert is_refuted(moving, "equivariance", {"point": {"x": "0"}}) is refuted


def test_parity_is_that_of_each_function() -> None:
    case = system()
    x = case.own["x"]
    for name, even in (
        ("cosh", True),
        ("cos", True),
        ("tanh", False),
        ("erf", False),
        ("atan", False),
        ("asin", False),
    ):
        there, here = apply(case.ring, name, x.scaled(-1)), apply(case.ring, name, x)
        assert not there - here.scaled(1 if even else -1), name
    assert not apply(case.ring, "sigmoid", x.scaled(-1)) + apply(case.ring, "sigmoid", x) - case.number(1)
    assert not apply(case.ring, "softplus", x.scaled(-1)) + x - apply(case.ring, "softplus", x)


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
    check_compactness(system(region={"inequalities": [disc, soft]}), proof)
    with pytest.raises(NotDerived, match="outside"):
        check_compactness(system(region={"inequalities": [disc, soft]}, constraints=[soft]), proof)


def test_a_coefficient_may_have_as_many_bits_as_the_limit() -> None:
    _check_bits(MAX_BITS)
    with pytest.raises(Unreadable, match="bits"):
        _check_bits(MAX_BITS + 1)


def test_a_number_that_is_zero_is_not_positive() -> None:
    root = ["sqrt", ["+", "3", ["*", "2", ["sqrt", "2"]]]]
    for sign in ("1", "-1"):
        nested = ["*", sign, ["+", root, "-1", ["*", "-1", ["sqrt", "2"]]]]
        assert not is_positive(system().convert(nested))


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


def test_characteristic_polynomials_and_common_factors() -> None:
    rows = [[F(c) for c in row] for row in ((1, 2, 3), (4, 5, 6), (7, 8, 10))]
    assert characteristic(rows) == [3, -12, -16, 1]  # trace 16, sum of minors -12, determinant -3
    assert characteristic([[F(0), F(1)], [F(-2), F(-3)]]) == [2, 3, 1]
    assert characteristic([[F(5)]]) == [-5, 1]
    a, b = [F(c) for c in (-6, 11, -6, 1)], [F(c) for c in (-12, 19, -8, 1)]  # (z-1)(z-2)(z-3), (z-1)(z-3)(z-4)
    assert len(common(a, b)) == 3
    assert len(common(b, a)) == 3
    assert [c / common(a, b)[-1] for c in common(a, b)] == [3, -4, 1]
    assert len(common([F(1), F(1)], [F(2), F(1)])) == 1
    assert len(common([F(0), F(0), F(1)], [F(0), F(1)])) == 2


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


@pytest.mark.parametrize("token", ["g", "gx", "g-1", "g01", "g\u0663", "g2", "g1 ", "g1e0"])
def test_a_token_of_a_paving_has_one_spelling(token: str) -> None:
    assert _index("g1", 2) == 1
    with pytest.raises(Unreadable, match="bad token"):
        _index(token, 2)


def test_a_polynomial_may_be_as_large_as_the_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring(["x", "y"], Budget())
    three, two = (Polynomial(ring, dict.fromkeys(range(k), 1)) for k in (3, 2))
    for name, most in (("MAX_TERMS", 3), ("MAX_CELLS", 6)):
        with monkeypatch.context() as patch:
            patch.setattr(polynomial, name, most)
            assert len((three * ring.constant(1)).terms) == 3
            with pytest.raises(Unreadable, match="terms"):
                three * two


@pytest.mark.parametrize(("low", "high", "zero"), [(0, 0, True), (-1, 0, False), (0, 1, False), (-1, 1, False)])
def test_zero_is_proved_on_both_sides(low: int, high: int, zero: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """An enclosure as wide as the separation bound on one side only proves nothing."""
    root = system().convert(["+", ["sqrt", "2"], "1"])
    found = numbers.roots(root.ring)
    sizes = {i: (1, F(3, 2)) for i in found}
    monkeypatch.setattr(numbers, "_enclose", lambda *_: (F(low), F(high)))
    assert numbers._is_zero(root.num, found, sizes) is zero


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


def test_a_rational_may_have_as_many_digits_as_the_limit() -> None:
    assert rational("7" * MAX_DIGITS, "") == F("7" * MAX_DIGITS)
    assert rational("1/" + "7" * MAX_DIGITS, "") > 0
    for long in ("7" * (MAX_DIGITS + 1), "1/" + "7" * (MAX_DIGITS + 1)):
        with pytest.raises(Unreadable, match="digits"):
            rational(long, "")


def test_twelfths_of_a_turn_are_square_roots() -> None:
    import math

    for k in range(24):
        case = system()
        for name in ("cos", "sin"):
            found = case.convert([name, ["*", f"{F(k, 12)}", ["pi"]]])
            used = {case.ring.symbols[i][0] for i in found.support()}
            assert used <= {"sqrt"}
            assert abs(value(found, {}) - getattr(math, name)(k * math.pi / 12)) < 1e-12


def test_denominators_that_are_numbers_become_rational_and_others_stay() -> None:
    case = system()
    one, root, x = (case.convert(t) for t in ("1", ["sqrt", "2"], "x"))
    number = rationalized((one + root).inverse())
    assert not number.den
    assert not number - (root - one)
    nested = case.convert(["+", "1", ["sqrt", ["+", "1", ["sqrt", "2"]]]])
    assert not rationalized(nested.inverse()).den
    assert not rationalized(nested.inverse()) * nested - one
    for base in (x + one, x + root):
        assert rationalized(base.inverse()).den


def test_exp_takes_logarithms_out_and_nothing_else() -> None:
    case = system()
    x = case.own["x"]
    log, sine = (apply(case.ring, name, x) for name in ("log", "sin"))
    assert not apply(case.ring, "exp", log.scaled(2)) - x * x
    assert not apply(case.ring, "exp", log.scaled(-1)) - x.inverse()
    assert apply(case.ring, "exp", sine) - x
    assert apply(case.ring, "exp", log.scaled(F(1, 2))) - x
    assert apply(case.ring, "exp", x) - x


def test_only_sums_of_even_powers_of_single_variables_vanish_with_their_variables() -> None:
    case = system(variables=["x", "y", "z"], rule=["0"] * 3, generators=[["1", "0", "0"]])
    x, y, z = (case.own[v].num for v in "xyz")
    one = case.ring.constant(1)
    assert atoms(x * x + y**4) == {x, y}
    assert atoms(x * x + one) is None
    for p in (x * x * y * y + z * z, x * x - y * y, x**3 + y * y, x * x + y * y - one, x * y):
        assert atoms(p) == {p}


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
