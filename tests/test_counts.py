"""No certified count exceeds the zeros of spectra measured by brute force on random small systems."""

from __future__ import annotations

import os
import random
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm

X, Y, U = sp.symbols("x y u", real=True)
STEP, TIME = 0.02, 120.0
# The direct exponents of a neutral direction fall like 1/T; the others here stay away from zero or are not counted.
ZERO = 4.0 / TIME
COUNT = {"dev": 24, "ci": 60, "nightly": 500}[os.environ.get("HYPOTHESIS_PROFILE", "dev")]


def coefficients(seed: int) -> list[Fraction]:
    """Eight small rationals: growth, saturation and coupling of z, its frequencies, and the equation of u."""
    rng = random.Random(seed)
    growth, saturation = Fraction(rng.randint(-1, 8), 4), Fraction(rng.randint(4, 8), 4)
    pull, *turns = Fraction(rng.randint(-1, 1), 8), *(Fraction(rng.randint(-4, 4), 4) for _ in range(3))
    return [growth, saturation, pull, *turns, Fraction(rng.randint(2, 6), 2), Fraction(rng.randint(-2, 2), 8)]


def rule(c, x, y, u):
    """z' = (a - b |z|^2 + c u + i (w + k u + l |z|^2)) z, u' = m |z|^2 / 4 - d u, for numbers or symbols."""
    a, b, k1, w, k2, k3, d, m = c
    s = x * x + y * y
    real, turn = a - b * s + k1 * u, w + k2 * u + k3 * s
    return [real * x - turn * y, real * y + turn * x, m * s - d * u]


def system(seed: int) -> nm.System:
    """The system of a seed with an annulus times an interval as its claimed region (which may leak)."""
    rng = random.Random(-seed - 1)
    inner, outer = Fraction(rng.randint(1, 2), 4), Fraction(rng.randint(6, 10), 4)
    region = nm.Region.annulus([X, Y], inner, outer) & nm.Region.box({U: (-4, 4)})
    exact = [sp.Rational(v.numerator, v.denominator) for v in coefficients(seed)]
    field = nm.VectorField([X, Y, U], rule(exact, X, Y, U))
    action = nm.LieAction([X, Y, U], [[-Y, X, 0]])
    return nm.System(f"random-{seed}", field, action, region, start=[1, 0, Fraction(1, 8)])


def brute_force(seeds: range) -> np.ndarray:
    """Exponents (m, 3) of all systems at once: RK4 of state and tangents, QR every unit of time."""
    c = np.array([[float(v) for v in coefficients(s)] for s in seeds]).T
    state = np.tile([1.0, 0.0, 0.125], (len(seeds), 1))
    frame = np.tile(np.random.default_rng(0).standard_normal((3, 3)), (len(seeds), 1, 1))
    total, every = np.zeros((len(seeds), 3)), round(1 / STEP)
    for k in range(1, round(2 * TIME / STEP) + 1):
        state, frame = runge_kutta(c, state, frame)
        if k % every == 0:
            frame, r = np.linalg.qr(frame)
            if k * STEP > TIME:
                total += np.log(np.abs(np.diagonal(r, axis1=1, axis2=2)))
    return total / TIME


def slopes(c, state, frame):
    x, y, u = state.T
    a, b, k1, w, k2, k3, d, m = c
    s, zero = x * x + y * y, np.zeros_like(x)
    real, turn = a - b * s + k1 * u, w + k2 * u + k3 * s
    gx, gy, hx, hy = -2 * b * x, -2 * b * y, 2 * k3 * x, 2 * k3 * y
    jacobian = np.array(
        [
            [real + gx * x - hx * y, gy * x - turn - hy * y, k1 * x - k2 * y],
            [gx * y + turn + hx * x, real + gy * y + hy * x, k1 * y + k2 * x],
            [2 * m * x, 2 * m * y, zero - d],
        ]
    ).transpose(2, 0, 1)
    return np.array(rule(c, x, y, u)).T, jacobian @ frame


def runge_kutta(c, state, frame):
    a1, b1 = slopes(c, state, frame)
    a2, b2 = slopes(c, state + STEP / 2 * a1, frame + STEP / 2 * b1)
    a3, b3 = slopes(c, state + STEP / 2 * a2, frame + STEP / 2 * b2)
    a4, b4 = slopes(c, state + STEP * a3, frame + STEP * b3)
    return state + STEP / 6 * (a1 + 2 * a2 + 2 * a3 + a4), frame + STEP / 6 * (b1 + 2 * b2 + 2 * b3 + b4)


@pytest.mark.numbers
def test_no_certified_count_exceeds_the_measured_zeros():
    seeds = range(COUNT)
    measured = brute_force(seeds)
    certified = 0
    for seed, exponents in zip(seeds, measured, strict=True):
        found = nm.certify(system(seed), evidence=False, budget=1)
        if found.conclusion is nm.Conclusion.CERTIFIED:
            certified += 1
            zeros = int(np.sum(np.abs(exponents) < ZERO))
            assert zeros >= found.zero_exponents, (seed, exponents, str(found))
    assert certified >= COUNT // 8, "the family must contain certified systems for the comparison to say anything"


@pytest.mark.numbers
def test_brute_force_agrees_with_a_closed_form():
    # Seed by seed: where u is uncoupled (k1 = 0) and a > 0, the exponents are 0, -2a and -d.
    uncoupled = [s for s in range(400) if coefficients(s)[2] == 0 and coefficients(s)[0] > 0][:3]
    for seed in uncoupled:
        a, d = float(coefficients(seed)[0]), float(coefficients(seed)[6])
        expected = sorted([0.0, -2 * a, -d], reverse=True)
        found = np.sort(brute_force(range(seed, seed + 1))[0])[::-1]
        assert np.allclose(found, expected, atol=ZERO)
