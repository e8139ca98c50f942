"""What the command line accepts as the value of an option, and what it completes; nothing here prints."""

from __future__ import annotations

import math

import click
from click.shell_completion import CompletionItem


def complete_target(_context: click.Context, _parameter: click.Parameter, text: str) -> list[CompletionItem]:
    """Names of the catalogue that begin so, else files."""
    from neutralmodes.targets import catalogue

    names = [CompletionItem(name) for name in catalogue() if name.startswith(text)]
    return names or [CompletionItem(text, type="file")]


def read_assumptions(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """The pairs of every KEY=REASON."""
    pairs = [text.partition("=") for text in given]
    for key, _, reason in pairs:
        if not key or not reason.strip():
            raise click.BadParameter("write KEY=REASON, as in invariance='shown in our appendix'")
    return tuple((key, reason) for key, _, reason in pairs)


def positive(_context: click.Context, parameter: click.Parameter, value: float | None) -> float | None:
    """A time that is a finite number above 0."""
    if value is not None and not (math.isfinite(value) and value > 0):
        raise click.BadParameter(f"{value} is not a positive finite number")
    return value
