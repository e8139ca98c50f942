"""Leading exponents of large systems: `python benchmarks/large_systems.py {ring|ks|ks22} [TIME]`, one a process.

ring: 1,024 Stuart-Landau oscillators a_j' = a_j - (1 + 3i) |a_j|^2 a_j + (1 - 2i)/2 (a_{j+1} + a_{j-1} - 2 a_j),
2,048 dimensions, k = 20. ks: Kuramoto-Sivashinsky of period 200 with 256 complex modes, 512 dimensions, k = 20, by
ETDRK4. ks22: period 22, 15 modes, k = 8, where -0.003 must be told from two zeros.
"""

from __future__ import annotations

import resource
import sys
import time as clock
from typing import Any

import numpy as np
import sympy as sp

import neutralmodes as nm
from neutralmodes.evidence.zeros import near_zero
from neutralmodes_systems import kuramoto_sivashinsky, kuramoto_sivashinsky_22

UNITS = 1024


def ring(units: int = UNITS) -> nm.System:
    re, im = sp.symbols(f"x0:{units}", real=True), sp.symbols(f"y0:{units}", real=True)
    state, rule = [v for pair in zip(re, im, strict=True) for v in pair], []
    for j in range(units):
        x, y = re[j], im[j]
        dx, dy = re[j - 1] + re[(j + 1) % units] - 2 * x, im[j - 1] + im[(j + 1) % units] - 2 * y
        square = x**2 + y**2
        rule.append(x - square * (x - 3 * y) + dx / 2 + dy)
        rule.append(y - square * (3 * x + y) - dx + dy / 2)
    turn = [v for x, y in zip(re, im, strict=True) for v in (-y, x)]
    start = [sp.Rational((7 * i * i + 3 * i) % 23 - 11, 16) for i in range(2 * units)]
    return nm.System("ring", nm.VectorField(state, rule), nm.LieAction(state, [turn]), start=start)


def report(system: nm.System, since: float, **options: Any) -> None:
    built, begun = clock.perf_counter() - since, clock.perf_counter()
    first: list[float] = []

    def watch(stage: str, done: float) -> None:
        first.append(clock.perf_counter() - begun)

    found = nm.spectrum(system, progress=watch, **options)
    seconds = clock.perf_counter() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{system.name}: {len(system.dynamics.variables)} dimensions, k = {len(found.exponents)}, {found.engine}")
    print(f"built in {built:.1f} s, first window after {first[0]:.1f} s, all in {seconds:.1f} s, peak {memory:.2f} GiB")
    print(
        f"T = {found.time:g} after {found.transient:g}: {found.windows} windows, {found.steps} steps; {found.outcome}"
    )
    print("exponents " + " ".join(f"{v:.5f}" for v in found.exponents))
    print("errors    " + " ".join(f"{v:.5f}" for v in found.errors))
    print(f"compatible with zero: {[i + 1 for i in near_zero(found)]}")


def main() -> None:
    which, since = sys.argv[1], clock.perf_counter()
    time = float(sys.argv[2]) if len(sys.argv) > 2 else {"ring": 200.0, "ks": 200.0, "ks22": 20_000.0}[which]
    if which == "ring":
        report(ring(), since, time=time, transient=20, k=20)
    elif which == "ks":
        wide = kuramoto_sivashinsky.kuramoto_sivashinsky("ks-256", 200, modes=256)
        report(wide, since, time=time, k=20, engine="etd")
    else:
        report(kuramoto_sivashinsky_22.system, since, time=time, transient=500, k=8, engine="etd")


if __name__ == "__main__":
    np.set_printoptions(linewidth=120)
    main()
