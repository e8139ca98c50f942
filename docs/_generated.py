"""What the site takes from the code itself when it is built: the catalogue, and the help of every command."""

from __future__ import annotations

from typing import Any

import click


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the generated parts in the place of their markers."""
    for marker, make in {"<!-- catalogue -->": catalogue, "<!-- command line -->": command_line}.items():
        if marker in markdown:
            markdown = markdown.replace(marker, make())
    return markdown


def catalogue() -> str:
    """A table of the installed systems with what each promises."""
    from neutralmodes.targets import catalogue as installed
    from neutralmodes.targets import resolve

    lines = ["| system | dimension | group | conclusion | zeros | if |", "| --- " * 6 + "|"]
    for name in installed():
        system = resolve(name)
        dynamics, promised = system.dynamics, system.expect
        equation = str(system.reference.get("equation", "")).replace("|", "\\|").replace("*", "\\*")
        counts = [str(promised.get(key, "")) for key in ("conclusion", "zero_exponents", "zero_exponents_if")]
        row = [f"**{name}**<br>{equation}", str(dynamics.n), system.action.group or "", *counts]
        lines.append(f"| {' | '.join(row)} |")
    return "\n".join(lines)


def command_line() -> str:
    """The help of every command, as the terminal shows it."""
    from neutralmodes.cli import cli

    parent = click.Context(cli, info_name="neutralmodes")
    parts = [_help(cli, parent)]
    for name, command in sorted(cli.commands.items()):
        context = click.Context(command, info_name=name, parent=parent)
        parts.append(f"## {name}\n\n{_help(command, context)}")
    return "\n\n".join(parts)


def _help(command: click.Command, context: click.Context) -> str:
    return f"```text\n{command.get_help(context)}\n```"
