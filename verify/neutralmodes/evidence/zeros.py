"""Which measured exponents may be zero, by a calibrated test, and what explains them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from neutralmodes.evidence.spectrum import Spectrum

# Student's t with the 10 degrees of freedom of ``statistics.average``: a true zero is beyond once in 1,000.
CRITICAL = 4.587
_RECENT = 10.0  # an upper limit is read off the running averages since T / 10
_SWING = 0.5  # of the exponent: a running average that moved by so much has not settled

CONSISTENT, INCONSISTENT = "CONSISTENT", "INCONSISTENT"

Claims: TypeAlias = Sequence[tuple[int, str]]  # counts of zeros, each with what it counts: see theorem.Statement


def compatible(value: float, error: float) -> bool:
    """Whether an exponent may be zero; one of minus infinity, a direction that collapsed, may not."""
    return math.isfinite(value) and abs(value) <= CRITICAL * error


def near_zero(found: Spectrum) -> list[int]:
    """The indices of exponents that the test cannot tell from zero."""
    pairs = zip(found.exponents, found.errors, strict=True)
    return [i for i, (value, error) in enumerate(pairs) if compatible(float(value), float(error))]


def unsettled(found: Spectrum) -> list[int]:
    """Exponents that are not near zero now, but whose running average still swings up to zero.

    The theorems speak of upper limits. Where orbits linger at saddles ever longer the running average
    swings for ever between zero and a negative value, and no single time refutes the zero.
    """
    recent = [(t, v) for t, v in found.convergence if t >= found.time / _RECENT]
    near, times = set(near_zero(found)), np.array([t for t, _ in recent])
    running = np.array([v for _, v in recent]).reshape(len(recent), len(found.exponents))
    return [i for i in range(running.shape[1]) if i not in near and _swings(found, i, times, running[:, i])]


def _swings(found: Spectrum, i: int, times: Any, running: Any) -> bool:
    value, error = float(found.exponents[i]), float(found.errors[i])
    if not (math.isfinite(value) and value < 0 and np.all(np.isfinite(running))):
        return False
    highest = int(np.argmax(running))
    noise = CRITICAL * error * math.sqrt(max(found.time / float(times[highest]) - 1.0, 0.0))
    top = float(running[highest])
    return top >= (1 - _SWING) * value and top >= -CRITICAL * error and top - value > noise


def compare(
    found: Spectrum,
    *,
    proved: int,
    claims: Claims,
    label: str,
    whole: bool = True,
    flow_moves: bool = False,
    integrals: int = 0,
) -> dict[str, Any]:
    """The numbers against the proofs: ``consistent`` True, False, or None where the run decides nothing.

    ``proved`` zeros hold everywhere and are what the verdict is about; ``claims`` are all counts of the
    theorems, scopes included, and name the causes. The numbers may show more, never fewer than were proved.
    ``whole``: every exponent was computed. ``flow_moves``: the flow direction was seen off the group's.
    ``integrals``: how many first integrals were stated.
    """
    zeros, open_ones = len(near_zero(found)), len(unsettled(found))
    best = max((count for count, _ in claims), default=0)
    trusted = found.completed and found.leaves_region is None
    cut = not whole and (zeros == 0 or near_zero(found)[-1] == len(found.exponents) - 1)
    lines = [f"{zeros} of {len(found.exponents)} measured exponents are compatible with zero"]
    lines += _explained(zeros, claims, label, flow_moves, integrals)
    if open_ones:
        lines.append(f"{open_ones} more have not settled: the running average still swings up to zero")
    if zeros + open_ones < best and trusted and not cut:
        lines.append(f"the count of {best} with its scope is not met on this orbit: it ends where the scope ends")
    consistent = _decide(zeros, zeros + open_ones, proved, best, cut) if trusted else None
    return {
        "near_zero": zeros,
        "consistent": consistent,
        "verdict": _words(consistent, proved, best),
        "explained": lines,
    }


def _decide(zeros: int, at_most: int, proved: int, best: int, cut: bool) -> bool | None:
    """Against the proved count; where that is 0, a count with its scope can be met, never contradicted."""
    if zeros >= (proved or best):
        return True if best else None
    return None if cut or not proved or at_most >= proved else False


def _words(consistent: bool | None, proved: int, best: int) -> str:
    if not best:
        return "no count was proved, so there is nothing to compare the numbers with"
    if consistent is None:
        return "the numbers decide nothing"
    count = f"proved count of {proved}" if proved else f"count of {best} with its scope"
    return f"{CONSISTENT if consistent else INCONSISTENT} with the {count}"


def _explained(zeros: int, claims: Claims, label: str, flow_moves: bool, integrals: int) -> list[str]:
    """One line for each cause, as far as there are zeros left to explain."""
    group, flow, all_three = (_most(claims, c) for c in ("group", "group+flow", "group+flow+integrals"))
    conserved = all_three - max(group, flow)
    with_flow = "" if flow > group else "the flow direction and "
    causes = [
        (group, f"the group directions of {label}"),
        (flow - group, "the flow direction, off the relative equilibria"),
        (conserved, f"{with_flow}the first integrals"),
        (int(flow_moves and flow <= group and conserved <= 0), "the flow direction, as measured and not proved"),
        (integrals if conserved <= 0 else 0, "the first integrals, not counted by a proof"),
    ]
    lines = []
    for count, cause in causes:
        if (explained := min(zeros, max(0, count))) > 0:
            lines.append(f"{explained} explained by {cause}")
            zeros -= explained
    if zeros:
        lines.append(f"{zeros} unexplained, unknown: a bifurcation or a hidden symmetry; try discover")
    return lines


def _most(claims: Claims, what: str) -> int:
    return max((count for count, counts in claims if counts == what), default=0)


def beyond_bound(exponents: Sequence[float | None], log_ratio: float, time: float, slack: float) -> list[int]:
    """Direct exponents (1/T) log |Dphi_T xi_a| / |xi_a| that break the proved bound log(C/c) / T.

    ``log_ratio`` is log(C/c) of the certificate's rank; ``slack`` what rounding may have done.
    """
    bound = log_ratio / time + slack
    return [a for a, value in enumerate(exponents) if value is not None and abs(value) > bound]
