"""The ladder of precisions tells an exact black box from one broken by 1e-6, and from its own rounding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.adapters.callables import black_box
from neutralmodes.errors import InputError
from neutralmodes.evidence.ladder import FALLS, OPEN, STAYS, Ladder, ladder

RANDOM = np.random.default_rng(0)
INNER, OUTER = RANDOM.normal(size=8), RANDOM.normal(size=(2, 8))
x, y = sp.symbols("x0 x1")
WIDE = np.finfo(np.longdouble).eps < np.finfo(np.float64).eps


def cell(broken: float = 0.0, kind: Any = None) -> Callable[[float, Any], Any]:
    """An equivariant tanh cell in the arithmetic of its argument; ``broken`` adds (x, -y)."""

    def rule(t: float, state: Any) -> Any:
        state = state if kind is None else state.astype(kind)
        hidden = np.tanh(INNER.astype(state.dtype) * (state @ state))
        a, b = OUTER.astype(state.dtype) @ hidden
        extra = broken * np.array([state[0], -state[1]])
        return np.array([a * state[0] - b * state[1], b * state[0] + a * state[1]]) + extra.astype(state.dtype)

    return rule


def climbed(rule: Callable[[float, Any], Any]) -> Ladder:
    return ladder(nm.System("cell", black_box(rule, 2), nm.LieAction([x, y], [[-y, x]]), start=[1, 0]))


def test_an_exact_module_falls_with_roundoff() -> None:
    found = climbed(cell())
    assert found.verdict == FALLS
    assert [r.precision for r in found.rungs] == ["float32", "float64", *(["longdouble"] if WIDE else [])]
    for rung in found.rungs:
        assert rung.error < 30 * rung.eps
    assert "consistent with an exact symmetry" in found.words


@pytest.mark.parametrize("size", [1e-2, 1e-6, 1e-12])
def test_a_broken_module_stays_with_the_size_of_the_break(size: float) -> None:
    """|(x, -y) turned| over 1 + |f| reaches about the size itself."""
    found = climbed(cell(size))
    assert found.verdict == STAYS
    assert 0.3 * size < found.size < 3 * size
    assert f"broken by about {found.size:.1e}" in found.words


def test_single_precision_alone_decides_nothing() -> None:
    """A module that casts to float32 cannot show whether 1e-7 is rounding."""
    found = climbed(cell(kind=np.float32))
    assert found.verdict == OPEN
    assert any("float64: the rule returns float32" in s for s in found.skipped)


@pytest.mark.skipif(not WIDE, reason="long double is double here")
def test_a_break_at_the_rounding_of_double_is_said_with_its_doubt() -> None:
    found = climbed(cell(1e-17))
    assert found.verdict == STAYS
    assert "unless it computes in double inside" in found.words


def test_a_polynomial_reaches_forty_digits() -> None:
    found = climbed(lambda t, state: state * (1 - state @ state))
    assert found.rungs[-1].precision == "mpmath"
    assert found.size < 1e-38
    assert found.verdict == FALLS


def test_a_break_below_double_is_seen_at_forty_digits() -> None:
    found = climbed(lambda t, state: state * (1 - state @ state) + 1e-25 * state * np.array([1, -1]))
    assert found.verdict == STAYS
    assert 1e-26 < found.size < 1e-24


def test_an_exact_rule_needs_no_ladder() -> None:
    field = nm.VectorField([x, y], [-y, x])
    with pytest.raises(InputError, match="known exactly"):
        ladder(nm.System("turn", field, nm.LieAction([x, y], [[-y, x]]), start=[1, 0]))


def test_an_action_that_is_not_linear_is_refused() -> None:
    system = nm.System("shift", black_box(lambda t, s: 0 * s, 2), nm.LieAction([x, y], [[1, 0]]), start=[1, 0])
    with pytest.raises(InputError, match="linear action"):
        ladder(system)


def test_a_certificate_of_a_black_box_shows_the_ladder() -> None:
    system = nm.System("cell", black_box(cell(1e-6), 2), nm.LieAction([x, y], [[-y, x]]), start=[1, 0])
    certificate = nm.certify(system, time=5)
    assert certificate.evidence["ladder"]["verdict"] == STAYS
    assert "broken by about 9" in str(certificate)
