"""The checker's arithmetic against exact tables and mpmath: ranges, enclosures, polynomials, ranks, angles, roots."""

from __future__ import annotations

import sys
from collections.abc import Callable
from fractions import Fraction
from math import inf
from pathlib import Path
from random import Random
from typing import Any

import mpmath
import pytest

from neutralmodes_check import NotDerived, Unreadable, enclosures, ranges
from neutralmodes_check.angles import common, terms, turns
from neutralmodes_check.derivatives import along, differentiate
from neutralmodes_check.enclosures import BITS, ONE, Interval, NoEnclosure
from neutralmodes_check.matrices import minor_count, rank
from neutralmodes_check.numbers import is_positive, prime_powers
from neutralmodes_check.polynomial import Polynomial, Ring
from neutralmodes_check.quotient import Quotient
from neutralmodes_check.ranges import Range, boxes_of, range_of
from neutralmodes_check.refusal import MAX_BITS, MAX_SYMBOLS, MAX_TERMS, Budget
from neutralmodes_check.system import System

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the builders of certificates live in the neighbours
from test_check_rules import S, system

sys.path.pop(0)

F = Fraction
NAMED: dict[str, Range] = {
    "all": Range(-inf, inf), "up": Range(F(2), inf), "down": Range(-inf, F(-2)), "half": Range(F(0), inf),
    "open": Range(F(0), inf, True), "under": Range(-inf, F(0), True), "unit": Range(F(-1), F(1)),
    "some": Range(F(-1), F(1), True), "pair": Range(F(1), F(2), True), "neg": Range(F(-3), F(-1), True),
    "near": Range(F(-3, 2), F(3, 2)), "far": Range(F(-3, 2), F(2)), "low": Range(F(-2), F(3, 2)),
}  # fmt: skip
RANGES: list[tuple[Any, Range]] = [
    ("3", Range(F(3), F(3), True)), ("0", Range(F(0), F(0), False)), ("unknown", Range(-inf, inf)),
    (["pi"], Range(F(3), F(4), True)),
    (["+", "pair", "neg"], Range(F(-2), F(1))), (["+", "pair", "pair"], Range(F(2), F(4), True)),
    (["+", "neg", "neg"], Range(F(-6), F(-2), True)), (["+", "open", "half"], Range(F(0), inf, True)),
    (["+", "half", "half"], Range(F(0), inf)), (["+", "under", ["*", "-1", "half"]], Range(-inf, F(0), True)),
    (["+", "half", "open"], Range(F(0), inf, True)), (["+", ["*", "-1", "half"], "under"], Range(-inf, F(0), True)),
    (["+", "under", "unit"], Range(-inf, F(1))), (["+", "unit", "under"], Range(-inf, F(1))),
    (["+", "unit", "open"], Range(F(-1), inf)), (["+", "open", "unit"], Range(F(-1), inf)),
    (["+", "some", "some"], Range(F(-2), F(2))),
    (["+", "up", "down"], Range(-inf, inf)), (["+", "1", "pair", "unit"], Range(F(1), F(4), True)),
    (["*", "pair", "neg"], Range(F(-6), F(-1), True)), (["*", "unit", "up"], Range(-inf, inf)),
    (["*", "open", "0"], Range(F(0), F(0))), (["*", "some", "some"], Range(F(-1), F(1), True)),
    (["*", "half", "open"], Range(F(0), inf)), (["*", "down", "neg"], Range(F(2), inf)),
    (["^", "unit", 2], Range(F(0), F(1))), (["^", "some", 2], Range(F(0), F(1), True)),
    (["^", "neg", 2], Range(F(1), F(9), True)), (["^", "neg", 3], Range(F(-27), F(-1), True)),
    (["^", "unit", 3], Range(F(-1), F(1))), (["^", "far", 4], Range(F(0), F(16))),
    (["^", "unit", 0], Range(F(1), F(1), True)), (["^", "pair", 1], Range(F(1), F(2), True)),
    (["^", "pair", -1], Range(F(1, 2), F(1), True)), (["^", "neg", -1], Range(F(-1), F(-1, 3), True)),
    (["^", "open", -1], Range(F(0), inf, True)), (["^", "under", -1], Range(-inf, F(0), True)),
    (["^", "up", -1], Range(F(0), F(1, 2), True)), (["^", "down", -1], Range(F(-1, 2), F(0), True)),
    (["^", "unit", -1], Range(-inf, inf, True)), (["^", "half", -1], Range(-inf, inf, True)),
    (["^", "neg", -2], Range(F(1, 9), F(1), True)),
    (["exp", "half"], Range(F(1), inf, True)), (["exp", "down"], Range(F(0), F(1), True)),
    (["exp", "unit"], Range(F(0), inf, True)), (["exp", "0"], Range(F(1), F(1), True)),
    (["cos", "near"], Range(F(0), F(1), True)), (["cos", "far"], Range(F(-1), F(1))),
    (["cos", "low"], Range(F(-1), F(1))), (["sin", "near"], Range(F(-1), F(1))),
    (["sqrt", "open"], Range(F(0), inf, True)), (["sqrt", "half"], Range(F(0), inf)),
    (["sqrt", "under"], Range(F(0), inf)), (["tanh", "all"], Range(F(-1), F(1))), (["erf", "all"], Range(F(-1), F(1))),
    (["atan", "all"], Range(F(-2), F(2))), (["sigmoid", "all"], Range(F(0), F(1), True)),
    (["softplus", "all"], Range(F(0), inf, True)), (["cosh", "all"], Range(F(1), inf, True)),
    (["log", "pair"], Range(-inf, inf)), (["p", "pair", "neg"], Range(-inf, inf)),
]  # fmt: skip


