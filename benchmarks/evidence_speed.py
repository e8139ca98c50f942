"""Spectra, ensembles and transport against JiTCODE, pynamicalsys, dysts, bare heyoka and mpmath.

`python benchmarks/evidence_speed.py --peers PYTHON` prints a section of RESULTS.md; PYTHON has jitcode,
pynamicalsys and dysts. Times are processor seconds, medians of runs in turn: the machine is shared.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import evidence_peers
import large_systems
import mpmath
import numpy as np
import sympy as sp

import neutralmodes as nm
from neutralmodes.evidence.engines.base import digits_to_bits, to_balls, to_floats
from neutralmodes.evidence.engines.etd import EtdFlow
from neutralmodes.evidence.engines.heyoka import HeyokaFlow
from neutralmodes.evidence.engines.lanes import LaneFlow
from neutralmodes.evidence.engines.semilinear import by_columns, linear_part, plain_columns, rest_of
from neutralmodes.evidence.ensemble import ensemble
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.qr import qr
from neutralmodes.evidence.schedule import Schedule
from neutralmodes.evidence.spectrum import Spectrum, run_model
from neutralmodes.exact.balls import working_precision

HERE = Path(__file__).parent
LADDER = [1e-14, 1e-13, 1e-12, 1e-11, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6]
STARTS: dict[str, list[float]] = {
    "complex Lorenz": [3, 4, 5, 2, 20],
    "Lorenz-96": [8 + np.sin(7 * i) for i in range(40)],
    "Kuramoto-Sivashinsky": [0.5 * np.sin(3 * i + 1) / (1 + i % 15) for i in range(30)],
    "Kuramoto-Sivashinsky, 40": [0.5 * np.sin(3 * i + 1) / (1 + i % 20) for i in range(40)],
}


def model(name: str) -> Model:
    """The rule of evidence_peers traced into ours: both sides run the same text."""
    rule, n = evidence_peers.RULES[name]
    field = nm.VectorField.from_function(lambda t, y: rule(list(y)), n)
    action = nm.LieAction(sp.symbols(f"x0:{n}", real=True), [[0] * n])
    return model_of(nm.System(name, field, action, start=[Fraction(float(v)) for v in STARTS[name]]))


def processor(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def in_turn(works: list[Callable[[], float]], rounds: int = 3) -> list[float]:
    """Median of each, measured in turn so that a busy machine slows all alike."""
    found = [[work() for work in works] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*found, strict=True)]


class Peers:
    """Jobs in the peers' environment."""

    def __init__(self, python: str) -> None:
        self.python = python

    def run(self, peer: str, rule: str, until: float, tolerance: float = 1e-9, window: float = 0.5) -> dict[str, Any]:
        job = {"peer": peer, "rule": rule, "time": until, "tolerance": tolerance, "window": window}
        job["start"] = [float(v) for v in STARTS[rule]]
        command = [self.python, str(HERE / "evidence_peers.py"), json.dumps(job)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout.splitlines()[-1]))


def end_state(m: Model, engine: Any, until: float, window: float) -> np.ndarray[Any, Any]:
    frame = engine.array(np.eye(m.n)[:, : engine.columns].ravel()).reshape(m.n, engine.columns)
    engine.place(Fraction(0), engine.array(m.start), frame)
    count = math.ceil(until / window)
    for i in range(count):
        engine.place(Fraction(i * until) / count, engine.state, frame)
        engine.advance(Fraction((i + 1) * until) / count)
    return np.asarray(to_floats(engine.state))


def loosest(error: Callable[[float], float], target: float, finest: float = 1e-6) -> tuple[float, float]:
    """(tolerance, error): the loosest of the ladder, down to ``finest`` of the target, whose error meets it."""
    rungs = [rung for rung in LADDER if rung >= target * finest]
    best = (rungs[0], error(rungs[0]))
    for tolerance in rungs[1:]:
        found = error(tolerance)
        if found > target:
            break
        best = (tolerance, found)
    return best


