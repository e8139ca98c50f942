"""Trouble from outside: full disks, two runs at once, hostile files; nothing is left half-written."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from neutralmodes.errors import InputError
from neutralmodes.files import write_whole

Run = Callable[..., subprocess.CompletedProcess[str]]

TOML = """\
name = "turn"
region = ["x^2 + y^2 - 1/4", "4 - x^2 - y^2"]
start = [1, 0]
[rule]
x = "x*(1 - x^2 - y^2) - y"
y = "y*(1 - x^2 - y^2) + x"
[[generators]]
x = "-y"
y = "x"
"""
CERTIFY = ("certify", "--data", "turn.toml", "--no-evidence")


@pytest.fixture(autouse=True)
def description(tmp_path: Path) -> None:
    (tmp_path / "turn.toml").write_text(TOML)


@pytest.mark.parametrize("arguments", [CERTIFY, (*CERTIFY, "--json"), ("doctor",), ("systems",), ("--version",)])
def test_a_full_output_is_one_line_and_exit_2(
    arguments: tuple[str, ...], tmp_path: Path, environment: dict[str, str]
) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "neutralmodes", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No space left on device" in done.stderr


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))


def test_a_disk_that_fills_up_leaves_the_old_certificate_and_no_other_file(
    tmp_path: Path, environment: dict[str, str], neutralmodes: Run
) -> None:
    """A file-size limit fails in the middle of a write, as a full disk does."""
    assert neutralmodes(*CERTIFY, "--out", "c").returncode == 0
    before = (tmp_path / "c" / "turn.json").read_bytes()
    command = [sys.executable, "-m", "neutralmodes", *CERTIFY, "--out", "c"]
    environment = environment | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False, preexec_fn=_small_files
    )
    assert len(before) > 2_000
    assert done.returncode == 2
    assert "cannot write the certificate c/turn.json" in done.stderr
    assert [(p.name, p.read_bytes()) for p in (tmp_path / "c").iterdir()] == [("turn.json", before)]


def test_two_runs_into_one_folder_leave_whole_files(tmp_path: Path, environment: dict[str, str]) -> None:
    command = [sys.executable, "-m", "neutralmodes", *CERTIFY, "--out", "c"]
    both = [subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert [p.name for p in (tmp_path / "c").iterdir()] == ["turn.json"]
    assert json.loads((tmp_path / "c" / "turn.json").read_text())["conclusion"]["verdict"] == "CERTIFIED"


def test_a_folder_that_cannot_be_written_to_is_said_before_the_work(neutralmodes: Run, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    if os.access(locked, os.W_OK):
        pytest.skip("this user may write to read-only folders")
    done = neutralmodes(*CERTIFY, "--out", "locked")
    assert done.returncode == 2
    assert "cannot write to the folder locked" in done.stderr


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "f.txt"
    assert write_whole(target, "one", "file").read_text() == "one"
    with pytest.raises(UnicodeEncodeError):
        write_whole(target, "two \ud800", "file")
    assert target.read_text() == "one"
    with pytest.raises(InputError, match="cannot write the file"):
        write_whole(tmp_path / "absent" / "f.txt", "", "file")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.txt", "turn.toml"]


HOSTILE = {
    "deep": "[" * 200_000,
    "wide number": '{"schema": ' + "9" * 100_000 + "}",
    "infinite": '{"schema": 1, "evidence": {"a": Infinity}}',
    "not text": "\udcff\udcfe",
    "empty": "",
}


@pytest.mark.parametrize("command", ["check", "report"])
@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_certificate_is_unreadable_and_no_more(
    command: str, content: str, neutralmodes: Run, tmp_path: Path
) -> None:
    pytest.importorskip("jinja2")
    (tmp_path / "c.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    done = neutralmodes(command, "c.json")
    assert done.returncode == 2
    assert "unreadable" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["c.json", "turn.toml"]


def test_a_python_target_is_executed_and_a_toml_one_is_not(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "evil.toml").write_text("open('owned', 'w')\n")
    assert neutralmodes("certify", "--data", "evil.toml").returncode == 2
    assert not (tmp_path / "owned").exists()
    (tmp_path / "evil.py").write_text("open('owned', 'w').close()\n")
    assert neutralmodes("certify", "evil.py:system").returncode == 2
    assert (tmp_path / "owned").exists()
