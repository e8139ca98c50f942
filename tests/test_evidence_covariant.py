"""Covariant vectors: the tangent flow carries them into one another; known ones are found; wrong factors are caught."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
import sympy as sp
from scipy.linalg import expm

import neutralmodes as nm
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence import covariant as method
from neutralmodes.evidence.angles import sines
from neutralmodes.evidence.covariant import Covariant
from neutralmodes.evidence.engines.heyoka import available
from neutralmodes.evidence.separation import Separation

x, y, z = sp.symbols("x y z", real=True)


def lorenz() -> nm.System:
    rule = [10 * (y - x), x * (28 - z) - y, x * y - sp.Rational(8, 3) * z]
    return nm.System("lorenz", nm.VectorField([x, y, z], rule), nm.LieAction([x, y, z], [[0, 0, 0]]), start=[1, 2, 20])


def map_of(matrix: sp.Matrix) -> nm.System:
    state = [x, y, z][: matrix.shape[0]]
    rule = list(matrix * sp.Matrix(state))
    return nm.System("linear", nm.Map(state, rule), nm.LieAction(state, [[0] * len(state)]), start=[0] * len(state))


@functools.cache
def measured() -> Covariant:
    return nm.covariant(lorenz(), windows=60)


def test_a_linear_map_has_its_eigenvectors() -> None:
    """Not orthogonal: the columns of Q alone would be wrong."""
    basis = sp.Matrix([[1, 1, 0], [0, 1, 2], [1, 0, 1]])
    values = [sp.Integer(2), sp.Integer(1), sp.Rational(1, 3)]
    found = nm.covariant(map_of(basis * sp.diag(*values) * basis.inv()), windows=10)
    assert found.completed
    assert found.groups == ((0,), (1,), (2,))
    assert found.neutral == (1,)
    truth = np.array(basis, dtype=float)
    for vectors in found.vectors:
        for i in range(3):
            assert sines(vectors[:, [i]], truth[:, [i]])[0] < 1e-14


def test_equal_exponents_are_one_group_compared_as_a_subspace() -> None:
    """A rotation by 3/5, 4/5 in a skew plane, and a contraction."""
    basis = sp.Matrix([[1, 1, 0], [0, 1, 2], [1, 0, 1]])
    turn = sp.Matrix([[3, -4, 0], [4, 3, 0], [0, 0, 2]]) / 5
    found = nm.covariant(map_of(basis * turn * basis.inv()), windows=10)
    assert found.groups == ((0, 1), (2,))
    assert found.neutral == (0, 1)
    for vectors in found.vectors:
        assert sines(vectors[:, :2], np.array(basis[:, :2], dtype=float))[0] < 1e-14


def test_the_neutral_vector_of_lorenz_is_the_flow() -> None:
    found = measured()
    assert found.neutral == (1,)
    worst = 0.0
    for (a, b, c), vectors in zip(found.states, found.vectors, strict=True):
        flow = np.array([10 * (b - a), a * (28 - c) - b, a * b - 8 / 3 * c])
        worst = max(worst, sines(vectors[:, [1]], flow[:, None])[0])
    assert worst < 1e-10


def test_vectors_are_carried_into_the_next_ones_by_another_integrator() -> None:
    """The oracle: the variational equation of Lorenz, written out, by scipy."""
    from scipy.integrate import solve_ivp

    def variational(_: float, u: Any) -> Any:
        a, b, c = u[:3]
        jacobian = np.array([[-10, 10, 0], [28 - c, -1, -a], [b, a, -8 / 3]])
        flow = [10 * (b - a), a * (28 - c) - b, a * b - 8 / 3 * c]
        return np.concatenate([flow, (jacobian @ u[3:].reshape(3, 3)).ravel()])

    found = measured()
    for i in (0, 20, 40):
        begin = np.concatenate([found.states[i], found.vectors[i].ravel()])
        end = solve_ivp(variational, found.times[[i, i + 1]], begin, "DOP853", rtol=1e-12, atol=1e-12).y[:, -1]
        for j in range(3):
            assert sines(end[3:].reshape(3, 3)[:, [j]], found.vectors[i + 1][:, [j]])[0] < 1e-6


def test_the_run_tests_covariance_itself() -> None:
    found = measured()
    assert found.completed
    # A window's columns grow apart by up to e^12 = 1.6e5, and the steps' errors with them: heyoka 1e-16, DOP853 1e-12.
    assert found.defect < (1e-7 if available() else 1e-6)


def test_a_wrong_factor_in_the_backward_pass_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step undone with the factor of the step before: the exponents stay right, the vectors do not."""
    honest, before = method.undo, []

    def wrong(r: Any, coefficients: Any) -> Any:
        before.append(r)
        return honest(before[-2] if len(before) > 1 else r, coefficients)

    monkeypatch.setattr(method, "undo", wrong)
    found = nm.covariant(lorenz(), windows=60)
    assert found.exponents == pytest.approx(measured().exponents, abs=1e-12)
    assert "not covariant" in found.outcome
    assert found.defect > 1e-3


