"""Exact bases of equivariants against EMLP's numerical ones, and their growth in dimension and degree.

    python benchmarks/equivariant_basis.py [--emlp PYTHON]

PYTHON is an interpreter that has `emlp` (and `six`) installed, best in an environment of its own.
Each EMLP case runs in a fresh process: EMLP caches solutions, and its first call compiles.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import time

from neutralmodes import groups
from neutralmodes.equivariants import equivariant_basis
from neutralmodes.exact import equivariant_kernel

CASES = {
    "SO(3), 2 vectors": (groups.so(3), 2),
    "SO(3), 3 vectors": (groups.so(3), 3),
    "SO(5), 2 vectors": (groups.so(5), 2),
    "SO(5), 3 vectors": (groups.so(5), 3),
    "U(2), 2 vectors": (groups.u(2), 2),
    "U(2), 3 vectors": (groups.u(2), 3),
}
DEGREE = 3
REPEATS = 5

# EMLP has no symmetric powers: its counterpart of degree d is the maps from W^(tensor d) to W. The
# representation is given to it by the same integer matrices.
EMLP = """
import json, logging, sys, time
logging.disable(logging.CRITICAL)
import numpy as np
from emlp.groups import Group
from emlp.reps import V

matrices, copies, degree = json.loads(sys.stdin.read())

class Same(Group):
    def __init__(self):
        self.lie_algebra = np.array(matrices, dtype=float)
        super().__init__()
    def __repr__(self):
        return "Same"

W = copies * V(Same())
rep = W**degree >> W
begin = time.perf_counter()
rep.equivariant_basis()
cold = time.perf_counter() - begin
begin = time.perf_counter()
basis = rep.equivariant_basis()
print(json.dumps([cold, time.perf_counter() - begin, basis.shape[1]]))
"""


def ours(rep: groups.Representation, degree: int) -> tuple[float, int]:
    """The best of several uncached runs in seconds, and the number of elements."""
    action = rep.on([f"x{i}" for i in range(rep.dimension)])
    _ = action.matrices
    best, count = float("inf"), 0
    for _ in range(REPEATS):
        equivariant_kernel.solutions.cache_clear()
        begin = time.perf_counter()
        count = len(equivariant_basis(action, degree))
        best = min(best, time.perf_counter() - begin)
    return best, count


def theirs(python: str, rep: groups.Representation, copies: int) -> tuple[float, float, int] | None:
    """(first call, second call, number of elements) of EMLP, or None where it fails or takes over 15 minutes."""
    question = json.dumps([rep.matrices, copies, DEGREE])
    try:
        done = subprocess.run(
            [python, "-c", EMLP], input=question, capture_output=True, text=True, timeout=900, env={}, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None
    cold, warm, count = json.loads(done.stdout.splitlines()[-1])
    return cold, warm, count


def main() -> None:
    parser = argparse.ArgumentParser(description="Exact bases of equivariants against EMLP's.")
    parser.add_argument("--emlp", metavar="PYTHON", help="an interpreter with emlp installed")
    options = parser.parse_args()
    print(f"| degree {DEGREE} | elements | exact, s | EMLP tensors | EMLP, s | ratio |\n|---|---|---|---|---|---|")
    for name, (vector, copies) in CASES.items():
        seconds, count = ours(copies * vector, DEGREE)
        other = theirs(options.emlp, vector, copies) if options.emlp else None
        cells = f"{other[2]} | {other[0]:.2f} | {other[0] / seconds:.0f}" if other else "- | - | -"
        print(f"| {name} | {count} | {seconds:.4f} | {cells} |", flush=True)
    print("\n| growth: exact, s (elements) | degree 1 | 2 | 3 | 4 | 5 |\n|---|---|---|---|---|---|")
    for n in (2, 3, 4, 5, 6):
        found = [ours(2 * groups.so(n), d) if n + d < 10 else None for d in range(1, 6)]
        cells = " | ".join("-" if f is None else f"{f[0]:.4f} ({f[1]})" for f in found)
        print(f"| SO({n}), 2 vectors | {cells} |", flush=True)


if __name__ == "__main__":
    main()
