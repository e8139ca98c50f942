"""Field elements back to expression trees, for people and for witnesses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import fmpq_mpoly

from neutralmodes.exact.expression import Tree, add, multiply
from neutralmodes.exact.ratio import Ratio

if TYPE_CHECKING:
    from neutralmodes.exact.field import Field


def kernel_trees(field: Field) -> dict[int, Tree]:
    """The tree of every indeterminate, by its index."""
    trees: dict[int, Tree] = dict(enumerate(field.names))
    for kernel in field.kernels:
        trees[kernel.gen] = (kernel.function, *(_quotient(a, trees) for a in kernel.arguments))
    return trees


def terms(field: Field, poly: fmpq_mpoly) -> list[Tree]:
    """The terms of a polynomial, low degree first."""
    trees = kernel_trees(field)
    ordered = sorted(poly.to_dict().items(), key=lambda t: (sum(t[0]), [-e for e in t[0]]))
    return [_term(monomial, str(coefficient), trees) for monomial, coefficient in ordered]


def to_tree(field: Field, ratio: Ratio) -> Tree:
    """The tree of an element in canonical form."""
    return _quotient(ratio, kernel_trees(field))


def _quotient(ratio: Ratio, trees: dict[int, Tree]) -> Tree:
    num, den = (
        add(_term(monomial, str(coefficient), trees) for monomial, coefficient in p.to_dict().items())
        for p in (ratio.num, ratio.den)
    )
    return num if den == "1" else multiply((num, ("^", den, -1)))


def _term(monomial: tuple[int, ...], coefficient: str, trees: dict[int, Tree]) -> Tree:
    powers = ((trees[i], int(e)) for i, e in enumerate(monomial) if e)
    return multiply((coefficient, *(base if e == 1 else ("^", base, e) for base, e in powers)))
