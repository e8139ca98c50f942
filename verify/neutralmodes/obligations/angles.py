"""Angles: that they enter expressions only through sin and cos of integer multiples of them."""

from __future__ import annotations

from collections.abc import Iterable

from neutralmodes.exact.ratio import Ratio
from neutralmodes.obligations.ground import Ground


def aperiodic(ground: Ground, more: Iterable[Ratio] = ()) -> str | None:
    """The first angle in which the system, or one of ``more``, is not visibly 2 pi periodic."""
    elements = [*(ground.field.element(t) for t in ground.judged_trees()), *more]
    polynomials = [p for r in elements for p in (r.num, r.den) if not p.is_zero()]
    for angle in ground.system.dynamics.angles:
        index = ground.field.names.index(angle)
        if any(p.degrees()[index] for p in polynomials) or not _turns_only(ground, angle):
            return angle
    return None


def _turns_only(ground: Ground, angle: str) -> bool:
    for kernel in ground.field.kernels:
        for argument in kernel.arguments:
            slope = ground.field.derivative(argument, angle)
            whole = (turns := slope.constant()) is not None and turns.q == 1
            if not slope.is_zero and not (kernel.function in ("sin", "cos") and whole):
                return False
    return True
