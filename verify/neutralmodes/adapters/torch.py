"""torch modules as rules: recurrent cells, measured in float32 and float64 with torch's own derivatives."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from neutralmodes.action import LieAction
from neutralmodes.adapters._cells import Array, Cell, system_of
from neutralmodes.errors import MissingExtra
from neutralmodes.groups import Representation
from neutralmodes.system import System

try:
    import torch
except ImportError as error:
    raise MissingExtra("neutralmodes.adapters.torch needs torch: pip install 'neutralmodes[torch]'") from error


def from_module(
    cell: Any,
    action: LieAction | Representation,
    *,
    state: Any,
    inputs: Any = None,
    kind: str = "map",
    call: Callable[..., Any] | None = None,
    name: str | None = None,
) -> System:
    """A torch cell as a system of which values are known: certify, spectrum, transport and alignment measure it.

    Parameters
    ----------
    cell : a module, or a function of tensors: ``cell(state)``, or ``cell(state, inputs)`` where inputs are given,
        with state and value of shape (n,). A module is copied as it stands, in evaluation mode, once for each of
        float32 and float64: a later change of the original is not seen.
    action : a linear action of n variables in the order of the state, or a representation of dimension n.
    state : n numbers, where the measured orbit begins.
    inputs : a number or an array, held constant; G must act trivially on it.
    kind : "map" (the value is the next state) or "flow" (its rate of change).
    call : (cell, state, inputs) -> value, for cells with another signature, e.g.
        ``lambda cell, state, inputs: cell(inputs, state)`` for torch.nn.GRUCell.

    Derivatives are torch's own: ``torch.func.jvp`` along few directions, Jacobians by reverse mode for many. Where one
    of them is missing or disagrees with differences of values, the other serves, or else the differences; the notes of
    a spectrum say why. Nothing is proved from values, so conclusions stay UNDECIDED.

    Raises InputError for a cell that fails at the state or gives another shape, and for what does not fit the action.

    >>> import torch, neutralmodes as nm
    >>> class Ring(torch.nn.Module):
    ...     def forward(self, z):
    ...         return z * (1.5 - z @ z / 2)
    >>> ring = from_module(Ring(), nm.groups.torus([[1]]), state=[0.8, 0.3])
    >>> nm.transport(ring, time=20).exponents[0] < 0.02
    True
    """
    label = name or type(cell).__name__
    return system_of(_TorchCell(cell, inputs, call or _plainly), label, action, state, kind)


def _plainly(cell: Any, state: Any, inputs: Any) -> Any:
    return cell(state) if inputs is None else cell(state, inputs)


class _TorchCell(Cell):
    """Of a small cell a forward derivative costs four times a reverse Jacobian: torch dispatches from Python."""

    library, seconds, few = "torch", 7e-4, 4

    def __init__(self, cell: Any, inputs: Any, call: Callable[..., Any]) -> None:
        self._cell = copy.deepcopy(cell) if isinstance(cell, torch.nn.Module) else cell
        self._inputs = None if inputs is None else torch.as_tensor(inputs).detach().clone()
        self._call = call
        self._function = cache(self._in_precision)

    def _in_precision(self, dtype: torch.dtype) -> Callable[[torch.Tensor], torch.Tensor]:
        """The rule with weights and inputs in one precision."""
        module = isinstance(self._cell, torch.nn.Module)
        cell = copy.deepcopy(self._cell).to(dtype).eval().requires_grad_(False) if module else self._cell
        inputs = None if self._inputs is None else self._inputs.to(dtype)
        return lambda state: self._call(cell, state, inputs)

    def _values(self, state: Array) -> Array:
        point = torch.as_tensor(state)
        with torch.no_grad():
            return np.asarray(self._function(point.dtype)(point))

    def along(self, state: Array, frame: Array) -> Array:
        point = torch.as_tensor(state)
        function, columns = self._function(point.dtype), torch.as_tensor(frame).to(point.dtype)
        with torch.no_grad():
            along = torch.func.vmap(lambda v: torch.func.jvp(function, (point,), (v,))[1], in_dims=1, out_dims=1)
            return np.asarray(along(columns))

    def jacobian(self, state: Array) -> Array:
        point = torch.as_tensor(state)
        return np.asarray(torch.autograd.functional.jacobian(self._function(point.dtype), point, vectorize=True))
