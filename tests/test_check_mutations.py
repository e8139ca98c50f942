"""Random changes of real certificates: the checker refuses them, or what it accepts is shown to be valid otherwise.

Here a seeded selection; `make mutations` runs at least 300 of each kind for every certificate and prints the table.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from mutations.catalogue import NAMES, certificate
from mutations.operators import Mutant, mutants
from mutations.slow import Slow
from neutralmodes.certificate import statement_of
from neutralmodes_check import NotDerived, Unreadable, check
from neutralmodes_check.reader import canonical

Json = dict[str, Any]
EACH = 40


def survivors(name: str, kind: str, count: int = EACH) -> list[Mutant]:
    found = []
    for mutant in mutants(certificate(name), kind, count, seed=1):
        try:
            check(mutant.bytes())
        except (NotDerived, Unreadable):
            continue
        found.append(mutant)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_real_certificate_is_re_derived(name: str) -> None:
    data = certificate(name)
    assert check(canonical(data)).conclusion == data["conclusion"]


@pytest.mark.parametrize("kind", ["structure", "conclusion"])
@pytest.mark.parametrize("name", NAMES)
def test_no_change_of_shape_or_conclusion_is_accepted(name: str, kind: str) -> None:
    assert not survivors(name, kind)


@pytest.mark.parametrize("name", NAMES)
def test_an_accepted_change_of_a_proof_is_another_valid_proof(name: str) -> None:
    left = survivors(name, "proof")
    slow = Slow(certificate(name)["statement"])
    for mutant in left:
        obligation = str(mutant.path[0])
        proof = mutant.data["obligations"][obligation]["proof"]
        assert slow.holds(obligation, proof), (mutant.path, mutant.change)
    assert len(left) <= 2


@pytest.mark.parametrize("name", ["s1_attractor", "skew_lorenz", "chaotic_radius_map"])
def test_the_slow_rule_agrees_on_the_originals_and_is_not_blind(name: str) -> None:
    data = certificate(name)
    slow = Slow(data["statement"])
    judged = ("closure", "domain", "equivariance", "compactness", "invariance", "rank")
    assert all(slow.holds(key, data["obligations"][key]["proof"]) for key in judged)
    seen = 0
    for mutant in mutants(data, "proof", 150, seed=2):
        if (key := str(mutant.path[0])) in judged and mutant.change in ("plus one", "doubled", "nudged"):
            accepted = True
            try:
                check(mutant.bytes())
            except (NotDerived, Unreadable):
                accepted = False
            seen += not accepted and not slow.holds(key, mutant.data["obligations"][key]["proof"])
    assert seen >= 5


@pytest.mark.parametrize("name", ["collapse_control", "chaotic_radius_map"])
def test_a_changed_statement_gets_the_answer_of_a_fresh_producer(name: str) -> None:
    from mutations.statements import disagreement

    for mutant in mutants(certificate(name), "statement", 8, seed=3):
        assert not disagreement(mutant), (mutant.path, mutant.change)


def test_the_consumers_own_system_tells_every_changed_statement(tmp_path: Path) -> None:
    from neutralmodes.runs import differences

    own = statement_of(import_module("neutralmodes_systems.s1_attractor").system)
    target = str(Path(import_module("neutralmodes_systems.s1_attractor").__file__ or "")) + ":system"
    for k, mutant in enumerate(mutants(certificate("s1_attractor"), "statement", 60, seed=4)):
        assert mutant.data["statement"] != own
        if k < 8:
            path = tmp_path / f"{k}.json"
            path.write_bytes(mutant.bytes())
            assert differences(str(path), target)
