"""Figures and tables of the paper: the quick runs meet their checks, and a wrong number is noticed."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from neutralmodes import experiments, targets
from neutralmodes.cli import cli
from neutralmodes.errors import InputError
from neutralmodes.listing import experiment_lines
from neutralmodes_experiments import figure_1, figure_2, numbers, table_1, table_a2
from neutralmodes_systems.collapse_control import system as collapse
from neutralmodes_systems.phase_integrator import system as integrator

ROOT = Path(__file__).resolve().parent.parent
REGISTERED: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
    "neutralmodes.experiments"
]


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {name: EntryPoint(name, value, targets.EXPERIMENTS) for name, value in REGISTERED.items()}
    monkeypatch.setattr(targets, "experiments", lambda: found)


def test_every_experiment_is_registered_as_a_function() -> None:
    assert {"figure-1", "figure-2", "table-1", "table-a2"} <= set(REGISTERED)
    assert all(callable(entry.load()) for entry in targets.experiments().values())


def test_the_flow_adds_nothing_on_a_rotating_wave_and_one_off_the_orbit() -> None:
    assert table_a2.ranks(integrator, 40) == (1, 1, 0)
    assert table_a2.ranks(collapse, 0) == (1, 2, 1)


def test_the_state_settles_on_the_circle_at_the_phase_that_theory_gives() -> None:
    x, y = numbers.settled(integrator, 40)
    assert np.hypot(x, y) == pytest.approx(1, abs=1e-6)
    turned = np.arctan2(1 / 4, 1) + 0.7 * 40
    assert np.exp(1j * turned) == pytest.approx(x + 1j * y, abs=1e-5)


@pytest.mark.numbers
def test_table_1_tells_exact_from_broken() -> None:
    (table,) = table_1.reproduce(quick=True)
    assert all(check["met"] for check in table["checks"]), table["checks"]


def test_chaos_runs_notice_a_quiet_network_and_a_missing_zero() -> None:
    met = [check["met"] for check in figure_2._checks([0.1, 0.01], [1, 0], [2, 2])]
    assert met == [False, False, True]


def test_table_1_notices_a_breaking_in_the_exact_row() -> None:
    """The mutant: the broken rule's numbers in the place of the exact ones."""
    broken = (1.2e-2, 3.6e-2, 0.5, "REFUTED")
    met = [check["met"] for check in table_1._checks({"exact": broken, "broken": broken})]
    assert met == [False, True, False, True, False, True, False, True]


@pytest.mark.slow
@pytest.mark.numbers
@pytest.mark.parametrize("experiment", [figure_1, figure_2, table_a2])
def test_the_quick_tables_agree_with_the_paper(experiment: object) -> None:
    (table,) = experiment.reproduce(quick=True)  # type: ignore[attr-defined]
    assert all(check["met"] for check in table["checks"]), table


def test_the_command_prints_the_table_and_answers_with_its_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {
        "title": "T",
        "columns": ["a", "b"],
        "rows": [["x", 0.5]],
        "checks": [{"claim": "c", "value": 1, "met": True}],
    }
    monkeypatch.setattr(EntryPoint, "load", lambda entry: lambda **options: [table])
    done = CliRunner().invoke(cli, ["reproduce", "table-1"], standalone_mode=False)
    assert done.return_value == 0
    assert done.output == "T\na  b\nx  0.5\nmet     c: 1\n"
    table["checks"][0]["met"] = False  # type: ignore[index]
    done = CliRunner().invoke(cli, ["reproduce", "table-1"], standalone_mode=False)
    assert done.return_value == 1
    assert "NOT MET c: 1" in done.output


def test_an_unknown_experiment_is_bad_input() -> None:
    with pytest.raises(InputError, match="no experiment 'figure-11'; did you mean figure-1"):
        experiments.run(["figure-11"])


def test_tables_and_pictures_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    plain = {"title": "T", "columns": ["a", "b"], "rows": [["1/2", 0.5], ["1", 2.0]], "checks": []}
    tables = [plain, plain | {"figure": {"x": "a", "y": ["b"]}}]
    monkeypatch.setattr(EntryPoint, "load", lambda entry: lambda **options: tables)
    assert experiments.run(["table-1"], str(tmp_path / "new")) == {"table-1": tables}
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["table-1-1.svg", "table-1.json"]
    assert json.loads((tmp_path / "new" / "table-1.json").read_text()) == tables
    first = (tmp_path / "new" / "table-1-1.svg").read_text()
    assert ">b</text>" in first


def test_digits_near_one_are_not_rounded_away() -> None:
    table = {"title": "T", "columns": ["a"], "rows": [[1 - 1.14e-8], [1.013], [1.0]], "checks": []}
    assert list(experiment_lines(table))[2:] == ["1 - 1.1e-08", "1.013", "1"]
