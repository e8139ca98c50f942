"""Every network of the studies by name: the equivariant cell in its variants, and the baselines."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from neutralmodes_experiments.learned.cell import EquivariantCell
from neutralmodes_experiments.learned.frames import RotationCell, TorusCell
from neutralmodes_experiments.learned.models import BASELINES, unrolled
from neutralmodes_experiments.learned.task import Task

BROKEN = 0.02  # PAPER: the control adds 0.02 (x, -y) to z'


class OnCircle(nn.Module):
    """A cell as a network of the task: the cue is its first z, its outputs are the z that follow."""

    def __init__(self, cell: EquivariantCell) -> None:
        super().__init__()
        self.cell = cell

    def initial(self, cue: Tensor) -> Tensor:
        """(z, h) = (cue, 0), shape (B, 2 + hidden)."""
        return torch.cat([cue, cue.new_zeros((*cue.shape[:-1], self.cell.hidden))], -1)

    def step(self, state: Tensor, velocity: Tensor) -> Tensor:
        return self.cell(state, velocity[..., 0])

    def forward(self, cue: Tensor, velocity: Tensor) -> Tensor:
        """Outputs (B, T, 2) for cues (B, 2) and velocities (B, T, 1)."""
        return unrolled(self.step, self.initial(cue), velocity)[..., :2]


def _drawn() -> int:
    """A seed for the cell's own generator, from torch's random numbers."""
    return int(torch.randint(2**31, ()))


CELLS: dict[str, Callable[[], EquivariantCell]] = {
    "equivariant": lambda: EquivariantCell(seed=_drawn()),
    "random start": lambda: EquivariantCell(seed=_drawn(), near_integrator=False),
    "still": lambda: EquivariantCell(seed=_drawn(), still=True),
    "broken": lambda: EquivariantCell(seed=_drawn(), broken=BROKEN),
}


def build(name: str, task: Task, width: int) -> nn.Module:
    """A fresh network; its first weights follow torch's random numbers. ``width`` is for the baselines.

    Beyond the circle the one equivariant cell is that of ``frames``, from random weights.
    """
    if name == "random start" and task.name != "S1":
        return RotationCell() if task.name == "SO3" else TorusCell(task.inputs)
    if name in CELLS:
        return OnCircle(CELLS[name]())
    return BASELINES[name](task.inputs, task.outputs, width)