@pytest.mark.parametrize(("tree", "expected"), RANGES, ids=[str(t) for t, _ in RANGES])
def test_ranges_are_those_of_the_rules(tree: Any, expected: Range) -> None:
    found = range_of(tree, NAMED)
    assert tuple(found) == tuple(expected)
    assert all(isinstance(e, Fraction) or e in (inf, -inf) for e in found[:2])


@pytest.mark.parametrize(
    ("name", "sign"),
    [("pair", 1), ("neg", -1), ("open", 1), ("under", -1), ("half", 0), ("unit", 0), ("some", 0), ("up", 1)],
)
def test_signs_of_ranges(name: str, sign: int) -> None:
    assert NAMED[name].sign == sign
    assert Range(-inf, F(0)).sign == 0


def boxed(*inequalities: Any, **more: Any) -> dict[str, Range]:
    return boxes_of(system(region={"inequalities": list(inequalities)}, **more))


def test_boxes_come_from_one_name_or_from_a_ball() -> None:
    assert boxed(["+", ["*", "2", "x"], "-3"])["x"] == Range(F(3, 2), inf, True)
    assert boxed(["+", ["*", "-2", "x"], "-3"])["x"] == Range(-inf, F(-3, 2), True)
    assert boxed("x", ["+", "1", ["*", "-1", "x"]])["x"] == Range(F(0), F(1), False)
    assert boxed(["+", "1", "x"], ["+", "2", "x"], ["+", "5", ["*", "-1", "x"]])["x"] == Range(F(-1), F(5))
    for nothing in (["+", "x", "y"], ["*", "x", "y"], ["^", "x", 2], ["^", "x", 3], ["+", "4", ["*", "-1", "x", "y"]],
                    ["+", "-4", ["*", "-1", S]], ["+", "4", ["^", "x", 2]], ["+", "4", ["*", "-1", ["^", "x", 4]]],
                    ["+", "4", ["*", "-1", S], "x"], ["+", ["tanh", "x"], "x"], ["^", ["+", "x", "5"], -1],
                    "7"):  # fmt: skip
        assert boxed(nothing) == {}
    ball = boxed(["+", "4", ["*", "-1", ["^", "x", 2]], ["*", "-9", ["^", "y", 2]]])
    for name, radius in (("x", F(2)), ("y", F(2, 3))):
        lo, hi, nonzero = ball[name]
        assert (lo, nonzero) == (-hi, False)
        assert radius <= hi < radius + F(1, 2**31)
    assert boxed("0") == {}
    point = boxed(["*", "-1", S])
    assert 0 < point["x"].hi < F(1, 2**31)
    known = boxed(parameters={"k": "3", "z": "0", "l": ["1", "2"]}, inputs={"u": ["-1", "4"]})
    assert known == {"k": Range(F(3), F(3), True), "z": Range(F(0), F(0)), "l": Range(F(1), F(2), True),
                     "u": Range(F(-1), F(4))}  # fmt: skip
    more = system()
    x = more.own["x"].num
    assert boxes_of(more, [x - more.ring.constant(2), more.ring.constant(2) - x])["x"] == Range(F(2), F(2), True)


