"""Leading exponents of large systems: `python benchmarks/large_systems.py {ring|ks|ks22|mean|memory} [TIME]`.

One a process. ring: 1,024 Stuart-Landau oscillators a_j' = a_j - (1 + 3i) |a_j|^2 a_j + (1 - 2i)/2 (a_{j+1} + a_{j-1}
- 2 a_j), 2,048 dimensions, k = 20. ks: Kuramoto-Sivashinsky of period 200 with 256 complex modes, 512 dimensions,
k = 20, by ETDRK4 on a black box of Fourier transforms. ks22: period 22, 15 modes, k = 5, where -0.003 must be told
from two zeros, over 16 members in one array. mean: the same with its mean kept, a third zero, k = 6. memory: the second
system with more and fewer modes and exponents, what a spectrum allocates and the peak of its process.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time as clock
import tracemalloc
from typing import Any

import numpy as np
import sympy as sp
from scipy.fft import next_fast_len

import neutralmodes as nm
from neutralmodes.evidence.zeros import compare, near_zero
from neutralmodes_systems import kuramoto_sivashinsky_22, kuramoto_sivashinsky_22_mean

UNITS, START = 1024, clock.perf_counter()
MEMBERS = 16
TIMES = {"ring": 200.0, "ks": 200.0, "ks22": 20_000.0, "mean": 2_000.0}


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


def nearby(system: nm.System, moved: int) -> list[list[float]]:
    """Starts whose first coordinates are moved a little: what is conserved stays."""
    start, random = np.array([float(v) for v in system.start]), np.random.default_rng(0)
    steps = 0.05 * random.standard_normal((MEMBERS, moved))
    return [[*(start[:moved] + step), *start[moved:]] for step in steps]


def report(system: nm.System, **options: Any) -> Any:
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
    print("freedom   " + " ".join(f"{v:.0f}" for v in found.freedom))
    print(f"compatible with zero: {[i + 1 for i in near_zero(found)]}")
    return found


def compared(system: nm.System, found: Any) -> None:
    """The numbers against what is proved."""
    proof = nm.certify(system, evidence=False)
    claims = [(s.count, s.counts) for s in proof.statements]
    said = compare(found, proved=proof.zero_exponents, claims=claims, label=system.action.group, whole=False)
    print("\n".join([said["verdict"], *said["explained"]]))


def memory() -> None:
    """A process for each row: modes, exponents, peak of the arrays of a spectrum in units of n k doubles."""
    print("| modes | k | arrays of the spectrum, MiB | in units of n k doubles | process before, after, MiB |")
    for modes, k in [*((m, 20) for m in (64, 128, 256, 512)), *((256, k) for k in (5, 10, 40, 80))]:
        subprocess.run([sys.executable, __file__, "row", str(modes), str(k)], check=True)


def row(modes: int, k: int) -> None:
    system = kuramoto_sivashinsky(200 * modes / 256, modes)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tracemalloc.start()
    nm.spectrum(system, time=0.2, transient=1, k=k, engine="etd")
    peak, after = tracemalloc.get_traced_memory()[1], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"| {modes} | {k} | {peak / 2**20:.2f} | {peak / (16 * modes * k):.1f} | {before:.0f}, {after:.0f} |",
        flush=True,
    )


def main() -> None:
    which = sys.argv[1]
    time = float(sys.argv[2]) if len(sys.argv) > 2 else TIMES.get(which)
    if which == "memory":
        memory()
    elif which == "row":
        row(int(sys.argv[2]), int(sys.argv[3]))
    elif which == "ring":
        report(ring(), time=time, transient=20, k=20)
    elif which == "ks":
        report(kuramoto_sivashinsky(200, 256), time=time, k=20, engine="etd")
    elif which == "ks22":
        system = kuramoto_sivashinsky_22.system
        compared(system, report(system, time=time, transient=1000, k=5, engine="etd", members=MEMBERS))
    else:
        system = kuramoto_sivashinsky_22_mean.system
        starts = nearby(system, len(system.start) - 1)
        compared(system, report(system, time=time, transient=1000, k=6, engine="etd", members=starts))


if __name__ == "__main__":
    np.set_printoptions(linewidth=120)
    main()
