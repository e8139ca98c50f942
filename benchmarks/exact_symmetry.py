"""Exact symmetry: brackets against sympy, SO(n) on n vectors to the verdict, discovery in 30 dimensions.

    python benchmarks/exact_symmetry.py [--quick]

Every figure is a whole run on this machine; ratios compare two runs of this process. Each large run
has a process of its own, so that its peak memory is its own. The section "Exact symmetry" of
benchmarks/RESULTS.md is written anew.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

import sympy as sp
from sympy.core.cache import clear_cache

import neutralmodes as nm
from neutralmodes.obligations.closure import closure
from neutralmodes.obligations.equivariance import equivariance, generator_residual
from neutralmodes.obligations.ground import Ground

RESULTS = Path(__file__).with_name("RESULTS.md")
TITLE = "## Exact symmetry"
GOALS = {"ratio": 300, "so(10)": (10, 512), "discover": 20}


def cubic(n: int, vectors: int, seed: int = 0) -> tuple[list[sp.Symbol], list[sp.Expr]]:
    """A random cubic SO(n)-equivariant field of several vectors: x_i' = sum over j <= k of c (x_j . x_k) x_l."""
    rng = random.Random(seed)
    x = [sp.symbols(f"x{i}_0:{n}", real=True) for i in range(vectors)]
    pairs = list(combinations_with_replacement(range(vectors), 2))
    dots = {(j, k): sp.Add(*[x[j][a] * x[k][a] for a in range(n)]) for j, k in pairs}
    rule = []
    for _ in range(vectors):
        terms = [(rng.choice([c for c in range(-9, 10) if c]), dots[p], rng.randrange(vectors)) for p in pairs]
        rule += [sp.Add(*[c * dot * x[k][a] for c, dot, k in terms]) for a in range(n)]
    return [s for vector in x for s in vector], rule


def seconds(run: Callable[[], Any]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def bracket() -> dict[str, float]:
    """One bracket of SO(4) on three vectors: sympy's expansion, and ours with and without the front end."""
    variables, rule = cubic(4, 3)
    action = (3 * nm.groups.so(4)).on(variables)
    state, f = sp.Matrix(variables), sp.Matrix(rule)
    generator = sp.Matrix([[sp.Rational(c.p, c.q) for c in row] for row in action.matrices[0]])
    xi = generator * state

    def by_sympy() -> None:
        found = (f.jacobian(state) * xi - xi.jacobian(state) * f).applyfunc(sp.expand)
        assert found.is_zero_matrix

    def whole() -> Ground:
        return Ground(nm.System("so4", nm.VectorField(variables, rule), action))

    def ours(ground: Ground) -> None:
        residual = generator_residual(ground, 0)
        assert all(ground.field.is_zero(r) for r in residual)

    sympy_seconds = min(seconds(by_sympy) for _ in range(3) if clear_cache() is None)
    front = min(seconds(whole) for _ in range(5))
    grounds = [whole() for _ in range(5)]
    for ground in grounds:
        ground.f  # noqa: B018  # the field's elements: what sympy is given, too
    cold = min(seconds(lambda ground=ground: ours(ground)) for ground in grounds)
    return {"sympy": sympy_seconds, "bracket": cold, "front": front}


def verdict(n: int) -> dict[str, float]:
    """SO(n) on n vectors from the sympy System to the verdicts on closure and equivariance."""
    variables, rule = cubic(n, n)
    start = time.perf_counter()
    action = (n * nm.groups.so(n)).on(variables)
    ground = Ground(nm.System("so", nm.VectorField(variables, rule), action))
    assert closure(ground).verdict == equivariance(ground).verdict == nm.Verdict.PROVED
    return {"seconds": time.perf_counter() - start, "generators": action.p}


def discovery(kind: str) -> dict[str, float]:
    """Degree 1 in 30 dimensions, from the sympy rule: SO(5) on six vectors, or a field with every cubic term."""
    if kind == "so(5)":
        variables, rule = cubic(5, 6)
    else:
        rng = random.Random(0)
        variables = list(sp.symbols("x0:30", real=True))
        monomials = [sp.Mul(*c) for d in (1, 2, 3) for c in combinations_with_replacement(variables, d)]
        rule = [sp.Add(*[rng.choice([-3, -2, -1, 1, 2, 3]) * m for m in monomials]) for _ in variables]
    start = time.perf_counter()
    found = nm.discover(nm.VectorField(variables, rule))
    return {"seconds": time.perf_counter() - start, "dimension": found.dimension}


def alone(task: str, argument: str) -> dict[str, float]:
    """A task in a process of its own, with its peak memory in MiB."""
    command = [sys.executable, __file__, "--task", task, argument]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def run_task(task: str, argument: str) -> None:
    found = verdict(int(argument)) if task == "verdict" else discovery(argument)
    found["mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))


def table(quick: bool) -> str:
    one = bracket()
    lines = [
        TITLE,
        "",
        f"`python benchmarks/exact_symmetry.py{' --quick' if quick else ''}` on {platform.machine()}, "
        f"Python {platform.python_version()}, sympy {sp.__version__}.",
        "",
        "| run | figure | goal |",
        "| --- | --- | --- |",
        f"| one bracket, SO(4) on three vectors, cubic: sympy's expansion | {one['sympy']:.2f} s | |",
        f"| the same bracket here | {one['bracket'] * 1e3:.2f} ms, {one['sympy'] / one['bracket']:.0f} times faster "
        f"| {GOALS['ratio']} times |",
        f"| reading the System from sympy | {one['front'] * 1e3:.1f} ms | |",
    ]
    for n in (4, 6, 8, 10) if quick else (4, 6, 8, 10, 12):
        found = alone("verdict", str(n))
        goal = "10 s, 512 MiB" if n == 10 else ""
        lines.append(
            f"| SO({n}) on {n} vectors ({n * n} dimensions, {found['generators']:.0f} generators), System to verdict "
            f"| {found['seconds']:.2f} s, {found['mib']:.0f} MiB | {goal} |"
        )
    for kind in ("so(5)",) if quick else ("so(5)", "every cubic term"):
        found = alone("discover", kind)
        lines.append(
            f"| discover, degree 1, 30 dimensions, cubic ({kind}): dimension {found['dimension']:.0f} "
            f"| {found['seconds']:.2f} s, {found['mib']:.0f} MiB | {GOALS['discover']} s |"
        )
    return "\n".join(lines) + "\n"


def write(section: str) -> None:
    """Put the section into RESULTS.md in place of its older self."""
    text = RESULTS.read_text() if RESULTS.exists() else "# Results\n\nWritten by the scripts beside this file.\n\n"
    rest = re.sub(rf"{re.escape(TITLE)}\n.*?(?=\n## |\Z)", "", text, flags=re.DOTALL).rstrip()
    RESULTS.write_text(f"{rest}\n\n{section}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="leave out the longest runs")
    parser.add_argument("--task", nargs=2, metavar=("TASK", "ARGUMENT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        run_task(*options.task)
        return
    section = table(options.quick)
    print(section)
    write(section)


if __name__ == "__main__":
    main()
