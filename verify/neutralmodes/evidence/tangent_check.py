"""Do the tangent columns belong to the rule? Compared with differences of nearby orbits."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from neutralmodes.evidence.engines.base import Array, Engine, Halted, to_floats
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import jacobian_size

_STEP = 1e-6  # relative; the truncation error is its square, rounding about 1e-16 / 1e-6


def tangent_defect(
    engine: Engine, model: Model, time: Fraction, state: Array, random: np.random.Generator
) -> float | None:
    """|Dphi v - (phi(x + h v) - phi(x - h v)) / 2h| / |Dphi v| over a short time, v random.

    It shares no derivative with the frame, so a wrong Jacobian shows. None where an orbit nearby
    leaves the domain.
    """
    until, n = time + short_time(model, state), model.n
    direction = random.standard_normal(n)
    direction /= np.linalg.norm(direction)
    h = Fraction(_STEP * (1.0 + float(np.max(np.abs(to_floats(state))))))
    along = engine.array(Fraction(float(v)) for v in direction)
    frame = np.repeat(along[:, None], engine.columns, axis=1)
    try:
        engine.place(time, state, frame)
        engine.advance(until)
        tangent = to_floats(engine.frame[:, 0])
        ends = []
        for sign in (1, -1):
            engine.place(time, state + along * engine.number(sign * h), frame)
            engine.advance(until)
            ends.append(engine.state)
    except Halted:
        return None
    difference = to_floats(ends[0] - ends[1]) / (2.0 * float(h))
    size = float(np.linalg.norm(tangent))
    return float(np.linalg.norm(tangent - difference)) / size if size > 0 else None


def short_time(model: Model, state: Array) -> Fraction:
    """A time in which the tangents turn visibly and differences stay small: 1 / |Df|, one iterate."""
    if not model.is_flow:
        return Fraction(1)
    size = jacobian_size(model, to_floats(state))
    return Fraction(min(1.0, 1.0 / size) if size > 0 else 1.0)
