"""Pavings and facts: enclosures hold on both sides, trees are re-checked, forged ones are refused."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import mpmath
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import neutralmodes as nm
from neutralmodes.certificate import canonical, statement_of
from neutralmodes.exact import intervals, paving
from neutralmodes.exact.facts import FACTS
from neutralmodes.exact.floats import values
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.invariance import invariance
from neutralmodes.verdict import Obligation, Verdict
from neutralmodes_check import NotDerived, Unreadable
from neutralmodes_check import enclosures as checked
from neutralmodes_check.facts import _facts
from neutralmodes_check.invariance import check_invariance
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System as Checked

x, y = sp.symbols("x y", real=True)

ORACLE: dict[str, Callable[[Any], Any]] = {
    "sin": mpmath.sin,
    "cos": mpmath.cos,
    "exp": mpmath.exp,
    "log": mpmath.log,
    "atan": mpmath.atan,
    "sqrt": mpmath.sqrt,
    "tanh": mpmath.tanh,
    "sinh": mpmath.sinh,
    "cosh": mpmath.cosh,
    "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)),
    "softplus": lambda a: mpmath.log(1 + mpmath.exp(a)),
    "asin": mpmath.asin,
    "erf": mpmath.erf,
}
ENCLOSED = sorted(set(ORACLE) - {"asin", "erf"})
ends = st.fractions(min_value=-12, max_value=12, max_denominator=10**6)


def holds(interval: Any, one: int, value: Any) -> bool:
    with mpmath.workprec(400):
        return bool(interval.lo <= value * one <= interval.hi)


@pytest.mark.parametrize("side", ["producer", "checker"])
@pytest.mark.parametrize("function", ENCLOSED)
@given(a=ends, b=ends, part=st.fractions(min_value=0, max_value=1))
def test_enclosures_hold_every_value_on_the_interval(
    side: str, function: str, a: Fraction, b: Fraction, part: Fraction
) -> None:
    if function in ("log", "sqrt"):
        a, b = abs(a) + Fraction(1, 1000), abs(b) + Fraction(1, 1000)
    lo, hi = min(a, b), max(a, b)
    inner = lo + part * (hi - lo)
    with mpmath.workprec(400):
        value = ORACLE[function](mpmath.mpf(inner.numerator) / inner.denominator)
    if side == "producer":
        assert holds(intervals.apply(function, intervals.from_fractions(lo, hi)), intervals.ONE, value)
    else:
        assert holds(checked.apply(function, checked.outward(lo, hi)), checked.ONE, value)


@pytest.mark.parametrize("function", ENCLOSED)
def test_the_checker_encloses_points_to_sixty_bits(function: str) -> None:
    rng = random.Random(1)
    for _ in range(50):
        at = Fraction(rng.randint(1, 4096), 512)
        found = checked.apply(function, checked.outward(at, at))
        assert found.hi - found.lo <= max(abs(found.hi), checked.ONE) >> 60


def test_products_are_those_of_intervals_not_of_balls() -> None:
    unit = intervals.from_fractions(Fraction(0), Fraction(1))
    assert unit * unit == unit
    centred = intervals.from_fractions(Fraction(-1), Fraction(1))
    assert centred.power(2) == unit


@pytest.mark.parametrize("function", ["log", "sqrt"])
def test_a_function_is_not_enclosed_where_it_is_undefined(function: str) -> None:
    with pytest.raises(intervals.NoEnclosure):
        intervals.apply(function, intervals.from_fractions(Fraction(-1), Fraction(1)))
    with pytest.raises(checked.NoEnclosure):
        checked.apply(function, checked.outward(Fraction(-1), Fraction(1)))


def test_the_reciprocal_of_an_interval_about_zero_is_refused() -> None:
    with pytest.raises(intervals.NoEnclosure):
        intervals.from_fractions(Fraction(-1), Fraction(1)).inverse()
    with pytest.raises(checked.NoEnclosure):
        checked.outward(Fraction(0), Fraction(1)).inverse()


def test_a_tower_of_powers_ends_in_no_enclosure_not_in_a_number_of_gigabytes() -> None:
    tower = ["^", ["^", ["^", "4", 1000], 1000], 1000]
    with pytest.raises(checked.NoEnclosure, match="large"):
        checked.evaluate(tower, {}, lambda steps: None)


@pytest.mark.parametrize("function", sorted(set(FACTS) - {"pi"}))
@given(a=st.floats(min_value=-30, max_value=30))
def test_every_fact_is_true_of_its_function(function: str, a: float) -> None:
    a = {"log": abs(a) + 1e-3, "sqrt": abs(a), "asin": a / 30}.get(function, a)
    t = float(ORACLE[function](a))
    for fact in FACTS[function]:
        assert float(values(fact, {"t": t, "a": a})) >= -1e-12 * max(1.0, abs(t) * (abs(a) + abs(t)))


def test_facts_about_pi_are_true() -> None:
    assert all(float(values(fact, {"t": float(sp.pi)})) > 0 for fact in FACTS["pi"])


@pytest.mark.parametrize("function", sorted(FACTS))
def test_producer_and_checker_know_the_same_facts(function: str) -> None:
    system = Checked(read_statement(statement_of(tanh_pair(1))))
    t, a = (system.indeterminate(name) for name in ("x", "y"))
    theirs = _facts(system, function, t, None if function == "pi" else a)
    ours = [system.convert(json.loads(json.dumps(fact)), {"t": t, "a": a}) for fact in FACTS[function]]
    assert len(ours) == len(theirs)
    assert not any(p - q for p, q in zip(ours, theirs, strict=True))


def tanh_pair(gain: int) -> nm.System:
    """x' = -x + gain tanh x - tanh y, y' = -y + tanh x on |x|, |y| <= 4."""
    rule = [-x + gain * sp.tanh(x) - sp.tanh(y), -y + sp.tanh(x)]
    return flow(rule, nm.Region.box({x: (-4, 4), y: (-4, 4)}))


def flow(rule: list[Any], region: nm.Region, start: tuple[int, int] = (0, 0), **more: Any) -> nm.System:
    return nm.System("pair", nm.VectorField([x, y], rule, **more), nm.LieAction([x, y], [[-y, x]]), region, start=start)


def bent() -> nm.System:
    """A disc whose boundary needs halving: no fact helps where exp and cos work against each other."""
    return flow([-2 * x + sp.cos(3 * x * y) * sp.exp(-x) / 2, -2 * y + sp.sin(x + y) / 2], nm.Region.ball([x, y], 2))


def recheck(system: nm.System, proof: dict[str, Any]) -> None:
    """The independent checker's word on a proof of invariance: raises where it is not derived."""
    check_invariance(Checked(read_statement(json.loads(canonical(statement_of(system))))), json.loads(canonical(proof)))


