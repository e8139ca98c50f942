"""False alarms and misses of the zero test: `python benchmarks/zero_test.py {processes|lorenz|systems} [RUNS]`.

processes: increments whose truth is known, tested against the t test that the same degrees of freedom allow.
lorenz: the Lorenz attractor drives z' = (u/20 - delta) z along the orbit z = 0. The Lorenz system has the symmetry
(u, v) -> (-u, -v), so <u> = 0 and the exponent of z is -delta exactly: it diffuses about it. The flow's own zero
telescopes: its sum is bounded. So delta = 0 gives both kinds of true zeros, delta > 0 a known exponent to detect.
systems: true zeros of systems from seeded starts, and May and Leonard's cycle, whose upper limit is 0.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import numpy as np
import sympy as sp
from scipy.signal import lfilter
from scipy.stats import nct

import neutralmodes as nm
from neutralmodes.evidence.spectrum import Spectrum
from neutralmodes.evidence.statistics import average
from neutralmodes.evidence.zeros import ALARM, compare, compatible, critical, unsettled
from neutralmodes_systems import complex_lorenz

u, v, w, z = sp.symbols("u v w z", real=True)
DELTA = sp.Symbol("delta", real=True)
DISTANCES = (3, 4, 5)  # of a true exponent from zero, in standard deviations over all runs
Row = tuple[float, float, float]  # exponent, error, degrees of freedom
Process = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]


def remembering(coefficient: float) -> Process:
    """An AR(1): the correlation time is (1 + coefficient) / (1 - coefficient) windows."""

    def make(random: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
        kicks = random.standard_normal((shape[0], shape[1] + 1000))
        return np.asarray(lfilter([1.0], [1.0, -coefficient], kicks, axis=1)[:, 1000:])

    return make


def bounded(random: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Telescoping, the potential with exponential tails."""
    return np.diff(random.exponential(size=(shape[0], shape[1] + 1)), axis=1)


PROCESSES: dict[str, Process] = {
    "independent": remembering(0.0),
    "AR(1), 0.8": remembering(0.8),
    "AR(1), 0.9": remembering(0.9),
    "AR(1), 0.97": remembering(0.97),
    "bounded": bounded,
}


def processes(runs: int) -> None:
    print("| process | members x windows | alarms at 1 %, at 0.01 % | seen at 3, 4, 5 deviations | t test |")
    for shape in ((1, 100), (1, 400), (1, 2000), (16, 250)):
        for name, make in PROCESSES.items():
            made = [make(np.random.default_rng(seed), shape) for seed in range(runs)]
            deviation = float(np.std([steps.mean() for steps in made]))
            rows = [_of(steps) for steps in made]
            seen = [_rate([_of(steps + d * deviation) for steps in made]) for d in DISTANCES]
            print(f"| {name} | {shape[0]} x {shape[1]} | {_alarms(rows)} | {_shown(seen)} | {_ideal(rows)} |")


def _of(steps: np.ndarray) -> Row:
    mean = float(steps.mean())
    found = average(mean, steps - mean, float(steps.shape[1]))
    return mean, found.error, found.freedom


def _rate(rows: list[Row]) -> float:
    """How many are told from zero."""
    return float(np.mean([not compatible(*row) for row in rows]))


def _alarms(rows: list[Row]) -> str:
    gross = sum(not compatible(*row, ALARM) for row in rows)
    return f"{sum(not compatible(*row) for row in rows)}, {gross} of {len(rows)}"


def _shown(rates: list[float]) -> str:
    return ", ".join(f"{rate:.2f}" for rate in rates)


def _ideal(rows: list[Row]) -> str:
    """What the t test with as many degrees of freedom as these runs have sees, by the noncentral t."""
    freedom = float(np.median([f for _, _, f in rows]))
    return _shown([float(nct.sf(critical(freedom), freedom, d)) for d in DISTANCES])


def _rows(found: Spectrum, columns: slice) -> Iterator[Row]:
    return zip(*(part[columns].tolist() for part in (found.exponents, found.errors, found.freedom)), strict=True)


