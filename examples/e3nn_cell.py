"""A recurrent cell of e3nn, two scalars and two vectors: its symmetry under SO(3) measured, and that of a broken twin.

Needs `pip install neutralmodes[torch] e3nn`. Only values are known of such a module, so that nothing is proved.
"""

import torch
from e3nn import o3

import neutralmodes as nm


class Cell(torch.nn.Module):
    """Norms and scalars decide the weights that mix scalars and vectors; ``broken`` stretches one coordinate."""

    def __init__(self, broken: float = 0.0) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.norms, self.broken = o3.Norm("2x1o"), broken
        self.mix = o3.FullyConnectedTensorProduct("4x0e", "2x0e + 2x1o", "2x0e + 2x1o")

    def forward(self, state: torch.Tensor) -> torch.Tensor:
        seen = torch.tanh(torch.cat([state[:2], self.norms(state[2:])]))
        pushed = torch.cat([state[:-1], state[-1:] * (1 + self.broken)])
        return 0.9 * pushed + 0.1 * self.mix(seen, state)


if __name__ == "__main__":
    rotations = nm.groups.so(3)
    action = nm.groups.trivial(rotations, 2) + 2 * rotations
    start = [0.1, 0.2, 1, 0, 0, 0, 1, 0.3]
    for broken in (0.0, 1e-3):
        cell = nm.adapters.torch.from_module(Cell(broken), action, state=start)
        symmetry, transport = nm.testing.equivariance_error(cell.dynamics, cell.action), nm.transport(cell, time=20)
        print(f"broken by {broken:g}: equivariance error {symmetry.largest:.1e}, transported: {transport.transported}")
