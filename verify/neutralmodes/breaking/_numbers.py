"""A system and a perturbation in double precision: values, Jacobians and what of a state is remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from neutralmodes.breaking._perturbed import perturbation_trees
from neutralmodes.errors import InputError
from neutralmodes.evidence.engines.doubles import DOUBLES
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.variational import pointwise
from neutralmodes.exact.expression import Tree, names, substitute
from neutralmodes.system import System

Array: TypeAlias = npt.NDArray[np.float64]


class Function:
    """m trees as a float function of the state (n,): its values (m,) and its Jacobian (m, n)."""

    def __init__(self, model: Model, trees: Sequence[Tree]) -> None:
        self.shape = (len(trees), model.n)
        plan = pointwise(model, trees, jacobian=True)
        self._more = [*(float(v) for v in model.parameters.values()), 0.0]
        self._values = plan.program.compiled(plan.outputs[: len(trees)], DOUBLES)
        self._slopes = plan.program.compiled(plan.outputs[len(trees) :], DOUBLES)

    def __call__(self, x: Array) -> Array:
        return np.array(self._values([*x.tolist(), *self._more]))

    def jacobian(self, x: Array) -> Array:
        return np.array(self._slopes([*x.tolist(), *self._more])).reshape(self.shape)


class Broken:
    """f, g and the generators of a system; inputs and interval parameters are held at their middles."""

    def __init__(self, system: System, perturbation: Sequence[Any]) -> None:
        if system.dynamics.kind != "flow":
            raise InputError(f"{system.name} is a map; drift and lifetimes are computed for flows")
        self.system, self.model = system, model_of(system)
        held = {name: str(box.middle) for name, box in system.dynamics.inputs.items()}
        self.trees = tuple(substitute(t, held) for t in perturbation_trees(system, perturbation))
        self.f, self.g = Function(self.model, self.model.rule), Function(self.model, self.trees)
        self.xi = [Function(self.model, xi) for xi in self.model.generators]
        self.start = np.array([float(v) for v in system.start])

    def field(self, size: float) -> Callable[[float, Array], Array]:
        """(t, x) -> f + size g."""
        return lambda _, x: self.f(x) + size * self.g(x)

    def state(self, given: Sequence[float] | None) -> Array:
        """The start, or n finite numbers in its place."""
        if given is None:
            return self.start
        state = np.array([float(v) for v in given])
        if state.shape != self.start.shape or not np.all(np.isfinite(state)):
            raise InputError(f"start: expected {len(self.start)} finite numbers, got {list(given)!r}")
        return state


class Readout:
    """What is remembered: the directions of some blocks of variables; deviations are the largest of their angles."""

    def __init__(self, system: System, remembered: Sequence[Sequence[Any]] | None) -> None:
        variables = system.dynamics.variables
        blocks = _linked(system) if remembered is None else [[str(v) for v in block] for block in remembered]
        unknown = [v for block in blocks for v in block if v not in variables]
        if unknown or not blocks or not all(blocks):
            what = f"{unknown[0]!r} is not a variable" if unknown else "give lists of variables that the action moves"
            raise InputError(f"remembered: {what} (variables: {', '.join(variables)})")
        self.blocks = [[variables.index(v) for v in block] for block in blocks]

    def angles(self, x: Array, origin: Array) -> Array:
        """The angle (blocks,) between each block of a state and of the origin, in radians."""
        return np.array([_angle(x[block], origin[block]) for block in self.blocks])

    def deviation(self, x: Array, origin: Array) -> float:
        return float(np.max(self.angles(x, origin)))


def _angle(a: Array, b: Array) -> float:
    """The angle between two vectors, accurate for small ones too (Kahan)."""
    u, v = a / np.linalg.norm(a), b / np.linalg.norm(b)
    return 2 * float(np.arctan2(np.linalg.norm(u - v), np.linalg.norm(u + v)))


def _linked(system: System) -> list[list[str]]:
    """Sets of variables that the generators turn into each other."""
    groups = {v: {v} for v in system.dynamics.variables}
    moved = set()
    for xi in system.action.generators:
        for variable, tree in zip(system.dynamics.variables, xi, strict=True):
            for other in names(tree) & groups.keys():
                moved |= {variable, other}
                joined = groups[variable] | groups[other]
                groups.update(dict.fromkeys(joined, joined))
    sets = {id(s): s for v, s in groups.items() if v in moved}
    return [[v for v in system.dynamics.variables if v in s] for s in sets.values()]
