"""How many digits an orbit loses: the growth of a random tangent vector, in double."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from neutralmodes.evidence.engines.base import Halted, to_floats
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.windows import Loop

_WINDOWS = 80


def digits_lost(model: Model, until: Fraction, seed: int, engine: str = "auto") -> float:
    """log10 of the largest growth of a random tangent vector between two times of [0, until].

    Where the orbit ends earlier, up to its end; Halted where it ends at once.
    """
    runner = open_engine(model, 1, engine=engine)
    loop = Loop(runner, model)
    frame = np.random.default_rng(seed).standard_normal((model.n, 1))
    loop.place(Fraction(0), runner.array(model.start), frame)
    length = until / _WINDOWS if model.is_flow else Fraction(1)
    total, lowest, worst = 0.0, 0.0, 0.0
    while loop.time < until:
        try:
            total += float(to_floats(loop.window(length))[0])
        except Halted:
            if loop.time == 0:
                raise
            break
        if not math.isfinite(total):
            break
        lowest = min(lowest, total)
        worst = max(worst, total - lowest)
    return worst / math.log(10)
