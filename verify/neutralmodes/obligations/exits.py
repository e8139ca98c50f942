"""Refuting invariance: a boundary point where the flow leaves, or a point whose image is outside.

Floats look for the worst place on the boundary; balls or exact values at rational points decide.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
from flint import arb

from neutralmodes.exact.balls import ball, enclose, interval, working_precision
from neutralmodes.exact.expression import Tree, add, differentiate, evaluate, multiply
from neutralmodes.exact.floats import Array, values
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import sample_points
from neutralmodes.statement import infix

_HALVINGS = 40  # the segment around the boundary point ends 2^-40 times as long as it began
_DIRECTIONS = 2000
_RANKS = np.array([0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144])  # the worst may be corners, which prove nothing
_MOST_CORNERS = 10  # directions to all corners of a box in up to so many dimensions
_MOST_SETTINGS = 16
_STEPS = np.concatenate([[0.0], np.geomspace(2.0**-6, 2.0**9, 240)])


def exit_segment(ground: Ground, j: int) -> dict[str, Any] | None:
    """A short rational segment crossing the face g_j = 0 inside N on which L_f g_j < 0, by balls.

    By the intermediate value theorem the segment meets the face in a point of N from which the
    flow leaves N at once, with the inputs and parameters that the witness names.
    """
    if ground.system.constraints:
        return None
    face = ground.inequalities[j]
    derivative = add(multiply((differentiate(face, x), f)) for x, f in zip(ground.variables, ground.rule, strict=True))
    for setting in _settings(ground):
        for direction in _worst_directions(ground, j, derivative, setting):
            segment = _crossing(ground, j, direction)
            if segment and _leaves(ground, j, derivative, segment, setting):
                inner, outer = segment
                text = f"the flow leaves through {infix(face)} = 0 between these two points (ball arithmetic)"
                found = {"face": infix(face), "inside": ground.text(inner), "outside": ground.text(outer), "text": text}
                return found | ({"with": {k: str(v) for k, v in setting.items()}} if setting else {})
    return None


def _settings(ground: Ground) -> Iterator[dict[str, Fraction]]:
    """Values of inputs and interval parameters: the middles, then corners of their box."""
    names, boxes = list(ground.ranges), list(ground.ranges.values())
    yield {name: box.middle for name, box in ground.ranges.items()}
    corners = product(*((box.lo, box.hi) for box in boxes)) if boxes else iter(())
    for _, corner in zip(range(_MOST_SETTINGS), corners, strict=False):
        yield dict(zip(names, corner, strict=True))


def _worst_directions(
    ground: Ground, j: int, derivative: Tree, setting: Mapping[str, Fraction]
) -> list[list[Fraction]]:
    """Rational directions from the start to where, by floats, the flow leaves fastest through face j."""
    rng = np.random.default_rng(2)
    n = ground.n
    whole = [np.eye(n), -np.eye(n), np.round(64 * rng.normal(size=(_DIRECTIONS // 2, n))) / 64]
    if n <= _MOST_CORNERS:
        whole.append(np.array(list(product((-1.0, 1.0), repeat=n))))
    best: Array = np.concatenate(whole)
    try:
        for spread in (0.25, 0.0625, 0.0):
            best = _ordered(ground, j, derivative, setting, best)
            best = best[_RANKS[: np.searchsorted(_RANKS, len(best))]]
            if spread and len(best):
                nearby = np.repeat(best, 40, axis=0)
                best = np.concatenate([best, nearby + np.round(spread * 256 * rng.normal(size=nearby.shape)) / 256])
    except KeyError:  # a function without values
        return []
    return [[Fraction(float(c)) for c in row] for row in best]


def _ordered(ground: Ground, j: int, derivative: Tree, setting: Mapping[str, Fraction], directions: Array) -> Array:
    """Those directions along which N ends at face j with L_f g_j < 0, the most negative first."""
    start = np.array([float(v) for v in ground.system.start])
    fixed = {k: float(v) for k, v in (ground.system.dynamics.values | dict(setting)).items()}

    def at(steps: Array) -> dict[str, Array | float]:
        points = start[:, None, None] + directions.T[:, :, None] * steps
        return {**fixed, **dict(zip(ground.variables, points, strict=True))}

    below = values(ground.inequalities[j], at(_STEPS)) < 0
    first = np.where(below.any(axis=1), below.argmax(axis=1), 0)
    reached = first > 0
    directions, first = directions[reached], first[reached]
    if not len(directions):
        return directions
    low, high = _STEPS[first - 1][:, None], _STEPS[first][:, None]
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        inside = values(ground.inequalities[j], at(middle)) >= 0
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    speed = values(derivative, at(low))[:, 0]
    for i, g in enumerate(ground.inequalities):
        if i != j:  # elsewhere the ray has left N before
            speed = np.where(values(g, at(low))[:, 0] > 0, speed, np.inf)
    order = np.argsort(speed, kind="stable")
    return directions[order[speed[order] < 0]]


def _crossing(ground: Ground, j: int, direction: Sequence[Fraction]) -> tuple[list[Fraction], list[Fraction]] | None:
    """Two close points on a ray from the start with g_j > 0 and g_j < 0."""
    start = list(ground.system.start)

    def value(s: Fraction) -> Fraction:
        return evaluate(ground.inequalities[j], ground.system.at(_along(start, direction, s)))

    try:
        far = next((Fraction(2) ** k for k in range(-6, 10) if value(Fraction(2) ** k) < 0), None)
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


def _leaves(
    ground: Ground,
    j: int,
    derivative: Tree,
    segment: tuple[list[Fraction], list[Fraction]],
    setting: Mapping[str, Fraction],
) -> bool:
    with working_precision(128):
        box: dict[str, arb] = {
            x: interval(min(a, b), max(a, b)) for x, a, b in zip(ground.variables, *segment, strict=True)
        }
        box |= {name: ball(value) for name, value in (ground.system.dynamics.values | dict(setting)).items()}
        activations = ground.system.dynamics.activations
        try:
            others = [enclose(g, box, activations) for i, g in enumerate(ground.inequalities) if i != j]
            return bool(enclose(derivative, box, activations) < 0) and all(bool(g > 0) for g in others)
        except KeyError:
            return False


def image_outside(ground: Ground, j: int) -> dict[str, Any] | None:
    """A rational point of N whose image violates g_j: by the exact value, or by a ball where functions occur."""
    tree = ground.composed["inequalities"][j]
    rng = random.Random(4)
    for sample in sample_points(ground):
        state = sample[: ground.n]
        if not ground.inside(state):
            continue
        inputs = {name: rng.choice([box.lo, box.middle, box.hi]) for name, box in ground.ranges.items()}
        point = dict(zip(ground.names, sample, strict=True)) | inputs | ground.system.dynamics.values
        if value := _negative(tree, point):
            text = f"{infix(ground.inequalities[j])} = {value} after one step from this point of the region"
            face = infix(ground.inequalities[j])
            found = {"face": face, "point": ground.text(state), "value": value, "text": text}
            return found | ({"with": {k: str(v) for k, v in inputs.items()}} if inputs else {})
    return None


def _negative(tree: Tree, point: Mapping[str, Fraction]) -> str:
    """The value of a tree at a point where that is surely negative, as text; else empty."""
    try:
        value = evaluate(tree, point)
        return str(value) if value < 0 else ""
    except ZeroDivisionError:
        return ""
    except KeyError:
        pass
    with working_precision(128):
        try:
            found = enclose(tree, {name: ball(v) for name, v in point.items()})
        except KeyError:
            return ""
        return found.str(10) if found < 0 else ""
