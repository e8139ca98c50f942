"""Trees evaluated at one state, in doubles or on balls: generators, inequalities, constraints, Jacobians."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from neutralmodes.evidence.engines.balls import BALLS, ball
from neutralmodes.evidence.engines.base import Array
from neutralmodes.evidence.engines.doubles import DOUBLES
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.variational import pointwise, variational
from neutralmodes.exact.expression import Tree

LARGE = 100  # dimensions above which no Jacobian is formed
_DIRECTIONS = 8  # random ones, used instead


class Pointwise:
    """m trees as functions of the state (n,) and the time; with ``jacobian``, their derivatives (m, n)."""

    def __init__(self, model: Model, trees: Sequence[Tree], jacobian: bool = False) -> None:
        self._model, self._m, self._jacobian = model, len(trees), jacobian
        self._plan = pointwise(model, trees, jacobian)
        self._parameters = [float(v) for v in model.parameters.values()]

    @cached_property
    def _doubles(self) -> Any:
        return self._plan.program.compiled(self._plan.outputs, DOUBLES)

    def floats(self, state: Array, time: float = 0.0) -> Array:
        """Values (m,), or Jacobian (m, n), in double."""
        return self._shape(np.array(self.values(state, time)))

    def values(self, state: Array, time: float = 0.0) -> tuple[float, ...]:
        """The same, one after the other, as plain numbers."""
        found: tuple[float, ...] = self._doubles([*state.tolist(), *self._parameters, time])
        return found

    def balls(self, state: Array, time: Any = 0) -> Array:
        """The same on balls, at the working precision in force."""
        values = [*state, *(ball(v) for v in self._model.parameters.values()), ball(time)]
        found = self._plan.program.run(self._plan.outputs, values, BALLS)
        return self._shape(np.array(found, dtype=object))

    def _shape(self, values: Array) -> Array:
        return values[self._m :].reshape(self._m, self._model.n) if self._jacobian else values


def rule_of(model: Model) -> Callable[[Array, float], Array]:
    """The rule in double as a function of the state (n,) and the time."""
    return model.box.values if model.box else Pointwise(model, model.rule).floats


def along_of(model: Model) -> Callable[[Array, Array, float], Array]:
    """Df(x) V for a frame V (n, k) in double: no matrix is formed, so that n may be large."""
    if model.box is not None:
        return model.box.along
    plan = variational(model, 1)
    program, parameters = plan.program.compiled(plan.outputs, DOUBLES), [float(v) for v in model.parameters.values()]

    def along(state: Array, frame: Array, time: float) -> Array:
        columns = [program([*state.tolist(), *v.tolist(), *parameters, time])[model.n :] for v in frame.T]
        return np.array(columns).T

    return along


def jacobian_of(model: Model) -> Callable[[Array, float], Array]:
    """The rule's Jacobian (n, n) in double as a function of the state (n,) and the time."""
    return model.box.jacobian if model.box else Pointwise(model, model.rule, jacobian=True).floats


def jacobian_size(model: Model, state: Array) -> float:
    """|Df|, of a large system estimated from random directions: E |Df v|^2 = |Df|^2 for v with unit variance."""
    if model.n <= LARGE:
        return float(np.linalg.norm(jacobian_of(model)(state, 0.0)))
    frame = np.random.default_rng(0).standard_normal((model.n, _DIRECTIONS))
    return float(np.linalg.norm(along_of(model)(state, frame, 0.0))) / math.sqrt(_DIRECTIONS)
