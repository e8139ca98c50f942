"""Lifetime L1: |theta'| <= H(theta) along the orbit keeps a phase within d for at least the integral of dtheta/H."""

from __future__ import annotations

import mpmath
import sympy as sp
from _lemma import Flow, main, require, zero

x, y, r, theta = sp.symbols("x y r theta", real=True)
EPS = sp.Rational(1, 20)
S = x**2 + y**2
KICK = EPS * sp.Matrix([0, 1 + x / 4])
RULE = sp.Matrix([x * (1 - S), y * (1 - S)]) + KICK


def speed() -> sp.Expr:
    """theta' = (x y' - y x')/s of the broken field, at radius r and angle theta."""
    rate = (x * RULE[1] - y * RULE[0]) / S
    return sp.simplify(rate.subs({x: r * sp.cos(theta), y: r * sp.sin(theta)}))


def bound(angle: mpmath.mpf) -> mpmath.mpf:
    """H >= sup over 9/10 <= r <= 11/10 of |theta'|: theta' = eps cos(theta) (1 + r cos(theta)/4)/r."""
    c = abs(mpmath.cos(angle))
    return mpmath.mpf(EPS.p) / EPS.q * c * (1 / mpmath.mpf("0.9") + c / 4)


def crossing(flow: Flow, start: mpmath.mpf, d: mpmath.mpf) -> mpmath.mpf:
    """The time at which the integrated phase has moved by d, to a step of 1/4."""
    state, time = [mpmath.cos(start), mpmath.sin(start)], 0
    while abs(mpmath.atan2(state[1], state[0]) - start) < d:
        state = flow.step(state, mpmath.mpf(1) / 4, 6)
        require(mpmath.mpf("0.9") < mpmath.hypot(*state) < mpmath.mpf("1.1"), "the orbit left N")
        time += mpmath.mpf(1) / 4
        require(time < 400, "the phase never moves: the case is idle")
    return time


def survives(shrink: int = 1) -> str:
    """The phase found by integration against the integral, from three starts; a bound 1/shrink as large fails."""
    expected = EPS * sp.cos(theta) * (1 + r * sp.cos(theta) / 4) / r
    require(zero(speed() - expected), "theta' of the broken field")
    tightest = mpmath.inf
    with mpmath.workdps(20):
        flow, d = Flow([x, y], list(RULE)), mpmath.mpf("0.4")
        for start in (mpmath.mpf(-1), mpmath.mpf(0), mpmath.mpf("0.5")):
            sides = (mpmath.quad(lambda a: shrink / bound(a), sorted([start, start + s * d])) for s in (1, -1))
            promised, found = min(sides), crossing(flow, start, d)
            require(found >= promised, f"the phase moved {d} after {found}, before {mpmath.nstr(promised)}")
            tightest = min(tightest, found / promised)
    return f"3 starts, the promise within a factor {mpmath.nstr(tightest, 3)}"


def too_much() -> str:
    """Wrong: three times as long."""
    return survives(3)


def invariance_is_needed() -> str:
    """f = (-1, 0) from (1, 1/10) leaves {r >= 9/10}, where H = 10/9: a phase of 7/5 goes before (7/5)/H."""
    found = 1 - mpmath.mpf(1) / 10 / mpmath.tan(mpmath.atan(mpmath.mpf(1) / 10) + mpmath.mpf(7) / 5)
    require(0 < found < 1 < mpmath.mpf(7) / 5 * mpmath.mpf(9) / 10, "the phase should go early")
    return "needed: N invariant (past the centre a phase goes at once)"


def rotation_has_no_bracket() -> str:
    """Wrong: a vanishing bracket protects the absolute phase: f = omega xi turns it at rate omega."""
    turn = sp.Matrix([-y, x])
    rate = sp.simplify((x * turn[1] - y * turn[0]) / S)
    require(rate == 0, "an equivariant rotation moves the phase")
    return ""


CLAIMS, WRONG = [survives, invariance_is_needed], [too_much, rotation_has_no_bracket]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
