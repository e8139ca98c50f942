"""Domain: what is written must be defined and C^1 on N, before anything cancels."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import statement_of
from neutralmodes.exact.ranges import Range, range_of
from neutralmodes.obligations import domain as module
from neutralmodes.obligations.domain import domain
from neutralmodes.obligations.ground import Ground
from neutralmodes.statement import Reader
from neutralmodes.verdict import Obligation
from neutralmodes_check.domain import check_domain
from neutralmodes_check.ranges import Range as CheckedRange
from neutralmodes_check.ranges import range_of as checked_range
from neutralmodes_check.refusal import NotDerived
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System as Checked

x, y, s, u = sp.symbols("x y s u", real=True)
r2 = x**2 + y**2
act = sp.Function("act")
BALL = nm.Region.ball([x, y], 1)


def made(first: Any, region: nm.Region = BALL, **options: Any) -> nm.System:
    field = nm.VectorField([x, y], [first, 0], **options)
    return nm.System("s", field, nm.LieAction([x, y], [[-y, x]]), region, start=[0, 0])


def verdict(first: Any, region: nm.Region = BALL, **options: Any) -> Obligation:
    """The obligation; a proof must satisfy the independent checker."""
    system = made(first, region, **options)
    found = domain(Ground(system))
    if found.verdict == "PROVED":
        check_domain(Checked(read_statement(statement_of(system))), found.proof)
    return found


@pytest.mark.parametrize(
    "first",
    [
        x * sp.tanh(y) * sp.exp(sp.sin(x)) + sp.atan(y),
        1 / (2 - r2),
        1 / (r2 - 3),
        1 / (1 + sp.exp(-x)),
        1 / (2 + sp.cos(x)) ** 3,
        1 / (1 + sp.tanh(x) ** 2),
        x / sp.cosh(y),
        1 / (sp.exp(x) + sp.exp(-x)),
        1 / (-2 + sp.sin(x * y)),
        sp.sqrt(1 + r2),
        1 / sp.sqrt(1 + x**4),
        sp.sqrt(2) * x / sp.pi,
        sp.log(2 + x),
        sp.log(nm.functions.softplus(x)),
        sp.asin(x / 2),
        sp.acos(y / 3),
        sp.tan(x),
        sp.sqrt(1 + sp.sqrt(2 + x)),
        1 / (1 + nm.functions.sigmoid(x)),
        1 / (sp.Rational(11, 10) - x * sp.sin(x)),  # by paving: ranges are too coarse
    ],
)
def test_what_is_smooth_on_the_region_is_proved(first: Any) -> None:
    assert verdict(first).verdict == "PROVED"


@pytest.mark.parametrize(
    "first",
    [
        sp.Abs(x),
        sp.Max(x, y),
        sp.Min(x, 0),
        sp.sign(x),
        sp.floor(x),
        sp.atan2(y, x),
        sp.Heaviside(x),
        1 / (x - sp.Rational(1, 3)),
        sp.sqrt(x + sp.Rational(1, 2)),
        sp.log(x + sp.Rational(1, 2)),
        sp.asin(2 * x + sp.Rational(1, 9)),
        sp.tan(2 * x),
        1 / (sp.cos(3 * x) + sp.Rational(1, 9)),
        sp.sqrt(1 - r2),
        sp.log(1 - sp.exp(x) / 2),
    ],
)
def test_what_may_fail_on_the_region_is_not_proved(first: Any) -> None:
    found = verdict(first)
    assert found.verdict == "UNDECIDED"
    assert found.advice


def test_a_pole_that_cancels_is_still_a_pole() -> None:
    cancelled = sp.Mul(x, sp.Pow(x, -1, evaluate=False), evaluate=False)
    found = verdict(cancelled)
    assert found.verdict == "REFUTED"
    assert found.witness is not None
    assert found.witness["point"] == {"x": "0", "y": "0"}


def test_a_root_of_a_negative_number_is_refuted() -> None:
    found = verdict(sp.sqrt(x - 1))
    assert found.verdict == "REFUTED"
    assert found.witness is not None
    assert "x - 1 = -1" in found.witness["text"].replace("-1 + x", "x - 1")


def test_inputs_and_parameters_enter_with_their_ranges() -> None:
    assert verdict(1 / (u + sp.Rational(5, 2)), inputs={u: nm.Interval(-2, 2)}).verdict == "PROVED"
    assert verdict(1 / (u + sp.cos(x)), parameters={u: nm.Interval(2, 3)}).verdict == "PROVED"
    assert verdict(1 / (u + sp.cos(4 * x)), parameters={u: nm.Interval(1, 3)}).verdict == "UNDECIDED"
    assert verdict(sp.tan(u * x), parameters={u: nm.Interval(0, "3/2")}).verdict == "PROVED"


def test_an_activation_must_have_a_derivative_everywhere() -> None:
    assert verdict(act(x), activations={"act": (s, 1 / (1 + sp.exp(-s)))}).verdict == "UNDECIDED"
    assert verdict(act(x), activations={"act": (s, 1 - act(s) ** 2)}).verdict == "PROVED"
    assert verdict(sp.Function("p")(x)).verdict == "PROVED"


@pytest.mark.parametrize(
    ("expression", "lo", "hi"),
    [
        (x * y, -2, 3),
        (x**2, 0, 1),
        (x**3, -1, 1),
        (y**-1, Fraction(1, 3), Fraction(1, 2)),
        ((x - 2) ** -2, Fraction(1, 9), 1),
        (-1 / y, Fraction(-1, 2), Fraction(-1, 3)),
        (sp.sin(x) + 2 * sp.cos(7 * y), -3, 3),
        (sp.exp(y), 1, None),
        (sp.exp(-y), 0, 1),
    ],
)
def test_ranges_contain_the_values(expression: Any, lo: Any, hi: Any) -> None:
    """Against the exact ranges by hand, here on [-1, 1] x [2, 3], in both programs."""
    boxes = {"x": (Fraction(-1), Fraction(1)), "y": (Fraction(2), Fraction(3))}
    tree = Reader().tree(expression, "e")
    ours = range_of(tree, {k: Range(*v, v[0] > 0) for k, v in boxes.items()})
    theirs = checked_range(tree, {k: CheckedRange(*v, v[0] > 0) for k, v in boxes.items()})
    for inner, outer in ((lo, ours.lo), (lo, theirs.lo if theirs.lo > -(10**9) else None)):
        assert outer is None or inner is None or outer <= inner
    for inner, outer in ((hi, ours.hi), (hi, theirs.hi if theirs.hi < 10**9 else None)):
        assert outer is None or (inner is not None and outer >= inner)
    assert ours.sign == theirs.sign


def test_the_checker_refuses_a_range_that_shows_nothing() -> None:
    system = made(1 / (1 + sp.cos(4 * x)))
    entry = {"expression": ["+", "1", ["cos", ["*", "4", "x"]]], "sign": 1, "positivity": {"rule": "range"}}
    proof = {"rule": "denominators", "denominators": [entry]}
    with pytest.raises(NotDerived, match="range"):
        check_domain(Checked(read_statement(statement_of(system))), proof)


def test_without_its_conditions_a_pole_would_be_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    pole = 1 / (x - sp.Rational(1, 3))
    assert verdict(pole).verdict == "UNDECIDED"
    monkeypatch.setattr(module, "conditions", lambda ground, trees, own=False: [])
    assert domain(Ground(made(pole))).verdict == "PROVED"
    with pytest.raises(NotDerived, match="not covered"):
        verdict(pole)
