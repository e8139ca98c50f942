"""E_eq of an exact cell and of one broken by 1e-6, precision by precision: `python benchmarks/precision_ladder.py`.

A tanh cell in numpy, a polynomial cell that runs in mpmath too, and a torch module where torch is installed.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

import neutralmodes as nm

BREAK = 1e-6  # of (x, -y), which does not commute with turns
RANDOM = np.random.default_rng(0)
INNER, OUTER = RANDOM.normal(size=16), RANDOM.normal(size=(2, 16))
CIRCLE = nm.groups.torus([[1]])


def tanh_cell(broken: float) -> nm.System:
    """The two weights of z and J z are a network of |z|^2 with 16 tanh units."""

    def step(t: float, z: Any) -> Any:
        a, b = OUTER.astype(z.dtype) @ np.tanh(INNER.astype(z.dtype) * (z @ z))
        return np.array([a * z[0] - b * z[1], b * z[0] + a * z[1]]) + z.dtype.type(broken) * z * np.array([1, -1])

    return _system("tanh", step)


def polynomial_cell(broken: float) -> nm.System:
    def step(t: float, z: Any) -> Any:
        square = z @ z
        return np.array([(3 - square) * z[0] - square * z[1] + broken * z[0], (3 - square) * z[1] + square * z[0]]) / 2

    return _system("polynomial", step)


def _system(name: str, step: Callable[[float, Any], Any]) -> nm.System:
    x = sp.symbols("x0:2")
    return nm.System(name, nm.Map.black_box(step, 2), CIRCLE.on(x), start=["4/5", "3/10"])


def torch_cell(broken: float) -> nm.System:
    import torch

    class Cell(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.inner, self.outer = torch.nn.Linear(1, 16), torch.nn.Linear(16, 2)

        def forward(self, z: Any) -> Any:
            a, b = self.outer(torch.tanh(self.inner((z * z).sum(-1, keepdim=True))))
            return torch.stack([(a + broken) * z[0] - b * z[1], b * z[0] + a * z[1]])

    return nm.adapters.torch.from_module(Cell(), CIRCLE, state=[0.8, 0.3], name="torch")


def main() -> None:
    makers: list[Callable[[float], nm.System]] = [tanh_cell, polynomial_cell]
    if importlib.util.find_spec("torch"):
        makers.append(torch_cell)
    for make in makers:
        for broken in (0.0, BREAK):
            found = nm.ladder(make(broken), samples=192)
            rungs = ", ".join(f"{rung.error:.1e} in {rung.precision}" for rung in found.rungs)
            print(f"| {make.__name__}, {'broken by 1e-6' if broken else 'exact'} | {rungs} | {found.words} |")


if __name__ == "__main__":
    main()
