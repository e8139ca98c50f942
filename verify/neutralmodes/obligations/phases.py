"""Phases: a pair (u, v) that a generator turns, L_xi u = -m v and L_xi v = m u, whose argument is m times a phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from flint import fmpq_mpoly

from neutralmodes.errors import InputError
from neutralmodes.exact.expression import Tree, to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import ray_points
from neutralmodes.statement import infix

Point: TypeAlias = npt.NDArray[np.float64]  # a value for each of a ground's names

_PER_TURN, _LONGEST = 64, 0.1  # points of a turn, and the longest step of the Runge-Kutta rule
_FARTHEST, _HALVINGS, _ALONG = 4.0, 20, 4  # of the search along rays


@dataclass(frozen=True)
class Phase:
    """theta = arg(u + i v)/charge, for polynomials u, v of the state."""

    u: Tree
    v: Tree
    charge: int

    def pair(self, ground: Ground) -> tuple[fmpq_mpoly, fmpq_mpoly]:
        """(u, v) as polynomials; InputError where they are not."""
        found = [ground.polynomial(ground.field.element(t)) for t in (self.u, self.v)]
        if found[0] is None or found[1] is None:
            raise InputError(f"phase: {infix(self.u)}, {infix(self.v)} are not both polynomials; give two polynomials")
        return found[0], found[1]

    def square(self, ground: Ground) -> fmpq_mpoly:
        u, v = self.pair(ground)
        return u**2 + v**2

    def form(self, ground: Ground) -> list[fmpq_mpoly]:
        """u grad v - v grad u: (u^2 + v^2) times the gradient of the argument."""
        u, v = self.pair(ground)
        return [u * v.derivative(j) - v * u.derivative(j) for j in range(ground.n)]

    def proof(self, ground: Ground, generator: int, budget_s: float) -> dict[str, Any] | None:
        """That the generator turns it, and u^2 + v^2 > 0 on N; None where that is not proved.

        Raises InputError where the generator does not turn the pair.
        """
        assert ground.hypotheses is not None
        u, v = self.pair(ground)
        xi = [ground.polynomial(r) for r in ground.xi[generator]]
        moved = [dot([p.derivative(j) for j in range(ground.n)], xi) for p in (u, v)]
        if self.charge == 0 or moved[0] != -self.charge * v or moved[1] != self.charge * u:
            raise InputError(
                f"phase: generator {generator} does not turn ({infix(self.u)}, {infix(self.v)}) "
                f"with charge {self.charge}; give a pair with L_xi u = -m v, L_xi v = m u"
            )
        positivity = prove_positive(self.square(ground), *ground.hypotheses, strict=True, budget_s=budget_s)
        if positivity is None:
            return None
        return {"u": to_json(self.u), "v": to_json(self.v), "charge": self.charge, "positivity": positivity}


def linear_phase(ground: Ground, generator: int) -> Phase | None:
    """The first pair of variables that the generator turns with an integer charge, or None."""
    xi = ground.xi[generator]
    gens = [ground.field.gen(i) for i in range(ground.n)]
    for i in range(ground.n):
        for j in range(ground.n):
            slope = ground.field.derivative(xi[j], ground.variables[i]).constant()
            if slope is None or slope <= 0 or slope.q != 1 or i == j:
                continue
            m = ground.field.constant(slope)
            if (xi[j] - m * gens[i]).is_zero and (xi[i] + m * gens[j]).is_zero:
                return Phase(ground.variables[i], ground.variables[j], int(slope.p))
    return None


class Samples:
    """Points of N as floats, from the start along the group and towards the boundary: they propose, never decide."""

    def __init__(self, ground: Ground, generator: int) -> None:
        assert ground.hypotheses is not None
        self.ground, self.inequalities = ground, ground.hypotheses[0]
        self.columns = [ground.polynomial(r) for r in ground.xi[generator]]
        self.start = np.array([float(v) for v in ground.whole(ground.system.start)])

    @cached_property
    def everywhere(self) -> list[Point]:
        """Points all over N."""
        around = [x for angle in np.linspace(0, 2 * np.pi, _PER_TURN) for x in self.spread(self.turned(float(angle)))]
        rays = [np.array([float(v) for v in self.ground.whole(p)]) for p in ray_points(self.ground)]
        return [*rays, *around]

    def turned(self, angle: float) -> Point:
        """The start moved along the generator by the Runge-Kutta rule."""
        count = max(1, ceil(abs(angle) / _LONGEST))
        x, h = self.start, angle / count
        for _ in range(count):
            k1 = self._rate(x)
            k2 = self._rate(x + h / 2 * k1)
            k3 = self._rate(x + h / 2 * k2)
            x = x + h / 6 * (k1 + 2 * k2 + 2 * k3 + self._rate(x + h * k3))
        return x

    def spread(self, point: Point) -> list[Point]:
        """Points of N on the ray through a point of it, from one end to the other."""
        if not self._inside(point, 1.0):
            return []
        low, high = self._end(point, 0.0), self._end(point, _FARTHEST)
        return [self._scaled(point, low + (high - low) * k / _ALONG) for k in range(_ALONG + 1)]

    def _end(self, point: Point, outside: float) -> float:
        """The scale, between 1 and another, at which a ray leaves N, by halving."""
        inside = 1.0
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if self._inside(point, middle) else (inside, middle)
        return inside

    def _scaled(self, point: Point, scale: float) -> Point:
        n = self.ground.n
        return np.concatenate([point[:n] * scale, point[n:]])

    def _inside(self, point: Point, scale: float) -> bool:
        x = self._scaled(point, scale)
        return all(evaluated(g, x) >= -1e-12 for g in self.inequalities)

    def _rate(self, x: Point) -> Point:
        return np.array([evaluated(c, x) for c in self.columns] + [0.0] * (len(x) - self.ground.n))


def evaluated(polynomial: fmpq_mpoly | None, point: Point) -> float:
    """A polynomial at a float point."""
    assert polynomial is not None
    total = 0.0
    for exponents, c in polynomial.to_dict().items():
        term = int(c.p) / int(c.q)
        for value, e in zip(point, exponents, strict=True):
            if e:
                term *= float(value) ** int(e)
        total += term
    return total


def dot(u: Sequence[Any], v: Sequence[Any]) -> Any:
    """The sum of products of two lists of polynomials of one ring."""
    total = u[0] * v[0]
    for a, b in zip(u[1:], v[1:], strict=True):
        total = total + a * b
    return total


def fraction(value: Any) -> Fraction:
    """A rational of python-flint as a Fraction."""
    return Fraction(int(value.p), int(value.q))
