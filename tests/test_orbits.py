"""Orbit types: orbit dimensions and stabilizers met on given strata, exactly."""

from __future__ import annotations

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes import groups
from neutralmodes.errors import InputError

x, y, z = sp.symbols("x y z", real=True)
PAIR = [f"{name}{i}" for name in "ab" for i in range(3)]


def types(action: nm.LieAction, **strata: dict[str, object]) -> dict[str, tuple[int, str, bool]]:
    met = action.orbit_types(strata)
    return {t.stratum: (t.orbit_dimension, t.stabilizer_name, t.principal) for t in met}


def test_two_vectors_of_so3_have_three_orbit_types() -> None:
    """Independent vectors, parallel ones, the origin: stabilizers 1, SO(2), SO(3)."""
    action = (2 * groups.so(3)).on(PAIR)
    a = sp.symbols("a0:3")
    parallel = {f"b{i}": 3 * a[i] for i in range(3)}
    found = types(action, parallel=parallel, origin=dict.fromkeys(PAIR, 0))
    assert found == {
        "generic": (3, "0", True),
        "parallel": (2, "u(1)", False),
        "origin": (0, "so(3)", False),
    }


def test_the_stabilizer_of_a_unit_vector_in_u3_is_u2() -> None:
    action = groups.u(3).on([f"x{i}" for i in range(6)])
    found = types(action, ray=dict.fromkeys([f"x{i}" for i in range(2, 6)], 0))
    assert found["ray"] == (5, "u(2)", True)


def test_a_tensor_with_two_equal_eigenvalues_keeps_a_circle() -> None:
    names = [f"q{i}" for i in range(5)]
    action = groups.symmetric_traceless(groups.so(3)).on(names)
    # Coordinates: Q01, Q02, Q12, Q00, Q00 + Q11; diag(1, 1, -2) has two equal eigenvalues.
    found = types(action, uniaxial={"q0": 0, "q1": 0, "q2": 0, "q3": 1, "q4": 2})
    assert found["uniaxial"] == (2, "u(1)", False)
    assert found["generic"] == (3, "0", True)


def test_a_euclidean_stabilizer_is_the_rotations_about_the_point() -> None:
    action = groups.euclidean(3).on([x, y, z])
    (generic,) = action.orbit_types()
    assert (generic.orbit_dimension, generic.stabilizer_name) == (3, "so(3)")
    for vector in generic.stabilizer:
        moved = [
            sum(c * v for c, v in zip(vector, column, strict=True))
            for column in zip(*action.matrix_at(generic.point), strict=True)
        ]
        assert not any(moved)


def test_generators_with_functions_have_no_rational_values() -> None:
    with pytest.raises(InputError, match="have functions"):
        nm.LieAction([x], [[sp.sin(x)]]).orbit_types()


def test_a_bad_stratum_is_refused_by_name() -> None:
    action = groups.so(3).on([x, y, z])
    with pytest.raises(InputError, match="'axis': 'w' is not a variable"):
        action.orbit_types({"axis": {"w": 0}})
    with pytest.raises(InputError, match="not free"):
        action.orbit_types({"axis": {x: y, y: 0}})
    inverse = nm.LieAction([x], [[1 / x]])
    with pytest.raises(InputError, match="not defined"):
        inverse.orbit_types({"pole": {x: 0}})
