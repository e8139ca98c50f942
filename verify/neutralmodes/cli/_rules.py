"""``symmetries``, ``spectrum`` and ``systems``: looking at rules without a certificate."""

from __future__ import annotations

from typing import Any

import click

from neutralmodes.cli import _option as option
from neutralmodes.cli._output import OPEN, complain, print_columns, print_json, progress


@click.command()
@option.target
@click.option("--degree", type=click.IntRange(0), default=1, show_default=True, help="Largest degree looked at.")
@option.seed
@option.as_json
def symmetries(target: str, degree: int, seed: int, as_json: bool) -> int:
    """Find every polynomial symmetry of a rule up to a degree, exactly."""
    from neutralmodes.targets import resolve

    system = resolve(target)
    from neutralmodes._discover import discover

    found = discover(system, degree, seed=seed)
    if as_json:
        print_json(found.to_json())
    else:
        click.echo(str(found))
    return 0


@click.command()
@option.target
@option.time
@click.option("--k", type=click.IntRange(1), help="How many of the leading exponents.")
@option.digits
@option.members
@option.seed
@option.as_json
def spectrum(target: str, members: int | None, as_json: bool, **options: Any) -> int:
    """Compute Lyapunov exponents with error bars: numbers, not proof.

    Exit code: 0 measured, 3 where the run ended early or failed its own checks.
    """
    from neutralmodes.targets import resolve

    system = resolve(target)
    from neutralmodes.evidence.spectrum import spectrum as measure

    with progress() as report:
        found = measure(system, progress=report, members=members or 1, **options)
    if as_json:
        print_json(found.to_json())
    else:
        rows = [[f"{value:+.6g}", f"{error:.1g}"] for value, error in zip(found.exponents, found.errors, strict=True)]
        print_columns(["exponent", "error"], rows)
        click.echo(f"time {found.time:g} after {found.transient:g}, {found.engine}, {found.working_digits} digits")
    if not found.completed:
        complain(found.outcome)
    return 0 if found.completed else OPEN


@click.command()
@option.as_json
def systems(as_json: bool) -> int:
    """List the catalogue with what each system promises."""
    from neutralmodes.listing import catalogue_lines, description
    from neutralmodes.targets import catalogue, resolve

    found = {name: resolve(name) for name in catalogue()}
    if as_json:
        print_json([description(name, system) for name, system in found.items()])
    else:
        click.echo("\n".join(catalogue_lines(found)))
    return 0
