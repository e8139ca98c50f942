"""Boxes of atoms: expansion at a corner, then Bernstein form, with exact nonnegative coefficients."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as choices
from math import comb, prod

from flint import fmpq

from neutralmodes.exact.positivity_atoms import constant_term
from neutralmodes.exact.positivity_question import Question, variables
from neutralmodes.exact.positivity_rule import Square

_MOST_CORNERS = 64
_MOST_COEFFICIENTS = 600
_MOST_DEGREE = 24

Table = dict[tuple[int, ...], fmpq]


@dataclass(frozen=True)
class Side:
    """The bound ``scale * G_index`` = s - at (or at - s) of one atom."""

    index: int
    scale: fmpq
    at: fmpq


@dataclass(frozen=True)
class Edge:
    """One atom (a variable of the question) with its tightest bounds."""

    variable: int
    low: Side | None
    high: Side | None


def prove_on_box(question: Question) -> list[Square] | None:
    """Nonnegative coefficients for a target whose every variable has affine bounds of its own."""
    edges = _edges(question)
    if edges is None:
        return None
    for corner in _corners(edges):
        squares = _expand_at(question, edges, corner)
        if squares is not None:
            return squares
    if all(edge.low and edge.high and edge.low.at < edge.high.at for edge in edges):
        return _bernstein(question, edges)
    return None


def _edges(question: Question) -> list[Edge] | None:
    edges = []
    for variable in sorted(variables(question.target)):
        low: Side | None = None
        high: Side | None = None
        for i, g in question.inequalities.items():
            if variables(g) != {variable} or g.total_degree() != 1:
                continue
            slope = g.leading_coefficient()
            side = Side(i, 1 / abs(slope), -constant_term(g) / slope)
            if slope > 0 and (low is None or side.at > low.at):
                low = side
            if slope < 0 and (high is None or side.at < high.at):
                high = side
        if low is None and high is None:
            return None
        edges.append(Edge(variable, low, high))
    return edges


def _corners(edges: list[Edge]) -> Iterator[tuple[Side, ...]]:
    """All-low and all-high first; every corner where there are few."""
    sides = [[side for side in (edge.low, edge.high) if side is not None] for edge in edges]
    if prod(len(s) for s in sides) <= _MOST_CORNERS:
        yield from choices(*sides)
    else:
        yield tuple(s[0] for s in sides)
        yield tuple(s[-1] for s in sides)


def _expand_at(question: Question, edges: list[Edge], corner: tuple[Side, ...]) -> list[Square] | None:
    """The target in powers of the distances from one corner."""
    ctx = question.ctx
    images = list(ctx.gens())
    for edge, side in zip(edges, corner, strict=True):
        sign = 1 if side is edge.low else -1
        images[edge.variable] = side.at + sign * ctx.gen(edge.variable)
    moved = question.target.compose(*images)
    if any(c < 0 for c in moved.coeffs()) or (question.strict and constant_term(moved) == 0):
        return None
    squares = []
    for exponents, c in moved.to_dict().items():
        of, scale = _of([(side, int(exponents[edge.variable])) for edge, side in zip(edges, corner, strict=True)])
        squares.append((of, c * scale, ctx.constant(1)))
    return squares


def _of(powers: list[tuple[Side, int]]) -> tuple[tuple[int, ...], fmpq]:
    """The product of distances to these powers: inequality indices and the factor that scales them."""
    of: list[int] = []
    scale = fmpq(1)
    for side, power in powers:
        of += [side.index] * power
        scale = scale * side.scale**power
    return tuple(sorted(of)), scale


def _bernstein(question: Question, edges: list[Edge]) -> list[Square] | None:
    """Degrees rise together until every coefficient is nonnegative or the form becomes too long."""
    images = list(question.ctx.gens())
    for edge in edges:
        assert edge.low is not None
        assert edge.high is not None
        images[edge.variable] = edge.low.at + (edge.high.at - edge.low.at) * question.ctx.gen(edge.variable)
    local = question.target.compose(*images)
    least = [int(local.degrees()[edge.variable]) for edge in edges]
    powers = {tuple(int(m[edge.variable]) for edge in edges): c for m, c in local.to_dict().items()}
    for rise in range(_MOST_DEGREE):
        degrees = [degree + rise for degree in least]
        if prod(d + 1 for d in degrees) > _MOST_COEFFICIENTS or question.work.over:
            return None
        question.work.terms(len(powers) * prod(d + 1 for d in degrees))
        table = _coefficients(powers, degrees)
        least_value = min(table.values())
        if least_value > 0 or (least_value == 0 and not question.strict):
            return _form(question, edges, degrees, table, least_value)
    return None


def _coefficients(powers: Table, degrees: list[int]) -> Table:
    """Bernstein coefficients b_i = sum over e <= i of prod C(i, e)/C(d, e) times the power coefficient."""
    table = powers
    for axis, degree in enumerate(degrees):
        raised: Table = {}
        for exponents, c in table.items():
            e = exponents[axis]
            for i in range(e, degree + 1):
                place = (*exponents[:axis], i, *exponents[axis + 1 :])
                raised[place] = raised.get(place, fmpq(0)) + c * comb(i, e) / comb(degree, e)
        table = raised
    return {place: table.get(place, fmpq(0)) for place in choices(*(range(d + 1) for d in degrees))}


def _form(question: Question, edges: list[Edge], degrees: list[int], table: Table, margin: fmpq) -> list[Square]:
    one = question.ctx.constant(1)
    squares: list[Square] = [((), margin, one)] if margin > 0 else []
    for place, value in table.items():
        if value == margin:
            continue
        powers: list[tuple[Side, int]] = []
        factor = value - margin
        for edge, i, d in zip(edges, place, degrees, strict=True):
            assert edge.low is not None
            assert edge.high is not None
            powers += [(edge.low, i), (edge.high, d - i)]
            factor = factor * comb(d, i) / (edge.high.at - edge.low.at) ** d
        of, scale = _of(powers)
        squares.append((of, factor * scale, one))
    return squares
