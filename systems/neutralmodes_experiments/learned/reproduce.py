"""`neutralmodes reproduce learned`: the tables of the learned task, from kept rows and new training."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import neutralmodes as nm

Table = dict[str, Any]
Progress = Callable[[str, float], None]
ROWS = Path("benchmarks/learned")  # below the current directory: rows found there are read, not made again
MEASURED = ("equivariant", "still", "random start", "broken")


def reproduce(*, quick: bool = False, seed: int = 0, progress: Progress | None = None) -> list[Table]:
    """The tables; in full from the rows in ROWS and from training what they lack, ``quick`` from a little training.

    ``seed`` is the first of the consecutive seeds. Raises MissingExtra without torch.
    """
    if find_spec("torch") is None:
        raise nm.errors.MissingExtra("the learned cell needs torch: pip install 'neutralmodes[torch]'")
    if not quick:
        return _full(ROWS, seed, progress)
    with tempfile.TemporaryDirectory() as folder:
        return _quick(Path(folder), seed, progress)


def _full(folder: Path, seed: int, progress: Progress | None) -> list[Table]:
    from neutralmodes_experiments.learned import measured, studies, tables

    paper = studies.paper_study(folder, seed, progress=progress)
    longer = studies.longer_study(folder, seed, progress)
    fair = studies.fair_study(folder, seed, progress)
    beyond = studies.beyond_study(folder, seed, progress)
    cells = {name: paper[name, 64] for name in MEASURED}
    neutral = {
        name: measured.symmetry(found, folder / f"symmetry-{name}-{seed}.json".replace(" ", "-"))
        for name, found in cells.items()
    }
    lives = {
        name: measured.memory(cells[name], folder / f"lifetimes-{name}-{seed}.json")
        for name in ("still", "equivariant")
    }
    proofs = measured.certificates(cells, folder / f"certificates-{seed}.json")
    return [
        tables.paper(paper),
        tables.longer(longer),
        tables.fair(fair),
        tables.tuning(fair),
        tables.curves(fair),
        tables.horizons(fair),
        tables.symmetry(neutral),
        proofs,
        *(tables.lifetimes(name, found) for name, found in lives.items()),
        tables.beyond(beyond),
        tables.trained([*paper.values(), *(r for pair in (*longer.values(), *fair.values()) for r in pair)]),
    ]


def _quick(folder: Path, seed: int, progress: Progress | None) -> list[Table]:
    from neutralmodes_experiments.learned import measured, studies, tables

    paper = studies.paper_study(folder, seed, quick=True, progress=progress)
    cells = {name: paper[name, 32] for name in MEASURED if (name, 32) in paper}
    neutral = {name: measured.symmetry(found, folder / f"symmetry-{name}.json") for name, found in cells.items()}
    lives = measured.memory(cells["still"], folder / "lifetimes.json", (1e-2, 6e-2))
    return [tables.paper(paper), tables.symmetry(neutral), tables.lifetimes("still", lives)]
