"""The trained network of the catalogue: its kept certificate is valid, its export is what runs, its mutants fail."""

from __future__ import annotations

import copy
import json
import math
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import neutralmodes as nm
from neutralmodes.certificate import digest, statement_of
from neutralmodes.exact.expression import Tree
from neutralmodes_check import NotDerived, Unreadable, check
from neutralmodes_experiments.learned import certified, trained
from neutralmodes_experiments.learned.export import exported, read_weights

KEPT = Path(__file__).parent / "certificates" / "learned-cell.json"
WEIGHTS = Path(trained.__file__).with_name("trained.json")
Weights = dict[str, Any]


def small(**changed: Any) -> Weights:
    """A cell of two units and three features with seeded weights."""
    random = Random(0)

    def layer(rows: int, columns: int) -> dict[str, Any]:
        row = [[random.gauss(0, 1) for _ in range(columns)] for _ in range(rows)]
        return {"weight": row, "bias": [random.gauss(0, 1) for _ in range(rows)]}

    layers = {"mix": layer(3, 4), "gains": layer(2, 3), "update": layer(2, 4)}
    numbers = {"input_gain": 1.25, "alpha": 1.5, "gamma": [0.5, 0.75], "dt": 0.1, "broken": 0.0, "still": False}
    return layers | numbers | changed


def certify(weights: Weights) -> nm.Certificate:
    return nm.certify(exported(weights), evidence=False, budget=0.2)


def test_the_kept_certificate_is_valid_and_of_the_trained_network() -> None:
    """`neutralmodes certify learned-cell --no-evidence` makes it."""
    report = check(KEPT.read_bytes())
    assert report.certified
    assert report.conclusion["zero_exponents"] == 1
    assert json.loads(KEPT.read_bytes())["statement"] == statement_of(trained.system)
    assert report.statement.inputs["u"] == (-16, 16)


def _broken(statement: dict[str, Any]) -> None:
    """What the paper's control adds, in one component."""
    statement["rule"][0] = ["+", statement["rule"][0], ["*", "1/500", "x"]]


def _longer_step(statement: dict[str, Any]) -> None:
    """Ten times the step overshoots: (1 + a)^2 I leaves the annulus."""
    statement["parameters"]["dt"] = "10"


def _wider_region(statement: dict[str, Any]) -> None:
    statement["region"]["inequalities"][1] = ["+", "5", ["*", "-1", ["^", "x", 2]], ["*", "-1", ["^", "y", 2]]]


@pytest.mark.parametrize("change", [_broken, _longer_step, _wider_region])
def test_the_checker_refuses_the_proofs_for_another_network(change: Any) -> None:
    forged = json.loads(KEPT.read_bytes())
    change(forged["statement"])
    forged["digest"] = digest({k: forged[k] for k in ("schema", "statement", "obligations", "conclusion")})
    with pytest.raises((NotDerived, Unreadable)):  # the latter where a residual that stays grows beyond its limits
        check(json.dumps(forged).encode())


@pytest.mark.parametrize("still", [False, True])
def test_every_weight_certifies_within_the_ranges_of_the_design(still: bool) -> None:
    found = certify(small(still=still))
    assert found.conclusion is nm.Conclusion.CERTIFIED
    assert found.zero_exponents == 1
    assert certified.rederived(found) == "CERTIFIED"


@pytest.mark.parametrize(
    "weight",
    [{"alpha": 40.0}, {"alpha": -1.0}, {"gamma": [0.5, 25.0]}],
    ids=["overshoots the annulus", "pushes out of it", "overshoots the box"],
)
def test_a_weight_that_leaves_the_region_is_not_certified(weight: Weights) -> None:
    found = certify(small(**weight))
    assert found.obligations["equivariance"].verdict is nm.Verdict.PROVED
    assert found.obligations["invariance"].verdict is not nm.Verdict.PROVED
    assert found.conclusion is not nm.Conclusion.CERTIFIED


def test_the_broken_control_is_refuted_and_the_table_says_so() -> None:
    table = certified.certificates([("exact", 0, small()), ("broken", 0, small(broken=0.02))])
    assert [row[2] for row in table["rows"]] == ["PROVED", "REFUTED"]
    assert all(check["met"] for check in table["checks"])


def test_the_table_notices_a_network_that_fails_and_a_missing_control() -> None:
    """The mutant: neither of its checks is met."""
    table = certified.certificates([("exact", 0, small(alpha=40.0))])
    assert [check["met"] for check in table["checks"]] == [False, False]


def test_the_export_is_the_step_that_runs() -> None:
    """The exported trees, in plain doubles, against torch."""
    torch = pytest.importorskip("torch")
    from neutralmodes_experiments.learned.cell import EquivariantCell
    from neutralmodes_experiments.learned.export import weights_of

    random = np.random.default_rng(0)
    for options in ({"broken": 0.02}, {"still": True, "near_integrator": False}):
        cell = EquivariantCell(seed=1, **options).double()
        rule = exported(weights_of(cell)).dynamics.rule
        for _ in range(2):
            state, u = random.uniform(-1, 1, 18), float(random.uniform(-16, 16))
            names = dict(zip(["x", "y", *(f"h{i}" for i in range(1, 17))], state.tolist(), strict=True))
            names |= {"u": u, "dt": float(cell.dt)}
            with torch.no_grad():
                step = cell(torch.from_numpy(state), torch.tensor(u, dtype=torch.float64)).numpy()
            np.testing.assert_allclose([value(tree, names, {}) for tree in rule], step, rtol=1e-12, atol=1e-14)


def value(tree: Tree, names: dict[str, float], known: dict[int, float]) -> float:
    """A tree in doubles, by Python's own functions; ``known`` holds the nodes already met."""
    if isinstance(tree, str):
        numerator, _, denominator = tree.partition("/")
        return names[tree] if tree in names else int(numerator) / int(denominator or 1)
    if id(tree) not in known:
        known[id(tree)] = _applied(tree, names, known)
    return known[id(tree)]


def _applied(tree: Any, names: dict[str, float], known: dict[int, float]) -> float:
    if tree[0] == "^":
        return value(tree[1], names, known) ** int(tree[2])
    parts = [value(part, names, known) for part in tree[1:]]
    if tree[0] in ("+", "*"):
        return math.fsum(parts) if tree[0] == "+" else math.prod(parts)
    return float(getattr(math, tree[0])(parts[0]))


def test_a_cell_that_steps_in_its_own_way_is_not_exported() -> None:
    torch = pytest.importorskip("torch")
    from neutralmodes_experiments.learned.cell import EquivariantCell
    from neutralmodes_experiments.learned.export import weights_of

    class Other(EquivariantCell):
        def forward(self, state: Any, u: Any) -> Any:
            return super().forward(state, torch.zeros_like(u))

    with pytest.raises(nm.errors.InputError, match="Other steps in its own way"):
        weights_of(Other())


def test_the_kept_weights_are_those_of_a_cell_in_the_ranges_of_the_design() -> None:
    weights = read_weights(WEIGHTS)
    assert 0 < weights["alpha"] < 2
    assert all(0 < rate < 1 for rate in weights["gamma"])
    assert copy.copy(weights)["broken"] == 0
