"""Random small equivariant systems with rational coefficients, and their exponents by code that shares none with ours.

The start's orbit is followed by Runge-Kutta steps (iterates of a map). Where it ends on a relative equilibrium the
truth has 60 digits: Newton's method finds the point x with f(x) = A x (map: F(x) = exp(A) x), A in the algebra; the
exponents are the real parts of the eigenvalues of Df(x) - A (map: the logarithms of the moduli of exp(-A) DF(x)), which
use nothing of the theorem. Elsewhere by brute force: a frame beside the orbit, derivatives by complex steps.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath as mp
import numpy as np
import sympy as sp

import neutralmodes as nm
from neutralmodes.theorem import EVERYWHERE, OFF_SIGMA

STEP, TIME = 0.05, 120.0
ZERO = (
    4.0 / TIME
)  # direct exponents of a neutral direction fall like 1/T; the others stay away from 0 or are not counted
DIGITS, TINY = 60, mp.mpf(10) ** -20


@dataclass(frozen=True)
class Family:
    """``rule(c, state)`` for numbers, arrays and symbols; ``matrices`` of the action; ``region`` and ``start``."""

    kind: str
    rule: Callable[[Sequence[Any], Sequence[Any]], list[Any]]
    coefficients: Callable[[random.Random], list[Fraction]]
    matrices: list[np.ndarray]
    region: Callable[[random.Random, Sequence[sp.Symbol]], nm.Region]
    start: list[Fraction]

    @property
    def n(self) -> int:
        return len(self.start)


def eighths(rng: random.Random, low: int, high: int) -> Fraction:
    return Fraction(rng.randint(low, high), 8)


def turns(n: int, *planes: tuple[int, int]) -> np.ndarray:
    """The matrix that turns these planes of R^n together."""
    found = np.zeros((n, n), dtype=int)
    for i, j in planes:
        found[i, j], found[j, i] = -1, 1
    return found


def spiral(c, s):
    """z' = (a - b |z|^2 + k u + i (w + turn u + twist |z|^2)) z, u' = d |z|^2 - e u."""
    a, b, k, w, turn, twist, e, d = c
    x, y, u = s
    r = x * x + y * y
    grow, speed = a - b * r + k * u, w + turn * u + twist * r
    return [grow * x - speed * y, grow * y + speed * x, d * r - e * u]


def spiral_coefficients(rng):
    a, b, k = eighths(rng, -2, 16), eighths(rng, 8, 16), eighths(rng, -1, 1)
    return [a, b, k, *(eighths(rng, -8, 8) for _ in range(3)), eighths(rng, 8, 24), eighths(rng, -2, 2)]


def stepping(c, s):
    """z+ = (a - b |z|^2 + k u) R z with R a rational rotation by (cosine, sine), u+ = d |z|^2 + e u."""
    a, b, k, cosine, sine, e, d = c
    x, y, u = s
    r = x * x + y * y
    grow = a - b * r + k * u
    return [grow * (cosine * x - sine * y), grow * (sine * x + cosine * y), d * r + e * u]


def stepping_coefficients(rng):
    tame = rng.randint(0, 2) > 0  # the others leave nearly every annulus
    a, b = (eighths(rng, 9, 11), eighths(rng, 1, 2)) if tame else (eighths(rng, 4, 15), eighths(rng, 2, 6))
    k = eighths(rng, -1, 1)
    turn = rng.choice([(1, 1, 0), (5, 3, 4), (25, -7, 24)])
    return [a, b, k, Fraction(turn[1], turn[0]), Fraction(turn[2], turn[0]), eighths(rng, -4, 4), eighths(rng, -1, 1)]


def two_planes(c, s):
    """z' = (a - b |z|^2 + k |w|^2 + i m) z, w' = (d - e |w|^2 + h |z|^2 + i n) w."""
    a, b, k, m, d, e, h, n = c
    x, y, u, v = s
    r, q = x * x + y * y, u * u + v * v
    f, g = a - b * r + k * q, d - e * q + h * r
    return [f * x - m * y, f * y + m * x, g * u - n * v, g * v + n * u]


def two_planes_coefficients(rng):
    def plane():
        return [eighths(rng, -4, 12), eighths(rng, 8, 16), eighths(rng, -2, 2), eighths(rng, -8, 8)]

    return [*plane(), *plane()]


def two_vectors(c, s):
    """x' = (a - b |x|^2) x + k (x.y) y + m x cross y, y' = (d - e |y|^2) y + h (x.y) x + n x cross y."""
    a, b, k, m, d, e, h, n = c
    x, y = s[:3], s[3:]
    xx, yy, xy = (sum(p * q for p, q in zip(i, j, strict=True)) for i, j in ((x, x), (y, y), (x, y)))
    cross = [x[1] * y[2] - x[2] * y[1], x[2] * y[0] - x[0] * y[2], x[0] * y[1] - x[1] * y[0]]
    first = [(a - b * xx) * p + k * xy * q + m * t for p, q, t in zip(x, y, cross, strict=True)]
    return first + [(d - e * yy) * q + h * xy * p + n * t for p, q, t in zip(x, y, cross, strict=True)]


def two_vectors_coefficients(rng):
    def vector():
        return [eighths(rng, 4, 12), eighths(rng, 8, 12), eighths(rng, -3, 3), eighths(rng, -4, 4)]

    return [*vector(), *vector()]


def sinking(c, s):
    """z' = (-a - b |z|^2 + i w) z with a possibly 0, u' = -e u + d |z|^2 with e possibly 0: nothing to certify."""
    a, b, w, e, d = c
    x, y, u = s
    r = x * x + y * y
    return [-(a + b * r) * x - w * y, -(a + b * r) * y + w * x, d * r * e - e * u]


def sinking_coefficients(rng):
    return [eighths(rng, 0, 3), eighths(rng, 0, 8), eighths(rng, -8, 8), eighths(rng, 0, 4), eighths(rng, -2, 2)]


def ring(rng, s):
    """An annulus in the first plane, an interval in every other coordinate; it may leak."""
    inner, outer = Fraction(rng.randint(1, 2), 4), Fraction(rng.randint(6, 10), 4)
    rest = dict.fromkeys(s[2:], (-4, 4))
    return nm.Region.annulus(s[:2], inner, outer) & nm.Region.box(rest)


def annulus_and_disc(rng, s):
    return nm.Region.annulus(s[:2], Fraction(rng.randint(1, 2), 8), 3) & nm.Region.ball(s[2:], 3)


def two_shells(rng, s):
    """|x|^2 and |y|^2 between bounds: parallel vectors are inside."""
    low = Fraction(rng.randint(1, 2), 16)
    sizes = [sum(v**2 for v in part) for part in (s[:3], s[3:])]
    return nm.Region([g for size in sizes for g in (size - sp.Rational(low), 4 - size)])


def solid(rng, s):
    return nm.Region.ball(s, 2)


def space_rotations():
    blocks = [turns(3, plane) for plane in ((0, 1), (1, 2), (0, 2))]
    return [np.kron(np.eye(2, dtype=int), block) for block in blocks]


HALF, QUARTER = Fraction(1, 2), Fraction(1, 4)
PLANE = [turns(3, (0, 1))]
FAMILIES = {
    "spiral": Family("flow", spiral, spiral_coefficients, PLANE, ring, [Fraction(1), Fraction(0), Fraction(1, 8)]),
    "stepping": Family("map", stepping, stepping_coefficients, PLANE, ring, [Fraction(1), Fraction(0), Fraction(1, 8)]),
    "two planes": Family(
        "flow", two_planes, two_planes_coefficients, [turns(4, (0, 1)), turns(4, (2, 3))], annulus_and_disc,
        [Fraction(1), QUARTER, HALF, QUARTER],
    ),
    "two vectors": Family(
        "flow", two_vectors, two_vectors_coefficients, space_rotations(), two_shells,
        [Fraction(1), QUARTER, Fraction(0), -QUARTER, HALF, HALF],
    ),
    "sinking": Family("flow", sinking, sinking_coefficients, PLANE, solid, [HALF, QUARTER, QUARTER]),
}  # fmt: skip
_ROUND = ("spiral", "stepping", "spiral", "two planes", "stepping", "sinking", "spiral", "two planes", "stepping")
_ROUND += ("two vectors",)


def family_of(seed: int) -> str:
    return _ROUND[seed % len(_ROUND)]


def coefficients(seed: int) -> list[Fraction]:
    return FAMILIES[family_of(seed)].coefficients(random.Random(seed))


def system(seed: int) -> nm.System:
    """The system of a seed; those that sink ask for a zero."""
    family = FAMILIES[family_of(seed)]
    symbols = sp.symbols(f"x1:{family.n + 1}", real=True)
    exact = [sp.Rational(v) for v in coefficients(seed)]
    kind = nm.VectorField if family.kind == "flow" else nm.Map
    action = nm.LieAction(symbols, [sp.Matrix(a.tolist()) for a in family.matrices])
    region = family.region(random.Random(-seed - 1), symbols)
    asked = 1 if family_of(seed) == "sinking" else None
    rule = kind(symbols, family.rule(exact, symbols))
    return nm.System(f"random-{seed}", rule, action, region, start=family.start, at_least=asked)


def brute_force(family: Family, seeds: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Exponents (m, n) and last states (m, n) of systems of one family at once, in double precision."""
    c = [np.array(v, dtype=float) for v in zip(*(coefficients(s) for s in seeds), strict=True)]
    flow, n, m = family.kind == "flow", family.n, len(seeds)
    state = np.tile([float(v) for v in family.start], (m, 1))
    frame = np.tile(np.random.default_rng(0).standard_normal((n, n)), (m, 1, 1))
    every, steps = (round(1 / STEP), round(2 * TIME / STEP)) if flow else (1, round(4 * TIME))
    begin, total = steps // 2, np.zeros((m, n))
    for k in range(1, steps + 1):
        state, frame = (_runge_kutta if flow else _slopes)(family, c, state, frame)
        if k % every == 0:
            frame, r = np.linalg.qr(frame)
            if k > begin:
                total += np.log(np.abs(np.diagonal(r, axis1=1, axis2=2)) + 1e-300)
    return total / ((steps - begin) * (STEP if flow else 1)), state


