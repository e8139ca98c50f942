"""Lyapunov spectrum by repeated QR, with errors, a convergence record and checks that can fail."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines.base import Array, Engine, to_floats
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.members import Apart, Many, Members, Together, disagreement, disperse, read_members
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.schedule import SETTLING, WARMING, Schedule, settle, warm
from neutralmodes.evidence.statistics import Average, Floats, average, convergence
from neutralmodes.evidence.tangent_check import tangent_defect
from neutralmodes.evidence.windows import Loop, Record

Progress = Callable[[str, float], None]

FULL_UP_TO = 60  # dimensions for which every exponent is computed by default
_LEADING = 20
COMPLETED = "completed"
# A run whose own checks exceed these is not believed. Double with DOP853 stays 1e3 times below.
_LOST_DIGITS = 6  # of orthogonality
_VOLUME, _TANGENT = 1e-6, 1e-4


@dataclass(frozen=True)
class Spectrum:
    """Exponents (k,) in descending order, per unit of the rule's own time (natural logarithm).

    ``errors`` are standard errors, or for neutral directions the range of the bounded sum over the
    time (``methods`` says which), each with its ``freedom``, degrees of freedom of Student's t.
    ``decimals`` are the exponents at the working precision. ``mean_divergence`` is the orbit's mean
    of div f (log |det DF|), integrated independently of the
    frame, None where not every exponent was asked for. ``outcome`` is "completed", or what ended or
    discredits the run; then the numbers are those of the time reached.
    """

    exponents: Floats
    errors: Floats
    methods: tuple[str, ...]
    samples: Floats
    freedom: Floats
    decimals: tuple[str, ...]
    convergence: list[tuple[float, list[float]]] = field(repr=False)
    mean_divergence: float | None
    time: float
    transient: float
    window: float
    windows: int
    engine: str
    working_digits: int
    seed: int
    steps: int
    orthogonality: float
    factorisation: float
    tangent_defect: float | None
    collapses: int
    members: int
    leaves_region: float | None
    outcome: str
    notes: tuple[str, ...]

    @property
    def completed(self) -> bool:
        return self.outcome == COMPLETED

    @property
    def total(self) -> float:
        """The sum of the exponents."""
        return float(np.sum(self.exponents))

    @property
    def volume_defect(self) -> float | None:
        """Sum of the exponents minus the mean divergence; None where either is not available."""
        if self.mean_divergence is None or not np.isfinite(self.total - self.mean_divergence):
            return None
        return self.total - self.mean_divergence

    def to_json(self) -> dict[str, Any]:
        """Plain data, every number a decimal string (counts are integers)."""
        return {
            "exponents": list(self.decimals),
            "errors": _strings(self.errors),
            "error_methods": list(self.methods),
            "effective_samples": _strings(self.samples),
            "degrees_of_freedom": _strings(self.freedom),
            "sum": repr(self.total),
            "mean_divergence": _string(self.mean_divergence),
            "volume_defect": _string(self.volume_defect),
            "convergence": [[repr(t), _strings(v)] for t, v in self.convergence],
            "time": repr(self.time),
            "transient": repr(self.transient),
            "qr_interval": repr(self.window),
            "windows": self.windows,
            "engine": self.engine,
            "working_digits": self.working_digits,
            "seed": self.seed,
            "steps": self.steps,
            "orthogonality": repr(self.orthogonality),
            "factorisation": repr(self.factorisation),
            "tangent_defect": _string(self.tangent_defect),
            "collapses": self.collapses,
            "members": self.members,
            "leaves_region": _string(self.leaves_region),
            "outcome": self.outcome,
            "notes": list(self.notes),
        }


def spectrum(
    system: Any,
    *,
    time: float | Fraction | None = None,
    transient: float | Fraction | None = None,
    k: int | None = None,
    digits: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    engine: str = "auto",
    members: Members = 1,
    within: float = math.inf,
) -> Spectrum:
    """The k leading Lyapunov exponents of the orbit of ``system.start``.

    Parameters
    ----------
    time, transient : measured time and time dropped before it (iterates for maps); by default
        chosen from the dynamics so that a small system takes about two seconds.
    k : number of exponents; default all up to dimension 60, else 20.
    digits : working decimal digits of state, frame and QR; None is double.
    seed : of the random frame. Equal seeds give equal results.
    progress : called with ("transient" or "spectrum", fraction done).
    engine : "auto", "heyoka", "fallback" (scipy, python-flint), or "etd" (exponential time differencing),
        which "auto" takes in double for stiff semilinear flows; ``Spectrum.engine`` says what ran.
    members : independent orbits that are averaged over, each of them for ``time``, stepped together where the
        engine can; their spread is part of the error. A number starts them within 1 % of the state that the
        transient reached (seeded), a list gives their states (n,). In double.
    within : nominal seconds, counted in steps, that bound the lengths which are not given.

    Raises InputError for arguments out of range, EvidenceError where nothing could be measured.
    Later trouble (blow-up, interruption, a failed check) keeps the partial result: see ``outcome``.
    """
    model = model_of(system)
    free = model.n - len(model.constraints)
    k = columns_of(k, free)
    schedule = Schedule.read(model, time, transient, within)
    if digits is not None and digits < 16:
        raise InputError(f"digits must be at least 16, got {digits}; leave it out for double")
    traced = k == model.n
    runner = open_engine(model, k, digits=digits, traced=traced, engine=engine, may_difference=True)
    orbits = read_members(members, system, model)
    if not _alone(orbits) and digits is not None:
        raise InputError(f"members run in double, got digits = {digits}; leave one of them out")
    with runner.precision():
        return _run(model, runner, schedule, seed, progress or _silent, traced, orbits)


def run_model(model: Model, schedule: Schedule, k: int, seed: int, engine: Engine | None = None) -> Spectrum:
    """The k leading exponents of the orbit of ``model.start``, in double or by the engine given."""
    engine = engine or open_engine(model, k, traced=k == model.n)
    return _run(model, engine, schedule, seed, _silent, k == model.n)


@dataclass
class Settled:
    """A run past its transient, with a fresh frame: ``warmed`` windows of ``warming`` turn it, ``count`` of ``window``
    are then measured. ``runner`` is the loop, or its members."""

    loop: Loop
    runner: Loop | Together | Apart
    random: np.random.Generator
    warming: Fraction
    warmed: int
    window: Fraction
    count: int
    seed: int
    defect: float | None
    traced: bool
    begun: Fraction = Fraction(0)

    def begin(self) -> None:
        """From here on the record counts."""
        self.begun, left = self.runner.time, self.runner.record.leaves_region
        self.runner.record, self.runner.engine.steps = Record(leaves_region=left), 0

    def report(self, stop: str = COMPLETED) -> Spectrum:
        """What the record shows; ``stop`` says how the run ended."""
        return _report(self.runner, self.window, self.begun, self.seed, self.defect, stop, self.traced)


def settled(model: Model, engine: Engine, schedule: Schedule, seed: int, progress: Progress, traced: bool) -> Settled:
    """Run the transient and look at the tangents; raises as ``spectrum`` does."""
    random, loop = np.random.default_rng(seed), Loop(engine, model)
    k = engine.columns
    loop.place(Fraction(0), engine.array(model.start), _frame(engine, model.n, k, random))
    length = settle(loop, schedule, lambda done: progress("transient", done))
    defect = tangent_defect(engine, model, loop.time, loop.state, random)
    loop.place(loop.time, loop.state, _frame(engine, model.n, k, random))
    window, count = schedule.windows(length, engine, loop)
    warmed = WARMING if schedule.transient is None else 0
    return Settled(loop, loop, random, length, warmed, window, count, seed, defect, traced)


def _run(
    model: Model,
    engine: Engine,
    schedule: Schedule,
    seed: int,
    progress: Progress,
    traced: bool,
    members: int | Floats = 1,
) -> Spectrum:
    run = settled(model, engine, schedule, seed, progress, traced)
    if not _alone(members):
        run.runner = disperse(run.loop, members, run.random)
    warm(run.runner, schedule, run.warming, WARMING if _alone(members) else SETTLING)
    run.begin()
    return run.report(_measure(run.runner, run.window, run.count, progress))


def _alone(members: int | Floats) -> bool:
    return isinstance(members, int) and members == 1


def _measure(loop: Loop | Together | Apart, window: Fraction, count: int, progress: Progress) -> str:
    """Run the windows; returns what ended the run early, or "completed"."""
    try:
        for i in range(count):
            loop.window(window)
            if i % 16 == 0:
                progress("spectrum", i / count)
    except (EvidenceError, KeyboardInterrupt) as error:
        if not loop.record.growth:
            raise
        why = "interrupted" if isinstance(error, KeyboardInterrupt) else str(error)
        return f"{why} (measured until time {float(loop.time):.6g})"
    progress("spectrum", 1.0)
    return COMPLETED


def _report(
    loop: Loop | Together | Apart,
    window: Fraction,
    begun: Fraction,
    seed: int,
    defect: float | None,
    stop: str,
    traced: bool,
) -> Spectrum:
    record, engine, digits = loop.record, loop.engine, loop.engine.working_digits
    m = len(record.growth)
    growth = np.array(record.growth).reshape(m, -1, engine.columns)  # windows, members, columns
    length, members = float(window) * m, growth.shape[1]
    floor = engine.tolerance * (engine.steps + m) / length
    means, found = _averages(growth, engine, window, floor)
    order = sorted(range(len(found)), key=lambda j: -found[j].mean)
    found = [found[j] for j in order]
    volume = float(np.sum(to_floats(np.array(record.volume)))) / (length * members) if traced else None
    apart = disagreement(to_floats(growth)[:, :, order], float(window), floor)
    failed = [*_failed(record, digits, defect, float(np.sum(means)), volume), *([apart] if apart else [])]
    return Spectrum(
        exponents=np.array([a.mean for a in found]),
        errors=np.array([a.error for a in found]),
        methods=tuple(a.method for a in found),
        samples=np.array([a.samples for a in found]),
        freedom=np.array([a.freedom for a in found]),
        decimals=tuple(_decimal(means[j], digits) for j in order),
        convergence=convergence(to_floats(growth).mean(axis=1)[:, order], float(window)),
        mean_divergence=volume,
        time=length,
        transient=float(begun),
        window=float(window),
        windows=m,
        engine=engine.name,
        working_digits=digits,
        seed=seed,
        steps=engine.steps,
        orthogonality=record.orthogonality,
        factorisation=record.factorisation,
        tangent_defect=defect,
        collapses=record.collapses,
        members=members,
        leaves_region=record.leaves_region,
        outcome=stop if stop != COMPLETED else "; ".join(failed) or COMPLETED,
        notes=loop.model.notes,
    )


def _averages(growth: Array, engine: Engine | Many, window: Fraction, floor: float) -> tuple[Array, list[Average]]:
    """The k exponents in the engine's numbers, and each with its error."""
    m, members, k = growth.shape
    means = np.sum(growth, axis=(0, 1)) / engine.number(window * m * members)
    collapsed = ~np.isfinite(to_floats(means))
    centred = to_floats(growth - np.where(collapsed, engine.number(0), means) * engine.number(window))
    length = float(window) * m
    return means, [average(float(means[j]), centred[:, :, j].T, length, floor) for j in range(k)]


