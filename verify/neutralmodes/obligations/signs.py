"""Signs on N: one door to the rules of positivity, polynomial, with facts about functions, and by paving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from flint import fmpq_mpoly

from neutralmodes.exact.expression import Tree, substitute
from neutralmodes.exact.paving import Box, Claim, covering_radius, pave, start_box
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.exact.ranges import Range, boxes_of, intersect
from neutralmodes.exact.ratio import Ratio
from neutralmodes.obligations.angles import aperiodic
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.kernelled import prove_with_facts

_TURN = Fraction(22, 7)  # above pi: an interval of twice its length covers the circle
_BOXES_PER_SECOND = 500
_QUICK_BOXES, _FEW_NAMES = 300, 3


class Setting:
    """A ground with what every claim on N starts from, made once."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground

    @cached_property
    def trees(self) -> tuple[tuple[Tree, ...], tuple[Tree, ...]]:
        """(G, H) as written, exact parameters put in."""
        ground = self.ground
        return self.put([*ground.inequalities, *ground.range_trees]), self.put(ground.system.constraints)

    def put(self, trees: Sequence[Tree]) -> tuple[Tree, ...]:
        """Trees with the exact parameters put in."""
        values = {name: str(v) for name, v in self.ground.system.dynamics.values.items()}
        return tuple(substitute(t, values, self._memo) for t in trees) if values else tuple(trees)

    @cached_property
    def _memo(self) -> dict[int, tuple[Tree, Any]]:
        return {}

    @cached_property
    def known(self) -> dict[str, Range]:
        """What the hypotheses say of single names."""
        ground = self.ground
        lower = self.plain([*ground.inequalities, *ground.range_trees])
        exact = self.plain(ground.system.constraints)
        return boxes_of([*lower, *exact, *(-p for p in exact)])

    @cached_property
    def hints(self) -> list[fmpq_mpoly]:
        """The user's Lyapunov function: its square may help as a multiplier."""
        region = self.ground.system.region
        return [] if region is None or region.lyapunov is None else self.plain([region.lyapunov])

    def known_on(self, face: int | None) -> dict[str, Range]:
        """The same on a face."""
        exact = [] if face is None else self.plain([self.ground.inequalities[face]])
        more = boxes_of([p for h in exact for p in (h, -h)])
        return self.known | {name: intersect(self.known.get(name, Range()), found) for name, found in more.items()}

    def plain(self, trees: Sequence[Tree]) -> list[fmpq_mpoly]:
        """Those of the trees that are polynomials."""
        found = (self.ground.polynomial(self.ground.field.element(t)) for t in trees)
        return [p for p in found if p is not None]


@dataclass
class Sign:
    """Is the expression > 0 (>= 0 unless strict) on N, and on the face g_j = 0 where ``face`` = j?

    ``ratio`` is the same expression in the field. ``everywhere`` uses no inequality of the region,
    ``entire`` only functions that are defined on the whole line.
    ``left_open`` says after a failure how far the search came.
    """

    tree: Tree
    ratio: Ratio
    strict: bool = True
    face: int | None = None
    everywhere: bool = False
    entire: bool = False
    left_open: list[str] = field(default_factory=list)


def prove_sign(setting: Setting, sign: Sign, budget_s: float) -> dict[str, Any] | None:
    """A positivity proof (docs/certificate.md), or None, which decides nothing."""
    return prove_by_identity(setting, sign, budget_s) or prove_by_halving(setting, sign, budget_s)


def prove_by_identity(setting: Setting, sign: Sign, budget_s: float) -> dict[str, Any] | None:
    """A polynomial identity, with facts about functions where there are some; before that a short paving.

    One box is enough for the faces of many networks; in few dimensions a few hundred cost little.
    """
    ground = setting.ground
    if (poly := ground.sign_polynomial(sign.ratio)) is not None and ground.hypotheses is not None:
        return _polynomial(setting, sign, poly, budget_s)
    few = _QUICK_BOXES if len(ground.names) <= _FEW_NAMES else 1
    return _pave(setting, sign, few) or _facts(setting, sign, budget_s)


