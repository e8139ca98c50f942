"""Does the flow leave the group directions at a point: rank [Xi f] = r + 1 there, exactly or by balls?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb, arb_mat

from neutralmodes.exact.balls import ball, enclose, working_precision
from neutralmodes.exact.expression import nodes
from neutralmodes.obligations.columns import polynomial_columns, rank_at, with_flow
from neutralmodes.obligations.ground import Ground
from neutralmodes.verdict import Obligation, Verdict

_BITS = 192
# The checker decides the same by intervals of its own: so only what it encloses, of moderate size, and clearly.
_ENCLOSED = {"sin", "cos", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "atan", "sigmoid", "softplus"}
_ALLOWED = _ENCLOSED | {"+", "*", "^", "pi"}
_LARGEST, _MOST_COLUMNS, _CLEARLY = 100, 4, Fraction(1, 1024)


def flow_moves(ground: Ground, rank: Obligation) -> bool:
    """Whether rank [Xi f] = r + 1 at the point of the rank proof: then the flow adds one off Sigma'."""
    if rank.verdict is not Verdict.PROVED or rank.proof is None or polynomial_columns(ground) is None:
        return False
    at, r = ground.whole([Fraction(v) for v in rank.proof["at"]]), rank.proof["generic"]
    columns = with_flow(ground)
    return rank_at(columns, at) == r + 1 if columns is not None else _clearly_moves(ground, at, r + 1)


def _clearly_moves(ground: Ground, at: Sequence[Fraction], q: int) -> bool:
    """For a rule with functions or division: e_q of the Gram matrix of [Xi f] exceeds 1/1024 at the point."""
    heads = {node[0] for tree in ground.rule for node in nodes(tree) if not isinstance(node, str)}
    if not heads <= _ALLOWED or not q <= min(_MOST_COLUMNS, ground.n):
        return False
    given = {**ground.system.dynamics.values, **dict(zip(ground.names, at, strict=True))}
    with working_precision(_BITS):
        values = {name: ball(v) for name, v in given.items()}
        columns = [[enclose(t, values) for t in column] for column in (*ground.generators, ground.rule)]
        if not all(abs(entry) < _LARGEST for column in columns for entry in column):
            return False
        return bool(_elementary(columns, q) > ball(_CLEARLY))


def _elementary(columns: Sequence[Sequence[arb]], q: int) -> arb:
    """A ball that holds e_q of the Gram matrix, by Faddeev and LeVerrier."""
    vectors = columns if len(columns) <= len(columns[0]) else list(zip(*columns, strict=True))
    gram = arb_mat([[sum(a * b for a, b in zip(u, v, strict=True)) for v in vectors] for u in vectors])
    size, e = len(vectors), arb(1)
    power = arb_mat(size, size)
    for k in range(1, q + 1):
        power = gram * (arb_mat([[e if i == j else arb(0) for j in range(size)] for i in range(size)]) - power)
        e = power.trace() / k
    return e
