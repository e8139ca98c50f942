"""A system with its symmetry broken: f + eps g as a System of its own."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from neutralmodes.dynamics import Dynamics, check_names
from neutralmodes.errors import InputError
from neutralmodes.exact.expression import Tree, add, multiply, rational
from neutralmodes.region import Region
from neutralmodes.statement import Reader
from neutralmodes.system import System


def perturbed(system: System, perturbation: Sequence[Any], size: Any, *, region: Region | None = None) -> System:
    """The system with rule f + size g; its name says the size, its claims and expectations are gone.

    Parameters
    ----------
    perturbation : g, n expressions in the variables, parameters and inputs of the system.
    size : eps, exact or a float (read as the decimal that it prints).
    region : another region, where that of the system is not invariant any more.

    Raises InputError for a wrong length, ExpressionError for an unknown symbol.

    >>> import sympy as sp, neutralmodes as nm
    >>> x, y = sp.symbols("x y")
    >>> ring = nm.VectorField([x, y], [x * (1 - x**2 - y**2), y * (1 - x**2 - y**2)])
    >>> system = nm.System("ring", ring, nm.LieAction([x, y], [[-y, x]]), start=[1, 0])
    >>> nm.breaking.perturbed(system, [x, -y], "1/100").name
    'ring-broken-1/100'
    """
    trees = perturbation_trees(system, perturbation)
    eps = Reader(decimal=True).number(size, "size of the perturbation")
    twin, dynamics = copy.copy(system), copy.copy(system.dynamics)
    dynamics.rule = _sum(dynamics.rule, trees, rational(eps))
    dynamics.decimal_rule = _sum(dynamics.decimal_rule, trees, rational(eps))
    twin.name, twin.dynamics = f"{system.name}-broken-{eps}", dynamics
    twin.at_least, twin.expect, twin.discrete, twin.integrals = None, {}, (), ()
    if region is not None:
        twin.region = region
        twin._require_inside(twin.start)
    return twin


def perturbation_trees(system: System, perturbation: Sequence[Any]) -> tuple[Tree, ...]:
    """The perturbation as trees over the system's names."""
    if not isinstance(system, System):
        raise InputError(f"a System is needed, got {type(system).__name__}")
    dynamics: Dynamics = system.dynamics
    given = list(perturbation)
    if len(given) != dynamics.n:
        raise InputError(f"the perturbation has {len(given)} components for {dynamics.n} variables; give one for each")
    read = Reader(decimal=True, functions=frozenset(dynamics.activations))
    labels = [f"perturbation of {x}" for x in dynamics.variables]
    trees = tuple(read.tree(e, what) for e, what in zip(given, labels, strict=True))
    check_names(trees, dynamics.symbols, labels)
    return trees


def _sum(rule: Sequence[Tree], more: Sequence[Tree], eps: str) -> tuple[Tree, ...]:
    return tuple(add((f, multiply((eps, g)))) for f, g in zip(rule, more, strict=True))
