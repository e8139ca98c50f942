"""Lie algebras from structure constants: exact facts, simple ideals over the reals, names, compactness."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import fmpq, fmpq_mat
from hypothesis import given, settings
from hypothesis import strategies as st

import neutralmodes as nm
from neutralmodes import groups
from neutralmodes.algebra.facts import label_mismatch, skew_diagonalisable
from neutralmodes.algebra.names import label_parts, recognise
from neutralmodes.algebra.structure import Algebra, signature
from neutralmodes.errors import InputError

x, y, z = sp.symbols("x y z", real=True)
Matrices = list[list[list[int]]]


def linear(matrices: Any) -> nm.LieAction:
    return nm.LieAction([f"x{i}" for i in range(len(matrices[0]))], matrices)


def unit(n: int, *cells: tuple[int, int, int]) -> list[list[int]]:
    found = [[0] * n for _ in range(n)]
    for i, j, c in cells:
        found[i][j] += c
    return found


def gl_real(n: int) -> Matrices:
    return [unit(n, (i, j, 1)) for i in range(n) for j in range(n)]


def complex_as_real(entries: list[dict[tuple[int, int], complex]], n: int) -> Matrices:
    found = []
    for entry in entries:
        real = np.zeros((2 * n, 2 * n), dtype=int)
        for (i, j), c in entry.items():
            a, b = int(complex(c).real), int(complex(c).imag)
            real[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] += np.array([[a, -b], [b, a]])
        found.append(real.tolist())
    return found


def gl_complex(n: int) -> Matrices:
    return complex_as_real([{(i, j): c} for i in range(n) for j in range(n) for c in (1, 1j)], n)


def symplectic(n: int, kept: Matrices) -> Matrices:
    """Integer matrices A with A^T J + J A = 0 in a spanning set of gl(2n, R), J the standard form."""
    j = np.block([[np.zeros((n, n), int), np.eye(n, dtype=int)], [-np.eye(n, dtype=int), np.zeros((n, n), int)]])
    return [a for a in kept if not np.any(np.array(a).T @ j + j @ np.array(a))]


def sp_real(n: int) -> Matrices:
    spanning = [unit(2 * n, (i, j, 1), (n + j, n + i, -1)) for i in range(n) for j in range(n)]
    for i in range(n):
        for j in range(i, n):
            cells = [(i, n + j, 1)] + [(j, n + i, 1)] * (i != j)
            spanning += [unit(2 * n, *cells), unit(2 * n, *[(b, a, c) for a, b, c in cells])]
    return symplectic(n, spanning)


def sp_compact(n: int) -> Matrices:
    """sp(n): quaternionic skew-hermitian matrices, as complex 2n x 2n ones [[A, B], [-conj B, conj A]]."""
    entries: list[dict[tuple[int, int], complex]] = []
    for i in range(n):
        for j in range(i, n):
            for c in (1, 1j):
                if i != j or c == 1j:
                    a = {(i, j): c, (j, i): -np.conj(c)} if i != j else {(i, i): c}
                    entries.append({**a, **{(n + p, n + q): np.conj(v) for (p, q), v in a.items()}})
                b = {(i, j): c, (j, i): c}
                low = {(n + p, q): -np.conj(v) for (p, q), v in b.items()}
                entries.append({**{(p, n + q): v for (p, q), v in b.items()}, **low})
    return complex_as_real(entries, 2 * n)


def so_indefinite(p: int, q: int) -> Matrices:
    n = p + q
    signs = [1] * p + [-1] * q
    return [unit(n, (i, j, signs[j]), (j, i, -signs[i])) for i in range(n) for j in range(i + 1, n)]


NAMED: dict[str, tuple[Any, str]] = {
    "gl(2,R)": (gl_real(2), "gl(2,R)"),
    "gl(3,R)": (gl_real(3), "gl(3,R)"),
    "gl(1,C)": (gl_complex(1), "gl(1,C)"),
    "gl(2,C)": (gl_complex(2), "gl(2,C)"),
    "so(2,1)": (so_indefinite(2, 1), "sl(2,R)"),
    "so(3,1)": (so_indefinite(3, 1), "sl(2,C)"),
    "so(2,2)": (so_indefinite(2, 2), "sl(2,R)^2"),
    "so(4,1)": (so_indefinite(4, 1), "so(4,1)"),
    "so(3,2)": (so_indefinite(3, 2), "so(3,2)"),
    "so(5,2)": (so_indefinite(5, 2), "so(5,2)"),
    "sp(2,R)": (sp_real(1), "sl(2,R)"),
    "sp(4,R)": (sp_real(2), "so(3,2)"),
    "sp(6,R)": (sp_real(3), "sp(6,R)"),
    "sp(2)": (sp_compact(2), "so(5)"),
    "sp(3)": (sp_compact(3), "sp(3)"),
    "so(7)": (groups.so(7).matrices, "so(7)"),
    "so(9)": (groups.so(9).matrices, "so(9)"),
    "so(8)": (groups.so(8).matrices, "so(8)"),
    "su(3)": (groups.su(3).matrices, "su(3)"),
    "u(4)": (groups.u(4).matrices, "u(4)"),
    "so(3) x u(2)": ((groups.so(3) * groups.u(2)).matrices, "u(2) x so(3)"),
    "a shear": ([[[0, 1], [0, 0]]], "R"),
}


@pytest.mark.parametrize("case", NAMED)
def test_matrix_algebras_are_recognised(case: str) -> None:
    matrices, name = NAMED[case]
    assert linear(matrices).facts.name == name


def test_affine_and_nonlinear_algebras_are_recognised() -> None:
    assert nm.LieAction([x, y], [[1, 0], [0, 1], [-y, x]]).facts.name == "e(2)"
    assert nm.LieAction([x, y], [[1, 0], [0, 1], [y, x]]).facts.name == "e(1,1)"
    assert nm.LieAction([x, y], [[1, 0], [0, 1], [0, x]]).facts.name == "heis(3)"
    assert nm.LieAction([x], [[1], [x]]).facts.name == "aff(1,R)"
    assert nm.LieAction([x], [[1], [x], [x**2]]).facts.name == "sl(2,R)"
    assert groups.euclidean(4).on([f"x{i}" for i in range(4)]).facts.name == "e(4)"
    galilei = nm.LieAction([x, y, z], [[y, 0, 0], [0, x, 0], [x, -y, 0], [0, 0, x], [0, 0, y]])
    assert galilei.facts.name == "sl(2,R) ⋉ R^2"


def test_an_algebra_simple_over_the_rationals_may_split_over_the_reals() -> None:
    """Rotations over Q(sqrt 2), written with rational constants: two copies of so(3) over R."""
    so3 = {(0, 1): 2, (1, 2): 0, (0, 2): 1}
    brackets: dict[tuple[int, int], list[int]] = {}
    for a in range(6):
        for b in range(a + 1, 6):
            i, j, surd = a // 2, b // 2, a % 2 + b % 2
            if i == j:
                continue
            sign = {(0, 1): 1, (1, 2): 1, (0, 2): -1}[i, j]
            constants = [0] * 6
            constants[2 * so3[i, j] + surd % 2] = sign * (2 if surd == 2 else 1)
            brackets[a, b] = constants
    twisted = Algebra(6, brackets)
    assert twisted.jacobi_failure() is None
    assert recognise(twisted).name == "so(3)^2"
    # With sqrt(-1) in place of sqrt(2) the same table is sl(2, C).
    imaginary = {
        pair: [-c if pair[0] % 2 + pair[1] % 2 == 2 and abs(c) == 2 else c for c in constants]
        for pair, constants in brackets.items()
    }
    halved = {pair: [c // 2 if abs(c) == 2 else c for c in constants] for pair, constants in imaginary.items()}
    assert recognise(Algebra(6, halved)).name == "sl(2,C)"


def test_an_indefinite_form_over_a_real_field_has_its_own_signature_at_each_place() -> None:
    """[e1, e2] = sqrt(2) e3 and cyclic 1, 1: so(3) at one place of Q(sqrt 2), sl(2, R) at the other."""
    third = {(0, 1): (2, 1), (1, 2): (0, 0), (0, 2): (1, 0)}  # (target, power of sqrt 2)
    sign = {(0, 1): 1, (1, 2): 1, (0, 2): -1}
    brackets = {}
    for a in range(6):
        for b in range(a + 1, 6):
            i, j = a // 2, b // 2
            if i != j:
                target, power = third[i, j]
                power += a % 2 + b % 2
                constants = [0] * 6
                constants[2 * target + power % 2] = sign[i, j] * 2 ** (power // 2)
                brackets[a, b] = constants
    mixed = Algebra(6, brackets)
    assert mixed.jacobi_failure() is None
    assert sorted(s.name for s in recognise(mixed).parts.simples) == ["sl(2,R)", "so(3)"]


@pytest.mark.parametrize(("group", "size"), [(groups.so(5), 10), (groups.su(3), 8), (groups.u(2), 4)])
def test_the_killing_form_is_the_trace_form_of_the_adjoint_matrices(group: groups.Representation, size: int) -> None:
    algebra = linear(group.matrices).algebra
    ads = [np.array(algebra.adjoint(algebra.unit(a)).tolist(), dtype=object) for a in range(size)]
    expected = [[np.trace(a @ b) for b in ads] for a in ads]
    assert algebra.killing.tolist() == expected


def test_series_centre_and_radical_of_upper_triangular_matrices() -> None:
    upper = linear([unit(3, (i, j, 1)) for i in range(3) for j in range(i, 3)]).facts
    assert (upper.dimension, upper.centre, upper.radical) == (6, 1, 6)
    assert upper.derived_series == (6, 3, 1, 0)
    assert upper.lower_series == (6, 3)
    assert upper.solvable
    assert not upper.nilpotent
    assert upper.acts_compactly is False


MIXED = {
    "so(3)^2": groups.so(4).matrices,
    "u(2) x so(3)": (groups.so(3) * groups.u(2)).matrices,
    "sl(2,R)^2": so_indefinite(2, 2),
    "gl(2,C)": gl_complex(2),
    "so(5)": groups.so(5).matrices,
}


@pytest.mark.parametrize("name", MIXED)
@given(seed=st.integers(0, 10**6))
@settings(max_examples=15)
def test_the_name_does_not_depend_on_the_basis(name: str, seed: int) -> None:
    """Generators mixed by a random unimodular matrix: shears, which hide the summands."""
    rng = np.random.default_rng(seed)
    mixed = [np.array(a, dtype=object) for a in MIXED[name]]
    for _ in range(2 * len(mixed)):
        i, j = rng.choice(len(mixed), 2, replace=False)
        mixed[i] = mixed[i] + int(rng.integers(-2, 3)) * mixed[j]
    assert linear([a.tolist() for a in mixed]).facts.name == name


def test_a_table_that_breaks_jacobi_is_noticed() -> None:
    good = Algebra(3, {(0, 1): [0, 0, 1], (1, 2): [1, 0, 0], (0, 2): [0, -1, 0]})
    bad = Algebra(3, {(0, 1): [0, 0, 1], (1, 2): [1, 0, 0], (0, 2): [0, -1, 1]})
    assert good.jacobi_failure() is None
    assert bad.jacobi_failure() == (0, 1, 2)


def test_a_malformed_table_is_refused() -> None:
    with pytest.raises(InputError, match="pairs a < b"):
        Algebra(2, {(1, 0): [0, 0]})
    with pytest.raises(InputError, match="3 constants"):
        Algebra(2, {(0, 1): [0, 0, 1]})
    with pytest.raises(InputError, match="no subalgebra"):
        linear(groups.so(3).matrices).algebra.subalgebra([[fmpq(1), fmpq(0), fmpq(0)], [fmpq(0), fmpq(1), fmpq(0)]])


@pytest.mark.parametrize(
    ("matrix", "compact"),
    [
        ([[0, -2], [1, 0]], True),
        ([[0, 2], [1, 0]], False),
        ([[0, 0], [0, 0]], True),
        ([[0, 1], [0, 0]], False),
        ([[1, -1], [1, 1]], False),
        ([[0, -1, 1, 0], [1, 0, 0, 1], [0, 0, 0, -1], [0, 0, 1, 0]], False),  # a Jordan block of a rotation
        ([[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, -3], [0, 0, 1, 0]], True),
    ],
)
def test_compactness_of_a_circle_is_read_off_its_matrix(matrix: list[list[int]], compact: bool) -> None:
    assert skew_diagonalisable([[fmpq(c) for c in row] for row in matrix]) is compact
    if any(c for row in matrix for c in row):
        assert linear([matrix]).facts.acts_compactly is compact


def test_a_compact_algebra_may_act_through_a_noncompact_group() -> None:
    """so(3) and a scaling: of compact type, but the scaling has no compact closure."""
    scaled = linear([*groups.so(3).matrices, unit(3, (0, 0, 1), (1, 1, 1), (2, 2, 1))]).facts
    assert scaled.compact_type
    assert scaled.acts_compactly is False
    assert scaled.name == "so(3) x R"


def test_a_nonlinear_circle_is_not_said_to_be_compact() -> None:
    assert nm.LieAction([x, y], [[1 + x**2, 0]]).facts.acts_compactly is None
    # so(3) on the sphere in a stereographic chart: its generators are not complete in the chart.
    sphere = [[-y, x], [(1 + x**2 - y**2) / 2, x * y], [x * y, (1 - x**2 + y**2) / 2]]
    assert (nm.LieAction([x, y], sphere).facts.name, nm.LieAction([x, y], sphere).facts.acts_compactly) == (
        "so(3)",
        None,
    )


def test_signature_counts_a_congruent_form_alike() -> None:
    form = fmpq_mat(3, 3, [1, 0, 0, 0, -1, 0, 0, 0, 0])
    change = fmpq_mat(3, 3, [2, 1, 0, 1, 3, 5, 7, 0, fmpq(1, 3)])
    assert signature(change * form * change.transpose()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("SO(4)", groups.so(4)),
        ("SU(2) x SU(2)", groups.so(4)),
        ("O(3)", groups.so(3)),
        ("SO(6)", groups.su(4)),
        ("Sp(2)", groups.so(5)),
        ("T^2", groups.torus([[1, 0], [0, 1]])),
        ("SO(2)xSO(2)", groups.torus([[1, 0], [0, 1]])),
        ("U(1)^2 x Z_2", groups.torus([[1, 0], [0, 1]])),
        ("S^1", groups.so(2)),
        ("U(3)", groups.u(3)),
        ("SO(3) × U(1)", groups.so(3) * groups.so(2)),
        ("a label in prose", groups.so(3)),
        ("SO(10)", groups.so(10)),
    ],
)
def test_a_right_label_is_accepted(label: str, group: groups.Representation) -> None:
    assert label_mismatch(label, linear(group.matrices).algebra) is None


@pytest.mark.parametrize(
    ("label", "group"),
    [
        ("SO(3)", groups.so(4)),
        ("U(2)", groups.su(2)),
        ("SL(2,R)", groups.so(3)),
        ("SU(2) x SU(2)", groups.so(3)),
        ("T^3", groups.torus([[1, 0], [0, 1]])),
        ("SO(11)", groups.so(10)),
        ("E(2)", groups.so(3)),
    ],
)
def test_a_wrong_label_is_told_what_the_generators_span(label: str, group: groups.Representation) -> None:
    found = label_mismatch(label, linear(group.matrices).algebra)
    assert found is not None
    assert f"'{label}' does not match" in found


def test_labels_that_are_not_understood_are_left_alone() -> None:
    assert label_parts("SO(n)") is None
    assert label_parts("the Monster") is None


def test_dependent_or_open_generators_have_no_facts() -> None:
    with pytest.raises(InputError, match="dependent"):
        _ = nm.LieAction([x, y], [[-y, x], [-2 * y, 2 * x]]).facts
    with pytest.raises(InputError, match="not a constant combination"):
        _ = nm.LieAction([x], [[1], [x**2]]).facts
