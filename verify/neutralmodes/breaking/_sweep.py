"""Sweeps of lifetimes over families and sizes: one line of JSON a case, so that a broken run goes on where it was."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from math import isinf
from pathlib import Path
from typing import Any

from neutralmodes.breaking._lifetime import Lifetime, lifetime
from neutralmodes.errors import InputError

Progress = Callable[[str, float], None]


def sweep(
    families: Mapping[str, tuple[Any, Sequence[Any]]],
    sizes: Sequence[float],
    *,
    path: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> dict[tuple[str, float], Lifetime]:
    """The lifetime of every family at every size; ``options`` are those of ``lifetime``.

    Parameters
    ----------
    families : {name: (system, perturbation)}; seeds are families of their own.
    path : a file with a line for each case that is done; what stands in it for the same options is not computed again.
    progress : called with (case, fraction done).

    Raises InputError for a file that was written with other options or is not a sweep's.
    """
    asked = json.dumps(options, sort_keys=True, default=str)
    done = {} if path is None else _read(Path(path), asked)
    cases = [(name, float(size)) for name in families for size in sizes]
    found: dict[tuple[str, float], Lifetime] = {}
    for i, (name, size) in enumerate(cases):
        if progress is not None:
            progress(f"{name} at {size:g}", i / len(cases))
        if (name, size) not in done:
            system, perturbation = families[name]
            done[name, size] = lifetime(system, perturbation, size, **options)
            if path is not None:
                _append(Path(path), name, asked, done[name, size])
        found[name, size] = done[name, size]
    return found


def _append(path: Path, name: str, asked: str, row: Lifetime) -> None:
    data = {k: None if isinstance(v, float) and isinf(v) else v for k, v in asdict(row).items()}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"family": name, "options": asked, "never": row.linear == float("inf"), **data}) + "\n")


def _read(path: Path, asked: str) -> dict[tuple[str, float], Lifetime]:
    """The rows of a file, except a last line that an interruption cut short."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").split("\n")
    found = {}
    for number, line in enumerate(lines[:-1]):
        try:
            row = json.loads(line)
            name, options, never = row.pop("family"), row.pop("options"), row.pop("never")
            if row["drift_law"] is None:
                row["drift_law"] = float("inf")
            if never:
                row["linear"] = float("inf")
            found[name, row["size"]] = Lifetime(**row)
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{path}, line {number + 1}: not a line of a sweep ({error}); move the file away"
            ) from None
        if options != asked:
            raise InputError(f"{path} was written with the options {options}; this sweep has {asked}; use another file")
    return found
