"""Principal angles by the sine formula: accurate where they are small, in the arithmetic of the frames."""

from __future__ import annotations

import math

import numpy as np

from neutralmodes.evidence.engines.balls import middles
from neutralmodes.evidence.engines.base import Array, to_floats
from neutralmodes.evidence.qr import qr
from neutralmodes.evidence.statistics import Floats


def sines(inner: Array, outer: Array) -> Floats:
    """Sines (q,) of the principal angles from span(inner) (n, q) to span(outer) (n, m), largest first.

    The part of an orthonormal basis of ``inner`` that sticks out of ``outer`` has these singular values
    (Bjorck and Golub 1973). A cosine near 1 would lose half the digits: arccos has a floor of 1e-8.

    >>> sines(np.array([[1.0], [1e-20]]), np.array([[1.0], [0.0]]))
    array([1.e-20])
    """
    within, around = qr(inner).q, qr(outer).q
    rest = within
    for _ in range(2):
        rest = centres(rest - around @ (around.T @ rest))
    largest = np.max(np.abs(rest))
    if not float(largest) > 0:
        return np.zeros(inner.shape[1])
    found = np.linalg.svd(to_floats(rest / largest), compute_uv=False)[: inner.shape[1]]
    return np.minimum(1.0, found * float(largest))


def centres(values: Array) -> Array:
    """Balls without their radii, which would grow without end; other numbers as they are."""
    return middles(values) if values.dtype == object else values


def degrees(sine: float) -> float:
    """The angle of a sine, in degrees."""
    return math.degrees(math.asin(sine))