def proof_of(system: nm.System) -> Obligation:
    return invariance(Ground(system), 10.0)


def test_one_box_is_enough_for_the_faces_of_a_tanh_network() -> None:
    found = proof_of(tanh_pair(2))
    assert found.verdict is Verdict.PROVED
    assert found.proof is not None
    assert [face["positivity"]["tree"] for face in found.proof["faces"]] == ["+"] * 4
    recheck(tanh_pair(2), found.proof)


def test_a_curved_face_is_paved_and_the_checker_walks_the_same_tree() -> None:
    found = proof_of(bent())
    assert found.verdict is Verdict.PROVED
    assert found.proof is not None
    (face,) = found.proof["faces"]
    assert face["positivity"]["rule"] == "paving"
    assert face["positivity"]["tree"].count("/") > 5
    recheck(bent(), found.proof)


def test_a_proof_of_another_system_is_refused() -> None:
    found = proof_of(tanh_pair(2))
    assert found.proof is not None
    with pytest.raises(NotDerived, match="positive on a box"):
        recheck(tanh_pair(4), found.proof)


@pytest.mark.parametrize(
    ("forge", "error"),
    [
        (lambda tokens: tokens[:-1], "does not cover"),
        (lambda tokens: [*tokens, "+"], "more leaves than boxes"),
        (lambda tokens: ["+"], "positive on a box"),
        (lambda tokens: ["g0"], "hypothesis is not shown to fail"),
        (lambda tokens: ["h0"], "hypothesis is not shown to fail"),
        (lambda tokens: [*tokens[:-1], "g7"], "bad token"),
        (lambda tokens: [*tokens[:-1], "h01"], "bad token"),
        (lambda tokens: [*tokens[:-1], "-"], "unknown token"),
        (lambda tokens: [*tokens[:-1], ""], "unknown token"),
        (lambda tokens: ["/9", "+", "+"], "bad token"),
        (lambda tokens: ["+" if t == "h0" else t for t in tokens], "positive on a box"),
    ],
)
def test_forged_trees_are_refused(forge: Callable[[list[str]], list[str]], error: str) -> None:
    found = proof_of(bent())
    assert found.proof is not None
    proof = json.loads(json.dumps(found.proof))
    positivity = proof["faces"][0]["positivity"]
    positivity["tree"] = " ".join(forge(positivity["tree"].split(" ")))
    with pytest.raises((NotDerived, Unreadable), match=error):
        recheck(bent(), proof)


