"""The examples run as their README says. (examples/downstream is a project with tests of its own.)"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.numbers
def test_the_field_of_one_s_own_is_certified_and_reported(
    root: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    command = [sys.executable, str(root / "examples" / "rotor.py")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "CERTIFIED: at least 1 Lyapunov exponent is zero" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rotor.html", "rotor.json"]


def test_the_system_as_data_is_certified(root: Path, neutralmodes: Run) -> None:
    done = neutralmodes("certify", "--data", str(root / "examples" / "hopf.toml"), "--no-evidence")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_cell_of_e3nn_is_told_from_its_broken_twin(root: Path, environment: dict[str, str]) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("e3nn")
    command = [sys.executable, "-W", "ignore", str(root / "examples" / "e3nn_cell.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    exact, broken = done.stdout.splitlines()
    assert re.fullmatch(r"broken by 0: equivariance error \d\.\de-1[456], transported: True", exact)
    assert re.fullmatch(r"broken by 0.001: equivariance error \d\.\de-0[34], transported: False", broken)


def test_every_example_is_listed(root: Path) -> None:
    listed = set(re.findall(r"^\| `([\w.]+)/?` \|", (root / "examples" / "README.md").read_text(), re.MULTILINE))
    hidden = ("README.md", "__pycache__")
    assert listed == {path.name for path in (root / "examples").iterdir() if path.name not in hidden}
