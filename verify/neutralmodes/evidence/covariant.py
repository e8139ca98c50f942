"""Covariant Lyapunov vectors: directions that the tangent flow carries into one another, and their neutral part.

The method of Ginelli et al. (2007): R factors of a run forward are undone on a run backward. The group's
generators play no part, so that comparing with them means something.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.linalg import solve_triangular

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.angles import centres, sines
from neutralmodes.evidence.engines.base import Array, Engine, exact, spent, to_floats
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.schedule import Schedule, settle
from neutralmodes.evidence.separation import Separation
from neutralmodes.evidence.spectrum import COMPLETED, Progress, columns_of
from neutralmodes.evidence.statistics import Average, Floats, average
from neutralmodes.evidence.windows import Loop, Step
from neutralmodes.evidence.zeros import ALARM, compatible

_CHECKS = 40  # stretches that are run once more to test covariance
_COVARIANT, _TOLERANCES = 1e6, 1e3  # roundings, or errors of a step, times the spread, that a carried subspace is off
_SPREAD = 3.0  # natural-log growth between first and last column in a window: rounding grows as much in the vectors
_BEFORE, _MEASURED, _AFTER = 0.25, 0.5, 0.75  # parts of a budget by whose ends the three runs forward stop
_FEWEST = 10  # windows whatever the budget


@dataclass(frozen=True)
class Covariant:
    """Covariant vectors along an orbit: ``states`` (m, n) and ``vectors`` (m, n, k), unit columns, in double.

    ``exponents`` (k,) are those of the columns, in their order, with ``errors``. Columns whose exponents
    the run cannot tell apart to working precision are one entry of ``groups``: only the subspace that
    such a group spans is determined. ``neutral`` are the columns whose exponents may be zero. ``defect``
    is the largest sine between a group carried by the tangent flow, integrated once more, and the same
    group there.
    """

    exponents: Floats
    errors: Floats
    times: Floats = field(repr=False)
    states: Floats = field(repr=False)
    vectors: Floats = field(repr=False)
    groups: tuple[tuple[int, ...], ...]
    neutral: tuple[int, ...]
    defect: float
    engine: str
    working_digits: int
    windows: int
    seed: int
    outcome: str

    @property
    def completed(self) -> bool:
        return self.outcome == COMPLETED


@dataclass(frozen=True)
class Track:
    """What the two passes leave, in the engine's numbers: a state and k unit vectors (n, k) at each step."""

    engine: Engine
    model: Model
    steps: list[Step]
    vectors: list[Array]
    exponents: Floats
    errors: Floats
    groups: tuple[tuple[int, ...], ...]
    neutral: tuple[int, ...]
    seed: int
    notes: tuple[str, ...] = ()

    def subspace(self, i: int, columns: Sequence[int]) -> Array:
        return self.vectors[i][:, list(columns)]


def covariant(
    system: Any,
    *,
    windows: int = 100,
    transient: float | Fraction | None = None,
    k: int | None = None,
    neutral: int | None = None,
    digits: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    engine: str = "auto",
) -> Covariant:
    """Covariant vectors of the k leading exponents along the orbit of ``system.start``.

    Parameters
    ----------
    windows : QR windows at whose ends the vectors are given. As many again before and after as it takes to separate
        the directions to working precision.
    transient : time dropped before (iterates for maps), default from the dynamics.
    k : number of vectors; default all up to dimension 60, else 20.
    neutral : how many exponents, the nearest to zero, are the neutral ones; default those that the
        zero test finds in this run.
    digits : working decimal digits; None is double.
    seed : of the random frames.
    progress : called with ("covariant", fraction done).
    engine : as for ``spectrum``.

    Raises InputError for arguments out of range, EvidenceError where the orbit ends or a direction collapses.
    """
    track = follow(system, windows, transient, k, neutral, digits, seed, progress, engine)
    with track.engine.precision():
        defect, outcome = covariance(track)
        return Covariant(
            exponents=track.exponents,
            errors=track.errors,
            times=np.array([float(s.time) for s in track.steps]),
            states=np.array([to_floats(s.state) for s in track.steps]),
            vectors=np.array([to_floats(v) for v in track.vectors]),
            groups=track.groups,
            neutral=track.neutral,
            defect=defect,
            engine=track.engine.name,
            working_digits=track.engine.working_digits,
            windows=len(track.steps),
            seed=seed,
            outcome=outcome,
        )


