"""The group's directions lie in the neutral covariant subspace, to the digits of the run; broken ones do not."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError
from neutralmodes.evidence import alignment as method
from neutralmodes.evidence.engines.heyoka import available

x, y, z = sp.symbols("x y z", real=True)
ROTATIONS = [[-y, x, 0], [0, -z, y], [z, 0, -x]]


def sphere() -> nm.System:
    radial = 2 * (1 - x**2 - y**2 - z**2)
    field = nm.VectorField([x, y, z], [radial * v for v in (x, y, z)])
    return nm.System("sphere", field, nm.LieAction([x, y, z], ROTATIONS), start=[1, "1/3", "-1/2"])


def complex_lorenz() -> nm.System:
    a, b, c, d, w = sp.symbols("a b c d w", real=True)
    e = sp.Rational(1, 10)
    rule = [
        10 * (c - a),
        10 * (d - b),
        28 * a - c + e * d - a * w,
        28 * b - d - e * c - b * w,
        a * c + b * d - sp.Rational(8, 3) * w,
    ]
    state = [a, b, c, d, w]
    action = nm.LieAction(state, [[-b, a, -d, c, 0]])
    return nm.System("lorenz", nm.VectorField(state, rule), action, start=[3, 4, 5, 2, 20])


def chaotic_radius(broken: Any = 0) -> nm.System:
    """A map that turns by the 3-4-5 angle with a chaotic modulus."""
    turn = (sp.Rational(5, 2) - x**2 - y**2) / 5
    rule = [turn * (3 * x - 4 * y) + broken * x**2, turn * (4 * x + 3 * y)]
    return nm.System("radius", nm.Map([x, y], rule), nm.LieAction([x, y], [[-y, x]]), start=[1, 0])


def test_a_sphere_aligns_in_plain_double() -> None:
    found = nm.alignment(sphere(), windows=400, digits=None)
    assert found.completed
    assert (found.orbit_dimension, found.neutral_dimension) == (2, 2)
    assert found.flow_angle is None  # at rest
    assert found.largest < 1e-12


@pytest.mark.skipif(not available(), reason="minutes without heyoka")
def test_complex_lorenz_aligns_to_double_over_400_windows() -> None:
    found = nm.alignment(complex_lorenz())
    assert found.completed
    assert found.windows == 400
    assert found.neutral_dimension == 2  # the group's and the flow's
    assert found.flow_angle is not None
    assert found.flow_angle > 10
    assert found.largest < 1e-12


@pytest.mark.skipif(not available(), reason="minutes without heyoka")
def test_complex_lorenz_in_plain_double_is_as_good_as_its_conditioning() -> None:
    """Near the axis |xi| is a fiftieth of |x|, and the neutral plane comes near its neighbours: some 1e-12 degrees."""
    found = nm.alignment(complex_lorenz(), digits=None)
    assert found.completed
    assert found.working_digits == 16
    assert found.defect < 1e-11  # windows of a spread of 12 left 1e-7
    assert sorted(found.angles)[200] < 1e-13
    assert found.largest < 1e-10


def test_the_angle_falls_with_digits() -> None:
    coarse, fine = (nm.alignment(chaotic_radius(), windows=20, digits=d).largest for d in (16, 40))
    assert coarse < 1e-12
    assert fine < 1e-36


def test_a_wrong_generator_shows_as_an_angle() -> None:
    """The mutant: E_x taken from another action than the one that commutes."""
    field = nm.VectorField([x, y, z], [v * (1 - x**2 - y**2) for v in (x, y)] + [-z])
    right, wrong = ([[-y, x, 0]], [[-z, 0, x]])
    angles = []
    for generators in (right, wrong):
        system = nm.System("circle", field, nm.LieAction([x, y, z], generators), start=["3/5", "4/5", 0])
        angles.append(nm.alignment(system, windows=5, digits=None).largest)
    assert angles[0] < 1e-12
    assert angles[1] > 10


def test_a_map_without_neutral_exponents_has_nothing_to_align() -> None:
    system = nm.System("sink", nm.Map([x, y], [x / 2, y / 3]), nm.LieAction([x, y], [[-y, x]]), start=[1, 1])
    with pytest.raises(EvidenceError, match="no exponent of this run may be zero"):
        nm.alignment(system, windows=5, digits=None)


def test_neutral_columns_that_are_not_separated_are_not_compared() -> None:
    """Both directions turn alike: one of them alone is not determined."""
    system = nm.System("turn", nm.VectorField([x, y], [-y, x]), nm.LieAction([x, y], [[-y, x]]), start=[1, 0])
    with pytest.raises(EvidenceError, match="not separated"):
        nm.alignment(system, windows=5, neutral=1, digits=None)


def test_vectors_that_are_not_covariant_discredit_the_angle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(method, "covariance", lambda track: (1.0, "the vectors are not covariant"))
    assert not nm.alignment(chaotic_radius(), windows=5, digits=None).completed


def test_an_orbit_at_a_fixed_point_of_the_action_has_no_group_direction() -> None:
    system = nm.System("still", nm.Map([x, y], [x, y]), nm.LieAction([x, y], [[-y, x]]), start=[0, 0])
    with pytest.raises(EvidenceError, match="every generator vanishes"):
        nm.alignment(system, windows=5, digits=None)


def test_the_result_is_plain_json() -> None:
    data = nm.alignment(chaotic_radius(), windows=5, digits=None).to_json()
    assert float(data["largest_degrees"]) < 1e-10
    assert data["windows"] == 5
