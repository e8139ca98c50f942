"""``certify``: targets in, certificates out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from neutralmodes.cli import _option as option
from neutralmodes.cli._output import complain, print_json, progress
from neutralmodes.errors import MissingExtra
from neutralmodes.options import complete_target, positive, read_assumptions

if TYPE_CHECKING:
    from neutralmodes.runs import Outcome, Request


@click.command()
@click.argument("targets", metavar="TARGET...", nargs=-1, shell_complete=complete_target)
@click.option(
    "--data",
    metavar="FILE.toml",
    multiple=True,
    type=click.Path(),
    help="A polynomial system described in TOML: read, never executed.",
)
@click.option("--all", "everything", is_flag=True, help="The whole catalogue, held against what it promises.")
@option.digits
@option.time
@option.members
@option.seed
@click.option(
    "--out", metavar="DIR", help="Write each certificate to DIR/<system>.json; with --all, HTML pages and an index too."
)
@option.as_json
@click.option("--no-evidence", is_flag=True, help="Proofs only, no numbers.")
@click.option(
    "--budget", type=float, callback=positive, help="Nominal seconds for the numbers of each (default: none)."
)
@click.option("--resume", is_flag=True, help="Take certificates in DIR as they are where they still hold.")
@click.option(
    "--assume",
    metavar="KEY=REASON",
    multiple=True,
    callback=read_assumptions,
    help="Take an obligation on your word; the certificate says so.",
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes.")
def certify(
    targets: tuple[str, ...],
    data: tuple[str, ...],
    everything: bool,
    out: str | None,
    as_json: bool,
    no_evidence: bool,
    workers: int,
    **options: Any,
) -> int:
    """Prove what can be proved of each TARGET and say what follows.

    Exit code: 0 certified, 1 refuted, 2 bad input, 3 undecided or conditional, 4 internal error
    or numbers that contradict the proof. With --all, 0 where every system meets its expectation.
    """
    from neutralmodes import listing, runs
    from neutralmodes.targets import catalogue

    if everything == bool(targets or data):
        raise click.UsageError("give one or more targets, or --all")
    if out is not None:
        runs.prepare_folder(out)
    pages = everything and out is not None and _can_report()
    common = {"evidence": not no_evidence, "out": out, "page": pages, "expected": everything, **options}
    requests = [runs.Request(target, **common) for target in (catalogue() if everything else targets)]
    requests += [runs.Request(path, data=True, **common) for path in data]
    if not requests:
        raise click.UsageError("the catalogue is empty: no installed package provides systems")
    single = len(requests) == 1 and not everything
    outcomes = _collect(requests, workers)
    if pages and out is not None:
        _write_index(out, outcomes)
    if as_json:
        _print_json_outcomes(outcomes, single)
    elif single:
        _print_certificate(outcomes[0])
    else:
        click.echo("\n".join(listing.outcome_lines(outcomes, everything)))
    return runs.worst([outcome.code for outcome in outcomes])


def _can_report() -> bool:
    """Whether HTML pages can be written too; certificates do not wait for them."""
    from neutralmodes import report

    try:
        report.require_extra()
    except MissingExtra as error:
        complain(f"no HTML pages: {error}")
        return False
    return True


def _write_index(folder: str, outcomes: list[Outcome]) -> None:
    from neutralmodes import report

    files = [outcome.document["certificate"] for outcome in outcomes if not outcome.error]
    report.write_index(folder, files, [(outcome.target, outcome.error) for outcome in outcomes if outcome.error])


def _collect(requests: list[Request], workers: int) -> list[Outcome]:
    """Run the requests; progress, and each failure as it happens, on stderr."""
    from neutralmodes import runs

    found: dict[str, Outcome] = {}
    with progress() as report:
        for outcome in runs.without_collisions(runs.run_all(requests, workers, report)):
            found[outcome.target] = outcome
            if report and workers > 1:
                report(f"{len(found)} of {len(requests)} targets", len(found) / len(requests))
            if outcome.error:
                complain(
                    outcome.error if outcome.error.startswith(outcome.target) else f"{outcome.target}: {outcome.error}"
                )
    return [found[request.target] for request in requests]


def _print_json_outcomes(outcomes: list[Outcome], single: bool) -> None:
    documents = [outcome.answer for outcome in outcomes]
    print_json(documents[0] if single else documents)


def _print_certificate(outcome: Outcome) -> None:
    if outcome.error:
        return
    click.echo(outcome.text)
    if outcome.document["certificate"]:
        click.echo(f"\nwritten to {outcome.document['certificate']}")
    if outcome.last_line:
        click.echo(f"\n{outcome.last_line}")
