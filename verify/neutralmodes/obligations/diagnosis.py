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
from neutralmodes.exact import linear
from neutralmodes.exact.expression import Tree, add, multiply
from neutralmodes.exact.field import Field, Ratio
from neutralmodes.exact.relations import relations
from neutralmodes.obligations.equivariance import element_residual, generator_residual
from neutralmodes.obligations.ground import Ground
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
class Normalizer:
    """Flow: [xi_a, f] = sum_b B_ba xi_b + mu_a f. Map: DF xi_a = sum_b B_ba xi_b(F), mu = 0.

    ``matrix`` is B (p x p, row b, column a). ``exponents`` are the real parts of B's eigenvalues
    (flow) or the logarithms of their moduli (map), descending, as decimals: the exponents that B
    gives to the tangent vectors xi_a c_a while they stay bounded and apart, modulo f where mu is not 0.
    """

    kind: str
    matrix: tuple[tuple[str, ...], ...]
    along_flow: tuple[str, ...]
    characteristic: tuple[str, ...]
    exponents: tuple[str, ...]


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
    modulo_f = any(mu != "0" for mu in found.along_flow)
    rule = "[xi_a, f] = sum_b B_ba xi_b" if found.kind == "flow" else "DF xi_a = sum_b B_ba xi_b(F)"
    extra = f" + mu_a f with mu = ({', '.join(found.along_flow)})" if modulo_f else ""
    return [
        f"normalizer: {rule}{extra}, constant B = {_rows_text(found.matrix)}",
        f"exponents that B gives to the group directions{' modulo f' * modulo_f}: {', '.join(found.exponents)}",
    ]


def _rows_text(matrix: Sequence[Sequence[str]]) -> str:
    return "[" + "; ".join(" ".join(row) for row in matrix) + "]"


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
    return Diagnosis(breaks, _commuting(ground, residuals), _normalizer(ground, residuals))


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


def _normalizer(ground: Ground, residuals: list[list[Ratio]]) -> Normalizer | None:
    """The constants of the residuals over the generators (and f), where there are such constants."""
    targets, p = (ground.xi if ground.flow else _moved_generators(ground)), ground.p
    flow = [ground.f] if ground.flow else []
    first = p + len(flow)
    # A relation ends in its free vector: a residual is in the span where one ends in it.
    ends = {
        max(a for a, c in enumerate(v) if c != 0): v for v in relations(ground.field, [*targets, *flow, *residuals])
    }
    if any(a in ends for a in range(p)) or any(first + a not in ends for a in range(p)):
        return None
    columns = [[-c for c in ends[first + a][:first]] for a in range(p)]
    matrix = [[columns[a][b] + fmpq(int(a == b and not ground.flow)) for a in range(p)] for b in range(p)]
    along = [column[p] if flow else fmpq(0) for column in columns]
    return Normalizer(
        ground.system.dynamics.kind,
        tuple(tuple(str(c) for c in row) for row in matrix),
        tuple(str(c) for c in along),
        tuple(str(c) for c in linear.matrix(matrix).charpoly().coeffs()),
        tuple(_exponents(matrix, flow=ground.flow)),
    )


def _moved_generators(ground: Ground) -> list[list[Ratio]]:
    """xi_b(F(x))."""
    return [[ground.field.element(t) for t in xi] for xi in ground.composed_generators]


def _exponents(matrix: list[list[fmpq]], *, flow: bool) -> list[str]:
    """Real parts of the eigenvalues (flow) or logarithms of their moduli (map), descending, 15 digits."""
    integers = linear.matrix(matrix).charpoly().numer()
    values = []
    for root, multiplicity in integers.complex_roots():
        size = root.real if flow else abs(root).log()
        values += [size] * multiplicity
    return [str(v.mid().str(15, radius=False)) for v in sorted(values, key=lambda v: -float(v.mid()))]
