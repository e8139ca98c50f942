"""Which measured exponents may be zero, by a calibrated test, and what explains them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from neutralmodes.evidence.spectrum import Spectrum

# Student's t with the 10 degrees of freedom of ``statistics.average``: a true zero is beyond once in 1,000.
CRITICAL = 4.587
_RECENT = 10.0  # an upper limit is read off the running averages since T / 10
_SWING = 0.5  # of the exponent: a running average that moved by so much has not settled

Claims: TypeAlias = Sequence[tuple[int, str]]  # counts of zeros, each with what it counts: see theorem.Statement


def compatible(value: float, error: float) -> bool:
    """Whether an exponent may be zero; one of minus infinity, a direction that collapsed, may not."""
    return math.isfinite(value) and abs(value) <= CRITICAL * error


def near_zero(found: Spectrum) -> list[int]:
    """The indices of exponents that the test cannot tell from zero."""
    pairs = zip(found.exponents, found.errors, strict=True)
    return [i for i, (value, error) in enumerate(pairs) if compatible(float(value), float(error))]


def unsettled(found: Spectrum) -> list[int]:
    """Exponents that are not near zero now, but whose running average still swings up to zero.

    The theorems speak of upper limits. Where orbits linger at saddles ever longer the running average
    swings for ever between zero and a negative value, and no single time refutes the zero.
    """
    recent = [(t, v) for t, v in found.convergence if t >= found.time / _RECENT]
    near, times = set(near_zero(found)), np.array([t for t, _ in recent])
    running = np.array([v for _, v in recent]).reshape(len(recent), len(found.exponents))
    return [i for i in range(running.shape[1]) if i not in near and _swings(found, i, times, running[:, i])]


def _swings(found: Spectrum, i: int, times: Any, running: Any) -> bool:
    value, error = float(found.exponents[i]), float(found.errors[i])
    if not (math.isfinite(value) and value < 0 and np.all(np.isfinite(running))):
        return False
    highest = int(np.argmax(running))
    noise = CRITICAL * error * math.sqrt(max(found.time / float(times[highest]) - 1.0, 0.0))
    top = float(running[highest])
    return top >= (1 - _SWING) * value and top >= -CRITICAL * error and top - value > noise
