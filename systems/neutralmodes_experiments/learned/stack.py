"""Many copies of one network as one matrix of parameters (runs, parameters): seeds and settings train in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn
from torch.func import functional_call, vmap


class Stack:
    """Evaluates copies of ``template``; row r of ``flat`` (R, P) holds the parameters of copy r, in their own order."""

    def __init__(self, template: nn.Module) -> None:
        self.template = template
        self.shapes = {name: p.shape for name, p in template.named_parameters()}
        self._outputs = vmap(lambda p, cue, velocity: functional_call(template, p, (cue, velocity)))

    def parameters(self, flat: Tensor) -> dict[str, Tensor]:
        """Each parameter of the template with a leading axis of runs."""
        parts = flat.split([shape.numel() for shape in self.shapes.values()], 1)
        return {n: part.reshape(-1, *s) for (n, s), part in zip(self.shapes.items(), parts, strict=True)}

    def __call__(self, flat: Tensor, cue: Tensor, velocity: Tensor) -> Tensor:
        """Outputs (R, B, T, outputs) from cues (R, B, outputs) and velocities (R, B, T, inputs)."""
        return self._outputs(self.parameters(flat), cue, velocity)

    def network(self, row: Tensor) -> nn.Module:
        """One copy as a module of its own, from its parameters (P,), in their precision."""
        found = row.detach().clone()
        twin = deepcopy(self.template).to(found.dtype)
        twin.load_state_dict({n: p[0] for n, p in self.parameters(found[None]).items()}, strict=False)
        return twin


def flattened(modules: Sequence[nn.Module]) -> Tensor:
    """The matrix (R, P) of the modules' parameters."""
    rows = [torch.cat([p.detach().reshape(-1) for p in module.parameters()]) for module in modules]
    return torch.stack(rows)
