"""Independent orbits of one rule in step: a loop for many states and frames where ``windows.Loop`` has one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

import numpy as np
from scipy.special import fdtrc

from neutralmodes.errors import InputError
from neutralmodes.evidence.engines.base import Array, Engine, InDoubles, to_floats
from neutralmodes.evidence.engines.etd import EtdFlow
from neutralmodes.evidence.engines.etd_members import EtdMembers
from neutralmodes.evidence.engines.lanes import LaneFlow, Lanes, Packing
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import Pointwise
from neutralmodes.evidence.statistics import Floats, average
from neutralmodes.evidence.windows import DEEPEST, NARROWEST, SAMPLED, SLACK, Loop, Record

ALIKE = 1e-4  # probability of so wide a spread, below which members are no sample of one orbit
MEMORY = 4.0  # degrees of freedom that an average member has at least, for such a verdict
SPREAD = 0.01  # of the state's size: how far from the leader's state members start
Members: TypeAlias = int | Sequence[Sequence[Any]]


class Carrier(Protocol):
    """What carries the members: states (m, n) and frames (m, n, k) to a later time, log-volume growths (m,) beside."""

    tolerance: float
    steps: int

    def carry(self, time: float, until: float, states: Array, frames: Array) -> tuple[Array, Array, Array]: ...


class Many(InDoubles):
    """What a report asks of an engine, for all members together."""

    def __init__(self, leader: Engine, members: int, carrier: Carrier | None) -> None:
        self.name = f"{leader.name}, {members} members {'in one array' if carrier else 'one after the other'}"
        self.columns, self.cost, self._source = leader.columns, leader.cost, carrier or leader

    @property
    def tolerance(self) -> float:
        return self._source.tolerance

    @property
    def steps(self) -> int:
        return self._source.steps

    @steps.setter
    def steps(self, value: int) -> None:
        self._source.steps = value


class Together:
    """Members in one array: ``window`` advances them all and records growths (m, k)."""

    def __init__(self, model: Model, engine: Many, carrier: Carrier, time: Fraction, states: Array, frames: Array):
        self.model, self.engine, self._carrier, self.record = model, engine, carrier, Record()
        self.time, self.states, self.frames = time, states, _factor(frames)[0]
        self._region = Pointwise(model, model.inequalities)

    def window(self, length: Fraction) -> Array:
        """Advance by ``length``; returns and records the log growths (m, k). Raises Halted from the carrier."""
        growth, volume = self._advance(length, depth=0)
        self.record.growth.append(growth)
        self.record.volume.append(volume)
        self._watch()
        return growth

    def _advance(self, length: Fraction, depth: int) -> tuple[Array, Array]:
        until = self.time + length
        states, frames, volume = self._carrier.carry(float(self.time), float(until), self.states, self.frames)
        q, sizes = _factor(frames)
        if depth < DEEPEST and np.any(sizes.min(axis=1) < NARROWEST * sizes.max(axis=1)):
            first, volume = self._advance(length / 2, depth + 1)
            second, more = self._advance(length / 2, depth + 1)
            return first + second, volume + more
        if len(self.record.growth) % SAMPLED == 0:
            gram = q.transpose(0, 2, 1) @ q - np.eye(q.shape[2])
            self.record.orthogonality = max(self.record.orthogonality, float(np.abs(gram).max()))
        self.time, self.states, self.frames = until, states, q
        return np.log(sizes), volume

    def _watch(self) -> None:
        if self.record.leaves_region is not None or not self.model.inequalities:
            return
        if any(np.any(self._region.floats(state, float(self.time)) < -SLACK) for state in self.states):
            self.record.leaves_region = float(self.time)


def _factor(frames: Array) -> tuple[Array, Array]:
    """Q (m, n, k) and the diagonals (m, k) of R, made positive."""
    q, r = np.linalg.qr(frames)
    diagonals = np.diagonal(r, axis1=1, axis2=2)
    return q * np.where(diagonals < 0, -1.0, 1.0)[:, None, :], np.abs(diagonals)


class Apart:
    """Members one after the other, each with a loop of its own: maps, constraints, black boxes, no heyoka."""

    def __init__(self, model: Model, engine: Many, leader: Engine, time: Fraction, states: Array, frames: Array):
        self.model, self.engine, self.record, self._loops = model, engine, Record(), []
        for state, frame in zip(states, frames, strict=True):
            loop = Loop(leader, model)
            loop.place(time, state, frame)
            self._loops.append(loop)

    @property
    def time(self) -> Fraction:
        return self._loops[0].time

    def window(self, length: Fraction) -> Array:
        """As ``Together.window``; raises what ``windows.Loop.window`` raises."""
        growth = np.array([loop.window(length) for loop in self._loops])
        found, record = [loop.record for loop in self._loops], self.record
        record.growth.append(growth)
        record.volume.append(np.array([r.volume[-1] for r in found], dtype=float))
        record.orthogonality = max(r.orthogonality for r in found)
        record.factorisation = max(r.factorisation for r in found)
        record.collapses = sum(r.collapses for r in found)
        left = [r.leaves_region for r in found if r.leaves_region is not None]
        record.leaves_region = record.leaves_region if record.leaves_region is not None or not left else min(left)
        return growth


def disperse(loop: Loop, members: int | Floats, random: np.random.Generator) -> Together | Apart:
    """The members, at the time of the leader's ``loop``, with generic frames: at the states given, or at seeded ones
    near the leader's."""
    model, leader = loop.model, loop.engine
    states = _states(model, to_floats(loop.state), members, random)
    frames = random.standard_normal((len(states), model.n, leader.columns))
    carrier = None if model.constraints else _carrier(model, leader, len(states))
    engine = Many(leader, len(states), carrier)
    if carrier is None:
        return Apart(model, engine, leader, loop.time, states, frames)
    return Together(model, engine, carrier, loop.time, states, frames)


