"""The baselines: GRU, LSTM and orthogonal recurrent networks, their first state set by a trainable encoder.

A network has one flat state (B, size): ``initial(cue)``, ``step(state, velocity)`` and ``read(state)`` are its parts,
``forward(cue, velocities)`` its outputs over a sequence. PAPER's counts of parameters fix what it leaves open:
one linear encoder of the cue, one linear readout, and torch's two biases in every recurrence.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn


class Recurrent(nn.Module):
    """A recurrence with an encoder (outputs -> size) and a readout (width -> outputs)."""

    def __init__(self, inputs: int, outputs: int, width: int, size: int, gates: int) -> None:
        super().__init__()
        self.width = width
        self.encoder = nn.Linear(outputs, size)
        self.drive = nn.Linear(inputs, gates * width)
        self.readout = nn.Linear(width, outputs)

    def initial(self, cue: Tensor) -> Tensor:
        """The first state (B, size) from the cue (B, outputs)."""
        return self.encoder(cue)

    def step(self, state: Tensor, velocity: Tensor) -> Tensor:
        """One step of the recurrence, states (B, size) and velocities (B, inputs)."""
        return self.stepper()(state, self.drive(velocity))

    def stepper(self) -> Callable[[Tensor, Tensor], Tensor]:
        """A step from (state, drive(velocity)): what a sequence shares is computed once."""
        raise NotImplementedError

    def read(self, state: Tensor) -> Tensor:
        """The output (B, outputs) of a state."""
        return self.readout(state[..., : self.width])

    def forward(self, cue: Tensor, velocity: Tensor) -> Tensor:
        """Outputs (B, T, outputs) for cues (B, outputs) and velocities (B, T, inputs)."""
        return self.read(unrolled(self.stepper(), self.initial(cue), self.drive(velocity)))


def unrolled(step: Callable[[Tensor, Tensor], Tensor], state: Tensor, inputs: Tensor) -> Tensor:
    """The states (B, T, size) after each of the inputs (B, T, ...)."""
    states = []
    for u in inputs.unbind(-2):
        state = step(state, u)
        states.append(state)
    return torch.stack(states, -2)


class GRU(Recurrent):
    """torch.nn.GRUCell, written out so that many copies train at once: torch's own kernel refuses vmap."""

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__(inputs, outputs, width, width, 3)
        self.recurrence = nn.Linear(width, 3 * width)
        _uniform(self, width)

    def stepper(self) -> Callable[[Tensor, Tensor], Tensor]:
        parts = [2 * self.width, self.width]

        def step(h: Tensor, driven: Tensor) -> Tensor:
            (gates, to_new), (recurrent, kept) = driven.split(parts, -1), self.recurrence(h).split(parts, -1)
            reset, update = torch.sigmoid(gates + recurrent).chunk(2, -1)
            new = torch.tanh(torch.addcmul(to_new, reset, kept))
            return torch.lerp(new, h, update)

        return step


class LSTM(Recurrent):
    """torch.nn.LSTMCell, written out; the state is (h, c)."""

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__(inputs, outputs, width, 2 * width, 4)
        self.recurrence = nn.Linear(width, 4 * width)
        _uniform(self, width)

    def stepper(self) -> Callable[[Tensor, Tensor], Tensor]:
        def step(state: Tensor, driven: Tensor) -> Tensor:
            h, c = state.chunk(2, -1)
            gates = driven + self.recurrence(h)
            i, f, g, o = gates.chunk(4, -1)
            c = torch.addcmul(torch.sigmoid(f) * c, torch.sigmoid(i), torch.tanh(g))
            return torch.cat([torch.sigmoid(o) * torch.tanh(c), c], -1)

        return step


class Orthogonal(Recurrent):
    """h+ = tanh(W h + b + U v + c) with W = exp(A - A^T), the exponential of a skew matrix."""

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__(inputs, outputs, width, width, 1)
        self.skew = nn.Parameter(torch.empty(width, width))
        self.bias = nn.Parameter(torch.empty(width))
        _uniform(self, width)

    def turn(self) -> Tensor:
        """W, (width, width)."""
        return torch.linalg.matrix_exp(self.skew - self.skew.transpose(-1, -2))

    def stepper(self) -> Callable[[Tensor, Tensor], Tensor]:
        w = self.turn().transpose(-1, -2)
        return lambda h, driven: torch.tanh(h @ w + (driven + self.bias))


def _uniform(module: nn.Module, width: int) -> None:
    """torch's own start of its recurrent layers: uniform within 1/sqrt(width)."""
    for parameter in module.parameters():
        nn.init.uniform_(parameter, -(width**-0.5), width**-0.5)


BASELINES: dict[str, type[Recurrent]] = {"GRU": GRU, "LSTM": LSTM, "orthogonal": Orthogonal}


def size_of(module: nn.Module) -> int:
    """The number of trained numbers."""
    return sum(parameter.numel() for parameter in module.parameters())


def nearest_width(name: str, inputs: int, outputs: int, parameters: int) -> int:
    """The width of a baseline whose count of parameters is nearest to the given one.

    >>> nearest_width("GRU", 1, 2, 996)
    16
    """
    counts = {w: size_of(BASELINES[name](inputs, outputs, w)) for w in range(1, 129)}
    return min(counts, key=lambda w: abs(counts[w] - parameters))
