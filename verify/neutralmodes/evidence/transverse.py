"""Exponents transverse to the group: the known neutral directions are divided out, not recognised by size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.angles import sines
from neutralmodes.evidence.engines.base import Array, Engine, to_floats
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.semilinear import is_driven
from neutralmodes.evidence.group_span import GroupSpan
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.qr import QR
from neutralmodes.evidence.schedule import Schedule, settle, warm
from neutralmodes.evidence.spectrum import COMPLETED, Progress, columns_of
from neutralmodes.evidence.statistics import Floats, average
from neutralmodes.evidence.tangent_check import short_time
from neutralmodes.evidence.windows import Loop

_LOOKS = 10  # times that E_x is carried on by the tangent flow and compared with E_x there
_ROUNDINGS, _TOLERANCES = 1e6, 1e3  # by which it may then be off, of the digits and of the engine


@dataclass(frozen=True)
class Transverse:
    """Exponents (k,) of the tangent flow on T / E_x in descending order, with errors as in a spectrum.

    The spectrum is these and ``deflated`` zeros, dim E_x of them, with the flow's if that was asked.
    ``defect`` is the largest sine seen between E_x carried a short time by the tangent flow and E_x there.
    """

    exponents: Floats
    errors: Floats
    freedom: Floats
    deflated: int
    defect: float
    time: float
    windows: int
    engine: str
    working_digits: int
    seed: int
    outcome: str

    @property
    def completed(self) -> bool:
        return self.outcome == COMPLETED

    def to_json(self) -> dict[str, Any]:
        """Plain data, every number a decimal string (counts are integers)."""
        return {
            "exponents": [repr(v) for v in self.exponents.tolist()],
            "errors": [repr(v) for v in self.errors.tolist()],
            "degrees_of_freedom": [repr(v) for v in self.freedom.tolist()],
            "deflated": self.deflated,
            "defect": repr(self.defect),
            "time": repr(self.time),
            "windows": self.windows,
            "engine": self.engine,
            "working_digits": self.working_digits,
            "seed": self.seed,
            "outcome": self.outcome,
        }


class _Deflated(Loop):
    """A frame kept orthogonal to E_x: carried by the quotient of the tangent flow by the group's directions."""

    def __init__(self, engine: Engine, model: Model) -> None:
        super().__init__(engine, model)
        self.span = GroupSpan(engine, model)

    def _factor(self, frame: Array, state: Array) -> QR:
        group = self.span.at(state)
        q, whole = group.shape[1], super()._factor(np.concatenate([group, frame], axis=1), state)
        return QR(whole.q[:, q:], whole.r[q:, q:])


def transverse(
    system: Any,
    *,
    time: float | Fraction | None = None,
    transient: float | Fraction | None = None,
    k: int | None = None,
    digits: int | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    engine: str = "auto",
    flow: bool = False,
) -> Transverse:
    """The k leading exponents of ``system.start``'s orbit with the group's zeros divided out.

    At every window the frame is made orthogonal to the generators at the state, so nothing of E_x is
    measured; with ``flow`` to the flow direction f(x) too, whose zero is as well known. On the quotient
    the tangent flow is well defined where it carries E_x into E_x; where a rule without the symmetry
    does not, ``outcome`` says so and the numbers mean nothing.

    Parameters as for ``spectrum``; k is at most n - dim E_x, one less with ``flow`` off the relative equilibria.

    Raises InputError for arguments out of range, a system without generators and ``flow`` of a rule that has no
    flow direction, EvidenceError where the orbit ends, a direction collapses or every generator vanishes.
    """
    model = model_of(system)
    if not model.generators:
        raise InputError(f"{model.name}: the action has no generators to divide out")
    if flow:
        model = _with_flow(model)
    schedule = Schedule.read(model, time, transient)
    if digits is not None and digits < 16:
        raise InputError(f"digits must be at least 16, got {digits}; leave it out for double")
    k = columns_of(k, model.n - len(model.constraints) - _orbit_dimension(model))
    runner, report = open_engine(model, k, digits=digits, engine=engine), progress or (lambda stage, done: None)
    with runner.precision():
        return _run(model, runner, schedule, seed, report)


def _with_flow(model: Model) -> Model:
    """The flow direction among the generators: the tangent flow carries f(x) into f there too."""
    if not model.is_flow or model.box is not None or is_driven(model):
        raise InputError(f"{model.name}: only an autonomous flow whose rule is known has a direction to divide out")
    return replace(model, generators=(*model.generators, model.rule))


def _orbit_dimension(model: Model) -> int:
    runner = open_engine(model, 1)
    return int(GroupSpan(runner, model).at(np.array([float(v) for v in model.start])).shape[1])


def _run(model: Model, engine: Engine, schedule: Schedule, seed: int, report: Progress) -> Transverse:
    random, loop = np.random.default_rng(seed), _Deflated(engine, model)
    draws = random.standard_normal(model.n * engine.columns)
    frame = engine.array(Fraction(float(v)) for v in draws).reshape(model.n, engine.columns)
    loop.place(Fraction(0), engine.array(model.start), frame)
    length = settle(loop, schedule, lambda done: report("transient", done))
    window, count = schedule.windows(length, engine, loop)
    warm(loop, schedule, length)
    loop.record.growth.clear()
    defect = 0.0
    for i in range(count):
        if i % max(1, count // _LOOKS) == 0:
            defect = max(defect, _carried(loop, random))
        loop.window(window)
        report("transverse", (i + 1) / count)
    growth, total = to_floats(np.array(loop.record.growth)), float(window * count)
    if not np.all(np.isfinite(growth)):
        raise EvidenceError(f"{model.name}: a direction collapses; ask for fewer exponents (k)")
    means = growth.sum(axis=0) / total
    found = [average(m, growth[:, j] - m * float(window), total) for j, m in enumerate(means.tolist())]
    found.sort(key=lambda a: -a.mean)
    return Transverse(
        exponents=np.array([a.mean for a in found]),
        errors=np.array([a.error for a in found]),
        freedom=np.array([a.freedom for a in found]),
        deflated=loop.span.least,
        defect=defect,
        time=total,
        windows=count,
        engine=engine.name,
        working_digits=engine.working_digits,
        seed=seed,
        outcome=_outcome(engine, defect),
    )


def _carried(loop: _Deflated, random: np.random.Generator) -> float:
    """The largest sine from E_x, or k directions of it, carried a short time to E_x there."""
    engine, group = loop.engine, loop.span.at(loop.state)
    mixture = random.standard_normal(group.shape[1] * engine.columns)
    weights = engine.array(Fraction(float(v)) for v in mixture).reshape(group.shape[1], engine.columns)
    engine.place(loop.time, loop.state, group @ weights)
    engine.advance(loop.time + short_time(loop.model, loop.state))
    held = min(group.shape[1], engine.columns)
    return float(sines(engine.frame[:, :held], loop.span.at(engine.state))[0])


def _outcome(engine: Engine, defect: float) -> str:
    allowed = max(_ROUNDINGS * 10.0**-engine.working_digits, _TOLERANCES * engine.tolerance)
    if defect <= allowed:
        return COMPLETED
    return f"the tangent flow does not carry the group's directions into themselves: off by {defect:.1e}"
