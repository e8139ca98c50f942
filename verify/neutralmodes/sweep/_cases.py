"""The specification of a sweep: every combination of systems, parameter values and seeds.

systems = ["skew-lorenz", "mine.py:system"]
seeds = [0, 1]                # default [0]
evidence = false              # default true
[parameters]                  # by name; each system must have them
k = ["0", "1/10", 0.2]        # exact: a decimal means what is written
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from neutralmodes.data_file import exact_number, read_toml
from neutralmodes.errors import InputError

_LARGEST, _PARTS = 32, 64  # cases of a family; families of a sweep, at least
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


def families(wanted: Sequence[Case]) -> list[list[Case]]:
    """The cases in order, those of one system together: they share compiled rules, and proofs where only seeds differ.

    A family is small against the whole, so that every process has work and little is lost with one.
    """
    most = min(_LARGEST, max(1, len(wanted) // _PARTS))
    found: list[list[Case]] = []
    for _, alike in itertools.groupby(wanted, lambda case: replace(case, seed=0, parameters=())):
        members = list(alike)
        found += [members[i : i + most] for i in range(0, len(members), most)]
    return found


def _listed(spec: Mapping[str, Any], key: str, kind: type, path: str) -> list[Any]:
    found = spec.get(key, [])
    if not isinstance(found, list) or any(type(v) is not kind for v in found):
        raise InputError(f"{path}: {key!r} must be a list of {'names' if kind is str else 'integers'}")
    return found


def _values(table: Any, path: str) -> list[list[tuple[str, str]]]:
    if not isinstance(table, dict) or any(not isinstance(v, list) or not v for v in table.values()):
        raise InputError(f"{path}: 'parameters' must be a table of lists, as in k = [0, \"1/10\"]")
    return [[(k, exact_number(v, f"{path}: parameter {k}")) for v in table[k]] for k in sorted(table)]
