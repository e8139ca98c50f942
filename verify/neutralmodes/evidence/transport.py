"""Does the tangent flow carry the group's directions? Measured to the wanted digits, or not claimed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Any

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.carried import COMPLETED, Path, carry, carry_values, relative
from neutralmodes.evidence.engines.base import DOUBLE_DIGITS, digits_to_bits
from neutralmodes.evidence.growth import digits_lost
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.qr import qr
from neutralmodes.evidence.schedule import read_time
from neutralmodes.exact.balls import working_precision
from neutralmodes.once import Once

DEFAULT_DIGITS = 30
GUARD = 8  # digits beyond the wanted ones and those that the growth of tangents costs
RUNG = 12  # or half the wanted digits: what the check of a flow's run does without
ATTEMPTS = 4


@dataclass(frozen=True)
class Transport:
    """Residuals |Dphi_T xi_a(x) - xi_a(phi_T x)| / |xi_a(phi_T x)| of the p generators at the time reached.

    ``record`` holds (time, largest residual) along the orbit and ``exponents`` the direct ones,
    (1/T) log |Dphi_T xi_a| / |xi_a|; the residual is absolute and the
    exponent None for a generator that vanishes. ``coarser`` holds (working digits, record) of the same run
    at fewer digits, the last in double.
    ``error`` bounds what rounding and truncation may have done to a residual: measured against a run
    with fewer digits (flows), or the radius of an enclosure (maps). ``volume_defect`` is
    (1/T) [log vol Dphi_T Xi - log vol Xi(phi_T x)]: zero whenever transport holds, so it tests
    transport and says nothing about a zero exponent.
    """

    residuals: tuple[float, ...]
    exponents: tuple[float | None, ...]
    record: list[tuple[float, float]] = field(repr=False)
    coarser: list[tuple[int, list[tuple[float, float]]]] = field(repr=False)
    error: float
    volume_defect: float | None
    time: float
    digits: int
    working_digits: int
    growth_digits: float
    engine: str
    steps: int
    seed: int
    outcome: str
    notes: tuple[str, ...]

    @property
    def completed(self) -> bool:
        return self.outcome == COMPLETED

    @property
    def residual(self) -> float:
        """The largest residual over the generators."""
        return max(self.residuals)

    @property
    def transported(self) -> bool:
        """True where the whole time was covered and every residual is zero to ``digits``."""
        return self.completed and self.residual <= 10.0**-self.digits

    def to_json(self) -> dict[str, Any]:
        """Plain data, every number a decimal string (counts are integers)."""
        return {
            "residual": repr(self.residual),
            "residuals": [repr(r) for r in self.residuals],
            "direct_exponents": [None if e is None else repr(e) for e in self.exponents],
            "record": _strings(self.record),
            "coarser": [{"working_digits": digits, "record": _strings(record)} for digits, record in self.coarser],
            "error": repr(self.error),
            "volume_defect": None if self.volume_defect is None else repr(self.volume_defect),
            "time": repr(self.time),
            "digits": self.digits,
            "working_digits": self.working_digits,
            "growth_digits": repr(self.growth_digits),
            "transported": self.transported,
            "engine": self.engine,
            "steps": self.steps,
            "seed": self.seed,
            "outcome": self.outcome,
            "notes": list(self.notes),
        }


def transport(
    system: Any,
    *,
    time: float | Fraction = 40,
    digits: int | None = None,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
    engine: str = "auto",
    within: float = math.inf,
    once: Once | None = None,
) -> Transport:
    """Carry every generator along the orbit of ``system.start`` and compare with the generator there.

    Parameters
    ----------
    time : how long (iterates for maps).
    digits : correct decimal digits wanted at the final time, default 30; the working precision is these,
        the measured growth of tangents and a guard, and is raised where the check says that it was lost.
        A black box computes in double: by default as many as survive there.
    seed : of the random direction in which the growth is measured.
    progress : called with ("transport", fraction done).
    engine : "auto", "heyoka" or "fallback".
    within : nominal seconds, counted in steps: by when they are spent, a flow's transport ends at an
        earlier time than asked, and notes it.
    once : paths that other seeds of the same system have left, at the same precision the same.

    Raises InputError for arguments out of range or a system without generators, EvidenceError where
    the orbit ends at once or the digits cannot be kept.
    """
    model = model_of(system)
    until = read_time(time, "time", model.is_flow, positive=True)
    if not model.generators:
        raise InputError(f"{model.name}: the action has no generators, there is nothing to transport")
    least = 10 if model.box is None else 1
    if digits is not None and (isinstance(digits, bool) or not isinstance(digits, int) or not least <= digits <= 300):
        raise InputError(f"digits must be an integer from {least} to 300, got {digits!r}")
    report = progress or (lambda stage, done: None)
    shown = partial(report, "transport")
    if model.box is not None:
        return _by_values(model, until, digits, seed, shown)
    digits = DEFAULT_DIGITS if digits is None else digits
    growth = digits_lost(model, until, seed, engine)
    working, rung = digits + math.ceil(growth) + GUARD, max(RUNG, digits // 2)
    once = once or Once()
    for _ in range(ATTEMPTS):
        key = (until, digits, working, engine, within)
        run = partial(carry, model, until, working, rung, engine, shown, within)
        path, error, coarser = once(("carried", key), run)
        lost = math.log10(max(error, 1e-300)) + digits
        if lost <= 0:
            notes = (*model.notes, *_shortened(path, until, within))
            found = once(("transport", key), partial(_report, path, coarser, notes, error, digits, working))
            return replace(found, growth_digits=growth, seed=seed)
        # Balls that grew without bound say only that it was too little.
        working += GUARD + (math.ceil(lost) if math.isfinite(lost) else working)
    raise EvidenceError(
        f"{model.name}: {digits} digits at time {float(until):g} were lost even at {working} working digits "
        f"(error {error:.1e}); ask for a shorter time or fewer digits"
    )


def _shortened(path: Path, until: Fraction, within: float) -> tuple[str, ...]:
    if path.outcome != COMPLETED or path.times[-1] == until:
        return ()
    return (f"ended before time {float(until):g}: {within:g} nominal seconds were spent",)


def _by_values(
    model: Model, until: Fraction, digits: int | None, seed: int, progress: Callable[[float], None]
) -> Transport:
    path, error = carry_values(model, until, progress)
    kept = math.floor(-math.log10(error))
    if kept < (digits or 1):
        raise EvidenceError(
            f"{model.name}: the double arithmetic of a black box keeps {max(kept, 0)} digits at time {float(until):g} "
            f"(error {error:.1e}); ask for a shorter time{' or fewer digits' if digits else ''}"
        )
    growth = digits_lost(model, until, seed)
    found = _report(path, [], model.notes, error, digits or kept, DOUBLE_DIGITS)
    return replace(found, growth_digits=growth, seed=seed)


def _report(
    path: Path, coarser: list[Path], notes: tuple[str, ...], error: float, digits: int, working: int
) -> Transport:
    time = float(path.times[-1])
    with working_precision(digits_to_bits(working)):
        residuals = _residuals(path)
        return Transport(
            residuals=tuple(residuals[-1]),
            exponents=_exponents(path, time),
            record=_record(path, residuals),
            coarser=[(p.working_digits, _record(p, _residuals(p))) for p in coarser],
            error=error,
            volume_defect=_volume_defect(path, time),
            time=time,
            digits=digits,
            working_digits=working,
            growth_digits=0.0,
            engine=path.engine,
            steps=path.steps,
            seed=0,
            outcome=path.outcome,
            notes=notes,
        )


def _residuals(path: Path) -> list[list[float]]:
    """The upper ends of the residuals, one list a recorded time."""
    return [[_upper(r) for r in path.residuals(i)] for i in range(len(path.times))]


def _record(path: Path, residuals: list[list[float]]) -> list[tuple[float, float]]:
    """(time, largest residual) of each recorded time."""
    return [(float(t), max(r)) for t, r in zip(path.times, residuals, strict=True)]


def _strings(record: list[tuple[float, float]]) -> list[list[str]]:
    return [[repr(t), repr(r)] for t, r in record]


def _upper(residual: Any) -> float:
    """The upper end of a ball as a double; infinite where nothing is known."""
    return float(residual.upper()) if residual.is_finite() else math.inf


def _exponents(path: Path, time: float) -> tuple[float | None, ...]:
    """(1/T) log |Dphi_T xi| / |xi| for each generator that does not vanish."""
    start, end = path.seeds, path.columns[-1]
    found: list[float | None] = []
    for a in range(start.shape[1]):
        ratio = relative(end[:, a : a + 1], start[:, a : a + 1])[0]
        known = any(v.mid() != 0 for v in start[:, a]) and ratio.mid() > 0
        found.append(float(ratio.mid().log()) / time if known else None)
    return tuple(found)


def _volume_defect(path: Path, time: float) -> float | None:
    """(1/T) [log vol Dphi_T Xi - log vol Xi(phi_T x)] of the generators independent at the start."""
    basis = path.kept
    carried, here = (qr(m[:, basis]).diagonal for m in (path.columns[-1], path.generators[-1]))
    if not all(d > 0 for d in (*carried, *here)):
        return None
    return float(sum((a / b).log() for a, b in zip(carried, here, strict=True))) / time
