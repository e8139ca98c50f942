"""The zero test: no wrong PROVED and no wrong REFUTED on a corpus of known truth, and witnesses that hold up."""

from __future__ import annotations

import importlib.util
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import flint
import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neutralmodes.exact import algebraic, kernels, zero
from neutralmodes.exact import field as fields
from neutralmodes.exact.balls import is_defined
from neutralmodes.exact.enclosures import Ball
from neutralmodes.exact.expression import differentiate, evaluate, fold, functions, is_rational, to_json
from neutralmodes.exact.field import Field
from neutralmodes.exact.readback import to_tree
from neutralmodes.exact.zero import ZeroTest, zero_test
from neutralmodes_check.refusal import NotDerived
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System
from neutralmodes_check.zero import vanish

_SPEC = importlib.util.spec_from_file_location("corpus_identities", Path(__file__).with_name("corpus_identities.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
corpus = importlib.util.module_from_spec(_SPEC)
__import__("sys").modules["corpus_identities"] = corpus  # dataclasses look their module up
_SPEC.loader.exec_module(corpus)

NAMES = ["x", "y", "z"]
CASES = {case.label: case for case in corpus.CASES}
PROOFS = {"PROVED": corpus.ZERO, "REFUTED": corpus.NONZERO}


def decide(label: str) -> ZeroTest:
    tree = CASES[label].tree
    return zero_test(Field(NAMES, [tree], activations=corpus.ACTIVATIONS), tree)


@pytest.fixture(scope="module")
def verdicts() -> dict[str, ZeroTest]:
    return {label: decide(label) for label in CASES}


def test_the_corpus_is_large_and_of_every_kind() -> None:
    counts = Counter(case.truth for case in corpus.CASES)
    assert len(CASES) == len(corpus.CASES) >= 200
    assert min(counts[corpus.ZERO], counts[corpus.NONZERO]) >= 100
    assert counts[corpus.TRAP] >= 6


def test_nothing_is_proved_or_refuted_wrongly(verdicts: dict[str, ZeroTest], record_property: Any) -> None:
    decided = {label: str(v.verdict) for label, v in verdicts.items() if v.verdict != "UNDECIDED"}
    assert [label for label, v in decided.items() if CASES[label].truth != PROOFS[v]] == []
    rate = 1 - len(decided) / len(CASES)
    record_property("undecided_rate", f"{rate:.3f}")
    print(f"\n{len(CASES)} identities, UNDECIDED {rate:.1%}: {sorted(set(CASES) - set(decided))}")  # noqa: T201
    assert rate < 0.1


def test_what_the_tiers_promise_is_decided(verdicts: dict[str, ZeroTest]) -> None:
    open_ones = [label for label, case in CASES.items() if case.must and verdicts[label].verdict != "PROVED"]
    assert open_ones == []
    assert [label for label, case in CASES.items() if "1e-30" in label and verdicts[label].witness is None] == []


@pytest.mark.parametrize(
    ("label", "tier"),
    [
        ("rational: quotient", "T0"),
        ("numbers: denesting", "T0"),
        ("numbers: pentagon", "T0"),
        ("periodic: parameter inside", "T1"),
        ("periodic: exp of a sum", "T1"),
        ("towers: tanh of a sum", "T2"),
        ("towers: opaque", "T2"),
        ("numbers: denesting + 1e-30", "T0"),
        ("periodic: Pythagoras + 1e-30", "T0"),
        ("wrong: Taylor", "T3"),
        ("wrong: Ramanujan's constant", "T3"),
        ("trap: log of a product", ""),
    ],
)
def test_the_tier_is_named(verdicts: dict[str, ZeroTest], label: str, tier: str) -> None:
    assert verdicts[label].tier == tier


def value(tree: Any, point: dict[str, Any]) -> Any:
    """An independent evaluation, by mpmath."""
    special = {
        "sigmoid": lambda a: 1 / (1 + mpmath.exp(-a)),
        "softplus": lambda a: mpmath.log(1 + mpmath.exp(a)),
        "pi": lambda: +mpmath.pi,
    }

    def visit(node: Any, operands: list[Any]) -> Any:
        if isinstance(node, str):
            number = Fraction(node) if is_rational(node) else point[node]
            return mpmath.mpf(number.numerator) / number.denominator if isinstance(number, Fraction) else number
        if node[0] == "+":
            return mpmath.fsum(operands)
        if node[0] == "*":
            return mpmath.fprod(operands)
        if node[0] == "^":
            return operands[0] ** node[2]
        return special.get(node[0], getattr(mpmath, node[0], None))(*operands)

    return fold(tree, visit, {})


def test_every_witness_holds_in_another_arithmetic(verdicts: dict[str, ZeroTest]) -> None:
    checked = 0
    for label, result in verdicts.items():
        tree, witness = CASES[label].tree, result.witness
        if witness is None or functions(tree) & set(corpus.ACTIVATIONS):
            continue
        with mpmath.workdps(700):
            found = value(tree, witness.point)
            if witness.ball is not None:
                assert abs(found - mpmath.mpf(witness.ball.midpoint)) <= mpmath.mpf(witness.ball.radius) * (
                    1 + mpmath.mpf(10) ** -9
                )
                assert abs(mpmath.mpf(witness.ball.midpoint)) > mpmath.mpf(witness.ball.radius)
            else:
                exact = witness.value
                assert exact
                assert abs(found * exact.denominator / exact.numerator - 1) < mpmath.mpf(10) ** -300
            assert mpmath.isfinite(found)
            assert mpmath.im(found) == 0
        checked += 1
    assert checked > 140


def test_a_rational_witness_is_the_exact_value(verdicts: dict[str, ZeroTest]) -> None:
    label = "wrong: vanishes at small integers"
    witness = verdicts[label].witness
    assert witness is not None
    assert witness.value == evaluate(CASES[label].tree, witness.point)


def in_the_checker(tree: Any, elementary: bool = False) -> System:
    """The checker's system with the tree as its only integral."""
    declared = {
        name: {"argument": a, "derivative": None if d is None else to_json(d)}
        for name, (a, d) in corpus.ACTIVATIONS.items()
    }
    statement: dict[str, Any] = {"angles": [], "constraints": [], "discrete": [], "inputs": {}, "parameters": {}}
    statement |= {"name": "c", "kind": "flow", "variables": NAMES, "rule": ["0"] * 3, "start": ["0"] * 3}
    statement |= {"generators": [["1", "0", "0"]], "group": None, "at_least": None, "activations": declared}
    statement |= {"region": {"inequalities": []}, "integrals": [to_json(tree)]}
    return System(read_statement(statement), elementary=elementary)


def proved_by_the_checker(tree: Any) -> bool:
    return vanish(in_the_checker(tree), lambda view: view.all(view.statement.integrals))


def test_the_independent_checker_proves_what_is_proved_and_nothing_false(verdicts: dict[str, ZeroTest]) -> None:
    proved = {label for label, case in CASES.items() if proved_by_the_checker(case.tree)}
    assert {CASES[label].truth for label in proved} == {corpus.ZERO}
    assert {label for label, v in verdicts.items() if v.verdict == "PROVED"} <= proved


def test_the_precision_of_the_process_is_left_alone() -> None:
    before = flint.ctx.prec
    decide("wrong: Ramanujan's constant")
    assert flint.ctx.prec == before


@pytest.mark.parametrize("tree", [("log", ("*", "-1", ("^", "x", 2))), ("^", ("+", "x", ("*", "-1", "x")), -1)])
def test_what_is_defined_nowhere_is_never_refuted(tree: Any) -> None:
    home = Field(["x"], [tree])
    try:
        verdict = zero_test(home, tree).verdict
    except ZeroDivisionError:
        return
    assert verdict == "UNDECIDED"


def test_a_denominator_that_vanishes_by_a_relation_is_no_proof() -> None:
    hidden = ("+", ("^", ("sqrt", "x"), 2), ("*", "-1", "x"))
    tree = ("+", ("^", hidden, -1), "1")
    assert zero_test(Field(["x"], [tree]), tree).verdict != "PROVED"


def test_exact_parameters_are_put_in_and_free_ones_stay() -> None:
    tree = ("+", ("sin", ("*", "w", "x")), ("*", "-1", ("sin", ("*", "3/5", "x"))))
    assert zero_test(Field(["x"], [tree], {"w": Fraction(3, 5)}), tree).verdict == "PROVED"
    assert zero_test(Field(["x", "w"], [tree]), tree).verdict == "REFUTED"


def test_derivatives_through_kernels_agree_with_derivatives_of_trees() -> None:
    """Two chain rules: on field elements and on trees."""
    labels = [label for label in CASES if label.startswith(("periodic", "towers")) and "opaque" not in label]
    for label in labels[::2]:
        tree = CASES[label].tree
        slope = differentiate(tree, "x", corpus.ACTIVATIONS)
        home = Field(NAMES, [tree, slope], activations=corpus.ACTIVATIONS)
        difference = home.derivative(home.element(tree), "x") - home.element(slope)
        assert zero.proves_zero(home, difference), label


LEAVES = st.sampled_from(["x", "y", "0", "1", "-1", "2", "1/2", "-3/4", "12", ("pi",), ("*", "5/6", ("pi",))])
UNARY = ["sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "atan", "asin", "acos"]
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(st.just("+"), inner, inner),
        st.tuples(st.just("*"), inner, inner),
        st.tuples(st.just("^"), inner, st.sampled_from([-2, -1, 2, 3])),
        st.tuples(st.sampled_from([*UNARY, "sigmoid", "softplus", "erf"]), inner),
    ),
    max_leaves=8,
)


@given(TREES, st.fractions(-2, 2, max_denominator=9), st.fractions(-2, 2, max_denominator=9))
def test_canonical_forms_keep_the_values_of_functions(tree: Any, at_x: Fraction, at_y: Fraction) -> None:
    """Random towers, in both normal forms, against mpmath on the tree as written."""
    point = {"x": at_x, "y": at_y}
    if not is_defined(tree, point):
        return
    home = Field(["x", "y"], [tree])
    try:
        plain = home.element(tree)
        forms = [(home, home.normal(plain)), (home.twin, home.twin.normal(home.transfer(plain, home.twin)))]
    except ZeroDivisionError:
        return
    with mpmath.workdps(60):
        written = value(tree, point)
        for field, ratio in forms:
            try:
                found = value(to_tree(field, ratio), point)
            except ZeroDivisionError:
                continue
            assert mpmath.almosteq(written, found, rel_eps=mpmath.mpf(10) ** -20, abs_eps=mpmath.mpf(10) ** -20)


@given(TREES, st.fractions(-2, 2, max_denominator=9), st.booleans())
def test_the_checkers_forms_keep_the_values_of_functions(tree: Any, at: Fraction, elementary: bool) -> None:
    point = {"x": at, "y": at / 3 - 1, "z": Fraction(0)}
    if not is_defined(tree, point):
        return
    system = in_the_checker(tree, elementary)

    def of(p: Any) -> Any:
        terms = ((c, [(i, e) for i, e in enumerate(p.exponents(m)) if e]) for m, c in p.terms.items())
        return mpmath.fsum(c * mpmath.fprod(indeterminate(i) ** e for i, e in powers) for c, powers in terms) / p.den

    def quotient(q: Any) -> Any:
        return of(q.num) / mpmath.fprod(of(base) ** k for base, k in q.den.items())

    def indeterminate(i: int) -> Any:
        data = system.ring.symbols[i]
        if data is not None:
            return value((data[0], "x"), {"x": quotient(data[1])})
        return +mpmath.pi if i >= len(NAMES) else mpmath.mpf(point[NAMES[i]].numerator) / point[NAMES[i]].denominator

    with mpmath.workdps(60):
        try:
            found = quotient(system.convert(to_json(tree)))
        except (NotDerived, ZeroDivisionError):
            return
        assert mpmath.almosteq(value(tree, point), found, mpmath.mpf(10) ** -20, mpmath.mpf(10) ** -20)


# Each rule broken on purpose flips a verdict.


def test_a_loose_separation_bound_would_prove_what_is_false(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decide("numbers: denesting + 1e-30").verdict == "REFUTED"
    monkeypatch.setattr(zero, "separation", lambda home, number: Fraction(1))
    assert decide("numbers: denesting + 1e-30").verdict == "PROVED"


def test_without_the_separation_bound_denesting_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero, "separation", lambda home, number: None)
    assert decide("numbers: denesting").verdict == "UNDECIDED"


def test_a_wrong_addition_theorem_loses_the_periodic_identities(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = lambda a, b: (a[0] * b[0] + a[1] * b[1], a[1] * b[0] + a[0] * b[1])  # noqa: E731
    monkeypatch.setattr(kernels, "_rotate", wrong)
    assert decide("periodic: half angle").verdict == "PROVED"  # sines alone do not notice
    assert decide("periodic: cosine of a difference").verdict != "PROVED"


def test_without_squares_towers_stay_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fields, "square", lambda home, kernel: None)
    assert decide("towers: nested sqrt").verdict == "UNDECIDED"
    assert decide("periodic: Pythagoras").verdict == "UNDECIDED"


def test_without_the_elementary_twin_functions_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero, "_may_meet", lambda home: False)
    assert decide("towers: sigmoid by tanh").verdict == "UNDECIDED"


