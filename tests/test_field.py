"""The exact ground floor: derivatives, the differential field, linear algebra and balls, against sympy and mpmath."""

from __future__ import annotations

import random
from fractions import Fraction

import flint
import mpmath
import pytest
import sympy as sp
from flint import arb, fmpq

from neutralmodes.errors import ExpressionError
from neutralmodes.exact import linear
from neutralmodes.exact.balls import ball, enclose, interval, working_precision
from neutralmodes.exact.expression import differentiate, evaluate, names, substitute
from neutralmodes.exact.field import Field
from neutralmodes.statement import Reader

x, y = sp.symbols("x y", real=True)
AT = {"x": Fraction(2, 3), "y": Fraction(-5, 7)}
SYMPY_AT = {x: sp.Rational(2, 3), y: sp.Rational(-5, 7)}


def tree(expression: sp.Expr):  # type: ignore[no-untyped-def]
    return Reader().tree(expression, "test")


def contains(enclosure: arb, expression: sp.Expr) -> bool:
    """Whether a ball holds sympy's 60-digit value, as it must, and is narrow."""
    text = str(sp.N(expression.subs(SYMPY_AT), 60))
    with working_precision(256):
        return bool(enclosure.overlaps(arb(text))) and float(enclosure.rad()) < 1e-25


RATIONAL = [x**3 * y - x / 2, (x + y) ** 4, 1 / (1 + x**2), (x - y) / (x**2 + y**2) ** 2]
SMOOTH = [
    sp.sin(x * y),
    sp.cos(x) * sp.exp(y),
    sp.tan(x),
    sp.sinh(x - y),
    sp.cosh(2 * x),
    sp.tanh(x**2 + y**2),
    sp.log(1 + x**2),
    sp.sqrt(1 + x**2 + y**2),
    sp.atan(x / (1 + y**2)),
    sp.asin(x / 2),
    sp.acos(y / 3),
    sp.erf(x + y),
    sp.exp(-(sp.tanh(x) ** 2)) / (1 + sp.sqrt(1 + y**2)),
]


@pytest.mark.parametrize("expression", RATIONAL, ids=str)
def test_the_derivative_of_a_rational_function_is_sympys_exactly(expression: sp.Expr) -> None:
    for symbol in (x, y):
        expected = sp.diff(expression, symbol).subs(SYMPY_AT)
        by_tree = evaluate(differentiate(tree(expression), symbol.name), AT)
        field = Field(["x", "y"])
        by_field = field.value(field.derivative(field.element(tree(expression)), symbol.name), AT)
        assert by_tree == by_field == Fraction(int(expected.p), int(expected.q))


@pytest.mark.parametrize("expression", SMOOTH, ids=str)
def test_the_derivative_of_a_smooth_function_encloses_sympys(expression: sp.Expr) -> None:
    with working_precision(128):
        values = {name: ball(v) for name, v in AT.items()}
        for symbol in (x, y):
            slope = enclose(differentiate(tree(expression), symbol.name), values)
            assert contains(slope, sp.diff(expression, symbol))


@pytest.mark.parametrize("expression", SMOOTH, ids=str)
def test_mixed_partials_agree_in_the_field_and_one_derivative_rule_alone_does_not(expression: sp.Expr) -> None:
    field = Field(["x", "y"], [tree(expression)])
    f = field.element(tree(expression))
    one = field.derivative(field.derivative(f, "x"), "y")
    other = field.derivative(field.derivative(f, "y"), "x")
    assert field.is_zero(one - other)
    assert not field.is_zero(field.derivative(f, "x") + field.one)


RELATIONS = [
    sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1,
    sp.cos(x * y) ** 4 - (1 - sp.sin(x * y) ** 2) ** 2,
    sp.cosh(x) ** 2 - sp.sinh(x) ** 2 - 1,
    sp.sqrt(1 + x**2) ** 3 - (1 + x**2) * sp.sqrt(1 + x**2),
    1 / sp.sqrt(1 + x**2) - sp.sqrt(1 + x**2) / (1 + x**2),
    sp.tanh(x + y) - sp.tanh(y + x),
    (x**2 - y**2) / (x - y) - x - y,
]


@pytest.mark.parametrize("relation", RELATIONS, ids=str)
def test_a_relation_between_functions_reduces_to_zero_and_its_mutant_does_not(relation: sp.Expr) -> None:
    broken = relation + sp.Rational(1, 10**9) * x
    field = Field(["x", "y"], [tree(relation), tree(broken)])
    assert field.is_zero(field.element(tree(relation)))
    assert not field.is_zero(field.element(tree(broken)))


def test_derivatives_of_relations_vanish_too() -> None:
    relation = tree(sp.sin(x * y) ** 2 + sp.cos(x * y) ** 2)
    field = Field(["x", "y"], [relation])
    assert field.is_zero(field.derivative(field.element(relation), "x"))


