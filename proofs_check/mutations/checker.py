"""Mutants of the checker: one comparison, guard, loop or constant changed; its own suite must notice."""

from __future__ import annotations

import ast
import copy
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from .catalogue import NAMES, certificate

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "proofs_check" / "neutralmodes_check"
ARITHMETIC, BOUNDS, COUNTS, READING = (
    f"test_check_{name}.py" for name in ("arithmetic", "bounds", "counts", "reading")
)
ZERO = "test_zero.py::test_the_checkers_forms_keep_the_values_of_functions"
SUITE = (
    "test_check_rules.py", "test_check_edges.py", "test_checker.py", "test_check_hostile.py", READING, BOUNDS, COUNTS,
    ARITHMETIC, "test_check_refutation.py", "test_check_words.py", "test_strata.py", "test_paving.py", "test_scope.py",
    ZERO, "test_check_mutations.py", "test_domain.py", "test_normalizer.py",
    "test_zero.py::test_the_independent_checker_proves_what_is_proved_and_nothing_false",
)  # fmt: skip
FIRST = dict.fromkeys(
    ("angles", "derivatives", "enclosures", "matrices", "numbers", "polynomial", "quotient", "ranges"), ARITHMETIC
) | {
    "paving": "test_paving.py", "facts": "test_paving.py", "zero": ZERO, "functions": ZERO, "scope": "test_scope.py",
    "reader": READING, "robustness": BOUNDS, "integrals": COUNTS, "strata": "test_strata.py",
    "refutation": "test_check_refutation.py", "normalizer": "test_normalizer.py",
}  # fmt: skip
# Left out: what is slow, starts a process, or tests the producer alone.
ELSEWHERE = (
    "fresh_producer or consumers_own or bounded_cost or slow_rule or runs_alone or exit_codes or json"
    " or enter_with_their_ranges or may_fail or hostile_powers or (hold_every_value and producer)"
)
# Imported before the fork, for speed: what the tests and pytest need of others.
PRELOADED = ("hypothesis.strategies", "hypothesis.internal.conjecture.engine", "_hypothesis_pytestplugin", "xdist",
             "mpmath", "scipy.integrate")  # fmt: skip
_COMPARE: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Lt: [ast.LtE], ast.LtE: [ast.Lt], ast.Gt: [ast.GtE], ast.GtE: [ast.Gt], ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq], ast.In: [ast.NotIn], ast.NotIn: [ast.In], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is],
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add}


def changes(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the place of a node."""
    if isinstance(node, ast.Compare) and len(node.ops) >= 1:
        for i, op in enumerate(node.ops):
            for other in _COMPARE[type(op)]:
                twin = copy.deepcopy(node)
                twin.ops[i] = other()
                yield f"{type(op).__name__} to {other.__name__}", twin
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
            yield "operand dropped", rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
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


def source_mutants(path: Path) -> Iterator[tuple[str, str, int, str]]:
    """(change, source before, line, source after) for each change of one file."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        for change, new in changes(node):
            yield change, ast.unparse(node), getattr(node, "lineno", 0), _replaced(tree, node, new)


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


def sample(count: int, seed: int, files: list[str] | None = None) -> list[tuple[Path, tuple[str, str, int, str]]]:
    """A seeded sample of the changes of the given files, or of every file that decides something."""
    skipped = {"__init__", "__main__", "words", "refusal"}  # names, printing, limits
    paths = [p for p in sorted(PACKAGE.glob("*.py")) if (p.stem in files if files else p.stem not in skipped)]
    found = [(path, mutant) for path in paths for mutant in source_mutants(path)]
    return random.Random(seed).sample(found, min(count, len(found)))


def is_killed(path: Path, source: str) -> bool:
    """Whether the checker's own suite fails on the changed checker (or does not end within a minute of work).

    The suite runs in a fork, which inherits what is slow to make and knows nothing of the checker: the certificates.
    """
    for name in PRELOADED:
        import_module(name)
    for name in NAMES:
        certificate(name)
    with tempfile.TemporaryDirectory() as folder:
        twin = Path(folder) / "neutralmodes_check"
        shutil.copytree(PACKAGE, twin, ignore=shutil.ignore_patterns("__pycache__"))
        (twin / path.name).write_text(source)
        child = os.fork()
        if child == 0:
            os._exit(_run_suite(folder, path.stem))
        return os.waitpid(child, 0)[1] != 0


def _run_suite(folder: str, stem: str) -> int:
    """The exit code of pytest on the changed checker; in the child alone."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    signal.alarm(900)
    resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))  # a mutant may have lost a limit
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.split(".")[0] == "neutralmodes_check"]:
        raise RuntimeError(f"{name} is loaded before the fork")
    sys.path.insert(0, folder)
    os.chdir(ROOT)
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:neutralmodes", "--hypothesis-seed=0"]
    options += ["-o", f"pythonpath={folder}", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    options += ["-k", f"not ({ELSEWHERE})"]
    ordered = sorted(SUITE, key=lambda name: name != FIRST.get(stem))
    parts = [str(ROOT / "tests" / name) for name in ordered]
    return int(pytest.main([*options, parts[0]])) or int(pytest.main([*options, *parts[1:]]))
