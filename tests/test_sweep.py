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
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
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


def test_a_case_that_failed_is_tried_again(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('systems = ["later.py:system", "family.py:system"]\nevidence = false\n')
    assert neutralmodes("sweep", "s.toml").returncode == 2
    (tmp_path / "later.py").write_text(FAMILY)
    assert neutralmodes("sweep", "s.toml").stdout == "s.jsonl: 2 cases, 1 of them from before, 0 failed\n"
    assert [row["conclusion"] for row in rows(tmp_path / "s.jsonl")] == ["CERTIFIED"] * 2


def test_the_parquet_file_holds_what_the_lines_hold(neutralmodes: Run, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert (
        neutralmodes("sweep", "s.toml").returncode == neutralmodes("sweep", "s.toml", "--out", "s.parquet").returncode
    )
    found = {row["key"]: row for row in parquet.read_table(tmp_path / "s.parquet").to_pylist()}
    for line in rows(tmp_path / "s.jsonl"):
        row = found[line["key"]]
        assert (row["conclusion"], row["digest"]) == (line["conclusion"], line["digest"])
        assert dict(row["parameters"]) == line["parameters"]
    assert not (tmp_path / "s.parquet.jsonl").exists()


def test_an_interrupted_sweep_into_parquet_goes_on_from_its_journal(neutralmodes: Run, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert neutralmodes("sweep", "s.toml").returncode == 0
    lines = (tmp_path / "s.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "s.parquet.jsonl").write_text("".join(lines[:3]) + lines[3][:30])
    done = neutralmodes("sweep", "s.toml", "--out", "s.parquet")
    assert done.stdout == "s.parquet: 8 cases, 3 of them from before, 0 failed\n"
    assert neutralmodes("sweep", "s.toml", "--out", "s.parquet").stdout.endswith("8 of them from before, 0 failed\n")
    assert parquet.read_table(tmp_path / "s.parquet").num_rows == 8


def test_a_parquet_file_of_something_else_is_left_alone(neutralmodes: Run, tmp_path: Path) -> None:
    parquet, pa = pytest.importorskip("pyarrow.parquet"), pytest.importorskip("pyarrow")
    parquet.write_table(pa.table({"mine": [1]}), tmp_path / "s.parquet")
    (tmp_path / "t.parquet").write_text("my notes")
    for name in ("s.parquet", "t.parquet"):
        done, before = neutralmodes("sweep", "s.toml", "--out", name), (tmp_path / name).read_bytes()
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert (tmp_path / name).read_bytes() == before


def test_two_sweeps_do_not_write_one_file(neutralmodes: Run, tmp_path: Path) -> None:
    with sweep.Results(tmp_path / "s.jsonl"):
        done = neutralmodes("sweep", "s.toml")
    assert (done.returncode, (tmp_path / "s.jsonl").read_text()) == (2, "")
    assert "another sweep is writing s.jsonl" in done.stderr
    assert neutralmodes("sweep", "s.toml").returncode == 0


def test_an_unknown_format_is_refused(neutralmodes: Run) -> None:
    assert "written as .jsonl or .parquet" in neutralmodes("sweep", "s.toml", "--out", "s.csv").stderr


def test_a_killed_process_is_said_and_the_sweep_can_go_on(neutralmodes: Run, tmp_path: Path) -> None:
    deadly = FAMILY + "import os, pathlib\nif not pathlib.Path('spare').exists():\n    os.kill(os.getpid(), 9)\n"
    (tmp_path / "family.py").write_text(deadly)
    done = neutralmodes("sweep", "s.toml", "--workers", "2")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "a process was killed" in done.stderr
    (tmp_path / "spare").touch()
    assert neutralmodes("sweep", "s.toml", "--workers", "2").stdout.endswith("0 failed\n")


@pytest.mark.numbers
def test_a_whole_sweep_compiles_once() -> None:
    heyoka = pytest.importorskip("neutralmodes.evidence.engines.heyoka")
    if not heyoka.available():
        pytest.skip("no heyoka")
    cases = [sweep.Case("family.py:system", (("a", a),), 0, True, None, None) for a in ("1", "3/2", "2")]
    heyoka.compiled.cache_clear()
    (first,) = sweep.certified(cases[:1])
    compilations = heyoka.compiled.cache_info().misses
    others = [row for case in cases[1:] for row in sweep.certified([case])]
    assert compilations == heyoka.compiled.cache_info().misses > 0
    found = [float(row["exponents"][-1]) for row in (first, *others)]  # r' = r (a - r^2): -2 a on the cycle
    assert found == pytest.approx([-2.0, -3.0, -4.0], rel=1e-3)


def test_a_parameter_that_the_system_lacks_is_named(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "s.toml").write_text('systems = ["family.py:system"]\n[parameters]\nb = [1]\n')
    assert "has no parameter 'b'; it has a" in neutralmodes("sweep", "s.toml").stderr


def test_a_file_of_something_else_is_left_alone(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "s.jsonl").write_text("my notes\n")
    done = neutralmodes("sweep", "s.toml")
    assert done.returncode == 2
    assert "something else" in done.stderr
    assert (tmp_path / "s.jsonl").read_text() == "my notes\n"


@pytest.mark.numbers
def test_a_sweep_gives_the_certificates_that_each_case_gives_alone(tmp_path: Path) -> None:
    from neutralmodes import targets
    from neutralmodes._certify import certify

    cases = [sweep.Case("family.py:system", (("a", a),), s, True, None, None) for a in ("1", "3/2") for s in (0, 1)]
    for case, row in zip(cases, sweep.certified(cases), strict=True):
        system = sweep.with_parameters(targets.resolve(case.system), dict(case.parameters))
        assert row["digest"] == certify(system, evidence=False).to_dict()["digest"]
        ((alone),) = sweep.certified([case])
        assert {**row, "seconds": ""} == {**alone, "seconds": ""}


@pytest.mark.numbers
def test_numbers_that_an_interrupt_cut_short_are_no_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C in the middle of a measurement keeps what was measured; a sweep that kept it would call it done."""
    from neutralmodes.evidence import summary

    monkeypatch.setattr(summary, "transport", lambda *_, **__: {"outcome": "interrupted (recorded until time 3)"})
    with pytest.raises(KeyboardInterrupt):
        list(sweep.certified([sweep.Case("family.py:system", (), 0, True, None, 5.0)]))
