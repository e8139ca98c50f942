"""Paving: a target is positive on a set because it is on every small box that may meet the set.

Boxes are halved until the target's lower bound (direct, else centred) is positive or a hypothesis
fails on the whole box. The tree of halvings is the proof ("docs/certificate.md", the paving rule).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil, isqrt
from typing import Any

from neutralmodes.exact.expression import Activations, Tree, children, differentiate, is_rational, names, nodes
from neutralmodes.exact.intervals import ONE, Interval, NoEnclosure, apply, from_fractions, pi
from neutralmodes.exact.ranges import Range

Ends = tuple[Fraction, Fraction]
Box = tuple[Ends, ...]

# Accepted only with room to spare, so that another implementation's rounding accepts it too.
_SLACK = ONE >> 40
_WIDE = 6  # beyond this many names halving is hopeless


class Program:
    """A tree as a list of steps, evaluated on boxes in one pass; shared nodes once."""

    def __init__(self, tree: Tree, labels: Sequence[str]) -> None:
        used = names(tree)
        self.names = [name for name in labels if name in used]
        self._constants: list[Interval | None] = []
        self._inputs: list[tuple[int, str]] = []
        self._steps: list[tuple[int, str, tuple[int, ...], int]] = []
        place: dict[int, int] = {}  # by identity: hashing a tree would walk all of it
        for i, node in enumerate(nodes(tree)):
            place[id(node)] = i
            self._constants.append(_constant(node))
            if not isinstance(node, str):
                power = node[2] if node[0] == "^" else 0
                self._steps.append((i, node[0], tuple(place[id(c)] for c in children(node)), power))
            elif not is_rational(node):
                self._inputs.append((i, node))
        self._result = place[id(tree)]

    def __call__(self, box: Mapping[str, Interval]) -> Interval:
        """An interval that contains the values on a box. NoEnclosure where one may be undefined."""
        at: list[Any] = list(self._constants)
        for i, name in self._inputs:
            at[i] = box[name]
        for i, head, operands, power in self._steps:
            first: Any = at[operands[0]] if operands else None
            if head == "+":
                at[i] = Interval(sum(at[j].lo for j in operands), sum(at[j].hi for j in operands))
            elif head == "*":
                for j in operands[1:]:
                    first = first * at[j]
                at[i] = first
            elif head == "^":
                at[i] = first.power(power)
            elif head != "pi":
                at[i] = apply(head, first)
        return at[self._result]


def _constant(node: Tree) -> Interval | None:
    if isinstance(node, str):
        return from_fractions(Fraction(node), Fraction(node)) if is_rational(node) else None
    return pi() if node[0] == "pi" else None


class Form:
    """A tree with its partial derivatives, bounded on boxes."""

    def __init__(self, tree: Tree, labels: Sequence[str], activations: Activations) -> None:
        self.tree, self.labels, self.activations = tree, labels, activations
        self.program = Program(tree, labels)
        self.slopes: dict[str, Program] = {}

    def bound(self, box: Mapping[str, Interval], centre: Mapping[str, Interval] | None) -> Interval | None:
        """The values on the box, by the mean value form f(c) + sum (df/dx)(box) (x - c) where c is given.

        None where the tree may be undefined.
        """
        try:
            return self.program(box) if centre is None else self._centred(box, centre)
        except (NoEnclosure, KeyError):
            return None

    def _centred(self, box: Mapping[str, Interval], middle: Mapping[str, Interval]) -> Interval:
        total = self.program(middle)
        for name in self.program.names:
            if box[name].lo < box[name].hi:
                if name not in self.slopes:
                    self.slopes[name] = Program(differentiate(self.tree, name, self.activations), self.labels)
                total = total + self.slopes[name](box) * (box[name] + -middle[name])
        return total


@dataclass(frozen=True)
class Claim:
    """target > 0 (>= 0 unless strict) where every tree of G is >= 0 and every tree of H is 0."""

    names: tuple[str, ...]
    target: Tree
    inequalities: tuple[Tree, ...]
    equalities: tuple[Tree, ...]
    strict: bool
    activations: Activations


@dataclass(frozen=True)
class Paving:
    """The outcome of a search: ``tree`` is None where it was given up, after ``boxes`` boxes at ``stopped``."""

    tree: str | None
    boxes: int
    stopped: Box | None = None


def pave(claim: Claim, box: Box, most_boxes: int) -> Paving:
    """Search for a tree. One box is always tried; halving only in few dimensions."""
    search = _Search(claim)
    wide: list[int] = []
    tokens: list[str] = []
    waiting, boxes = [box], 0
    while waiting:
        current = waiting.pop()
        boxes += 1
        leaf = search.leaf(current)
        if leaf is not None:
            tokens.append(leaf)
            continue
        wide = wide or [i for i, (lo, hi) in enumerate(box) if lo < hi and claim.names[i] in search.used]
        if len(wide) > _WIDE or not wide or boxes + len(waiting) >= most_boxes or search.fails_at_middle(current):
            return Paving(None, boxes, current)
        widest = max(wide, key=lambda i: (current[i][1] - current[i][0], -i))
        tokens.append(f"/{widest}")
        lower, upper = halves(current, widest)
        waiting += [upper, lower]
    return Paving(" ".join(tokens), boxes)


def halves(box: Box, i: int) -> tuple[Box, Box]:
    """The box cut in the middle of its side i."""
    lo, hi = box[i]
    middle = (lo + hi) / 2
    return (*box[:i], (lo, middle), *box[i + 1 :]), (*box[:i], (middle, hi), *box[i + 1 :])


class _Search:
    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.target = self._form(claim.target)

    def _form(self, tree: Tree) -> Form:
        return Form(tree, self.claim.names, self.claim.activations)

    @cached_property
    def hypotheses(self) -> dict[str, Form]:
        """Under the labels that leaves bear; one box often needs none of them."""
        lower = {f"g{j}": self._form(t) for j, t in enumerate(self.claim.inequalities)}
        return lower | {f"h{j}": self._form(t) for j, t in enumerate(self.claim.equalities)}

    @cached_property
    def used(self) -> frozenset[str]:
        """The names that occur at all."""
        return frozenset(self.target.program.names).union(*(f.program.names for f in self.hypotheses.values()))

    def leaf(self, box: Box) -> str | None:
        """Why this box needs no halving: "+", or the hypothesis that fails on all of it."""
        whole = _enclosed(self.claim.names, box)
        middle = _enclosed(self.claim.names, _middle(box))
        for centre in (None, middle):
            value = self.target.bound(whole, centre)
            if value is not None and (value.lo > _SLACK or (value.lo >= 0 and not self.claim.strict)):
                return "+"
            for label, hypothesis in self.hypotheses.items():
                value = hypothesis.bound(whole, centre)
                if value and (value.hi < -_SLACK or (label[0] == "h" and value.lo > _SLACK)):
                    return label
        return None

    def fails_at_middle(self, box: Box) -> bool:
        """Whether the middle of the box refutes the claim: then halving cannot end."""
        at = _enclosed(self.claim.names, _middle(box))
        value = self.target.bound(at, None)
        if value is None or value.hi > 0 or self.claim.equalities:
            return False
        others = [form.bound(at, None) for form in self.hypotheses.values()]
        return all(g is not None and g.lo >= 0 for g in others)


def _enclosed(labels: Sequence[str], box: Box) -> dict[str, Interval]:
    return {name: from_fractions(*ends) for name, ends in zip(labels, box, strict=True)}


def _middle(box: Box) -> Box:
    return tuple(((lo + hi) / 2, (lo + hi) / 2) for lo, hi in box)


def start_box(labels: Sequence[str], known: Mapping[str, Range], radius: Mapping[str, Fraction]) -> Box | None:
    """Known bounds, [-radius, radius] for names without; None where a name has neither."""
    box: list[Ends] = []
    for name in labels:
        found, reach = known.get(name, Range()), radius.get(name)
        lo = found.lo if found.lo is not None else None if reach is None else -reach
        hi = found.hi if found.hi is not None else reach
        if lo is None or hi is None or lo > hi:
            return None
        box.append((lo, hi))
    return tuple(box)


def covering_radius(square: Fraction) -> Fraction:
    """The least whole R with R^2 >= square."""
    return Fraction(isqrt(max(0, ceil(square) - 1)) + 1) if square > 0 else Fraction(0)
