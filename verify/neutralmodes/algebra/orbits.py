"""Orbit types: the stabilizer algebra and the orbit dimension at rational points of given strata."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import fmpq

from neutralmodes.algebra.facts import combined, compactness
from neutralmodes.algebra.names import recognise
from neutralmodes.errors import InputError
from neutralmodes.exact.expression import Tree, evaluate, names
from neutralmodes.statement import Reader

if TYPE_CHECKING:
    from neutralmodes.action import LieAction

_POINTS = 6


@dataclass(frozen=True)
class OrbitType:
    """The orbit met at ``point`` of a stratum: exact there, a lower bound for the stratum's largest orbit.

    ``stabilizer`` is a basis, as coefficients of the generators; ``stabilizer_name`` the algebra.
    ``principal``: no point that was met has a larger orbit.
    """

    stratum: str
    point: dict[str, Fraction]
    orbit_dimension: int
    stabilizer: tuple[tuple[fmpq, ...], ...]
    stabilizer_name: str
    principal: bool

    def __str__(self) -> str:
        at = ", ".join(f"{name} = {value}" for name, value in self.point.items())
        kind = " (principal)" if self.principal else ""
        return (
            f"{self.stratum}: orbit dimension {self.orbit_dimension}{kind}, stabilizer {self.stabilizer_name}, at {at}"
        )


def orbit_types(action: LieAction, strata: Mapping[str, Mapping[Any, Any]], seed: int = 0) -> list[OrbitType]:
    """The largest orbit met on each stratum, and on the whole space, the principal one first.

    Strata are {name: {variable: number, or expression in the free variables}}. Seeded rational points
    fill in the free variables. Raises InputError for a stratum that names no variable of the action or
    on which the generators are nowhere defined.

    >>> from neutralmodes import groups
    >>> [str(t) for t in orbit_types(groups.so(3).on(list("xyz")), {"origin": {"x": 0, "y": 0, "z": 0}})][1]
    'origin: orbit dimension 0, stabilizer so(3), at x = 0, y = 0, z = 0'
    """
    rng = random.Random(seed)
    met = [_largest(action, "generic", {}, rng)]
    for name, given in strata.items():
        met.append(_largest(action, name, _trees(action, name, given), rng))
    top = max(dimension for _, _, dimension in met)
    found = [_orbit_type(action, *entry, principal=entry[2] == top) for entry in met]
    return sorted(found, key=lambda t: -t.orbit_dimension)


def _trees(action: LieAction, stratum: str, given: Mapping[Any, Any]) -> dict[str, Tree]:
    read = Reader()
    trees = {
        k.name if isinstance(k, sp.Symbol) else str(k): read.tree(v, f"stratum {stratum}, {k}")
        for k, v in given.items()
    }
    for name, tree in trees.items():
        if name not in action.field.names:
            raise InputError(f"stratum {stratum!r}: {name!r} is not a variable ({', '.join(action.field.names)})")
        if bound := names(tree) - (set(action.field.names) - set(trees)):
            raise InputError(f"stratum {stratum!r}: {name} is given by {sorted(bound)}, which are not free on it")
    return trees


def _largest(
    action: LieAction, stratum: str, trees: Mapping[str, Tree], rng: random.Random
) -> tuple[str, dict[str, Fraction], int]:
    best: tuple[str, dict[str, Fraction], int] | None = None
    for _ in range(_POINTS):
        point = {n: Fraction(rng.randint(-30, 30), rng.randint(1, 6)) for n in action.field.names if n not in trees}
        try:
            point |= {name: evaluate(tree, point) for name, tree in trees.items()}
            dimension = action.rank_at(point)
        except ZeroDivisionError:
            continue
        if best is None or dimension > best[2]:
            best = stratum, {name: point[name] for name in action.field.names}, dimension
    if best is None:
        raise InputError(f"stratum {stratum!r}: the generators are not defined at any of {_POINTS} points of it")
    return best


def _orbit_type(
    action: LieAction, stratum: str, point: dict[str, Fraction], dimension: int, *, principal: bool
) -> OrbitType:
    basis = action.stabilizer_at(point)
    algebra = action.algebra.subalgebra(basis)
    matrices = None if action.matrices is None else [combined(action.matrices, vector) for vector in basis]
    name = recognise(algebra, compactness(algebra, matrices)[0]).name if basis else "0"
    return OrbitType(stratum, point, dimension, tuple(tuple(v) for v in basis), name, principal)
