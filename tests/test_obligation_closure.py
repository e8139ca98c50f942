"""Closure: independent generators with constant structure constants, or the relation that refutes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import sympy as sp
from flint import fmpq

import neutralmodes as nm
from neutralmodes import groups
from neutralmodes.errors import InputError
from neutralmodes.obligations.closure import closure
from neutralmodes.obligations.ground import Ground

x, y, z, a = sp.symbols("x y z a", real=True)


def judged(variables: list[Any], generators: Sequence[Any], group: str | None = None, **options: Any) -> nm.Obligation:
    field = nm.VectorField(variables, [0 * v for v in variables], **options)
    return closure(Ground(nm.System("closure", field, nm.LieAction(variables, generators, group=group))))


def test_rotations_close_with_constants_that_rebuild_every_bracket() -> None:
    found = judged([x, y, z], groups.so(3).matrices)
    assert found.verdict == "PROVED"
    matrices = [sp.Matrix(m) for m in groups.so(3).matrices]
    rows = (found.proof or {})["constants"]
    assert len(rows) == 3
    for i, j, constants in rows:
        # [Ax, Bx] = (BA - AB) x for vector fields.
        rebuilt = sum((sp.Rational(c) * m for c, m in zip(constants, matrices, strict=True)), sp.zeros(3))
        assert rebuilt == matrices[j] * matrices[i] - matrices[i] * matrices[j]


@pytest.mark.parametrize(
    "generators",
    [
        [[-y, x], [-y, x]],
        [[-y, x], [2 * y, -2 * x]],
        [[0, 0]],
        [[-y, x], [0, 0]],
        [[1, 0], [0, 1], [1, 1]],
        [[x, y], [x / (1 + x**2), y / (1 + x**2)], [x * x**2 / (1 + x**2), y * x**2 / (1 + x**2)]],
    ],
    ids=["double", "multiple", "zero", "one zero", "sum", "rational"],
)
def test_dependent_generators_are_refuted_by_their_relation(generators: list[list[Any]]) -> None:
    found = judged([x, y], generators)
    assert found.verdict == "REFUTED"
    weights = [sp.Rational(c) for c in (found.witness or {})["dependent"]]
    assert any(weights)
    for component in zip(*generators, strict=True):
        assert sp.cancel(sum(w * c for w, c in zip(weights, component, strict=True))) == 0


@pytest.mark.parametrize(
    ("generators", "pair"),
    [([[1], [x**2]], [0, 1]), ([[1], [x], [x**3]], [0, 2]), ([[x], [1 / (1 + x**2)]], [0, 1])],
    ids=["no sl2", "cubic", "rational"],
)
def test_structure_functions_that_are_not_constant_refute_closure(generators: list[Any], pair: list[int]) -> None:
    found = judged([x], generators)
    assert found.verdict == "REFUTED"
    assert (found.witness or {})["pair"] == pair


def test_brackets_proportional_by_a_function_are_not_closed() -> None:
    """[d/dx, x y d/dy] = y d/dy is x^-1 times the second: constant over no field of numbers."""
    assert judged([x, y], [[1, 0], [0, x * y]]).verdict == "REFUTED"
    assert judged([x, y], [[1, 0], [0, x * y], [0, y]]).verdict == "PROVED"


def test_a_parameter_with_a_value_is_put_in() -> None:
    generators = [[1], [a * x + 1 - a], [x**2]]
    assert judged([x], generators, parameters={a: 1}).verdict == "PROVED"
    assert judged([x], generators, parameters={a: 0}).verdict == "REFUTED"


def test_a_parameter_over_an_interval_that_enters_the_constants_is_left_open() -> None:
    """[d/dx, (x + a x^2) d/dx] = d/dx + 2 a x d/dx: closed for a = 0 only, not decided over an interval."""
    found = judged([x], [[1], [x + a * x**2]], parameters={a: nm.Interval(0, 1)})
    assert found.verdict == "UNDECIDED"
    assert found.advice


def test_functions_in_generators_are_independent_only_where_a_minor_shows_it() -> None:
    turn = [[sp.sin(z), 0, 0], [0, 1, 0]]
    assert judged([x, y, z], turn).verdict == "PROVED"
    hidden = [[sp.tanh(x)], [(sp.exp(x) - sp.exp(-x)) / (sp.exp(x) + sp.exp(-x))]]
    assert judged([x], hidden).verdict != "PROVED"


def test_a_wrong_label_is_a_note_and_no_refutation() -> None:
    wrong = judged([x, y, z], groups.so(3).matrices, group="SO(2)")
    assert wrong.verdict == "PROVED"
    assert "'SO(2)' does not match the generators: they span so(3)" in wrong.notes[0]
    assert not judged([x, y, z], groups.so(3).matrices, group="SU(2)").notes


def test_an_unknown_symbol_in_a_generator_is_bad_input() -> None:
    with pytest.raises(InputError, match="generator 0, component 0: unknown symbol 'w'"):
        judged([x, y], [[sp.Symbol("w"), 0]])


def test_a_variable_that_shadows_a_parameter_is_bad_input() -> None:
    with pytest.raises(InputError, match="'x' is both a variable and a parameter"):
        nm.VectorField([x, y], [x, y], parameters={x: 1})


def test_an_action_on_other_variables_is_bad_input() -> None:
    field = nm.VectorField([x, y], [x, y])
    with pytest.raises(InputError, match="are not the rule's"):
        nm.System("order", field, nm.LieAction([y, x], [[1, 0]]))


@pytest.mark.parametrize(
    ("generators", "words"),
    [
        ([], "at least one generator"),
        ([[1, 2, 3]], "3 components for 2 variables"),
        ([[[1, 0, 0], [0, 1, 0]]], "2 x 3 matrix"),
        ([5], "a list of expressions or a matrix"),
        ([["x", "y"]], "expected an expression"),
        ([[sp.I * x, y]], "complex coefficient"),
    ],
)
def test_malformed_generators_are_refused(generators: list[Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        nm.LieAction([x, y], generators)


def test_trees_and_expressions_make_the_same_action() -> None:
    made = nm.LieAction([x, y], [[-y, x + sp.Rational(1, 2)]])
    again = nm.LieAction.from_trees(made.variables, made.generators)
    assert again.columns == made.columns or again.coordinates(made.columns[0]) == [fmpq(1)]
