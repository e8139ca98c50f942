"""Bad input to what the user builds is refused with a message that names the culprit and the cure."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import InputError

x, y, z, a, t, u = sp.symbols("x y z a t u", real=True)
F = nm.VectorField
ROTATION = nm.LieAction([x, y], [[-y, x]])
FIELD = F([x, y], [-y, x])
ANNULUS = nm.Region.annulus([x, y], "1/2", 2)


def system(**options: Any) -> nm.System:
    return nm.System("s", FIELD, ROTATION, **options)


RULES: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "too few components": (lambda: F([x, y], [x]), ["1 components for 2 variables"]),
    "too many components": (lambda: F([x], [x, y]), ["2 components for 1 variables"]),
    "no variables": (lambda: F([], []), ["variables", "at least one"]),
    "a doubled variable": (lambda: F([x, x], [x, x]), ["'x'", "twice"]),
    "an unknown symbol": (
        lambda: F([x, sp.Symbol("speed")], [x, sp.Symbol("sped")]),
        ["rule of speed", "'sped'", "did you mean 'speed'"],
    ),
    "a symbol like no other": (
        lambda: F([x], [sp.Symbol("omega")]),
        ["'omega'", "parameters"],
    ),
    "explicit time": (lambda: F([x], [x * sp.sin(t)]), ["'t'", "explicit time", "angle"]),
    "NaN": (lambda: F([x], [sp.nan * x]), ["rule of x", "nan"]),
    "a float NaN": (lambda: F([x], [float("nan")]), ["rule of x", "nan", "finite"]),
    "infinity": (lambda: F([x], [x + sp.oo]), ["rule of x", "oo"]),
    "a float infinity": (lambda: F([x], [float("inf")]), ["rule of x", "inf"]),
    "numpy's NaN": (lambda: F([x], [np.float64("nan")]), ["rule of x", "nan"]),
    "a complex coefficient": (lambda: F([x], [sp.I * x]), ["rule of x", "complex", "VectorField.complex"]),
    "a complex number": (lambda: F([x], [1j]), ["rule of x", "complex"]),
    "a string": (lambda: F([x], ["-x"]), ["rule of x", "'-x'", "expression"]),
    "a truth value": (lambda: F([x], [True]), ["rule of x", "True"]),
    "a comparison": (lambda: F([x], [x > 0]), ["rule of x", "expression"]),
    "an unknown function": (lambda: F([x], [sp.gamma(x)]), ["'gamma'", "activations"]),
    "an irrational power": (lambda: F([x], [x ** sp.Rational(1, 3)]), ["power", "exp and log"]),
    "a symbol that is no name": (lambda: F([sp.Symbol("x 1")], [1]), ["'x 1'", "identifier"]),
    "a variable that is also a parameter": (
        lambda: F([x], [x], parameters={x: 1}),
        ["'x'", "variable", "parameter"],
    ),
    "an input that is also a parameter": (
        lambda: F([x], [u * x], parameters={u: 1}, inputs={u: nm.Interval(0, 1)}),
        ["'u'", "parameter", "input"],
    ),
    "a parameter that is no number": (lambda: F([x], [a * x], parameters={a: y}), ["parameter a", "y"]),
    "a true parameter": (lambda: F([x], [a * x], parameters={a: True}), ["parameter a", "True"]),
    "an input without a range": (lambda: F([x], [u * x], inputs={u: 1}), ["input u", "Interval"]),
    "a drive of no input": (lambda: F([x], [x], drive={u: t}), ["drive of 'u'", "not an input"]),
    "a drive by the state": (
        lambda: F([x], [u * x], inputs={u: nm.Interval(0, 1)}, drive={u: x}),
        ["drive of u", "'x'"],
    ),
    "an angle that is no variable": (lambda: F([x], [x], angles=[y]), ["angles", "'y'"]),
    "an empty interval": (lambda: nm.Interval(1, 0), ["empty interval", "1", "0"]),
    "a real rule with an imaginary part": (
        lambda: F.complex({z: z}, real={x: sp.I * x}),
        ["rule of x", "imaginary"],
    ),
}

ACTIONS: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "no generator": (lambda: nm.LieAction([x, y], []), ["at least one generator"]),
    "too few components": (lambda: nm.LieAction([x, y], [[x]]), ["generator 0", "1 components for 2"]),
    "a matrix of the wrong size": (
        lambda: nm.LieAction([x, y, z], [[[0, -1], [1, 0]]]),
        ["generator 0", "2 x 2", "3 x 3"],
    ),
    "a matrix that is not square": (
        lambda: nm.LieAction([x, y], [sp.Matrix([[0, 1, 0], [1, 0, 0]])]),
        ["generator 0", "2 x 3"],
    ),
    "a ragged matrix": (lambda: nm.LieAction([x, y], [[[0, 1], [1]]]), ["generator 0", "matrix"]),
    "the second of two": (lambda: nm.LieAction([x, y], [[-y, x], [x, y, x]]), ["generator 1"]),
    "one expression for all": (lambda: nm.LieAction([x, y], [x]), ["generator", "list of expressions"]),
    "a NaN entry": (lambda: nm.LieAction([x, y], [np.array([[0, np.nan], [1, 0]])]), ["generator 0", "nan"]),
    "a complex entry": (lambda: nm.LieAction([x], [[[1j]]]), ["generator 0", "complex"]),
    "a doubled variable": (lambda: nm.LieAction([x, x], [[x, x]]), ["'x'", "twice"]),
}

REGIONS: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "no inequality": (lambda: nm.Region([]), ["at least one inequality"]),
    "an open set": (lambda: nm.Region([x**2 < 1]), ["closed", ">="]),
    "a negative radius": (lambda: nm.Region.ball([x], -1), ["radius", "-1"]),
    "an annulus turned inside out": (lambda: nm.Region.annulus([x, y], 2, 1), ["inner radius 2"]),
    "a centre of the wrong length": (lambda: nm.Region.ball([x, y], 1, [0]), ["center", "1", "2"]),
    "an empty box": (lambda: nm.Region.box({x: (1, 0)}), ["box of x", "1", "0"]),
    "a NaN radius": (lambda: nm.Region.ball([x], float("nan")), ["radius", "nan"]),
}

SYSTEMS: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "variables in another order": (
        lambda: nm.System("s", FIELD, nm.LieAction([y, x], [[-x, y]])),
        ["action's variables", "y, x", "x, y"],
    ),
    "an action that is no action": (lambda: nm.System("s", FIELD, [[-y, x]]), ["action", "LieAction", "list"]),
    "a region that is no region": (lambda: system(region=[4 - x**2]), ["region", "list"]),
    "an unknown name in a generator": (
        lambda: nm.System("s", FIELD, nm.LieAction([x, y], [[-a * y, a * x]])),
        ["generator 0, component 0", "'a'"],
    ),
    "an unknown name in the region": (
        lambda: system(region=nm.Region([4 - x**2 - z**2])),
        ["region inequality 0", "'z'"],
    ),
    "an unknown name in an integral": (lambda: system(integrals=[z]), ["integral 0", "'z'"]),
    "a short start": (lambda: system(start=[1]), ["start", "1 coordinates for 2"]),
    "a start outside": (
        lambda: system(region=ANNULUS, start=[0, "1/4"]),
        ["(x = 0, y = 1/4)", "outside the region", "x^2 + y^2 - 1/4 = -3/16 < 0"],
    ),
    "a start off a constraint": (
        lambda: system(constraints=[x**2 + y**2 - 1], start=[1, 1]),
        ["outside the region", "constraint -1 + x^2 + y^2 = 1, not 0"],
    ),
    "a start by the wrong names": (lambda: system(start={x: 1, z: 0}), ["start", "'y'", "x, y"]),
    "a NaN in the start": (lambda: system(start=[1, float("nan")]), ["start of y", "nan"]),
    "a true start": (lambda: system(start=[True, 0]), ["start of x", "True"]),
    "a misspelt assumption": (
        lambda: system(assume={"invarience": "known"}),
        ["'invarience'", "did you mean 'invariance'"],
    ),
    "an assumption of what is computed": (lambda: system(assume={"rank": "known"}), ["'rank'", "assumed"]),
    "an assumption without a reason": (lambda: system(assume={"domain": " "}), ["domain", "reason"]),
    "a claim above the dimension": (lambda: system(at_least=3), ["at_least", "1 to 2", "3"]),
    "a claim of nothing": (lambda: system(at_least=0), ["at_least", "0"]),
    "a claim that is a truth value": (lambda: system(at_least=True), ["at_least", "True"]),
    "a discrete element of the wrong size": (
        lambda: system(discrete=[sp.eye(3)]),
        ["discrete element 0", "3 x 3", "2 x 2"],
    ),
    "a discrete element by a wrong name": (
        lambda: system(discrete=[{z: -x}]),
        ["discrete element 0", "'z'"],
    ),
}


def cases(table: dict[str, tuple[Callable[[], Any], list[str]]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("build", "words"), table.values(), ids=table)


def refused(build: Callable[[], Any], words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        build()
    message = str(caught.value)
    assert "\n" not in message
    assert all(word in message for word in words), message


@cases(RULES)
def test_a_bad_rule_is_refused_by_name(build: Callable[[], Any], words: list[str]) -> None:
    refused(build, words)


@cases(ACTIONS)
def test_a_bad_action_is_refused_by_name(build: Callable[[], Any], words: list[str]) -> None:
    refused(build, words)


@cases(REGIONS)
def test_a_bad_region_is_refused_by_name(build: Callable[[], Any], words: list[str]) -> None:
    refused(build, words)


@cases(SYSTEMS)
def test_a_bad_system_is_refused_by_name(build: Callable[[], Any], words: list[str]) -> None:
    refused(build, words)


def test_certify_refuses_what_is_no_system() -> None:
    refused(lambda: nm.certify(FIELD), ["System", "VectorField"])


def test_good_input_next_to_the_bad_passes() -> None:
    """The mutants of the tables above: the same calls with the culprit repaired."""
    F([x, sp.Symbol("speed")], [x, sp.Symbol("speed")])
    F([x], [a * u * x], parameters={a: "1/10"}, inputs={u: (0, 1)}, drive={u: sp.sin(t)})
    F([x, y], [sp.sin(x), sp.sqrt(1 + y**2)], angles=[x])
    nm.LieAction([x, y], [np.array([[0, -1], [1, 0]]), sp.eye(2), [[1, 0], [0, 1]], [x, y], sp.Matrix([x, y])])
    system(region=ANNULUS, start={y: 1, x: 0}, at_least=2, assume={"invariance": "a reason"}, discrete=[{x: -x}])


def test_the_same_names_are_the_same_variables_whatever_sympy_assumes() -> None:
    plain = sp.symbols("x y")
    nm.System("s", F(plain, [-plain[1], plain[0]]), ROTATION, nm.Region.ball(["x", "y"], 1))


@pytest.mark.parametrize(("given", "exact"), [(0.5, "1/2"), ("2/7", "2/7"), (sp.Rational(3, 9), "1/3"), (4, "4")])
def test_numbers_are_taken_exactly(given: Any, exact: str) -> None:
    assert system(start=[given, 0]).start == (Fraction(exact), 0)


def test_a_missing_start_is_a_rational_point_of_the_region_and_always_the_same() -> None:
    first, second = (system(region=ANNULUS).start for _ in range(2))
    assert first == second
    assert Fraction(1, 4) <= sum(v * v for v in first) <= 4


def test_a_start_on_the_boundary_is_inside() -> None:
    assert system(region=ANNULUS, start=["1/2", 0]).start == (Fraction(1, 2), 0)