def _states(model: Model, leader: Floats, members: int | Floats, random: np.random.Generator) -> Floats:
    if not isinstance(members, int):
        return members
    size = SPREAD * float(np.linalg.norm(leader)) / np.sqrt(model.n)
    return leader + size * random.standard_normal((members, model.n))


def _carrier(model: Model, leader: Engine, members: int) -> Carrier | None:
    traced = leader.columns == model.n
    if isinstance(leader, EtdFlow):
        return EtdMembers(model, leader.columns, traced)
    if isinstance(leader, LaneFlow):
        return Lanes(model, members, leader.columns, Packing.of(members, leader.columns), traced)
    return None


def disagreement(growth: Floats, window: float, floor: float) -> str:
    """What to say where members' exponents lie further apart than each one's own error allows; else nothing.

    ``growth`` is (m, members, k), ``floor`` the rounding of a mean. An F test of the spread: several
    attractors, or transients that have not ended.
    """
    length, members = window * len(growth), growth.shape[1]
    for j in range(growth.shape[2] if members > 1 else 0):
        means = growth[:, :, j].sum(axis=0) / length
        own = [average(mean, growth[:, i, j] - mean * window, length, floor) for i, mean in enumerate(means.tolist())]
        expected, freedom = sum(a.error**2 for a in own) / members, sum(a.freedom for a in own)
        spread = float(np.var(means, ddof=1))
        if freedom < MEMORY * members:  # too short for their memory, they need not agree
            continue
        if 0 < expected < np.inf and fdtrc(members - 1, freedom, spread / expected) < ALIKE:
            return f"the members disagree on exponent {j + 1}: they may have ended on different attractors"
    return ""


def read_members(members: Members, system: Any, model: Model) -> int | Floats:
    """A number of members, or their states (m, n).

    Raises InputError where that cannot be, or where a number alone may not choose the starts.
    """
    if not isinstance(members, int):
        return _listed(members, model.n)
    if isinstance(members, bool) or members < 1:
        raise InputError(f"members must be a positive number of orbits or a list of states, got {members!r}")
    kept = [what for what in ("constraints", "integrals") if getattr(system, what, None)]
    if members > 1 and kept:
        raise InputError(
            f"{model.name}: orbits near this one lie on other levels of its {kept[0]}, got members = {members}; "
            "give a list of states instead"
        )
    return members


def _listed(members: Sequence[Sequence[Any]], n: int) -> Floats:
    try:
        states = [[float(Fraction(v)) for v in state] for state in members]
    except (TypeError, ValueError, OverflowError, ZeroDivisionError) as error:
        raise InputError(f"members must list states of finite numbers, got {members!r}") from error
    if len(states) < 2 or any(len(state) != n for state in states):
        raise InputError(f"members must list at least two states of {n} coordinates each, got {members!r}")
    return np.array(states)
