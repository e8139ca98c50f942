"""``check`` and ``report``: certificate files in, a verdict or pages out."""

from __future__ import annotations

import click

from neutralmodes.cli import _option as option
from neutralmodes.cli._output import BAD_INPUT, NOT_DERIVED, complain
from neutralmodes.options import complete_target


@click.command()
@click.argument("certificates", metavar="CERT.json...", nargs=-1, required=True, type=click.Path())
@click.option(
    "--system",
    "target",
    metavar="TARGET",
    help="Check that they speak of this system.",
    shell_complete=complete_target,
)
@option.as_json
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
        complain(f"{path} is not about {target}: they differ in {', '.join(found)}")
    return NOT_DERIVED if unlike else code


@click.command("report")
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
    if code in (NOT_DERIVED, BAD_INPUT):
        complain(said)
        return code
    return 0