def test_frames_that_are_never_undone_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gram-Schmidt vectors in place of covariant ones."""
    monkeypatch.setattr(method, "undo", lambda r, coefficients: np.eye(len(r)))
    assert not nm.covariant(lorenz(), windows=20).completed


@pytest.mark.skipif(not available(), reason="minutes without heyoka")
def test_a_linear_flow_at_many_digits() -> None:
    """x' = A x at rest, A with eigenvalues 1, 0, -2 in a skew basis."""
    basis = sp.Matrix([[1, 1, 0], [0, 1, 2], [1, 0, 1]])
    matrix = basis * sp.diag(1, 0, -2) * basis.inv()
    field = nm.VectorField([x, y, z], list(matrix * sp.Matrix([x, y, z])))
    system = nm.System("rest", field, nm.LieAction([x, y, z], [[0, 0, 0]]), start=[0, 0, 0])
    track = method.follow(system, 4, None, None, None, 40, 0, None, "auto")
    truth = np.array(basis)[:, 1]
    vector = [sp.Rational(*v.as_integer_ratio()) if isinstance(v, float) else v for v in track.vectors[2][:, 1]]
    ratios = [sp.Float(str(v), 45) / sp.Float(t, 45) for v, t in zip(vector, truth, strict=True) if t]
    assert abs(ratios[0] - ratios[1]) < sp.Float("1e-38")


def test_a_map_on_balls_agrees_with_the_map_in_double() -> None:
    matrix = sp.Matrix([[2, 5, 1], [0, 1, 3], [0, 0, sp.Rational(1, 4)]])
    mine, exact = (nm.covariant(map_of(matrix), windows=5, digits=d) for d in (None, 30))
    for i in range(3):
        assert sines(mine.vectors[2][:, [i]], exact.vectors[2][:, [i]])[0] < 1e-14


def test_constraints_take_their_normals_out() -> None:
    """On the circle the one direction left is the flow's own."""
    field = nm.VectorField([x, y], [-y, x])
    action = nm.LieAction([x, y], [[-y, x]])
    system = nm.System("circle", field, action, start=["3/5", "4/5"], constraints=[x**2 + y**2 - 1])
    found = nm.covariant(system, windows=10)
    assert found.vectors.shape == (10, 2, 1)
    radial = np.einsum("mi,mi->m", found.states, found.vectors[:, :, 0])
    assert np.max(np.abs(radial)) < 1e-12


def test_equal_seeds_repeat_and_the_seed_does_not_matter() -> None:
    first, again, other = (nm.covariant(lorenz(), windows=5, seed=s, transient=40) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.vectors, again.vectors)
    assert other.vectors.shape == first.vectors.shape


def test_a_direction_that_a_map_destroys_cannot_be_undone() -> None:
    system = nm.System("flat", nm.Map([x, y], [x / 2, 0 * y]), nm.LieAction([x, y], [[0, 0]]), start=[1, 1])
    with pytest.raises(EvidenceError, match="a direction collapses"):
        nm.covariant(system, windows=5)
    assert nm.covariant(system, windows=5, k=1).vectors.shape == (5, 2, 1)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"windows": 1}, "windows must be an integer of at least 2"),
        ({"neutral": 4}, "neutral must be a number of exponents from 1 to 3"),
        ({"k": 0}, "k must be an integer"),
        ({"digits": 5}, "digits must be at least 16"),
    ],
)
def test_bad_arguments_are_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        nm.covariant(lorenz(), **options)


def test_sines_of_a_known_rotation() -> None:
    """Two planes in space of five, one turned out of the other by 1e-9 and 1e-30 in two directions."""
    inner = np.zeros((5, 2))
    inner[0, 0] = inner[1, 1] = 1.0
    inner[2, 0], inner[3, 1] = 1e-9, 1e-30
    found = sines(inner, np.eye(5)[:, :2])
    np.testing.assert_allclose(found, [1e-9, 1e-30], rtol=1e-12)


def test_sines_do_not_depend_on_the_basis() -> None:
    random = np.random.default_rng(0)
    inner, outer = random.standard_normal((6, 2)), random.standard_normal((6, 3))
    turn = expm(np.array([[0.0, 2.0], [-1.0, 0.5]]))
    np.testing.assert_allclose(sines(inner @ turn, outer[:, ::-1] * 3), sines(inner, outer), rtol=1e-12)


def test_pairs_that_never_separate_do_not_hold_the_run_up() -> None:
    fast = Separation(3, 16)
    fast.run(lambda: np.array([1.0, 0.0, 0.0]))
    assert fast.windows < 100
    assert fast.groups(fast) == ((0,), (1, 2))
