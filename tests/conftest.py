"""What every test file shares: Hypothesis profiles and the command line as a subprocess."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))  # so that processes find forked.py too
import forked  # noqa: E402

# No deadlines: the first call in a process compiles, and continuous integration shares its machine.
# too_slow is suppressed for the same reason only; too much filtering still fails.
CALM = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("dev", max_examples=30, **CALM)
settings.register_profile("ci", max_examples=100, print_blob=True, **CALM)
settings.register_profile("nightly", max_examples=2_000, print_blob=True, **CALM)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

if os.environ.get("NEUTRALMODES_NO_HEYOKA"):
    sys.modules["heyoka"] = None  # type: ignore[assignment]  # so that importing it fails, whoever tries


def pytest_configure(config: pytest.Config) -> None:
    """In a checkout that is not installed, the plugin's entry point is missing."""
    if not config.pluginmanager.hasplugin("neutralmodes"):
        config.pluginmanager.import_plugin("_neutralmodes_pytest")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of the evidence integrates something, so all of them run once more without heyoka."""
    for item in items:
        if item.path.name.startswith("test_evidence"):
            item.add_marker("numbers")


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment of a subprocess that must import this checkout, installed or not."""
    roots = os.pathsep.join(str(ROOT / name) for name in ("verify", "systems", "proofs_check"))
    return os.environ | {"PYTHONPATH": roots}


@pytest.fixture(scope="session")
def forks() -> ForkServerContext | None:
    """Processes that start with the library imported; None where there is no fork."""
    return forked.server() if "forkserver" in multiprocessing.get_all_start_methods() else None


@pytest.fixture
def neutralmodes(tmp_path: Path, environment: dict[str, str], forks: ForkServerContext | None) -> Run:
    """Run ``neutralmodes ARGUMENTS...`` in an empty folder, streams never a terminal; with variables of the
    environment given, in a Python that starts from nothing."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        if forks is not None and not more:
            return forked.run(forks, arguments, tmp_path, environment, patience=300)
        return subprocess.run(
            [sys.executable, "-m", "neutralmodes", *arguments],
            cwd=tmp_path,
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run
