"""Lifetime L1: how long a phase stays near where it began, by a staircase of proved speed limits.

Where the phase lies between two directions e_k, e_(k+1), the argument of u + i v turns at a rate of at most H_k
towards the outside. An orbit from e_start that reaches the last direction has crossed every step between, so it has
taken at least sum (angle of step k)/H_k. A step whose limit is zero or negative is never crossed.

The limits are one-sided (sup of h on the way up, of -h on the way down): sup|h|, as in THEORY.md, would also bound
the time on the side to which the drift never goes, where h is larger, and be far from the true lifetime.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import atan2, ceil, cos, inf, sin
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.errors import InputError
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.phases import Phase, Samples, dot, evaluated, fraction

_SLACK = (1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0, 8.0)
_LOOKS = 4  # samples across a step
_GRID = 10**8  # directions are whole numbers over this
_WIDEST = Fraction(1, 4)  # radians: the bounds of the angle of a step are sharp below
_INSIDE = Fraction(999_999, 1_000_000)  # the outermost directions lie this little inside the deviation

Proof = dict[str, Any]
Direction = tuple[Fraction, Fraction]


@dataclass(frozen=True)
class _Step:
    """One side of the staircase is a list of these, from the start outwards."""

    outer: Direction
    speed: Fraction
    proof: Proof


def lifetime(
    ground: Ground, phase: Phase, deviation: Fraction, steps: int, samples: Samples, budget_s: float
) -> tuple[Proof | None, str]:
    """The staircase on both sides with its proofs, or None; and a line of words."""
    u, v = phase.pair(ground)
    state = [fmpq(x.numerator, x.denominator) for x in ground.whole(ground.system.start)]
    start = (fraction(u(*state)), fraction(v(*state)))
    if not any(start):
        raise InputError("phase: u = v = 0 at the start; give a start with a phase")
    stairs = _Stairs(ground, phase, start, samples, budget_s)
    sides = []
    for sign in (-1, 1):
        found = stairs.side(sign, abs(phase.charge) * deviation, steps)
        if found is None:
            return None, "lifetime: no speed limit was proved on one of the steps"
        sides.append(found)
    down, up = sides
    directions = [*(s.outer for s in reversed(down)), start, *(s.outer for s in up)]
    ordered = [*reversed(down), *up]
    time = least_time(directions, len(down), [s.speed for s in ordered])
    data = {
        "deviation": str(deviation),
        "start": len(down),
        "directions": [[str(c) for c in e] for e in directions],
        "speeds": [str(s.speed) for s in ordered],
        "proofs": [s.proof for s in ordered],
        "time": None if time is None else str(time),
    }
    says = "for ever" if time is None else f"at least until T = {time} = {float(time):.8g}"
    return data, f"lifetime: from the phase of the start it deviates by less than {deviation} {says}"


class _Stairs:
    """The speed of the argument, u L_f v - v L_f u over u^2 + v^2, on sectors of N."""

    def __init__(self, ground: Ground, phase: Phase, start: Direction, samples: Samples, budget_s: float) -> None:
        assert ground.hypotheses is not None
        self.ground, self.start, self.samples, self.budget = ground, start, samples, budget_s
        self.u, self.v = phase.pair(ground)
        self.square = phase.square(ground)
        self.turning = dot(phase.form(ground), [ground.polynomial(r) for r in ground.f])
        self.inequalities, self.equalities = ground.hypotheses
        self.charge = phase.charge

    def side(self, sign: int, width: Fraction, steps: int) -> list[_Step] | None:
        """The steps from the start outwards; a single one where the drift never goes that way."""
        whole = self._outer(sign, width, 1, 1)
        if width <= _WIDEST and self._seen(self.start, whole, sign) <= 0:
            proof = self.limit(self.start, whole, sign, Fraction(0))
            if proof is not None:
                return [_Step(whole, Fraction(0), proof)]
        found, inner = list[_Step](), self.start
        steps = max(steps, ceil(width / _WIDEST))
        for k in range(1, steps + 1):
            outer = self._outer(sign, width, k, steps)
            step = self._step(inner, outer, sign)
            if step is None:
                return None
            found.append(step)
            inner = outer
        return found

    def _outer(self, sign: int, width: Fraction, k: int, steps: int) -> Direction:
        angle = atan2(self.start[1], self.start[0]) + sign * float(width * _INSIDE) * k / steps
        return Fraction(round(cos(angle) * _GRID)), Fraction(round(sin(angle) * _GRID))

    def _step(self, inner: Direction, outer: Direction, sign: int) -> _Step | None:
        seen = self._seen(inner, outer, sign)
        if seen <= 0 and (proof := self.limit(inner, outer, sign, Fraction(0))):
            return _Step(outer, Fraction(0), proof)
        for slack in _SLACK:
            speed = Fraction(max(seen, 1e-12) * (1 + slack)).limit_denominator(10**12)
            if speed > 0 and (proof := self.limit(inner, outer, sign, speed)):
                return _Step(outer, speed, proof)
        return None

    def _seen(self, inner: Direction, outer: Direction, sign: int) -> float:
        """The largest outward speed at sampled points of the sector, its edges among them."""
        zero, a, b = (atan2(e[1], e[0]) for e in (self.start, inner, outer))
        moved = [self.samples.turned((a - zero + k * (b - a) / _LOOKS) / self.charge) for k in range(_LOOKS + 1)]
        points = [x for point in moved for x in self.samples.spread(point)]
        return max((sign * evaluated(self.turning, x) / evaluated(self.square, x) for x in points), default=-inf)

    def limit(self, inner: Direction, outer: Direction, sign: int, speed: Fraction) -> Proof | None:
        """speed (u^2 + v^2) -+ (u L_f v - v L_f u) >= 0 on N between the two directions."""
        low, high = (inner, outer) if sign > 0 else (outer, inner)
        target = fmpq(speed.numerator, speed.denominator) * self.square - sign * self.turning
        own = len(self.ground.inequalities)
        between = [self._left_of(low), -self._left_of(high)]
        given = [*self.inequalities[:own], *between, *self.inequalities[own:]]
        return prove_positive(target, given, self.equalities, strict=False, budget_s=self.budget / 8)

    def _left_of(self, e: Direction) -> fmpq_mpoly:
        """>= 0 where u + i v is counterclockwise of the direction e, by less than half a turn."""
        c, s = (fmpq(x.numerator, x.denominator) for x in e)
        return c * self.v - s * self.u


def least_time(directions: Sequence[Direction], start: int, speeds: Sequence[Fraction]) -> Fraction | None:
    """The smaller time of the two sides, from below; None where neither side can be crossed."""
    times = []
    for steps in (range(start - 1, -1, -1), range(start, len(speeds))):
        if all(speeds[k] > 0 for k in steps):
            times.append(sum((angle_below(directions[k], directions[k + 1]) / speeds[k] for k in steps), Fraction(0)))
    return None if not times else _rounded_down(min(times))


def angle_below(a: Direction, b: Direction) -> Fraction:
    """Rational lower bound of the angle from a to b: z - z^3/3 + z^5/5 - z^7/7 <= atan z, z < 1 its tangent."""
    z = Fraction(a[0] * b[1] - a[1] * b[0]) / (a[0] * b[0] + a[1] * b[1])
    return z - z**3 / 3 + z**5 / 5 - z**7 / 7


def _rounded_down(value: Fraction) -> Fraction:
    scale = 10**9
    return Fraction(value.numerator * scale // value.denominator, scale)