def state_error(peers: Peers, peer: str, m: Model, probe: float, window: float) -> Callable[[float], float]:
    """tolerance -> relative error of the state at ``probe`` against long double; ``peer`` may be ours.

    Each side keeps the windows of its run.
    """
    reference = end_state(m, HeyokaFlow(m, 1, 18), probe, window)
    if peer == "ours":
        window = run_model(m, Schedule.read(m, 20, 20), m.n, 0).window

    def error(tolerance: float) -> float:
        if peer == "ours":
            state = end_state(m, LaneFlow(m, m.n, True, tolerance), probe, window)
        else:
            state = np.array(peers.run(peer, m.name, probe, tolerance, window)["state"])
        return float(np.max(np.abs(state - reference)) / np.max(np.abs(reference)))

    return error


def against(peers: Peers, peer: str, name: str, until: float, window: float, probe: float, target: float) -> None:
    """One row: both sides at their loosest tolerance that meets the target."""
    m = model(name)
    finest = 1e-4 if peer == "pynamicalsys" else 1e-6  # it is slow there
    ours, theirs = (loosest(state_error(peers, who, m, probe, window), target, finest) for who in ("ours", peer))
    schedule, compiling = Schedule.read(m, until, 20), []

    def run_theirs() -> float:
        found = peers.run(peer, name, until, theirs[0], window)
        compiling.append(found["compile"])
        return float(found["run"])

    def run_ours() -> float:
        return processor(lambda: run_model(m, schedule, m.n, 0, LaneFlow(m, m.n, True, ours[0])))[0]

    mine, other = in_turn([run_ours, run_theirs])
    compiled, built = first_compilation(name, ours[0]), statistics.median(compiling)
    print(
        f"| {name}, T = {until:g}, {peer} | {ours[0]:.0e} ({ours[1]:.0e}) | {theirs[0]:.0e} ({theirs[1]:.0e}) "
        f"| {mine:.2f} | {other:.2f} | {other / mine:.1f} | {compiled:.2f} | {built:.2f} "
        f"| {(other + built) / (mine + compiled):.1f} |",
        flush=True,
    )


def first_compilation(name: str, tolerance: float) -> float:
    """Processor seconds to build the integrator in a fresh process, heyoka's cache on disk empty."""
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1]); from evidence_speed import LaneFlow, model; "
        "m = model(sys.argv[2]); t = time.process_time(); LaneFlow(m, m.n, True, float(sys.argv[3])); "
        "print(time.process_time() - t)"
    )
    with tempfile.TemporaryDirectory() as empty:
        command = [sys.executable, "-c", code, str(HERE), name, repr(tolerance)]
        environment = {**os.environ, "XDG_CACHE_HOME": empty, "HOME": empty}
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    return float(done.stdout.splitlines()[-1])


def against_dysts(peers: Peers, until: float) -> None:
    """dysts steps the tangents by backward Euler and cannot meet the error: ours runs at full accuracy."""
    m = model("complex Lorenz")
    mine, found = processor(lambda: run_model(m, Schedule.read(m, until, 20), m.n, 0, LaneFlow(m, m.n, True)))
    other = peers.run("dysts", m.name, until / 10)
    theirs = 10 * other["run"]
    print(
        f"| dysts, T = {until:g} (a tenth, scaled) | {theirs:.1f} | {mine:.2f} | {theirs / mine:.0f} "
        f"| {other['exponents'][0]:.3f} | {found.exponents[0]:.3f} |",
        flush=True,
    )


def bare_loop(m: Model, until: float, window: float) -> Callable[[], float]:
    """What one writes by hand: all columns in one integrator, numpy's QR, a sum of logarithms."""
    import heyoka as hy

    from neutralmodes.evidence.engines.heyoka import arithmetic
    from neutralmodes.evidence.variational import variational

    plan, n = variational(m, m.n), m.n
    names = list(hy.make_vars(*(f"y{i}" for i in range(n * (n + 1)))))
    rule = plan.program.run(plan.outputs, [*names, hy.time], arithmetic(None))
    taylor = hy.taylor_adaptive(list(zip(names, rule, strict=True)), [1.0] * len(names), compact_mode=n > 5)

    def loop() -> float:
        taylor.time, total = 0.0, np.zeros(n)
        taylor.state[:n] = [float(v) for v in m.start]
        taylor.state[n:] = np.linalg.qr(np.random.default_rng(0).standard_normal((n, n)))[0].ravel()
        for i in range(round(until / window)):
            taylor.propagate_until((i + 1) * window)
            q, r = np.linalg.qr(taylor.state[n:].reshape(n, n))
            total += np.log(np.abs(np.diagonal(r)))
            taylor.state[n:] = q.ravel()
        return 0.0

    return lambda: processor(loop)[0]


