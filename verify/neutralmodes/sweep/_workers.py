"""Who certifies the cases of a sweep: this process, several of its own, or a Dask cluster that is there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

from neutralmodes.errors import InputError, MissingExtra, NeutralModesError
from neutralmodes.processes import as_done
from neutralmodes.sweep._cases import Case, families
from neutralmodes.sweep._rows import certified, failed

_CONNECT = "20s"


def rows(cases: list[Case], workers: int = 1, dask: str | None = None) -> Iterator[dict[str, Any]]:
    """The rows of the cases as they come, with several workers in any order.

    Raises MissingExtra without dask, InputError where no scheduler answers at the address, NeutralModesError
    where a process of ours was killed. A Dask worker that dies has its cases done by the others.
    """
    if dask is not None:
        yield from _on_cluster(cases, dask)
    elif workers <= 1 or len(cases) <= 1:
        for family in families(cases):
            yield from certified(family)
    else:
        yield from _in_processes(cases, workers)


def _in_processes(cases: list[Case], workers: int) -> Iterator[dict[str, Any]]:
    for _, future in as_done(_rows_of, families(cases), workers):
        try:
            yield from future.result()
        except BrokenProcessPool as error:
            reason = "a process was killed (out of memory?); the same command goes on where this ended"
            raise NeutralModesError(f"{reason}, with fewer --workers if need be") from error


def _on_cluster(cases: list[Case], address: str) -> Iterator[dict[str, Any]]:
    try:
        from distributed import Client, KilledWorker, as_completed
        from distributed.comm import resolve_address
    except ImportError as error:
        raise MissingExtra("--dask needs the extra [distributed]: pip install 'neutralmodes[distributed]'") from error
    try:
        resolve_address(address)  # a client that meets an unknown scheme does not end quietly
        client = Client(address, timeout=_CONNECT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise InputError(f"no Dask scheduler answers at {address}: {' '.join(str(error).split())}") from error
    with client:
        alike = families(cases)
        futures = dict(
            zip(client.map(_anywhere, alike, [str(Path.cwd())] * len(alike), pure=False), alike, strict=True)
        )
        for future in as_completed(list(futures), loop=client.loop):
            family = futures.pop(future)
            try:
                yield from future.result()
            except KilledWorker:
                reason = "the workers that took it died one after another (out of memory?)"
                yield from (failed(case, reason) for case in family)
            future.release()


def _rows_of(cases: Sequence[Case]) -> list[dict[str, Any]]:
    return list(certified(cases))


def _anywhere(cases: Sequence[Case], folder: str) -> list[dict[str, Any]]:
    """The rows of cases in a process that runs elsewhere: files are those of the folder the sweep started in."""
    made = certified([replace(case, system=_absolute(case.system, Path(folder))) for case in cases])
    return [row | {"system": case.system, "key": case.key} for row, case in zip(made, cases, strict=True)]


def _absolute(target: str, folder: Path) -> str:
    where, colon, name = target.rpartition(":")
    return f"{folder / where}:{name}" if colon and where.endswith(".py") else target