def follow(
    system: Any,
    windows: int,
    transient: float | Fraction | None,
    k: int | None,
    neutral: int | None,
    digits: int | None,
    seed: int,
    progress: Progress | None,
    engine: str,
    within: float = math.inf,
) -> Track:
    """Both passes; the arguments are those of ``covariant``, ``within`` the nominal seconds of the runs forward."""
    model = model_of(system)
    k = columns_of(k, model.n - len(model.constraints))
    if isinstance(windows, bool) or not isinstance(windows, int) or windows < 2:
        raise InputError(f"windows must be an integer of at least 2, got {windows!r}")
    if neutral is not None and not 1 <= neutral <= k:
        raise InputError(f"neutral must be a number of exponents from 1 to {k}, got {neutral!r}")
    schedule = Schedule.read(model, None, transient, within)
    if digits is not None and digits < 16:
        raise InputError(f"digits must be at least 16, got {digits}; leave it out for double")
    runner = open_engine(model, k, digits=digits, engine=engine, may_difference=True)
    report = progress or (lambda stage, done: None)
    with runner.precision():
        passes = _Passes(model, runner, engine, seed, lambda done: report("covariant", done))
        return passes.run(schedule, windows, neutral)


class _Passes:
    """Forward until directions are separated, m windows, forward as long again; then backward."""

    def __init__(self, model: Model, engine: Engine, choice: str, seed: int, progress: Callable[[float], None]) -> None:
        self._model, self._engine, self._choice = model, engine, choice
        self._seed, self._progress = seed, progress
        self._random, self._loop = np.random.default_rng(seed), Loop(engine, model)
        self._notes: tuple[str, ...] = ()
        self._digits = min(engine.working_digits, round(-math.log10(engine.tolerance)))

    def run(self, schedule: Schedule, windows: int, neutral: int | None) -> Track:
        loop, k = self._loop, self._engine.columns
        length = self._settle(schedule)
        before = Separation(k, self._digits)
        before.run(lambda: self._grow(length), lambda: self._spent(schedule, _BEFORE))
        self._progress(0.4)
        steps: list[Step] = []
        loop.steps = steps
        while len(steps) < windows and not (len(steps) >= _FEWEST and self._spent(schedule, _MEASURED)):
            self._grow(length)
        windows = min(windows, len(steps))
        tail, loop.steps = [s.r for s in steps[windows:]], []
        self._progress(0.6)
        after = Separation(k, self._digits)
        after.run(lambda: self._keep_factors(length, tail), lambda: self._spent(schedule, _AFTER))
        self._progress(0.8)
        found = self._exponents(length)
        groups = before.groups(after)
        return Track(
            self._engine,
            self._model,
            steps[:windows],
            self._backward(steps[:windows], tail),
            np.array([a.mean for a in found]),
            np.array([a.error for a in found]),
            groups,
            _neutral(found, neutral),
            self._seed,
            self._notes,
        )

    def _spent(self, schedule: Schedule, part: float) -> bool:
        """Whether a run forward has to stop; noted where it has."""
        over = spent(self._engine) > part * schedule.within
        if over:
            self._notes = (f"ended early: {schedule.within:g} nominal seconds were spent",)
        return over

    def _settle(self, schedule: Schedule) -> Fraction:
        """Drop the transient, in double whatever follows, and place a frame; returns the length of a window."""
        model, k = self._model, self._engine.columns
        engine = open_engine(model, k, engine=self._choice, may_difference=True)
        first, shape = Loop(engine, model), (model.n, k)
        first.place(Fraction(0), engine.array(model.start), self._random.standard_normal(shape))
        length = settle(first, schedule, lambda done: self._progress(0.2 * done), _SPREAD)
        self._loop.place(first.time, self._engine.array(exact(v) for v in first.state), self._generic(*shape))
        return length

    def _generic(self, n: int, k: int) -> Array:
        """A random frame: identity columns could sit in an invariant subspace."""
        return self._engine.array(Fraction(float(v)) for v in self._random.standard_normal(n * k)).reshape(n, k)

    def _grow(self, length: Fraction) -> Floats:
        growth = to_floats(self._loop.window(length))
        if not np.all(np.isfinite(growth)):
            raise EvidenceError(
                f"{self._model.name}: a direction collapses at time {float(self._loop.time):.6g}, so the run cannot be "
                "undone; ask for fewer vectors (k)"
            )
        return growth

    def _keep_factors(self, length: Fraction, tail: list[Array]) -> Floats:
        """A window of which only the R factors stay in memory."""
        growth, steps = self._grow(length), self._loop.steps
        assert steps is not None
        tail += [s.r for s in steps]
        steps.clear()
        return growth

    def _exponents(self, length: Fraction) -> list[Average]:
        growth = to_floats(np.array(self._loop.record.growth))
        time = float(length) * len(growth)
        means = growth.sum(axis=0) / time
        floor = self._engine.tolerance * len(growth) / time
        return [average(r, growth[:, j] - r * float(length), time, floor) for j, r in enumerate(means.tolist())]

    def _backward(self, steps: list[Step], tail: list[Array]) -> list[Array]:
        """Q C at every step, C carried backward: C_i = R_(i+1)^-1 C_(i+1), the columns kept at length 1.

        R_i led to step i: it takes C at step i to the step before.
        """
        k = self._engine.columns
        coefficients = self._generic(k, k) * np.triu(np.ones((k, k), dtype=int))
        for r in reversed(tail):
            coefficients = unit(undo(r, coefficients))
        vectors = []
        for step in reversed(steps):
            vectors.append(unit(step.q @ coefficients))
            coefficients = unit(undo(step.r, coefficients))
        return vectors[::-1]


