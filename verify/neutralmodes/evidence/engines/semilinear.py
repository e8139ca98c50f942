"""A rule split as L x + N(x), L the diagonal of Df(0): N and its derivative along a frame, at one state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines import heyoka
from neutralmodes.evidence.engines.base import Array
from neutralmodes.evidence.engines.cfunc import rule_and_columns, rule_and_jacobian
from neutralmodes.evidence.engines.convolution import convolution_of
from neutralmodes.evidence.engines.doubles import DOUBLES
from neutralmodes.evidence.model import TIME, Model
from neutralmodes.evidence.pointwise import LARGE, along_of, jacobian_of, rule_of
from neutralmodes.evidence.variational import diagonal
from neutralmodes.exact.expression import names


@dataclass(frozen=True)
class Rest:
    """The block (n, 1 + k) of a state and k columns -> N(x) and DN(x) V beside it, and div f where it was asked for.

    ``how`` says by what. Convolutions alone take leading axes too, (..., n, 1 + k).
    """

    of: Callable[[Array], tuple[Array, Any]]
    how: str

    def __call__(self, block: Array) -> tuple[Array, Any]:
        return self.of(block)


_BLOCK = 32  # unit columns sent through a black box at a time
_STIFF, _MANY = 20.0, 16  # ratio of speeds, and dimension, from which a spectrum is left to ETD
_TURNS = 10  # of a random direction, towards the fastest one


def linear_part(model: Model) -> Array:
    """The diagonal (n,) of Df(0); EvidenceError where it does not exist."""
    try:
        found = _diagonal_of_trees(model) if model.box is None else _diagonal_of_box(model)
    except (ArithmeticError, ValueError) as error:
        raise EvidenceError(f"{model.name}: no linear part, Df(0) does not exist ({error})") from error
    if not np.all(np.isfinite(found)):
        raise EvidenceError(f"{model.name}: no linear part, Df(0) is not finite")
    return found


def _diagonal_of_trees(model: Model) -> Array:
    plan, parameters = diagonal(model), [float(v) for v in model.parameters.values()]
    return np.array(plan.program.run(plan.outputs, [0.0] * model.n + [*parameters, 0.0], DOUBLES), dtype=np.float64)


def _diagonal_of_box(model: Model) -> Array:
    n, along = model.n, along_of(model)
    found = np.empty(n)
    for first in range(0, n, _BLOCK):
        width = min(_BLOCK, n - first)
        found[first : first + width] = np.diagonal(along(np.zeros(n), np.eye(n, width, -first), 0.0)[first:])
    return found


def is_driven(model: Model) -> bool:
    """Whether the rule depends on the time."""
    return model.box is None and any(TIME in names(tree) for tree in model.rule)


def is_stiff(model: Model) -> bool:
    """Whether ETD pays: a large autonomous flow whose linear part decays much faster than the rest moves."""
    if model.box is not None or is_driven(model) or not model.is_flow or model.n < _MANY:
        return False
    try:
        return linear_part(model).min() < 0 and stiffness(model) > _STIFF
    except EvidenceError:
        return False


def stiffness(model: Model) -> float:
    """|L| over |Df(x) - L| at the start: how much faster the linear part is."""
    linear, state = linear_part(model), np.array([float(v) for v in model.start])
    size = _size_of_rest(model, linear, state)
    return float(np.abs(linear).max()) / size if size > 0 else float("inf")


def _size_of_rest(model: Model, linear: Array, state: Array) -> float:
    """The spectral norm of Df(x) - L, of a large system the most that a direction grows as it is turned by it."""
    if model.n <= LARGE:
        return float(np.linalg.norm(jacobian_of(model)(state, 0.0) - np.diag(linear), 2))
    along, found = along_of(model), 0.0
    direction = np.random.default_rng(0).standard_normal((model.n, 1))
    for _ in range(_TURNS):
        direction /= np.linalg.norm(direction)
        direction = along(state, direction, 0.0) - linear[:, None] * direction
        found = max(found, float(np.linalg.norm(direction)))
        if not 0 < found < np.inf:
            break
    return found


def rest_of(model: Model, linear: Array, traced: bool) -> Rest:
    """By fast transforms where N is a convolution of many modes, or of a black box; by the whole Jacobian where that
    is small or its trace is wanted; else along the columns, memory O(n k)."""
    if (model.box is not None or model.n > LARGE) and (found := convolution_of(model, linear)) is not None:
        return Rest(found, found.how)
    able = heyoka.available() and heyoka.supports(model) and model.box is None
    if traced or (model.box is None and model.n <= LARGE):
        jacobian = rule_and_jacobian(model) if able else _plain_jacobian(model)
        return Rest(_by_jacobian(jacobian, linear, traced), "the rest by its Jacobian")
    return Rest(
        by_columns(rule_and_columns(model) if able else plain_columns(model), linear), "the rest column by column"
    )


def _by_jacobian(
    function: Callable[[Array], tuple[Array, Array]], linear: Array, traced: bool
) -> Callable[[Array], tuple[Array, float]]:
    ones = np.ones(len(linear))

    def rest(block: Array) -> tuple[Array, float]:
        values, jacobian = function(block[:, 0])
        diagonal = jacobian.reshape(-1)[:: len(linear) + 1]
        trace = float(diagonal @ ones) if traced else 0.0
        diagonal -= linear
        found: Array = jacobian @ block
        found[:, 0] = values - linear * block[:, 0]
        return found, trace

    return rest


def by_columns(function: Callable[[Array], Array], linear: Array) -> Callable[[Array], tuple[Array, float]]:
    """N and DN V from the rule's values and columns."""
    return lambda block: (function(block) - linear[:, None] * block, 0.0)


def _plain_jacobian(model: Model) -> Callable[[Array], tuple[Array, Array]]:
    rule, jacobian = rule_of(model), jacobian_of(model)
    return lambda x: (rule(x, 0.0), jacobian(x, 0.0))


def plain_columns(model: Model) -> Callable[[Array], Array]:
    """A block (n, 1 + k) -> f(x) and Df(x) V beside it, without heyoka."""
    rule, along = rule_of(model), along_of(model)
    return lambda block: np.column_stack([rule(block[:, 0], 0.0), along(block[:, 0], block[:, 1:], 0.0)])
