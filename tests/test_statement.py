"""The exact statement: trees have sympy's exact values, floats keep both readings, text reads back."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import neutralmodes as nm
from neutralmodes.errors import ExpressionError
from neutralmodes.exact.expression import evaluate, from_json, to_json
from neutralmodes.statement import Reader, infix, polynomial_text, symbol_names

x, y, z = VARIABLES = sp.symbols("x y z", real=True)


def fraction(value: sp.Expr) -> Fraction:
    assert value.is_Rational
    return Fraction(int(value.p), int(value.q))


def point(seed: int) -> dict[str, Fraction]:
    rng = random.Random(seed)
    return {v.name: Fraction(rng.randint(-30, 30), rng.randint(1, 9)) for v in VARIABLES}


def exact(expression: sp.Expr, at: dict[str, Fraction]) -> Fraction:
    """sympy's own exact value: the oracle."""
    values = {v: sp.Rational(at[v.name].numerator, at[v.name].denominator) for v in VARIABLES}
    return fraction(sp.sympify(expression).subs(values))


EXPRESSIONS = [
    x,
    sp.Integer(-3),
    sp.Rational(22, 7),
    x - y,
    -((x + 1) ** 2) * (y - z / 3) ** 3,
    x * y * z - z * y / 2 + 7,
    (x**2 + 1) / (y**2 + z**2 + 1),
    1 / (x**2 + sp.Rational(1, 2)) ** 2,
    (x - y) * (x + y) - (x**2 - y**2),
    ((x + 1) ** 2 - y) ** 2 / (1 + (x - z) ** 2) - 3 * x**5,
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_a_tree_has_sympys_exact_value_at_rational_points(expression: sp.Expr) -> None:
    tree = Reader().tree(expression, "test")
    for seed in range(20):
        assert evaluate(tree, point(seed)) == exact(expression, point(seed))


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_text_reads_back_to_the_same_function(expression: sp.Expr) -> None:
    text = infix(Reader().tree(expression, "test"))
    back = sp.sympify(text.replace("^", "**"), locals={v.name: v for v in VARIABLES})
    assert exact(back, point(1)) == exact(expression, point(1))


TREES = st.recursive(
    st.sampled_from(["x", "y", "-1", "2", "-3/2"]),
    lambda inner: st.one_of(
        st.tuples(st.just("+"), inner, inner),
        st.tuples(st.just("*"), inner, inner),
        st.tuples(st.just("*"), st.just("-1"), inner),
        st.tuples(st.just("^"), inner, st.integers(2, 3)),
    ),
    max_leaves=8,
)


@given(TREES)
def test_any_tree_reads_back_from_its_text_and_from_json(tree: Any) -> None:
    at = {"x": Fraction(2, 3), "y": Fraction(-5, 7)}
    back = sp.sympify(infix(tree).replace("^", "**"), locals={"x": x, "y": y})
    assert exact(back, at | {"z": Fraction(0)}) == evaluate(tree, at)
    assert from_json(to_json(tree)) == tree


def test_a_mutated_text_is_another_function() -> None:
    """The mutant: without its parentheses the difference would read as another function."""
    tree = ("+", "x", ("*", "-1", ("+", "y", "1")))
    assert infix(tree) == "x - (y + 1)"
    assert exact(x - y + 1, point(1)) != evaluate(tree, point(1))


@pytest.mark.parametrize(
    ("tree", "text"),
    [
        (("^", ("+", "x", "1"), -2), "(x + 1)^(-2)"),
        (("*", "x", ("+", "y", "-1/2")), "x*(y - 1/2)"),
        (("^", "-1/2", 2), "(-1/2)^2"),
        (("^", ("^", "x", 2), 3), "(x^2)^3"),
        (("sin", ("*", "2", ("pi",), "x")), "sin(2*pi*x)"),
        (("max", "x", "y"), "max(x, y)"),
    ],
)
def test_text_keeps_the_parentheses_that_matter(tree: Any, text: str) -> None:
    assert infix(tree) == text


def test_floats_are_the_binary_rationals_that_they_are_with_a_decimal_reading() -> None:
    read = Reader()
    assert evaluate(read.tree(0.1 * x, "test"), {"x": Fraction(1)}) == Fraction(3602879701896397, 36028797018963968)
    assert read.floats == {Fraction(3602879701896397, 36028797018963968): Fraction(1, 10)}
    assert evaluate(Reader(decimal=True).tree(0.1 * x, "test"), {"x": Fraction(1)}) == Fraction(1, 10)


def test_a_float_sum_differs_from_its_decimal_exactly() -> None:
    assert Reader().number(0.1 + 0.2, "test") != Reader().number(0.3, "test")
    assert Reader(decimal=True).number(0.1 + 0.2, "test") == Fraction(3, 10)


def test_a_float_that_is_a_short_binary_fraction_is_no_roundoff() -> None:
    read = Reader()
    assert read.number(0.375, "test") == Fraction(3, 8)
    assert not read.floats


def test_long_sympy_floats_keep_every_bit() -> None:
    for sign in (1, -1):
        value = Reader().number(sign * sp.Float("0.1", 50), "test")
        assert 0 < abs(value - sign * Fraction(1, 10)) < Fraction(1, 10**50)


@pytest.mark.parametrize(
    ("expression", "tree"),
    [
        (sp.sqrt(x), ("sqrt", "x")),
        (x ** sp.Rational(-3, 2), ("^", ("sqrt", "x"), -3)),
        (sp.exp(x), ("exp", "x")),
        (sp.E, ("exp", "1")),
        (sp.tanh(sp.pi), ("tanh", ("pi",))),
        (sp.Abs(x), ("abs", "x")),
    ],
)
def test_functions_and_constants_have_their_names(expression: sp.Expr, tree: Any) -> None:
    assert Reader().tree(expression, "test") == tree


def test_secants_and_cotangents_are_rewritten_without_losing_their_value() -> None:
    for function in (sp.sec, sp.csc, sp.cot, sp.sech, sp.csch, sp.coth):
        text = infix(Reader().tree(function(x), "test"))
        back = sp.sympify(text.replace("^", "**"), locals={"x": x})
        assert abs(sp.N((back - function(x)).subs(x, sp.Rational(2, 3)), 30)) < 1e-25


def test_sympys_imaginary_unit_is_refused() -> None:
    with pytest.raises(ExpressionError, match="complex"):
        Reader().tree(x + sp.I * y, "test")


def test_a_shared_expression_is_read_once() -> None:
    """2^60 nodes without sharing: reading must not unfold it."""
    expression = x
    for _ in range(60):
        expression = sp.Add(
            sp.Pow(expression, 2, evaluate=False), sp.Mul(2, expression, evaluate=False), evaluate=False
        )
    assert evaluate(Reader().tree(expression, "test"), {"x": Fraction(0)}) == 0


def test_symbols_may_be_names_and_are_distinct() -> None:
    assert symbol_names([x, "y"], "test") == ("x", "y")
    with pytest.raises(ExpressionError, match="'x' is listed twice"):
        symbol_names([x, "x"], "test")


def test_a_complex_rule_splits_into_its_exact_parts() -> None:
    w = sp.Symbol("w")
    field = nm.VectorField.complex({w: (1 + 2 * sp.I) * w**2 - sp.conjugate(w) + sp.I}, real={x: sp.re(w) * x})
    assert field.variables == ("re_w", "im_w", "x")
    at = {"re_w": Fraction(2, 3), "im_w": Fraction(-1, 5), "x": Fraction(4)}
    a, b = at["re_w"], at["im_w"]
    square = (a * a - b * b, 2 * a * b)
    expected = (square[0] - 2 * square[1] - a, square[1] + 2 * square[0] + b + 1, a * at["x"])
    assert tuple(evaluate(tree, at) for tree in field.rule) == expected


def test_polynomials_of_proofs_print_in_their_names() -> None:
    assert polynomial_text([["-1", [1, 1]], ["2/3", [0, 2]], ["1", [0, 0]]], ["x", "y"]) == "-x*y + 2/3*y^2 + 1"
    assert polynomial_text([], ["x"]) == "0"