def undo(r: Array, coefficients: Array) -> Array:
    """R^-1 C for an upper triangular R."""
    if r.dtype == np.float64:
        return np.asarray(solve_triangular(r, coefficients, check_finite=False))
    found = coefficients.copy()
    for i in reversed(range(len(r))):
        found[i] = (found[i] - r[i, i + 1 :] @ found[i + 1 :]) / r[i, i]
    return found


def unit(columns: Array) -> Array:
    """The columns at length 1."""
    sizes = np.array([np.sqrt(np.array([c @ c], dtype=columns.dtype))[0] for c in columns.T], dtype=columns.dtype)
    return centres(columns / sizes)


def _neutral(found: Sequence[Average], count: int | None) -> tuple[int, ...]:
    """The neutral columns; by the test of an alarm, for one that is left out would show as 90 degrees."""
    if count is not None:
        return tuple(sorted(np.argsort(np.abs([a.mean for a in found]), kind="stable")[:count].tolist()))
    return tuple(i for i, a in enumerate(found) if compatible(a.mean, a.error, a.freedom, ALARM))


def covariance(track: Track) -> tuple[float, str]:
    """The largest sine between a group carried over one step, integrated anew, and the group found there.

    Returned with "completed", or with what is wrong: a wrong factor in the backward pass shows here.
    """
    worst, outcome, last = 0.0, COMPLETED, len(track.steps) - 1
    rounding = max(_COVARIANT * 10.0**-track.engine.working_digits, _TOLERANCES * track.engine.tolerance)
    for i in sorted({int(i) for i in np.linspace(0, last - 1, _CHECKS)}):
        here, there = track.steps[i], track.steps[i + 1]
        track.engine.place(here.time, here.state, track.vectors[i])
        track.engine.advance(there.time)
        carried = unit(track.engine.frame)
        found = max(float(sines(carried[:, list(g)], track.subspace(i + 1, g))[0]) for g in track.groups)
        sizes = to_floats(there.r.diagonal())
        allowed = rounding * float(sizes.max() / sizes.min())
        if found > allowed and outcome == COMPLETED:
            outcome = f"the vectors are not covariant: off by {found:.1e} at time {float(there.time):.6g}"
        worst = max(worst, found)
    return worst, outcome


def settled(track: Track) -> bool:
    """Whether the neutral columns fill whole groups, so that their span is determined."""
    chosen = set(track.neutral)
    return all(chosen >= set(g) or not chosen & set(g) for g in track.groups)