def orbit_ends(family: Family, seeds: Sequence[int]) -> np.ndarray:
    """The last states (m, n) of ``brute_force`` without its frames."""
    c = [np.array(v, dtype=float) for v in zip(*(coefficients(s) for s in seeds), strict=True)]
    state = np.tile([float(v) for v in family.start], (len(seeds), 1))

    def slope(at: np.ndarray) -> np.ndarray:
        return np.array(family.rule(c, list(at.T))).T

    for _ in range(round(2 * TIME / STEP) if family.kind == "flow" else round(4 * TIME)):
        a1 = slope(state)
        if family.kind == "map":
            state = a1
            continue
        a2 = slope(state + STEP / 2 * a1)
        a3 = slope(state + STEP / 2 * a2)
        state = state + STEP / 6 * (a1 + 2 * a2 + 2 * a3 + slope(state + STEP * a3))
    return state


def _slopes(family, c, state, frame):
    """The rule and DF times the frame, by complex steps."""
    shifted = state.astype(complex)
    jacobian = np.empty((len(state), family.n, family.n))
    for j in range(family.n):
        moved = shifted.copy()
        moved[:, j] += 1e-30j
        jacobian[:, :, j] = np.array(family.rule(c, list(moved.T))).T.imag / 1e-30
    return np.array(family.rule(c, list(state.T))).T, jacobian @ frame


