"""Functions that fall along every orbit as fast as the minors allow: V' <= -c e^k, so that every orbit ends in e = 0.

V is bounded on N, so along an orbit the integral of e^k (map: the sum) is finite and e converges to 0. V is made
of the group's invariants up to products of two, or of coordinates, or of e itself. A linear program on sampled points
proposes it, then one that finds V together with a proof; only an exact proof of positivity accepts it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import numpy.typing as npt
from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.complement import quadratic_invariants
from neutralmodes.obligations.decay import change
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.monotone_joint import joint_weights
from neutralmodes.obligations.sampling import region_points
from neutralmodes.statement import polynomial_text

Floats = npt.NDArray[np.float64]

_MOST_DIMENSIONS, _MOST_FUNCTIONS, _MOST_TERMS = 12, 24, 400
_POWERS = (1, 2)
_DENOMINATORS = (1, 8, 64, 4096)
_LEAST = 1e-6
_FEWEST = 8  # sampled points below which proposals mean nothing


def falling(ground: Ground, e: fmpq_mpoly, of: str, budget_s: float) -> dict[str, Any] | None:
    """The rule "monotone" with -V' - c e^k >= 0 on N, or None."""
    if ground.hypotheses is None or ground.system.region is None:
        return None
    if e.is_zero() or len(e) > _MOST_TERMS:
        return None
    basis = [(v, rate) for v in functions(ground, e) if (rate := change(ground, v)) is not None]
    points = region_points(ground) if basis else []
    if len(points) < _FEWEST:
        return None
    at = [[fmpq(v.numerator, v.denominator) for v in p] for p in points]
    heights, rates = _values([e], at)[0], _values([-rate for _, rate in basis], at)
    deadline = time.process_time() + budget_s
    for power in (k for k in _POWERS if len(e) ** k <= _MOST_TERMS):
        joint = partial(_joint, basis, e**power, ground.hypotheses[0], at)
        for weights, c in _proposals(rates, heights**power, joint):
            if (left := deadline - time.process_time()) <= 0:
                return None
            v, rate = (_mix(weights, [pair[i] for pair in basis]) for i in (0, 1))
            proof = prove_positive(-rate - c * e**power, *ground.hypotheses, strict=False, budget_s=left / 3)
            if proof is not None:
                found = {"function": polynomial_to_json(v), "rate": str(c), "power": power, "positivity": proof}
                return {"rule": "monotone", "of": of, **found}
    return None


def function_text(ground: Ground, proof: dict[str, Any]) -> str:
    """V as text."""
    return polynomial_text(proof["function"], ground.names)


def functions(ground: Ground, e: fmpq_mpoly) -> list[fmpq_mpoly]:
    """What V is a combination of: the potential, invariants and their products, or coordinates and theirs; then e."""
    if ground.n > _MOST_DIMENSIONS:
        return []
    gens, angles = list(ground.ring.gens())[: ground.n], ground.system.dynamics.angles
    matrices = ground.system.action.matrices
    if matrices is None or ground.system.action.field.names != ground.variables:
        first = [g for g, x in zip(gens, ground.variables, strict=True) if x not in angles]
    else:
        forms = quadratic_invariants(matrices, ground.n)
        first = [sum((c * gens[i] * gens[j] for (i, j), c in form.items()), e * 0) for form in forms]
        first += [g for i, g in enumerate(gens) if all(not any(a[i]) for a in matrices)]
        first = [v for v in first if not any(_occurs(v, x) for x in angles)]
    found = [] if angles else [*potential(ground), e]
    products = [a * b for a, b in combinations_with_replacement(first, 2)]
    return list({str(v): v for v in (*found, *first, *products)}.values())[:_MOST_FUNCTIONS]


