"""Exponential time differencing of many orbits at once: one array holds the states and columns of all of them.

At some dozens of modes a single orbit's step costs what calling numpy costs; the members share the calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from neutralmodes.evidence.engines import heyoka
from neutralmodes.evidence.engines.base import Array
from neutralmodes.evidence.engines.cfunc import rules_and_jacobians
from neutralmodes.evidence.engines.convolution import Convolution
from neutralmodes.evidence.engines.etd import EtdFlow
from neutralmodes.evidence.engines.semilinear import rest_of
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import LARGE

# The blocks (m, n, 1 + k) of m states and their columns -> N(x) and DN(x) V beside it, and div f (m,) or 0.
Rests: TypeAlias = Callable[[Array], tuple[Array, Array]]


class EtdMembers(EtdFlow):
    """m orbits of a flow with k tangent columns each, in step: the error bound holds for each of them."""

    def __init__(self, model: Model, columns: int, traced: bool = False) -> None:
        super().__init__(model, columns, traced)
        self._rest = _rests_of(model, self._linear, traced)  # type: ignore[assignment]

    def carry(self, time: float, until: float, states: Array, frames: Array) -> tuple[Array, Array, Array]:
        """Carry states (m, n) and frames (m, n, k) on; returns both and the log-volume growths (m,)."""
        self._time, self._block = time, np.concatenate([states[:, :, None], frames], axis=2)
        block, trace = self._window(until)
        return block[:, :, 0].copy(), block[:, :, 1:], np.zeros(len(states)) + trace


def _rests_of(model: Model, linear: Array, traced: bool) -> Rests:
    """All members in one call where the Jacobian is small and compiled, or by fast transforms; else in turn."""
    if model.box is None and model.n <= LARGE and heyoka.available() and heyoka.supports(model):
        return _by_jacobians(model, linear, traced)
    single = rest_of(model, linear, traced)
    if isinstance(single.of, Convolution):
        return single.of

    def rests(blocks: Array) -> tuple[Array, Array]:
        found = [single(block) for block in blocks]
        return np.stack([values for values, _ in found]), np.array([trace for _, trace in found])

    return rests


def _by_jacobians(model: Model, linear: Array, traced: bool) -> Rests:
    function, n = rules_and_jacobians(model), model.n

    def rests(blocks: Array) -> tuple[Array, Array]:
        values, jacobians = function(blocks[:, :, 0])
        diagonals = jacobians.reshape(len(blocks), -1)[:, :: n + 1]
        traces = diagonals.sum(axis=1) if traced else np.zeros(len(blocks))
        diagonals -= linear
        found: Array = jacobians @ blocks
        found[:, :, 0] = values - linear * blocks[:, :, 0]
        return found, traces

    return rests
