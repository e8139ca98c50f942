"""Random symmetric systems over every named group: the theorem, the pipeline and the checker agree on all of them."""

from __future__ import annotations

import json
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import neutralmodes as nm
from neutralmodes.equivariants import integer_matrices, invariant_basis
from neutralmodes.exact.expression import evaluate
from neutralmodes.obligations.equivariance import equivariance
from neutralmodes.obligations.ground import Ground
from neutralmodes.strategies import (
    certificates,
    equivariant_fields,
    equivariant_maps,
    group_elements,
    mutated_certificates,
    named_action,
    near_misses,
    orbit_strata,
    systems,
)
from neutralmodes.strategies._actions import NAMED
from neutralmodes.strategies._certificates import MUTATIONS, forged
from neutralmodes.strategies._points import stabilizer_matrices
from neutralmodes.verdict import Conclusion, Verdict
from neutralmodes_check import NotDerived, Unreadable, check

pytestmark = pytest.mark.neutralmodes

Point = tuple[Fraction, ...]
EVERY_GROUP = pytest.mark.parametrize("name", NAMED)
# Certifying costs seconds in high dimension; the small ones stand for the others.
SMALL = [name for name, make in NAMED.items() if make().dimension <= 4 and name != "SO(2) + trivial"]


# 1,000 fields and 1,000 near misses over all groups in the ci profile: brackets are cheap and decide.
BRACKETS = 10 / len(NAMED)


def examples(share: float) -> settings:
    """A share of the profile's number of examples: dev 30, ci 100, nightly 2,000."""
    return settings(max_examples=max(2, ceil(settings.default.max_examples * share)))


def values(rule: nm.VectorField | nm.Map, point: Any) -> np.ndarray:
    names = dict(zip(rule.variables, point, strict=True))
    return np.array([evaluate(f, names) for f in rule.rule], dtype=object)


def rank(action: nm.LieAction, point: Any) -> int:
    return action.rank_at(dict(zip(action.variables, point, strict=True)))


@EVERY_GROUP
@given(data=st.data())
@examples(0.05)
def test_rules_commute_with_exact_group_elements(name: str, data: st.DataObject) -> None:
    """f(g x) = g f(x) in rationals: no bracket, no basis, no normal form is trusted."""
    action = named_action(name)
    rule = data.draw(equivariant_fields(action) | equivariant_maps(action))
    g, x = data.draw(group_elements(action)), np.array(data.draw(orbit_strata(action)), dtype=object)
    assert list(values(rule, g @ x)) == list(g @ values(rule, x))


@EVERY_GROUP
@given(data=st.data())
@examples(BRACKETS)
def test_the_bracket_and_the_map_residual_vanish(name: str, data: st.DataObject) -> None:
    action = named_action(name)
    rule = data.draw(equivariant_fields(action, max_terms=2) | equivariant_maps(action, max_terms=2))
    assert equivariance(Ground(nm.System("random", rule, action))).verdict is Verdict.PROVED


@EVERY_GROUP
@given(data=st.data())
@examples(0.05)
def test_a_flow_stays_in_its_stratum(name: str, data: st.DataObject) -> None:
    """A stabilizer of x kills f(x) too, so the isotropy is constant along orbits."""
    action = named_action(name)
    field, x = data.draw(equivariant_fields(action)), data.draw(orbit_strata(action))
    moved = values(field, x)
    for h in stabilizer_matrices(integer_matrices(action), x):
        rows = [[Fraction(int(v.p), int(v.q)) for v in row] for row in h.tolist()]
        assert all(sum(a * b for a, b in zip(row, moved, strict=True)) == 0 for row in rows)


@EVERY_GROUP
@given(data=st.data())
@examples(0.05)
def test_a_map_never_enlarges_an_orbit(name: str, data: st.DataObject) -> None:
    action = named_action(name)
    rule, x = data.draw(equivariant_maps(action, dissipative=True)), data.draw(orbit_strata(action))
    dimensions = [rank(action, x)]
    for _ in range(2):
        x = tuple(values(rule, x))
        dimensions.append(rank(action, x))
    assert dimensions == sorted(dimensions, reverse=True)


@EVERY_GROUP
@given(data=st.data())
@examples(BRACKETS)
def test_near_misses_are_refuted_by_a_point(name: str, data: st.DataObject) -> None:
    action = named_action(name)
    miss = data.draw(near_misses(action))
    found = equivariance(Ground(nm.System("near miss", miss, action)))
    assert found.verdict is Verdict.REFUTED
    assert found.witness is not None
    assert Fraction(found.witness["value"]) != 0


