"""What all commands print with, and their exit codes: data on stdout, progress and complaints on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

NOT_DERIVED, BAD_INPUT, OPEN, INTERNAL, INTERRUPTED, NO_READER = 1, 2, 3, 4, 130, 141


def complain(message: str) -> int:
    """A line on stderr, and the exit code of bad input."""
    click.echo(f"neutralmodes: {message}", err=True)
    return BAD_INPUT


@contextmanager
def progress() -> Iterator[Callable[[str, float], None] | None]:
    """A status line on stderr where that is a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("starting") as status:
        yield lambda stage, done: status.update(Text(f"{stage} {done:.0%}"))


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def print_columns(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from neutralmodes.listing import columns

    click.echo("\n".join(columns(headers, rows)))
