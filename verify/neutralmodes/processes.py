"""Work in spawned processes: results as they come, a killed process told apart, an interrupt that ends them all."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def as_done(function: Callable[[T], R], items: Sequence[T], workers: int) -> Iterator[tuple[T, Future[R]]]:
    """(item, its finished future) as they come; a future raises BrokenProcessPool where a process was killed."""
    # Spawned, not forked: LLVM and thread pools do not survive a fork.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(workers, len(items)), context, initializer=_die_quietly)
    try:
        futures = {pool.submit(function, item): item for item in items}
        for future in as_completed(futures):
            yield futures[future], future
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _die_quietly() -> None:
    """An interrupt at the terminal reaches every process; only the first has something to say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
