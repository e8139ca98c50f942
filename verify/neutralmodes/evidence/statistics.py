"""Error bars of time averages: 1/sqrt(T) where sums of windows diffuse, 1/T where they stay bounded."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

BATCH_MEANS, BOUNDED, SLOWING = "batch means", "bounded sum (1/T law)", "slowing sum (log T / T)"
RELAXING = "relaxing sum (distance to its limit)"
MINIMUM = 16  # windows below which no error is estimated
# The variance of sums of w windows is a + b w. Growth by less than 2 from an eighth of the longest batch to
# the longest, an eighth of the run, is a bounded sum (a coboundary); by 8 if windows are independent.
_LONGEST, _SHORTER, _BOUNDED_BELOW = 8, 8, 2.0
# Batches for a diffusing sum: this many, but longer than this many roots of the number of windows, and
# than three times the correlation time, as far as the longest allow.
_BATCHES, _ROOTS, _CORRELATIONS = 40, 1.25, 3.0
_FEW, _SOME = 3.0, 20.0  # degrees of freedom: of a run no longer than its memory; at most, of a bounded sum
# A sum that would refute zero by little, but went on at less than 0.7 of its average rate in the second
# half, by more than two errors less, slows: log T over a warmed run is at most twelve errors from zero.
_NEARLY, _SLOWS, _CLEARLY = (2.5, 12.0), 0.7, 2.0
_ROUNDING = 2.0**-53  # of a sum, relative, for each of its terms: equal windows less their mean are all off by it
_RELAXES = 1e-3  # of the windows' variance, that a cubic may leave of a trend: no batch is then independent of the next


@dataclass(frozen=True)
class Average:
    """A time average with its standard error, to which Student's t with ``freedom`` degrees belongs.

    ``samples`` is the effective sample size.
    """

    mean: float
    error: float
    method: str
    samples: float
    freedom: float


@dataclass(frozen=True)
class _Sums:
    """Sums of windows within members, from increments (members, m) less their average."""

    centred: Floats

    @property
    def windows(self) -> int:
        """Of all members together."""
        return self.centred.size

    def variance(self, size: int) -> float:
        """Mean square of the sums of ``size`` consecutive windows, all overlapping ones."""
        bridge = np.concatenate([np.zeros((len(self.centred), 1)), np.cumsum(self.centred, axis=1)], axis=1)
        return float(np.mean((bridge[:, size:] - bridge[:, :-size]) ** 2))

    def diffusing(self, size: int) -> float:
        """What independent unit windows give there: the common average costs the fraction size / windows."""
        return size * (1.0 - size / self.windows)

    def extrapolated(self, size: int) -> float:
        """The variance of a member's whole sum: a + b w through ``size`` and an eighth of it, b not negative."""
        shorter, m = max(1, size // _SHORTER), self.centred.shape[1]
        least = self.variance(shorter)
        slope = max(0.0, self.variance(size) - least) / (self.diffusing(size) - self.diffusing(shorter))
        return least + slope * (m - self.diffusing(shorter))


def average(mean: float, centred: Floats, length: float, floor: float = 0.0) -> Average:
    """The mean rate over equal windows that last ``length`` in total, with its error.

    ``centred`` (m,) are the windows' increments less their average, so that many digits survive; of
    several independent members (members, m), less the average of all, ``length`` each.

    The variance of a sum of w windows is a + b w: a bounded part (all there is for a neutral
    direction, whose growth telescopes) and a diffusing part. Both are fitted to overlapping batches and
    carried on to a member's m windows, so that the error of a neutral direction falls like 1/T and that of
    any other like 1/sqrt(T). Batches lie within members and reach their length where there are many: then
    the error is the spread of the members (replicated batch means, Argon and Andradottir 2006).
    A sum that slows down, as the log T of a shear or the rest of a transient, has not settled: its error
    is half the difference of the rates in both halves. A run shorter than its own relaxation is a trend and
    has no batches at all: its error is at least the distance to the limit of its rates, infinite where they
    show none.
    ``floor`` is the rounding error of the mean; a trend below the rounding of the sum is none. Fewer than 16 windows,
    or a collapsed direction, give an infinite error.
    """
    sums = _Sums(np.atleast_2d(centred))
    if sums.windows < MINIMUM or not np.all(np.isfinite(centred)):
        return Average(mean, float("inf"), BATCH_MEANS, float(sums.windows), _FEW)
    members, m = sums.centred.shape
    method, size, freedom = _batches(sums)
    variance = sums.extrapolated(size)
    naive = float(np.sum(sums.centred**2)) / members
    samples = sums.windows * min(1.0, naive / variance) if variance else float(sums.windows)
    spread = float(np.sqrt(variance / members)) / length
    error = max(spread, floor)
    together = np.mean(sums.centred, axis=0)
    beyond_rounding = spread > max(floor, _ROUNDING * sums.windows * abs(mean))
    if beyond_rounding and _is_trend(together) and (rest := _to_the_limit(together, length)) > error:
        return Average(mean, rest, RELAXING, samples, _FEW)
    lost = 2.0 * float(np.sum(sums.centred[:, : m // 2])) / (members * length)  # the mean less the second half's rate
    slower = abs(mean - lost) < _SLOWS * abs(mean) and abs(lost) > _CLEARLY * error
    if slower and _NEARLY[0] * error < abs(mean) < _NEARLY[1] * error:
        return Average(mean, abs(lost), SLOWING, samples, _FEW)
    return Average(mean, error, method, samples, max(1.0, min(freedom, samples - 1.0)))


def _batches(sums: _Sums) -> tuple[str, int, float]:
    """How sums grow, the batch size from which to estimate that, and the degrees of freedom it leaves."""
    total, m = sums.windows, sums.centred.shape[1]
    longest = min(m, total // _LONGEST)
    if sums.variance(longest) < _BOUNDED_BELOW * sums.variance(max(1, longest // _SHORTER)):
        return BOUNDED, longest, min(_SOME, total / 10)
    size = min(longest, int(max(total / _BATCHES, _ROOTS * np.sqrt(total))))
    while (short := _within_memory(sums, size)) and size < longest:
        size = min(2 * size, longest)
    return BATCH_MEANS, size, _FEW if short else total / size - 1.0


def _within_memory(sums: _Sums, size: int) -> bool:
    """Whether a batch is shorter than three correlation times, variance(size) / (size variance(1))."""
    return _CORRELATIONS * sums.variance(size) > size**2 * sums.variance(1)


def _is_trend(rates: Floats) -> bool:
    """Whether the windows' rates follow a cubic: then the run is one relaxation, and nothing in it varies."""
    time = np.linspace(-1.0, 1.0, len(rates))
    rest = rates - np.polyval(np.polyfit(time, rates, 3), time)
    return float(np.sum(rest**2)) < _RELAXES * float(np.sum(rates**2))


def _to_the_limit(centred: Floats, length: float) -> float:
    """The mean less the limit of its rates, as the mean rates in three equal parts show it for an exponential decay."""
    third = len(centred) // 3
    first, second, last = np.sum(centred[len(centred) - 3 * third :].reshape(3, third), axis=1) * len(centred) / third
    fell, falls = first - second, second - last
    if not 0.0 < falls * fell < fell**2:
        return float("inf")
    return abs(float(last - falls**2 / (fell - falls))) / length


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
