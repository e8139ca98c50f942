"""Which engine runs a model: heyoka where it can, its replacements where it is missing."""

from __future__ import annotations

from neutralmodes.errors import InputError
from neutralmodes.evidence.engines import heyoka
from neutralmodes.evidence.engines.base import Engine
from neutralmodes.evidence.engines.dop853 import Dop853Flow
from neutralmodes.evidence.engines.maps import BallMap, DoubleMap
from neutralmodes.evidence.engines.series import SeriesFlow
from neutralmodes.evidence.model import Model

ENGINES = ("auto", "heyoka", "fallback")


def open_engine(
    model: Model, columns: int, *, digits: int | None = None, traced: bool = False, engine: str = "auto"
) -> Engine:
    """An engine for a model with k tangent columns; ``digits`` = None is double.

    Raises InputError for an unknown engine name, EvidenceError where the rule cannot be run.
    """
    if engine not in ENGINES:
        raise InputError(f"unknown engine {engine!r}; choose one of {', '.join(ENGINES)}")
    if not model.is_flow:
        return DoubleMap(model, columns, traced) if digits is None else BallMap(model, columns, digits, traced)
    if engine == "heyoka" or (engine == "auto" and heyoka.available() and heyoka.supports(model)):
        return heyoka.HeyokaFlow(model, columns, digits, traced)
    if digits is None:
        return Dop853Flow(model, columns, traced)
    return SeriesFlow(model, columns, digits, traced)
