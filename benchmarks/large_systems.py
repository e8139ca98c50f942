"""Leading exponents of large systems: `python benchmarks/large_systems.py {ring|ks|ks22} [TIME]`, one a process.

ring: 1,024 Stuart-Landau oscillators a_j' = a_j - (1 + 3i) |a_j|^2 a_j + (1 - 2i)/2 (a_{j+1} + a_{j-1} - 2 a_j),
2,048 dimensions, k = 20. ks: Kuramoto-Sivashinsky of period 200 with 256 complex modes, 512 dimensions, k = 20, by
ETDRK4 on a black box of Fourier transforms. ks22: period 22, 15 modes, k = 8, where -0.003 must be told from two zeros.
"""

from __future__ import annotations

import resource
import sys
import time as clock
from typing import Any

import numpy as np
import sympy as sp
from scipy.fft import next_fast_len

import neutralmodes as nm
from neutralmodes.evidence.zeros import near_zero
from neutralmodes_systems import kuramoto_sivashinsky_22

UNITS, START = 1024, clock.perf_counter()


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


def kuramoto_sivashinsky(period: float, modes: int) -> nm.System:
    """u_t = -u u_x - u_xx - u_xxxx, the state (Re u_1, Im u_1, Re u_2, ...), products on a grid without aliasing."""
    points = next_fast_len(3 * modes + 1)
    wave = 2 * np.pi / period * np.arange(1, modes + 1)
    growth = wave**2 - wave**4

    def grid(state: np.ndarray) -> np.ndarray:
        return np.fft.irfft(np.concatenate([[0.0], state.view(complex)]), points) * points

    def modes_of(values: np.ndarray) -> np.ndarray:
        return np.fft.rfft(values)[1 : modes + 1] / points

    def rule(t: float, state: np.ndarray) -> np.ndarray:
        return (growth * state.view(complex) - 0.5j * wave * modes_of(grid(state) ** 2)).view(float)

    def jvp(t: float, state: np.ndarray, v: np.ndarray) -> np.ndarray:
        v = np.ascontiguousarray(v)
        return (growth * v.view(complex) - 1j * wave * modes_of(grid(state) * grid(v))).view(float)

    start = [sp.Rational((5 * i) % 7 - 3, 4 * (1 + i)) for i in range(2 * modes)]
    action = nm.groups.fourier(range(1, modes + 1))
    field = nm.VectorField.black_box(rule, 2 * modes, jvp=jvp)
    return nm.System(f"ks-{modes}", field, action.on(field.variables), start=start)


def seconds(wall: float, cpu: float) -> str:
    return f"{wall:.1f} s (CPU {cpu:.1f} s)"


def report(system: nm.System, **options: Any) -> None:
    built, begun = (clock.perf_counter() - START, clock.process_time()), (clock.perf_counter(), clock.process_time())

    def since() -> tuple[float, float]:
        return clock.perf_counter() - begun[0], clock.process_time() - begun[1]

    first: list[tuple[float, float]] = []

    def watch(stage: str, done: float) -> None:
        first.append(since())

    found = nm.spectrum(system, progress=watch, **options)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"{system.name}: {len(system.dynamics.variables)} dimensions, k = {len(found.exponents)}, {found.engine}")
    print(f"system built in {seconds(*built)}, first window after {seconds(*first[0])}")
    print(f"all windows in {seconds(*since())}, peak {memory:.2f} GiB")
    print(
        f"T = {found.time:g} after {found.transient:g}: {found.windows} windows, {found.steps} steps; {found.outcome}"
    )
    print("exponents " + " ".join(f"{v:.5f}" for v in found.exponents))
    print("errors    " + " ".join(f"{v:.5f}" for v in found.errors))
    print(f"compatible with zero: {[i + 1 for i in near_zero(found)]}")


def main() -> None:
    which = sys.argv[1]
    time = float(sys.argv[2]) if len(sys.argv) > 2 else {"ring": 200.0, "ks": 200.0, "ks22": 20_000.0}[which]
    if which == "ring":
        report(ring(), time=time, transient=20, k=20)
    elif which == "ks":
        report(kuramoto_sivashinsky(200, 256), time=time, k=20, engine="etd")
    else:
        report(kuramoto_sivashinsky_22.system, time=time, transient=500, k=8, engine="etd")


if __name__ == "__main__":
    np.set_printoptions(linewidth=120)
    main()