def _failed(record: Record, digits: int, defect: float | None, total: float, volume: float | None) -> Iterator[str]:
    """The run's own checks that it failed."""
    if record.orthogonality > 10.0 ** (_LOST_DIGITS - digits):
        yield f"the frame lost orthogonality ({record.orthogonality:.1e})"
    if defect is not None and defect > _TANGENT:
        yield f"the tangent columns disagree with nearby orbits ({defect:.1e})"
    if volume is not None and abs(total - volume) > _VOLUME * (1.0 + abs(volume)):
        yield f"the exponents sum to {total:.9g}, the mean divergence is {volume:.9g}"


def columns_of(k: int | None, free: int) -> int:
    """The number of exponents that are meant; InputError where it is out of range."""
    if k is None:
        return free if free <= FULL_UP_TO else _LEADING
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= free:
        raise InputError(f"k must be an integer from 1 to {free}, got {k!r}")
    return k


def _frame(engine: Engine, n: int, k: int, random: np.random.Generator) -> Array:
    """A generic frame: identity columns could sit in an invariant subspace."""
    return engine.array(Fraction(float(v)) for v in random.standard_normal(n * k)).reshape(n, k)


def _decimal(value: Any, digits: int) -> str:
    """The shortest decimal of a double; at higher precision the working digits."""
    if isinstance(value, float):
        return repr(float(value))
    return value.str(digits, radius=False) if hasattr(value, "str") else str(value)


def _string(value: float | None) -> str | None:
    return None if value is None else repr(float(value))


def _strings(values: Any) -> list[str]:
    return [repr(float(v)) for v in values]


def _silent(stage: str, done: float) -> None:
    """Progress that nobody asked for."""
