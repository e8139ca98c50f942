"""Sweeps on a Dask cluster: the same answers, also where a worker is killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

distributed = pytest.importorskip("distributed")

FAMILY = """\
import time
import sympy as sp
import neutralmodes as nm

time.sleep(0.3)
x, y, a = sp.symbols("x y a", real=True)
r2 = x**2 + y**2
field = nm.VectorField([x, y], [x * (a - r2) - y, y * (a - r2) + x], parameters={a: 1})
region = nm.Region([r2 - sp.Rational(1, 4), 4 - r2])
system = nm.System("family", field, nm.LieAction([x, y], [[-y, x]]), region, start=[1, 0])
"""
SPEC = 'systems = ["family.py:system"]\nevidence = false\nseeds = [0, 1, 2, 3]\n[parameters]\na = [1, "3/2", 9]\n'


@pytest.fixture
def cluster(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Two workers with one thread each, as processes."""
    monkeypatch.setenv("PYTHONPATH", environment["PYTHONPATH"])
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster


def begin(folder: Path, environment: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    (folder / "family.py").write_text(FAMILY)
    (folder / "s.toml").write_text(SPEC)
    command = [sys.executable, "-m", "neutralmodes", "sweep", "s.toml", *arguments]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def answers(path: Path) -> dict[str, str]:
    found = [json.loads(line) for line in path.read_text().splitlines()]
    assert len({row["key"] for row in found}) == len(found)
    return {row["key"]: row["digest"] for row in found}


def test_a_killed_worker_costs_no_case(cluster: Any, tmp_path: Path, environment: dict[str, str]) -> None:
    sweep = begin(tmp_path, environment, "--dask", cluster.scheduler_address, "--out", "d.jsonl")
    until = time.monotonic() + 120
    while not (tmp_path / "d.jsonl").exists() or (tmp_path / "d.jsonl").read_text().count("\n") < 3:
        assert sweep.poll() is None, sweep.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    os.kill(cluster.workers[0].process.pid, signal.SIGKILL)
    out, errors = sweep.communicate(timeout=240)
    assert (sweep.returncode, out) == (0, "d.jsonl: 12 cases, 0 of them from before, 0 failed\n"), errors
    local = begin(tmp_path, environment)
    local.communicate(timeout=240)
    assert answers(tmp_path / "d.jsonl") == answers(tmp_path / "s.jsonl")


def test_an_address_where_nobody_answers_is_one_line(tmp_path: Path, environment: dict[str, str]) -> None:
    for address in ("tcp://127.0.0.1:1", "nonsense://x"):
        sweep = begin(tmp_path, environment, "--dask", address)
        out, errors = sweep.communicate(timeout=120)
        assert (sweep.returncode, out, errors.count("\n")) == (2, "", 1), errors
        assert f"no Dask scheduler answers at {address}" in errors
