"""Sweeps: every combination once, exact parameters, and going on where an earlier run ended."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from neutralmodes import sweep
from neutralmodes.errors import InputError

Run = Callable[..., subprocess.CompletedProcess[str]]

FAMILY = """\
import sympy as sp
import neutralmodes as nm

x, y, a = sp.symbols("x y a", real=True)
r2 = x**2 + y**2
field = nm.VectorField([x, y], [x * (a - r2) - y, y * (a - r2) + x], parameters={a: 1})
region = nm.Region([r2 - sp.Rational(1, 4), 4 - r2])
system = nm.System("family", field, nm.LieAction([x, y], [[-y, x]]), region, start=[1, 0])
"""
SPEC = """\
systems = ["family.py:system"]
seeds = [0, 1]
evidence = false
[parameters]
a = [1, "3/2", 0.5, 9]
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Path:
    (tmp_path / "family.py").write_text(FAMILY)
    (tmp_path / "s.toml").write_text(SPEC)
    return tmp_path


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_combination_is_a_case_once(tmp_path: Path) -> None:
    found = sweep.cases(str(tmp_path / "s.toml"))
    assert len({case.key for case in found}) == len(found) == 8
    assert {dict(case.parameters)["a"] for case in found} == {"1", "3/2", "1/2", "9"}


def test_a_parameter_decides_the_answer(neutralmodes: Run, tmp_path: Path) -> None:
    """r' = r (a - r^2) enters the annulus 1/2 <= r <= 2 for 1/4 < a < 4: at a = 9 it is left."""
    done = neutralmodes("sweep", "s.toml", "--workers", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "s.jsonl: 8 cases, 0 of them from before, 0 failed\n"
    found = {(row["parameters"]["a"], row["seed"]): row["conclusion"] for row in rows(tmp_path / "s.jsonl")}
    assert {a for (a, _), conclusion in found.items() if conclusion == "CERTIFIED"} == {"1", "3/2", "1/2"}
    assert found["9", 0] == found["9", 1] != "CERTIFIED"


def test_an_interrupted_sweep_goes_on_and_does_nothing_twice(neutralmodes: Run, tmp_path: Path) -> None:
    assert neutralmodes("sweep", "s.toml").returncode == 0
    whole = (tmp_path / "s.jsonl").read_text()
    lines = whole.splitlines(keepends=True)
    (tmp_path / "s.jsonl").write_text("".join(lines[:5]) + lines[5][:40])
    done = neutralmodes("sweep", "s.toml")
    assert done.stdout == "s.jsonl: 8 cases, 5 of them from before, 0 failed\n"
    again = rows(tmp_path / "s.jsonl")
    assert len(again) == len({row["key"] for row in again}) == 8
    assert {row["key"]: row["digest"] for row in again} == {r["key"]: r["digest"] for r in map(json.loads, lines)}


def test_a_case_that_fails_is_a_line_and_the_others_go_on(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('systems = ["absent.py:s", "family.py:system"]\nevidence = false\n')
    done = neutralmodes("sweep", "s.toml", "--out", "r.jsonl")
    assert done.returncode == 2
    assert "no file absent.py" in done.stderr
    assert ["error" in row for row in rows(tmp_path / "r.jsonl")] == [True, False]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("seeds = [1]", "'systems' is missing"),
        ("systems = 'family'", "must be a list of names"),
        ("systems = ['a']\nseeds = [true]", "must be a list of integers"),
        ("systems = ['a']\n[parameters]\na = 1", "must be a table of lists"),
        ("systems = ['a']\n[parameters]\na = ['x']", "expected a number"),
        ("systems = ['a']\nworkers = 3", "unknown key 'workers'"),
        ("systems = ['a']\nevidence = 'no'", "true or false"),
    ],
)
def test_a_malformed_specification_is_refused(text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(InputError, match=words):
        sweep.cases(str(tmp_path / "s.toml"))


def test_a_parameter_that_the_system_lacks_is_named(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('systems = ["family.py:system"]\n[parameters]\nb = [1]\n')
    assert "has no parameter 'b'; it has a" in neutralmodes("sweep", "s.toml").stderr


def test_a_file_of_something_else_is_left_alone(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text("my notes\n")
    done = neutralmodes("sweep", "s.toml")
    assert done.returncode == 2
    assert "something else" in done.stderr
    assert (tmp_path / "s.jsonl").read_text() == "my notes\n"
