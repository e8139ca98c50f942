"""The same orbit run twice, from x and from g x: equivariance as the integrator sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import InputError
from neutralmodes.evidence.engines.base import Array, Engine, to_floats
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.dop853 import Dop853Flow
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.schedule import read_time
from neutralmodes.evidence.tangent_check import short_time

NORM = "max |phi(g x) - g phi(x)| / (1 + max |phi(x)|), and the same of Dphi v for a random v with g' = Dg"
_ROTATION_RTOL = 1e-13  # g = exp(s xi) is itself integrated
_TOLERANCES = 100.0


@dataclass(frozen=True)
class TwoRuns:
    """The ``defect`` between phi_T(g x) and g phi_T(x) in the ``norm``, and what rounding ``allowed``:
    100 tolerances times the growth of a tangent vector. ``step`` holds s_a, g = exp(s_p xi_p) ... exp(s_1 xi_1).
    """

    defect: float
    allowed: float
    time: float
    step: tuple[float, ...]
    engine: str
    norm: str = NORM

    @property
    def agree(self) -> bool:
        return self.defect <= self.allowed

    def to_json(self) -> dict[str, Any]:
        """Plain data, every number a decimal string."""
        return {
            "defect": repr(self.defect),
            "allowed": repr(self.allowed),
            "agree": self.agree,
            "norm": self.norm,
            "time": repr(self.time),
            "step": [repr(s) for s in self.step],
            "engine": self.engine,
        }


def two_runs(system: Any, *, time: float | Fraction | None = None, seed: int = 0, engine: str = "auto") -> TwoRuns:
    """Run from ``system.start`` and from a seeded group element times it, in double, and compare the ends.

    Parameters
    ----------
    time : default 20 times 1 / |Df|, the time in which tangents turn; three iterates for maps.

    Raises InputError for a system without generators, EvidenceError where an orbit ends.
    """
    model = model_of(system)
    if not model.generators:
        raise InputError(f"{model.name}: the action has no generators, there is no g to run from")
    runner, random = open_engine(model, 1, engine=engine), np.random.default_rng(seed)
    start, vector = np.array([float(v) for v in model.start]), random.standard_normal((model.n, 1))
    until = read_time(time, "time", model.is_flow, positive=True) if time is not None else _default(model, start)
    step = tuple(float(s) for s in random.uniform(0.2, 1.0, len(model.generators)))
    end, carried = _run(runner, start, vector, until)
    moved_end, moved_carried = _run(runner, *_move(model, step, start, vector), until)
    expected_end, expected_carried = _move(model, step, end, carried)
    growth = max(1.0, float(np.max(np.abs(carried)) / np.max(np.abs(vector))))
    return TwoRuns(
        defect=max(_distance(moved_end, expected_end), _distance(moved_carried, expected_carried)),
        allowed=_TOLERANCES * max(runner.tolerance, _ROTATION_RTOL) * growth,
        time=float(until),
        step=step,
        engine=runner.name,
    )


def _default(model: Model, start: Array) -> Fraction:
    return 20 * short_time(model, start) if model.is_flow else Fraction(3)


def _run(engine: Engine, state: Array, vector: Array, until: Fraction) -> tuple[Array, Array]:
    engine.place(Fraction(0), engine.array(state), vector)
    engine.advance(until)
    return to_floats(engine.state), to_floats(engine.frame)


def _move(model: Model, step: tuple[float, ...], state: Array, vector: Array) -> tuple[Array, Array]:
    """(g x, Dg v): along one generator after the other, each as the flow that it is."""
    for s, generator in zip(step, model.generators, strict=True):
        flow = Dop853Flow(replace(model, kind="flow", rule=generator, box=None), 1, rtol=_ROTATION_RTOL)
        flow.place(Fraction(0), state, vector)
        flow.advance(Fraction(s))
        state, vector = flow.state, flow.frame
    return state, vector


def _distance(found: Array, expected: Array) -> float:
    return float(np.max(np.abs(found - expected)) / (1.0 + np.max(np.abs(expected))))
