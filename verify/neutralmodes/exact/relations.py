"""Linear relations with constant coefficients between vectors of functions, exact.

Values at random integer points propose (they can only leave too many relations), the functions
themselves confirm: memory stays at the size of the values, however many monomials there are.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from flint import fmpq

from neutralmodes.exact import linear
from neutralmodes.exact.field import Field, Ratio

_ROUNDS = 40
_SPREAD = 10**4


def relations(field: Field, vectors: Sequence[Sequence[Ratio]]) -> list[linear.Vector]:
    """A basis of {c : sum c_a v_a = 0 formally}, in reduced form: 1 at its last entry, 0 where others end.

    Function kernels count as independent of everything else. Raises ArithmeticError where random
    points do not settle it.

    >>> home = Field(["x", "y"])
    >>> x, y = home.gen(0), home.gen(1)
    >>> relations(home, [[x, y], [y, x], [x + y + y, y + x + x]])
    [[-1, -2, 1]]
    """
    rng, rows = random.Random(0), list[linear.Vector]()
    normal = [[field.normal(r) for r in vector] for vector in vectors]
    for _ in range(_ROUNDS):
        for _ in range(len(vectors) // max(1, len(normal[0])) + 1 if normal else 0):
            rows += _values(field, normal, rng)
        found = linear.nullspace(rows, len(vectors))
        if all(_vanishes(field, normal, weights) for weights in found):
            return found
    raise ArithmeticError(f"relations between {len(vectors)} vectors did not settle in {_ROUNDS} rounds of points")


def _values(field: Field, vectors: Sequence[Sequence[Ratio]], rng: random.Random) -> list[linear.Vector]:
    """One row for each component: its values in all vectors, at a point where every one is defined."""
    at = [fmpq(rng.randint(-_SPREAD, _SPREAD)) for _ in range(field.ctx.nvars())]
    rows = []
    for component in zip(*vectors, strict=True):
        dens = [fmpq(1) if r.is_polynomial else r.den(*at) for r in component]
        if all(d != 0 for d in dens):
            rows.append([r.num(*at) / d for r, d in zip(component, dens, strict=True)])
    return rows


def _vanishes(field: Field, vectors: Sequence[Sequence[Ratio]], weights: Sequence[fmpq]) -> bool:
    used = [(c, vector) for c, vector in zip(weights, vectors, strict=True) if c != 0]
    return all(field.sum([vector[i].scaled(c) for c, vector in used]).num.is_zero() for i in range(len(vectors[0])))
