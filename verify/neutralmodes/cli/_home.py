"""``doctor`` and ``new``: the installation, and a file to start from."""

from __future__ import annotations

import click

from neutralmodes.cli import _option as option
from neutralmodes.cli._output import BAD_INPUT, print_columns, print_json


@click.command()
@option.as_json
def doctor(as_json: bool) -> int:
    """Look over the installation: what is missing, how to get it."""
    from neutralmodes.doctor import examine

    findings = examine()
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        print_columns(["what", "state", "detail"], [[f.name, f.state, f.detail] for f in findings])
    return BAD_INPUT if any(finding.state == "broken" for finding in findings) else 0


@click.command()
@click.argument("name")
def new(name: str) -> int:
    """Write NAME.py, a commented system to start from."""
    from neutralmodes.scaffold import write_template

    path = write_template(name)
    click.echo(f"wrote {path}; next: neutralmodes certify {path}:system")
    return 0
