"""Seeded rational sample points: where refutations look for a witness."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

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
