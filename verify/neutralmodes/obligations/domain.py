"""Domain: rule and generators are defined and C^1 on N, judged before any cancellation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from neutralmodes.exact.balls import ball, enclose, working_precision
from neutralmodes.exact.expression import (
    ENTIRE,
    KINKED,
    Tree,
    functions,
    nodes,
    to_json,
)
from neutralmodes.exact.ranges import Range, boxes_of, range_of
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.signs import Setting, Sign, prove_sign
from neutralmodes.statement import infix
from neutralmodes.verdict import Obligation, proved, refuted, undecided

CLAIM = "rule and generators are defined and C^1 on the region"
_BUDGET_S = 3.0
_BITS = 128


@dataclass(frozen=True)
class Condition:
    """What must hold on N for a node to be smooth: the expression is not zero, or is positive."""

    expression: Tree
    positive: bool
    where: str

    def __str__(self) -> str:
        return f"{infix(self.expression)} {'> 0' if self.positive else '!= 0'} ({self.where})"


def domain(ground: Ground) -> Obligation:
    """Whitelisted functions everywhere; denominators and arguments in their domain on N."""
    trees = ground.judged_trees()
    declared = ground.system.dynamics.activations
    if kinks := sorted(frozenset[str]().union(*map(functions, trees)) & KINKED - frozenset(declared)):
        advice = f"replace {kinks[0]} by a smooth function, or assume={{'domain': reason}}"
        return undecided(CLAIM, f"not C^1 everywhere: {', '.join(kinks)}", advice)
    rules = [rule for _, rule in declared.values() if rule is not None]
    if unsafe := conditions(ground, rules, own=True):
        advice = "declare activations whose derivative is defined on the whole line"
        return undecided(CLAIM, f"an activation's derivative needs {unsafe[0]}", advice)
    found, entries = conditions(ground, trees), []
    if found and ground.unbounded_by_choice:
        return proved(CLAIM, f"by choice of N: off the zeros of {len(found)} expressions", {"rule": "open"})
    for condition in found:
        entry = _settle(ground, condition)
        if entry is None:
            return _open(ground, condition)
        entries.append(entry)
    if not entries:
        return proved(CLAIM, "no division, entire functions only", {"rule": "polynomial"})
    proof = {"rule": "denominators", "denominators": entries}
    return proved(CLAIM, f"{len(entries)} denominators or arguments of one sign on the region", proof)


def conditions(ground: Ground, trees: Iterable[Tree], *, own: bool = False) -> list[Condition]:
    """The distinct conditions of smoothness of the trees as written, constants that meet theirs left out.

    ``own`` keeps every condition: the trees are over other names than the system's.
    """
    found = {c: None for tree in trees for node in nodes(tree) if (c := _condition(node))}
    return [c for c in found if own or not _is_met_by_constant(ground, c)]


def _condition(node: Tree) -> Condition | None:
    if isinstance(node, str) or node[0] in ENTIRE:
        return None
    if node[0] == "^":
        return Condition(node[1], False, "a denominator") if node[2] < 0 else None
    if node[0] in ("log", "sqrt"):
        return Condition(node[1], True, f"the argument of {node[0]}")
    if node[0] in ("asin", "acos"):
        inside = ("+", "1", ("*", "-1", ("^", node[1], 2)))
        return Condition(inside, True, f"the argument of {node[0]}")
    return Condition(("cos", node[1]), False, "where tan has a pole") if node[0] == "tan" else None


def _is_met_by_constant(ground: Ground, condition: Condition) -> bool:
    """Whether the expression is a constant that the checker, too, sees to be of the wanted sign."""
    ratio = ground.field.element(condition.expression)
    value = ratio.constant()
    if value is not None:
        return bool(value > 0 or (value and not condition.positive))
    return False


def _settle(ground: Ground, condition: Condition) -> dict[str, Any] | None:
    """An entry of the proof: a sign of the expression on N, by ranges, else by exact positivity or paving."""
    signs = (1,) if condition.positive else (1, -1)
    sign = range_of(condition.expression, boxes(ground)).sign
    if sign in signs:
        return _entry(condition, sign, {"rule": "range"})
    ratio, seen = ground.field.element(condition.expression), sign_at_start(ground, condition.expression)
    setting = Setting(ground)
    for sign in (s for s in signs if s != -seen):
        tree = condition.expression if sign == 1 else ("*", "-1", condition.expression)
        if proof := prove_sign(setting, Sign(tree, ratio.scaled(sign), entire=True), _BUDGET_S):
            return _entry(condition, sign, proof)
    return None


def sign_at_start(ground: Ground, tree: Tree) -> int:
    """The sign of an expression at the start, 0 where a ball does not tell: the other sign is not tried."""
    with working_precision(_BITS):
        try:
            value = enclose(tree, {k: ball(v) for k, v in ground.system.at(ground.system.start).items()})
        except KeyError:
            return 0
        return int(bool(value > 0)) - int(bool(value < 0))


def _entry(condition: Condition, sign: int, positivity: dict[str, Any]) -> dict[str, Any]:
    return {"expression": to_json(condition.expression), "sign": sign, "positivity": positivity}


def boxes(ground: Ground) -> dict[str, Range]:
    """A range for every name that the region, an input's or a parameter's interval bounds."""
    exact = {name: Range(v, v, v != 0) for name, v in ground.system.dynamics.values.items()}
    return exact | boxes_of(ground.hypotheses[0] if ground.hypotheses is not None else [])


def _open(ground: Ground, condition: Condition) -> Obligation:
    text = infix(condition.expression)
    start = ground.system.start
    try:
        ratio = ground.field.element(condition.expression)
        at_start = ground.field.value(ratio, ground.system.at(start)) if ground.field.is_rational(ratio) else None
    except ZeroDivisionError:
        at_start = None
    fails = at_start is not None and (at_start < 0 if condition.positive else at_start == 0)
    if fails and ground.inside(start):
        witness = {
            "denominator": text,
            "point": ground.text(start),
            "text": f"{text} = {at_start} at a point of the region ({condition.where})",
        }
        return refuted(CLAIM, "exact value", witness)
    advice = f"shrink the region off the zeros of {text}, or assume={{'domain': reason}}"
    return undecided(CLAIM, f"not shown on the region: {condition}", advice)
