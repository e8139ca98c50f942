"""Robustness in the checker: bounds worked out by hand on a cylinder, with equality, and the nearest wrong claims."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from neutralmodes_check import NotDerived, Unreadable
from neutralmodes_check.robustness import check_robustness
from neutralmodes_check.system import System

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the builders of certificates live in the neighbours
from test_check_rules import S, positive, system

sys.path.pop(0)

Json = dict[str, Any]
COS, SIN = ["cos", "a"], ["sin", "a"]
ONE = [["1", [0, 0, 0]]]
NAMES = ["a", "y", "t_0"]  # t_0: cos a or sin a; then G is g = 1 - y^2, 1 - t, 1 + t
V = ["a", "y", "v_0", "v_1"]
PLAIN = ["a", "y"]
HALF = Fraction(1, 2)
BELOW = HALF - HALF**3 / 3 + HALF**5 / 5 - HALF**7 / 7  # below atan(1/2)


def cylinder(**more: Any) -> System:
    """a' = sin(a)/10 + y/5, y' = -2 y + cos(a)/10 on |y| <= 1, with xi = 2 d/da.

    xi = (2, 0), b = [xi, f] = (cos(a)/5, -sin(a)/5), Df^T xi + Dxi f = (cos(a)/5, 2/5), theta = a/2.
    """
    rule = [["+", ["*", "1/10", SIN], ["*", "1/5", "y"]], ["+", ["*", "-2", "y"], ["*", "1/10", COS]]]
    return system(variables=["a", "y"], angles=["a"], generators=[["2", "0"]], rule=rule,
                  region={"inequalities": [["+", "1", ["*", "-1", ["^", "y", 2]]]]}, **more)  # fmt: skip


def by(kernel: Any, margin: str, products: Any = ()) -> Json:
    return positive(NAMES, margin, [(of, [[c, ONE]]) for of, c in products]) | {"kernels": [kernel]}


def square(kernel: Any, weight: str) -> Json:
    """weight * kernel^2."""
    return positive(NAMES, "0", [([], [[weight, [["1", [0, 0, 1]]]]])]) | {"kernels": [kernel]}


def exponent() -> Json:
    """|xi|^2 = 4, xi.b = 2 cos(a)/5, |P b| = |sin a|/5, |P m| = 2/5: beta0 = 1/10, beta1 = 1/5, sigma = 1/10.

    The quadratic rho^2/10 - 19/10 rho + 1/5 is zero near rho = 0.1059.
    """
    return {
        "least": "4", "most": "4", "kappa": "2", "sigma": "1/10", "beta0": "1/10", "beta1": "1/5", "rho": "1/9",
        "tau": None,
        "proofs": {
            "least": positive(PLAIN, "0"), "most": positive(PLAIN, "0"), "sigma": positive(PLAIN, "0"),
            "above": by(COS, "0", [([1], "2/5")]), "below": by(COS, "0", [([2], "2/5")]),
            "beta1": square(COS, "4/25"), "kappa": contraction(),
        },
    }  # fmt: skip


def contraction() -> Json:
    """-v.Df v - 2 |v|^2 = -(cos(a)/10 + 2) v_0^2 - (1/5 - sin(a)/10) v_0 v_1, a multiple of xi.v = 2 v_0."""
    cofactor = [["-1/20", [0, 0, 1, 0, 1, 0]], ["-1", [0, 0, 1, 0, 0, 0]], ["1/20", [0, 0, 0, 1, 0, 1]],
                ["-1/10", [0, 0, 0, 1, 0, 0]]]  # fmt: skip
    return positive([*V, "t_0", "t_1"], "0", [], [(0, cofactor)]) | {"kernels": [COS, SIN]}


def lifetime() -> Json:
    """2 theta = a moves at most at 1/10 + 1/5; both steps have the tangent 1/2."""
    return {
        "deviation": str((BELOW + HALF**9 / 9) / 2), "start": 1, "directions": [["2", "-1"], ["1", "0"], ["2", "1"]],
        "speeds": ["3/10", "3/10"], "time": str(BELOW / Fraction(3, 10)), "proofs": [turning(1), turning(-1)],
    }  # fmt: skip


def turning(sign: int) -> Json:
    """3/10 + sign (sin(a)/10 + y/5) = (1 + sign sin a)/10 + (1 + sign y)^2/10 + (1 - y^2)/10."""
    fact = 4 if sign > 0 else 3  # G: g, the two sides of the sector, 1 - t, 1 + t
    base = [["1", [0, 1, 0]], [str(sign), [0, 0, 0]]]
    products = [([], [["1/10", base]]), ([0], [["1/10", ONE]]), ([fact], [["1/10", ONE]])]
    return positive(NAMES, "0", products) | {"kernels": [SIN]}


def phase() -> Json:
    return {"u": COS, "v": SIN, "charge": 2, "positivity": positive(PLAIN, "1")}


def proof(**more: Any) -> Json:
    whole = {"rule": "bounds", "generator": 0, "phase": phase(), "exponent": exponent(), "lifetime": lifetime()}
    return whole | more


def test_bounds_worked_out_by_hand_are_derived() -> None:
    found = check_robustness(cylinder(), proof())
    assert found.gamma == Fraction(1, 10) + Fraction(1, 90)
    assert found.rest == (4 + Fraction(1, 81)) / 4
    assert found.spread is None
    assert found.time == BELOW * Fraction(10, 3)
    assert found.deviation == (BELOW + HALF**9 / 9) / 2
    alone = check_robustness(cylinder(), proof(exponent=None))
    assert (alone.gamma, alone.time) == (None, found.time)
    assert check_robustness(cylinder(), proof(phase=None, lifetime=None)).gamma == found.gamma


def tilted(tau: str) -> Json:
    """theta = (a + y/8)/2: grad theta across xi is 1/16 long."""
    angle = ["+", "a", ["*", "1/8", "y"]]
    inside = phase() | {"u": ["cos", angle], "v": ["sin", angle]}
    bounds = exponent() | {"tau": tau}
    bounds["proofs"]["tau"] = positive(PLAIN, "0")
    return proof(phase=inside, exponent=bounds, lifetime=None)


def test_a_tilted_phase_keeps_a_share_of_a_difference() -> None:
    assert check_robustness(cylinder(), tilted("1/16")).spread == Fraction(1, 16) / 9
    for tau in ("1/17", "-1/16", "1/15"):
        with pytest.raises(NotDerived):
            check_robustness(cylinder(), tilted(tau))
    with pytest.raises(NotDerived, match="tau needs"):
        check_robustness(cylinder(), tilted("1/16") | {"phase": None})
    without = tilted("1/16")
    del without["exponent"]["proofs"]["tau"]
    with pytest.raises(NotDerived, match="tau needs"):
        check_robustness(cylinder(), without)


def test_a_tilt_as_large_as_the_ratio_allows_keeps_no_share() -> None:
    """tau rho >= 1 bounds nothing: the weak proof of a large tau holds, and no share is reported."""
    wide = tilted("9")
    wide["exponent"]["proofs"]["tau"] = positive(PLAIN, "20735/16")  # 16 (81 - 1/256)
    assert check_robustness(cylinder(), wide).spread is None


def still() -> System:
    """The same without any motion around: every constant may be zero."""
    return system(variables=["a", "y"], angles=["a"], generators=[["2", "0"]], rule=["0", ["*", "-2", "y"]])


def resting() -> Json:
    zero = dict.fromkeys(("sigma", "beta0", "beta1", "rho"), "0")
    nothing = positive(PLAIN, "0")
    cofactor = [["-1", [0, 0, 1, 0]]]
    proofs = dict.fromkeys(("least", "most", "sigma", "above", "below", "beta1"), nothing)
    proofs["kappa"] = positive(V, "0", [], [(0, cofactor)])
    bounds = {"least": "4", "most": "4", "kappa": "2", "tau": None, "proofs": proofs} | zero
    steps = lifetime() | {"speeds": ["0", "0"], "proofs": [nothing, nothing], "time": None}
    return proof(exponent=bounds, lifetime=steps)


def test_without_a_bracket_the_direction_is_neutral_and_the_phase_stays_for_ever() -> None:
    found = check_robustness(still(), resting())
    assert (found.gamma, found.rest, found.time) == (0, 1, None)
    blocked = resting()
    blocked["lifetime"] |= {"speeds": ["0", "1"], "time": str(BELOW)}
    blocked["lifetime"]["proofs"] = [positive(PLAIN, "0"), positive(PLAIN, "1")]
    assert check_robustness(still(), blocked).time == BELOW  # one side blocked, the other crossed at speed 1


@pytest.mark.parametrize("start", [0, 2])
def test_a_staircase_has_a_step_on_each_side(start: int) -> None:
    forged = resting()
    forged["lifetime"]["start"] = start
    with pytest.raises(NotDerived, match="each side"):
        check_robustness(still(), forged)


def test_a_turn_that_turns_itself_has_no_bracket() -> None:
    """f = xi = (-y, x) on 1 <= s <= 4: Dxi is not zero, yet b = 0 and Df^T xi + Dxi f = 0."""
    ring = system(region={"inequalities": [["+", S, "-1"], ["+", "4", ["*", "-1", S]]]})
    names, one = ["x", "y"], [["1", [0, 0]]]
    proofs = dict.fromkeys(("above", "below", "beta1", "sigma"), positive(names, "0"))
    proofs |= {key: positive(names, "0", [([j], [["1", one]])]) for j, key in enumerate(("least", "most"))}
    proofs["kappa"] = positive([*names, "v_0", "v_1"], "0")
    zero = dict.fromkeys(("kappa", "sigma", "beta0", "beta1", "rho"), "0")
    bounds = {"least": "1", "most": "4", "tau": None, "proofs": proofs} | zero
    found = check_robustness(ring, proof(phase=None, lifetime=None, exponent=bounds))
    assert (found.gamma, found.rest) == (0, 4)


def nudge(*path: Any, by: str) -> Callable[[Json], None]:
    """Add a rational to the constant at the place that the others name."""

    def change(data: Json) -> None:
        place: Any = data
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = str(Fraction(place[path[-1]]) + Fraction(by))

    return change


def put(*path: Any) -> Callable[[Json], None]:
    def change(data: Json) -> None:
        *keys, last, value = path
        place: Any = data
        for key in keys:
            place = place[key]
        place[last] = value

    return change


FORGERIES: dict[str, Callable[[Json], None]] = {
    "least above": nudge("exponent", "least", by="1/10"),
    "least zero": put("exponent", "least", "0"),
    "most below": nudge("exponent", "most", by="-1/10"),
    "kappa above": nudge("exponent", "kappa", by="1/10"),
    "sigma below": nudge("exponent", "sigma", by="-1/100"),
    "beta0 below": nudge("exponent", "beta0", by="-1/100"),
    "beta1 below": nudge("exponent", "beta1", by="-1/100"),
    "beta1 of the other sign": put("exponent", "beta1", "-1/5"),
    "sigma of the other sign": put("exponent", "sigma", "-1/10"),
    "rho below its root": put("exponent", "rho", "1/10"),
    "rho above the other root": put("exponent", "rho", "19"),
    "rho of the other sign": put("exponent", "rho", "-1/9"),
    "above for below": lambda d: d["exponent"]["proofs"].update(below=d["exponent"]["proofs"]["above"]),
    "below for above": lambda d: d["exponent"]["proofs"].update(above=d["exponent"]["proofs"]["below"]),
    "another rule": put("rule", "identity"),
    "another generator": put("generator", 1),
    "nothing bounded": lambda d: d.update(exponent=None, lifetime=None),
    "a lifetime without a phase": put("phase", None),
    "charge one": put("phase", "charge", 1),
    "charge of the other sign": put("phase", "charge", -2),
    "charge zero": put("phase", "charge", 0),
    "charge true": put("phase", "charge", True),
    "a phase of the wrong length": put("phase", "u", ["*", "2", COS]),
    "a phase without a proof": put("phase", "positivity", positive(PLAIN, "0")),
    "a phase with a pole": put("phase", "u", ["*", COS, "y", ["^", "y", -1]]),
    "deviation below": nudge("lifetime", "deviation", by="-1/1000000"),
    "time above": nudge("lifetime", "time", by="1/1000000"),
    "no time": put("lifetime", "time", None),
    "start at an end": put("lifetime", "start", 0),
    "start at the other end": put("lifetime", "start", 2),
    "one step wider": put("lifetime", "directions", 2, ["1", "1"]),
    "one step back": put("lifetime", "directions", 2, ["2", "-1"]),
    "no step": put("lifetime", "directions", 2, ["1", "0"]),
    "a slower speed": put("lifetime", "speeds", 1, "29/100"),
    "a slower speed before": put("lifetime", "speeds", 0, "29/100"),
    "speeds without proofs": lambda d: d["lifetime"].update(proofs=d["lifetime"]["proofs"][::-1]),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_bound_that_is_wrong_by_little_is_refused(name: str) -> None:
    forged = copy.deepcopy(proof())
    FORGERIES[name](forged)
    with pytest.raises((NotDerived, Unreadable)):
        check_robustness(cylinder(), forged)


def test_a_step_of_45_degrees_has_no_bound() -> None:
    forged = resting()
    forged["lifetime"] |= {"directions": [["2", "-1"], ["1", "0"], ["1", "1"]], "deviation": "10"}
    with pytest.raises(NotDerived, match="45 degrees"):
        check_robustness(still(), forged)


def test_bounds_are_about_flows() -> None:
    with pytest.raises(NotDerived, match="about flows"):
        check_robustness(cylinder(kind="map"), proof())
