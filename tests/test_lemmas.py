"""Every step of the theory checks itself, shows that its hypotheses are needed, and notices its wrong claims."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

LEMMAS = Path(__file__).resolve().parent.parent / "proofs_check" / "lemmas"
NAMES = sorted(path.stem for path in LEMMAS.glob("[a-z]*.py"))
STEPS = {
    "constraints", "darboux_decay", "drift_law", "equilibrium_zeros", "first_integrals", "flow_column", "inputs",
    "invariance_faces", "lifetime_b", "lifetime_l1", "monotone", "multiplicity", "normalizer", "rank_complement",
    "rank_minors", "recurrence", "stabilizer", "theorem_r", "theorem_w", "transport_flow", "transport_map",
    "two_sided_bound",
}  # fmt: skip


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(LEMMAS))


def test_every_step_of_the_theory_has_a_file() -> None:
    assert set(NAMES) == STEPS


@pytest.mark.parametrize("name", NAMES)
def test_a_lemma_holds_and_its_wrong_claims_fail(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module, tools = importlib.import_module(name), importlib.import_module("_lemma")
    assert module.CLAIMS
    assert module.WRONG
    assert tools.run(module.__doc__, module.CLAIMS, module.WRONG) == 0
    line = capsys.readouterr().out
    assert line.startswith("ok  ")
    assert line.count("\n") == 1
    assert "needed: " in line, "a counterexample without the hypothesis"


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_claim_in_the_place_of_a_right_one_is_an_error(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    module, tools = importlib.import_module(name), importlib.import_module("_lemma")
    for claim in module.WRONG:
        assert tools.run(module.__doc__, [claim], []) == 1
    assert tools.run(module.__doc__, [], module.CLAIMS[:1]) == 1
    assert "FAILED" in capsys.readouterr().out


def teardown_module() -> None:
    for name in (*NAMES, "_lemma"):
        sys.modules.pop(name, None)
