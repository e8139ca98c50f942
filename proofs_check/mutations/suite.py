"""The checker's own suite: which tests enter which function, and whether they notice a changed checker.

All happens inside one run of pytest: the tests are collected once, run once on the unchanged checker to see what they
enter, and then for every mutant a fork grafts the changed source on the loaded modules and runs the tests that enter
the changed function, quick ones first, until one fails. The other tests cannot tell.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from .source import PACKAGE, SourceMutant

ROOT = PACKAGE.parents[1]
SUITE = (
    "test_check_guards.py", "test_check_forms.py",
    "test_check_rules.py", "test_check_edges.py", "test_checker.py", "test_check_hostile.py",
    "test_check_reading.py", "test_check_bounds.py", "test_check_counts.py", "test_check_arithmetic.py",
    "test_check_refutation.py", "test_check_words.py", "test_strata.py", "test_paving.py", "test_scope.py",
    "test_zero.py", "test_check_mutations.py", "test_domain.py", "test_normalizer.py",
)  # fmt: skip
# Left out: what is slow (most of it in the producer) or starts a process.
ELSEWHERE = " or ".join(
    ["fresh_producer", "consumers_own", "bounded_cost", "slow_rule", "runs_alone", "exit_codes", "miss_the_region",
     "drops_on_either_plane", "are_parallel", "trapping_subregion", "may_have_a_trap", "independent_checker_proves",
     "enter_with_their_ranges", "hostile_powers"]
)  # fmt: skip
_GIGABYTES = 3
_MOST_S, _AT_LEAST_S = 120, 20

Judgement = Callable[[SourceMutant, bool], None]


def judge(mutants: Iterable[SourceMutant], say: Judgement) -> None:
    """Say of every mutant whether the suite notices it. RuntimeError if the suite fails on the unchanged checker."""
    settings.register_profile("mutants", max_examples=30, deadline=None, database=None, derandomize=True,
                              phases=[Phase.explicit, Phase.generate])  # fmt: skip
    os.environ["HYPOTHESIS_PROFILE"] = "mutants"
    os.chdir(ROOT)
    loop = _Loop(mutants, say)
    options = ["-q", "-s", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-k", f"not ({ELSEWHERE})"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    if pytest.main([*options, *(str(ROOT / "tests" / name) for name in SUITE)], plugins=[loop]) or not loop.ended:
        raise RuntimeError("the suite fails on the unchanged checker: nothing can be said about mutants")


class _Loop:
    """Runs the collected tests in its own way: once under a trace, then on the mutants."""

    def __init__(self, mutants: Iterable[SourceMutant], say: Judgement) -> None:
        self.mutants, self.say, self.ended = mutants, say, False
        self.seconds: dict[pytest.Item, float] = {}
        self.entered: dict[pytest.Item, set[tuple[str, int]]] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item, following in zip(session.items, [*session.items[1:], None], strict=True):
            began = time.process_time()
            with _traced() as places:
                if not _passes(item, following):
                    return True
            if places:
                self.seconds[item], self.entered[item] = time.process_time() - began, places
        print(f"the suite: {len(self.seconds)} tests enter the checker, {sum(self.seconds.values()):.0f} s", flush=True)
        for mutant in self.mutants:
            self.say(mutant, self._is_noticed(mutant))
        self.ended = True
        return True

    def _is_noticed(self, mutant: SourceMutant) -> bool:
        return _fork(mutant, self._tests_of(mutant), self.seconds)

    def _tests_of(self, mutant: SourceMutant) -> list[pytest.Item]:
        """The tests that enter the changed function, or the file where the change is outside functions; quick first."""
        low, high = mutant.span or (0, sys.maxsize)
        here = mutant.path.stem
        near = (t for t, places in self.entered.items() if any(s == here and low <= k <= high for s, k in places))
        return sorted(near, key=self.seconds.__getitem__)


@contextlib.contextmanager
def _traced() -> Iterator[set[tuple[str, int]]]:
    """Collects (file, first line) of every function of the checker that is entered; what is kept is computed anew."""
    codes, places = set[Any](), set[tuple[str, int]]()
    _forget()
    sys.settrace(lambda frame, event, value: codes.add(frame.f_code))
    try:
        yield places
    finally:
        sys.settrace(None)
        found = ((Path(code.co_filename), code.co_firstlineno) for code in codes)
        places.update((path.stem, line) for path, line in found if path.parent == PACKAGE)


def _modules() -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name.split(".")[0] == PACKAGE.name]


def _forget() -> None:
    for module in _modules():
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()


def _passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


def _fork(mutant: SourceMutant, tests: list[pytest.Item], seconds: dict[pytest.Item, float]) -> bool:
    """Whether one of the tests fails on the changed checker, in a child process; no end in time is a failure."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        resource.setrlimit(resource.RLIMIT_AS, (_GIGABYTES * 2**30, _GIGABYTES * 2**30))  # it may have lost a limit
        limit = min(_MOST_S, _AT_LEAST_S + 4 * int(sum(seconds[t] for t in tests)))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
        graft(mutant)
        passed = all(_passes(test, None) for test in tests)
    except BaseException:
        passed = False
    os._exit(not passed)


def graft(mutant: SourceMutant) -> None:
    """Change the loaded module as if it had been loaded from the mutant's source."""
    name = f"{PACKAGE.name}.{mutant.path.stem}"
    module = sys.modules[name]
    twin: dict[str, Any] = {"__name__": name, "__package__": PACKAGE.name, "__file__": str(mutant.path)}
    exec(compile(mutant.source(), str(mutant.path), "exec"), twin)
    for key, old in list(vars(module).items()):
        new = twin.get(key)
        if key.startswith("__") or (isinstance(old, (type, FunctionType)) and old.__module__ != name):
            continue
        if isinstance(old, type):
            for attribute, inner in list(vars(old).items()):
                _rewrite(inner, vars(new).get(attribute))
        elif not _rewrite(old, new):
            for holder in [*_modules(), *(m for n, m in list(sys.modules.items()) if "test_" in n)]:
                if vars(holder).get(key) is old:
                    setattr(holder, key, new)
    _forget()


def _rewrite(old: Any, new: Any) -> bool:
    """Give a function the code and the defaults of another; False for what is no function."""
    for wrapper in ("__wrapped__", "fget", "func"):
        if hasattr(old, wrapper):
            return _rewrite(getattr(old, wrapper), getattr(new, wrapper))
    if not isinstance(old, FunctionType):
        return False
    if Path(old.__code__.co_filename).parent == PACKAGE:
        old.__code__ = new.__code__
    old.__defaults__, old.__kwdefaults__ = new.__defaults__, new.__kwdefaults__
    return True
