"""Error bars of time averages: batch means where batches are independent, 1/T where sums stay bounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BATCH_MEANS, BOUNDED = "batch means", "bounded sum (1/T law)"
MINIMUM = 16  # windows below which no error is estimated
# Variance of batch sums from length b to 4 b: times 4 if independent, times 1 if bounded (a coboundary).
_BOUNDED_BELOW = 2.0


@dataclass(frozen=True)
class Average:
    """A time average with its standard error; ``samples`` is the effective sample size."""

    mean: float
    error: float
    method: str
    samples: float


def average(mean: float, centred: Floats, length: float, floor: float = 0.0) -> Average:
    """The mean rate over equal windows that last ``length`` in total, with its error.

    ``centred`` are the windows' increments less their average, so that many digits survive.

    Batch means with batches of about sqrt(m) windows (Flegal and Jones 2010) where batch sums grow
    like independent ones. Where they stay bounded, as for a neutral direction, the error is the
    range of the centred sum over the time. ``floor`` is the rounding error of the mean.
    Fewer than 16 windows, or a collapsed direction, give an infinite error.
    """
    m = len(centred)
    if m < MINIMUM or not np.all(np.isfinite(centred)):
        return Average(mean, float("inf"), BATCH_MEANS, float(m))
    bridge = np.concatenate([[0.0], np.cumsum(centred)])
    spread = float(np.ptp(bridge)) / length
    size = max(1, int(np.sqrt(m)))
    batch_error = float(np.sqrt(_variance_of_sums(centred, size) * m / size)) / length
    naive = float(np.sqrt(np.sum(centred**2))) / length
    samples = m * min(1.0, (naive / batch_error) ** 2) if batch_error else float(m)
    if _grows_slowly(centred):
        return Average(mean, max(spread, floor), BOUNDED, samples)
    return Average(mean, max(batch_error, floor), BATCH_MEANS, samples)


def _variance_of_sums(centred: Floats, size: int) -> float:
    """Mean square of the sums of consecutive batches."""
    count = len(centred) // size
    sums = centred[: count * size].reshape(count, size).sum(axis=1)
    return float(np.mean(sums**2)) * count / max(count - 1, 1)


def _grows_slowly(centred: Floats) -> bool:
    size = max(1, int(np.sqrt(len(centred))) // 2)
    before, after = _variance_of_sums(centred, size), _variance_of_sums(centred, 4 * size)
    return after < _BOUNDED_BELOW * before


def convergence(increments: Floats, window: float, points: int = 60) -> list[tuple[float, list[float]]]:
    """Running averages (time, exponents) at about ``points`` times, evenly spaced in the logarithm.

    ``increments`` has shape (m, k).
    """
    m = len(increments)
    if not m:
        return []
    at = np.unique(np.geomspace(1, m, points).astype(int))
    sums = np.cumsum(increments, axis=0)
    return [(float(i * window), (sums[i - 1] / (i * window)).tolist()) for i in at]
