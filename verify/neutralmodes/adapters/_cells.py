"""Recurrent cells of other libraries as systems: what the bridges to torch and jax share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np

from neutralmodes.action import LieAction
from neutralmodes.dynamics import Dynamics, Map, VectorField
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.groups import Representation
from neutralmodes.system import System

Array = np.ndarray[Any, np.dtype[Any]]
_KINDS: dict[str, type[Dynamics]] = {"map": Map, "flow": VectorField}
_PRECISIONS = ("float32", "float64")
_STEP, _AGREE = 1e-5, 1e-4  # central differences in double are good to about 1e-10


class Cell(ABC):
    """A rule by its values and derivatives, in the precision of the state that is handed in."""

    library: str

    def values(self, time: float, state: Array) -> Array:
        """f(x), shape (n,), of the dtype of ``state``; EvidenceError for one that the library does not have."""
        if state.dtype.name not in _PRECISIONS:
            raise EvidenceError(f"{self.library} computes in {' and '.join(_PRECISIONS)}, not in {state.dtype}")
        return self._values(state)

    @abstractmethod
    def _values(self, state: Array) -> Array: ...

    @abstractmethod
    def along(self, state: Array, frame: Array) -> Array:
        """Df(x) V for a frame (n, k), by the library's own derivatives."""


class Tangent:
    """The derivative of a cell as a black box takes it, also for all columns of a frame at once."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def __call__(self, time: float, state: Array, vector: Array) -> Array:
        return self.of_frame(time, state, vector[:, None])[:, 0]

    def of_frame(self, time: float, state: Array, frame: Array) -> Array:
        """Df(x) V, shape (n, k)."""
        return self._cell.along(state, frame)


def system_of(cell: Cell, name: str, action: LieAction | Representation, state: Any, kind: str) -> System:
    """The cell as a black box that starts at ``state`` (n,).

    Raises InputError for an unknown kind, another shape of the state or of the cell's value, or what is no action.
    """
    if kind not in _KINDS:
        raise InputError(f"kind: expected 'map' or 'flow', got {kind!r}")
    if not isinstance(action, (LieAction, Representation)):
        raise InputError(f"action: expected a LieAction or a representation, got {type(action).__name__}")
    start = _vector(state)
    acting = action.on([f"x{i}" for i in range(len(start))]) if isinstance(action, Representation) else action
    if len(acting.variables) != len(start):
        raise InputError(f"state has {len(start)} coordinates, the action is on {len(acting.variables)} variables")
    try:
        found = cell.values(0.0, start)
    except Exception as error:
        raise InputError(f"{name} fails at the given state: {type(error).__name__}: {error}") from error
    if found.shape != start.shape:
        raise InputError(
            f"{name} maps a state of shape {start.shape} to shape {found.shape}; call= may select the state"
        )
    jvp = Tangent(cell) if _has_derivatives(cell, start) else "difference"
    dynamics = _KINDS[kind].black_box(cell.values, len(start), jvp=jvp, variables=acting.variables)
    return System(name, dynamics, acting, start=start.tolist())


def _vector(state: Any) -> Array:
    values: Sequence[Any] | Array = state.tolist() if hasattr(state, "tolist") else state
    found = np.array(values, dtype=np.float64)
    if found.ndim != 1 or not len(found) or not np.all(np.isfinite(found)):
        raise InputError(f"state: expected finite numbers of shape (n,), got shape {found.shape}")
    return found


def _has_derivatives(cell: Cell, start: Array) -> bool:
    """Compiled modules may have none, and what detaches its values has wrong ones: differences serve instead."""
    direction = np.random.default_rng(0).standard_normal(len(start))
    step = _STEP * max(1.0, float(np.max(np.abs(start))))
    ahead, behind = (cell.values(0.0, start + sign * step * direction) for sign in (1, -1))
    difference = (ahead - behind) / (2 * step)
    try:
        found = cell.along(start, direction[:, None])[:, 0]
    except Exception:  # whatever the library raises
        return False
    return bool(np.linalg.norm(found - difference) <= _AGREE * (1.0 + np.linalg.norm(difference)))