def potential(ground: Ground) -> list[fmpq_mpoly]:
    """V(x) = - integral of f(s x) . x over s in [0, 1]: a gradient's own V, whatever rotations are added to it."""
    rule = [ground.polynomial(f) for f in ground.f]
    if not ground.flow or ground.system.dynamics.inputs or any(p is None for p in rule):
        return []  # inputs vary in time: V must not hold them
    outward = sum((x * p for x, p in zip(ground.ring.gens(), rule, strict=False)), ground.ring.constant(0))
    terms = {m: -c / sum(map(int, m[: ground.n])) for m, c in outward.to_dict().items()}
    return [ground.ring.from_dict(terms)] if terms else []


def _occurs(v: fmpq_mpoly, name: str) -> bool:
    return v.degrees()[v.context().variable_to_index(name)] > 0


def _proposals(
    rates: Floats, heights: Floats, joint: Callable[[], Iterator[Floats]]
) -> Iterator[tuple[list[fmpq], fmpq]]:
    """(weights, c) with weights . rates >= 2 c heights at every sampled point: single functions, then two programs."""
    for weights in _weights(rates, heights, joint):
        for denominator in _DENOMINATORS:
            exact = [fmpq(round(w * denominator), denominator) for w in weights]
            reached = np.array([round(w * denominator) / denominator for w in weights]) @ rates
            if any(exact) and (rate := _rate(reached, heights)):
                yield exact, rate
                break


def _weights(rates: Floats, heights: Floats, joint: Callable[[], Iterator[Floats]]) -> Iterator[Floats]:
    count = len(rates)
    yield from (sign * np.eye(count)[j] for j in range(count) for sign in (1, -1))
    yield from _programmed(rates, heights)
    yield from joint()


def _joint(
    basis: Sequence[tuple[fmpq_mpoly, fmpq_mpoly]],
    size: fmpq_mpoly,
    inequalities: Sequence[fmpq_mpoly],
    at: Sequence[Sequence[fmpq]],
) -> Iterator[Floats]:
    """Weights found with a proof: of the quadratic functions alone, then of all."""
    degrees = [int(v.total_degree()) for v, _ in basis]
    for most in sorted({min(2, max(degrees)), max(degrees)}):
        chosen = [i for i, degree in enumerate(degrees) if degree <= most]
        found = joint_weights([-basis[i][1] for i in chosen], size, inequalities, at) if chosen else None
        if found is not None:
            weights = np.zeros(len(basis))
            weights[chosen] = found
            yield weights


def _rate(reached: Floats, heights: Floats) -> fmpq | None:
    """A power of two at most half of the least quotient reached/heights, None where that is not clearly positive."""
    if np.any(reached < -1e-9 * np.max(np.abs(reached), initial=0.0)):
        return None
    high = heights > _LEAST * np.max(heights, initial=0.0)
    least = float(np.min(reached[high] / heights[high], initial=np.inf))
    return fmpq(2) ** int(np.floor(np.log2(least / 2))) if _LEAST < least < np.inf else None


def _programmed(rates: Floats, heights: Floats) -> Iterator[Floats]:
    """Weights in [-1, 1] that make the least quotient largest."""
    from scipy.optimize import linprog  # half a second to import: only where it is used

    top = float(np.max(heights, initial=0.0))
    if top <= 0:
        return
    count, scale = len(rates), np.max(np.abs(rates), axis=1, initial=0.0)
    scale[scale == 0] = 1.0
    left = np.column_stack([-(rates / scale[:, None]).T, heights / top])
    bounds = [(-1.0, 1.0)] * count + [(0.0, None)]
    solved = linprog([0.0] * count + [-1.0], A_ub=left, b_ub=np.zeros(left.shape[0]), bounds=bounds, method="highs")
    if solved.status == 0 and solved.x[-1] > _LEAST:
        weights = solved.x[:-1] / scale
        yield weights / np.max(np.abs(weights))


def _values(polynomials: Sequence[fmpq_mpoly], at: Sequence[Sequence[fmpq]]) -> Floats:
    return np.array([[float(v.p) / float(v.q) for v in (p(*point) for point in at)] for p in polynomials])


def _mix(weights: Sequence[fmpq], parts: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    return sum((w * p for w, p in zip(weights, parts, strict=True) if w != 0), parts[0] * 0)
