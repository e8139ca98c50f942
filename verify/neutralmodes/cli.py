"""The command line: the only module that prints. Data on stdout, progress and complaints on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from neutralmodes import __version__
from neutralmodes.errors import MissingExtra, NeutralModesError
from neutralmodes.options import complete_target, positive, read_assumptions

if TYPE_CHECKING:
    from neutralmodes.runs import Outcome, Request

_NOT_DERIVED, _BAD_INPUT, _OPEN, _INTERNAL, _INTERRUPTED, _NO_READER = 1, 2, 3, 4, 130, 141


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; bad input is one line, never a traceback."""
    try:
        code = cli.main(arguments, prog_name="neutralmodes", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return _INTERRUPTED
    except click.ClickException as error:
        return _complain(error.format_message())
    except SystemExit as leaving:  # shell completion ends with 0, a reader that has left with 1
        return _reader_left() if leaving.code else 0
    except BrokenPipeError:
        return _reader_left()
    except (NeutralModesError, OSError) as error:
        return _complain(str(error))
    except KeyboardInterrupt:
        return _INTERRUPTED
    except Exception:
        import traceback

        traceback.print_exc()
        click.echo("This is a bug in neutralmodes; please report it with the lines above.", err=True)
        return _INTERNAL
    return int(code or 0)


def _print_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        from neutralmodes.doctor import versions

        parts = ", ".join(f"{name} {version}" for name, version in versions())
        click.echo(f"neutralmodes {__version__} ({parts})")
        context.exit()


@click.group(invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show this version and those that matter, and exit.",
)
@click.pass_context
def cli(context: click.Context) -> int:
    """Prove a dynamical system's continuous symmetry; certify the zero exponents it forces.

    TARGET is a name of the catalogue, file.py:NAME or pkg.mod:NAME; Python targets are executed.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
    return _BAD_INPUT


_target = click.argument("target", shell_complete=complete_target)
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_digits = click.option("--digits", type=click.IntRange(1, 10_000), help="Correct decimal digits of the numbers.")
_time = click.option("--time", type=float, callback=positive, help="Horizon of the numbers.")
_members = click.option("--members", type=click.IntRange(1), help="Orbits that the spectrum is averaged over.")
_seed = click.option("--seed", type=int, default=0, show_default=True, help="Seed of frames and points.")


@cli.command()
@click.argument("targets", metavar="TARGET...", nargs=-1, shell_complete=complete_target)
@click.option(
    "--data",
    metavar="FILE.toml",
    multiple=True,
    type=click.Path(),
    help="A polynomial system described in TOML: read, never executed.",
)
@click.option("--all", "everything", is_flag=True, help="The whole catalogue, held against what it promises.")
@_digits
@_time
@_members
@_seed
@click.option(
    "--out", metavar="DIR", help="Write each certificate to DIR/<system>.json; with --all, HTML pages and an index too."
)
@_json
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
        _complain(f"no HTML pages: {error}")
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
    with _progress() as report:
        for outcome in runs.without_collisions(runs.run_all(requests, workers, report)):
            found[outcome.target] = outcome
            if report and workers > 1:
                report(f"{len(found)} of {len(requests)} targets", len(found) / len(requests))
            if outcome.error:
                _complain(
                    outcome.error if outcome.error.startswith(outcome.target) else f"{outcome.target}: {outcome.error}"
                )
    return [found[request.target] for request in requests]


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None] | None]:
    """A status line on stderr where that is a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status("starting") as status:
        yield lambda stage, done: status.update(Text(f"{stage} {done:.0%}"))


def _print_json_outcomes(outcomes: list[Outcome], single: bool) -> None:
    documents = [outcome.answer for outcome in outcomes]
    _print_json(documents[0] if single else documents)


def _print_certificate(outcome: Outcome) -> None:
    if outcome.error:
        return
    click.echo(outcome.text)
    if outcome.document["certificate"]:
        click.echo(f"\nwritten to {outcome.document['certificate']}")
    if outcome.last_line:
        click.echo(f"\n{outcome.last_line}")


@cli.command()
@click.argument("certificates", metavar="CERT.json...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--system",
    "target",
    metavar="TARGET",
    help="Check that they speak of this system.",
    shell_complete=complete_target,
)
@_json
def check(certificates: tuple[str, ...], target: str | None, as_json: bool) -> int:
    """Re-derive certificates with the independent checker.

    Exit code: 0 re-derived and certified, 1 not re-derived, 2 unreadable, 3 re-derived with
    another conclusion.
    """
    from neutralmodes_check.__main__ import main as independent_check

    code = independent_check([*certificates, *(["--json"] if as_json else [])])
    if target is None or code not in (0, 3):
        return code
    from neutralmodes.runs import differences

    unlike = {path: found for path in certificates if (found := differences(path, target))}
    for path, found in unlike.items():
        _complain(f"{path} is not about {target}: they differ in {', '.join(found)}")
    return _NOT_DERIVED if unlike else code


@cli.command()
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
    with sweeps.Results(Path(out or Path(spec).with_suffix(".jsonl"))) as results, _progress() as report:
        todo = [case for case in wanted if case.key not in results.done]
        for count, row in enumerate(sweeps.rows(todo, workers, dask), 1):
            results.add(row)
            if "error" in row:
                failed += 1
                _complain(f"{row['system']}: {row['error']}")
            if report:
                report(f"{count} of {len(todo)} cases", count / len(todo))
    before = len(wanted) - len(todo)
    click.echo(f"{results.path}: {len(wanted)} cases, {before} of them from before, {failed} failed")
    return _BAD_INPUT if failed else 0


@cli.command("report")
@click.argument("certificates", metavar="CERT.json...", nargs=-1, required=True, type=click.Path())
@click.option("--out", metavar="DIR", help="Folder of the pages (default: that of each certificate).")
def write_report(certificates: tuple[str, ...], out: str | None) -> int:
    """Write an HTML page for each certificate that the independent checker re-derives.

    Exit code: 0 written, 1 one was not re-derived, 2 bad input.
    """
    from neutralmodes import report
    from neutralmodes.certificate import load

    report.require_extra()
    if out is not None:
        from neutralmodes.runs import prepare_folder

        prepare_folder(out)
    codes = [0]
    for path in certificates:
        if code := _unsound(path):
            codes.append(code)
        else:
            click.echo(f"wrote {report.write(load(path), path, out)}")
    return max(codes)


def _unsound(path: str) -> int:
    """0 where the independent checker re-derives a certificate; else the exit code, with a complaint."""
    from neutralmodes_check.__main__ import check_file

    code, said, _ = check_file(path)
    if code in (_NOT_DERIVED, _BAD_INPUT):
        _complain(said)
        return code
    return 0


@cli.command()
@_target
@click.option("--degree", type=click.IntRange(0), default=1, show_default=True, help="Largest degree looked at.")
@_seed
@_json
def symmetries(target: str, degree: int, seed: int, as_json: bool) -> int:
    """Find every polynomial symmetry of a rule up to a degree, exactly."""
    from neutralmodes.targets import resolve

    system = resolve(target)
    from neutralmodes._discover import discover

    found = discover(system, degree, seed=seed)
    if as_json:
        _print_json(found.to_json())
    else:
        click.echo(str(found))
    return 0


@cli.command()
@_target
@_time
@click.option("--k", type=click.IntRange(1), help="How many of the leading exponents.")
@_digits
@_members
@_seed
@_json
def spectrum(target: str, members: int | None, as_json: bool, **options: Any) -> int:
    """Compute Lyapunov exponents with error bars: numbers, not proof.

    Exit code: 0 measured, 3 where the run ended early or failed its own checks.
    """
    from neutralmodes.targets import resolve

    system = resolve(target)
    from neutralmodes.evidence.spectrum import spectrum as measure

    with _progress() as report:
        found = measure(system, progress=report, members=members or 1, **options)
    if as_json:
        _print_json(found.to_json())
    else:
        rows = [[f"{value:+.6g}", f"{error:.1g}"] for value, error in zip(found.exponents, found.errors, strict=True)]
        _print_columns(["exponent", "error"], rows)
        click.echo(f"time {found.time:g} after {found.transient:g}, {found.engine}, {found.working_digits} digits")
    if not found.completed:
        _complain(found.outcome)
    return 0 if found.completed else _OPEN


@cli.command()
@_json
def systems(as_json: bool) -> int:
    """List the catalogue with what each system promises."""
    from neutralmodes.listing import catalogue_lines, description
    from neutralmodes.targets import catalogue, resolve

    found = {name: resolve(name) for name in catalogue()}
    if as_json:
        _print_json([description(name, system) for name, system in found.items()])
    else:
        click.echo("\n".join(catalogue_lines(found)))
    return 0


@cli.command()
@click.argument("names", metavar="[NAME...]", nargs=-1)
@click.option("--quick", is_flag=True, help="Fewer points: minutes become seconds.")
@click.option("--out", metavar="DIR", help="Write tables (JSON) and pictures (SVG) to DIR, each as it is done.")
@_seed
@_json
def reproduce(names: tuple[str, ...], quick: bool, out: str | None, seed: int, as_json: bool) -> int:
    """Make the paper's figures and tables again, side by side with its numbers; all of them without NAME.

    Exit code: 0 where every check of every table is met, 1 otherwise.
    """
    from neutralmodes import experiments, listing

    with _progress() as report:
        made = experiments.run(names, out, quick=quick, seed=seed, progress=report)
    tables = [table for found in made.values() for table in found]
    if as_json:
        _print_json(made)
    else:
        click.echo("\n\n".join("\n".join(listing.experiment_lines(table)) for table in tables))
    return 0 if all(check["met"] for table in tables for check in table["checks"]) else _NOT_DERIVED


@cli.command()
@_json
def doctor(as_json: bool) -> int:
    """Look over the installation: what is missing, how to get it."""
    from neutralmodes.doctor import examine

    findings = examine()
    if as_json:
        _print_json([vars(finding) for finding in findings])
    else:
        _print_columns(["what", "state", "detail"], [[f.name, f.state, f.detail] for f in findings])
    return _BAD_INPUT if any(finding.state == "broken" for finding in findings) else 0


@cli.command()
@click.argument("name")
def new(name: str) -> int:
    """Write NAME.py, a commented system to start from."""
    from neutralmodes.scaffold import write_template

    path = write_template(name)
    click.echo(f"wrote {path}; next: neutralmodes certify {path}:system")
    return 0


def _complain(message: str) -> int:
    """A line on stderr, and the exit code of bad input."""
    click.echo(f"neutralmodes: {message}", err=True)
    return _BAD_INPUT


def _reader_left() -> int:
    """The reader of our output closed it, as `head` does: end as other programs do on SIGPIPE."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _NO_READER


def _print_json(data: Any) -> None:
    click.echo(json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False))


def _print_columns(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    from neutralmodes.listing import columns

    click.echo("\n".join(columns(headers, rows)))


if __name__ == "__main__":
    sys.exit(main())
