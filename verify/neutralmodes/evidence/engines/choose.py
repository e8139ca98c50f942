"""Which engine runs a model: heyoka where it can, its replacements where it is missing."""

from __future__ import annotations

from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.engines import heyoka
from neutralmodes.evidence.engines.base import Engine
from neutralmodes.evidence.engines.dop853 import Dop853Flow
from neutralmodes.evidence.engines.etd import EtdFlow
from neutralmodes.evidence.engines.heyoka import HeyokaFlow
from neutralmodes.evidence.engines.lanes import LaneFlow
from neutralmodes.evidence.engines.maps import BallMap, DoubleMap
from neutralmodes.evidence.engines.semilinear import is_stiff
from neutralmodes.evidence.engines.series import SeriesFlow
from neutralmodes.evidence.model import Model

ENGINES = ("auto", "heyoka", "fallback", "etd")


def open_engine(
    model: Model,
    columns: int,
    *,
    digits: int | None = None,
    traced: bool = False,
    engine: str = "auto",
    may_difference: bool = False,
) -> Engine:
    """An engine for a model with k tangent columns; ``digits`` = None is double.

    With ``may_difference``, "auto" leaves stiff flows to the ETD stepper, ten times quicker and less exact.

    Raises InputError for an unknown engine name, EvidenceError where the rule cannot be run.
    """
    if engine not in ENGINES:
        raise InputError(f"unknown engine {engine!r}; choose one of {', '.join(ENGINES)}")
    if model.box is not None and digits is not None:
        raise EvidenceError(f"{model.name}: a black box computes in double; leave digits out")
    able = engine == "heyoka" or (engine == "auto" and heyoka.available() and heyoka.supports(model))
    able = able and model.box is None
    if not model.is_flow:
        if digits is None:
            return DoubleMap(model, columns, traced, by_heyoka=able)
        return BallMap(model, columns, digits, traced)
    if engine == "auto" and may_difference and digits is None and is_stiff(model):
        engine = "etd"
    if engine == "etd":
        if digits is not None:
            raise EvidenceError(f"{model.name}: the ETD engine computes in double; leave digits out")
        return EtdFlow(model, columns, traced)
    if able:
        return LaneFlow(model, columns, traced) if digits is None else HeyokaFlow(model, columns, digits, traced)
    return Dop853Flow(model, columns, traced) if digits is None else SeriesFlow(model, columns, digits, traced)
