"""Partial derivatives of expressions as expressions, in the form that pavings evaluate."""

from __future__ import annotations

from .refusal import NotDerived
from .shape import is_rational
from .statement import Statement, Tree

# f'(s) for every f of which this checker has enclosures.
_RULES: dict[str, Tree] = {
    "sin": ["cos", "s"],
    "cos": ["*", "-1", ["sin", "s"]],
    "sinh": ["cosh", "s"],
    "cosh": ["sinh", "s"],
    "tanh": ["+", "1", ["*", "-1", ["^", ["tanh", "s"], 2]]],
    "exp": ["exp", "s"],
    "log": ["^", "s", -1],
    "sqrt": ["*", "1/2", ["^", ["sqrt", "s"], -1]],
    "atan": ["^", ["+", "1", ["^", "s", 2]], -1],
    "sigmoid": ["*", ["sigmoid", "s"], ["+", "1", ["*", "-1", ["sigmoid", "s"]]]],
    "softplus": ["sigmoid", "s"],
}


def substitute(tree: Tree, values: dict[str, Tree]) -> Tree:
    """The expression with names replaced by expressions, all at once."""
    if isinstance(tree, str):
        return tree if is_rational(tree) else values.get(tree, tree)
    operands = [t if isinstance(t, int) else substitute(t, values) for t in tree[1:]]
    return [tree[0], *operands]


def sum_of(terms: list[Tree]) -> Tree:
    kept = [t for t in terms if t != "0"]
    return "0" if not kept else kept[0] if len(kept) == 1 else ["+", *kept]


def product_of(factors: list[Tree]) -> Tree:
    kept = [f for f in factors if f != "1"]
    return "0" if "0" in kept else "1" if not kept else kept[0] if len(kept) == 1 else ["*", *kept]


def differentiate(statement: Statement, tree: Tree, name: str) -> Tree:
    """The derivative by a name; NotDerived for a function without a rule."""
    if isinstance(tree, str):
        return "1" if tree == name else "0"
    head = tree[0]
    operands = tree[1:2] if head == "^" else tree[1:]
    slopes = [differentiate(statement, t, name) for t in operands]
    if all(slope == "0" for slope in slopes):
        return "0"
    if head == "+":
        return sum_of(slopes)
    if head == "*":
        return sum_of([product_of([*tree[1 : i + 1], s, *tree[i + 2 :]]) for i, s in enumerate(slopes)])
    if head == "^":
        k = tree[2]
        power = "1" if k == 1 else tree[1] if k == 2 else ["^", tree[1], k - 1]
        return product_of([str(k), power, slopes[0]])
    return product_of([substitute(slope_of(statement, head), {"s": tree[1]}), slopes[0]])


def slope_of(statement: Statement, head: str) -> Tree:
    """The derivative of a function in s; NotDerived for one without a rule."""
    if head in statement.activations or head not in _RULES:
        raise NotDerived(f"there are no enclosures of the derivative of {head}")
    return _RULES[head]


def along(statement: Statement, tree: Tree) -> Tree:
    """The derivative of an expression along the rule."""
    slopes = [differentiate(statement, tree, x) for x in statement.variables]
    return sum_of([product_of([d, f]) for d, f in zip(slopes, statement.rule, strict=True)])
