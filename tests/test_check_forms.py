"""Normal forms, numbers, boxes and spellings in the checker: closed forms, limits met exactly, the nearest wrong."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from neutralmodes_check import NotDerived, Unreadable, numbers, paving, polynomial
from neutralmodes_check.compactness import is_periodic
from neutralmodes_check.domain import check_domain
from neutralmodes_check.enclosures import ONE as ONE_UNIT
from neutralmodes_check.equilibria import characteristic, common
from neutralmodes_check.facts import Kernels
from neutralmodes_check.functions import apply
from neutralmodes_check.numbers import is_positive, rationalized
from neutralmodes_check.paving import _index, _Paver, check_sign
from neutralmodes_check.polynomial import Polynomial, Ring, _check_bits
from neutralmodes_check.positivity import check_positivity, read_polynomial
from neutralmodes_check.rank import _weights, check_rank
from neutralmodes_check.refusal import MAX_BITS, MAX_DIGITS, Budget
from neutralmodes_check.shape import listing, rational
from neutralmodes_check.strata import atoms
from neutralmodes_check.system import System
from neutralmodes_check.zero import vanishes

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the builders of certificates live in the neighbours
from test_check_edges import XY
from test_check_rules import S, positive, system, value

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


def test_a_coefficient_may_have_as_many_bits_as_the_limit() -> None:
    _check_bits(MAX_BITS)
    with pytest.raises(Unreadable, match="bits"):
        _check_bits(MAX_BITS + 1)


def test_a_number_that_is_zero_is_not_positive() -> None:
    root = ["sqrt", ["+", "3", ["*", "2", ["sqrt", "2"]]]]
    for sign in ("1", "-1"):
        nested = ["*", sign, ["+", root, "-1", ["*", "-1", ["sqrt", "2"]]]]
        assert not is_positive(system().convert(nested))


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


def test_a_rational_may_have_as_many_digits_as_the_limit() -> None:
    assert rational("7" * MAX_DIGITS, "") == F("7" * MAX_DIGITS)
    assert rational("1/" + "7" * MAX_DIGITS, "") > 0
    for long in ("7" * (MAX_DIGITS + 1), "1/" + "7" * (MAX_DIGITS + 1)):
        with pytest.raises(Unreadable, match="digits"):
            rational(long, "")


def test_twelfths_of_a_turn_are_square_roots() -> None:
    import math

    for k in range(-7, 30):
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


def test_an_even_power_of_the_root_of_a_quotient_is_a_quotient() -> None:
    case = system()
    inside = ["*", "x", ["^", ["+", "1", ["^", "y", 2]], -1]]
    for k in (2, 4):
        power = ["*", "y", ["^", ["sqrt", inside], k]]
        same = ["*", "y", ["^", inside, k // 2]]
        assert vanishes(case.convert(["+", power, ["*", "-1", same]]))
        assert not vanishes(case.convert(["+", power, ["*", "-2", same]]))
    assert not vanishes(case.convert(["+", ["^", ["sqrt", inside], 3], ["*", "-1", inside]]))


def test_only_an_opaque_function_takes_several_operands() -> None:
    opaque = {"p": {"argument": "s", "derivative": None}}
    known = {"p": {"argument": "s", "derivative": "1"}}
    assert system(integrals=[["p", "x", "y"]], activations=opaque).statement.opaque == {"p"}
    assert system(integrals=[["p", "x"]], activations=known).statement.opaque == frozenset()
    with pytest.raises(Unreadable, match="declared function"):
        system(integrals=[["p", "x", "y"]], activations=known)


def test_the_separation_bound_is_that_of_the_conjugates(monkeypatch: pytest.MonkeyPatch) -> None:
    """1 + sqrt 2 with sqrt 2 below 3/2: the product of its 2 conjugates is whole, so it is 0 or at least 1/(5/2)."""
    case = system().convert(["+", ["sqrt", "2"], "1"])
    found = numbers.roots(case.ring)
    sizes = {i: (1, F(3, 2)) for i in found}
    assert numbers._size(case.num, found, sizes) == (1, F(5, 2))
    assert numbers._size(case.num.scaled(F(1, 6)), found, sizes) == (6, F(5, 12))
    assert numbers._size(case.num.scaled(0), found, sizes) == (1, 1)
    for high, zero in ((F(39, 100), True), (F(2, 5), False), (F(41, 100), False)):
        monkeypatch.setattr(numbers, "_enclose", lambda *_, high=high: (F(0), high))
        assert numbers._is_zero(case.num, found, sizes) is zero


def test_the_elementary_view_of_functions() -> None:
    view = System(system().statement, elementary=True)
    x = ["x"]
    for tree in (
        ["+", ["tan", *x], ["*", "-1", ["sin", *x], ["^", ["cos", *x], -1]]],
        ["+", ["sinh", *x], ["*", "-1/2", ["exp", *x]], ["*", "1/2", ["exp", ["*", "-1", "x"]]]],
        ["+", ["cosh", *x], ["*", "-1/2", ["exp", *x]], ["*", "-1/2", ["exp", ["*", "-1", "x"]]]],
        ["+", ["sigmoid", *x], ["*", "-1", ["^", ["+", "1", ["exp", ["*", "-1", "x"]]], -1]]],
        ["+", ["softplus", *x], ["*", "-1", ["log", ["+", "1", ["exp", *x]]]]],
        ["+", ["tanh", *x], ["*", "-1", ["sinh", *x], ["^", ["cosh", *x], -1]]],
    ):
        assert vanishes(view.convert(tree)), tree
        assert not vanishes(view.convert(["+", tree, "1"]))


def test_equal_polynomials_have_equal_denominators() -> None:
    x = system().own["x"].num
    assert x.scaled(F(1, 2)) != x
    assert x.scaled(F(1, 2)).scaled(2) == x


def test_the_first_box_reaches_as_far_as_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paving, "check_positivity", lambda *_, **__: None)
    for square, radius in (("4", 2), ("5", 3), ("1/2", 1), ("1", 1), ("0", 0), ("17/4", 3), ("-3", 0)):
        box = paving._start(system(), {"square": square, "positivity": {}}, [], False)
        assert box == {"x": (-radius, radius), "y": (-radius, radius)}


def test_squares_and_monomials_have_one_order() -> None:
    case = system()
    squares = [["1", [["1", [0, 1]]]], ["1", [["1", [1, 0]]]]]
    proof = positive(XY, "0", [([], squares)])
    s = case.convert(S)
    check_positivity(case, proof, s, strict=False)
    proof["products"][0]["squares"] = squares[::-1]
    with pytest.raises(NotDerived, match="order of their text"):
        check_positivity(case, proof, s, strict=False)
    with pytest.raises(Unreadable, match="sorted"):
        read_polynomial(case.ring, [["1", [0, 1]], ["1", [1, 0]]], XY)
    with pytest.raises(Unreadable, match="sorted"):
        read_polynomial(case.ring, [["1", [1, 0]], ["1", [1, 0]]], XY)


@pytest.mark.parametrize("tree", [["^"], ["^", "x"], ["^", "x", 2, 3], [["x"], "y"], [7, "x"], [None], ["pi", "x"], []])
def test_a_tree_of_another_shape_is_no_expression(tree: Any) -> None:
    with pytest.raises(Unreadable):
        system(integrals=[tree])


def test_a_leaf_of_a_paving_has_a_known_token() -> None:
    with pytest.raises(Unreadable, match="unknown token"):
        _Paver(system(**LINE), "x", [], strict=True).check_leaf("z0", {"x": (F(0), F(1))})


def test_a_paving_needs_bounds_on_both_sides() -> None:
    half = system(**LINE, region={"inequalities": ["x"]})
    for case in (half, system(**LINE)):
        with pytest.raises(NotDerived, match="needs bounds"):
            paving._start(case, None, [], False)


def test_softplus_of_zero_is_the_logarithm_of_two() -> None:
    case = system()
    assert not case.convert(["softplus", "0"]) - case.convert(["log", "2"])
    for name, at_zero in (("sigmoid", F(1, 2)), ("cosh", 1), ("tanh", 0), ("atan", 0), ("asin", 0), ("erf", 0)):
        assert case.convert([name, "0"]).value() == at_zero


def test_logarithms_of_exponentials_and_squares_of_hyperbolic_functions() -> None:
    case = system()
    for tree in (
        ["+", ["log", ["*", "3", ["exp", "x"]]], ["*", "-1", "x"], ["*", "-1", ["log", "3"]]],
        ["+", ["log", ["^", ["exp", "x"], -2]], ["*", "2", "x"]],
        ["+", ["^", ["cosh", "x"], 2], ["*", "-1", ["^", ["sinh", "x"], 2]], "-1"],
        ["+", ["^", ["sin", "x"], 2], ["^", ["cos", "x"], 2], "-1"],
        ["+", ["log", "12"], ["*", "-2", ["log", "2"]], ["*", "-1", ["log", "3"]]],
    ):
        assert vanishes(case.convert(tree)), tree
    for tree in (["+", ["log", ["sin", "x"]], ["*", "-1", "x"]], ["+", ["log", ["cosh", "x"]], ["*", "-1", "x"]]):
        assert not vanishes(case.convert(tree)), tree


def test_a_list_has_the_length_that_is_asked_for() -> None:
    assert listing([1, 2], "", 2) == [1, 2]
    for other in ([1], [1, 2, 3], (1, 2), None, "ab", {}):
        with pytest.raises(Unreadable, match="must"):
            listing(other, "", 2)


def test_an_opaque_function_is_periodic_where_all_its_operands_are() -> None:
    opaque = {"p": {"argument": "s", "derivative": None}}
    case = system(variables=["a", "y"], angles=["a"], rule=["1", "0"], generators=[["1", "0"]], activations=opaque)
    for operands, periodic in ((("y", ["sin", "a"]), True), (("y", "a"), False), (("a", "y"), False)):
        assert is_periodic(case, case.convert(["p", *operands])) is periodic


def test_a_separation_bound_is_sought_for_few_roots_only(monkeypatch: pytest.MonkeyPatch) -> None:
    root = ["sqrt", ["+", "3", ["*", "2", ["sqrt", "2"]]]]
    zero = system().convert(["+", root, "-1", ["*", "-1", ["sqrt", "2"]]])
    assert vanishes(zero)
    monkeypatch.setattr(numbers, "_MAX_ROOTS", 1)
    assert not vanishes(zero)


def test_every_weight_is_positive() -> None:
    assert _weights(["1", "1/2"], 2) == [1, F(1, 2)]
    for weights in (["1", "0"], ["0", "1"], ["1", "-1"]):
        with pytest.raises(NotDerived, match="positive"):
            _weights(weights, 2)


def test_a_logarithm_needs_a_positive_argument_and_not_only_a_sign() -> None:
    """-1 - s is negative for certain: that serves a denominator and no logarithm."""
    below = ["+", "-1", ["*", "-1", S]]
    listed = {"rule": "denominators", "denominators": [
        {"expression": below, "sign": -1, "positivity": {"rule": "range"}},
    ]}  # fmt: skip
    check_domain(system(rule=[["^", below, -1], "0"]), listed)
    with pytest.raises(NotDerived, match="covered"):
        check_domain(system(rule=[["log", below], "0"]), listed)


def test_a_kernel_needs_what_the_statement_needs_of_the_same_kind() -> None:
    """1/x in the rule shows that x is not 0, which defines no logarithm; log x shows both."""
    for rule, defined in ((["^", "x", -1], False), (["log", "x"], True)):
        case = system(rule=[rule, "0"])
        if defined:
            Kernels(case, [["log", "x"]], entire=False)
        else:
            with pytest.raises(NotDerived, match="not known to be defined"):
                Kernels(case, [["log", "x"]], entire=False)
    for rule in (["^", "x", -1], ["log", "x"]):
        Kernels(system(rule=[rule, "0"]), [["cos", ["^", "x", -1]]], entire=False)
    with pytest.raises(NotDerived, match="everywhere"):
        Kernels(system(rule=[["log", "x"], "0"]), [["log", "x"]], entire=True)
    for tree in ("x", ["+", "x", "1"], ["^", "x", 2], ["*", "x", "y"]):
        with pytest.raises(NotDerived, match="value of a function"):
            Kernels(system(), [tree], entire=False)


def test_the_next_minors_bound_the_rank() -> None:
    xyz, kept = ["x", "y", "z"], {"uniform": 0, "lower": None, "singular": None, "constants": None}
    turns = [["0", ["*", "-1", "z"], "y"], ["z", "0", ["*", "-1", "x"]], [["*", "-1", "y"], "x", "0"]]
    sphere = system(variables=xyz, rule=["0"] * 3, generators=turns)
    proof = {"rule": "rank", "generic": 2, "at": ["1", "0", "0"], "upper": {"rule": "minors"}} | kept
    assert check_rank(sphere, proof).generic == 2
    plane = system(variables=xyz, rule=["0"] * 3, generators=[["1", "0", "0"], ["0", "z", "0"]])
    with pytest.raises(NotDerived, match="is not zero"):
        check_rank(plane, proof | {"generic": 1, "at": ["0", "0", "0"]})


def test_the_box_of_an_angle_covers_the_circle() -> None:
    import math

    turning = system(variables=["a"], angles=["a"], rule=["1"], generators=[["1"]])
    ((low, high),) = paving._start(turning, None, [], False).values()
    assert -low == high == F(22, 7) > math.pi
    empty = system(**LINE, region={"inequalities": [["+", "x", "-1"], ["*", "-1", "x"]]})
    with pytest.raises(NotDerived, match="needs bounds"):
        paving._start(empty, None, [], False)


def test_fractions_of_polynomials_are_reduced() -> None:
    x = system().own["x"].num
    half = x.scaled(F(1, 2))
    assert half + half == x
    assert (half.den, (half + half).den, half.scaled(2).den, x.scaled(F(2, 6)).den) == (2, 1, 1, 3)


def test_a_rank_is_bounded_by_a_known_rule() -> None:
    proof = {"rule": "rank", "generic": 1, "at": ["1", "0"], "uniform": 0, "lower": None, "singular": None}
    for rule in ("columns", "minors"):
        assert check_rank(system(), proof | {"constants": None, "upper": {"rule": rule}}).generic == 1
    for upper in ({"rule": "other"}, {"rule": None}, {}, None, "columns"):
        with pytest.raises(NotDerived, match="no such rule"):
            check_rank(system(), proof | {"constants": None, "upper": upper})