ORACLE: dict[str, Callable[[Any], Any]] = {
    name: getattr(mpmath, name) for name in ("sin", "cos", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "atan")
} | {"sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)), "softplus": lambda a: mpmath.log(1 + mpmath.exp(a))}  # fmt: skip
POINTS = [F(n, 64) for n in (1, 7, 16, 33, 64, 100, 128, 201, 300, 640, 1300)] + [F(1, 10**20), F(2, 3), F(1, 10**9)]


def inside(found: Interval, value: Any) -> bool:
    return bool(found.lo <= value * ONE <= found.hi)


@pytest.mark.parametrize("name", ORACLE)
def test_points_are_enclosed_and_to_the_last_bits(name: str) -> None:
    with mpmath.workprec(600):
        for size in POINTS:
            for at in (size,) if name in ("log", "sqrt") else (size, -size):
                x = enclosures.outward(at, at)
                assert x.hi - x.lo <= 1
                slope = abs(mpmath.diff(ORACLE[name], mpmath.mpf(at.numerator) / at.denominator))
                value = ORACLE[name](mpmath.mpf(at.numerator) / at.denominator)
                found = enclosures.apply(name, x)
                assert inside(found, value), at
                assert found.hi - found.lo <= 3 + 2 * slope + abs(value) / 2**60, at


@pytest.mark.parametrize("name", ORACLE)
def test_series_hold_the_value_at_their_own_precision(name: str) -> None:
    """Before they are rounded to intervals: 72 bits more, each bound on its own side."""
    rng, unit = Random(5), 1 << (BITS + 72)
    with mpmath.workprec(700):
        for scale in (-60, -8, -2, 0, 1, 3, 6, 8):
            for _ in range(12):
                x = (rng.randrange(unit // 2, unit) << 8 + scale) >> 8 if scale > -9 else rng.randrange(unit >> 60)
                for at in (x,) if name in ("log", "sqrt") else (x, -x):
                    lo, hi = enclosures._POINT[name](at)
                    value = ORACLE[name](mpmath.mpf(at) / unit) * unit
                    assert lo <= value <= hi
                    assert hi - lo <= (1 + abs(value) / unit) * 2**24  # of the 72 bits that are to be rounded away


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_waves_take_their_peaks_exactly_where_they_are(name: str) -> None:
    step = F(1, 2**40)
    with mpmath.workprec(400):
        quarter = F(int(mpmath.pi / 2 * 2**200), 2**200)
        for k in range(-9, 10):
            peak = k * quarter
            across = enclosures.apply(name, enclosures.outward(peak - step, peak + step))
            value = getattr(mpmath, name)(mpmath.mpf(peak.numerator) / peak.denominator)
            if abs(value) > mpmath.mpf(1) / 2:
                assert (across.hi == ONE) == (value > 0)
                assert (across.lo == -ONE) == (value < 0)
                for beside in (peak - 3 * step, peak + step):
                    short = enclosures.apply(name, enclosures.outward(beside, beside + 2 * step))
                    assert -ONE < short.lo <= short.hi < ONE
            else:
                assert -ONE < across.lo < 0 < across.hi < ONE
        whole = enclosures.apply(name, enclosures.outward(F(0), F(13, 2)))
        assert whole == (-ONE, ONE)
        far = enclosures.outward(F(2**19), F(2**19))
        assert inside(enclosures.apply(name, far), getattr(mpmath, name)(2**19))
        assert enclosures.apply(name, enclosures.outward(F(2**21), F(2**21))) == (-ONE, ONE)


def box(lo: int | Fraction, hi: int | Fraction) -> Interval:
    return enclosures.outward(F(lo), F(hi))


def test_interval_arithmetic_is_exact_on_whole_numbers() -> None:
    assert box(1, 2).plus(box(-3, 5)) == box(-2, 7)
    assert box(1, 2).minus(box(-3, 5)) == box(-4, 5)
    assert box(-1, 2).times(box(-3, 5)) == box(-6, 10)
    assert box(-2, -1).times(box(-3, 5)) == box(-10, 6)
    assert box(-1, 2).power(2) == box(0, 4)
    assert box(-3, 2).power(2) == box(0, 9)
    assert box(-3, -2).power(2) == box(4, 9)
    assert box(-3, 2).power(3) == box(-27, 8)
    assert box(0, 2).power(4) == box(0, 16)
    assert box(1, 2).power(0) == box(1, 1)
    assert box(2, 4).power(-1) == box(F(1, 4), F(1, 2))
    assert box(-4, -2).power(-2) == box(F(1, 16), F(1, 4))
    for across in (box(-1, 1), box(0, 1), box(-1, 0)):
        with pytest.raises(NoEnclosure):
            across.power(-1)
    third = box(F(1, 3), F(1, 3))
    assert (third.hi - third.lo, 3 * third.lo < ONE < 3 * third.hi) == (1, True)
    assert Interval(1, 1).times(Interval(1, 1)) == (0, 1)
    assert Interval(-1, -1).times(Interval(1, 1)) == (-1, 0)
    with mpmath.workprec(400):
        assert inside(enclosures.pi(), mpmath.pi)
    assert enclosures.pi().hi - enclosures.pi().lo == 1


def test_functions_are_enclosed_where_they_are_defined_and_not_too_large() -> None:
    for name, lo, hi in (("log", 0, 1), ("log", -1, 1), ("sqrt", F(-1, 2**90), 1), ("exp", 0, 513), ("exp", -513, 0),
                         ("asin", 0, F(1, 2)), ("erf", 0, 1)):  # fmt: skip
        with pytest.raises(NoEnclosure):
            enclosures.apply(name, box(lo, hi))
    assert enclosures.apply("sqrt", box(0, 4)) == (0, box(2, 2).hi + 1)
    assert enclosures.apply("exp", box(-512, 512)).lo >= 0
    assert enclosures.apply("atan", box(-(10**6), 10**6)).hi < box(F(11, 7), F(11, 7)).hi
    assert enclosures.apply("cosh", box(-1, 2)).lo == ONE
    assert enclosures.apply("cosh", box(-2, -1)) == enclosures.apply("cosh", box(1, 2))
    assert enclosures.apply("cosh", box(-2, 1)).hi == enclosures.apply("cosh", box(2, 2)).hi


def spent(tree: Any) -> int:
    steps: list[int] = []
    enclosures.evaluate(tree, {"x": box(1, 1)}, steps.append)
    return sum(steps)


def test_expressions_are_evaluated_at_a_counted_cost() -> None:
    at = {"x": box(1, 2), "y": box(-1, 1)}
    tree = ["+", "x", ["*", "-2", "y"], ["^", "x", 2], ["*", "x", "y"]]
    assert enclosures.evaluate(tree, at, lambda steps: None) == box(-2, 10)
    assert enclosures.evaluate(["*", "2", ["pi"]], at, lambda steps: None) == enclosures.pi().times(box(2, 2))
    assert spent("x") < spent(["^", "x", 2]) < spent(["^", "x", 20]) < spent(["^", "x", -200])
    assert spent(["sin", "x"]) > 100


RULES = ["sin", "cos", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "atan", "sigmoid", "softplus"]


def number(tree: Any, at: dict[str, Any]) -> Any:
    """An expression in mpmath."""
    if isinstance(tree, str):
        return at[tree] if tree in at else mpmath.mpf(F(tree).numerator) / F(tree).denominator
    if tree[0] == "^":
        return number(tree[1], at) ** tree[2]
    operands = [number(t, at) for t in tree[1:]]
    if tree[0] in ("+", "*"):
        return mpmath.fsum(operands) if tree[0] == "+" else mpmath.fprod(operands)
    return ORACLE[tree[0]](operands[0])


@pytest.mark.parametrize("name", RULES)
def test_derivatives_of_expressions_are_difference_quotients(name: str) -> None:
    case = system(rule=[["*", "x", "y"], ["+", "x", "3"]])
    inner = ["+", "2", ["*", "x", "x", "y"], ["^", "y", 3], ["^", "x", 2], ["^", ["+", "x", "y"], -2], ["^", "x", 1]]
    tree = ["*", [name, inner], "5", "y"]
    with mpmath.workdps(40):
        at = {"x": mpmath.mpf(1) / 3, "y": mpmath.mpf(1) / 5}
        slopes = {v: mpmath.diff(lambda t, v=v: number(tree, at | {v: t}), at[v]) for v in "xy"}
        for v in "xy":
            assert mpmath.almosteq(number(differentiate(case.statement, tree, v), at), slopes[v], mpmath.mpf(10) ** -15)
        moved = slopes["x"] * at["x"] * at["y"] + slopes["y"] * (at["x"] + 3)
        assert mpmath.almosteq(number(along(case.statement, tree), at), moved, mpmath.mpf(10) ** -15)


def test_derivatives_are_short_where_they_can_be() -> None:
    said = system(activations={"p": {"argument": "s", "derivative": "1"}}).statement
    assert differentiate(said, ["+", "x", "y", "2"], "x") == "1"
    assert differentiate(said, ["sin", "y"], "x") == "0"
    assert differentiate(said, ["*", "x", "y"], "x") == "y"
    assert differentiate(said, ["^", "x", 2], "x") == ["*", "2", "x"]
    assert differentiate(said, ["^", "x", 1], "x") == "1"
    assert differentiate(said, ["p", "y"], "x") == "0"
    for name in ("p", "erf", "asin"):
        with pytest.raises(NotDerived, match="derivative"):
            differentiate(said, [name, "x"], "x")


def ring(steps: int = 10**9) -> Ring:
    return Ring(["x", "y"], Budget(steps))


def test_polynomials_stay_within_the_limits() -> None:
    r = ring()
    x, y = r.generator(0), r.generator(1)
    big = r.constant(1 << (MAX_BITS // 2 - 1))
    assert (big * x) * x
    with pytest.raises(Unreadable, match="bits"):
        (big * big) * big
    with pytest.raises(Unreadable, match="degree"):
        x**1_000_001
    assert x**1_000_000
    for _ in range(MAX_SYMBOLS - 2):
        r.symbol(object())
    with pytest.raises(Unreadable, match="names and function values"):
        r.symbol("one more")
    small = ring(10)
    with pytest.raises(Unreadable, match="steps"):
        (small.generator(0) + small.constant(1)) ** 9
    assert MAX_TERMS >= 100_000
    assert (x + y) * (x - y) == x * x - y * y
    assert not (x + y) - (y + x)
    assert Polynomial(r, {0: 2, 1: 4}, 6) == Polynomial(r, {0: 1, 1: 2}, 3)
    assert (x.scaled(F(1, 2)) + y.scaled(F(1, 3))).scaled(6) == x.scaled(3) + y.scaled(2)
    assert (x * y * y + x).partial(1) == (x * y).scaled(2)


def test_division_of_polynomials_is_exact_or_none() -> None:
    r = ring()
    x, y, one = r.generator(0), r.generator(1), r.constant(1)
    product = (x + y.scaled(F(1, 2))) * (x * x + one)
    assert product.over(x * x + one) == x + y.scaled(F(1, 2))
    assert product.over(x + y) is None
    assert (product + one).over(x * x + one) is None
    assert x.scaled(-6).primitive() == x
    assert (y.scaled(F(3, 2)) - x.scaled(F(9, 4))).primitive() == x.scaled(3) - y.scaled(2)
    assert product.evaluate([F(2), F(3)]) == F(35, 2)
    assert product.value() is None
    assert (one.value(), (one - one).value()) == (1, 0)


def test_ranks_and_minors_of_rationals() -> None:
    r = ring()
    assert rank(r, [[F(0), F(1)], [F(1), F(0)]]) == 2
    assert rank(r, [[F(0), F(0), F(2)], [F(0), F(3), F(1)], [F(0), F(6), F(4)]]) == 2
    assert rank(r, [[F(1), F(2)], [F(2), F(4)], [F(3), F(6)]]) == 1
    assert rank(r, [[F(0), F(0)]]) == rank(r, []) == 0
    assert rank(r, [[F(1), F(1, 3)], [F(3), F(1)], [F(0), F(1, 7)]]) == 2
    assert minor_count(4, 3, 2) == 18


def test_arguments_of_waves_are_multiples_of_units() -> None:
    s = system()
    x, y = s.own["x"], s.own["y"]
    assert common(F(3, 4), F(5, 6)) == F(1, 12)
    assert common(F(2), F(6)) == 2
    parts = terms(x.scaled(F(3, 2)) - y)
    assert parts is not None
    assert [(k, u.num) for k, u in parts] == [(1, x.scaled(F(3, 2)).num), (-1, y.num)]
    assert s.ring.met == {max(x.num.terms): F(3, 2), max(y.num.terms): F(1)}
    unit = max(x.num.terms)
    for multiple, expected in ((3, (3, F(1, 2))), (-16, (-16, F(1, 2))), (17, (1, F(17, 2))), (F(1, 2), (1, F(1, 4)))):
        s.ring.units = {unit: F(1, 2)}
        ((k, u),) = terms(x.scaled(F(multiple) / 2)) or []
        assert (k, u.num) == (expected[0], x.scaled(expected[1]).num)
    powers = [(x**k).scaled(k) for k in range(1, 8)]
    assert terms(sum(powers[1:6], powers[0])) is not None
    assert terms(sum(powers[1:], powers[0])) is None
    assert terms(x * (y + s.number(1)).inverse()) is None
    pi = s.convert(["pi"])
    assert turns(s.ring, pi.scaled(F(2, 3))) == F(2, 3)
    assert turns(s.ring, pi * pi) is None
    assert turns(system().ring, x) is None
    assert turns(s.ring, x) is None


def test_roots_of_whole_numbers_are_taken_prime_by_prime() -> None:
    assert prime_powers(1) == []
    assert prime_powers(72) == [(2, 3), (3, 2)]
    assert prime_powers(2 * 997) == [(2, 1), (997, 1)]
    assert prime_powers(1009**2) == [(1009, 2)]
    assert prime_powers(1009 * 1013 * 4) == [(2, 2), (1009 * 1013, 1)]
    assert prime_powers(7**5) == [(7, 5)]


def roots_of(*trees: Any) -> System:
    return system(integrals=list(trees))


@pytest.mark.parametrize(
    ("tree", "positive"),
    [
        (["+", ["sqrt", "2"], "-1"], True), (["+", ["sqrt", "2"], "-3/2"], False), (["sqrt", "2"], True),
        (["+", ["sqrt", "3"], ["*", "-1", ["sqrt", "2"]]], True), ("0", False), ("1/7", True), ("-1/7", False),
        (["+", "1414213562373095048801688724209/1000000000000000000000000000000", ["*", "-1", ["sqrt", "2"]]], False),
        (["+", "1414213562373095048801688724210/1000000000000000000000000000000", ["*", "-1", ["sqrt", "2"]]], True),
        (["sqrt", ["+", "3", ["*", "2", ["sqrt", "2"]]]], True), (["*", "-1", ["sqrt", ["sqrt", "2"]]], False),
        ("x", False),
        (["+", "2", ["*", "-1", ["sqrt", ["+", "2", ["sqrt", "2"]]]]], True),
        (["^", ["+", "1", ["sqrt", "2"]], -1], False), (["tanh", "1"], False),
    ],
)  # fmt: skip
def test_signs_of_numbers_with_roots(tree: Any, positive: bool) -> None:
    assert is_positive(roots_of().convert(tree)) is positive


def test_quotients_keep_their_bases_until_they_are_cancelled() -> None:
    s = system()
    x, one = s.own["x"], s.number(1)
    base = x + one
    shown = (x * x - one) * base.inverse()
    assert shown.den == {base.num: 1}
    assert (shown.cancelled().num, shown.cancelled().den) == ((x - one).num, {})
    assert not shown - (x - one)
    assert (base**-2).den == {base.num: 2}
    assert (base**0).value() == (base**-0).value() == 1
    assert ((base * base.inverse()).cancelled()).value() == 1
    assert (x.scaled(-2)).inverse().den == {x.num: 1}
    assert not (x.scaled(-2)).inverse() * x - s.number(F(-1, 2))
    with pytest.raises(NotDerived, match="zero"):
        (one - one).inverse()
    square = base.inverse() + base.inverse() ** 2
    assert square.den == {base.num: 2}
    assert square.num == (x + one + one).num
    assert Quotient(square.num * s.ring.constant(0), square.den).den == {}


def test_the_width_of_numbers_is_what_the_tests_above_take_it_for() -> None:
    assert (BITS, ONE) == (96, 1 << 96)
    assert Range(-inf, inf) == ranges.EVERYTHING