def bare(until: float) -> None:
    for name, span in (("complex Lorenz", until), ("Lorenz-96", until / 40)):
        m = model(name)
        window = run_model(m, Schedule.read(m, span, 20), m.n, 0).window
        loop = bare_loop(m, span, window)
        ours = lambda m=m, span=span: processor(lambda: run_model(m, Schedule.read(m, span, 20), m.n, 0))[0]  # noqa: E731
        mine, other = in_turn([ours, loop])
        print(f"| {name}, T = {span:g} | {other:.2f} | {mine:.2f} | {mine / other:.2f} |", flush=True)


def ensembles() -> None:
    rule = evidence_peers.complex_lorenz
    v = sp.symbols("x0:5", real=True)
    field = nm.VectorField.from_function(lambda t, y: rule(list(y)), 5)
    system = nm.System("complex Lorenz", field, nm.LieAction(v, [[0] * 5]), start=STARTS["complex Lorenz"])
    m, span = model_of(system), 100
    loop = bare_loop(m, span, 0.5)
    many = lambda: processor(lambda: ensemble(system, 64, time=span, transient=20, workers=1))[0] / 64  # noqa: E731
    single = lambda: processor(lambda: nm.spectrum(system, time=span, transient=20))[0]  # noqa: E731
    each, one, hand = in_turn([many, single, loop])
    both = in_turn(
        [lambda: wall(lambda: nm.spectrum(system, time=span, transient=20))]
        + [
            lambda workers=workers: wall(lambda: ensemble(system, 64, time=span, transient=20, workers=workers)) / 64
            for workers in (1, 2)
        ]
    )
    print(
        f"| 64 of complex Lorenz, T = {span} | {1e3 * each:.1f} | {1e3 * one:.1f} | {1e3 * hand:.1f} "
        f"| {one / each:.1f} | {hand / each:.1f} |\n| by the wall: alone, one core, both | "
        f"{' | '.join(f'{1e3 * v:.1f}' for v in both)} | {both[0] / both[1]:.1f} | {both[0] / both[2]:.1f} |",
        flush=True,
    )


