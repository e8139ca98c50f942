"""Which measured exponents may be zero, by a calibrated test, and what explains them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from scipy.special import stdtrit

from neutralmodes.evidence.spectrum import Spectrum

LEVEL = 0.01  # how often a true zero is told from zero, by Student's t with the error's degrees of freedom
ALARM = 1e-4  # and how often, for each exponent, it contradicts a proof: a proof deserves the benefit of the doubt
_UNSAID = 10.0  # degrees of freedom in records that do not name them
_RECENT = 10.0  # an upper limit is read off the running averages since T / 10
_SWING = 0.5  # of the exponent: a running average that moved by so much has not settled

CONSISTENT, INCONSISTENT = "CONSISTENT", "INCONSISTENT"

Claims: TypeAlias = Sequence[tuple[int, str]]  # counts of zeros, each with what it counts: see theorem.Statement


def critical(freedom: float, level: float = LEVEL) -> float:
    """The errors within which an exponent may be zero: beyond is a true zero with probability ``level``.

    >>> round(critical(10), 3), round(critical(1e9), 3)
    (3.169, 2.576)
    """
    return float(stdtrit(freedom, 1.0 - level / 2.0))


def compatible(value: float, error: float, freedom: float, level: float = LEVEL) -> bool:
    """Whether an exponent may be zero; one of minus infinity, a direction that collapsed, may not."""
    return math.isfinite(value) and abs(value) <= critical(freedom, level) * error


def near_zero(found: Spectrum, level: float = LEVEL) -> list[int]:
    """The indices of exponents that the test cannot tell from zero."""
    columns = (found.exponents.tolist(), found.errors.tolist(), found.freedom.tolist())
    return [i for i, (v, e, f) in enumerate(zip(*columns, strict=True)) if compatible(v, e, f, level)]


def may_be_zero(record: Mapping[str, Any]) -> list[bool]:
    """The same for every exponent of a spectrum as plain data."""
    values, errors = ([float(v) for v in record.get(key, [])] for key in ("exponents", "errors"))
    freedom = [float(f) for f in record.get("degrees_of_freedom", [_UNSAID] * len(values))]
    return [compatible(*three) for three in zip(values, errors, freedom, strict=True)]


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
    beyond = critical(float(found.freedom[i]))
    noise = beyond * error * math.sqrt(max(found.time / float(times[highest]) - 1.0, 0.0))
    top = float(running[highest])
    return top >= (1 - _SWING) * value and top >= -beyond * error and top - value > noise


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
    ``integrals``: how many first integrals were stated. Zeros are counted by a test at 1 %; only exponents
    that fail it at 0.01 % too contradict a proof.
    """
    zeros, swinging = len(near_zero(found)), set(unsettled(found))
    doubtful = set(near_zero(found, ALARM)) - set(near_zero(found)) - swinging
    at_most = zeros + len(swinging) + len(doubtful)
    best = max((count for count, _ in claims), default=0)
    trusted = found.completed and found.leaves_region is None
    cut = not whole and (zeros == 0 or near_zero(found)[-1] == len(found.exponents) - 1)
    lines = [f"{zeros} of {len(found.exponents)} measured exponents are compatible with zero, tested at {LEVEL:.0%}"]
    lines += _explained(zeros, claims, label, flow_moves, integrals)
    if swinging:
        lines.append(f"{len(swinging)} more have not settled: the running average still swings up to zero")
    if doubtful:
        lines.append(f"{len(doubtful)} more are told from zero at {LEVEL:.0%}, but not at the {ALARM:.2%} of an alarm")
    if at_most < best and trusted and not cut:
        lines.append(f"the count of {best} with its scope is not met on this orbit: it ends where the scope ends")
    consistent = _decide(zeros, at_most, proved, best, cut) if trusted else None
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
