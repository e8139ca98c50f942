"""Named groups: their matrices have the known brackets, dimensions, invariants and orbit dimensions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from neutralmodes import groups
from neutralmodes.errors import InputError


def arrays(rep: groups.Representation) -> list[np.ndarray]:
    return [np.array(m, dtype=object) for m in rep.matrices]


def in_span(matrix: np.ndarray, basis: list[np.ndarray]) -> bool:
    """By floats on small integer matrices: an oracle apart from the exact code."""
    columns = np.array([b.ravel() for b in basis], dtype=float).T
    right = matrix.ravel().astype(float)
    found, *_ = np.linalg.lstsq(columns, right, rcond=None)
    return bool(np.allclose(columns @ found, right, atol=1e-9))


REPRESENTATIONS = {
    "SO(2)": (groups.so(2), 1, 2),
    "SO(3)": (groups.so(3), 3, 3),
    "SO(5)": (groups.so(5), 10, 5),
    "U(1)": (groups.u(1), 1, 2),
    "U(3)": (groups.u(3), 9, 6),
    "SU(2)": (groups.su(2), 3, 4),
    "SU(3)": (groups.su(3), 8, 6),
    "T^2": (groups.torus([[1, 0, 2], [0, 1, 1]]), 2, 6),
    "two copies": (2 * groups.so(3), 3, 6),
    "a product": (groups.torus([[1]]) * groups.so(3), 4, 5),
    "a trivial part": (groups.so(3) + groups.trivial(groups.so(3), 2), 3, 5),
}


@pytest.mark.parametrize(("rep", "p", "n"), REPRESENTATIONS.values(), ids=REPRESENTATIONS)
def test_a_representation_is_a_closed_algebra_of_skew_matrices_of_the_right_size(
    rep: groups.Representation, p: int, n: int
) -> None:
    basis = arrays(rep)
    assert (len(basis), rep.dimension) == (p, n)
    assert np.linalg.matrix_rank(np.array([b.ravel() for b in basis], dtype=float)) == p
    for first in basis:
        assert (first == -first.T).all()
        for second in basis:
            assert in_span(first @ second - second @ first, basis)


def test_a_generator_left_out_opens_the_algebra() -> None:
    """The mutant of the closure above."""
    basis = arrays(groups.so(3))[:2]
    assert not in_span(basis[0] @ basis[1] - basis[1] @ basis[0], basis)


@pytest.mark.parametrize("m", [2, 3])
def test_unitary_generators_commute_with_i_and_special_ones_are_traceless(m: int) -> None:
    i = np.kron(np.eye(m, dtype=int), np.array([[0, -1], [1, 0]]))
    for matrix in arrays(groups.u(m)):
        assert (matrix @ i == i @ matrix).all()
    traces = [np.trace(matrix @ i) for matrix in arrays(groups.su(m))]
    assert not any(traces)
    assert any(np.trace(matrix @ i) for matrix in arrays(groups.u(m)))


def test_charges_turn_each_coordinate_at_its_own_rate() -> None:
    first, second = arrays(groups.torus([[1, 0, 2], [0, 1, -1]]))
    rate = [int(first[2 * k + 1, 2 * k]) for k in range(3)]
    assert rate == [1, 0, 2]
    assert [int(second[2 * k + 1, 2 * k]) for k in range(3)] == [0, 1, -1]
    assert np.count_nonzero(first) == 4


@pytest.mark.parametrize(
    ("rep", "point", "dimension"),
    [
        (groups.so(4), [1, 2, 0, -1], 3),
        (groups.so(4), [0, 0, 0, 0], 0),
        (groups.u(3), [1, 0, 0, 2, 0, 1], 5),
        (groups.su(2), [1, 2, 3, 4], 3),
        (2 * groups.so(3), [1, 0, 0, 0, 1, 0], 3),
        (2 * groups.so(3), [1, 0, 0, 2, 0, 0], 2),
        (groups.torus([[1, 0], [0, 1]]), [1, 0, 0, 0], 1),
    ],
)
def test_orbits_have_their_known_dimension(rep: groups.Representation, point: list[int], dimension: int) -> None:
    names = [f"x{i}" for i in range(rep.dimension)]
    at = dict(zip(names, map(Fraction, point), strict=True))
    action = rep.on(names)
    assert action.rank_at(at) == dimension
    assert len(action.stabilizer_at(at)) == action.p - dimension


def test_names_follow_the_algebra_of_representations() -> None:
    assert (groups.torus([[1, 0], [0, 1]]) * groups.so(3)).group == "T^2 x SO(3)"
    assert (2 * groups.so(3)).group == "SO(3)"
    assert groups.torus([[1]]).on(["x", "y"]).group == "SO(2)"


@pytest.mark.parametrize(
    ("build", "word"),
    [
        (lambda: groups.so(1), "so(n)"),
        (lambda: groups.u(0), "u(m)"),
        (lambda: groups.su(1), "su(m)"),
        (lambda: groups.so(True), "so(n)"),
        (lambda: groups.torus([]), "charges"),
        (lambda: groups.torus([[1, 0], [1]]), "rectangular"),
        (lambda: groups.torus([[0.5]]), "integers"),
        (lambda: groups.torus([[True]]), "integers"),
        (lambda: groups.so(3) + groups.so(2), "direct sum"),
        (lambda: 0 * groups.so(3), "copies"),
        (lambda: groups.trivial(groups.so(3), 0), "trivial"),
        (lambda: groups.so(3).on(["x", "y"]), "3 x 3"),
    ],
)
def test_a_bad_group_is_refused(build: Any, word: str) -> None:
    with pytest.raises(InputError, match=word.replace("(", r"\(").replace(")", r"\)")):
        build()
