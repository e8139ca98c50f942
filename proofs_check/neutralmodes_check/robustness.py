"""Robustness: proved bounds of a broken direction's exponent (theorem B) and of its phase's lifetime (L1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from .matrices import dot
from .positivity import check_positivity
from .quotient import Quotient, total
from .refusal import NotDerived
from .shape import fields, integer, listing, rational, rationals
from .statement import ENTIRE, Tree, check_tree
from .system import System
from .zero import vanishes

_CONSTANTS = ("least", "most", "kappa", "sigma", "beta0", "beta1", "rho")
_POSITIVITIES = ("least", "most", "kappa", "sigma", "above", "below", "beta1")

Direction = list[Fraction]


@dataclass(frozen=True)
class Bounds:
    """gamma with |lambda_T(xi)| <= gamma + log(rest)/(2T); a phase that stays within `deviation` until `time`.

    Each may be None; `time` is None where the phase stays for ever. `spread`: a fraction a < 1 - spread of a phase
    difference along the group survives log((1 - spread)/a)/gamma.
    """

    gamma: Fraction | None = None
    rest: Fraction | None = None
    spread: Fraction | None = None
    deviation: Fraction | None = None
    time: Fraction | None = None


@dataclass(frozen=True)
class _Phase:
    """theta = arg(u + i v)/charge as trees, and as elements of the ring."""

    trees: tuple[Tree, Tree]
    charge: int

    def pair(self, system: System) -> list[Quotient]:
        return system.all(self.trees)

    def turning(self, system: System, vector: Sequence[Quotient]) -> Quotient:
        """u L v - v L u: (u^2 + v^2) times the rate of the argument along a vector field."""
        (u, v), lie = self.pair(system), system.lie(vector)
        return u * lie(v) - v * lie(u)

    def square(self, system: System) -> Quotient:
        u, v = self.pair(system)
        return u * u + v * v


def check_robustness(system: System, proof: Any) -> Bounds:
    """The bounds that the proof shows; NotDerived where it does not. Domain, compactness, invariance are needed."""
    fields(proof, "the proof of robustness", ["rule", "generator", "phase", "exponent", "lifetime"])
    if proof["rule"] != "bounds":
        raise NotDerived("robustness has no such rule")
    if system.statement.kind != "flow":
        raise NotDerived("robustness is about flows")
    generator = integer(proof["generator"], "generator", 0, len(system.generators) - 1)
    phase = None if proof["phase"] is None else _read_phase(system, proof["phase"], generator)
    found = Bounds()
    if proof["exponent"] is None and proof["lifetime"] is None:
        raise NotDerived("nothing is bounded")
    if proof["exponent"] is not None:
        found = _Exponent(system, generator).check(proof["exponent"], phase)
    if proof["lifetime"] is not None:
        if phase is None:
            raise NotDerived("a lifetime needs a phase")
        deviation, time = _check_lifetime(system, proof["lifetime"], phase)
        found = replace(found, deviation=deviation, time=time)
    return found


def _read_phase(system: System, value: Any, generator: int) -> _Phase:
    """The generator turns (u, v) at its charge, and u^2 + v^2 > 0 on N: the argument is a C^1 phase."""
    fields(value, "phase", ["u", "v", "charge", "positivity"])
    statement = system.statement
    known = frozenset([*statement.variables, *statement.exact, *statement.intervals])
    for tree in (value["u"], value["v"]):
        check_tree(tree, known, ENTIRE, "the phase")
    charge = value["charge"]
    if type(charge) is not int or not charge or abs(charge) > 1000:
        raise NotDerived("a phase needs a charge that is not zero")
    phase = _Phase((value["u"], value["v"]), charge)
    (u, v), lie = phase.pair(system), system.lie(system.generators[generator])
    if u.den or v.den:
        raise NotDerived("a phase must be free of division")
    if not vanishes(lie(u) + v.scaled(charge)) or not vanishes(lie(v) - u.scaled(charge)):
        raise NotDerived("the generator does not turn the phase")
    check_positivity(system, value["positivity"], phase.square(system), strict=True)
    return phase


class _Exponent:
    """Theorem B for one generator: v = alpha xi + w with w orthogonal to xi.

    |alpha'| <= beta0 |alpha| + sigma |w| and |w|' <= -kappa |w| + beta1 |alpha| keep |w| <= rho |alpha|.
    """

    def __init__(self, system: System, generator: int) -> None:
        self.system, self.xi = system, system.generators[generator]
        self.square = self._dot(self.xi, self.xi)
        along_f, along_xi = system.lie(system.rule), system.lie(self.xi)
        turned = [along_f(c) for c in self.xi]  # Dxi f
        self.jacobian = [system.gradient(f) for f in system.rule]
        self.bracket = [along_xi(f) - t for f, t in zip(system.rule, turned, strict=True)]
        columns = list(zip(*self.jacobian, strict=True))
        self.mixed = [self._dot(column, self.xi) + t for column, t in zip(columns, turned, strict=True)]

    def _dot(self, u: Sequence[Quotient], v: Sequence[Quotient]) -> Quotient:
        return dot(self.system.ring, u, v)

    def _across(self, vector: Sequence[Quotient]) -> Quotient:
        """|P v|^2 |xi|^2."""
        inner = self._dot(self.xi, vector)
        return self._dot(vector, vector) * self.square - inner * inner

    def check(self, value: Any, phase: _Phase | None) -> Bounds:
        fields(value, "exponent", [*_CONSTANTS, "tau", "proofs"])
        k = {name: rational(value[name], name) for name in _CONSTANTS}
        tau = None if value["tau"] is None else rational(value["tau"], "tau")
        proofs = fields(value["proofs"], "the proofs of the exponent", _POSITIVITIES, ["tau"])
        if min(k[name] for name in ("sigma", "beta0", "beta1", "rho")) < 0 or k["least"] <= 0:
            raise NotDerived("a constant of the exponent's bound has the wrong sign")
        if k["sigma"] * k["rho"] ** 2 - (k["kappa"] - k["beta0"]) * k["rho"] + k["beta1"] > 0:
            raise NotDerived("the contraction does not hold the ratio below rho")
        for name, target in self._targets(k).items():
            check_positivity(self.system, proofs[name], target, strict=False)
        self._check_contraction(proofs["kappa"], k["kappa"])
        if tau is not None:
            if phase is None or tau < 0 or "tau" not in proofs:
                raise NotDerived("tau needs a phase, a proof, and to be no less than zero")
            check_positivity(self.system, proofs["tau"], self._tilt(phase, tau), strict=False)
        spread = None if tau is None or tau * k["rho"] >= 1 else tau * k["rho"]
        gamma = k["beta0"] + k["sigma"] * k["rho"]
        return Bounds(gamma=gamma, rest=(k["most"] + k["rho"] ** 2) / k["least"], spread=spread)

    def _targets(self, k: dict[str, Fraction]) -> dict[str, Quotient]:
        square, number = self.square, self.system.number
        along = self._dot(self.xi, self.bracket)
        return {
            "least": square - number(k["least"]),
            "most": number(k["most"]) - square,
            "above": square.scaled(k["beta0"]) - along,
            "below": square.scaled(k["beta0"]) + along,
            "beta1": square.scaled(k["beta1"] ** 2) - self._across(self.bracket),
            "sigma": (square**3).scaled(k["sigma"] ** 2) - self._across(self.mixed),
        }

    def _check_contraction(self, proof: Any, kappa: Fraction) -> None:
        """-v.Df v - kappa |v|^2 >= 0 on N where xi.v = 0."""
        names = self.system.statement.fresh("v_", len(self.system.rule))
        v = [self.system.indeterminate(name) for name in names]
        moved = [self._dot(row, v) for row in self.jacobian]
        target = total(self.system.ring, [self._dot(v, moved).scaled(-1), self._dot(v, v).scaled(-kappa)])
        extra = [self._dot(self.xi, v)]
        check_positivity(self.system, proof, target, strict=False, extra=extra, auxiliary=names)

    def _tilt(self, phase: _Phase, tau: Fraction) -> Quotient:
        """tau^2 charge^2 (u^2 + v^2)^2 |xi|^2 - |P (u grad v - v grad u)|^2 |xi|^2."""
        u, v = phase.pair(self.system)
        slopes = zip(self.system.gradient(u), self.system.gradient(v), strict=True)
        form = [u * b - v * a for a, b in slopes]
        square = phase.square(self.system)
        return (square * square * self.square).scaled((tau * phase.charge) ** 2) - self._across(form)


def _check_lifetime(system: System, value: Any, phase: _Phase) -> tuple[Fraction, Fraction | None]:
    """(deviation, time): every orbit that starts on the middle direction deviates by less until then."""
    fields(value, "lifetime", ["deviation", "start", "directions", "speeds", "proofs", "time"])
    directions = [rationals(e, "a direction", 2) for e in listing(value["directions"], "directions")]
    count = len(directions) - 1
    start = integer(value["start"], "start", 0)
    if not 0 < start < count:
        raise NotDerived("a staircase needs a step on each side of its start")
    speeds = rationals(value["speeds"], "speeds", count)
    proofs = listing(value["proofs"], "the proofs of a staircase", count)
    slopes = [_slope(a, b) for a, b in pairwise(directions)]
    for k in range(count):
        _check_step(system, proofs[k], phase, directions[k : k + 2], speeds[k], outwards=1 if k >= start else -1)
    sides = [range(start), range(start, count)]
    deviation = rational(value["deviation"], "deviation")
    if any(sum(map(_above, (slopes[k] for k in side))) > abs(phase.charge) * deviation for side in sides):
        raise NotDerived("the staircase is wider than the deviation")
    crossed = [side for side in sides if all(speeds[k] > 0 for k in side)]
    times = [sum((_below(slopes[k]) / speeds[k] for k in side), Fraction(0)) for side in crossed]
    time = None if value["time"] is None else rational(value["time"], "time")
    if times and (time is None or time > min(times)):
        raise NotDerived("the staircase does not show so long a lifetime")
    return deviation, time


def _slope(a: Direction, b: Direction) -> Fraction:
    """The tangent of the angle from a to b, which must be less than 45 degrees, counterclockwise."""
    cross, inner = a[0] * b[1] - a[1] * b[0], a[0] * b[0] + a[1] * b[1]
    if not 0 < cross < inner:
        raise NotDerived("the directions of a staircase must turn counterclockwise in steps below 45 degrees")
    return cross / inner


def _below(z: Fraction) -> Fraction:
    """z - z^3/3 + z^5/5 - z^7/7 <= atan z for 0 <= z: its slope is (1 - z^8)/(1 + z^2)."""
    return z - z**3 / 3 + z**5 / 5 - z**7 / 7


def _above(z: Fraction) -> Fraction:
    """The same with one term more, >= atan z."""
    return _below(z) + z**9 / 9


def _check_step(
    system: System, proof: Any, phase: _Phase, ends: Sequence[Direction], speed: Fraction, outwards: int
) -> None:
    """speed (u^2 + v^2) - outwards (u L_f v - v L_f u) >= 0 on the part of N between two directions."""
    statement = system.statement
    between = [_left_of(phase, ends[0], 1), _left_of(phase, ends[1], -1)]
    part = System(replace(statement, inequalities=[*statement.inequalities, *between]), system.ring.budget)
    turning = phase.turning(part, part.rule).scaled(-outwards)
    check_positivity(part, proof, phase.square(part).scaled(speed) + turning, strict=False)


def _left_of(phase: _Phase, e: Direction, sign: int) -> Tree:
    """sign (c v - s u): >= 0 for sign 1 where u + i v lies counterclockwise of the direction (c, s)."""
    u, v = phase.trees
    return ["+", ["*", str(sign * e[0]), v], ["*", str(-sign * e[1]), u]]
