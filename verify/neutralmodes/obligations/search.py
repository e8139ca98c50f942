"""Search for a region where none is given: balls, ellipsoids, boxes, level sets, with holes where orbits leave.

Sampling in floats proposes sizes; the obligation of invariance accepts. What is found becomes part of the statement.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from neutralmodes.exact.expression import Tree, add, names, negate, rational
from neutralmodes.exact.floats import Array, values
from neutralmodes.obligations.compactness import compactness
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.invariance import invariance, lie_tree
from neutralmodes.obligations.lyapunov import Quadric, quadrics
from neutralmodes.region import Region
from neutralmodes.statement import infix
from neutralmodes.system import System
from neutralmodes.verdict import Verdict

_MOST_DIMENSIONS = 24  # sampling finds nothing beyond, and costs minutes
_DIRECTIONS = 3000
_FAR = 2.0**10
_MARGIN = 1 / 64  # sampled speeds below this share of the size are too near zero to be proved quickly
_ROOM = (Fraction(21, 20), Fraction(3, 2), Fraction(3))  # factors on the least size that sampling allows
_SIZES = [Fraction(2) ** k for k in range(-2, 8)]
_HOLES = [Fraction(1, 2) ** k for k in range(1, 7)]


def with_region(system: System, budget_s: float = 20.0) -> tuple[System, str]:
    """A copy of the system with a region shown to be compact and invariant, and what was found in words.

    The system itself and no words where a region or constraints are given, or nothing was found.
    """
    if system.region is not None or system.constraints:
        return system, ""
    search = _Search(system, budget_s / 4)
    for trees, words in search.candidates():
        if search.accepts(trees):
            trees, more = search.with_holes(trees)
            return search.system_with(trees), f"region found by search: {words}{more}"
    return system, ""


class _Search:
    def __init__(self, system: System, budget_s: float) -> None:
        self.system, self.budget_s = system, budget_s
        self.ground = Ground(system)
        self.straight = [x for x in system.dynamics.variables if x not in system.dynamics.angles]
        self.random = np.random.default_rng(0)
        self.start = dict(zip(system.dynamics.variables, system.start, strict=True))

    def system_with(self, trees: Sequence[Tree]) -> System:
        twin = copy.copy(self.system)
        twin.region = Region._of(trees)
        return twin

    def accepts(self, trees: Sequence[Tree]) -> bool:
        ground = Ground(self.system_with(trees))
        return (
            compactness(ground).verdict is Verdict.PROVED
            and invariance(ground, self.budget_s).verdict is Verdict.PROVED
        )

    def candidates(self) -> Iterator[tuple[list[Tree], str]]:
        """Regions that sampling does not speak against, with their names."""
        try:
            yield from self._level_sets()
            if self.ground.field.kernels:
                yield from self._boxes()
            ones = (Fraction(1),) * self.ground.n
            round_one = Quadric(ones, (Fraction(0),) * self.ground.n)
            for shape in (*(quadrics(self.ground) if self.ground.flow else ()), round_one):
                yield from self._balls(shape)
            if not self.ground.field.kernels:
                yield from self._boxes()
        except KeyError:  # a function without values
            return

    def _level_sets(self) -> Iterator[tuple[list[Tree], str]]:
        for integral in self.system.integrals:
            for tree in (integral, negate(integral)):
                at = float(values(tree, self._at({})).flat[0])
                top = rational(Fraction(int(np.floor(at)) + 1))
                yield [add((top, negate(tree)))], f"the level set {infix(tree)} <= {top} of an integral"

    def _balls(self, shape: Quadric) -> Iterator[tuple[list[Tree], str]]:
        """{V <= R^2}, V = the quadric in the variables that are no angles."""
        v = _quadric_tree(shape, self.ground.variables, self.straight)
        least = self._least_radius(shape, v)
        if least is None:
            return
        kind = "ball" if len(set(shape.weights)) == 1 else "ellipsoid"
        for room in _ROOM:
            square = _round_up(room * Fraction(least) ** 2)
            yield [add((rational(square), negate(v)))], f"the {kind} {infix(v)} <= {square}"

    def _least_radius(self, shape: Quadric, v: Tree) -> float | None:
        """The least R such that no sampled state with V >= R^2 moves outwards, and the start is inside."""
        flow, steps = self.ground.flow, np.geomspace(1e-2, _FAR, 400)
        rays = self.random.normal(size=(_DIRECTIONS // 10, len(self.straight)))
        rays = np.concatenate([rays, np.eye(len(self.straight)), -np.eye(len(self.straight))])
        rays /= np.linalg.norm(rays, axis=1)[:, None]
        scale = dict(zip(self.ground.variables, shape.weights, strict=True))
        centre = dict(zip(self.ground.variables, shape.centre, strict=True))
        points = {
            x: float(centre[x]) + np.outer(rays[:, i], steps) / np.sqrt(float(scale[x]))
            for i, x in enumerate(self.straight)
        }
        at = self._at(points)
        if flow:
            outwards = ~(values(lie_tree(self.ground, v), at) < 0)
            worst = np.append(steps, np.inf)[1 + np.where(outwards, np.arange(len(steps)), -1).max()]
        else:
            after = np.sqrt(np.maximum(values(v, self._image(at)), 0.0))
            reach = np.maximum.accumulate(np.nan_to_num(after, nan=np.inf).max(axis=0))
            fits = np.nonzero(reach <= 0.98 * steps)[0]
            worst = steps[fits[0]] if len(fits) else np.inf
        if worst >= _FAR / 2:
            return None
        start = float(values(v, self._at({})).flat[0])
        return max(float(worst), np.sqrt(start), 0.05)

    def _boxes(self) -> Iterator[tuple[list[Tree], str]]:
        """{|x_i| <= s}: the first two sizes at which no sampled face leaks."""
        far = max((abs(self.start[x]) for x in self.straight), default=Fraction(0))
        fitting = [s for s in _SIZES if s >= far and not self._leaks(float(s))]
        for size in fitting[:2]:
            trees = [t for x in self.straight for t in (add((x, rational(size))), add((rational(size), negate(x))))]
            more = ", ..." if len(self.straight) > 3 else ""
            yield trees, f"the box {', '.join(f'|{x}|' for x in self.straight[:3])}{more} <= {size}"

    def _leaks(self, size: float) -> bool:
        cube = self.random.uniform(-size, size, size=(_DIRECTIONS // 3, len(self.straight)))
        cube[::2] = np.sign(cube[::2]) * size
        for x in self.straight:
            for side in (-1.0, 1.0):
                points = {name: cube[:, k] for k, name in enumerate(self.straight)}
                if self.ground.flow:
                    points[x] = np.full(len(cube), side * size)
                speed = values(self.ground.rule[self.ground.variables.index(x)], self._at(points))
                if not np.all(side * speed < -_MARGIN * size if self.ground.flow else np.abs(speed) <= size):
                    return True
        return False

    def with_holes(self, trees: list[Tree]) -> tuple[list[Tree], str]:
        """Holes {|x_b| < r} about the origin of blocks of moving coordinates, where the flow leaves them."""
        words = ""
        for block in self._blocks():
            square = add(("^", x, 2) for x in block)
            for r in self._holes(trees, block, square):
                hole = add((square, rational(-(r**2))))
                if self.accepts([*trees, hole]):
                    trees, words = [*trees, hole], words + f", outside {infix(square)} < {r**2}"
                    break
        return trees, words

    def _holes(self, trees: Sequence[Tree], block: Sequence[str], square: Tree) -> Iterator[Fraction]:
        """Radii at which no sampled state of the region moves inwards, at most two."""
        inside = sum((self.start[x] ** 2 for x in block), Fraction(0))
        found = 0
        for r in _HOLES:
            if r**2 <= inside and found < 2 and self._leaves_hole(trees, block, square, float(r)):
                found += 1
                yield r

    def _leaves_hole(self, trees: Sequence[Tree], block: Sequence[str], square: Tree, r: float) -> bool:
        points = {x: self.random.normal(size=_DIRECTIONS) for x in self.straight}
        spread = np.exp(self.random.uniform(-3, 3, size=_DIRECTIONS))
        length = np.sqrt(sum(points[x] ** 2 for x in block))
        points = {x: p * (r / length if x in block else spread) for x, p in points.items()}
        at = self._at(points)
        within = np.all([values(t, at) >= 0 for t in trees], axis=0)
        if not self.ground.flow or not within.any():
            return False
        return bool(np.all(values(lie_tree(self.ground, square), at)[within] > 0))

    def _blocks(self) -> list[list[str]]:
        """Coordinates that generators mix, block by block; then all of them where there are several blocks."""
        variables = self.ground.variables
        moved = {x: {x} for xi in self.ground.generators for x, t in zip(variables, xi, strict=True) if t != "0"}
        for xi in self.ground.generators:
            for x, tree in zip(variables, xi, strict=True):
                for y in names(tree) & moved.keys():
                    joined = moved[x] | moved[y] if x in moved else moved[y]
                    for name in joined:
                        moved[name] = joined
        found = list(dict.fromkeys(tuple(x for x in self.straight if x in moved.get(y, ())) for y in variables))
        blocks = [list(b) for b in found if b]
        return blocks if len(blocks) < 2 else [*blocks, [x for b in blocks for x in b]]

    def _at(self, points: dict[str, Array]) -> dict[str, Array | float]:
        """Values of all names: the given ones, else the start's; inputs and interval parameters at random."""
        shape = np.broadcast_shapes(*(p.shape for p in points.values())) if points else (1,)
        whole: dict[str, Array | float] = {x: float(v) for x, v in self.system.at(self.system.start).items()}
        for angle in self.system.dynamics.angles:
            whole[angle] = self.random.uniform(-np.pi, np.pi, size=shape)
        for name, box in self.ground.ranges.items():
            whole[name] = self.random.choice([float(box.lo), float(box.middle), float(box.hi)], size=shape)
        return {**whole, **points}

    def _image(self, at: dict[str, Array | float]) -> dict[str, Array | float]:
        return at | {x: values(f, at) for x, f in zip(self.ground.variables, self.ground.rule, strict=True)}


def _quadric_tree(shape: Quadric, variables: Sequence[str], straight: Sequence[str]) -> Tree:
    terms = []
    for x, weight, centre in zip(variables, shape.weights, shape.centre, strict=True):
        if x in straight:
            square: Tree = ("^", add((x, rational(-centre))), 2)
            terms.append(square if weight == 1 else ("*", rational(weight), square))
    return add(terms)


def _round_up(value: Fraction) -> Fraction:
    """A fraction a little above with few digits."""
    unit = Fraction(1)
    while value / unit < 64:
        unit /= 2
    while value / unit >= 128:
        unit *= 2
    return -(-value // unit) * unit
