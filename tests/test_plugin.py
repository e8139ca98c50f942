"""The pytest plugin: it announces itself, registers its marker, and costs nothing at load."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_the_plugin_registers_its_marker_and_says_the_version(tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys, pytest\n@pytest.mark.neutralmodes\ndef test_it():\n    assert 'sympy' not in sys.modules\n"
    )
    # By hand: with its entry point it would be there twice.
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--strict-markers", "-p", "_neutralmodes_pytest", "."],
        cwd=tmp_path,
        env=environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\nneutralmodes: " in done.stdout
