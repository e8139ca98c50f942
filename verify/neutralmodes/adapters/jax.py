"""jax functions as rules: recurrent cells, measured in float32 and float64 with jax's own derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neutralmodes.action import LieAction
from neutralmodes.adapters._cells import Array, Cell, system_of
from neutralmodes.errors import MissingExtra
from neutralmodes.groups import Representation
from neutralmodes.system import System

try:
    import jax
except ImportError as error:
    raise MissingExtra("neutralmodes.adapters.jax needs jax: pip install 'neutralmodes[jax]'") from error


def from_function(
    cell: Callable[..., Any],
    action: LieAction | Representation,
    *,
    state: Any,
    inputs: Any = None,
    kind: str = "map",
    name: str | None = None,
) -> System:
    """A jax cell as a system of which values are known: certify, spectrum, transport and alignment measure it.

    Parameters
    ----------
    cell : a function of arrays that jax can trace: ``cell(state)``, or ``cell(state, inputs)`` where inputs are
        given, with state and value of shape (n,). Weights that it holds take part in the precision of the state,
        by jax's rules of promotion; a method of an equinox or flax module serves as well.
    action, state, inputs, kind : as for ``neutralmodes.adapters.torch.from_module``.

    Raises InputError as that does.

    >>> import neutralmodes as nm
    >>> ring = from_function(lambda z: z * (1.5 - z @ z / 2), nm.groups.torus([[1]]), state=[0.8, 0.3])
    >>> nm.transport(ring, time=20).exponents[0] < 0.02
    True
    """
    label = name or getattr(cell, "__name__", type(cell).__name__)
    return system_of(_JaxCell(cell, inputs), str(label), action, state, kind)


class _JaxCell(Cell):
    library, seconds, few = "jax", 2e-4, 1

    def __init__(self, cell: Callable[..., Any], inputs: Any) -> None:
        self._inputs = None if inputs is None else np.asarray(inputs)

        def derivatives(state: Any, inputs: Any, columns: Any) -> Any:
            function = cell if inputs is None else lambda point: cell(point, inputs)
            return jax.vmap(lambda vector: jax.jvp(function, (state,), (vector,))[1])(columns)

        self._rule = jax.jit(lambda state, inputs: cell(state) if inputs is None else cell(state, inputs))
        self._derivatives = jax.jit(derivatives)

    def _in_precision(self, dtype: Any) -> Array | None:
        return None if self._inputs is None else self._inputs.astype(dtype)

    def _values(self, state: Array) -> Array:
        with jax.enable_x64(True):
            return np.asarray(self._rule(state, self._in_precision(state.dtype)))

    def along(self, state: Array, frame: Array) -> Array:
        with jax.enable_x64(True):
            columns = frame.T.astype(state.dtype)
            return np.asarray(self._derivatives(state, self._in_precision(state.dtype), columns)).T

    def jacobian(self, state: Array) -> Array:
        return self.along(state, np.eye(len(state)))
