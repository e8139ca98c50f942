"""Budgets of positivity searches are counted in arithmetic, and hopeless searches end early without losing proofs."""

from __future__ import annotations

import time

import pytest
from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from neutralmodes.exact.positivity import bounded_certificate, prove_positive
from neutralmodes.exact.positivity_question import ask
from neutralmodes.exact.positivity_sample import farthest, seen_negative
from neutralmodes.exact.positivity_work import Work


def gens(*names: str) -> tuple[fmpq_mpoly, ...]:
    return fmpq_mpoly_ctx.get(list(names), Ordering.degrevlex).gens()


def test_a_part_counts_for_the_whole() -> None:
    whole = Work(1.0)
    part = whole.share(0.1)
    part.terms(1e6)
    assert part.over
    assert whole.over


def test_the_verdict_does_not_look_at_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = gens("x", "y")
    question = (2 - x * y, [1 - x**2 - y**2], [])
    proof = prove_positive(*question, strict=True, budget_s=1)
    for clock in ("process_time", "perf_counter", "monotonic"):
        monkeypatch.setattr(time, clock, lambda: 1e9)
    assert proof is not None
    assert prove_positive(*question, strict=True, budget_s=1) == proof


def test_a_spent_budget_ends_the_search() -> None:
    x, y = gens("x", "y")
    motzkin = x**4 * y**2 + x**2 * y**4 - 3 * x**2 * y**2 + 1
    assert prove_positive(motzkin + 1, [4 - x**2 - y**2], [], strict=True, budget_s=5) is not None
    assert prove_positive(motzkin + 1, [4 - x**2 - y**2], [], strict=True, budget_s=0) is None


@pytest.mark.parametrize("above", [fmpq(0), fmpq(1, 10**4)])
def test_a_strict_claim_that_touches_zero_is_hopeless_and_one_just_above_is_not(above: fmpq) -> None:
    x, y = gens("x", "y")
    target = (x**2 + y**2 - 1) ** 2 + (x - y) ** 2 + above
    asked = ask(target, [4 - x**2 - y**2], [], True, Work(1.0))
    assert seen_negative(asked) is (above == 0)
    assert not seen_negative(ask(target, [4 - x**2 - y**2], [], False, Work(1.0)))
    assert (prove_positive(target, [4 - x**2 - y**2], [], strict=True) is None) is (above == 0)


def test_bounds_begin_beyond_what_was_seen_of_the_set() -> None:
    x, y = gens("x", "y")
    square = x**2 + y**2
    assert 50 < farthest(square, [100 - square], []) <= 100
    assert farthest(square, [1 - x * y], []) > 4**12
    found = bounded_certificate([100 - square], [], ["x", "y"])
    assert found is not None
    assert found[0] >= 100
