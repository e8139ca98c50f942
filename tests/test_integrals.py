"""First integrals: conserved exactly, and w + m - r zeros counted with every bound in the right direction."""

from __future__ import annotations

import copy

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import canonical, digest
from neutralmodes_check.checker import check
from neutralmodes_check.refusal import NotDerived

x, y, z, u, v, w = sp.symbols("x y z u v w", real=True)


def planar(potential=lambda s: s**2 / 4, integrals=(0, 1)):
    """A central force in the plane, on a bounded set of energies."""
    s = x**2 + y**2
    slope = sp.diff(potential(sp.Symbol("s")), sp.Symbol("s")).subs(sp.Symbol("s"), s)
    field = nm.VectorField([x, y, u, v], [u, v, -2 * x * slope, -2 * y * slope])
    energy, spin = (u**2 + v**2) / 2 + potential(s), x * v - y * u
    action = (nm.groups.so(2) + nm.groups.so(2)).on([x, y, u, v])
    start = [1, 0, 0, sp.Rational(1, 2)]
    chosen = [[energy, spin][i] for i in integrals]
    return nm.System("planar", field, action, nm.Region([2 - energy]), start=start, integrals=chosen)


def spatial():
    """A central force in space: SO(3), energy and three components of angular momentum."""
    q, p = [x, y, z], [u, v, w]
    s = x**2 + y**2 + z**2
    field = nm.VectorField(q + p, p + [-c * s for c in q])
    energy = (u**2 + v**2 + w**2) / 2 + s**2 / 4
    spin = list(sp.Matrix(q).cross(sp.Matrix(p)))
    start = [1, 0, 0, 0, sp.Rational(1, 2), sp.Rational(1, 4)]
    action = (2 * nm.groups.so(3)).on(q + p)
    return nm.System("spatial", field, action, nm.Region([2 - energy]), start=start, integrals=[energy, *spin])


def counts(certificate):
    return certificate.obligations["integrals"].proof["counts"]


def test_a_planar_central_force_explains_all_four_zeros_with_a_scope():
    found = nm.certify(planar(), evidence=False)
    assert found.conclusion is nm.Conclusion.CONDITIONAL
    assert found.zero_exponents == 0
    assert found.zero_exponents_if == 4
    assert "drop of the integrals' ranks" in found.scope


def test_in_space_angular_momentum_pairs_with_two_rotations():
    proof = counts(nm.certify(spatial(), evidence=False))
    # Six dimensions: SO(3) and the flow commute (4), energy and L are independent (4), {L_i, L_j} has rank 2.
    assert (proof["commuting"], proof["independent"], proof["mixed"]) == (4, 4, 2)


def test_the_energy_alone_adds_one_zero():
    proof = counts(nm.certify(planar(integrals=(0,)), evidence=False))
    assert proof["commuting"] + proof["independent"] - proof["mixed"] == 3


def test_a_repeated_integral_adds_nothing():
    system = planar(integrals=(0, 0, 1))
    assert counts(nm.certify(system, evidence=False))["independent"] == 2


def test_a_quantity_that_changes_is_refuted_as_integral():
    system = planar()
    broken = nm.System("broken", system.dynamics, system.action, system.region, start=system.start, integrals=[x])
    found = nm.certify(broken, evidence=False)
    assert found.conclusion is nm.Conclusion.REFUTED
    assert found.obligations["integrals"].verdict is nm.Verdict.REFUTED


def test_maps_keep_their_integrals_but_have_no_flow_direction():
    turn = nm.Map([x, y], [(3 * x - 4 * y) / 5, (4 * x + 3 * y) / 5])
    action = nm.LieAction([x, y], [[-y, x]])
    region = nm.Region.annulus([x, y], "1/2", 1)
    system = nm.System("turn", turn, action, region, start=[1, 0], integrals=[x**2 + y**2])
    found = counts(nm.certify(system, evidence=False))
    assert (found["commuting"], found["independent"], found["mixed"]) == (1, 1, 0)


