"""Rules compiled to machine code by heyoka: a map's iterate with tangent columns, values and Jacobians."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from neutralmodes.evidence.engines.base import Array
from neutralmodes.evidence.engines.heyoka import Key, arithmetic
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.variational import Variational, pointwise, variational


@lru_cache(maxsize=64)
def _iterate(key: Key) -> Any:
    model, columns = key.model, key.arguments[0]
    return _function(model, variational(model, columns), model.n * (1 + columns))


@lru_cache(maxsize=64)
def _jacobian(key: Key) -> Any:
    model = key.model
    plan = pointwise(model, model.rule, jacobian=True)
    return _function(model, Variational(plan.program, plan.outputs[model.n :], 0, False), model.n)


@lru_cache(maxsize=64)
def _whole(key: Key) -> Any:
    return _function(key.model, pointwise(key.model, key.model.rule, jacobian=True), key.model.n)


def _function(model: Model, plan: Variational, size: int) -> Any:
    """The plan's outputs as a function of its first ``size`` values, parameters and time aside."""
    import heyoka as hy

    unknowns = hy.make_vars(*(f"y{i}" for i in range(size)))
    unknowns = [unknowns] if size == 1 else list(unknowns)
    values = [*unknowns, *(hy.par[i] for i in range(len(model.parameters))), hy.time]
    outputs = [hy.expression(o) for o in plan.program.run(plan.outputs, values, arithmetic(None))]
    return hy.cfunc(outputs, vars=unknowns, compact_mode=True)


def iterate(model: Model, columns: int) -> Callable[[Array, float], Array]:
    """(values, t) -> values of the next iterate: the state (n), then the frame row by row."""
    function = _iterate(Key(model, columns, False, None))
    options, timed = _parameters(model), function.is_time_dependent

    def step(values: Array, time: float) -> Array:
        return function(values, **options, **({"time": time} if timed else {}))

    return step


def jacobians(model: Model) -> Callable[[Array, Array], Array]:
    """(states (m, n), times (m,)) -> Jacobians (m, n, n)."""
    function = _jacobian(Key(model, 0, False, None))
    pars, timed, n = _parameters(model), function.is_time_dependent, model.n

    def along(states: Array, times: Array) -> Array:
        m = len(states)
        options: dict[str, Any] = {k: np.repeat(v[:, None], m, axis=1) for k, v in pars.items()}
        options |= {"time": times} if timed else {}
        found = function(np.ascontiguousarray(states.T), **options)
        return np.moveaxis(found.reshape(n, n, m), 2, 0)

    return along


def rule_and_jacobian(model: Model) -> Callable[[Array], tuple[Array, Array]]:
    """x (n,) -> f(x) (n,) and Df(x) (n, n), at time 0."""
    function, n = _whole(Key(model, 0, False, None)), model.n
    options: dict[str, Any] = _parameters(model) | ({"time": 0.0} if function.is_time_dependent else {})

    def both(x: Array) -> tuple[Array, Array]:
        found = function(np.ascontiguousarray(x), **options)
        return found[:n], found[n:].reshape(n, n)

    return both


def rules_and_jacobians(model: Model) -> Callable[[Array], tuple[Array, Array]]:
    """States (m, n) -> values (m, n) and Jacobians (m, n, n), at time 0."""
    function, pars, n = _whole(Key(model, 0, False, None)), _parameters(model), model.n

    def both(states: Array) -> tuple[Array, Array]:
        m = len(states)
        options = {name: np.repeat(v[:, None], m, axis=1) for name, v in pars.items()}
        options |= {"time": np.zeros(m)} if function.is_time_dependent else {}
        found = function(np.ascontiguousarray(states.T), **options)
        return found[:n].T, np.ascontiguousarray(found[n:].T).reshape(m, n, n)

    return both


def rule_and_columns(model: Model) -> Callable[[Array], Array]:
    """A block (n, 1 + k), the state and k columns -> f(x) and Df(x) V beside it, at time 0; no matrix is formed."""
    function, pars, n = _iterate(Key(model, 1, False, None)), _parameters(model), model.n

    def along(block: Array) -> Array:
        k = block.shape[1] - 1
        options = {name: np.repeat(v[:, None], k, axis=1) for name, v in pars.items()}
        options |= {"time": np.zeros(k)} if function.is_time_dependent else {}
        found = function(np.concatenate([np.repeat(block[:, :1], k, axis=1), block[:, 1:]]), **options)
        return np.concatenate([found[:n, :1], found[n:]], axis=1)

    return along


def _parameters(model: Model) -> dict[str, Array]:
    values = np.array([float(v) for v in model.parameters.values()])
    return {"pars": values} if len(values) else {}
