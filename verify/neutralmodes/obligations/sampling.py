"""Seeded rational sample points: where refutations look for a witness."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction

from neutralmodes.exact.balls import is_defined
from neutralmodes.exact.expression import ENTIRE, OPERATORS, Tree, nodes
from neutralmodes.obligations.ground import Ground


def sample_points(ground: Ground, count: int = 200) -> Iterator[tuple[Fraction, ...]]:
    """Seeded rational points: the start, then points near it, then anywhere; indeterminates in their boxes."""
    rng, start = random.Random(1), ground.system.start
    boxes = list(ground.ranges.values())
    for k in range(count):
        spread = Fraction(0) if k == 0 else Fraction(1, 4) if k < count // 2 else Fraction(3)
        state = tuple(v + spread * Fraction(rng.randint(-8, 8), 8) for v in start)
        yield (*state, *(box.lo + (box.hi - box.lo) * Fraction(rng.randint(1, 7), 8) for box in boxes))


def structured_points(ground: Ground, count: int = 60) -> list[tuple[Fraction, ...]]:
    """Points of N with many zero coordinates: where ranks drop. The start and seeded samples, cut down."""
    rng, found = random.Random(3), []
    bases = [ground.system.start, *(p[: ground.n] for p in sample_points(ground, 20))]
    masks = [(0,) * ground.n] + [tuple(int(i == j) for i in range(ground.n)) for j in range(ground.n)]
    masks += [tuple(rng.randint(0, 1) for _ in range(ground.n)) for _ in range(count)]
    for k, mask in enumerate(masks):
        point = tuple(v * keep for v, keep in zip(bases[k % len(bases)], mask, strict=True))
        if ground.inside(point):
            found.append(point)
    return list(dict.fromkeys(found))


def defined_points(ground: Ground) -> Iterator[dict[str, Fraction]]:
    """Sample points, those of N first, at which the rule and the generators are defined as written.

    A point outside N is offered only where every function is entire: then a residual that vanishes
    on an open set vanishes there too.
    """
    risky = [t for t in ground.residual_trees() if is_risky(t, ground.field.activations)]
    fixed, outside = ground.system.dynamics.values, []
    for point in sample_points(ground):
        values = dict(zip(ground.names, point, strict=True))
        if not all(is_defined(t, {**fixed, **values}) for t in risky):
            continue
        if ground.inside(point[: ground.n]):
            yield values
        else:
            outside.append(values)
    if all(is_rational_tree(t) for t in risky):
        yield from outside


def is_risky(tree: Tree, entire: Mapping[str, object]) -> bool:
    """Whether a tree divides or applies a function that is not defined everywhere."""
    return any(_may_fail(node, entire) for node in nodes(tree) if not isinstance(node, str))


def _may_fail(node: Tree, entire: Mapping[str, object]) -> bool:
    if node[0] == "^":
        return bool(node[2] < 0)
    return node[0] not in OPERATORS and node[0] not in ENTIRE and node[0] not in entire


def is_rational_tree(tree: Tree) -> bool:
    """Whether division is the only thing in a tree that may fail."""
    applied = {node[0] for node in nodes(tree) if not isinstance(node, str)}
    return applied <= OPERATORS | ENTIRE


def ray_points(ground: Ground, count: int = 24) -> list[tuple[Fraction, ...]]:
    """Sampled points of N, each with the nearest and the farthest one on its ray from the origin (to 1/16)."""
    found = []
    for base in [ground.system.start, *(p[: ground.n] for p in sample_points(ground, count))]:
        if not ground.inside(base):
            continue
        for scales in (range(1, 16), range(256, 16, -16)):
            ray = (tuple(Fraction(k, 16) * v for v in base) for k in scales)
            found.append(next((point for point in ray if ground.inside(point)), base))
        found.append(base)
    return found


def region_points(ground: Ground, count: int = 200) -> list[tuple[Fraction, ...]]:
    """Sampled points of N with values for all ``names``: near the start, along rays, with coordinates at zero."""
    drawn = [p for p in sample_points(ground, count) if ground.inside(p[: ground.n])]
    return list(dict.fromkeys([*drawn, *map(ground.whole, [*ray_points(ground), *structured_points(ground)])]))