@pytest.mark.parametrize("key", ["commuting", "independent", "mixed"])
def test_the_checker_rejects_counts_that_claim_more(key):
    data = nm.certify(spatial(), evidence=False).to_dict()
    check(canonical(data).encode())
    forged = copy.deepcopy(data)
    forged["obligations"]["integrals"]["proof"]["counts"][key] += -1 if key == "mixed" else 1
    for entry in forged["conclusion"]["statements"]:
        if entry["theorem"] == "I":
            entry["count"] += 1
    forged["conclusion"]["zero_exponents_if"] += 1
    forged["digest"] = digest({k: forged[k] for k in ("schema", "statement", "obligations", "conclusion")})
    with pytest.raises(NotDerived):
        check(canonical(forged).encode())


def test_first_integrals_of_low_degree_are_found():
    """Henon and Heiles' energy, of degree 3; the components of a rigid body's momentum squared; a rotation's radius."""
    henon = nm.VectorField([x, y, u, v], [u, v, -x - 2 * x * y, -y - x**2 + y**2])
    (energy,) = nm.first_integrals(henon, 3)
    assert sp.expand(energy - (3 * (u**2 + v**2 + x**2 + y**2) + 6 * x**2 * y - 2 * y**3)) == 0
    assert nm.first_integrals(henon, 2) == []
    euler = nm.VectorField([x, y, z], [y * z, -2 * x * z, x * y])
    assert len(nm.first_integrals(euler, 2)) == len(nm.first_integrals(euler, 4)) == 2, "products are left out"
    turn = nm.Map([x, y], [(3 * x - 4 * y) / 5, (4 * x + 3 * y) / 5])
    assert nm.first_integrals(turn, 4) == [x**2 + y**2]


def test_what_is_not_conserved_is_not_found():
    assert nm.first_integrals(nm.VectorField([x, y], [y, -x - y / 10]), 4) == []
    driven = nm.VectorField([x, y], [u * y, -u * x], inputs={u: nm.Interval(-1, 1)})
    assert nm.first_integrals(driven) == [x**2 + y**2]
    pushed = nm.VectorField([x, y], [y + u, -x], inputs={u: nm.Interval(-1, 1)})
    assert nm.first_integrals(pushed) == []
    pendulum = nm.VectorField([x, y], [y, -sp.sin(x)], angles=[x])
    assert nm.first_integrals(pendulum, 4) == [], "its energy holds cos x, and x itself is no function on the circle"


def test_a_function_of_a_conserved_quantity_does_not_hide_it():
    field = nm.VectorField([x, y, z], [-y * sp.tanh(x**2 + y**2), x * sp.tanh(x**2 + y**2), -z])
    assert nm.first_integrals(field) == [x**2 + y**2]


def test_found_integrals_give_the_count_of_those_that_are_written_by_hand():
    written = planar()
    found = nm.first_integrals(written.dynamics, 4)
    system = nm.System("found", written.dynamics, written.action, written.region, written.start, integrals=found)
    certificate = nm.certify(system, evidence=False)
    assert counts(certificate) == {**counts(certificate), "commuting": 2, "independent": 2, "mixed": 0}
    assert certificate.zero_exponents_if == 4
    check(canonical(certificate.to_dict()).encode())


@pytest.mark.parametrize("degree", [0, True, "2", 40])
def test_a_degree_that_cannot_be_searched_is_bad_input(degree):
    with pytest.raises(nm.errors.InputError, match="degree"):
        nm.first_integrals(nm.VectorField([x, y, z, u], [0, 0, 0, 0]), degree)


def test_a_black_box_has_no_integrals_to_be_found():
    box = nm.adapters.callables.black_box(lambda state: state, 2, kind="map")
    with pytest.raises(nm.errors.InputError, match="black box"):
        nm.first_integrals(box)
