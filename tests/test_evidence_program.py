"""Straight-line programs: values and forward-mode tangents agree with exact rationals and with sympy."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.doubles import DOUBLES
from neutralmodes.evidence.program import Arithmetic, Program
from neutralmodes.exact.expression import DERIVATIVES

RATIONALS = Arithmetic(Fraction, {}, "rationals")
X, Y = Fraction(3, 7), Fraction(-2, 5)


def test_a_product_with_a_power_is_evaluated_exactly() -> None:
    program = Program(["x", "y"])
    node = program.tree(("*", "2/3", ("^", "x", 3), ("^", ("+", "y", "1"), -2)))
    assert program.run([node], [X, Y], RATIONALS) == [Fraction(2, 3) * X**3 / (Y + 1) ** 2]


def test_compiled_and_interpreted_programs_agree_exactly() -> None:
    program = Program(["x", "y"])
    node = program.tree(("+", ("^", "x", 5), ("*", "x", "y", "-1/9"), ("^", "y", -3)))
    assert list(program.compiled([node], RATIONALS)([X, Y])) == program.run([node], [X, Y], RATIONALS)


def test_equal_subtrees_are_computed_once() -> None:
    program = Program(["x"])
    first = program.tree(("sin", ("+", "x", "1")))
    assert program.tree(("sin", ("+", "x", "1"))) == first


def test_tangents_of_a_rational_rule_are_the_exact_derivatives() -> None:
    program = Program(["x", "y"])
    node = program.tree(("*", "x", "x", "y", ("^", ("+", "x", "y"), -1)))
    one = program.constant(1)
    (slopes,) = program.tangents([node], {"x": {0: one}, "y": {1: one}})
    x, y = sp.symbols("x y")
    expected = [sp.diff(x**2 * y / (x + y), v).subs({x: X, y: Y}) for v in (x, y)]
    assert [sp.Rational(v) for v in program.run([slopes[0], slopes[1]], [X, Y], RATIONALS)] == expected


def test_a_column_that_does_not_move_has_no_tangent() -> None:
    program = Program(["x", "y"])
    (slopes,) = program.tangents([program.tree(("^", "x", 2))], {"y": {0: program.constant(1)}})
    assert slopes == {}


@pytest.mark.parametrize("name", sorted(DERIVATIVES))
def test_every_smooth_function_agrees_with_a_central_difference(name: str) -> None:
    program = Program(["x"])
    node = program.tree((name, "x"))
    (slopes,) = program.tangents([node], {"x": {0: program.constant(1)}})
    run = program.compiled([node, slopes[0]], DOUBLES)
    h, x = 1e-5, 0.37
    difference = (run([x + h])[0] - run([x - h])[0]) / (2 * h)
    assert run([x])[1] == pytest.approx(difference, rel=1e-8)


def test_an_activation_uses_its_derivative_rule_but_has_no_values() -> None:
    program = Program(["x"], {"gate": ("u", ("^", "u", 2))})
    node = program.tree(("gate", ("*", "2", "x")))
    (slopes,) = program.tangents([node], {"x": {0: program.constant(1)}})
    assert program.run([slopes[0]], [X], RATIONALS) == [2 * (2 * X) ** 2]
    with pytest.raises(EvidenceError, match="'gate' has a derivative rule but no values"):
        program.run([node], [X], RATIONALS)


def test_a_function_without_derivative_is_named() -> None:
    program = Program(["x", "y"])
    node = program.tree(("max", "x", "y"))
    with pytest.raises(EvidenceError, match="'max'"):
        program.tangents([node], {"x": {0: program.constant(1)}})
