"""The statement as text for people: which system the certificate speaks of, in the notation of a textbook."""

from __future__ import annotations

from collections.abc import Iterable

from .statement import Statement, Tree

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_LONGEST, _MOST = 300, 24  # characters of one expression, lines of one kind


def infix(tree: Tree) -> str:
    """A tree of the prefix grammar in infix notation.

    >>> infix(["+", ["^", ["+", "x", "1"], 2], ["*", "-1/2", "y"]])
    '(x + 1)^2 - 1/2*y'
    """
    return _printed(tree)[0]


def _printed(tree: Tree) -> tuple[str, int]:
    """The text and how tightly it binds."""
    if isinstance(tree, str):
        return tree, _PRODUCT if tree[0] == "-" or "/" in tree else _ATOM
    head, operands = tree[0], tree[1:]
    if head == "+":
        return _sum([_printed(t)[0] for t in operands]), _SUM
    if head == "*":
        return _product([_within(t, _PRODUCT) for t in operands]), _PRODUCT
    if head == "^":
        exponent = str(operands[1]) if operands[1] >= 0 else f"({operands[1]})"
        return f"{_within(operands[0], _ATOM)}^{exponent}", _POWER
    return head if head == "pi" else f"{head}({', '.join(_printed(t)[0] for t in operands)})", _ATOM


def _within(tree: Tree, level: int) -> str:
    text, own = _printed(tree)
    return text if own >= level else f"({text})"


def _sum(terms: list[str]) -> str:
    return terms[0] + "".join(f" - {t[1:]}" if t[0] == "-" else f" + {t}" for t in terms[1:])


def _product(factors: list[str]) -> str:
    rest = [f"({f})" if f[0] == "-" else f for f in factors[1:]]
    return f"-{'*'.join(rest)}" if factors[0] == "-1" and not rest[0][0].isdigit() else "*".join([factors[0], *rest])


def described(statement: Statement) -> list[str]:
    """The system, one line a component; what is too long to read here is said to be in the file."""
    mark = "'" if statement.kind == "flow" else "+"
    boxes = [f"every {name} in [{low}, {high}]" for name, (low, high) in sorted(statement.boxes.items())]
    region = [f"{infix(g)} >= 0" for g in statement.inequalities] + [f"{infix(h)} = 0" for h in statement.constraints]
    return [
        f"The system ({statement.kind} in dimension {len(statement.variables)}):",
        *_few(f"{x}{mark} = {infix(f)}" for x, f in zip(statement.variables, statement.rule, strict=True)),
        *_few(f"{name} = {value}" for name, value in sorted(statement.exact.items())),
        *_few(boxes),
        *_few(f"{x} is an angle, modulo 2 pi" for x in statement.angles),
        "Generators of its symmetry:",
        *_few(f"({', '.join(map(infix, xi))})" for xi in statement.generators),
        "N, the region:" if region else "N is any compact forward invariant set in the domain.",
        *_few(region),
    ]


def _few(lines: Iterable[str]) -> list[str]:
    found = list(lines)
    cut = [line if len(line) <= _LONGEST else f"{line[:_LONGEST]} ... ({len(line)} characters)" for line in found]
    rest = [f"... and {len(found) - _MOST} more, in the file"] if len(found) > _MOST else []
    return [f"  {line}" for line in [*cut[:_MOST], *rest]]