def driven(delta: sp.Rational, seed: int) -> nm.System:
    """One orbit from a seeded start; the parameter enters at run time, so everything compiles once."""
    random = np.random.default_rng(seed)
    eighths = [*random.integers(-40, 41, 2), random.integers(80, 240)]
    start = [sp.Rational(int(i), 8) for i in eighths]
    rule = [10 * (v - u), u * (28 - w) - v, u * v - sp.Rational(8, 3) * w, (u / 20 - DELTA) * z]
    field = nm.VectorField([u, v, w, z], rule, parameters={DELTA: delta})
    return nm.System("driven", field, nm.LieAction([u, v, w, z], [[0, 0, 0, z]]), start=[*start, 0])


def lorenz(runs: int) -> None:
    print("| T | alarms at 1 %, at 0.01 % | error covers | seen at 3, 4, 5 deviations | t test |")
    for time in (100, 400):
        rows, deviation, seen = middle(sp.Integer(0), time, runs), 0.0, []
        deviation = float(np.std([a[0] + b[0] for a, b in rows]))
        flat = [row for pair in rows for row in pair]
        for distance in DISTANCES:
            delta = sp.Rational(round(distance * deviation * 10**6), 10**6)
            seen.append(_rate([pair[1] for pair in middle(delta, time, runs)]))
        covered = np.mean([abs(value) <= error for value, error, _ in flat])
        diffusing = [max(pair, key=lambda row: row[1]) for pair in rows]
        print(f"| {time} | {_alarms(flat)} | {covered:.0%} | {_shown(seen)} | {_ideal(diffusing)} |")


def middle(delta: sp.Rational, time: int, runs: int) -> list[list[Row]]:
    """The two middle exponents of every run, in descending order."""
    spectra = (nm.spectrum(driven(delta, seed), time=time, transient=40, seed=seed) for seed in range(runs))
    return [list(_rows(found, slice(1, 3))) for found in spectra]


def circle(random: np.random.Generator) -> nm.System:
    square = u**2 + v**2
    start = [sp.Rational(int(i), 64) for i in random.integers(20, 100, 2)]
    rule = [u * (1 - square), v * (1 - square)]
    return nm.System("circle", nm.VectorField([u, v], rule), nm.LieAction([u, v], [[-v, u]]), start=start)


def laser(random: np.random.Generator) -> nm.System:
    system = complex_lorenz.system
    start = [x + sp.Rational(int(i), 16) for x, i in zip(system.start, random.integers(-16, 17, 5), strict=True)]
    return nm.System("lorenz", system.dynamics, system.action, start=start)


def cycle(random: np.random.Generator) -> nm.System:
    """May and Leonard (1975), alpha, beta = 4/5, 13/10; the first species is the square of a complex amplitude."""
    first, alpha, beta = u**2 + v**2, sp.Rational(4, 5), sp.Rational(13, 10)
    rates = [1 - first - alpha * w - beta * z, 1 - w - alpha * z - beta * first, 1 - z - alpha * first - beta * w]
    field = nm.VectorField([u, v, w, z], [u * rates[0] / 2, v * rates[0] / 2, w * rates[1], z * rates[2]])
    start = [sp.Rational(int(i), 64) for i in random.integers(8, 60, 4)]
    return nm.System("cycle", field, nm.LieAction([u, v, w, z], [[-v, u, 0, 0]]), start=start)


def systems(runs: int) -> None:
    print("| system | T | alarms at 1 %, at 0.01 % | INCONSISTENT | still swinging |")
    for make, zeros, times in (
        (circle, slice(0, 1), (20,)),
        (laser, slice(1, 3), (100, 400)),
        (cycle, None, (60, 400)),
    ):
        for time in times:
            orbits = [make(np.random.default_rng(seed)) for seed in range(runs)]
            found = [nm.spectrum(s, time=time, transient=20, seed=seed) for seed, s in enumerate(orbits)]
            verdicts = [compare(f, proved=1, claims=[(1, "group")], label="SO(2)")["consistent"] for f in found]
            alarms = "" if zeros is None else _alarms([row for f in found for row in _rows(f, zeros)])
            swinging = sum(bool(unsettled(f)) for f in found)
            print(
                f"| {make.__name__} | {time} | {alarms} | {verdicts.count(False)} of {runs} | {swinging} |", flush=True
            )


if __name__ == "__main__":
    {"processes": processes, "lorenz": lorenz, "systems": systems}[sys.argv[1]](
        int(sys.argv[2]) if len(sys.argv) > 2 else 200
    )
