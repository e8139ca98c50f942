"""The flow's own zero: where the flow leaves the group directions, for polynomial rules and for others."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import canonical
from neutralmodes.theorem import EVERYWHERE, OFF_FLOW_SIGMA
from neutralmodes.verdict import Verdict
from neutralmodes_check.checker import check

x, y, p = sp.symbols("x y p", real=True)
r2 = x**2 + y**2


def certified(turn: Any) -> nm.Certificate:
    """z' = (1 - |z|^2) z beside an angle p' = turn: the flow moves wherever ``turn`` is not 0."""
    field = nm.VectorField([x, y, p], [x * (1 - r2), y * (1 - r2), turn], angles=[p])
    action = nm.LieAction([x, y, p], [[-y, x, 0]])
    system = nm.System("beside", field, action, nm.Region.annulus([x, y], "1/2", 2), start=[1, 0, 0])
    found = nm.certify(system, evidence=False, budget=8)
    check(canonical(found.to_dict()).encode())
    return found


def flow_counts(certificate: nm.Certificate) -> set[tuple[int, str]]:
    return {(s.count, s.where) for s in certificate.statements if s.counts == "group+flow"}


@pytest.mark.parametrize("turn", [1, 2 + sp.tanh(r2), 1 / (1 + r2), 2 + sp.sin(p)], ids=str)
def test_a_turn_that_keeps_its_sign_is_transversal_everywhere(turn: Any) -> None:
    """e_2 of [xi f] is |z|^2 (|z|^2 (1 - |z|^2)^2 + turn^2), at least turn^2/4."""
    found = certified(turn)
    assert found.obligations["transversality"].verdict is Verdict.PROVED
    assert flow_counts(found) == {(2, EVERYWHERE)}
    assert found.zero_exponents == 2


@pytest.mark.parametrize("turn", [sp.cos(p), sp.cos(p) + sp.tanh(r2) / 2], ids=str)
def test_a_turn_that_may_stop_adds_a_zero_with_a_scope_only(turn: Any) -> None:
    """The mutant: it stops at some angle, at equilibria on |z| = 1; at the start (1, 0, 0) it turns."""
    found = certified(turn)
    assert found.obligations["transversality"].verdict is not Verdict.PROVED
    assert flow_counts(found) == {(2, OFF_FLOW_SIGMA)}
    assert found.zero_exponents == 1


@pytest.mark.parametrize("turn", [0, sp.sin(p), sp.sin(p) * sp.tanh(r2)], ids=str)
def test_a_flow_that_rests_at_the_start_adds_nothing(turn: Any) -> None:
    assert not flow_counts(certified(turn))


def test_a_function_without_values_adds_no_flow_count() -> None:
    unknown = sp.Function("h")(r2)
    assert not flow_counts(certified(unknown))
