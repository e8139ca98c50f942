"""A basis of the group-tangent space E_x at a state, in an engine's numbers."""

from __future__ import annotations

import numpy as np
from scipy.linalg import qr as pivoted_qr

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.base import Array, Engine, digits_to_bits, from_balls, to_balls, to_floats
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import Pointwise
from neutralmodes.exact.balls import working_precision

_CLEAR = 1e-9  # a generator this far from the span of the others is counted, relative to the longest


class GroupSpan:
    """Independent generators at a state; ``least`` is the smallest dim E_x seen so far."""

    def __init__(self, engine: Engine, model: Model) -> None:
        self._engine, self._model, self.least = engine, model, len(model.generators)
        self._xi = Pointwise(model, [tree for generator in model.generators for tree in generator])

    def at(self, state: Array) -> Array:
        """Columns (n, dim E_x); EvidenceError where every generator vanishes."""
        columns = self._columns(state).reshape(-1, self._model.n).T
        _, r, order = pivoted_qr(to_floats(columns), mode="economic", pivoting=True)
        sizes = np.abs(np.diagonal(r))
        kept = [int(a) for a, size in zip(order, sizes, strict=False) if size > _CLEAR * sizes[0]]
        self.least = min(self.least, len(kept))
        if not kept:
            raise EvidenceError(
                f"{self._model.name}: every generator vanishes on the orbit, there is no group direction"
            )
        return np.asarray(columns[:, kept])

    def _columns(self, state: Array) -> Array:
        if state.dtype == np.float64:
            return self._xi.floats(state)
        with working_precision(digits_to_bits(self._engine.working_digits)):
            return from_balls(self._xi.balls(to_balls(state)), self._engine)
