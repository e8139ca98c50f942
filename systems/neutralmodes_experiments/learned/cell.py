"""The exactly equivariant recurrent cell on torch, made so that its region can be proved for every weight.

With I = |z|^2, invariant units h and input u, each step takes

    m = tanh(M (I, h, u) + c),   a = alpha (1 - I + tanh(p.m + p_0)/4),   b = q.m + q_0 + k u,
    z+ = (1 + dt a) R(dt b) z,   h+ = h + dt gamma (tanh(W (I, h, u) + w) - h),   R(s) the rotation by s.

This is z' = a z + b J z with the rotation taken exactly, so |z+|^2 = (1 + dt a)^2 I whatever b and u are.
0 < alpha < 2 and 0 < gamma < 1 by construction. Hence for dt = 1/10 the annulus 1/2 <= I <= 3/2 times the box
|h_i| <= 1 is forward invariant for every input: a > 0 on the inner circle, a < 0 on the outer one, one step moves
I monotonically in I, and h+ is a convex combination of h and a value in (-1, 1).

Source: the cell of Mo, arXiv:2605.03338 (z' = a z + b J z, h' = g, h in R^16); its a, b, g are unpublished, these are
chosen here. 996 parameters with 16 units and 32 mixed features.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

DT = 0.1  # PAPER: the time step of the task
_NEAR = 0.01  # of the readout, for a start near the integrator b = u


class Gains(NamedTuple):
    """``a`` and ``b`` of shape (...), ``target`` of shape (..., hidden): h' = gamma (target - h)."""

    a: Tensor
    b: Tensor
    target: Tensor


class EquivariantCell(nn.Module):
    """z in R^2 and ``hidden`` invariant units, one step for each input.

    Parameters
    ----------
    hidden, width : the numbers of invariant units h and of mixed features m.
    broken : eps of the broken control, which adds eps (x, -y) to z'.
    still : take b(I, h, u) - b(I, h, 0) for b, so that the phase rests at zero input. Symmetry alone keeps its
        direction neutral, not the phase at rest.
    near_integrator : start with b close to the input (k = 1), else with random gains, k normal.
    seed : of the initial weights.

    The dtype is changed as with every module, by ``cell.double()``.
    """

    def __init__(
        self,
        *,
        hidden: int = 16,
        width: int = 32,
        broken: float = 0.0,
        still: bool = False,
        near_integrator: bool = True,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.hidden, self.broken, self.still = hidden, broken, still
        self.mix = nn.Linear(hidden + 2, width)
        self.gains = nn.Linear(width, 2)
        self.update = nn.Linear(hidden + 2, hidden)
        self.input_gain = nn.Parameter(torch.ones(()))
        self.pull = nn.Parameter(torch.zeros(()))
        self.rate = nn.Parameter(torch.zeros(hidden))
        self.dt: Tensor
        self.register_buffer("dt", torch.tensor(DT))
        self._start(near_integrator, torch.Generator().manual_seed(seed))

    @torch.no_grad()
    def _start(self, near_integrator: bool, random: torch.Generator) -> None:
        for layer in (self.mix, self.gains, self.update):
            layer.weight.normal_(0.0, layer.in_features**-0.5, generator=random)
            layer.bias.normal_(0.0, layer.in_features**-0.5, generator=random)
        if near_integrator:
            self.gains.weight.mul_(_NEAR)
            self.gains.bias.mul_(_NEAR)
        else:
            self.input_gain.normal_(0.0, 1.0, generator=random)

    @property
    def alpha(self) -> Tensor:
        """The pull towards the circle, in (0, 2)."""
        return 2 * torch.sigmoid(self.pull)

    @property
    def gamma(self) -> Tensor:
        """The rates of the invariant units, in (0, 1)."""
        return torch.sigmoid(self.rate)

    def initial(self, phase: Tensor) -> Tensor:
        """The state (cos phase, sin phase, 0, ..., 0), shape (..., 2 + hidden)."""
        hidden = phase.new_zeros((*phase.shape, self.hidden))
        return torch.cat([phase.cos()[..., None], phase.sin()[..., None], hidden], -1)

    def gains_at(self, state: Tensor, u: Tensor) -> Gains:
        """What the invariants (I, h) of the states (..., 2 + hidden) and the inputs u (...) decide."""
        square = (state[..., :2] ** 2).sum(-1, keepdim=True)
        seen = torch.cat([square, state[..., 2:], u[..., None]], -1)
        radial, turning = self.gains(torch.tanh(self.mix(seen))).unbind(-1)
        if self.still:
            resting = torch.cat([seen[..., :-1], torch.zeros_like(u)[..., None]], -1)
            turning = turning - self.gains(torch.tanh(self.mix(resting)))[..., 1]
        a = self.alpha * (1 - square[..., 0] + torch.tanh(radial) / 4)
        return Gains(a, turning + self.input_gain * u, torch.tanh(self.update(seen)))

    def field(self, state: Tensor, u: Tensor) -> Tensor:
        """(z', h') of the flow that a step follows to first order in dt."""
        gains = self.gains_at(state, u)
        x, y = state[..., 0], state[..., 1]
        flow = [(gains.a + self.broken) * x - gains.b * y, gains.b * x + (gains.a - self.broken) * y]
        return torch.cat([torch.stack(flow, -1), self.gamma * (gains.target - state[..., 2:])], -1)

    def forward(self, state: Tensor, u: Tensor) -> Tensor:
        """The state after one step: states (..., 2 + hidden) and inputs (...) to states (..., 2 + hidden)."""
        gains = self.gains_at(state, u)
        x, y, h = state[..., 0], state[..., 1], state[..., 2:]
        growth, turn, push = 1 + self.dt * gains.a, self.dt * gains.b, self.dt * self.broken
        c, s = turn.cos(), turn.sin()
        moved = [growth * (c * x - s * y) + push * x, growth * (s * x + c * y) - push * y]
        return torch.cat([torch.stack(moved, -1), h + self.dt * self.gamma * (gains.target - h)], -1)

    def run(self, state: Tensor, inputs: Tensor) -> Tensor:
        """The states after each input: (batch, 2 + hidden) and (batch, time) to (batch, time, 2 + hidden)."""
        states = []
        for u in inputs.unbind(-1):
            state = self(state, u)
            states.append(state)
        return torch.stack(states, -2)

    def parameter_count(self) -> int:
        """The number of trained numbers."""
        return sum(p.numel() for p in self.parameters())
