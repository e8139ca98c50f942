"""Straight-line programs: trees with shared subexpressions, their tangents in forward mode, over any numbers.

One program serves doubles, balls, power series and heyoka's expressions, so that every engine
integrates the same rule and the same variational equations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from neutralmodes.errors import EvidenceError
from neutralmodes.exact.expression import DERIVATIVES, Activations, Tree, fold, is_rational

Node: TypeAlias = int
Slopes: TypeAlias = dict[int, Node]  # column -> node of the derivative; a missing column is zero

# Derivatives of the kinked functions where they have one; the evidence integrates across kinks.
_KINKED_SLOPES: dict[str, Tree] = {"abs": ("sign", "s"), "sign": "0", "heaviside": "0", "floor": "0", "ceiling": "0"}


@dataclass(frozen=True)
class Arithmetic:
    """How a kind of number is made and what functions it has."""

    constant: Callable[[Fraction], Any]
    functions: Mapping[str, Callable[..., Any]]
    name: str


class Program:
    """Nodes in evaluation order, equal ones shared, constants folded exactly.

    >>> p = Program(["x"])
    >>> y = p.tree(("*", "x", ("+", "x", "1")))
    >>> p.run([y], [Fraction(3)], Arithmetic(Fraction, {}, "rationals"))
    [Fraction(12, 1)]
    """

    def __init__(self, names: Sequence[str], activations: Activations | None = None) -> None:
        self.ops: list[tuple[Any, ...]] = []
        self._known: dict[tuple[Any, ...], Node] = {}
        self._memo: dict[int, tuple[Tree, Node]] = {}
        self.activations = activations or {}
        self.names = {name: self._node(("name", i)) for i, name in enumerate(names)}

    def _node(self, op: tuple[Any, ...]) -> Node:
        if op not in self._known:
            self._known[op] = len(self.ops)
            self.ops.append(op)
        return self._known[op]

    def constant(self, value: Fraction | int) -> Node:
        return self._node(("const", Fraction(value)))

    def _value(self, node: Node) -> Fraction | None:
        op = self.ops[node]
        return op[1] if op[0] == "const" else None

    def tree(self, tree: Tree) -> Node:
        """The node that computes a tree."""
        return fold(tree, self._visit, self._memo)

    def _visit(self, node: Tree, operands: list[Node]) -> Node:
        if isinstance(node, str):
            return self.constant(Fraction(node)) if is_rational(node) else self.names[node]
        head = node[0]
        if head == "+":
            return self.add(operands)
        if head == "*":
            return self.multiply(operands)
        if head == "^":
            return self.power(operands[0], node[2])
        return self._node((head, *operands))

    def add(self, terms: Iterable[Node]) -> Node:
        total, kept = Fraction(0), []
        for term in terms:
            value = self._value(term)
            if value is None:
                kept.append(term)
            else:
                total += value
        if total or not kept:
            kept.append(self.constant(total))
        return kept[0] if len(kept) == 1 else self._node(("+", *kept))

    def multiply(self, factors: Iterable[Node]) -> Node:
        scale, kept = Fraction(1), []
        for factor in factors:
            value = self._value(factor)
            if value is None:
                kept.append(factor)
            else:
                scale *= value
        if scale == 0 or not kept:
            return self.constant(scale)
        if scale != 1:
            kept.insert(0, self.constant(scale))
        return kept[0] if len(kept) == 1 else self._node(("*", *kept))

    def power(self, base: Node, k: int) -> Node:
        """base^k by repeated squaring, so that no engine meets a power function at zero."""
        value = self._value(base)
        if value is not None:
            return self.constant(value**k)
        if k < 0:
            return self._node(("/", self.power(base, -k)))
        half = self.constant(1) if k < 2 else self.power(base, k // 2)
        return self.multiply([half, half, base] if k % 2 else [half, half])

    def tangents(self, outputs: Sequence[Node], seeds: Mapping[str, Slopes]) -> list[Slopes]:
        """The derivative of each output along every column of the seeds.

        ``seeds[name]`` holds the entries of the columns in the row of that variable.
        Raises EvidenceError for a function without a derivative rule.
        """
        slopes: list[Slopes] = [{} for _ in self.ops]
        for name, row in seeds.items():
            slopes[self.names[name]] = dict(row)
        for node in range(max(outputs, default=-1) + 1):
            op = self.ops[node]
            if op[0] not in ("const", "name", "pi") and any(slopes[o] for o in op[1:]):
                slopes[node] = self._slopes(node, slopes)
        return [slopes[o] for o in outputs]

    def _slopes(self, node: Node, slopes: list[Slopes]) -> Slopes:
        terms: dict[int, list[Node]] = {}
        for operand, partial in self._partials(node, slopes):
            for column, slope in slopes[operand].items():
                terms.setdefault(column, []).append(self.multiply([partial, slope]))
        return {c: total for c, parts in terms.items() if self._value(total := self.add(parts)) != 0}

    def _partials(self, node: Node, slopes: list[Slopes]) -> list[tuple[Node, Node]]:
        """(operand, derivative by it) for the operands that move."""
        head, *operands = self.ops[node]
        if head == "+":
            return [(o, self.constant(1)) for o in operands]
        if head == "*":
            return [(o, self.multiply(operands[:i] + operands[i + 1 :])) for i, o in enumerate(operands) if slopes[o]]
        if head == "/":
            return [(operands[0], self.multiply([self.constant(-1), node, node]))]
        return [(operands[0], self._rule(head, operands[0]))]

    def _rule(self, function: str, argument: Node) -> Node:
        if function in self.activations:
            variable, rule = self.activations[function]
        elif function in DERIVATIVES or function in _KINKED_SLOPES:
            variable, rule = "s", DERIVATIVES.get(function) or _KINKED_SLOPES[function]
        else:
            variable, rule = "s", None
        if rule is None:
            raise EvidenceError(f"no derivative of {function!r} is known; write the rule without it")
        inner = {variable: argument}
        return fold(rule, lambda n, ops: inner[n] if isinstance(n, str) and n in inner else self._visit(n, ops), {})

    def live(self, outputs: Sequence[Node]) -> list[Node]:
        """The nodes that the outputs need, in evaluation order."""
        needed = set(outputs)
        for node in range(len(self.ops) - 1, -1, -1):
            if node in needed and self.ops[node][0] not in ("const", "name"):
                needed.update(self.ops[node][1:])
        return sorted(needed)

    def run(self, outputs: Sequence[Node], values: Sequence[Any], numbers: Arithmetic) -> list[Any]:
        """Evaluate the outputs, interpreting node by node."""
        found: dict[Node, Any] = {}
        for node in self.live(outputs):
            op = self.ops[node]
            found[node] = self._apply(op, found, values, numbers)
        return [found[o] for o in outputs]

    def _apply(self, op: tuple[Any, ...], found: dict[Node, Any], values: Sequence[Any], numbers: Arithmetic) -> Any:
        head = op[0]
        if head == "const":
            return numbers.constant(op[1])
        if head == "name":
            return values[op[1]]
        operands = [found[o] for o in op[1:]]
        if head == "/":
            return 1 / operands[0]
        if head not in "+*":
            return self._function(head, numbers)(*operands)
        if head in numbers.functions:
            return numbers.functions[head](*operands)
        result = operands[0]
        for operand in operands[1:]:
            result = result + operand if head == "+" else result * operand
        return result

    def _function(self, name: str, numbers: Arithmetic) -> Callable[..., Any]:
        if name in numbers.functions:
            return numbers.functions[name]
        why = "has a derivative rule but no values" if name in self.activations else "is not available"
        raise EvidenceError(f"function {name!r} {why} in {numbers.name}; write the rule with built-in functions")

    def compiled(self, outputs: Sequence[Node], numbers: Arithmetic) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
        """A Python function of the values that computes the outputs, without interpretation."""
        scope: dict[str, Any] = {}
        lines = ["def program(x):"]
        for node in self.live(outputs):
            op = self.ops[node]
            lines.append(f"    v{node} = {self._source(node, op, scope, numbers)}")
        lines.append(f"    return ({''.join(f'v{o}, ' for o in outputs)})")
        exec("\n".join(lines), scope)  # every token above is ours: node numbers and function keys
        return scope["program"]

    def _source(self, node: Node, op: tuple[Any, ...], scope: dict[str, Any], numbers: Arithmetic) -> str:
        head = op[0]
        if head == "const":
            scope[f"c{node}"] = numbers.constant(op[1])
            return f"c{node}"
        if head == "name":
            return f"x[{op[1]}]"
        operands = [f"v{o}" for o in op[1:]]
        if head in ("+", "*"):
            return f" {head} ".join(operands)
        if head == "/":
            return f"1 / {operands[0]}"
        scope[f"f{node}"] = self._function(head, numbers)
        return f"f{node}({', '.join(operands)})"
