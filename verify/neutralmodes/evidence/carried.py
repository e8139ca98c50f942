"""Generators carried along an orbit at many digits, beside the same run at fewer: what rounding did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from neutralmodes.evidence.engines.base import Array, Engine, Halted, digits_to_bits, from_balls, to_balls
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.engines.maps import BallMap
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import Pointwise
from neutralmodes.exact.balls import working_precision

COMPLETED = "completed"
POINTS = 40  # times at which the residual is recorded


@dataclass
class Path:
    """Carried columns (n, p) and generators there (n, p), as balls, at the recorded times.

    ``seeds`` (n, p) are the generators at the start.
    """

    seeds: Array
    times: list[Fraction] = field(default_factory=list)
    columns: list[Array] = field(default_factory=list)
    generators: list[Array] = field(default_factory=list)
    engine: str = ""
    steps: int = 0
    outcome: str = COMPLETED

    def residuals(self, i: int) -> list[Any]:
        """Balls |V_a - xi_a| / |xi_a| at record i (absolute where xi_a vanishes)."""
        return relative(self.columns[i] - self.generators[i], self.generators[i])


def carry(
    model: Model, until: Fraction, working: int, rung: int, engine: str, progress: Callable[[float], None]
) -> tuple[Path, float]:
    """The path at ``working`` digits and a bound on the error of its residuals.

    A map runs once on balls, whose radii are the bound. A flow runs with ``rung`` digits less first:
    the difference of the two is that run's error, and the error of this one is 10^-rung of it.
    """
    if not model.is_flow:
        path = _run(model, until, BallMap(model, len(model.generators), working, pseudo=False), progress)
        with working_precision(digits_to_bits(working)):
            radii = [_radius(r) for i in range(len(path.times)) for r in path.residuals(i)]
        return path, max(radii)
    lower = _open(model, working - rung, engine)
    check = _run(model, until, lower, lambda done: progress(0.4 * done))
    path = _run(model, until, _open(model, working, engine), lambda done: progress(0.4 + 0.6 * done))
    with working_precision(digits_to_bits(working)):
        return path, 10.0**-rung * _difference(path, check)


def relative(values: Array, to: Array) -> list[Any]:
    """Norms of columns over norms of columns; absolute where the divisor is zero."""
    sizes = [_norm(to[:, a]) for a in range(to.shape[1])]
    return [_norm(values[:, a]) / s if s.mid() != 0 else _norm(values[:, a]) for a, s in enumerate(sizes)]


def _norm(column: Array) -> Any:
    square: Any = column @ column
    return square.nonnegative_part().sqrt()


def _open(model: Model, working: int, engine: str) -> Engine:
    return open_engine(model, len(model.generators), digits=working, engine=engine)


def _run(model: Model, until: Fraction, engine: Engine, progress: Callable[[float], None]) -> Path:
    n, p = model.n, len(model.generators)
    xi = Pointwise(model, [tree for generator in model.generators for tree in generator])
    with working_precision(digits_to_bits(engine.working_digits)):
        start = engine.array(model.start)
        seeds = xi.balls(to_balls(start)).reshape(p, n).T
        path = Path(seeds, engine=engine.name)
        engine.place(Fraction(0), start, seeds if isinstance(engine, BallMap) else from_balls(seeds, engine))
        try:
            for time in _times(until, model.is_flow):
                engine.advance(time)
                path.times.append(time)
                path.columns.append(to_balls(engine.frame))
                path.generators.append(xi.balls(to_balls(engine.state), time).reshape(p, n).T)
                progress(float(time / until))
        except (Halted, KeyboardInterrupt) as error:
            if not path.times:
                raise
            why = "interrupted" if isinstance(error, KeyboardInterrupt) else str(error)
            path.outcome = f"{why} (recorded until time {float(path.times[-1]):.6g})"
    path.steps = engine.steps
    return path


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