def _runge_kutta(family, c, state, frame):
    a1, b1 = _slopes(family, c, state, frame)
    a2, b2 = _slopes(family, c, state + STEP / 2 * a1, frame + STEP / 2 * b1)
    a3, b3 = _slopes(family, c, state + STEP / 2 * a2, frame + STEP / 2 * b2)
    a4, b4 = _slopes(family, c, state + STEP * a3, frame + STEP * b3)
    return state + STEP / 6 * (a1 + 2 * a2 + 2 * a3 + a4), frame + STEP / 6 * (b1 + 2 * b2 + 2 * b3 + b4)


def exact_truth(seed: int, near: Sequence[float]) -> tuple[int, int] | None:
    """(zero exponents, rank of Xi) in 60 digits at the relative equilibrium within 1e-4 of a state, or None."""
    family = FAMILIES[family_of(seed)]
    c = [mp.mpf(v.numerator) / v.denominator for v in coefficients(seed)]
    with mp.workdps(DIGITS):
        found = _newton(family, c, mp.matrix([mp.mpf(float(v)) for v in near]))
        if found is None:
            return None
        x, a = found
        slopes = _jacobian(family, c, x)
        inner = slopes - a if family.kind == "flow" else mp.expm(-a) * slopes
        values = mp.eig(inner, left=False, right=False)
        sizes = [abs(mp.re(e)) if family.kind == "flow" else abs(abs(e) - 1) for e in values]
        columns = mp.matrix([list(mp.matrix(g.tolist()) * x) for g in family.matrices])
        return sum(s < TINY for s in sizes), sum(s > TINY for s in mp.svd(columns, compute_uv=False))


def _newton(family, c, x):
    """(x, A) with f(x) = A x, or F(x) = exp(A) x, by steps of least norm in x and in A's coordinates."""
    begin, matrices, n = x.copy(), [mp.matrix(a.tolist()) for a in family.matrices], family.n
    weights = mp.matrix(_first_weights(family, c, x))
    for _ in range(40):
        a = sum((w * g for w, g in zip(weights, matrices, strict=True)), mp.matrix(n, n))
        turn = a if family.kind == "flow" else mp.expm(a)
        gap = _value(family, c, x) - turn * x
        if mp.norm(gap) < mp.mpf(10) ** -45:
            return (x, a) if mp.norm(x - begin) < mp.mpf(10) ** -4 else None
        inner = _jacobian(family, c, x) - turn
        rows = mp.matrix(n, n + len(matrices))
        for i in range(n):
            for j in range(n):
                rows[i, j] = inner[i, j]
            for k, g in enumerate(matrices):
                rows[i, n + k] = -(g * turn * x if family.kind == "map" else g * x)[i]
        square = rows * rows.T + mp.eye(n) * mp.mpf(10) ** -50
        move = rows.T * mp.lu_solve(square, gap)
        x = x - move[:n]
        weights = weights - move[n:]
    return None


