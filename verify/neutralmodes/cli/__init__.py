"""The command line: the only room that prints. Data on stdout, progress and complaints on stderr."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from neutralmodes import __version__
from neutralmodes.cli._certify import certify
from neutralmodes.cli._files import check, write_report
from neutralmodes.cli._home import doctor, new
from neutralmodes.cli._many import reproduce, sweep
from neutralmodes.cli._output import BAD_INPUT, INTERNAL, INTERRUPTED, NO_READER, complain
from neutralmodes.cli._rules import spectrum, symmetries, systems
from neutralmodes.errors import NeutralModesError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; bad input is one line, never a traceback."""
    try:
        code = cli.main(arguments, prog_name="neutralmodes", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        return complain(error.format_message())
    except SystemExit as leaving:  # shell completion ends with 0, a reader that has left with 1
        return _reader_left() if leaving.code else 0
    except BrokenPipeError:
        return _reader_left()
    except (NeutralModesError, OSError) as error:
        return complain(str(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception:
        import traceback

        traceback.print_exc()
        click.echo("This is a bug in neutralmodes; please report it with the lines above.", err=True)
        return INTERNAL
    return int(code or 0)


def _reader_left() -> int:
    """The reader of our output closed it, as `head` does: end as other programs do on SIGPIPE."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return NO_READER


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
    return BAD_INPUT


for command in (certify, check, sweep, write_report, symmetries, spectrum, systems, reproduce, doctor, new):
    cli.add_command(command)
