"""The command line in processes forked from one that has imported it: a start costs no second of imports."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

# heyoka stays out: LLVM does not survive a fork.
_IMPORTED = ["sympy", "scipy.integrate", "neutralmodes.cli", "neutralmodes._certify", "neutralmodes._discover"]


def server() -> ForkServerContext:
    """A context whose processes begin with the library imported."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    return context


def run(
    context: ForkServerContext, arguments: tuple[str, ...], folder: Path, environment: dict[str, str], patience: float
) -> subprocess.CompletedProcess[str]:
    """What ``neutralmodes ARGUMENTS...`` leaves, run in ``folder`` with the streams in files."""
    streams = [folder.parent / f"{folder.name}.{name}" for name in ("out", "err")]
    process: ForkServerProcess = context.Process(target=_command, args=(arguments, folder, environment, streams))
    process.start()
    process.join(patience)
    if process.exitcode is None:
        process.kill()
        raise subprocess.TimeoutExpired(arguments, patience)
    out, errors = (stream.read_text(encoding="utf-8") for stream in streams)
    return subprocess.CompletedProcess(arguments, process.exitcode, out, errors)


def _command(arguments: tuple[str, ...], folder: Path, environment: dict[str, str], streams: list[Path]) -> None:
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for descriptor, stream in enumerate(streams, 1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(i, mode, encoding="utf-8", buffering=-1 if i < 2 else 1, closefd=False)
        for i, mode in enumerate("rww")
    )
    sys.argv = ["neutralmodes", *arguments]
    sys.path.insert(0, str(folder))  # as `python -m` does
    from neutralmodes.cli import main

    code = main(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
