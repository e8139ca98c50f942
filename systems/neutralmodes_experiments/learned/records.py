"""What a stack of trained runs leaves behind: one JSON file of rows, from which every table and figure is made."""

from __future__ import annotations

import base64
import json
import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

import neutralmodes as nm
from neutralmodes_experiments.learned.models import size_of
from neutralmodes_experiments.learned.task import TASKS, Array
from neutralmodes_experiments.learned.training import TEST, Plan, Progress, Run, Trained, squares, tensors, train

HORIZONS, SPEEDS = (32, 64, 128, 256), (0.25, 0.8, 1.2, 1.8)  # PAPER: of the evaluation
COLUMNS = ["seed", "rate", "spread", "horizon", "speed", "rmse"]
Record = dict[str, Any]


def record(plan: Plan, folder: Path, progress: Progress | None = None, *, sequences: int = 256) -> Record:
    """The plan's record: read where the folder has it, else trained, measured on ``sequences`` of the whole group.

    Rows are COLUMNS; ``curve`` is the validation error (circular RMSE in radians) of every run; ``lowest`` its
    minimum, at which the rows are measured; ``seconds`` is processor time of the training.
    """
    return kept(folder / f"{plan.label}.json", lambda: _measured(plan, folder, progress, sequences))


def kept(file: Path, make: Callable[[], Record]) -> Record:
    """The document in the file; made and written, whole or not at all, where there is none."""
    if file.exists():
        return dict(json.loads(file.read_text(encoding="utf-8")))
    document, unfinished = make(), file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(document, separators=(",", ":")) + "\n", encoding="utf-8")
        unfinished.replace(file)
    except OSError as error:
        raise nm.errors.InputError(f"cannot write the rows {file}: {error.strerror or error}") from error
    return document


def _measured(plan: Plan, folder: Path, progress: Progress | None, sequences: int) -> Record:
    trained = train(plan, folder, progress)
    return {
        "plan": {name: value for name, value in asdict(plan).items() if name != "runs"},
        "runs": [list(asdict(run).values()) for run in plan.runs],
        "parameters": size_of(trained.stack.template),
        "seconds": round(trained.seconds, 1),
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__},
        "curve": {"step": [s for s, _ in trained.curve], "rmse": [_rounded(errors) for _, errors in trained.curve]},
        "lowest": _rounded(trained.lowest.tolist()),
        "columns": COLUMNS,
        "rows": list(_rows(trained, sequences)),
        "weights": base64.b64encode(trained.best.numpy().tobytes()).decode() if plan.keep else "",
    }


def _rows(trained: Trained, sequences: int) -> Iterator[list[float]]:
    """Errors over the first steps of the longest horizon, in double; first states anywhere in the group."""
    for speed in SPEEDS:
        error = _test_error(trained, speed, sequences)
        for run, squared in zip(trained.plan.runs, error, strict=True):
            means = [float(np.sqrt(squared[:, :horizon].mean())) for horizon in HORIZONS]
            yield from ([*asdict(run).values(), h, speed, *_rounded([m])] for h, m in zip(HORIZONS, means, strict=True))


@torch.no_grad()
def _test_error(trained: Trained, speed: float, sequences: int) -> Array:
    task, stack = TASKS[trained.plan.task], trained.stack
    rng = np.random.default_rng([SPEEDS.index(speed), TEST])
    made = task.batch(rng, sequences, HORIZONS[-1], scale=speed)
    cue, velocity, target = tensors([made], [0] * len(trained.plan.runs), torch.float64)
    stack.template.double()
    return squares(task, stack(trained.best.double(), cue, velocity), target)


def weights(found: Record) -> torch.Tensor:
    """The kept parameters (R, P) in double, as trained in single precision."""
    raw = np.frombuffer(base64.b64decode(found["weights"]), dtype=np.float32).reshape(len(found["runs"]), -1)
    return torch.from_numpy(raw.copy()).double()


def runs(found: Record) -> list[Run]:
    return [Run(*values) for values in found["runs"]]


def errors(found: Record, **wanted: float) -> Array:
    """The rmse of the rows whose columns have the wanted values, in their order.

    >>> errors({"columns": ["seed", "speed", "rmse"], "rows": [[0, 0.8, 0.1], [0, 1.8, 0.2]]}, speed=1.8)
    array([0.2])
    """
    places = {found["columns"].index(name): value for name, value in wanted.items()}
    chosen = [row[-1] for row in found["rows"] if all(np.isclose(row[i], value) for i, value in places.items())]
    return np.array(chosen, dtype=float)


def _rounded(values: list[float]) -> list[float]:
    """To four digits: the spread between seeds is far larger, and the files stay small."""
    return [float(f"{value:.4g}") for value in values]
