"""The paving rule: a tree of halvings whose leaves are checked one by one with rational enclosures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from math import ceil, isqrt
from typing import Any

from .compactness import is_periodic
from .derivatives import differentiate
from .enclosures import Interval, NoEnclosure, evaluate, outward
from .polynomial import Polynomial
from .positivity import check_positivity
from .quotient import Quotient, total
from .ranges import boxes_of
from .refusal import NotDerived, Unreadable
from .shape import fields, rational, text
from .statement import Tree
from .system import System

_MAX_HALVINGS = 1024
_TURN = Fraction(22, 7)  # above pi: an interval of twice its length covers the circle

Ends = tuple[Fraction, Fraction]
Box = dict[str, Ends]


class _Paver:
    """The target and the hypotheses, evaluated directly and in the mean value form."""

    def __init__(self, system: System, target: Tree, extra: Sequence[Tree], strict: bool) -> None:
        self.system, self.target, self.strict = system, target, strict
        statement = system.statement
        self.inequalities: list[Tree] = list(statement.inequalities)
        for name in statement.names[len(statement.variables) :]:
            low, high = statement.boxes[name]
            self.inequalities += [["+", name, str(-low)], ["+", str(high), ["*", "-1", name]]]
        self.equalities: list[Tree] = [*statement.constraints, *extra]
        self.exact = {name: outward(value, value) for name, value in statement.exact.items()}
        self.slopes: dict[tuple[int, str], Tree] = {}

    def evaluate(self, tree: Tree, at: dict[str, Interval]) -> Interval:
        return evaluate(tree, at, self.system.ring.budget.spend)

    def bounds(self, tree: Tree, box: Box) -> Iterator[Interval]:
        """The enclosures of a tree on a box that can be had: direct, then by the mean value form."""
        whole = self.exact | {name: outward(*ends) for name, ends in box.items()}
        middle = self.exact | {name: outward((a + b) / 2, (a + b) / 2) for name, (a, b) in box.items()}
        with suppress(NoEnclosure):
            yield self.evaluate(tree, whole)
        with suppress(NoEnclosure):
            yield self._centred(tree, whole, middle)

    def _centred(self, tree: Tree, whole: dict[str, Interval], middle: dict[str, Interval]) -> Interval:
        """f(c) + sum of (df/dx)(box) (x - c)."""
        result = self.evaluate(tree, middle)
        for name in self.system.statement.names:
            if whole[name].lo < whole[name].hi:
                key = (id(tree), name)
                if key not in self.slopes:
                    self.slopes[key] = differentiate(self.system.statement, tree, name)
                slope = self.evaluate(self.slopes[key], whole)
                result = result.plus(slope.times(whole[name].minus(middle[name])))
        return result

    def check_leaf(self, token: str, box: Box) -> None:
        """Raise NotDerived unless the leaf's reason holds on its box."""
        if token == "+":
            if any(v.lo > 0 or (v.lo >= 0 and not self.strict) for v in self.bounds(self.target, box)):
                return
            raise NotDerived("a target is not shown to be positive on a box of a paving")
        kind, trees = token[:1], {"g": self.inequalities, "h": self.equalities}.get(token[:1])
        if trees is None:
            raise Unreadable(f"a paving has the unknown token {token[:20]!r}")
        j = _index(token, len(trees))
        if not any(v.hi < 0 or (kind == "h" and v.lo > 0) for v in self.bounds(trees[j], box)):
            raise NotDerived("a hypothesis is not shown to fail on a box of a paving")


def _index(token: str, count: int) -> int:
    digits = token[1:]
    if not (digits.isascii() and digits.isdigit()) or str(int(digits[:9])) != digits or int(digits) >= count:
        raise Unreadable(f"a paving has the bad token {token[:20]!r}")
    return int(digits)


def check_sign(
    system: System,
    proof: Any,
    tree: Tree,
    target: Callable[[], Quotient],
    *,
    strict: bool,
    face: tuple[Tree, Quotient] | None = None,
    entire: bool = False,
) -> None:
    """Raise NotDerived unless `proof`, of either rule, shows tree > 0 (>= 0) on N, and on `face` = 0.

    `target` gives the same expression as a rational function, where that is needed.
    """
    faces = [face[1]] if face else []
    if type(proof) is not dict or proof.get("rule") != "paving":
        check_positivity(system, proof, target(), strict=strict, extra=faces, entire=entire)
        return
    fields(proof, "a paving", ["rule", "bound", "tree"])
    tokens = text(proof["tree"], "the tree of a paving").split(" ")
    exact = [*system.constraints, *faces]
    box = _start(system, proof["bound"], [q.num for q in exact if not q.den], entire)
    turning = any(box[angle][0] == -_TURN or box[angle][1] == _TURN for angle in system.statement.angles)
    if turning and not all(is_periodic(system, q) for q in [target(), *system.hypotheses, *exact]):
        raise NotDerived("a paving of an angle needs expressions that are 2 pi-periodic in it")
    _check_tree(_Paver(system, tree, [face[0]] if face else [], strict), tokens, box)


def _check_tree(paver: _Paver, tokens: list[str], start: Box) -> None:
    names, waiting = paver.system.statement.names, [start]
    for token in tokens:
        if not waiting:
            raise Unreadable("a paving has more leaves than boxes")
        box = waiting.pop()
        if token[:1] == "/":
            name = names[_index(token, len(names))]
            low, high = box[name]
            paver.system.ring.budget.spend(64 + len(box))
            if max(low.denominator, high.denominator).bit_length() > _MAX_HALVINGS:
                raise Unreadable(f"a paving halves {name} more than {_MAX_HALVINGS} times")
            waiting += [box | {name: ((low + high) / 2, high)}, box | {name: (low, (low + high) / 2)}]
        else:
            paver.check_leaf(token, box)
    if waiting:
        raise NotDerived("a paving does not cover its box")


def _start(system: System, bound: Any, equalities: list[Polynomial], entire: bool) -> Box:
    """Known bounds of names; [-22/7, 22/7] for angles; what is left by |x|^2 <= B on N."""
    statement = system.statement
    known = boxes_of(system, [p for h in equalities for p in (h, h.scaled(-1))])
    reach = dict.fromkeys(statement.angles, _TURN)
    if bound is not None:
        fields(bound, "the bound of a paving", ["square", "positivity"])
        square = rational(bound["square"], "square")
        straight = [system.own[v] for v in statement.variables if v not in statement.angles]
        target = total(system.ring, [system.number(square), *((x * x).scaled(-1) for x in straight)])
        check_positivity(system, bound["positivity"], target, strict=False, entire=entire)
        radius = Fraction(isqrt(max(0, ceil(square) - 1)) + 1) if square > 0 else Fraction(0)
        reach = dict.fromkeys(statement.variables, radius) | reach
    box = {}
    for name in statement.names:
        found = known.get(name)
        low = found.lo if found and isinstance(found.lo, Fraction) else -reach[name] if name in reach else None
        high = found.hi if found and isinstance(found.hi, Fraction) else reach.get(name)
        if low is None or high is None or low > high:
            raise NotDerived(f"a paving needs bounds of {name}")
        box[name] = (low, high)
    return box