def test_dropping_the_branch_of_the_root_would_prove_a_trap(monkeypatch: pytest.MonkeyPatch) -> None:
    def careless(field: Any, argument: Any) -> Any:
        return field.gen(0) if argument == field.gen(0) ** 2 else kernels._with_parity(field, "sqrt", argument)

    monkeypatch.setitem(kernels._RULES, "sqrt", careless)
    assert decide("wrong: sign of the square root").verdict == "PROVED"


def test_a_ball_that_contains_zero_must_not_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decide("trap: log of a product").verdict == "UNDECIDED"
    monkeypatch.setattr(zero, "print_ball", lambda value, bits: Ball("0", "1", bits))
    assert decide("trap: log of a product").verdict == "REFUTED"


def test_points_where_the_expression_is_undefined_must_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert decide("trap: sqrt of a square of a root").verdict == "UNDECIDED"
    monkeypatch.setattr(zero, "is_defined", lambda tree, values: True)
    assert decide("trap: sqrt of a square of a root").verdict == "REFUTED"


def test_separation_is_below_a_number_that_is_not_zero() -> None:
    tree = corpus.sqrt(2) * Fraction(1) - Fraction(665857, 470832)
    home = Field(["x"], [tree.tree])
    bound = algebraic.separation(home, home.element(tree.tree).num)
    assert bound is not None
    assert bound > 0
    assert (Fraction(665857, 470832) - bound) ** 2 > 2  # sqrt(2) is farther away than the bound
