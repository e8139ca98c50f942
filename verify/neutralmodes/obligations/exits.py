"""Refuting invariance: a boundary point where the flow leaves, or a point whose image is outside."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import arb

from neutralmodes.exact.balls import ball, enclose, interval, working_precision
from neutralmodes.exact.expression import Tree, add, differentiate, evaluate, multiply
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import sample_points
from neutralmodes.statement import infix

_HALVINGS = 40  # the segment around the boundary point ends 2^-40 times as long as it began


def exit_segment(ground: Ground, j: int) -> dict[str, Any] | None:
    """A short rational segment crossing the face g_j = 0 inside N on which L_f g_j < 0, by balls.

    By the intermediate value theorem the segment meets the face in a point of N from which the
    flow leaves N at once.
    """
    if ground.system.constraints or ground.ranges or ground.system.dynamics.angles:
        return None
    face = ground.inequalities[j]
    derivative = add(multiply((differentiate(face, x), f)) for x, f in zip(ground.variables, ground.rule, strict=True))
    rng = random.Random(2)
    for _ in range(60):
        direction = [Fraction(rng.randint(-8, 8), 4) for _ in range(ground.n)]
        segment = _crossing(ground, j, direction)
        if segment and _leaves(ground, j, derivative, segment):
            inner, outer = segment
            text = f"the flow leaves through {infix(face)} = 0 between these two points (ball arithmetic)"
            return {
                "face": infix(face),
                "inside": ground.text(inner),
                "outside": ground.text(outer),
                "text": text,
            }
    return None


def _crossing(ground: Ground, j: int, direction: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction]] | None:
    """Two close points on a ray from the start with g_j > 0 and g_j < 0."""
    start = list(ground.system.start)

    def value(s: Fraction) -> Fraction:
        return evaluate(ground.inequalities[j], ground.system.at(_along(start, direction, s)))

    try:
        far = next((Fraction(2) ** k for k in range(-3, 9) if value(Fraction(2) ** k) < 0), None)
        if far is None or value(Fraction(0)) <= 0:
            return None
        near = Fraction(0)
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            near, far = (middle, far) if value(middle) > 0 else (near, middle)
        return (_along(start, direction, near), _along(start, direction, far)) if value(far) < 0 else None
    except (KeyError, ZeroDivisionError):
        return None


def _along(start: Sequence[Fraction], direction: Sequence[Fraction], s: Fraction) -> list[Fraction]:
    return [v + s * d for v, d in zip(start, direction, strict=True)]


def _leaves(ground: Ground, j: int, derivative: Tree, segment: tuple[list[Fraction], list[Fraction]]) -> bool:
    with working_precision(128):
        box: dict[str, arb] = {
            x: interval(min(a, b), max(a, b)) for x, a, b in zip(ground.variables, *segment, strict=True)
        }
        box |= {name: ball(value) for name, value in ground.system.dynamics.values.items()}
        activations = ground.system.dynamics.activations
        try:
            others = [enclose(g, box, activations) for i, g in enumerate(ground.inequalities) if i != j]
            return bool(enclose(derivative, box, activations) < 0) and all(bool(g > 0) for g in others)
        except KeyError:
            return False


def image_outside(ground: Ground, j: int) -> dict[str, Any] | None:
    """A rational point of N whose image violates g_j, exactly."""
    for sample in sample_points(ground):
        state = sample[: ground.n]
        if not ground.inside(state):
            continue
        values = dict(zip(ground.names, sample, strict=True)) | ground.system.dynamics.values
        try:
            value = evaluate(ground.composed["inequalities"][j], values)
        except (KeyError, ZeroDivisionError):
            continue
        if value < 0:
            text = f"{infix(ground.inequalities[j])} = {value} after one step from this point of the region"
            return {
                "face": infix(ground.inequalities[j]),
                "point": ground.text(state),
                "value": str(value),
                "text": text,
            }
    return None
