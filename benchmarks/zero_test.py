"""False alarms and misses of the zero test over 200 orbits: `python benchmarks/zero_test.py [RUNS]`.

The Lorenz attractor drives z' = (u/20 - delta) z along the orbit z = 0. The Lorenz system has the symmetry
(u, v) -> (-u, -v), so <u> = 0 and the exponent of z is -delta exactly: it diffuses about it. The flow's own
zero telescopes: its sum is bounded. So delta = 0 gives both kinds of true zeros, delta > 0 a known exponent to detect.
"""

from __future__ import annotations

import sys

import numpy as np
import sympy as sp

import neutralmodes as nm
from neutralmodes.evidence.zeros import compatible

u, v, w, z = sp.symbols("u v w z", real=True)
DELTA = sp.Symbol("delta", real=True)
TIMES = (100, 400)
UNITS = (0, 2, 4, 8, 12)  # of the standard deviation of the exponent over all orbits


def driven(delta: sp.Rational, seed: int) -> nm.System:
    """One orbit from a seeded start; the parameter enters at run time, so everything compiles once."""
    random = np.random.default_rng(seed)
    eighths = [*random.integers(-40, 41, 2), random.integers(80, 240)]
    start = [sp.Rational(int(i), 8) for i in eighths]
    rule = [10 * (v - u), u * (28 - w) - v, u * v - sp.Rational(8, 3) * w, (u / 20 - DELTA) * z]
    field = nm.VectorField([u, v, w, z], rule, parameters={DELTA: delta})
    return nm.System("driven", field, nm.LieAction([u, v, w, z], [[0, 0, 0, z]]), start=[*start, 0])


def middle(delta: sp.Rational, time: int, runs: int) -> np.ndarray:
    """(runs, 2, 2): exponent and error of the two middle ones, in descending order."""
    found = []
    for seed in range(runs):
        measured = nm.spectrum(driven(delta, seed), time=time, transient=40, seed=seed)
        found.append(list(zip(measured.exponents[1:3], measured.errors[1:3], strict=True)))
    return np.array(found)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    print(f"{runs} orbits a line; a true zero should fail in 0.1 %")
    for time in TIMES:
        found = middle(sp.Integer(0), time, runs)
        alarms = sum(not compatible(value, error) for value, error in found.reshape(-1, 2))
        covered = np.mean(np.abs(found[..., 0]) <= found[..., 1])
        deviation = float(np.std(found[..., 0].sum(axis=1)))
        print(f"T = {time}: {alarms} false alarms of {2 * runs}, |mean| <= error in {covered:.0%} (normal: 68 %)")
        for units in UNITS[1:]:
            delta = sp.Rational(round(units * deviation * 10**6), 10**6)
            missed = sum(compatible(*map(float, pair[1])) for pair in middle(delta, time, runs))
            print(f"  delta = {units:2d} deviations = {float(delta):.4f}: missed in {missed} of {runs}")


if __name__ == "__main__":
    main()
