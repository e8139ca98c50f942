"""Check every certificate of a folder by a fresh Python with nothing installed; print the seconds of each.

Run: python benchmarks/recheck.py FOLDER. CPU seconds of the whole process, its start included; the wall clock beside
them. Exit code 1 where one is not re-derived, the median is 1 s or more, or the slowest 20 s or more.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

CHECKER = Path(__file__).resolve().parent.parent / "proofs_check"
CONCLUSIONS = {0: "CERTIFIED", 3: "re-derived, another conclusion"}


def measure(path: Path) -> tuple[int, float, float]:
    """Exit code, CPU seconds and wall seconds of one check."""
    began = time.monotonic()
    command = [sys.executable, "-S", "-E", "-s", "-m", "neutralmodes_check", str(path)]
    child = subprocess.Popen(command, cwd=CHECKER, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return child.returncode, usage.ru_utime + usage.ru_stime, time.monotonic() - began


def main(folder: str) -> int:
    """Print the table; the exit code."""
    found = {path: measure(path) for path in sorted(Path(folder).resolve().glob("*.json"))}
    print("| certificate | answer | KiB | CPU, s | wall, s |\n| --- | --- | --- | --- | --- |")
    for path, (code, cpu, wall) in found.items():
        answer = CONCLUSIONS.get(code, f"exit {code}")
        print(f"| {path.stem} | {answer} | {path.stat().st_size / 1024:.0f} | {cpu:.2f} | {wall:.2f} |")
    seconds = sorted(cpu for _, cpu, _ in found.values())
    middle, most = statistics.median(seconds), seconds[-1]
    print(f"{len(found)} certificates: median {middle:.2f} s, slowest {most:.2f} s (goals: below 1 s and 20 s)")
    return 0 if all(code in CONCLUSIONS for code, *_ in found.values()) and middle < 1 and most < 20 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