def test_a_forged_bound_is_refused() -> None:
    system = flow([-x + sp.tanh(y) / 4, -y], nm.Region([4 - x**2 - y**2 - x * y]))
    found = proof_of(system)
    assert found.verdict is Verdict.PROVED
    assert found.proof is not None
    paved = {"rule": "paving", "bound": {"square": "1/100", "positivity": None}, "tree": "+"}
    proof = found.proof | {"faces": [{"of": 0, "positivity": paved}]}
    with pytest.raises(NotDerived):
        recheck(system, proof)


def test_a_kernel_must_be_defined_on_the_region() -> None:
    system = flow([-x, -y], nm.Region.ball([x, y], 1))
    names = ["x", "y", "t_0"]
    positivity = {
        "rule": "positivstellensatz", "names": names, "kernels": [["sqrt", "x"]], "margin": "2",
        "products": [], "equalities": [{"of": 0, "cofactor": [["-2", [0, 0, 0]]]}],
    }  # fmt: skip
    proof = {"rule": "faces", "faces": [{"of": 0, "positivity": positivity}], "constraints": []}
    with pytest.raises(NotDerived, match="not known to be defined"):
        recheck(system, proof)
    positivity["kernels"] = [["tanh", "x"]]
    recheck(system, proof)


def test_a_kernel_is_a_function_value() -> None:
    system = flow([-x, -y], nm.Region.ball([x, y], 1))
    positivity = {
        "rule": "positivstellensatz", "names": ["x", "y", "t_0"], "kernels": [["+", "x", "1"]], "margin": "2",
        "products": [], "equalities": [{"of": 0, "cofactor": [["-2", [0, 0, 0]]]}],
    }  # fmt: skip
    with pytest.raises(NotDerived, match="value of a function"):
        recheck(system, {"rule": "faces", "faces": [{"of": 0, "positivity": positivity}], "constraints": []})


def test_a_fact_used_for_the_wrong_function_is_refused() -> None:
    more = sp.symbols("a b", real=True)
    r2 = x**2 + y**2
    rule = [x * (1 - r2) - y + sp.tanh(x) / 10, y * (1 - r2) + x + sp.tanh(y) / 10, *(-v for v in more)]
    state, region = [x, y, *more], nm.Region.annulus([x, y], "1/2", 2) & nm.Region.ball(more, 1)
    action = nm.LieAction(state, [[-y, x, 0, 0]])
    system = nm.System("four", nm.VectorField(state, rule), action, region, start=[1, 0, 0, 0])
    found = proof_of(system)
    assert found.proof is not None
    assert "kernels" in found.proof["faces"][0]["positivity"]
    recheck(system, found.proof)
    forged = json.loads(json.dumps(found.proof).replace('"tanh"', '"sinh"'))
    with pytest.raises(NotDerived):
        recheck(system, forged)


def test_halving_stops_after_a_counted_number_of_boxes() -> None:
    claim = paving.Claim(("x",), ("^", "x", 2), (), (), True, {})
    box = ((Fraction(-1), Fraction(1)),)
    first, second = (paving.pave(claim, box, 50) for _ in range(2))
    assert first.tree is None
    assert first == second
    assert first.boxes <= 50


def test_halving_stops_at_once_at_a_counterexample() -> None:
    claim = paving.Claim(("x",), "x", (("+", "1", "x"),), (), True, {})
    assert paving.pave(claim, ((Fraction(-1), Fraction(1)),), 10_000).boxes == 1


@given(root=st.fractions(min_value=-1, max_value=1, max_denominator=50))
def test_a_target_with_a_zero_in_the_set_is_never_paved(root: Fraction) -> None:
    target = ("^", ("+", "x", str(-root)), 2)
    claim = paving.Claim(("x",), target, (), (), True, {})
    assert paving.pave(claim, ((Fraction(-1), Fraction(1)),), 200).tree is None


def test_a_paving_is_taken_where_the_target_is_positive() -> None:
    target = ("+", ("^", ("+", "x", "-1/3"), 2), "1/1000")
    claim = paving.Claim(("x",), target, (), (), True, {})
    assert paving.pave(claim, ((Fraction(-1), Fraction(1)),), 500).tree is not None


def test_bounds_of_boxes_are_closed_forms() -> None:
    trees = [(-1, 3), (-5, 2)]
    region = nm.Region.box(dict(zip((x, y), trees, strict=True)))
    ground = Ground(flow([-x, -y], region))
    assert ground.bound is not None
    assert ground.bound[0] == 9 + 25
