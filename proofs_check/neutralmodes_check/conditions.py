"""What must hold for an expression, as written, to be defined and smooth."""

from __future__ import annotations

from collections.abc import Iterator

from .refusal import NotDerived
from .statement import ENTIRE, Tree


def conditions(tree: Tree, declared: frozenset[str]) -> Iterator[tuple[Tree, bool]]:
    """The expressions that must not vanish (with True: that must be positive) for `tree` to be smooth."""
    if isinstance(tree, str) or tree[0] == "pi":
        return
    head, operands = tree[0], tree[1:]
    if head == "^":
        operands = tree[1:2]
        if tree[2] < 0:
            yield tree[1], False
    elif head in ("log", "sqrt"):
        yield tree[1], True
    elif head in ("asin", "acos"):
        yield ["+", "1", ["*", "-1", ["^", tree[1], 2]]], True
    elif head == "tan":
        yield ["cos", tree[1]], False
    elif head not in ENTIRE | declared | {"+", "*"}:
        raise NotDerived(f"{head} is not continuously differentiable")
    for operand in operands:
        yield from conditions(operand, declared)
