"""Error bars of time averages: 1/sqrt(T) where sums of windows diffuse, 1/T where they stay bounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BATCH_MEANS, BOUNDED, SLOWING = "batch means", "bounded sum (1/T law)", "slowing sum (log T / T)"
RELAXING = "relaxing sum (distance to its limit)"
MINIMUM = 16  # windows below which no error is estimated
_LONG, _SHORT = 8, 64  # batches of m / 8 and of m / 64 windows: their sums' variances tell how sums grow
# Variance of sums from m / 64 windows to m / 8: times 8 if independent, times 1 if bounded (a coboundary).
_BOUNDED_BELOW = 2.0
# A sum that would refute zero by little, but whose second half went on at less than 0.7 of the average
# rate, slows: log T over a warmed run is at most six errors from zero, a drift soon is more.
_NEARLY, _SLOWS = (3.0, 8.0), 0.7
_RELAXES = 0.7  # of the square of 8; a trend gives 49/64 of it: no batch is then independent of the next


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

    The variance of a sum of w windows is a + b w: a bounded part (all there is for a neutral
    direction, whose growth telescopes) and a diffusing part. Both are fitted to overlapping batches of
    m / 64 and m / 8 windows and carried on to m, so that the error of a neutral direction falls like
    1/T and that of any other like 1/sqrt(T). About ten degrees of freedom stand behind it, whatever m.
    A sum that slows down, as the log T of a shear or the rest of a transient, has not settled: its error
    is half the difference of the rates in both halves. A run shorter than its own relaxation is a trend and has no
    batches at all: its error is at least the distance to the limit of its rates, infinite where they show none.
    ``floor`` is the rounding error of the mean. Fewer than 16 windows, or a collapsed direction, give
    an infinite error.
    """
    m = len(centred)
    if m < MINIMUM or not np.all(np.isfinite(centred)):
        return Average(mean, float("inf"), BATCH_MEANS, float(m))
    long, short = m // _LONG, max(1, m // _SHORT)
    grown, bounded = (_variance_of_sums(centred, size) for size in (long, short))
    slope = max(0.0, grown - bounded) / (_diffusing(long, m) - _diffusing(short, m))
    variance = bounded + slope * (m - _diffusing(short, m))
    naive = float(np.sum(centred**2))
    samples = m * min(1.0, naive / variance) if variance else float(m)
    error = max(float(np.sqrt(variance)) / length, floor)
    if grown > _RELAXES * (long / short) ** 2 * bounded and (rest := _to_the_limit(centred, length)) > error:
        return Average(mean, rest, RELAXING, samples)
    lost = 2.0 * float(np.sum(centred[: m // 2])) / length  # the mean less the rate of the second half
    if _NEARLY[0] * error < abs(mean) < _NEARLY[1] * error and abs(mean - lost) < _SLOWS * abs(mean):
        return Average(mean, abs(lost), SLOWING, samples)
    return Average(mean, error, BOUNDED if grown < _BOUNDED_BELOW * bounded else BATCH_MEANS, samples)


def _variance_of_sums(centred: Floats, size: int) -> float:
    """Mean square of the sums of ``size`` consecutive windows, all overlapping ones."""
    bridge = np.concatenate([[0.0], np.cumsum(centred)])
    return float(np.mean((bridge[size:] - bridge[:-size]) ** 2))


def _to_the_limit(centred: Floats, length: float) -> float:
    """The mean less the limit of its rates, as the mean rates in three equal parts show it for an exponential decay."""
    third = len(centred) // 3
    first, second, last = np.sum(centred[len(centred) - 3 * third :].reshape(3, third), axis=1) * len(centred) / third
    fell, falls = first - second, second - last
    if not 0.0 < falls * fell < fell**2:
        return float("inf")
    return abs(float(last - falls**2 / (fell - falls))) / length


def _diffusing(size: int, m: int) -> float:
    """What independent unit windows give there: taking the average off costs the fraction size / m."""
    return size * (1.0 - size / m)


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
