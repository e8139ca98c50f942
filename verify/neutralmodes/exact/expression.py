"""Expression trees of the exact prefix grammar: traversal, substitution, derivative.

A tree is a leaf (``str``: a reduced rational or an identifier) or a tuple whose head names an
operation: ``("+", a, b, ...)``, ``("*", a, b, ...)``, ``("^", a, k)`` with an integer k, ``("pi",)``
or ``(function, a)``. Trees are immutable, shared freely, and walked with a memo on identity.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

Tree: TypeAlias = Any  # str | tuple[Any, ...]; recursive aliases defeat the type checkers
# name -> (argument, derivative tree); None for a function of which only the chain rule is known
Activations: TypeAlias = Mapping[str, tuple[str, Tree]]

ZERO, ONE, MINUS_ONE = "0", "1", "-1"

# Derivative of each smooth function, as a tree in its argument "s".
DERIVATIVES: dict[str, Tree] = {
    "sin": ("cos", "s"),
    "cos": ("*", "-1", ("sin", "s")),
    "tan": ("+", "1", ("^", ("tan", "s"), 2)),
    "sinh": ("cosh", "s"),
    "cosh": ("sinh", "s"),
    "tanh": ("+", "1", ("*", "-1", ("^", ("tanh", "s"), 2))),
    "exp": ("exp", "s"),
    "log": ("^", "s", -1),
    "sqrt": ("*", "1/2", ("^", ("sqrt", "s"), -1)),
    "atan": ("^", ("+", "1", ("^", "s", 2)), -1),
    "asin": ("^", ("sqrt", ("+", "1", ("*", "-1", ("^", "s", 2)))), -1),
    "acos": ("*", "-1", ("^", ("sqrt", ("+", "1", ("*", "-1", ("^", "s", 2)))), -1)),
    "sigmoid": ("*", ("sigmoid", "s"), ("+", "1", ("*", "-1", ("sigmoid", "s")))),
    "softplus": ("sigmoid", "s"),
    "erf": ("*", "2", ("^", ("sqrt", ("pi",)), -1), ("exp", ("*", "-1", ("^", "s", 2)))),
}
SMOOTH = frozenset(DERIVATIVES)
# Defined and smooth on the whole real line; the other smooth ones need their domain shown.
ENTIRE = SMOOTH - {"tan", "log", "sqrt", "asin", "acos"}
KINKED = frozenset({"abs", "sign", "floor", "ceiling", "max", "min", "heaviside", "atan2"})
OPERATORS = frozenset({"+", "*", "^", "pi"})


def rational(value: Fraction | int) -> str:
    """The leaf of an exact rational.

    >>> rational(Fraction(6, 4))
    '3/2'
    """
    return str(Fraction(value))


def is_rational(tree: Tree) -> bool:
    """True for a rational leaf (as opposed to a name or a node)."""
    return isinstance(tree, str) and (tree[0].isdigit() or tree[0] == "-")


def add(terms: Iterable[Tree]) -> Tree:
    """The sum of trees, dropping zeros and flattening nothing else."""
    kept = tuple(t for t in terms if t != ZERO)
    return ZERO if not kept else kept[0] if len(kept) == 1 else ("+", *kept)


def multiply(factors: Iterable[Tree]) -> Tree:
    """The product of trees, dropping ones; zero where a factor is the leaf zero."""
    kept = tuple(f for f in factors if f != ONE)
    if ZERO in kept:
        return ZERO
    return ONE if not kept else kept[0] if len(kept) == 1 else ("*", *kept)


def negate(tree: Tree) -> Tree:
    return multiply((MINUS_ONE, tree))


def children(tree: Tree) -> tuple[Tree, ...]:
    """The operand trees of a node (a power's integer exponent is not a tree)."""
    if isinstance(tree, str):
        return ()
    return tree[1:2] if tree[0] == "^" else tree[1:]


def fold(tree: Tree, visit: Callable[[Tree, list[Any]], Any], memo: dict[int, tuple[Tree, Any]]) -> Any:
    """``visit(node, results of its children)`` bottom-up, each shared node once, without recursion.

    ``memo`` maps ``id`` to (node, result); keeping the node keeps its id from being reused.
    """
    stack = [tree]
    while stack:
        node = stack[-1]
        if id(node) in memo:
            stack.pop()
            continue
        waiting = [c for c in children(node) if id(c) not in memo]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        memo[id(node)] = (node, visit(node, [memo[id(c)][1] for c in children(node)]))
    return memo[id(tree)][1]


def rebuild(node: Tree, operands: list[Tree]) -> Tree:
    """The node with other operands, keeping it as it is where nothing changed."""
    if isinstance(node, str) or all(a is b for a, b in zip(children(node), operands, strict=True)):
        return node
    if node[0] == "+":
        return add(operands)
    if node[0] == "*":
        return multiply(operands)
    return (node[0], *operands, node[2]) if node[0] == "^" else (node[0], *operands)


def nodes(tree: Tree) -> Iterable[Tree]:
    """Every distinct node (by identity), children before parents."""
    seen: dict[int, tuple[Tree, Any]] = {}
    fold(tree, lambda node, _: None, seen)
    return [node for node, _ in seen.values()]


def names(tree: Tree) -> frozenset[str]:
    """The names that occur in a tree.

    >>> sorted(names(("+", ("^", "x", 2), ("*", "3", "a"))))
    ['a', 'x']
    """
    return frozenset(n for n in nodes(tree) if isinstance(n, str) and not is_rational(n))


def functions(*trees: Tree) -> frozenset[str]:
    """The names of the functions applied in trees; what they share is walked once."""
    seen: dict[int, tuple[Tree, Any]] = {}
    for tree in trees:
        fold(tree, lambda node, _: None, seen)
    return frozenset(n[0] for n, _ in seen.values() if not isinstance(n, str) and n[0] not in OPERATORS)


def substitute(tree: Tree, values: Mapping[str, Tree], memo: dict[int, tuple[Tree, Any]] | None = None) -> Tree:
    """The tree with names replaced by trees, all at once.

    >>> substitute(("*", "x", "y"), {"x": "y", "y": "x"})
    ('*', 'y', 'x')
    """

    def visit(node: Tree, operands: list[Tree]) -> Tree:
        return values.get(node, node) if isinstance(node, str) else rebuild(node, operands)

    return fold(tree, visit, {} if memo is None else memo)


def differentiate(tree: Tree, name: str, activations: Activations | None = None) -> Tree:
    """The partial derivative of a tree, unsimplified.

    Raises KeyError for a function without a derivative rule (the kinked ones).

    >>> differentiate(("^", "x", 3), "x")
    ('*', '3', ('^', 'x', 2))
    """

    def visit(node: Tree, slopes: list[Tree]) -> Tree:
        if isinstance(node, str):
            return ONE if node == name else ZERO
        if all(slope == ZERO for slope in slopes):
            return ZERO
        return _chain(node, slopes, activations or {})

    return fold(tree, visit, {})


def _chain(node: Tree, slopes: list[Tree], activations: Activations) -> Tree:
    head = node[0]
    if head == "+":
        return add(slopes)
    if head == "*":
        factors = node[1:]
        return add(
            multiply((*factors[:i], slope, *factors[i + 1 :])) for i, slope in enumerate(slopes) if slope != ZERO
        )
    if head == "^":
        base, k = node[1], node[2]
        power = ONE if k == 1 else base if k == 2 else ("^", base, k - 1)
        return multiply((str(k), power, slopes[0]))
    return multiply((derivative_rule(head, node[1], activations), slopes[0]))


def derivative_rule(function: str, argument: Tree, activations: Activations) -> Tree:
    """f'(argument) as a tree, from the table or from a declared activation."""
    if function in activations:
        variable, rule = activations[function]
        if rule is None:
            raise KeyError(function)
        return substitute(rule, {variable: argument})
    return substitute(DERIVATIVES[function], {"s": argument})


def evaluate(tree: Tree, point: Mapping[str, Fraction]) -> Fraction:
    """The exact value at a rational point of a tree without functions.

    Raises ZeroDivisionError at a pole and KeyError for a function or a missing name.
    """

    def visit(node: Tree, values: list[Fraction]) -> Fraction:
        if isinstance(node, str):
            return Fraction(node) if is_rational(node) else point[node]
        if node[0] == "+":
            return sum(values, Fraction(0))
        if node[0] == "*":
            product = Fraction(1)
            for value in values:
                product *= value
            return product
        if node[0] == "^":
            return values[0] ** node[2]
        raise KeyError(node[0])

    return fold(tree, visit, {})


def to_json(tree: Tree) -> Any:
    """Nested lists for JSON."""
    return tree if isinstance(tree, (str, int)) else [to_json(t) for t in tree]


def from_json(data: Any) -> Tree:
    """The tree of nested lists (trusted data; the checker has its own strict reader)."""
    return tuple(from_json(d) for d in data) if isinstance(data, list) else data
