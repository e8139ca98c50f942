"""Lie actions: structure constants, closure, independence, orbit dimension and stabilizers, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from flint import fmpq

import neutralmodes as nm

x, y, z = sp.symbols("x y z", real=True)
R2, R3 = [x, y], [x, y, z]

SO3 = nm.LieAction(R3, [[0, -z, y], [z, 0, -x], [-y, x, 0]])
E2 = nm.LieAction(R2, [[1, 0], [0, 1], [-y, x]])
SL2_PROJECTIVE = nm.LieAction([x], [[1], [x], [x**2]])


def epsilon(i: int, j: int, k: int) -> int:
    return (i - j) * (j - k) * (k - i) // 2


def table(action: nm.LieAction) -> dict[tuple[int, int], list[int] | None]:
    found = action.structure_constants()
    return {pair: None if c is None else [int(v.p) if v.q == 1 else v for v in c] for pair, c in found.items()}


def test_rotations_have_the_structure_constants_of_so3_up_to_the_sign_of_vector_fields() -> None:
    """[u, v] = Dv.u - Du.v turns matrices into minus their commutator: [L_i, L_j] = -eps_ijk L_k."""
    assert table(SO3) == {(i, j): [-epsilon(i, j, k) for k in range(3)] for i, j in [(0, 1), (0, 2), (1, 2)]}


def test_translations_commute_and_turn_into_each_other_under_rotation() -> None:
    assert table(E2) == {(0, 1): [0, 0, 0], (0, 2): [0, 1, 0], (1, 2): [-1, 0, 0]}


def test_a_nonlinear_action_has_the_constants_of_sl2() -> None:
    assert table(SL2_PROJECTIVE) == {(0, 1): [1, 0, 0], (0, 2): [0, 2, 0], (1, 2): [0, 0, 1]}
    assert not SL2_PROJECTIVE.is_linear


def test_su2_matrices_close_with_the_commutator_of_their_matrices() -> None:
    rep = nm.groups.su(2)
    matrices = [sp.Matrix(m) for m in rep.matrices]
    for (a, b), constants in table(rep.on([f"x{i}" for i in range(4)])).items():
        assert constants is not None
        commutator = matrices[a] * matrices[b] - matrices[b] * matrices[a]
        combination = sum((c * m for c, m in zip(constants, matrices, strict=True)), sp.zeros(4))
        assert combination == -commutator


def test_rational_generators_close_too() -> None:
    """The flow of d/dx seen through x -> 1/x is -x^2 d/dx; with x d/dx it closes."""
    action = nm.LieAction([x], [[1 / (1 + x**2)], [sp.Integer(3) / (1 + x**2) * 0 + x / (1 + x**2)]])
    assert action.structure_constants()[0, 1] is None
    assert nm.LieAction([x, y], [[1 / (1 + y**2), 0], [x, 0]]).structure_constants()[0, 1] == [1, 0]


@pytest.mark.parametrize(
    ("generators", "open_pair"),
    [
        ([[0, -z, y], [z, 0, -x]], (0, 1)),
        ([[1, 0, 0], [x**2, 0, 0]], (0, 1)),
        ([[1, 0, 0], [0, 1, 0], [y, 0, x * y]], (0, 2)),
    ],
)
def test_a_bracket_outside_the_span_is_found(generators: list[Any], open_pair: tuple[int, int]) -> None:
    found = nm.LieAction(R3, generators).structure_constants()
    assert next(pair for pair, constants in found.items() if constants is None) == open_pair


@pytest.mark.parametrize(
    ("generators", "dependency"),
    [
        ([[-y, x], [-2 * y, 2 * x]], True),
        ([[0, 0]], True),
        ([[x, 0], [0, y], [x, y]], True),
        ([[x, 0], [0, x]], False),
        ([[x, y], [x**2, x * y]], False),
    ],
)
def test_dependence_is_over_the_constants_only(generators: list[Any], dependency: bool) -> None:
    """(x, y) and x (x, y) are parallel at every point, yet independent generators."""
    action = nm.LieAction(R2, generators)
    found = action.dependency()
    assert (found is not None) == dependency
    if found is not None:
        symbols = [sum(sp.Rational(str(c)) * g[i] for c, g in zip(found, generators, strict=True)) for i in (0, 1)]
        assert any(c != 0 for c in found)
        assert all(sp.expand(s) == 0 for s in symbols)


@pytest.mark.parametrize(
    ("point", "dimension", "stabilizer"),
    [((0, 0, 0), 0, 3), ((0, 0, 2), 2, 1), ((1, Fraction(2, 3), -1), 2, 1)],
)
def test_rotation_orbits_are_spheres_with_the_axis_as_stabilizer(
    point: tuple[Any, ...], dimension: int, stabilizer: int
) -> None:
    at = dict(zip("xyz", map(Fraction, point), strict=True))
    assert SO3.rank_at(at) == dimension
    fixed = SO3.stabilizer_at(at)
    assert len(fixed) == stabilizer
    for axis in fixed if dimension else []:
        rational = [Fraction(int(c.p), int(c.q)) for c in axis]
        cross = [rational[i - 2] * at["xyz"[i - 1]] - rational[i - 1] * at["xyz"[i - 2]] for i in range(3)]
        assert cross == [0, 0, 0]


def test_the_matrix_at_a_point_has_the_generators_as_rows_of_values() -> None:
    at = {"x": Fraction(3), "y": Fraction(1, 2)}
    assert E2.matrix_at(at) == [[1, 0], [0, 1], [fmpq(-1, 2), 3]]


def test_matrices_and_expressions_are_the_same_action() -> None:
    by_matrix = nm.LieAction(R3, [sp.Matrix([[0, 0, 0], [0, 0, -1], [0, 1, 0]])])
    by_hand = nm.LieAction(R3, [[0, -z, y]])
    assert by_matrix.matrices == by_hand.matrices
    assert by_matrix.is_linear
    assert E2.matrices is None
