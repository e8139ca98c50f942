"""Mutants of the checker's source: one comparison, guard, loop or constant changed."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "neutralmodes_check"
SKIPPED = ("__init__", "__main__", "words", "refusal", "infix")  # names, printing, limits
# Nor what a step costs: the argument of `budget.spend(...)` decides nothing but when hostile input is given up.
_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add}
_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class SourceMutant:
    """One change: where it is, what stood there; `span` the lines of its function; `source()` the file after it."""

    path: Path
    function: str
    line: int
    change: str
    before: str
    span: tuple[int, int] | None
    source: Callable[[], str]


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the place of a node."""
    if isinstance(node, ast.Compare):
        for i, op in enumerate(node.ops):
            twin = copy.deepcopy(node)
            twin.ops[i] = _COMPARE[type(op)]()
            yield f"{type(op).__name__} to {type(twin.ops[i]).__name__}", twin
    elif isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise):
        twin_if = copy.deepcopy(node)
        twin_if.test = ast.Constant(False)
        yield "guard dropped", twin_if
    elif isinstance(node, ast.BoolOp):
        twin_bool = copy.deepcopy(node)
        twin_bool.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and, or", twin_bool
        for i in range(len(node.values)):
            rest = node.values[:i] + node.values[i + 1 :]
            yield f"operand {i} dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", node.operand
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all"):
        twin_call = copy.deepcopy(node)
        twin_call.func = ast.Name("all" if node.func.id == "any" else "any", ast.Load())
        yield "any, all", twin_call
    elif isinstance(node, ast.For):
        twin_for = copy.deepcopy(node)
        inside = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
        twin_for.iter = ast.Subscript(inside, ast.Slice(lower=ast.Constant(1)), ast.Load())
        yield "entry skipped", twin_for
    elif isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value <= 12:
        yield "constant", ast.Constant(node.value + 1)
    elif isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        yield "operator", ast.BinOp(node.left, _ARITHMETIC[type(node.op)](), node.right)


def source_mutants(path: Path) -> Iterator[SourceMutant]:
    """Each change of one file."""
    tree = ast.parse(path.read_text())
    spans = [(_first_line(n), n.end_lineno or 0, n.name) for n in ast.walk(tree) if isinstance(n, _Function)]
    prices = {id(n) for call in ast.walk(tree) if _is_price(call) for n in ast.walk(call)}
    for node in ast.walk(tree):
        for change, new in changes(node) if id(node) not in prices else ():
            line = getattr(node, "lineno", 0)
            low, high, name = max((s for s in spans if s[0] <= line <= s[1]), default=(0, 0, ""))
            span = (low, high) if name else None
            yield SourceMutant(path, name, line, change, ast.unparse(node), span, partial(_replaced, tree, node, new))


def _is_price(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("spend")


def _first_line(function: _Function) -> int:
    return min([function.lineno, *(d.lineno for d in function.decorator_list)])


def _replaced(tree: ast.Module, old: ast.AST, new: ast.AST) -> str:
    """The source of the tree with one node replaced; the tree is left as it was."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
                result = ast.unparse(ast.fix_missing_locations(tree))
                setattr(parent, name, old)
                return result
            if isinstance(value, list) and any(item is old for item in value):
                i = next(k for k, item in enumerate(value) if item is old)
                value[i] = new
                result = ast.unparse(ast.fix_missing_locations(tree))
                value[i] = old
                return result
    raise ValueError("the node is not in the tree")


def sample(count: int, seed: int, files: list[str] | None = None) -> list[SourceMutant]:
    """A seeded sample of the changes of the given files, or of every file that decides something."""
    paths = [p for p in sorted(PACKAGE.glob("*.py")) if (p.stem in files if files else p.stem not in SKIPPED)]
    found = [mutant for path in paths for mutant in source_mutants(path)]
    return random.Random(seed).sample(found, min(count, len(found)))
