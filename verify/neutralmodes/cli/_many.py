"""``sweep`` and ``reproduce``: many runs from one command."""

from __future__ import annotations

import click

from neutralmodes.cli import _option as option
from neutralmodes.cli._output import BAD_INPUT, NOT_DERIVED, complain, print_json, progress


@click.command()
@click.argument("spec", metavar="SPEC.toml", type=click.Path())
@click.option("--out", metavar="FILE", help="Results: FILE.jsonl or FILE.parquet (default: SPEC.jsonl).")
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
@click.option("--dask", metavar="ADDRESS", help="Use the Dask cluster whose scheduler is at ADDRESS, tcp://HOST:PORT.")
def sweep(spec: str, out: str | None, workers: int, dask: str | None) -> int:
    """Certify every combination of systems, parameter values and seeds of SPEC.toml.

    A sweep that was interrupted goes on where it ended. Exit code: 0 all certified or answered
    otherwise, 2 bad input or a case that failed.
    """
    from pathlib import Path

    from neutralmodes import sweep as sweeps

    wanted, failed = sweeps.cases(spec), 0
    with sweeps.Results(Path(out or Path(spec).with_suffix(".jsonl"))) as results, progress() as report:
        todo = [case for case in wanted if case.key not in results.done]
        for count, row in enumerate(sweeps.rows(todo, workers, dask), 1):
            results.add(row)
            if "error" in row:
                failed += 1
                complain(f"{row['system']}: {row['error']}")
            if report:
                report(f"{count} of {len(todo)} cases", count / len(todo))
    before = len(wanted) - len(todo)
    click.echo(f"{results.path}: {len(wanted)} cases, {before} of them from before, {failed} failed")
    return BAD_INPUT if failed else 0


@click.command()
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.option("--quick", is_flag=True, help="Fewer points: minutes become seconds.")
@click.option("--out", metavar="DIR", help="Write tables (JSON) and pictures (SVG) to DIR, each as it is done.")
@option.seed
@option.as_json
def reproduce(names: tuple[str, ...], quick: bool, out: str | None, seed: int, as_json: bool) -> int:
    """Make the paper's figures and tables again, side by side with its numbers; all of them without NAME.

    Exit code: 0 where every check of every table is met, 1 otherwise.
    """
    from neutralmodes import experiments, listing

    with progress() as report:
        made = experiments.run(names, out, quick=quick, seed=seed, progress=report)
    tables = [table for found in made.values() for table in found]
    if as_json:
        print_json(made)
    else:
        click.echo("\n\n".join("\n".join(listing.experiment_lines(table)) for table in tables))
    return 0 if all(check["met"] for table in tables for check in table["checks"]) else NOT_DERIVED
