"""Domain: rule and generators are defined and C^1 on N, judged before any cancellation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from neutralmodes.exact.expression import ENTIRE, KINKED, Tree, functions, nodes, to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.ground import Ground
from neutralmodes.statement import infix
from neutralmodes.verdict import Obligation, proved, refuted, undecided

CLAIM = "rule and generators are defined and C^1 on the region"


def domain(ground: Ground) -> Obligation:
    """Whitelisted functions everywhere, and every denominator of one sign on N."""
    trees = ground.judged_trees()
    used = frozenset[str]().union(*(functions(t) for t in trees))
    if kinks := sorted(used & KINKED):
        advice = f"replace {kinks[0]} by a smooth function, or assume={{'domain': reason}}"
        return undecided(CLAIM, f"not C^1 everywhere: {', '.join(kinks)}", advice)
    if partial := sorted(used - ENTIRE - frozenset(ground.system.dynamics.activations)):
        advice = "show the argument's sign, or assume={'domain': reason}"
        return undecided(CLAIM, f"defined on a part of the line only: {', '.join(partial)}", advice)
    entries = []
    for base in denominators(ground, trees):
        entry = _sign(ground, base)
        if entry is None:
            return _open(ground, base)
        entries.append(entry)
    if not entries:
        return proved(CLAIM, "no division, entire functions only", {"rule": "polynomial"})
    proof = {"rule": "denominators", "denominators": entries}
    return proved(CLAIM, f"{len(entries)} denominators of one sign on the region", proof)


def denominators(ground: Ground, trees: Iterable[Tree]) -> list[Tree]:
    """The distinct bases of negative powers that are not nonzero constants, as written."""
    found: dict[Tree, None] = {}
    for tree in trees:
        for node in nodes(tree):
            if not isinstance(node, str) and node[0] == "^" and node[2] < 0:
                ratio = ground.field.element(node[1])
                if ratio.num.is_zero() or not (ratio.num.is_constant() and ratio.den.is_constant()):
                    found[node[1]] = None
    return list(found)


def _sign(ground: Ground, base: Tree) -> dict[str, Any] | None:
    poly = ground.sign_polynomial(ground.field.element(base))
    if poly is None or ground.hypotheses is None:
        return None
    inequalities, equalities = ground.hypotheses
    for sign in (1, -1):
        if proof := prove_positive(sign * poly, inequalities, equalities, strict=True, budget_s=5.0):
            return {"expression": to_json(base), "sign": sign, "positivity": proof}
    return None


def _open(ground: Ground, base: Tree) -> Obligation:
    advice = f"shrink the region off the zeros of {infix(base)}, or assume={{'domain': reason}}"
    method = f"the denominator {infix(base)} was not shown to have one sign on the region"
    start = ground.system.start
    try:
        at_start = ground.field.value(ground.field.element(base), ground.system.at(start))
    except ZeroDivisionError:
        at_start = None
    if at_start == 0 and ground.inside(start):
        text = f"{infix(base)} = 0 at a point of the region"
        return refuted(CLAIM, "exact value", {"denominator": infix(base), "point": ground.text(start), "text": text})
    return undecided(CLAIM, method, advice)
