"""What the site takes from elsewhere when it is built: the catalogue, the help of every command, kept results."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click

_KEPT = Path(__file__).parent / "experiments"
_CERTIFICATES, _PICTURES = Path(__file__).parent.parent / "certificates", Path(__file__).parent / "gallery"


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the generated parts in the place of their markers."""
    for marker, make in {"<!-- catalogue -->": catalogue, "<!-- command line -->": command_line}.items():
        if marker in markdown:
            markdown = markdown.replace(marker, make())
    return re.sub("<!-- experiment ([-a-z0-9]+) -->", lambda found: experiment(found[1]), markdown)


def on_pre_build(**_: Any) -> None:
    """Pictures of the certificates that `make certify` has left, before the site's files are listed."""
    from neutralmodes.certificate import load
    from neutralmodes.report.gallery import write_gallery
    from neutralmodes.targets import catalogue as installed
    from neutralmodes.targets import resolve

    names = set(installed())
    certificates = (load(path) for path in sorted(_CERTIFICATES.glob("*.json")))
    write_gallery(certificates, _PICTURES, lambda name: resolve(name) if name in names else None)


def experiment(name: str) -> str:
    """The tables that ``neutralmodes reproduce NAME --out docs/experiments`` left, each with its picture."""
    from neutralmodes.listing import experiment_lines

    parts, pictures = [], 0
    for table in json.loads((_KEPT / f"{name}.json").read_text(encoding="utf-8")):
        title, *lines = experiment_lines(table)
        parts.append(f"## {title}")
        if "figure" in table:
            pictures += 1
            parts.append(f"![{title}]({name}-{pictures}.svg)")
        parts.append("```text\n" + "\n".join(lines) + "\n```")
    return "\n\n".join(parts)


def catalogue() -> str:
    """A table of the installed systems with what each promises, and their pictures."""
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
    return "\n".join([*lines, "", *_pictures()])


def _pictures() -> list[str]:
    """A heading and a picture for each system whose certificate there is."""
    words = "its orbit with the group's curves, and its exponents with the zeros marked"
    return [f"### {p.stem}\n\n![{p.stem}: {words}](gallery/{p.name})\n" for p in sorted(_PICTURES.glob("*.svg"))]


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


if __name__ == "__main__":
    on_pre_build()
