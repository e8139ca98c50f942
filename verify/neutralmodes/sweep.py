"""Sweeps: every combination of systems, parameter values and seeds, certified into JSON lines; resumable.

systems = ["skew-lorenz", "mine.py:system"]
seeds = [0, 1]                # default [0]
evidence = false              # default true
[parameters]                  # by name; each system must have them
k = ["0", "1/10", 0.2]        # exact: a decimal means what is written
"""

from __future__ import annotations

import copy
import itertools
import json
import multiprocessing
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from neutralmodes import targets
from neutralmodes.data_file import exact_number, read_toml
from neutralmodes.errors import InputError, NeutralModesError
from neutralmodes.system import System

_KEYS = {"systems", "seeds", "evidence", "digits", "time", "parameters"}


@dataclass(frozen=True)
class Case:
    """One certificate of a sweep; ``parameters`` are exact rationals as strings, sorted by name."""

    system: str
    parameters: tuple[tuple[str, str], ...]
    seed: int
    evidence: bool
    digits: int | None
    time: float | None

    @property
    def key(self) -> str:
        """What tells it from every other case, so that a sweep can go on where it ended."""
        return json.dumps(asdict(self), sort_keys=True)


def cases(path: str) -> list[Case]:
    """Every case of a TOML specification, in a fixed order.

    Raises TargetError for a file that cannot be read, InputError for one that specifies no sweep.
    """
    spec = read_toml(path)
    if unknown := sorted(spec.keys() - _KEYS):
        raise InputError(f"{path}: unknown key {unknown[0]!r}; known keys: {', '.join(sorted(_KEYS))}")
    systems, seeds = _listed(spec, "systems", str, path), _listed(spec, "seeds", int, path) or [0]
    if not systems:
        raise InputError(f"{path}: 'systems' is missing or empty")
    values = _values(spec.get("parameters", {}), path)
    evidence, digits, until = spec.get("evidence", True), spec.get("digits"), spec.get("time")
    if not isinstance(evidence, bool):
        raise InputError(f"{path}: evidence must be true or false, got {evidence!r:.80}")
    return [
        Case(system, tuple(chosen), seed, evidence, digits, None if until is None else float(until))
        for system in systems
        for chosen in itertools.product(*values)
        for seed in seeds
    ]


def _listed(spec: Mapping[str, Any], key: str, kind: type, path: str) -> list[Any]:
    found = spec.get(key, [])
    if not isinstance(found, list) or any(type(v) is not kind for v in found):
        raise InputError(f"{path}: {key!r} must be a list of {'names' if kind is str else 'integers'}")
    return found


def _values(table: Any, path: str) -> list[list[tuple[str, str]]]:
    if not isinstance(table, dict) or any(not isinstance(v, list) or not v for v in table.values()):
        raise InputError(f"{path}: 'parameters' must be a table of lists, as in k = [0, \"1/10\"]")
    return [[(k, exact_number(v, f"{path}: parameter {k}")) for v in table[k]] for k in sorted(table)]


def finished(path: Path) -> set[str]:
    """The keys of the cases in a result file. A last line that was cut short is taken off the file.

    Raises InputError where the file holds anything else than results.
    """
    if not path.exists():
        return set()
    whole, _, rest = path.read_text(encoding="utf-8").rpartition("\n")
    if rest:
        with path.open("r+", encoding="utf-8") as file:
            file.truncate(len(f"{whole}\n".encode()) if whole else 0)
    try:
        return {json.loads(line)["key"] for line in whole.splitlines()}
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} holds something else than the results of a sweep; give another file") from error


def run(todo: list[Case], path: Path, workers: int) -> Iterator[dict[str, Any]]:
    """Certify the cases, each written to ``path`` as one line as soon as it is there; yields the lines' data.

    A case that fails becomes a line with an ``error``. Raises InputError where the file cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8") as file:
            for row in _rows(todo, workers):
                file.write(json.dumps(row, sort_keys=True) + "\n")
                file.flush()
                yield row
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def _rows(todo: list[Case], workers: int) -> Iterator[dict[str, Any]]:
    if workers <= 1 or len(todo) <= 1:
        yield from map(certified, todo)
        return
    # Spawned, not forked: LLVM and thread pools do not survive a fork.
    pool = ProcessPoolExecutor(min(workers, len(todo)), multiprocessing.get_context("spawn"))
    try:
        for future in as_completed([pool.submit(certified, case) for case in todo]):
            yield future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def certified(case: Case) -> dict[str, Any]:
    """The line of one case."""
    from neutralmodes._certify import certify

    begin, row = time.monotonic(), {**asdict(case), "parameters": dict(case.parameters), "key": case.key}
    try:
        system = with_parameters(targets.resolve(case.system), dict(case.parameters))
        made = certify(system, digits=case.digits, time=case.time, seed=case.seed, evidence=case.evidence)
    except NeutralModesError as error:
        return row | {"error": " ".join(str(error).split())}
    answer = made.to_dict()
    return row | {
        "conclusion": str(made.conclusion),
        "zero_exponents": made.zero_exponents,
        "zero_exponents_if": made.zero_exponents_if,
        "scope": made.scope,
        "consistent": made.evidence.get("consistent"),
        "exponents": made.evidence.get("spectrum", {}).get("exponents"),
        "digest": answer["digest"],
        "seconds": f"{time.monotonic() - begin:.3f}",
    }


def with_parameters(system: System, values: Mapping[str, str]) -> System:
    """A copy of a system with other exact values of its parameters.

    Raises InputError for a name that is no parameter of it.
    """
    known = system.dynamics.parameters
    if unknown := sorted(values.keys() - known.keys()):
        raise InputError(f"{system.name} has no parameter {unknown[0]!r}; it has {', '.join(sorted(known)) or 'none'}")
    twin = copy.copy(system)
    twin.dynamics = copy.copy(system.dynamics)
    twin.dynamics.parameters = known | {name: Fraction(value) for name, value in values.items()}
    twin._require_inside(twin.start)
    return twin
