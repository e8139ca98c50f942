"""pytest plugin of neutralmodes: loaded in every run, so it imports the standard library and pytest only.

A test is concerned where it carries the marker ``neutralmodes`` or fails with one of our errors;
others are left as they are. There are no fixtures.
"""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

_SAVE = "NEUTRALMODES_SAVE"  # read by neutralmodes.testing
_EXAMPLES = "neutralmodes_examples"
_before = pytest.StashKey[str | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("neutralmodes", "symmetry and neutral modes")
    group.addoption(
        "--neutralmodes-strict", action="store_true", help="an UNDECIDED assertion fails instead of being skipped"
    )
    group.addoption(
        "--neutralmodes-save", metavar="DIR", help="save the certificate of every assert_neutral_modes in DIR"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "neutralmodes: checks a dynamical system's symmetry or certifies it")
    config.stash[_before] = os.environ.get(_SAVE)
    if folder := config.getoption("--neutralmodes-save", None):
        os.environ[_SAVE] = str(Path(folder).absolute())


def pytest_unconfigure(config: pytest.Config) -> None:
    before = config.stash.get(_before, None)
    if before is None:
        os.environ.pop(_SAVE, None)
    else:
        os.environ[_SAVE] = before


def pytest_report_header() -> str:
    try:
        return f"neutralmodes: {version('neutralmodes')}"
    except PackageNotFoundError:
        return "neutralmodes: from its sources, not installed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """UNDECIDED is no failure of the user's code: a skip that says what would settle it."""
    try:
        return (yield)
    except Exception as error:
        if getattr(error, "neutralmodes_undecided", False) and not _strict(item):
            pytest.skip(f"neutralmodes UNDECIDED: {error}")
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    error = call.excinfo.value if call.excinfo else None
    concerned = item.get_closest_marker("neutralmodes") is not None or _ours(error)
    if concerned and call.when == "call":
        report.user_properties.append((_EXAMPLES, _examples(item)))
        if report.failed and error is not None:
            report.sections.append(("neutralmodes", _explanation(item, error)))
    return report


def _strict(item: pytest.Item) -> bool:
    """False where the plugin was registered too late for its options, as a conftest may do."""
    return bool(item.config.getoption("--neutralmodes-strict", False))


def _ours(error: BaseException | None) -> bool:
    return type(error).__module__.split(".")[0] == "neutralmodes"


def _examples(item: pytest.Item) -> int:
    """How many examples Hypothesis ran, from the statistics that its own plugin leaves on the item; else 0."""
    text = getattr(item, "hypothesis_statistics", "")
    return sum(int(n) for n in re.findall(r"(\d+) (?:passing|failing|invalid)", text))


def _explanation(item: pytest.Item, error: BaseException) -> str:
    """The smallest counterexample, and the command that runs this test once more."""
    lines = []
    if found := getattr(error, "neutralmodes_counterexample", ""):
        lines.append(f"smallest counterexample: {found}")
    drawn = next((note for note in getattr(error, "__notes__", ()) if "example" in note.splitlines()[0]), "")
    if drawn:
        lines.append("drawn from:\n" + "\n".join(f"  {line}" for line in drawn.splitlines()[1:]))
    lines.append(f"replay: {_command(item)}")
    return "\n".join(lines)


def _command(item: pytest.Item) -> str:
    """Hypothesis replays the failure from its database; where a seed was given, the seed is given again."""
    seed = item.config.getoption("--hypothesis-seed", None)
    words = ["python -m pytest", f"'{item.nodeid}'", *([f"--hypothesis-seed={seed}"] if seed is not None else [])]
    return " ".join([*words, *(["--neutralmodes-strict"] if _strict(item) else [])])


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line where tests were concerned: how many, with how many random examples, in what time."""
    reports = [r for kind in ("passed", "failed", "skipped") for r in terminalreporter.stats.get(kind, [])]
    concerned = [(r, dict(r.user_properties)) for r in reports if r.when == "call"]
    counted = [(r.duration, found[_EXAMPLES]) for r, found in concerned if _EXAMPLES in found]
    if counted:
        seconds, examples = sum(d for d, _ in counted), sum(n for _, n in counted)
        terminalreporter.write_line(f"neutralmodes: {len(counted)} tests, {examples} random examples, {seconds:.1f} s")
