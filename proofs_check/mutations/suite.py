"""The checker's own suite: which tests reach which function, and a run of some of them on a changed checker.

A run is a fork: it inherits what is slow to import or to make and knows nothing of the checker, and it ends at the
first failure.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from .catalogue import NAMES, certificate
from .source import PACKAGE, SourceMutant

ROOT = PACKAGE.parents[1]
SUITE = (
    "test_check_guards.py",
    "test_check_rules.py", "test_check_edges.py", "test_checker.py", "test_check_hostile.py", "test_check_reading.py",
    "test_check_bounds.py", "test_check_counts.py", "test_check_arithmetic.py", "test_check_refutation.py",
    "test_check_words.py", "test_strata.py", "test_paving.py", "test_scope.py",
    "test_zero.py", "test_check_mutations.py", "test_domain.py",
)  # fmt: skip
# Left out: what is slow, or starts a process; what tests the producer alone never reaches the checker.
ELSEWHERE = "fresh_producer or consumers_own or bounded_cost or slow_rule or runs_alone or exit_codes"
# Imported before the fork, for speed: what the tests and pytest need of others.
PRELOADED = ("hypothesis.strategies", "hypothesis.internal.conjecture.engine", "_hypothesis_pytestplugin", "xdist",
             "mpmath", "scipy.integrate", "neutralmodes")  # fmt: skip
_GIGABYTES = 3
_MOST_S, _AT_LEAST_S = 120, 20

Place = tuple[str, int]


class Suite:
    """The tests with their seconds and the functions (file, first line) that they enter; RuntimeError if one fails."""

    def __init__(self) -> None:
        for name in PRELOADED:
            import_module(name)
        for name in NAMES:
            certificate(name)
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "reach.json"
            if not _fork(PACKAGE.parent, None, report, 900):
                raise RuntimeError("the suite fails on the unchanged checker: nothing can be said about mutants")
            reach = json.loads(report.read_text())
        self.seconds: dict[str, float] = {test: entry["seconds"] for test, entry in reach.items()}
        self.reached = {test: {(stem, line) for stem, line in entry["places"]} for test, entry in reach.items()}

    def tests_of(self, mutant: SourceMutant) -> list[str]:
        """The tests that enter the changed function, or the file where the change is outside functions; quick first."""
        low, high = mutant.span or (0, sys.maxsize)

        def touches(test: str) -> bool:
            return any(stem == mutant.path.stem and low <= line <= high for stem, line in self.reached[test])

        return sorted(filter(touches, self.seconds), key=lambda t: self.seconds[t] * (20 + len(self.reached[t])))

    def kills(self, mutant: SourceMutant) -> bool:
        """Whether a test that reaches the change fails, or else one of the whole suite; no end in time is a failure."""
        near = self.tests_of(mutant)
        stages = [near[:12], near[12:80], near[80:], [t for t in self.seconds if t not in set(near)]]
        with tempfile.TemporaryDirectory() as folder:
            twin = Path(folder) / PACKAGE.name
            shutil.copytree(PACKAGE, twin, ignore=shutil.ignore_patterns(f"{mutant.path.stem}.*.pyc"))
            (twin / mutant.path.name).write_text(mutant.source)
            for stage in filter(None, stages):
                limit = min(_MOST_S, _AT_LEAST_S + 4 * int(sum(self.seconds[t] for t in stage)))
                if not _fork(Path(folder), stage, None, limit):
                    return True
        return False


def _fork(folder: Path, tests: list[str] | None, report: Path | None, limit_s: int) -> bool:
    """Whether the tests (None: all) pass on the checker in the folder, in a child process."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = _run(folder, tests, report, limit_s)
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def _run(folder: Path, tests: list[str] | None, report: Path | None, limit_s: int) -> int:
    """The exit code of pytest on the checker in the folder; in the child alone."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    resource.setrlimit(resource.RLIMIT_AS, (_GIGABYTES * 2**30, _GIGABYTES * 2**30))  # a mutant may have lost a limit
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, limit_s))
    sys.dont_write_bytecode = tests is not None
    if any(name.split(".")[0] == PACKAGE.name for name in sys.modules):
        raise RuntimeError("the checker is loaded before the fork")
    sys.path.insert(0, str(folder))
    os.chdir(ROOT)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:neutralmodes", "--hypothesis-seed=0"]
    options += ["-o", f"pythonpath={folder}", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    files = SUITE if tests is None else list(dict.fromkeys(test.split("::")[0].split("/")[-1] for test in tests))
    if tests is None:
        options += ["-k", f"not ({ELSEWHERE})"]
    plugin: Any = _Chosen(tests) if tests is not None else _Reach(report)
    return int(pytest.main([*options, *(str(ROOT / "tests" / name) for name in files)], plugins=[plugin]))


class _Chosen:
    """Runs the given tests alone, in their order."""

    def __init__(self, tests: list[str]) -> None:
        self.order = {test: i for i, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.order), key=lambda i: self.order[i.nodeid])


class _Reach:
    """Notes for every test that enters the checker how long it takes and which functions it enters."""

    def __init__(self, report: Path | None) -> None:
        self.report, self.found = report, dict[str, dict[str, Any]]()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        entered, began = set[Any](), time.process_time()

        def enter(frame: Any, event: str, value: Any) -> None:
            entered.add(frame.f_code)

        for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE.name]:
            for value in vars(sys.modules[name]).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()  # what an earlier test has computed is entered once more
        sys.settrace(enter)
        yield
        sys.settrace(None)
        codes = ((Path(code.co_filename), code.co_firstlineno) for code in entered)
        places = sorted({(path.stem, line) for path, line in codes if path.parent == PACKAGE})
        if places:
            self.found[item.nodeid] = {"seconds": round(time.process_time() - began, 4), "places": places}

    def pytest_sessionfinish(self) -> None:
        if self.report is not None:
            self.report.write_text(json.dumps(self.found))
