"""Equivariant cells beyond the circle: q planar vectors for T^q, two spatial vectors for SO(3).

As in the cell on the circle the group acts on vectors only; gains depend on their invariants I, on invariant units h
and on the velocity u, and a step turns and pulls the vectors by these gains:

    m = tanh(M (I, h, u) + c),   b = B m + b_0 + k u,   h+ = h + dt gamma (tanh(W (I, h, u) + w) - h),

on T^q z_i+ = (1 + dt alpha (1 - |z_i|^2)) R(dt b_i) z_i; on SO(3) the frame Q = (x, y, x cross y) becomes Q R(dt b),
and then x and y are pulled to unit length and a right angle. Turning by b acts from the right, the group from the left.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from neutralmodes_experiments.learned.models import unrolled
from neutralmodes_experiments.learned.task import STEP

HIDDEN, MIXED = 16, 32  # as in the cell on the circle


class FrameCell(nn.Module):
    """A network of the task with vectors of dimension ``space``; subclasses say how a gain b moves them."""

    space: int
    vectors: int
    invariants: int

    def __init__(self, inputs: int) -> None:
        super().__init__()
        seen = self.invariants + HIDDEN + inputs
        self.mix, self.turning, self.update = nn.Linear(seen, MIXED), nn.Linear(MIXED, inputs), nn.Linear(seen, HIDDEN)
        self.input_gain = nn.Parameter(torch.randn(inputs))
        self.pull, self.rate = nn.Parameter(torch.zeros(())), nn.Parameter(torch.zeros(HIDDEN))

    def initial(self, cue: Tensor) -> Tensor:
        """(vectors, h) = (cue, 0), shape (B, vectors space + HIDDEN)."""
        return torch.cat([cue, cue.new_zeros((*cue.shape[:-1], HIDDEN))], -1)

    def step(self, state: Tensor, velocity: Tensor) -> Tensor:
        """States (B, vectors space + HIDDEN) and velocities (B, inputs) to states."""
        flat, h = state.split([self.vectors * self.space, HIDDEN], -1)
        x = flat.unflatten(-1, (self.vectors, self.space))
        seen = torch.cat([self.invariant(x), h, velocity], -1)
        b = self.turning(torch.tanh(self.mix(seen))) + self.input_gain * velocity
        h = h + STEP * torch.sigmoid(self.rate) * (torch.tanh(self.update(seen)) - h)
        return torch.cat([self.moved(x, STEP * b, STEP * 2 * torch.sigmoid(self.pull)).flatten(-2), h], -1)

    def forward(self, cue: Tensor, velocity: Tensor) -> Tensor:
        """Outputs (B, T, vectors space) for cues (B, vectors space) and velocities (B, T, inputs)."""
        return unrolled(self.step, self.initial(cue), velocity)[..., : self.vectors * self.space]

    def invariant(self, x: Tensor) -> Tensor:
        """The invariants (B, invariants) of vectors (B, vectors, space)."""
        raise NotImplementedError

    def moved(self, x: Tensor, turn: Tensor, pull: Tensor) -> Tensor:
        """The vectors turned by ``turn`` (B, inputs) and pulled to the orbit."""
        raise NotImplementedError


class TorusCell(FrameCell):
    """T^q on q planar vectors."""

    space = 2

    def __init__(self, circles: int) -> None:
        self.vectors = self.invariants = circles
        super().__init__(circles)

    def invariant(self, x: Tensor) -> Tensor:
        return x.square().sum(-1)

    def moved(self, x: Tensor, turn: Tensor, pull: Tensor) -> Tensor:
        growth = 1 + pull * (1 - self.invariant(x))
        c, s, (u, v) = growth * turn.cos(), growth * turn.sin(), x.unbind(-1)
        return torch.stack([c * u - s * v, s * u + c * v], -1)


class RotationCell(FrameCell):
    """SO(3) on two spatial vectors, free action: the orbit has dimension 3."""

    space, vectors, invariants = 3, 2, 3

    def __init__(self) -> None:
        super().__init__(3)

    def invariant(self, x: Tensor) -> Tensor:
        u, v = x.unbind(-2)
        return torch.stack([(u * u).sum(-1), (v * v).sum(-1), (u * v).sum(-1)], -1)

    def moved(self, x: Tensor, turn: Tensor, pull: Tensor) -> Tensor:
        u, v = (self.frame(x) @ rotation(turn)).unbind(-1)[:2]
        uu, vv, uv = (part[..., None] for part in self.invariant(x).unbind(-1))
        return torch.stack([u + pull * ((1 - uu) * u - uv / 2 * v), v + pull * ((1 - vv) * v - uv / 2 * u)], -2)

    @staticmethod
    def frame(x: Tensor) -> Tensor:
        """The frame (B, 3, 3) with columns x, y, x cross y."""
        u, v = x.unbind(-2)
        return torch.stack([u, v, torch.linalg.cross(u, v)], -1)


def rotation(vector: Tensor) -> Tensor:
    """exp of rotation vectors (B, 3) by Rodrigues' formula, smooth at 0: (B, 3, 3)."""
    a, b, c = vector.unbind(-1)
    zero = torch.zeros_like(a)
    cross = torch.stack([zero, -c, b, c, zero, -a, -b, a, zero], -1).unflatten(-1, (3, 3))
    angle = (vector.square().sum(-1) + 1e-30).sqrt()[..., None, None] / torch.pi
    bend = torch.sinc(angle / 2) ** 2 / 2
    return torch.eye(3, dtype=vector.dtype) + torch.sinc(angle) * cross + bend * cross @ cross
