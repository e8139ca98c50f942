"""Signs on N: one door to the rules of positivity, polynomial, with facts about functions, and by paving."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from flint import fmpq_mpoly

from neutralmodes.exact.expression import Tree, substitute
from neutralmodes.exact.paving import Box, Claim, covering_radius, pave, start_box
from neutralmodes.exact.positivity import bounded_certificate, prove_positive
from neutralmodes.exact.ranges import Range, boxes_of
from neutralmodes.exact.ratio import Ratio
from neutralmodes.obligations.angles import aperiodic
from neutralmodes.obligations.bounds import ellipsoid_bound
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.kernelled import prove_with_facts

_TURN = Fraction(22, 7)  # above pi: an interval of twice its length covers the circle
_BOXES_PER_SECOND = 500
_MOST_MONOMIALS = 5000


@dataclass
class Sign:
    """Is the expression > 0 (>= 0 unless strict) on N, and on the face g_j = 0 where ``face`` = j?

    ``ratio`` is the same expression in the field. ``everywhere`` uses no inequality of the region.
    ``left_open`` says after a failure how far the search came.
    """

    tree: Tree
    ratio: Ratio
    strict: bool = True
    face: int | None = None
    everywhere: bool = False
    left_open: list[str] = field(default_factory=list)


def prove_sign(ground: Ground, sign: Sign, budget_s: float) -> dict[str, Any] | None:
    """A positivity proof (docs/certificate.md), or None, which decides nothing."""
    return prove_by_identity(ground, sign, budget_s) or prove_by_halving(ground, sign, budget_s)


def prove_by_identity(ground: Ground, sign: Sign, budget_s: float) -> dict[str, Any] | None:
    """A polynomial identity, with facts about functions where there are some; before that a paving of one box."""
    if (poly := ground.sign_polynomial(sign.ratio)) is not None and ground.hypotheses is not None:
        return _polynomial(ground, sign, poly, budget_s)
    return _pave(ground, sign, 1) or _facts(ground, sign, budget_s)


def prove_by_halving(ground: Ground, sign: Sign, budget_s: float) -> dict[str, Any] | None:
    """A paving of a limited number of boxes, never a time: the same command gives the same proof."""
    return _pave(ground, sign, max(1, int(budget_s * _BOXES_PER_SECOND)))


def bound(ground: Ground) -> tuple[Fraction, dict[str, Any]] | None:
    """B and a proof of B - (sum of the squares of the variables that are no angles) >= 0 on N."""
    if ground.hypotheses is None:
        return None
    if "bound" not in ground.__dict__:  # as cached_property does
        lengths = [x for x in ground.variables if x not in ground.system.dynamics.angles]
        found = ellipsoid_bound(*ground.hypotheses, lengths) or bounded_certificate(*ground.hypotheses, lengths)
        ground.__dict__["bound"] = found and (Fraction(int(found[0].p), int(found[0].q)), found[1])
    result: tuple[Fraction, dict[str, Any]] | None = ground.__dict__["bound"]
    return result


def _polynomial(ground: Ground, sign: Sign, poly: fmpq_mpoly, budget_s: float) -> dict[str, Any] | None:
    assert ground.hypotheses is not None
    inequalities, equalities = ground.hypotheses
    own = len(ground.inequalities)
    face = [] if sign.face is None else [inequalities[sign.face]]
    if sign.everywhere:
        zero = poly.context().constant(0)  # keeps the numbering of the inequalities
        inequalities = [zero] * own + inequalities[own:]
    return prove_positive(poly, inequalities, [*equalities, *face], strict=sign.strict, budget_s=budget_s)


def _facts(ground: Ground, sign: Sign, budget_s: float) -> dict[str, Any] | None:
    element = ground.field.element
    region = [element(t) for t in ground.inequalities]
    face = [] if sign.face is None else [region[sign.face]]
    if sign.everywhere:
        region = [ground.field.zero] * len(region)
    inequalities = [*region, *(element(t) for t in ground.range_trees)]
    equalities = [*(element(t) for t in ground.system.constraints), *face]
    return prove_with_facts(
        ground.field, sign.ratio, inequalities, equalities, strict=sign.strict, budget_s=budget_s
    )


def _pave(ground: Ground, sign: Sign, most_boxes: int) -> dict[str, Any] | None:
    claim = _claim(ground, sign)
    if sign.everywhere or claim is None:
        return None
    found = _start(ground, sign, claim)
    if found is None:
        return None
    box, bounded = found
    result = pave(claim, box, most_boxes)
    if result.tree is None:
        sign.left_open[:] = [f"{result.boxes} boxes tried, stopped at {_show(claim, result.stopped)}"]
        return None
    return {"rule": "paving", "bound": bounded, "tree": result.tree}


def _claim(ground: Ground, sign: Sign) -> Claim | None:
    """Exact parameters are put in; angles must be seen to be angles."""
    values = {name: str(v) for name, v in ground.system.dynamics.values.items()}
    memo: dict[int, tuple[Tree, Any]] = {}
    target, inequalities, equalities = (
        tuple(substitute(t, values, memo) for t in trees)
        for trees in ((sign.tree,), (*ground.inequalities, *ground.range_trees), ground.system.constraints)
    )
    if sign.face is not None:
        equalities = (*equalities, inequalities[sign.face])
    activations = ground.system.dynamics.activations
    return Claim(ground.names, target[0], inequalities, equalities, sign.strict, activations)


def _start(ground: Ground, sign: Sign, claim: Claim) -> tuple[Box, dict[str, Any] | None] | None:
    """The box to begin with, and the bound of N where names need one."""
    known = boxes_of(list(_plain(ground, sign)))
    angles = dict.fromkeys(ground.system.dynamics.angles, _TURN)
    if any(_is_free(known.get(name)) for name in angles) and aperiodic(ground, [sign.ratio]):
        return None
    if (box := start_box(claim.names, known, angles)) is not None:
        return box, None
    found = bound(ground)
    if found is None:
        return None
    radius = {name: covering_radius(found[0]) for name in ground.variables} | angles
    box = start_box(claim.names, known, radius)
    return None if box is None else (box, {"square": str(found[0]), "positivity": found[1]})


def _plain(ground: Ground, sign: Sign) -> Iterator[fmpq_mpoly]:
    """The polynomial hypotheses, a face and constraints with both signs."""
    trees = [*ground.inequalities, *ground.range_trees]
    exact = [*ground.system.constraints, *([] if sign.face is None else [ground.inequalities[sign.face]])]
    for tree, both in [*((t, False) for t in trees), *((t, True) for t in exact)]:
        poly = ground.polynomial(ground.field.element(tree))
        if poly is not None and len(poly) <= _MOST_MONOMIALS:
            yield poly
            if both:
                yield -poly


def _is_free(known: Range | None) -> bool:
    return known is None or known.lo is None or known.hi is None


def _show(claim: Claim, box: Box | None) -> str:
    if box is None:
        return "the whole box"
    shown = [f"{n} in [{float(lo):.4g}, {float(hi):.4g}]" for n, (lo, hi) in zip(claim.names, box, strict=True)]
    return ", ".join(shown[:4]) + (", ..." if len(shown) > 4 else "")
