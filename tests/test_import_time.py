"""What starts often starts fast: no heavy package is imported before there is work for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HEAVY = {"sympy", "heyoka", "numpy", "scipy", "mpmath", "flint", "hypothesis", "rich"}
BUDGET = 0.3  # seconds of processor time
PROBE = "; import sys, json; print('\\n' + json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"

QUICK = {
    "import": "import neutralmodes",
    "--version": "from neutralmodes.cli import main; main(['--version'])",
    "--help": "from neutralmodes.cli import main; main(['--help'])",
    "certify --help": "from neutralmodes.cli import main; main(['certify', '--help'])",
    "check": "from neutralmodes.cli import main; main(['check', 'absent.json'])",
    "unknown name": "from neutralmodes.cli import main; main(['certify', 'no-such-system'])",
    "plugin": "import _neutralmodes_pytest",
}


Python = Callable[[str], str]


@pytest.fixture
def python(tmp_path: Path, environment: dict[str, str]) -> Python:
    """Run code in a fresh interpreter, in an empty folder; its standard output."""

    def run(code: str) -> str:
        command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True).stdout

    return run


@pytest.mark.parametrize("code", QUICK.values(), ids=QUICK)
def test_it_imports_nothing_heavy(code: str, python: Python) -> None:
    loaded = set(json.loads(python(code + PROBE).splitlines()[-1]))
    assert not loaded & HEAVY


def test_the_probe_sees_a_heavy_import(python: Python) -> None:
    assert "mpmath" in json.loads(python("import mpmath" + PROBE).splitlines()[-1])


def processor_seconds(python: Python, code: str) -> float:
    """What it costs: the waiting time on a machine that is not busy with something else."""
    begin = os.times()
    python(code)
    end = os.times()
    return end.children_user + end.children_system - begin.children_user - begin.children_system


@pytest.mark.parametrize("code", [QUICK["import"], QUICK["--version"], QUICK["--help"], QUICK["check"]])
def test_it_takes_less_than_three_tenths_of_a_second(code: str, python: Python) -> None:
    assert any(processor_seconds(python, code) < BUDGET for _ in range(5))


def test_a_slow_start_is_measured(python: Python) -> None:
    assert processor_seconds(python, "import time\nwhile time.process_time() < 0.6: pass") >= BUDGET
