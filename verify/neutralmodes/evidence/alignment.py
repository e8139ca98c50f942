"""Do the neutral covariant directions contain the group's? Principal angles along an orbit, in degrees."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.angles import degrees, sines
from neutralmodes.evidence.covariant import Track, covariance, follow, settled
from neutralmodes.evidence.engines.base import Array, digits_to_bits, to_floats
from neutralmodes.evidence.group_span import GroupSpan
from neutralmodes.evidence.pointwise import rule_of
from neutralmodes.evidence.spectrum import COMPLETED, Progress
from neutralmodes.exact.balls import working_precision

_DIGITS = 16
_GUARD = 2  # digits beyond those wanted
_STILL = 1e-8  # a speed below it, relative to the state, is an equilibrium: the flow has no direction


@dataclass(frozen=True)
class Alignment:
    """The largest principal angle from E_x to the neutral covariant subspace, at the end of each window.

    ``angles`` (m,) at ``times`` (m,) are in degrees; the subspace of ``neutral_dimension`` is found without the
    generators, and one that misses a direction of E_x shows as 90. ``orbit_dimension`` is the least
    dim E_x on the way. ``flow_angle`` is the smallest angle from the flow direction to E_x seen (None
    for maps, inputs, and orbits that come to rest). ``defect`` is that of ``covariant``.
    """

    angles: tuple[float, ...] = field(repr=False)
    times: tuple[float, ...] = field(repr=False)
    orbit_dimension: int
    neutral_dimension: int
    flow_angle: float | None
    defect: float
    engine: str
    working_digits: int
    windows: int
    seed: int
    outcome: str
    notes: tuple[str, ...] = ()

    @property
    def completed(self) -> bool:
        return self.outcome == COMPLETED

    @property
    def largest(self) -> float:
        """The largest angle over all windows."""
        return max(self.angles)

    def to_json(self) -> dict[str, Any]:
        """Plain data, every number a decimal string (counts are integers)."""
        return {
            "largest_degrees": repr(self.largest),
            "median_degrees": repr(float(np.median(self.angles))),
            "orbit_dimension": self.orbit_dimension,
            "neutral_dimension": self.neutral_dimension,
            "flow_angle_degrees": None if self.flow_angle is None else repr(self.flow_angle),
            "covariance_defect": repr(self.defect),
            "record": [[repr(t), f"{a:.3g}"] for t, a in zip(self.times, self.angles, strict=True)],
            "windows": self.windows,
            "engine": self.engine,
            "working_digits": self.working_digits,
            "seed": self.seed,
            "outcome": self.outcome,
            "notes": list(self.notes),
        }


def alignment(
    system: Any,
    *,
    windows: int = 400,
    transient: float | Fraction | None = None,
    k: int | None = None,
    neutral: int | None = None,
    digits: int | None = _DIGITS,
    seed: int = 0,
    progress: Progress | None = None,
    engine: str = "auto",
    within: float = math.inf,
) -> Alignment:
    """Principal angles between the group's directions and the neutral covariant vectors.

    Parameters
    ----------
    digits : correct decimal digits wanted; the run has two more (18 are hardware arithmetic where heyoka
        runs), because near a fixed point of the action the generators magnify the state's rounding.
        None is plain double, in which a black box is always measured: there near tangencies of the neutral
        subspace and its neighbours magnify rounding too.
    within : nominal seconds, counted in steps, by which runs end early; the result notes it.

    The other arguments are those of ``covariant``.

    Raises InputError for a system without generators, EvidenceError where no exponent may be zero or
    the neutral directions cannot be told from others.
    """
    if not getattr(system, "action", None) or not system.action.generators:
        raise InputError(f"{system.name}: the action has no generators, there is nothing to align")
    if digits == _DIGITS and system.dynamics.function is not None:
        digits = None
    working = None if digits is None else digits + _GUARD
    track = follow(system, windows, transient, k, neutral, working, seed, progress, engine, within)
    _require_neutral(track)
    with track.engine.precision(), working_precision(digits_to_bits(track.engine.working_digits)):
        defect, outcome = covariance(track)
        span, found = GroupSpan(track.engine, track.model), []
        groups = [span.at(step.state) for step in track.steps]
        for i, group in enumerate(groups):
            found.append(float(sines(group, track.subspace(i, track.neutral))[0]))
        return Alignment(
            angles=tuple(degrees(s) for s in found),
            times=tuple(float(step.time) for step in track.steps),
            orbit_dimension=span.least,
            neutral_dimension=len(track.neutral),
            flow_angle=None if system.dynamics.inputs else _flow_angle(track, groups),
            defect=defect,
            engine=track.engine.name,
            working_digits=track.engine.working_digits,
            windows=len(found),
            seed=seed,
            outcome=outcome,
            notes=track.notes,
        )


def _require_neutral(track: Track) -> None:
    name = track.model.name
    if not track.neutral:
        raise EvidenceError(f"{name}: no exponent of this run may be zero, so there is no neutral subspace")
    if not settled(track):
        raise EvidenceError(
            f"{name}: the neutral columns {list(track.neutral)} are not separated from their neighbours in the groups "
            f"{[list(g) for g in track.groups]}; "
            + ("; ".join(track.notes) or "a longer run, or another number of neutral exponents, may help")
        )


def _flow_angle(track: Track, groups: Sequence[Array]) -> float | None:
    if not track.model.is_flow:
        return None
    rule, found = rule_of(track.model), 90.0
    for step, group in zip(track.steps, groups, strict=True):
        state = to_floats(step.state)
        speed = rule(state, float(step.time))
        if not np.linalg.norm(speed) > _STILL * (1.0 + np.linalg.norm(state)):
            return None
        found = min(found, degrees(float(sines(speed[:, None], to_floats(group))[0])))
    return found