def prove_by_halving(setting: Setting, sign: Sign, budget_s: float) -> dict[str, Any] | None:
    """A paving of a limited number of boxes, never a time: the same command gives the same proof."""
    return _pave(setting, sign, max(1, int(budget_s * _BOXES_PER_SECOND)))


def _polynomial(setting: Setting, sign: Sign, poly: fmpq_mpoly, budget_s: float) -> dict[str, Any] | None:
    ground = setting.ground
    assert ground.hypotheses is not None
    inequalities, equalities = ground.hypotheses
    own = len(ground.inequalities)
    face = [] if sign.face is None else [inequalities[sign.face]]
    if sign.everywhere:
        zero = poly.context().constant(0)  # keeps the numbering of the inequalities
        inequalities = [zero] * own + inequalities[own:]
    equalities = [*equalities, *face]
    hints = setting.hints
    return prove_positive(poly, inequalities, equalities, strict=sign.strict, hints=hints, budget_s=budget_s)


def _facts(setting: Setting, sign: Sign, budget_s: float) -> dict[str, Any] | None:
    ground = setting.ground
    element = ground.field.element
    region = [element(t) for t in ground.inequalities]
    face = [] if sign.face is None else [region[sign.face]]
    if sign.everywhere:
        region = [ground.field.zero] * len(region)
    inequalities = [*region, *(element(t) for t in ground.range_trees)]
    equalities = [*(element(t) for t in ground.system.constraints), *face]
    return prove_with_facts(
        ground.field,
        sign.ratio,
        inequalities,
        equalities,
        strict=sign.strict,
        entire=sign.entire,
        budget_s=budget_s,
    )


def _pave(setting: Setting, sign: Sign, most_boxes: int) -> dict[str, Any] | None:
    found = None if sign.everywhere else _start(setting, sign)
    if found is None:
        return None
    box, bounded = found
    inequalities, equalities = setting.trees
    if sign.face is not None:
        equalities = (*equalities, inequalities[sign.face])
    ground = setting.ground
    (tree,) = setting.put([sign.tree])
    claim = Claim(ground.names, tree, inequalities, equalities, sign.strict, ground.system.dynamics.activations)
    result = pave(claim, box, most_boxes)
    if result.tree is None:
        sign.left_open[:] = [f"{result.boxes} boxes tried, stopped at {_show(claim, result.stopped)}"]
        return None
    return {"rule": "paving", "bound": bounded, "tree": result.tree}


def _start(setting: Setting, sign: Sign) -> tuple[Box, dict[str, Any] | None] | None:
    """The box to begin with, and the bound of N where names need one; angles must be seen to be angles."""
    ground, known = setting.ground, setting.known_on(sign.face)
    angles = dict.fromkeys(ground.system.dynamics.angles, _TURN)
    if any(_is_free(known.get(name)) for name in angles) and aperiodic(ground, [sign.ratio]):
        return None
    if (box := start_box(ground.names, known, angles)) is not None:
        return box, None
    if ground.bound is None:
        return None
    square, positivity = ground.bound
    radius = dict.fromkeys(ground.variables, covering_radius(square)) | angles
    box = start_box(ground.names, known, radius)
    return None if box is None else (box, {"square": str(square), "positivity": positivity})


def _is_free(known: Range | None) -> bool:
    return known is None or known.lo is None or known.hi is None


def _show(claim: Claim, box: Box | None) -> str:
    if box is None:
        return "the whole box"
    shown = [f"{n} in [{float(lo):.4g}, {float(hi):.4g}]" for n, (lo, hi) in zip(claim.names, box, strict=True)]
    return ", ".join(shown[:4]) + (", ..." if len(shown) > 4 else "")
