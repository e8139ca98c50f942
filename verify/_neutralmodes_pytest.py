"""pytest plugin of neutralmodes: loaded in every run, so it imports the standard library and pytest only."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pytest


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "neutralmodes: certifies a dynamical system's symmetry")


def pytest_report_header() -> str:
    try:
        return f"neutralmodes: {version('neutralmodes')}"
    except PackageNotFoundError:
        return "neutralmodes: from its sources, not installed"