def checked(certificate: nm.Certificate) -> dict[str, Any]:
    return check(json.dumps(certificate.to_dict()).encode()).conclusion


def patient(system: nm.System) -> nm.Certificate:
    """Budgets are seconds, and a busy machine may need more of them."""
    quick = nm.certify(system, evidence=False, budget=2)
    undecided = quick.conclusion is Conclusion.UNDECIDED
    return nm.certify(system, evidence=False, budget=60) if undecided else quick


@pytest.mark.parametrize("name", SMALL)
@given(data=st.data())
@examples(0.03)
def test_systems_certified_by_construction_are_certified_and_re_derived(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """The producer's PROVED is the checker's valid, and the file reads back as it was."""
    certificate = patient(data.draw(systems(st.just(named_action(name)))))
    assert certificate.conclusion is Conclusion.CERTIFIED
    assert certificate.zero_exponents >= 1
    again = nm.load(certificate.save(tmp_path_factory.mktemp("certificates") / "drawn.json"))
    assert again.to_dict() == certificate.to_dict()
    assert checked(certificate)["zero_exponents"] == certificate.zero_exponents


@given(st.data())
@examples(0.1)
def test_no_state_of_the_region_has_a_smaller_orbit_than_the_count(data: st.DataObject) -> None:
    """The annulus holds a multiple of every state but the origin."""
    action = named_action(data.draw(st.sampled_from(["SO(2)", "SO(3)", "T^2", "SU(2)"])))
    certificate = data.draw(certificates(systems(st.just(action))))
    x = data.draw(orbit_strata(action))
    if any(x):
        assert rank(action, x) >= certificate.zero_exponents


@given(st.data())
@examples(0.05)
def test_a_region_with_a_fixed_point_is_never_certified_by_the_uniform_theorem(data: st.DataObject) -> None:
    """The trapping ball contains the origin, where the orbit is a point: no count for every x."""
    action = named_action(data.draw(st.sampled_from(["SO(2)", "SO(3)", "SU(2)"])))
    field = data.draw(equivariant_fields(action, dissipative=True, max_terms=1))
    found = nm.certify(nm.System("ball", field, action, field.region), evidence=False, budget=0.5)
    assert found.zero_exponents == 0
    assert not any(s.theorem in ("U", "U'") and s.counts == "group" for s in found.statements)
    assert checked(found)["verdict"] == str(found.conclusion)


@given(mutated_certificates(systems(st.sampled_from(["SO(2)", "SO(3)", "SO(2) x SO(2)"]).map(named_action))))
@examples(0.2)
def test_a_forged_certificate_is_not_re_derived(data: dict[str, Any]) -> None:
    with pytest.raises((NotDerived, Unreadable)):
        check(json.dumps(data).encode())


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("kind", ["flow", "map"])
def test_every_kind_of_forgery_is_refused(mutation: str, kind: str, tmp_path: Path) -> None:
    from hypothesis import find

    system = find(systems(st.just(named_action("SO(3)")), kind=kind), lambda s: True)
    certificate = nm.certify(system, evidence=False)
    assert checked(certificate)["verdict"] == "CERTIFIED"
    with pytest.raises((NotDerived, Unreadable)):
        check(json.dumps(forged(certificate, mutation)).encode())


@pytest.mark.parametrize("name", ["SO(2)", "SO(3)", "T^2"])
@given(data=st.data())
@examples(0.02)
def test_the_generators_are_carried_along_random_orbits(name: str, data: st.DataObject) -> None:
    """The transport lemma by integration: the tangent flow takes xi(x) to xi(phi_T x), to ten digits."""
    system = data.draw(systems(st.just(named_action(name))))
    assert nm.transport(system, time=2, digits=10).transported


@pytest.mark.parametrize("name", ["SO(2)", "SO(3)"])
@given(data=st.data())
@examples(0.02)
def test_as_many_exponents_vanish_as_are_certified(name: str, data: st.DataObject) -> None:
    """Measured by QR: |lambda_T| <= log(C/c)/T on the group directions, C/c <= 4 on the annulus."""
    system = data.draw(systems(st.just(named_action(name)), max_degree=1))
    certified = nm.certify(system, evidence=False, budget=2).zero_exponents
    exponents = np.asarray(nm.spectrum(system, time=40, transient=10).exponents, dtype=float)
    assert (np.abs(exponents) < np.log(4) / 40 + 1e-6).sum() >= certified


def test_the_annulus_hypotheses_of_the_strategies_hold() -> None:
    assert all(not invariant_basis(named_action(name), 1) for name in SMALL)
