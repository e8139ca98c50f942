"""Representations beyond vectors: adjoint, tensors, reflections, translations, Fourier modes, rigid motions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes import groups
from neutralmodes.errors import InputError
from neutralmodes.statement import infix


def array(matrix: Any) -> Any:
    return np.array(matrix, dtype=object)


def commutator(a: Any, b: Any) -> Any:
    return a @ b - b @ a


@pytest.mark.parametrize(
    "rep", [groups.so(3), groups.so(4), groups.su(2), groups.su(3), groups.symmetric_traceless(groups.so(3))]
)
def test_the_adjoint_representation_has_the_same_brackets(rep: groups.Representation) -> None:
    """[ad A, ad B] = ad [A, B], read through coordinates in the given generators by least squares."""
    given, found = [array(a) for a in rep.matrices], [array(a) for a in groups.adjoint(rep).matrices]
    basis = np.array([a.ravel() for a in given], dtype=float).T
    for a, ad_a in zip(given, found, strict=True):
        for b, column in zip(given, ad_a.T, strict=True):
            coordinates = np.linalg.lstsq(basis, commutator(a, b).ravel().astype(float), rcond=None)[0]
            assert np.allclose(coordinates, column.astype(float), atol=1e-9)


def test_so3_acts_on_its_algebra_as_on_vectors() -> None:
    found = groups.adjoint(groups.so(3)).on([f"x{i}" for i in range(3)])
    assert found.facts.name == "so(3)"
    (generic,) = found.orbit_types()
    assert generic.orbit_dimension == 2


@pytest.mark.parametrize("n", [2, 3, 4])
def test_symmetric_traceless_tensors_turn_by_conjugation(n: int) -> None:
    """The image of Q under a generator A is AQ + QA^T, for a random traceless symmetric Q."""
    rng = np.random.default_rng(0)
    rep, vectors = groups.symmetric_traceless(groups.o(n)), groups.o(n)
    q = rng.integers(-5, 6, (n, n)).astype(object)
    q = n * (q + q.T) - 2 * np.trace(q) * np.eye(n, dtype=int)

    def coordinates(s: np.ndarray) -> np.ndarray:
        upper = [s[i, j] for i in range(n) for j in range(i + 1, n)]
        return np.array(upper + [sum(s[i, i] for i in range(k + 1)) for k in range(n - 1)], dtype=object)

    assert rep.dimension == n * (n + 1) // 2 - 1
    for a, moved in zip(vectors.matrices, rep.matrices, strict=True):
        assert (array(moved) @ coordinates(q) == coordinates(array(a) @ q + q @ array(a).T)).all()
    (mirror,), (tensor,) = vectors.discrete, rep.discrete
    assert (array(tensor) @ coordinates(q) == coordinates(array(mirror) @ q @ array(mirror).T)).all()


def test_tensors_need_an_orthogonal_representation() -> None:
    sheared = groups.Representation("R", (((0, 1), (0, 0)),))
    with pytest.raises(InputError, match="skew-symmetric"):
        groups.symmetric_traceless(sheared)


@pytest.mark.parametrize("rep", [groups.o(3), 2 * groups.o(2), groups.adjoint(groups.o(4)), groups.o(2) * groups.so(3)])
def test_reflections_keep_the_algebra_and_are_not_rotations(rep: groups.Representation) -> None:
    basis = np.array([array(a).ravel() for a in rep.matrices], dtype=float).T
    for element in rep.discrete:
        g = array(element).astype(float)
        assert np.allclose(g @ g, np.eye(rep.dimension))
        for a in rep.matrices:
            turned = (g @ array(a).astype(float) @ g).ravel()
            assert np.allclose(basis @ np.linalg.lstsq(basis, turned, rcond=None)[0], turned, atol=1e-9)
    assert len(rep.discrete) == 1


def test_a_reflected_field_is_held_against_the_listed_reflection() -> None:
    """z (1 - |z|^2) keeps O(2); a rotation rate breaks the reflection and keeps the rotations."""
    x, y = sp.symbols("x y", real=True)
    group = groups.o(2)
    verdicts = []
    for rate in (0, 1):
        rule = [x * (1 - x**2 - y**2) - rate * y, y * (1 - x**2 - y**2) + rate * x]
        system = nm.System("o2", nm.VectorField([x, y], rule), group.on([x, y]), discrete=group.discrete)
        verdicts.append(nm.certify(system, evidence=False).obligations["equivariance"].verdict)
    assert verdicts == ["PROVED", "REFUTED"]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_rigid_motions_keep_distances(n: int) -> None:
    """Two points moved together: |a - b|^2 is invariant under every generator."""
    names = sp.symbols(f"a0:{n} b0:{n}", real=True)
    action = (2 * groups.euclidean(n)).on(names)
    distance = sum((names[i] - names[n + i]) ** 2 for i in range(n))
    assert action.p == n + n * (n - 1) // 2
    for xi in action.generators:
        slope = sum(
            sp.sympify(infix(t).replace("^", "**")) * sp.diff(distance, v) for t, v in zip(xi, names, strict=True)
        )
        assert sp.expand(slope.subs({sp.Symbol(v.name): v for v in names})) == 0


def test_translations_move_fourier_modes_by_their_wave_number() -> None:
    """u(x + s) multiplies mode k by exp(iks): the 3-4-5 rotation commutes with every generator."""
    rep = groups.fourier([1, 3], reflection=True)
    assert rep.matrices == groups.torus([[1, 3]]).matrices
    (mirror,) = rep.discrete
    assert [mirror[i][i] for i in range(4)] == [1, -1, 1, -1]
    torus = groups.fourier([(1, 0), (0, 1), (1, 1)])
    assert torus.group == "T^2"
    assert torus.matrices == groups.torus([[1, 0, 1], [0, 1, 1]]).matrices
    c, s = Fraction(3, 5), Fraction(4, 5)
    turn = np.array([[c, -s], [s, c]], dtype=object)
    cubed = turn @ turn @ turn
    whole = np.block([[turn, np.zeros((2, 2), int)], [np.zeros((2, 2), int), cubed]])
    assert not commutator(whole, array(rep.matrices[0])).any()


def test_translations_of_angles_are_shifts() -> None:
    action = groups.translations([[1, 1, 0], [0, 1, -2]]).on(["a", "b", "c"])
    assert action.generators == (("1", "1", "0"), ("0", "1", "-2"))
    assert action.facts.name == "R^2"
    mixed = (groups.translations([[2]]) + groups.so(2)).on(["a", "x", "y"])
    assert mixed.generators == (("2", ("*", "-1", "y"), "x"),)


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: groups.euclidean(0), "euclidean"),
        (lambda: groups.o(1), "so\\(n\\)"),
        (lambda: groups.translations([[1, 2], [1]]), "rectangular"),
        (lambda: groups.fourier([(1, 0), (1,)]), "rectangular"),
        (
            lambda: groups.so(2) * 3,  # type: ignore[operator]
            "k \\* rep",
        ),
        (lambda: groups.adjoint(groups.Representation("?", (((0, 1), (0, 0)), ((0, 2), (0, 0))))), "dependent"),
    ],
)
def test_bad_arguments_are_refused(build: Any, word: str) -> None:
    with pytest.raises(InputError, match=word):
        build()
