"""Recurrent cells of other libraries as systems: what the bridges to torch and jax share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache
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
_KEPT = 64  # Jacobians; a window of a map has at most 32 iterates
_STEP, _AGREE = 1e-5, 1e-4  # central differences in double are good to about 1e-10


class Cell(ABC):
    """A rule by its values and derivatives, in the precision of the state that is handed in.

    ``seconds`` is the nominal cost of one value with its derivatives, for the default length of runs. ``few``: along
    fewer than n / few directions ``along`` is cheaper than the Jacobian.
    """

    library: str
    seconds: float
    few: int

    def values(self, time: float, state: Array) -> Array:
        """f(x), shape (n,), of the dtype of ``state``; EvidenceError for one that the library does not have."""
        if state.dtype.name not in _PRECISIONS:
            raise EvidenceError(f"{self.library} computes in {' and '.join(_PRECISIONS)}, not in {state.dtype}")
        return self._values(state)

    @abstractmethod
    def _values(self, state: Array) -> Array: ...

    @abstractmethod
    def along(self, state: Array, frame: Array) -> Array:
        """Df(x) V for a frame (n, k), by the library's forward mode."""

    @abstractmethod
    def jacobian(self, state: Array) -> Array:
        """Df(x), shape (n, n), by the library's cheaper mode."""


class Tangent:
    """The derivative of a cell as a black box takes it, also for all columns of a frame at once.

    ``forward`` or ``whole`` is False where the library's forward mode, or its Jacobian, does not serve for this cell.
    Jacobians are kept for a window: the volume asks for those of the frame once more.
    """

    def __init__(self, cell: Cell, forward: bool = True, whole: bool = True) -> None:
        self._cell, self._few, self.seconds = cell, cell.few if forward else 0, cell.seconds
        self._whole = cell.jacobian if whole else lambda state: cell.along(state, np.eye(len(state)))
        self._kept = lru_cache(_KEPT)(self._read)

    def __call__(self, time: float, state: Array, vector: Array) -> Array:
        return self.of_frame(time, state, vector[:, None])[:, 0]

    def of_frame(self, time: float, state: Array, frame: Array) -> Array:
        """Df(x) V, shape (n, k)."""
        if 0 < self._few * frame.shape[1] < len(state):
            return self._cell.along(state, frame)
        return np.asarray(self._kept(state.tobytes(), state.dtype) @ frame)

    def _read(self, raw: bytes, dtype: Any) -> Array:
        return self._whole(np.frombuffer(raw, dtype).copy())


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
    jvp, notes = _derivatives(cell, start)
    dynamics = _KINDS[kind].black_box(cell.values, len(start), jvp=jvp, variables=acting.variables)
    dynamics.notes = notes
    return System(name, dynamics, acting, start=start.tolist())


def _vector(state: Any) -> Array:
    values: Sequence[Any] | Array = state.tolist() if hasattr(state, "tolist") else state
    found = np.array(values, dtype=np.float64)
    if found.ndim != 1 or not len(found) or not np.all(np.isfinite(found)):
        raise InputError(f"state: expected finite numbers of shape (n,), got shape {found.shape}")
    return found


def _derivatives(cell: Cell, start: Array) -> tuple[Tangent | str, tuple[str, ...]]:
    """The best derivative that the library has for this cell, and why it is not both of its modes.

    Compiled modules may have none, and what detaches its values has wrong ones: differences serve instead.
    """
    direction = np.random.default_rng(0).standard_normal(len(start))
    step = _STEP * max(1.0, float(np.max(np.abs(start))))
    ahead, behind = (cell.values(0.0, start + sign * step * direction) for sign in (1, -1))
    difference = (ahead - behind) / (2 * step)
    forward = _fault(lambda: cell.along(start, direction[:, None])[:, 0], difference)
    whole = _fault(lambda: cell.jacobian(start) @ direction, difference)
    if forward and whole:
        return "difference", (f"derivatives by differences of values: {cell.library}'s own do not serve ({whole})",)
    if forward or whole:
        mode, instead = ("forward mode", "its Jacobian") if forward else ("Jacobian", "its forward mode")
        words = f"{cell.library}'s {mode} does not serve ({forward or whole}); {instead} does"
        return Tangent(cell, not forward, not whole), (words,)
    return Tangent(cell), ()


def _fault(derivative: Callable[[], Array], difference: Array) -> str:
    """What is wrong with a derivative; empty where it agrees with a difference of values."""
    try:
        off = float(np.linalg.norm(derivative() - difference))
    except Exception as error:  # whatever the library raises
        return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no reason given'}"
    return "" if off <= _AGREE * (1.0 + np.linalg.norm(difference)) else f"off by {off:.1e}"
