"""Equivariance: the residuals are recomputed and must be zero identically."""

from __future__ import annotations

from functools import partial
from typing import Any

from .quotient import Quotient
from .refusal import NotDerived
from .shape import fields, integer, listing
from .system import System
from .zero import vanish


def generator_residual(system: System, a: int) -> list[Quotient]:
    """Df.xi - Dxi.f (flow) or DF.xi - xi(F) (map) for generator a."""
    xi = system.generators[a]
    along = system.lie(xi)
    if system.statement.kind == "map":
        moved = system.all(system.statement.generators[a], system.image(system.rule))
    else:
        moved = list(map(system.lie(system.rule), xi))
    return [along(f) - m for f, m in zip(system.rule, moved, strict=True)]


def element_residual(system: System, k: int) -> list[Quotient]:
    """f(g x) - Dg(x) f(x) (flow) or F(g x) - g(F(x)) (map) for discrete element k."""
    trees = system.statement.discrete[k]
    g = system.all(trees)
    there = system.all(system.statement.rule, system.image(g))
    if system.statement.kind == "map":
        back = system.all(trees, system.image(system.rule))
    else:
        back = list(map(system.lie(system.rule), g))
    return [f - b for f, b in zip(there, back, strict=True)]


def residuals_vanish(system: System) -> bool:
    """Whether every generator's and every discrete element's residual is formally zero."""
    statement = system.statement
    generators = range(len(statement.generators))
    moved = all(vanish(system, partial(generator_residual, a=a)) for a in generators)
    return moved and all(vanish(system, partial(element_residual, k=k)) for k in range(len(statement.discrete)))


def check_equivariance(system: System, proof: Any) -> None:
    """Raise NotDerived unless all generators are listed and every residual vanishes."""
    if fields(proof, "the proof of equivariance", ["rule", "generators"])["rule"] != "identity":
        raise NotDerived("equivariance has no such rule")
    p = len(system.statement.generators)
    indices = [integer(a, "a generator's index", 0) for a in listing(proof["generators"], "generators")]
    if indices != list(range(p)):
        raise NotDerived(f"equivariance is claimed of the generators {indices}, not of all {p}")
    for a in indices:
        if not vanish(system, partial(generator_residual, a=a)):
            raise NotDerived(f"the residual of generator {a} is not identically zero")
    elements_vanish(system)


def elements_vanish(system: System) -> None:
    """Raise NotDerived unless the residual of every discrete element vanishes."""
    for k in range(len(system.statement.discrete)):
        if not vanish(system, partial(element_residual, k=k)):
            raise NotDerived(f"the residual of discrete element {k} is not identically zero")
