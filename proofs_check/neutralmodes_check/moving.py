"""Whether the flow leaves the group directions at a point: rank [Xi f] = r + 1 there, exactly or by intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from .enclosures import ONE, Interval, NoEnclosure, evaluate, outward
from .rank import Ranks, rank_at
from .system import System

_LARGEST, _MOST_COLUMNS, _CLEARLY = 100, 4, Fraction(1, 1024)
_ZERO, _ONE = Interval(0, 0), Interval(ONE, ONE)

Row = Sequence[Interval]


def flow_moves(system: System, ranks: Ranks) -> bool:
    """Whether f is a direction of its own: no map, no inputs, rank [Xi f] = r + 1 at the rank proof's point."""
    if system.statement.kind == "map" or system.statement.inputs:
        return False
    if any(c.den or not c.num.plain() for column in system.generators for c in column):
        return False
    if any(c.den or not c.num.plain() for c in system.rule):
        return _clearly_moves(system, ranks.at, ranks.generic + 1)
    return rank_at(system, ranks.at, flow=True) == ranks.generic + 1


def _clearly_moves(system: System, at: Sequence[Fraction], q: int) -> bool:
    """For a rule with functions or division: e_q of the Gram matrix of [Xi f] exceeds 1/1024 at the point."""
    statement, spend = system.statement, system.ring.budget.spend
    given = zip(statement.names, system.whole(at), strict=True)
    values = {name: outward(v, v) for name, v in (*given, *statement.exact.items())}
    if q > min(_MOST_COLUMNS, len(statement.variables)):
        return False
    try:
        columns = [[evaluate(t, values, spend) for t in c] for c in (*statement.generators, statement.rule)]
    except NoEnclosure:
        return False
    if any(max(-entry.lo, entry.hi) >= _LARGEST * ONE for column in columns for entry in column):
        return False
    return Fraction(_elementary(columns, q, spend).lo, ONE) > _CLEARLY


def _elementary(columns: Sequence[Row], q: int, spend: Callable[[int], None]) -> Interval:
    """An interval that holds e_q of the Gram matrix, by Faddeev and LeVerrier."""
    vectors = columns if len(columns) <= len(columns[0]) else list(zip(*columns, strict=True))
    size, e = len(vectors), _ONE
    spend(size * size * (len(vectors[0]) + q * size))
    gram = [[_dot(u, v) for v in vectors] for u in vectors]
    power = [[_ZERO] * size for _ in range(size)]
    for k in range(1, q + 1):
        rest = [[(e if i == j else _ZERO).minus(power[i][j]) for j in range(size)] for i in range(size)]
        turned = list(zip(*rest, strict=True))
        power = [[_dot(row, column) for column in turned] for row in gram]
        trace = _ZERO
        for i in range(size):
            trace = trace.plus(power[i][i])
        e = trace.times(outward(Fraction(1, k), Fraction(1, k)))
    return e


def _dot(u: Row, v: Row) -> Interval:
    found = _ZERO
    for a, b in zip(u, v, strict=True):
        found = found.plus(a.times(b))
    return found
