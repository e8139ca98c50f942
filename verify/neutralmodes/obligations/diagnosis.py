"""Why equivariance fails and what is left of it: broken monomials, the commuting subalgebra, the normalizer.

Everything is exact. Where residuals contain function values the commuting subalgebra is a lower
bound: what reduces to zero is zero, what does not may still be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flint import fmpq

from neutralmodes.action import LieAction, combination_text
from neutralmodes.errors import InputError
from neutralmodes.exact.expression import Tree, add, multiply
from neutralmodes.exact.field import Field, Ratio
from neutralmodes.exact.relations import relations
from neutralmodes.obligations.equivariance import element_residual, generator_residual
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.normalizer import Normalizer, normalizer
from neutralmodes.statement import infix

_SHOWN = 6
_LOOKED_AT = 64


@dataclass(frozen=True)
class Break:
    """One broken identity: ``of`` a generator or discrete element, its component, what is left over.

    ``monomials`` are the first of ``terms``, low degree first.
    """

    of: str
    component: str
    monomials: tuple[str, ...]
    terms: int


@dataclass(frozen=True)
class Commuting:
    """The largest span of generators that still commutes with the rule.

    ``basis`` holds coefficients of the given generators, ``generators`` the vector fields in infix;
    ``name`` is the recognised algebra ("" where the basis is not closed); ``exact`` False means that
    function values were met, so that it may be larger.
    """

    dimension: int
    basis: tuple[tuple[str, ...], ...]
    generators: tuple[tuple[str, ...], ...]
    name: str
    exact: bool


@dataclass(frozen=True)
class Diagnosis:
    """What breaks, what is left, and whether the generators are at least carried into their own span."""

    breaks: tuple[Break, ...]
    commuting: Commuting
    normalizer: Normalizer | None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data."""
        return asdict(self)

    def __str__(self) -> str:
        lines = [f"{b.of}, component {b.component}: {_listed(b)}" for b in self.breaks[:_SHOWN]]
        if len(self.breaks) > _SHOWN:
            lines.append(f"and {len(self.breaks) - _SHOWN} more")
        return "\n".join([*lines, _commuting_text(self.commuting), *_normalizer_lines(self.normalizer)])


def _listed(broken: Break) -> str:
    hidden = broken.terms - len(broken.monomials)
    return ", ".join(broken.monomials) + (f" and {hidden} more" if hidden else "")


def _commuting_text(left: Commuting) -> str:
    if not left.dimension:
        return f"no combination of the generators {'commutes' if left.exact else 'was seen to commute'} with the rule"
    known = "largest" if left.exact else "at least this"
    words = "; ".join(
        combination_text([fmpq(*map(int, c.split("/"))) for c in vector]) for vector in left.basis[:_SHOWN]
    )
    return f"left is {left.name or 'a span'} of dimension {left.dimension} ({known} commuting part), spanned by {words}"


def _normalizer_lines(found: Normalizer | None) -> list[str]:
    if found is None:
        return []
    rule, exponents = found.lines()
    return [f"{rule}; System(normalizing=True) certifies what it gives", exponents]


def diagnose(ground: Ground) -> Diagnosis | None:
    """The diagnosis of a refuted equivariance; None where every residual is zero."""
    residuals = [generator_residual(ground, a) for a in range(ground.p)]
    elements = [element_residual(ground, k) for k in range(len(ground.elements))]
    labelled = [(f"generator {a}", r) for a, r in enumerate(residuals)]
    labelled += [(f"discrete element {k}", r) for k, r in enumerate(elements)]
    breaks = tuple(
        Break(label, ground.variables[i], _monomials(ground.field, ratio), len(ratio.num))
        for label, vector in labelled
        for i, ratio in enumerate(vector)
        if not ground.field.is_zero(ratio)
    )
    if not breaks:
        return None
    return Diagnosis(breaks, _commuting(ground, residuals), normalizer(ground, residuals))


def _monomials(field: Field, ratio: Ratio) -> tuple[str, ...]:
    """The first monomials of a residual's numerator, low degree first."""
    poly, count = ratio.num, len(ratio.num)
    # The ring is ordered by degree, highest first: the lowest are at the end.
    last = [(poly.monomial(k), poly.coefficient(k)) for k in range(max(0, count - _LOOKED_AT), count)]
    last.sort(key=lambda term: (sum(term[0]), [-int(e) for e in term[0]]))
    names = [*field.names, *(f"{k.function}(..)" for k in field.kernels)]
    texts = []
    for exponents, coefficient in last[:_SHOWN]:
        powers: list[Tree] = [x if e == 1 else ("^", x, int(e)) for x, e in zip(names, exponents, strict=False) if e]
        texts.append(infix(multiply([str(coefficient), *powers])))
    return tuple(texts)


def _commuting(ground: Ground, residuals: list[list[Ratio]]) -> Commuting:
    basis = relations(ground.field, residuals)
    trees = [_combined(ground.generators, vector) for vector in basis]
    return Commuting(
        dimension=len(basis),
        basis=tuple(tuple(str(c) for c in vector) for vector in basis),
        generators=tuple(tuple(infix(t) for t in xi) for xi in trees),
        name=_name(ground, trees),
        exact=all(ground.field.is_rational(r) for vector in residuals for r in vector),
    )


def _combined(generators: Sequence[Sequence[Tree]], weights: Sequence[fmpq]) -> list[Tree]:
    used = [(str(c), xi) for c, xi in zip(weights, generators, strict=True) if c != 0]
    return [add(multiply((c, xi[i])) for c, xi in used) for i in range(len(generators[0]))]


def _name(ground: Ground, generators: list[list[Tree]]) -> str:
    """The recognised algebra of a basis, "" where it is not one."""
    if not generators:
        return "0"
    action = LieAction.from_trees(ground.variables, generators).at(ground.system.dynamics.values)
    try:
        return action.facts.name
    except InputError:
        return ""
