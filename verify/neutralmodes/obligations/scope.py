"""What is known of the scope of a conditional count: a wave in it, a trap in it, and where Sigma's own orbits go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.expression import from_json
from neutralmodes.exact.polynomial_json import PolynomialJson, polynomial_from_json, polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.columns import polynomial_columns
from neutralmodes.obligations.decay import change, factors_of
from neutralmodes.obligations.fixed import fixed_subspaces, forms_of, vanishing
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.monotone import functions, potential
from neutralmodes.obligations.sampling import region_points
from neutralmodes.obligations.strata import empty_piece, piece_text
from neutralmodes.obligations.waves import relative_equilibrium
from neutralmodes.statement import infix, polynomial_text

_RATES = (fmpq(1), fmpq(1, 10), fmpq(1, 100))
_LEVELS, _MOST_FIXED = 6, 8
_DEGREE, _SMALL = 2, (6, 3)  # of pieces that are not linear: their degree, (dimension, equations)
_MOST_TRAPS, _MOST_TERMS = 6, 200
_FATES = {"origin": "the origin", "equilibria": "equilibria"}


def scope(
    ground: Ground, ranks: dict[str, Any], e: fmpq_mpoly | None, kept: bool, budget_s: float
) -> dict[str, Any] | None:
    """The rule "scope", or None where nothing was found.

    ``e`` is the sum of the squared minors; ``kept``: the group keeps it, so no group orbit off Sigma comes near it.
    """
    if ground.ranges:  # one system, not a range
        return None
    wave = relative_equilibrium(ground, ranks["generic"]) if kept else None
    pieces = ranks.get("components", {}).get("pieces", [])
    strata = [_fate(ground, piece, budget_s / (2 * max(2, len(pieces)))) for piece in pieces]
    trap = None if e is None else _trap(ground, e, budget_s / 2)
    linear = pieces and all(sum(m) <= 1 for piece in pieces for p in piece for _, m in p)
    fixed = [] if linear else list(islice(_fixed(ground, ranks["generic"], budget_s / 4), _MOST_FIXED))
    if wave is None and trap is None and not any(strata) and not fixed:
        return None
    return {"rule": "scope", "wave": wave, "strata": strata, "trap": trap, **({"fixed": fixed} if fixed else {})}


def _fixed(ground: Ground, r: int, budget_s: float) -> Iterator[dict[str, Any]]:
    """Fixed-point subspaces in Sigma, each with the fate of its orbits or None."""
    columns = polynomial_columns(ground)
    for elements in fixed_subspaces(ground, r):
        piece = [polynomial_to_json(p) for p in vanishing(columns or [], elements)]
        fate = _fate(ground, piece, budget_s / _MOST_FIXED)
        yield {"elements": [[str(c) for c in element] for element in elements], "fate": fate}


def scope_notes(ground: Ground, ranks: dict[str, Any], proof: dict[str, Any]) -> Iterator[str]:
    """What a scope proof says, a sentence each."""
    if (wave := proof["wave"]) is not None:
        at = ", ".join(f"{x} = {infix(from_json(v))}" for x, v in zip(ground.variables, wave["point"], strict=True))
        yield f"the scope is not empty: an exact relative equilibrium at {at}"
    if (trap := proof["trap"]) is not None:
        level = f"{polynomial_text(trap['function'], ground.names)} >= {trap['level']}"
        yield f"the scope holds a trapping subregion, with rank {ranks['generic']}: every x of the region with {level}"
    for piece, fate in zip(ranks.get("components", {}).get("pieces", []), proof["strata"], strict=False):
        if fate is not None:
            yield _fate_text(piece_text(ground, piece), fate)
    for found in proof.get("fixed", []):
        yield _fixed_text(ground, found)


def _fate_text(where: str, fate: dict[str, Any]) -> str:
    if fate["of"] == "nothing":
        return f"no point of the region has {where}"
    return f"every orbit that stays in {where} converges to {_FATES[fate['of']]}"


def _fixed_text(ground: Ground, found: dict[str, Any]) -> str:
    """A fixed-point subspace by its reduced equations."""
    elements = [[fmpq(*map(int, c.split("/"))) for c in element] for element in found["elements"]]
    forms = vanishing([[x] for x in ground.ring.gens()[: ground.n]], forms_of(ground, elements))
    where = f"the fixed-point subspace {piece_text(ground, [polynomial_to_json(f) for f in forms])}"
    return f"{where} lies in Sigma" + (f"; {_fate_text('it', found['fate'])}" if found["fate"] else "")


def _fate(ground: Ground, piece: Sequence[PolynomialJson], budget_s: float) -> dict[str, Any] | None:
    """Where the orbits of a piece go: it misses N, or V' <= -c |x|^2 or V' <= -c |f|^2 on it.

    A piece that is not linear costs minutes unless it is small, and then only its own potential is tried.
    """
    equations = [polynomial_from_json(p, ground.ring) for p in piece]
    degree = max(int(p.total_degree()) for p in equations)
    if ground.hypotheses is None or degree > _DEGREE or (degree > 1 and not _is_small(ground, equations)):
        return None
    if degree == 1 and (proof := empty_piece(ground, piece, budget_s)):
        return {"of": "nothing", **proof}
    rule = [p for f in ground.f if (p := ground.polynomial(f)) is not None]
    if len(rule) < ground.n or ground.system.dynamics.angles:
        return None
    inequalities, equalities = ground.hypotheses
    state = ground.ring.gens()[: ground.n]
    square = _squares(state)
    moving = _squares(rule if ground.flow else [p - x for p, x in zip(rule, state, strict=True)])
    ends = [("origin", square, square)] * (degree == 1) + [("equilibria", v, moving) for v in potential(ground)]
    for of, v, size in ends:
        if (rate := change(ground, v)) is None:
            continue
        for c in _RATES:
            target = -rate - c * size
            if proof := prove_positive(
                target, inequalities, [*equalities, *equations], strict=False, budget_s=budget_s
            ):
                return {"of": of, "function": polynomial_to_json(v), "rate": str(c), "positivity": proof}
    return None


def _is_small(ground: Ground, equations: Sequence[fmpq_mpoly]) -> bool:
    return ground.n <= _SMALL[0] and len(equations) <= _SMALL[1]


def _squares(polynomials: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    return sum((p * p for p in polynomials[1:]), polynomials[0] * polynomials[0])


def _trap(ground: Ground, e: fmpq_mpoly, budget_s: float) -> dict[str, Any] | None:
    """V and c with e > 0 on N where V >= c, which no orbit leaves (V' > 0 where V = c), and a point there; or None."""
    if ground.hypotheses is None or ground.system.region is None or len(e) > _MOST_TERMS:
        return None
    inequalities, equalities = ground.hypotheses
    points = [(p, [fmpq(v.numerator, v.denominator) for v in p]) for p in region_points(ground)]
    candidates = {str(v): v for v in (*factors_of(e), *functions(ground, e))}
    share = budget_s / (2 * _MOST_TRAPS)
    for v in list(candidates.values())[:_MOST_TRAPS]:
        rate = change(ground, v)
        values = [(v(*exact), p) for p, exact in points]
        if rate is None or not values:
            continue
        for level in _levels(max(values)[0]):
            face, above = v - level, [*inequalities, v - level]
            if ground.flow:
                entered = prove_positive(rate, inequalities, [*equalities, face], strict=True, budget_s=share)
            else:
                entered = prove_positive(rate + face, above, equalities, strict=False, budget_s=share)
            if entered is None:
                continue
            ranked = prove_positive(e, above, equalities, strict=True, budget_s=share)
            if ranked is not None:
                at = next(p for value, p in values if value >= level)
                return _trapped(v, level, at[: ground.n], entered, ranked)
    return None


def _levels(top: fmpq) -> list[fmpq]:
    """Powers of two below the largest sampled value."""
    if top <= 0:
        return []
    level = fmpq(1)
    while level >= top:
        level /= 2
    while 2 * level < top:
        level *= 2
    return [level / 2**k for k in range(_LEVELS)]


def _trapped(
    v: fmpq_mpoly, level: fmpq, at: Sequence[Fraction], entered: dict[str, Any], ranked: dict[str, Any]
) -> dict[str, Any]:
    shown = {"function": polynomial_to_json(v), "level": str(level), "at": [str(x) for x in at]}
    return {**shown, "entered": entered, "rank": ranked}