def test_a_pole_is_an_error_and_no_value() -> None:
    field = Field(["x", "y"])
    element = field.element(tree(1 / (x - y)))
    with pytest.raises(ZeroDivisionError):
        field.value(element, {"x": Fraction(1), "y": Fraction(1)})
    with pytest.raises(ZeroDivisionError):
        field.element(("^", ("+", "x", ("*", "-1", "x")), -1))


def test_unknown_names_and_functions_are_named() -> None:
    with pytest.raises(ExpressionError, match="'z'"):
        Field(["x"]).element("z")
    with pytest.raises(ExpressionError, match="'gamma'"):
        Field(["x"]).element(("gamma", "x"))


def test_exact_parameter_values_replace_their_names() -> None:
    field = Field(["x"], values={"a": Fraction(1, 3)})
    assert field.is_zero(field.element(tree(3 * sp.Symbol("a") * x - x)))


def test_a_declared_activation_has_the_derivative_that_was_declared() -> None:
    phi = {"phi": ("s", ("+", "1", ("*", "-1", ("^", ("phi", "s"), 2))))}
    f, slope = ("phi", ("*", "2", "x")), ("*", "2", ("+", "1", ("*", "-1", ("^", ("phi", ("*", "2", "x")), 2))))
    field = Field(["x"], [f, slope], activations=phi)
    assert field.is_zero(field.derivative(field.element(f), "x") - field.element(slope))
    assert not field.is_zero(field.derivative(field.element(f), "x") - field.one)


def test_substitution_is_simultaneous() -> None:
    swapped = substitute(tree(x - 2 * y), {"x": "y", "y": "x"})
    assert evaluate(swapped, AT) == AT["y"] - 2 * AT["x"]
    assert names(swapped) == {"x", "y"}


def test_linear_algebra_agrees_with_sympy_on_random_rational_matrices() -> None:
    rng = random.Random(5)
    for _ in range(20):
        rows = [[rng.randint(-2, 2) for _ in range(5)] for _ in range(3)]
        rows.append([a - 2 * b for a, b in zip(rows[0], rows[1], strict=True)])
        matrix = sp.Matrix(rows)
        assert linear.rank(rows) == matrix.rank()
        kernel = linear.nullspace(rows, 5)
        assert len(kernel) == 5 - matrix.rank()
        assert all(sum(r * v for r, v in zip(row, vector, strict=True)) == 0 for row in rows for vector in kernel)
        right = [sum(row) for row in rows]
        solution = linear.solve(rows, right)
        assert solution is not None
        assert [sum(r * v for r, v in zip(row, solution, strict=True)) for row in rows] == right


def test_an_inconsistent_system_has_no_solution() -> None:
    assert linear.solve([[1, 1], [2, 2]], [1, 3]) is None
    assert linear.solve([[1, 1], [2, 2]], [1, 2]) == [1, 0]


def test_coordinates_in_a_span_exist_exactly_for_its_vectors() -> None:
    span = linear.Span([{"a": fmpq(1), "b": fmpq(2)}, {"b": fmpq(1), "c": fmpq(1)}])
    assert span.coordinates({"a": fmpq(2), "b": fmpq(3), "c": fmpq(-1)}) == [2, -1]
    assert span.coordinates({"a": fmpq(2), "b": fmpq(3), "c": fmpq(-2)}) is None
    assert span.coordinates({"d": fmpq(1)}) is None
    with pytest.raises(ValueError, match="dependent"):
        linear.Span([{"a": fmpq(1)}, {"a": fmpq(2)}]).coordinates({})


def test_a_ball_over_an_interval_holds_every_value_in_it() -> None:
    f = tree(sp.sin(x) * sp.exp(x) - x**3)
    with working_precision(64):
        enclosure = enclose(f, {"x": interval(Fraction(-1), Fraction(1, 2))})
    with mpmath.workdps(30):
        for k in range(-20, 11):
            at = mpmath.mpf(k) / 20
            assert enclosure.contains(arb(str(mpmath.sin(at) * mpmath.exp(at) - at**3)))
    assert not enclosure.contains(arb(50))


def test_an_undefined_value_has_no_finite_ball() -> None:
    assert not enclose(tree(sp.log(x)), {"x": ball(Fraction(-1))}).is_finite()
    assert not enclose(tree(1 / x), {"x": interval(Fraction(-1), Fraction(1))}).is_finite()


def test_working_precision_is_restored_also_after_an_error() -> None:
    before = flint.ctx.prec
    with working_precision(before + 100):
        assert flint.ctx.prec == before + 100
        with pytest.raises(ZeroDivisionError), working_precision(before + 200):
            Fraction(1, 0)
        assert flint.ctx.prec == before + 100
    assert flint.ctx.prec == before