def _first_weights(family, c, x):
    """A's coordinates in double precision: least squares of f(x) = A x, or the one circle's angle from x to F(x)."""
    state, image = (np.array([float(v) for v in p]) for p in (x, _value(family, c, x)))
    if family.kind == "map":
        return [float(np.angle(complex(image[0], image[1]) * complex(state[0], -state[1])))]
    return np.linalg.lstsq(np.array([a @ state for a in family.matrices]).T, image, rcond=1e-6)[0].tolist()


def _value(family, c, x):
    return mp.matrix(family.rule(c, list(x)))


def _jacobian(family, c, x):
    """Central differences with a step of 1e-20: good to 1e-38 for polynomials of this size."""
    n, h = family.n, mp.mpf(10) ** -20
    found = mp.matrix(n, n)
    for j in range(n):
        up, down = x.copy(), x.copy()
        up[j] += h
        down[j] -= h
        column = (_value(family, c, up) - _value(family, c, down)) / (2 * h)
        for i in range(n):
            found[i, j] = column[i]
    return found


def rank_at(seed: int, state: np.ndarray) -> int:
    """The rank of Xi at a state in double precision, singular values below 1/100 taken as zero."""
    columns = np.array([a @ state for a in FAMILIES[family_of(seed)].matrices])
    return int(np.sum(np.linalg.svd(columns, compute_uv=False) > 1e-2))


@dataclass(frozen=True)
class Comparison:
    """One seed: what the certificate claims of the start's orbit, and the truth; ``exact`` where it has 60 digits.

    ``zeros`` is None where the orbit leaves every bound. ``wrong`` says why a claim is false, "" where it is not.
    """

    seed: int
    conclusion: str
    claimed: int
    zeros: int | None
    exact: bool
    wrong: str


def compare(seeds: Sequence[int], budget: float = 1.0) -> Iterator[Comparison]:
    """Certify the system of every seed and hold it against the truth."""
    for name, family in FAMILIES.items():
        found = {s: nm.certify(system(s), evidence=False, budget=budget) for s in seeds if family_of(s) == name}
        if found:
            with np.errstate(over="ignore", invalid="ignore"):  # what leaves every bound ends there
                ends = orbit_ends(family, list(found))
            for (seed, certificate), state in zip(found.items(), ends, strict=True):
                yield compared(seed, state, certificate)


def compared(seed: int, state: np.ndarray, found: nm.Certificate) -> Comparison:
    """The claims about one orbit, which ends at a state (n,), against the truth."""
    verdict = str(found.conclusion)
    if found.conclusion is nm.Conclusion.REFUTED:
        return Comparison(seed, verdict, 0, None, True, _wrong_refutation(seed, found))
    if not np.all(np.isfinite(state)):
        kept = found.obligations["invariance"].verdict is nm.Verdict.PROVED
        return Comparison(seed, verdict, 0, None, False, "the orbit leaves a region proved invariant" if kept else "")
    known = exact_truth(seed, state)
    zeros, rank = known or (_brute_zeros(seed), rank_at(seed, state))
    generic = (found.obligations["rank"].proof or {}).get("generic", 0)
    scopes = {EVERYWHERE} | ({OFF_SIGMA} if rank >= generic else set())
    claimed = max((s.count for s in found.statements if s.where in scopes), default=0)
    wrong = f"{claimed} zeros are claimed, {zeros} are true" if claimed > zeros else ""
    return Comparison(seed, verdict, claimed, zeros, known is not None, wrong)


def _brute_zeros(seed: int) -> int:
    (exponents,), _ = brute_force(FAMILIES[family_of(seed)], [seed])
    return int(np.sum(np.abs(exponents) < ZERO))


def _wrong_refutation(seed: int, found: nm.Certificate) -> str:
    """A refutation is of the region, which may leak, or of a zero that an equilibrium does not have."""
    verdicts = {name for name, o in found.obligations.items() if o.verdict is nm.Verdict.REFUTED}
    if verdicts & {"invariance", "compactness"}:
        return ""
    below = (found.obligations["recurrence"].proof or {}).get("equilibrium")
    if below is None:
        return f"refuted by {sorted(verdicts)}"
    known = exact_truth(seed, [float(Fraction(v)) for v in below["at"]])
    fewer = known is not None and known[0] < found.statement["at_least"]
    return "" if fewer else f"an asked count is refuted, true is {known}"
