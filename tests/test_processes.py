"""Processes of ours: nobody outlives the one that started them, however that one ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

SLOW = """\
import os, pathlib, sys, time
from neutralmodes.processes import as_done

def work(item):
    pathlib.Path(f"{item}.pid").write_text(str(os.getpid()))
    time.sleep(60)

if __name__ == "__main__":
    list(as_done(work, [1, 2, 3], 2))
"""


def wait_for(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(") ")[-1][0] != "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at /proc")
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_first(how: signal.Signals, tmp_path: Path, environment: dict[str, str]) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    first = subprocess.Popen([sys.executable, "slow.py"], cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL)
    try:
        assert wait_for(lambda: len([p for p in tmp_path.glob("*.pid") if p.read_text()]) == 2)
        others = [int(path.read_text()) for path in tmp_path.glob("*.pid")]
        assert all(map(alive, others))
        first.send_signal(how)
        assert wait_for(lambda: not any(map(alive, others)))
    finally:
        first.kill()
        first.wait()
