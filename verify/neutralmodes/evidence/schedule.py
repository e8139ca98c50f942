"""How long to run and how often to factor: from the dynamics, never from a clock, so that runs repeat."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import median
from typing import Any, Protocol

import numpy as np

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines.base import DOUBLE_DIGITS, Engine, Priced, spent, to_floats
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import along_of, jacobian_size
from neutralmodes.evidence.windows import TARGET_SPREAD, Loop, Record

SETTLING = 200  # windows of the default transient
_LESSONS = 20  # windows whose spread sets the length of the next
WARMING = 40  # windows for which a fresh frame turns before it is measured
_MOST, _FEWEST = 2000, 100  # windows measured by default
_SECONDS, _SECONDS_MANY_DIGITS = 2.0, 15.0  # nominal cost of a default run
_SETTLED, _WARMED = 0.25, 0.4  # parts of a budget by whose end the transient, and the turning of a frame, stop
_FEWEST_WITHIN = 20  # windows measured whatever the budget
_LAST_COLUMN = 1e-3  # relative error that a window's steps may leave in it
_LONGEST = 32.0  # a window in units of 1 / |Df V|, V the frame
_FURTHER = 64.0  # times the window of a random frame: at rest |Df V| may be nothing


@dataclass(frozen=True)
class Schedule:
    """The times asked for, None where they are ours to choose: then no more than ``within`` nominal seconds."""

    flow: bool
    time: Fraction | None
    transient: Fraction | None
    within: float = math.inf

    @property
    def settled(self) -> Fraction | None:
        """The end of the first half of a given transient."""
        if self.transient is None:
            return None
        return self.transient / 2 if self.flow else Fraction(int(self.transient) // 2)

    @classmethod
    def read(cls, model: Model, time: Any, transient: Any, within: float = math.inf) -> Schedule:
        """Raises InputError for a time that is not positive or, for a map, not an integer."""
        return cls(
            model.is_flow,
            None if time is None else read_time(time, "time", model.is_flow, positive=True),
            None if transient is None else read_time(transient, "transient", model.is_flow, positive=False),
            within,
        )

    def windows(self, length: Fraction, engine: Engine, loop: Loop) -> tuple[Fraction, int]:
        """(window, number of measured windows)."""
        if self.time is None:
            seconds = _SECONDS if engine.working_digits <= DOUBLE_DIGITS else _SECONDS_MANY_DIGITS
            price = engine.cost * max(engine.steps, 1) / float(loop.time or 1) * float(length)
            count = min(_MOST, max(_FEWEST, seconds / price))
            return length, int(min(count, max(_FEWEST_WITHIN, (1 - _WARMED) * self.within / price)))
        if self.flow:
            count = max(_FEWEST, math.ceil(self.time / length))
            return self.time / count, count
        window = max(1, min(int(length), int(self.time) // _FEWEST))
        return Fraction(window), int(self.time) // window


def settle(
    loop: Loop, schedule: Schedule, progress: Callable[[float], None], spread: float = TARGET_SPREAD
) -> Fraction:
    """Run the transient (the first half of a given one) and learn the window in which the frame
    spreads as it should, by ``spread``, from windows beyond where the transient has too few."""
    reach, end = _Reach(loop), schedule.settled
    lesson = _Lesson(reach, reach.longest(), schedule.flow, _target(loop.engine.tolerance, spread))
    for i in itertools.count():
        left = lesson.length if end is None else min(lesson.length, end - loop.time)
        if left <= 0 or (end is None and (i == SETTLING or spent(loop.engine) > _SETTLED * schedule.within)):
            break
        lesson.take(loop, left)
        progress(i / SETTLING if end is None else float(loop.time / end))
    _scout(loop, lesson)
    return lesson.length


def _scout(loop: Loop, lesson: _Lesson) -> None:
    time, state, frame, record = loop.time, loop.state, loop.frame, loop.record
    loop.record = Record()
    with suppress(EvidenceError):
        while len(lesson.spreads) < _LESSONS:
            lesson.take(loop, lesson.length)
    loop.place(time, state, frame)
    loop.record = record


@dataclass
class _Lesson:
    """The window's length, from how fast frames spread in the windows taken so far."""

    reach: _Reach
    longest: Fraction
    flow: bool
    target: float
    spreads: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.length = _grid(self.longest / 32, self.flow)

    def take(self, loop: Loop, length: Fraction) -> None:
        growth = [0.0, *filter(math.isfinite, to_floats(loop.window(length)).tolist())]
        self.spreads.append((max(growth) - min(growth)) / float(length))
        if len(self.spreads) % _LESSONS == 0 and loop.engine.columns < loop.model.n:
            self.longest = max(self.longest, self.reach.longest())  # the frame has turned off the stiff directions
        usual = max(median(self.spreads[-_LESSONS:]), self.target / float(self.longest))
        known = float(self.length)  # not the window taken, which may be what was left of the transient
        wanted = min(max(self.target / usual, known / 2), 2 * known)
        self.length = _grid(Fraction(wanted), self.flow)


class Windowed(Protocol):
    """A loop of one orbit or of several in step."""

    @property
    def time(self) -> Fraction: ...

    @property
    def engine(self) -> Priced: ...

    def window(self, length: Fraction) -> Any: ...


def warm(loop: Windowed, schedule: Schedule, length: Fraction, windows: int = WARMING) -> None:
    """Let a fresh frame turn into place: some windows of ``settle``, or the second half of a given transient.

    Those windows are as long as the dynamics wants them; a short run measures in shorter ones.
    """
    if schedule.transient is None:
        for _ in range(windows):
            loop.window(length)
            if spent(loop.engine) > _WARMED * schedule.within:
                break
        return
    while loop.time < schedule.transient:
        loop.window(min(length, schedule.transient - loop.time))


def _target(tolerance: float, spread: float) -> float:
    """The spread of a window: its step error, relative to the first column, may not reach the last one."""
    return min(spread, math.log(_LAST_COLUMN / tolerance))


class _Reach:
    """The longest window: directions that the frame does not hold, however stiff, need no factoring."""

    def __init__(self, loop: Loop) -> None:
        model, self._loop = loop.model, loop
        if model.is_flow:
            self._along = along_of(model)
            random = jacobian_size(model, to_floats(loop.state)) * math.sqrt(loop.engine.columns / model.n)
            self._least = random / _FURTHER

    def longest(self) -> Fraction:
        loop = self._loop
        if not loop.model.is_flow:
            return Fraction(int(_LONGEST))
        size = float(np.linalg.norm(self._along(to_floats(loop.state), to_floats(loop.frame), 0.0)))
        size = max(size, self._least)
        return _grid(Fraction(_LONGEST / size if size > 0 and math.isfinite(size) else _LONGEST), True)


def _grid(length: Fraction, flow: bool) -> Fraction:
    """A positive length with few binary digits (flow), or a positive integer (map)."""
    if not flow:
        return Fraction(max(1, int(length)))
    unit = Fraction(2) ** (math.frexp(float(length))[1] - 8)
    return unit * max(1, round(length / unit))


def read_time(value: Any, what: str, flow: bool, positive: bool) -> Fraction:
    """A time as an exact number; InputError where it is not finite, negative, or no count of iterates."""
    try:
        found = Fraction(value)
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(f"{what} must be a finite number, got {value!r}") from error
    if found < 0 or (positive and found == 0):
        raise InputError(f"{what} must be {'positive' if positive else 'at least 0'}, got {value!r}")
    if not flow and found.denominator != 1:
        raise InputError(f"{what} of a map counts iterates: give an integer, got {value!r}")
    return found
