"""Black boxes on a ladder of precisions: an exact symmetry's error falls with roundoff, a broken one's stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from flint import arb, arb_mat

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines.base import Array, exact
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.exact.balls import working_precision

MPMATH_DIGITS = 40
_BITS = 200  # of group elements, beyond every rung
_FALLS = 30.0  # the error of an exact rule, in units of the rounding, may differ by this between rungs
FALLS, STAYS, OPEN = "falls with roundoff", "stays", "undecided"


@dataclass(frozen=True)
class Rung:
    """E_eq = max |f(g x) - g f(x)| / (1 + |f(x)|) in one precision, of relative rounding ``eps``."""

    precision: str
    eps: float
    error: float


@dataclass(frozen=True)
class Ladder:
    """``rungs`` from coarse to fine; ``skipped`` says why precisions are missing.

    ``verdict``: "falls with roundoff" (consistent with an exact symmetry, to the finest rung's error),
    "stays" (broken, by about ``size``), or "undecided" (one rung alone).
    """

    rungs: tuple[Rung, ...]
    skipped: tuple[str, ...]
    samples: int
    seed: int

    @property
    def verdict(self) -> str:
        if len(self.rungs) < 2:
            return OPEN
        return STAYS if any(_stays(a, b) for a, b in zip(self.rungs, self.rungs[1:], strict=False)) else FALLS

    @property
    def size(self) -> float:
        """The error at the finest rung: the size of the break, or a bound on what was not seen."""
        return self.rungs[-1].error

    @property
    def words(self) -> str:
        """The verdict with what it means."""
        if self.verdict == OPEN:
            return f"{OPEN}, one precision cannot tell rounding from a break"
        if self.verdict == FALLS:
            return f"{FALLS}, consistent with an exact symmetry"
        if self.size < _FALLS * float(np.finfo(np.float64).eps):
            return f"{STAYS}, broken by about {self.size:.1e}, unless it computes in double inside"
        return f"{STAYS}, broken by about {self.size:.1e}"

    def to_json(self) -> dict[str, Any]:
        """Plain data, every number a decimal string (counts are integers)."""
        return {
            "rungs": [[r.precision, repr(r.eps), repr(r.error)] for r in self.rungs],
            "skipped": list(self.skipped),
            "verdict": self.verdict,
            "words": self.words,
            "size": repr(self.size),
            "samples": self.samples,
            "seed": self.seed,
        }


def _stays(coarse: Rung, fine: Rung) -> bool:
    """Whether the error fell less than the rounding did. An error of zero counts as one rounding."""
    return fine.error > _FALLS * fine.eps / coarse.eps * max(coarse.error, coarse.eps)


def ladder(system: Any, *, samples: int = 32, seed: int = 0) -> Ladder:
    """Equivariance errors of a black box in float32, float64, long double and mpmath, as far as it goes.

    Parameters
    ----------
    samples : pairs (g, x): g a product of one-parameter elements, x Gaussian at the scale of the start.

    The precision is that of the array handed in; one that the values do not keep is skipped.
    Raises InputError for a rule that is no black box (it is settled exactly) or an action that is not
    linear, EvidenceError where no precision can be run.
    """
    function, model = system.dynamics.function, model_of(system)
    if function is None:
        raise InputError(f"{system.name}: the rule is known exactly; certify settles its symmetry, no ladder is needed")
    matrices = system.action.matrices
    if matrices is None:
        raise InputError(f"{system.name}: the ladder needs a linear action")
    pairs = _pairs(model, matrices, samples, seed)
    rungs, skipped = [], []
    for name, eps, number in _precisions():
        try:
            rungs.append(Rung(name, eps, _error(function, pairs, number, eps)))
        except Exception as error:  # whatever the user's function raises on such numbers
            skipped.append(f"{name}: {error}")
    if not rungs:
        raise EvidenceError(f"{system.name}: no precision could be run ({'; '.join(skipped)})")
    return Ladder(tuple(rungs), tuple(skipped), samples, seed)


def _precisions() -> list[tuple[str, float, Callable[[Fraction], Any]]]:
    """(name, relative rounding, conversion of an exact number), from coarse to fine; doubles twice are left out."""
    found: list[tuple[str, float, Callable[[Fraction], Any]]] = [
        ("float32", float(np.finfo(np.float32).eps), lambda v: np.float32(float(v))),
        ("float64", float(np.finfo(np.float64).eps), float),
    ]
    if np.finfo(np.longdouble).eps < np.finfo(np.float64).eps:
        found.append(("longdouble", float(np.finfo(np.longdouble).eps), _longdouble))
    return [*found, ("mpmath", 10.0**-MPMATH_DIGITS, lambda v: mpmath.mpf(v.numerator) / v.denominator)]


def _longdouble(value: Fraction) -> np.longdouble:
    return np.longdouble(value.numerator) / np.longdouble(value.denominator)


def _pairs(model: Model, matrices: list[Any], samples: int, seed: int) -> list[tuple[Array, Array]]:
    """(g (n, n), x (n,)) as exact rationals."""
    random, n = np.random.default_rng(seed), model.n
    scale = float(np.linalg.norm([float(v) for v in model.start])) / np.sqrt(n) or 1.0
    return [(_element(matrices, random, n), _exactly(scale * random.standard_normal(n))) for _ in range(samples)]


def _element(matrices: list[Any], random: np.random.Generator, n: int) -> Array:
    with working_precision(_BITS):
        total = arb_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
        for matrix in matrices:
            s = arb(float(random.uniform(0.3, 2.5)))
            total = total * (arb_mat(n, n, [arb(v) for row in matrix for v in row]) * s).exp()
        return np.array([exact(v) for v in total.entries()], dtype=object).reshape(n, n)


def _exactly(values: Array) -> Array:
    return np.array([Fraction(float(v)) for v in values], dtype=object)


def _error(
    function: Callable[..., Any], pairs: list[tuple[Array, Array]], number: Callable[[Fraction], Any], eps: float
) -> float:
    """The largest E_eq in one precision; raises where values come in a coarser one."""
    worst = 0.0
    with mpmath.workdps(MPMATH_DIGITS):
        for g, x in pairs:
            element, state = _converted(g, number), _converted(x, number)
            here = _values(function, state, eps)
            turned = element @ here
            moved = _values(function, element @ state, eps)
            worst = max(worst, _size(moved - turned) / (1.0 + _size(here)))
    return worst


def _converted(values: Array, number: Callable[[Fraction], Any]) -> Array:
    return np.array([number(v) for v in values.ravel()]).reshape(values.shape)


def _values(function: Callable[..., Any], state: Array, eps: float) -> Array:
    found = np.asarray(function(0.0, state.copy()))
    if found.dtype.kind == "f" and np.finfo(found.dtype).eps > eps:
        raise EvidenceError(f"the rule returns {found.dtype} whatever it is given")
    if found.dtype.kind == "f" and state.dtype == object:
        raise EvidenceError(f"the rule returns {found.dtype} whatever it is given")
    return found.astype(state.dtype)


def _size(values: Array) -> float:
    return float(np.sqrt(np.sum(values * values)))
