"""The systems and perturbations of the breaking experiment: the paper's three families, and others that are richer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

import neutralmodes as nm
from neutralmodes_systems.families import sphere, torus, unitary_sphere

THETA, DEVIATION = 0.25, Fraction(1, 5)  # PAPER: phi_0 = 0.25, d = 0.2


@dataclass(frozen=True)
class Family:
    """A system on its attracting orbit, a perturbation, and what is read."""

    system: nm.System
    perturbation: Sequence[Any]
    start: Sequence[float] | None = None
    remembered: Sequence[Sequence[str]] | None = None


def ring(shear: Any = 0, region: nm.Region | None = None) -> nm.System:
    """z' = (1 + i q)(1 - |z|^2) z, started at the phase THETA (rational, on the circle exactly)."""
    z = sp.Symbol("z")
    half = Fraction(math.tan(THETA / 2)).limit_denominator(10**6)
    start = [(1 - half**2) / (1 + half**2), 2 * half / (1 + half**2)]
    rule = nm.VectorField.complex({z: (1 + sp.I * shear) * (1 - z * sp.conjugate(z)) * z})
    return nm.System("ring", rule, nm.groups.torus([[1]]).on(["re_z", "im_z"]), region, start=start)


def phase_of_start(system: nm.System) -> float:
    x, y = (float(v) for v in system.start)
    return math.atan2(y, x)


def quadrupole(strength: Any) -> list[sp.Expr]:
    """(strength/2) conj(z): theta' = -(strength/2) sin 2 theta, whatever the radius; the gap is strength."""
    x, y = _names("re_z", "im_z")
    return [strength * x / 2, -strength * y / 2]


def thin_annulus(size: sp.Rational, strength: Any) -> nm.Region:
    """|r^2 - 1| <= 3 strength size/2: entered strictly, since the quadrupole moves ln r by at most strength size/2."""
    x, y = _names("re_z", "im_z")
    width, square = sp.Rational(3, 2) * strength * size, x**2 + y**2
    return nm.Region([square - (1 - width), (1 + width) - square])


def richer_families() -> dict[str, Family]:
    """Breakings whose lifetimes are not one number rescaled: radii respond, several harmonics, several dimensions."""
    x, y = _names("re_z", "im_z")
    t = _names("x1", "x2", "x3", "x4")
    angles = (THETA, 0.9)
    torus_start = [f(a) * r for a, r in zip(angles, (1.0, 1.1), strict=True) for f in (math.cos, math.sin)]
    torus_break = [t[0] + t[0] * t[2] / 4, -t[1], t[2] / 3, -t[3] / 3 + t[0] * t[3] / 5]
    a, b, c = _names("x1", "x2", "x3")
    direction = _unit([0.5, 0.3, 0.45])
    u = _names("x1", "x2", "x3", "x4")
    return {
        "S1, harmonics 1 to 3": Family(ring(), [x + (x**2 - y**2) / 2 + x / 4, -y - x * y - y / 4 * x**2]),
        "T2, first circle": Family(torus(2), torus_break, torus_start, [["x1", "x2"]]),
        "T2, second circle": Family(torus(2), torus_break, torus_start, [["x3", "x4"]]),
        "SO(3) to SO(2)": Family(sphere(3), [a * c / 2, b * c / 2, c + c**2 / 3], direction),
        "SO(3) to the cube": Family(sphere(3), [2 * a**3, 2 * b**3, 2 * c**3], direction),
        "U(2)": Family(
            unitary_sphere(2),
            [u[0] + u[0] * u[2] / 3, -u[1], u[2] / 2 + u[0] ** 2 / 4, -u[3] / 2],
            _unit([0.6, 0.35, 0.4, 0.5]),
        ),
    }


def random_breaking(n: int, seed: int, curved: bool) -> Family:
    """A random symmetric matrix S, x' gets S x; ``curved``: and a random quadratic term, which bends the orbit."""
    rng = np.random.default_rng([n, seed, int(curved)])
    x = _names(*(f"x{i + 1}" for i in range(n)))
    half = rng.integers(-100, 101, (n, n))
    matrix = half + half.T
    perturbation = [sum(sp.Rational(int(m), 200) * v for m, v in zip(row, x, strict=True)) for row in matrix]
    if curved:
        picks = rng.integers(0, n, (n, 3, 2))
        sizes = rng.integers(-50, 51, (n, 3))
        for i in range(n):
            extra = (sp.Rational(int(s), 100) * x[j] * x[k] for s, (j, k) in zip(sizes[i], picks[i], strict=True))
            perturbation[i] += sum(extra)
    return Family(sphere(n), perturbation, _unit(rng.normal(size=n)))


def _names(*names: str) -> list[sp.Symbol]:
    return [sp.Symbol(name, real=True) for name in names]


def _unit(vector: Sequence[float]) -> list[float]:
    return list(np.asarray(vector) / np.linalg.norm(vector))
