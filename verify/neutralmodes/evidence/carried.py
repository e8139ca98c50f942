"""Generators carried along an orbit at many digits, beside the same run at fewer: what rounding did."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.basis import independent
from neutralmodes.evidence.engines.balls import ball
from neutralmodes.evidence.engines.base import (
    DOUBLE_DIGITS,
    Array,
    Engine,
    Halted,
    digits_to_bits,
    from_balls,
    to_balls,
)
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.dop853 import RTOL, Dop853Flow
from neutralmodes.evidence.engines.heyoka import HeyokaFlow
from neutralmodes.evidence.engines.maps import BallMap, DoubleMap
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import Pointwise
from neutralmodes.exact.balls import working_precision

COMPLETED = "completed"
_HANDOVER = 2e-3  # seconds of work below which a thread costs more than it saves
POINTS = 40  # times at which the residual is recorded


@dataclass(frozen=True)
class Frame:
    """The generators: as functions, at the start (n, p), and as combinations of the ``kept`` ones."""

    xi: Pointwise
    seeds: Array
    kept: list[int]
    coefficients: Array


@dataclass
class Path:
    """Carried columns (n, p) and generators there (n, p), as balls, at the recorded times.

    ``seeds`` (n, p) are the generators at the start, ``kept`` the indices of independent ones.
    """

    seeds: Array
    kept: list[int]
    times: list[Fraction] = field(default_factory=list)
    columns: list[Array] = field(default_factory=list)
    generators: list[Array] = field(default_factory=list)
    engine: str = ""
    working_digits: int = DOUBLE_DIGITS
    steps: int = 0
    outcome: str = COMPLETED

    def residuals(self, i: int) -> list[Any]:
        """Balls |V_a - xi_a| / |xi_a| at record i (absolute where xi_a vanishes)."""
        return relative(self.columns[i] - self.generators[i], self.generators[i])


def carry(
    model: Model,
    until: Fraction,
    working: int,
    rung: int,
    engine: str,
    progress: Callable[[float], None],
    within: float = math.inf,
) -> tuple[Path, float, list[Path]]:
    """The path at ``working`` digits, a bound on the error of its residuals, and paths at fewer digits.

    A map runs once on balls, whose radii are the bound. A flow also runs with ``rung`` digits less:
    the difference of the two is that run's error, and the error of this one is 10^-rung of it.
    Only independent generators are carried: the others are their combinations, at every time. The last
    path is in double: it shows what the digits are for. The paths of a flow at many digits end early at the
    record by which ``within`` nominal seconds are spent.
    """
    bits, frame = digits_to_bits(working), _frame(model, working)
    width = len(frame.kept)
    if not model.is_flow:
        (path,) = _run(model, until, [BallMap(model, width, working, pseudo=False)], frame, progress)
        with working_precision(bits):
            radii = [_radius(r) for i in range(len(path.times)) for r in path.residuals(i)]
        return path, max(radii), _in_double_too(model, until, frame, engine)
    engines = [open_engine(model, width, digits=d, engine=engine) for d in (working, working - rung)]
    path, check = _run(model, until, engines, frame, progress, within)
    with working_precision(bits):
        error = 10.0**-rung * _difference(path, check)
    return path, error, [check, *_in_double_too(model, until, frame, engine)]


def _in_double_too(model: Model, until: Fraction, frame: Frame, engine: str) -> list[Path]:
    """The path in double; none where that ends at once."""
    with suppress(EvidenceError):
        return _run(model, until, [open_engine(model, len(frame.kept), engine=engine)], frame, lambda done: None)
    return []


def carry_values(model: Model, until: Fraction, progress: Callable[[float], None]) -> tuple[Path, float]:
    """The path of a black box in double, and the size of its error.

    The second run starts a few roundings away, with looser steps and coarser derivatives: where it
    differs, nothing is known.
    """
    assert model.box is not None
    frame = _frame(model, DOUBLE_DIGITS)
    nearby = tuple(v * (1 + (-1) ** i * Fraction(16 * model.box.eps)) for i, v in enumerate(model.start))
    twin = replace(model, start=nearby, box=model.box.coarser(np.array([float(v) for v in nearby])))
    looser, engine = _in_double(twin, len(frame.kept), 100 * RTOL), _in_double(model, len(frame.kept), RTOL)
    (check,) = _run(twin, until, [looser], frame, lambda done: progress(0.4 * done))
    (path,) = _run(model, until, [engine], frame, lambda done: progress(0.4 + 0.6 * done))
    return path, max(_difference(path, check), model.box.eps)


def _in_double(model: Model, columns: int, rtol: float) -> Engine:
    return Dop853Flow(model, columns, rtol=rtol) if model.is_flow else DoubleMap(model, columns)


def _frame(model: Model, working: int) -> Frame:
    with working_precision(digits_to_bits(working)):
        xi = Pointwise(model, [tree for generator in model.generators for tree in generator])
        seeds = xi.balls(np.array([ball(v) for v in model.start], dtype=object)).reshape(-1, model.n).T
        return Frame(xi, seeds, *independent(seeds, working - 6))


def relative(values: Array, to: Array) -> list[Any]:
    """Norms of columns over norms of columns; absolute where the divisor is zero."""
    sizes = [_norm(to[:, a]) for a in range(to.shape[1])]
    return [_norm(values[:, a]) / s if s.mid() != 0 else _norm(values[:, a]) for a, s in enumerate(sizes)]


def _norm(column: Array) -> Any:
    square: Any = column @ column
    return square.nonnegative_part().sqrt()


def _run(
    model: Model,
    until: Fraction,
    engines: Sequence[Engine],
    frame: Frame,
    progress: Callable[[float], None],
    within: float = math.inf,
) -> list[Path]:
    """One path for each engine; all end where the first of them halts, or by the budget."""
    paths = [
        Path(frame.seeds, frame.kept, engine=engine.name, working_digits=engine.working_digits) for engine in engines
    ]
    for engine in engines:
        with working_precision(digits_to_bits(engine.working_digits)):
            columns = frame.seeds[:, frame.kept]
            columns = columns if isinstance(engine, BallMap) else from_balls(columns, engine)
            engine.place(Fraction(0), engine.array(model.start), columns)
    try:
        with ThreadPoolExecutor(max(1, len(engines) - 1)) as helpers:
            for time in _times(until, model.is_flow):
                _advance(engines, time, helpers if _worth_threads(engines, len(paths[0].times)) else None)
                for path, engine in zip(paths, engines, strict=True):
                    _note(path, engine, frame, time)
                progress(float(time / until))
                if sum(engine.cost * engine.steps for engine in engines) > within:
                    break
    except (Halted, KeyboardInterrupt) as error:
        if not paths[-1].times:
            raise
        why = "interrupted" if isinstance(error, KeyboardInterrupt) else str(error)
        for path in paths:
            path.outcome = f"{why} (recorded until time {float(path.times[-1]):.6g})"
    for path, engine in zip(paths, engines, strict=True):
        path.steps = engine.steps
    return paths


def _advance(engines: Sequence[Engine], time: Fraction, helpers: ThreadPoolExecutor | None) -> None:
    """With helpers side by side, else one after the other: the numbers are the same."""
    first, *others = engines
    running = [helpers.submit(engine.advance, time) for engine in others] if helpers else []
    first.advance(time)
    for engine in others if helpers is None else []:
        engine.advance(time)
    for other in running:
        other.result()


def _worth_threads(engines: Sequence[Engine], records: int) -> bool:
    """Where nothing global is touched (heyoka computes without Python; python-flint does not) and it pays."""
    a_record = engines[0].cost * engines[0].steps / max(1, records)
    return a_record > _HANDOVER and all(isinstance(engine, HeyokaFlow) for engine in engines)


def _note(path: Path, engine: Engine, frame: Frame, time: Fraction) -> None:
    with working_precision(digits_to_bits(engine.working_digits)):
        n = len(engine.state)
        path.times.append(time)
        path.columns.append(to_balls(engine.frame) @ frame.coefficients)
        path.generators.append(frame.xi.balls(to_balls(engine.state), time).reshape(-1, n).T)


def _times(until: Fraction, flow: bool) -> list[Fraction]:
    if flow:
        return [until * i / POINTS for i in range(1, POINTS + 1)]
    stride = max(1, int(until) // POINTS)
    return [Fraction(t) for t in range(stride, int(until), stride)] + [until]


def _difference(path: Path, check: Path) -> float:
    """The largest relative difference of carried columns and of generators between two runs."""
    worst = 0.0
    for i in range(min(len(path.times), len(check.times))):
        for mine, other in ((path.columns, check.columns), (path.generators, check.generators)):
            found = relative(mine[i] - other[i], path.generators[i])
            worst = max(worst, *(float(r.mid()) for r in found))
    return worst


def _radius(residual: Any) -> float:
    """The radius of a residual's ball; infinite where nothing is known any more."""
    return float(residual.rad()) if residual.is_finite() else float("inf")
