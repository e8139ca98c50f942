"""Diagnosis of a broken symmetry: what breaks, what still commutes, what the normalizer gives."""

from __future__ import annotations

import json
import math
from typing import Any

import sympy as sp

import neutralmodes as nm
from neutralmodes import groups
from neutralmodes.obligations.diagnosis import Diagnosis, diagnose
from neutralmodes.obligations.ground import Ground

x, y, z = sp.symbols("x y z", real=True)
R3, r2 = [x, y, z], x**2 + y**2 + z**2


def found(field: nm.VectorField | nm.Map, action: nm.LieAction, **options: Any) -> Diagnosis | None:
    return diagnose(Ground(nm.System("broken", field, action, **options)))


def test_an_equivariant_field_has_no_diagnosis() -> None:
    assert found(nm.VectorField(R3, [v * (1 - r2) for v in R3]), groups.so(3).on(R3)) is None


def test_a_field_along_an_axis_keeps_the_rotations_about_it() -> None:
    """z^2 e_z breaks the two rotations that move z; its residuals are read off by hand."""
    rule = [x * (1 - r2), y * (1 - r2), z * (1 - r2) + z**2]
    told = found(nm.VectorField(R3, rule), groups.so(3).on(R3))
    assert told is not None
    assert {(b.of, b.component): b.monomials for b in told.breaks} == {
        ("generator 1", "x"): ("z^2",),
        ("generator 1", "z"): ("2*x*z",),
        ("generator 2", "y"): ("z^2",),
        ("generator 2", "z"): ("2*y*z",),
    }
    assert (told.commuting.dimension, told.commuting.name, told.commuting.exact) == (1, "u(1)", True)
    assert told.commuting.generators == (("-y", "x", "0"),)
    assert told.normalizer is None


def test_the_commuting_part_need_not_be_spanned_by_given_generators() -> None:
    """A force along (1, 2, 2): the rotation about that axis commutes, a combination of all three."""
    axis = [1, 2, 2]
    along = sum(c * v for c, v in zip(axis, R3, strict=True))
    rule = [v * (1 - r2) + c * along**2 for c, v in zip(axis, R3, strict=True)]
    told = found(nm.VectorField(R3, rule), groups.so(3).on(R3))
    assert told is not None
    assert told.commuting.dimension == 1
    (weights,) = told.commuting.basis
    turn = sum(
        (sp.Rational(c) * sp.Matrix(m) for c, m in zip(weights, groups.so(3).matrices, strict=True)), sp.zeros(3)
    )
    assert turn * sp.Matrix(axis) == sp.zeros(3, 1)
    assert turn != sp.zeros(3)


def test_broken_u3_may_keep_so3() -> None:
    """Re(z . z) is kept by real rotations, by no phase: u(3) goes down to so(3)."""
    v = sp.symbols("a0 b0 a1 b1 a2 b2", real=True)
    size = sum(s**2 for s in v)
    square = sum(v[2 * k] ** 2 - v[2 * k + 1] ** 2 for k in range(3))
    told = found(nm.VectorField(v, [s * (1 - size + square) for s in v]), groups.u(3).on(v))
    assert told is not None
    assert (told.commuting.dimension, told.commuting.name) == (3, "so(3)")
    told_again = json.loads(json.dumps(told.to_json()))
    assert told_again["commuting"]["dimension"] == 3


def test_contraction_towards_a_point_is_in_the_normalizer_of_translations() -> None:
    """f = -x, xi = d/dx: [xi, f] = -xi, and the exponent of the flow is -1."""
    told = found(nm.VectorField([x], [-x]), nm.LieAction([x], [[1]]))
    assert told is not None
    assert told.normalizer is not None
    assert (told.normalizer.matrix, told.normalizer.along_flow) == ((("-1",),), ("0",))
    assert [float(e) for e in told.normalizer.exponents] == [-1.0]


def test_the_normalizer_gives_the_exponents_of_a_linear_flow() -> None:
    """x' = A x with translations: [e_a, A x] = A e_a, so B = A and the exponents are Re eig(A)."""
    matrix = sp.Matrix([[1, -2, 0], [2, 1, 0], [0, 0, -3]])
    field = nm.VectorField(R3, list(matrix * sp.Matrix(R3)))
    told = found(field, nm.LieAction(R3, [[1, 0, 0], [0, 1, 0], [0, 0, 1]]))
    assert told is not None
    assert told.normalizer is not None
    assert told.normalizer.matrix == (("1", "-2", "0"), ("2", "1", "0"), ("0", "0", "-3"))
    assert [float(e) for e in told.normalizer.exponents] == [1.0, 1.0, -3.0]


def test_the_normalizer_of_a_map_has_logarithms_of_moduli() -> None:
    """F = x/2 + 1: DF = 1/2, exponent log(1/2)."""
    told = found(nm.Map([x], [x / 2 + 1]), nm.LieAction([x], [[1]]))
    assert told is not None
    assert told.normalizer is not None
    assert told.normalizer.matrix == (("1/2",),)
    assert math.isclose(float(told.normalizer.exponents[0]), math.log(0.5))
    assert "DF xi_a" in str(told)


def test_scaling_of_a_homogeneous_field_is_in_the_normalizer_up_to_the_field() -> None:
    """[x . d, f] = (k - 1) f for f homogeneous of degree k."""
    field = nm.VectorField([x, y], [x**3 - y**3, x**2 * y])
    told = found(field, nm.LieAction([x, y], [[x, y]]))
    assert told is not None
    assert told.normalizer is not None
    assert (told.normalizer.matrix, told.normalizer.along_flow) == ((("0",),), ("2",))
    assert "modulo f" in str(told)


def test_a_field_that_is_not_homogeneous_has_no_normalizer_verdict() -> None:
    told = found(nm.VectorField([x, y], [x**3 - y**2, x**2 * y]), nm.LieAction([x, y], [[x, y]]))
    assert told is not None
    assert told.normalizer is None


def test_a_broken_reflection_is_named_while_the_rotation_commutes() -> None:
    rule = [x * (1 - x**2 - y**2) - y, y * (1 - x**2 - y**2) + x]
    told = found(nm.VectorField([x, y], rule), groups.o(2).on([x, y]), discrete=groups.o(2).discrete)
    assert told is not None
    assert {b.of for b in told.breaks} == {"discrete element 0"}
    assert told.commuting.dimension == 1


def test_with_function_values_the_commuting_part_is_a_lower_bound() -> None:
    rule = [sp.sin(r2) * x + sp.tanh(x), sp.sin(r2) * y, sp.sin(r2) * z]
    told = found(nm.VectorField(R3, rule), groups.so(3).on(R3))
    assert told is not None
    assert (told.commuting.dimension, told.commuting.exact) == (1, False)
    assert "at least this" in str(told)
