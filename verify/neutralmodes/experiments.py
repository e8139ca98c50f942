"""Experiments by name: run, their tables kept as JSON, and a picture of each table that says how it is drawn."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from neutralmodes import targets
from neutralmodes.errors import InputError
from neutralmodes.files import write_whole
from neutralmodes.runs import prepare_folder

Table = Mapping[str, Any]


def run(names: Sequence[str], folder: str | None = None, **options: Any) -> dict[str, list[Table]]:
    """The tables of each experiment, of all without names; in ``folder`` each is kept as soon as it is done.

    ``options`` are ``quick``, ``seed`` and ``progress``.

    Raises InputError for an unknown name or a folder that cannot be written, MissingExtra where pictures
    are to be kept and matplotlib is not there.
    """
    known = targets.experiments()
    if unknown := [name for name in names if name not in known]:
        close = get_close_matches(unknown[0], known, n=1)
        hint = f"; did you mean {close[0]}?" if close else f"; there are {', '.join(known) or 'none installed'}"
        raise InputError(f"no experiment {unknown[0]!r}{hint}")
    if folder is not None:
        prepare_folder(folder)
    made = {}
    for name in names or known:
        made[name] = known[name].load()(**options)
        if folder is not None:
            save(name, made[name], folder)
    return made


def save(name: str, tables: Sequence[Table], folder: str) -> list[Path]:
    """Write NAME.json and the pictures NAME-1.svg, ... of the tables with a figure; returns the files."""
    home = Path(folder)
    written = [write_whole(home / f"{name}.json", json.dumps(tables, indent=1) + "\n", "tables")]
    for number, table in enumerate((table for table in tables if "figure" in table), 1):
        written.append(write_whole(home / f"{name}-{number}.svg", _picture(table), "picture"))
    return written


def _picture(table: Table) -> str:
    from neutralmodes import plot

    drawn = io.StringIO()
    with plot.figure() as axes:
        plot.table(table, axes)
        axes.figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()