def wall(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def stiff(peers: Peers, until: float) -> None:
    """Taylor at rounding error and at the loosest tolerance that is as exact as ETD's run of two units of time."""
    m, probe = model("Kuramoto-Sivashinsky"), 2.0
    schedule = Schedule.read(m, until, 0)  # JiTCODE's run has no transient either
    EtdFlow(m, m.n, True), LaneFlow(m, m.n, True)  # compilation apart

    def run(make: Callable[[], Any]) -> tuple[float, Spectrum]:
        return processor(lambda: run_model(m, schedule, m.n, 0, make()))

    etd, taylor = run(lambda: EtdFlow(m, m.n, True)), run(lambda: LaneFlow(m, m.n, True))
    window = taylor[1].window
    reference = end_state(m, LaneFlow(m, m.n, True), probe, window)

    def error(engine: Any) -> float:
        return float(np.max(np.abs(end_state(m, engine, probe, window) - reference)) / np.max(np.abs(reference)))

    reached = error(EtdFlow(m, m.n, True))
    tolerance, equal = loosest(lambda t: error(LaneFlow(m, m.n, True, t)), reached)
    LaneFlow(m, m.n, True, tolerance)
    looser = run(lambda: LaneFlow(m, m.n, True, tolerance))
    apart = float(np.max(np.abs(etd[1].exponents[:10] - taylor[1].exponents[:10])))
    hand = bare_loop(m, until / 20, window)() * 20
    print(f"| ETDRK4 (state error {reached:.1e}) | {etd[0]:.2f} | {etd[1].outcome}; ten within {apart:.1e} |")
    print(f"| Taylor, SIMD lanes, rounding error | {taylor[0]:.2f} | {taylor[1].outcome} |")
    print(f"| Taylor, tolerance {tolerance:.0e} ({equal:.1e}) | {looser[0]:.2f} | {looser[1].outcome} |")
    print(f"| Taylor, bare heyoka loop (a twentieth, scaled) | {hand:.2f} | |", flush=True)
    for rule, wanted in (
        ("Kuramoto-Sivashinsky", 1e-6),
        ("Kuramoto-Sivashinsky", 1e-9),
        ("Kuramoto-Sivashinsky, 40", 1e-6),
    ):
        try:
            found = peers.run("JiTCODE", rule, until, wanted, window)
            print(f"| JiTCODE dop853, {rule}, {wanted:g} | {found['run']:.2f} | leading {found['exponents'][0]:.4f} |")
        except subprocess.CalledProcessError as error:
            why = (error.stderr.strip() or f"{evidence_peers.LIMIT} s were not enough").splitlines()[-1]
            print(f"| JiTCODE dop853, {rule}, {wanted:g} | gives up | {why[:90]} |")


def transforms() -> None:
    """N and its derivative along 20 columns, ms: fast transforms against column by column, on a black box."""
    for modes in (15, 64, 256):
        m = model_of(large_systems.kuramoto_sivashinsky(22 * modes / 15, modes))
        linear, block = linear_part(m), np.random.default_rng(0).standard_normal((2 * modes, 21))
        fast, direct = rest_of(m, linear, False), by_columns(plain_columns(m), linear)
        apart = float(np.max(np.abs(fast(block)[0] - direct(block)[0])) / np.max(np.abs(direct(block)[0])))
        works = [lambda f=f, b=block: processor(lambda: [f(b) for _ in range(50)])[0] * 20 for f in (fast, direct)]
        a, b = in_turn(works)
        print(f"| {modes} modes | {a:.3f} | {b:.3f} | {b / a:.1f} | {apart:.0e} |", flush=True)


def fifty_digits() -> None:
    m = model("complex Lorenz")
    engine = HeyokaFlow(m, 1, 50)
    start, column = engine.array(m.start), engine.array([1] * 5).reshape(5, 1)

    def ours() -> float:
        engine.place(Fraction(0), start, column)
        return processor(lambda: engine.advance(Fraction(1, 4)))[0]

    def theirs() -> float:
        rule, jacobian = evidence_peers.complex_lorenz, evidence_peers.complex_lorenz_jacobian

        def slopes(t: Any, y: Any) -> list[Any]:
            rows = jacobian(list(y[:5]))
            return [*rule(list(y[:5])), *(sum(r * v for r, v in zip(row, y[5:], strict=True)) for row in rows)]

        with mpmath.workdps(50):
            values = [mpmath.mpf(int(v)) for v in m.start] + [mpmath.mpf(1)] * 5
            return processor(lambda: mpmath.odefun(slopes, 0, values)(mpmath.mpf("0.25")))[0]

    a, b = in_turn([ours, theirs])
    print(f"| transport to t = 1/4 (odefun) | {1e3 * a:.1f} | {1e3 * b:.0f} | {b / a:.0f} |")
    for n in (20, 40):
        for name, frame in frames(n).items():
            _qr_row(f"QR of {n} x {n}, {name}", frame, engine, a, b)


def frames(n: int) -> dict[str, Any]:
    """A random square, and one whose columns have grown apart by e^12, as at the end of a window."""
    random = np.random.default_rng(0)
    square = random.standard_normal((n, n))
    turn = np.linalg.qr(random.standard_normal((n, n)))[0]
    return {"random": square, "spread by e^12": square @ np.diag(np.exp(-12 * np.arange(n) / (n - 1))) @ turn}


def _qr_row(what: str, frame: Any, engine: HeyokaFlow, ours: float, odefun: float) -> None:
    bits = digits_to_bits(50)

    def their_qr() -> float:
        with mpmath.workdps(50):
            return processor(lambda: mpmath.qr(mpmath.matrix(frame.tolist())))[0]

    def our_qr(values: Any) -> float:
        with working_precision(bits):
            return processor(lambda: [qr(values) for _ in range(5)])[0] / 5

    reals = engine.array(frame.ravel()).reshape(frame.shape)
    with working_precision(bits):
        balls = to_balls(reals)
    c, d, e = in_turn([lambda: our_qr(balls), lambda: our_qr(reals), their_qr])
    print(f"| {what}: balls | {1e3 * c:.2f} | {1e3 * e:.0f} | {e / c:.0f} |")
    print(f"| {what}: heyoka reals | {1e3 * d:.2f} | {1e3 * e:.0f} | {e / d:.0f} |")
    both = (odefun + e) / (ours + d)
    print(f"| with the transport above | {1e3 * (ours + d):.1f} | {1e3 * (odefun + e):.0f} | {both:.0f} |", flush=True)


def ring(n: int) -> Model:
    field = nm.VectorField.from_function(lambda t, y: evidence_peers.lorenz96(list(y), n), n)
    action = nm.LieAction(sp.symbols(f"x0:{n}", real=True), [[0] * n])
    return model_of(nm.System("ring", field, action, start=[Fraction(float(8 + np.sin(7 * i))) for i in range(n)]))


def growth(picture: Path | None) -> None:
    """Milliseconds for a unit of time of Lorenz-96: with n (all exponents), with k (n = 40); with digits that of a
    frame of five columns carried on (n = 5)."""

    def cost(m: Model, k: int, span: int = 20) -> float:
        engine = LaneFlow(m, k)
        return 1e3 * processor(lambda: run_model(m, Schedule.read(m, span, 20), k, 0, engine))[0] / span

    def carried(digits: int) -> float:
        engine, m = HeyokaFlow(ring(5), 5, digits), ring(5)
        frame = engine.array(np.eye(5).ravel()).reshape(5, 5)
        engine.place(Fraction(0), engine.array(m.start), frame)
        return 4e3 * processor(lambda: engine.advance(Fraction(1, 4)))[0]

    tables = {
        "n": {n: cost(ring(n), n) for n in (5, 10, 20, 40, 70, 100)},
        "k": {k: cost(ring(40), k) for k in (1, 2, 4, 8, 16, 40)},
        "digits": {d: carried(d) for d in (18, 30, 50, 100, 200)},
    }
    for what, table in tables.items():
        print(f"| {what} | " + " | ".join(str(x) for x in table) + " |")
        print("| ms | " + " | ".join(f"{v:.1f}" for v in table.values()) + " |")
    if picture is not None:
        _draw(tables, picture)


def _draw(tables: dict[str, dict[int, float]], picture: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    for axes, (what, table) in zip(figure.subplots(1, 3), tables.items(), strict=True):
        axes.loglog(list(table), list(table.values()), "o-")
        axes.set(xlabel=what, ylabel="ms for a unit of time")
        axes.set_xticks(list(table), [str(x) for x in table])
        axes.minorticks_off()
    figure.savefig(picture)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default=sys.executable, help="python with jitcode, pynamicalsys and dysts")
    parser.add_argument("--picture", type=Path, help="where to draw the growth of the cost")
    parser.add_argument("--only", nargs="*", default=[], help="parts to run")
    asked = parser.parse_args()
    peers = Peers(asked.peers)
    lorenz = "complex Lorenz"
    parts: dict[str, Callable[[], Any]] = {
        "lorenz": lambda: [against(peers, "JiTCODE", lorenz, 2000, 0.5, 10, e) for e in (1e-8, 1e-10)],
        "pynamicalsys": lambda: against(peers, "pynamicalsys", lorenz, 2000, 0.5, 10, 1e-8),
        "dysts": lambda: against_dysts(peers, 2000),
        "lorenz96": lambda: [against(peers, "JiTCODE", "Lorenz-96", 200, 0.25, 5, e) for e in (1e-8, 1e-10)],
        "bare": lambda: bare(2000),
        "ensembles": ensembles,
        "stiff": lambda: stiff(peers, 20),
        "transforms": transforms,
        "digits": fifty_digits,
        "growth": lambda: growth(asked.picture),
    }
    for name, part in parts.items():
        if not asked.only or name in asked.only:
            print(f"\n{name}", flush=True)
            part()


if __name__ == "__main__":
    main()
