"""Arguments and options that several commands share."""

from __future__ import annotations

import click

from neutralmodes.options import complete_target, positive

target = click.argument("target", shell_complete=complete_target)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
digits = click.option("--digits", type=click.IntRange(1, 10_000), help="Correct decimal digits of the numbers.")
time = click.option("--time", type=float, callback=positive, help="Horizon of the numbers.")
members = click.option("--members", type=click.IntRange(1), help="Orbits that the spectrum is averaged over.")
seed = click.option("--seed", type=int, default=0, show_default=True, help="Seed of frames and points.")
