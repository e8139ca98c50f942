"""Exponents of the group directions over long times: re-seeded from the generators in every window.

Carried in one frame, a neutral direction is lost in the unstable ones after about digits ln 10 / lambda_1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.basis import independent
from neutralmodes.evidence.carried import COMPLETED
from neutralmodes.evidence.engines.base import Array, to_balls, to_floats
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.pointwise import Pointwise
from neutralmodes.evidence.schedule import read_time
from neutralmodes.evidence.tangent_check import short_time
from neutralmodes.exact.balls import working_precision

_WINDOWS, _SPAN = 400, 4  # windows by default, and their length in units of 1 / |Df|
_VANISHING = 1e-145  # a length below is not known: its square has lost digits of a double


@dataclass(frozen=True)
class GroupGrowth:
    """Direct exponents of q independent generators, (1/T) sum of log |Dphi xi(x_k)| / |xi(x_k)|.

    Where the tangent flow carries xi the sum telescopes to log |xi(x_T)| / |xi(x_0)|: bounded, so
    ``errors`` are its range over T (the O(1/T) law) and no independent batches. ``defect`` is the largest
    |Dphi xi(x_k) - xi(x_k+1)| / |xi| of a window; ``volume`` the exponent of the volume that they span.
    ``outcome`` is "completed", or why the run is shorter: the orbit ended where the group moves nothing.
    """

    exponents: tuple[float, ...]
    errors: tuple[float, ...]
    volume: float
    defect: float
    generators: tuple[int, ...]
    time: float
    windows: int
    engine: str
    outcome: str

    def to_json(self) -> dict[str, Any]:
        """Plain data, every number a decimal string (counts are integers)."""
        return {
            "exponents": [repr(e) for e in self.exponents],
            "errors": [repr(e) for e in self.errors],
            "error_method": "range of the bounded sum over T (1/T law)",
            "volume": repr(self.volume),
            "defect": repr(self.defect),
            "generators": list(self.generators),
            "time": repr(self.time),
            "windows": self.windows,
            "engine": self.engine,
            "outcome": self.outcome,
        }


def group_growth(system: Any, *, time: float | Fraction | None = None, engine: str = "auto") -> GroupGrowth:
    """Growth of the group directions along the orbit of ``system.start``, in double.

    Parameters
    ----------
    time : default 400 windows; a window is four times 1 / |Df|, or one iterate.

    Raises InputError for a system without generators, EvidenceError where they vanish within a window.
    """
    model = model_of(system)
    if not model.generators:
        raise InputError(f"{model.name}: the action has no generators")
    state = np.array([float(v) for v in model.start])
    window, count = _windows(model, state, time)
    xi = Pointwise(model, [tree for generator in model.generators for tree in generator])
    kept = _independent(xi, state, model.n)
    runner = open_engine(model, len(kept), engine=engine)
    now, here, outcome = Fraction(0), _columns(xi, state, 0.0, model.n, kept), COMPLETED
    seeded, carried, found = [], [], []
    for _ in range(count):
        runner.place(now, runner.array(state), here)
        runner.advance(now + window)
        there, tangents = to_floats(runner.state), to_floats(runner.frame).copy()
        group = _columns(xi, there, float(now + window), model.n, kept)
        if not min(_sizes(group).min(), _sizes(tangents).min()) > _VANISHING:
            outcome = f"the generators vanish by time {float(now + window):.6g}"
            break
        seeded.append(here)
        carried.append(tangents)
        found.append(group)
        now, state, here = now + window, there, group
    if not seeded:
        raise EvidenceError(f"{model.name}: {outcome}, within one window; choose a start that the group moves")
    blocks = np.array(seeded), np.array(carried), np.array(found)
    return _summed(*blocks, kept, float(now), runner.name, outcome)


def _summed(
    seeded: Array, carried: Array, found: Array, kept: list[int], time: float, engine: str, outcome: str
) -> GroupGrowth:
    logs = np.log(_sizes(carried) / _sizes(seeded))
    sums = np.vstack([np.zeros(len(kept)), np.cumsum(logs, axis=0)])
    return GroupGrowth(
        exponents=tuple((sums[-1] / time).tolist()),
        errors=tuple((np.ptp(sums, axis=0) / time).tolist()),
        volume=float((_log_volumes(carried) - _log_volumes(seeded)).sum()) / time,
        defect=float(np.max(_sizes(carried - found) / _sizes(seeded))),
        generators=tuple(kept),
        time=time,
        windows=len(seeded),
        engine=engine,
        outcome=outcome,
    )


def _windows(model: Model, state: Array, time: float | Fraction | None) -> tuple[Fraction, int]:
    window = _SPAN * short_time(model, state) if model.is_flow else Fraction(1)
    if time is None:
        return window, _WINDOWS
    until = read_time(time, "time", model.is_flow, positive=True)
    count = max(1, round(until / window))
    return until / count, count


def _independent(xi: Pointwise, state: Array, n: int) -> list[int]:
    with working_precision(64):
        columns = to_balls(xi.floats(state).reshape(-1, n).T)
        kept, _ = independent(columns, 10)
    if not all(_sizes(to_floats(columns[:, kept])) > 0):
        raise EvidenceError("every generator vanishes at the start; choose a start that the group moves")
    return kept


def _columns(xi: Pointwise, state: Array, time: float, n: int, kept: list[int]) -> Array:
    return xi.floats(state, time).reshape(-1, n).T[:, kept].copy()


def _sizes(columns: Array) -> Array:
    return np.asarray(np.linalg.norm(columns, axis=-2))


def _log_volumes(columns: Array) -> Array:
    """Logs of the volumes that stacked columns (m, n, q) span, (m,)."""
    with np.errstate(divide="ignore"):
        r = np.linalg.qr(columns, mode="r")
        return np.asarray(np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(axis=1))
