"""Invariance: the region is mapped into itself; a flow enters it on every face, or keeps to it by a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from neutralmodes.exact.expression import Tree, add, differentiate, multiply
from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.exact.ratio import Ratio
from neutralmodes.obligations.decay import divide
from neutralmodes.obligations.exits import exit_segment, image_outside
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.signs import Setting, Sign, prove_by_halving, prove_by_identity
from neutralmodes.statement import infix
from neutralmodes.verdict import Obligation, proved, refuted, undecided

FLOW_CLAIM = "the flow enters or keeps to the region on every face, so the region is forward invariant"
MAP_CLAIM = "the map takes the region into itself"
Proof = dict[str, Any]


def invariance(ground: Ground, budget_s: float = 20.0) -> Obligation:
    """L_f g_j > 0 on every face, or L_f g_j = lambda g_j + s with s >= 0 everywhere (flow); g_j(F) >= 0 on N (map)."""
    claim = FLOW_CLAIM if ground.flow else MAP_CLAIM
    if ground.system.region is None and not ground.system.constraints:
        return undecided(claim, "no region was given or found", "give region=, a compact forward invariant set")
    kept = {}
    for name, rows in (("constraints", _moved_constraints(ground)), ("tangent", _tangents(ground))):
        kept[name] = [_cofactors(ground, row) for row in rows]
        if None in kept[name]:
            what = "kept by the rule" if name == "constraints" else "kept by the generators"
            return undecided(claim, f"a constraint was not shown to be {what}", f"check that constraints= are {what}")
    entries: list[Proof] = []
    setting = Setting(ground)
    for j in range(len(ground.inequalities)):
        found = _settle(setting, j, budget_s)
        if "open" in found:  # a later face may refute what this one leaves open
            found = next(filter(None, (_witness(ground, k) for k in range(j + 1, len(ground.inequalities)))), found)
        if "rule" not in found:
            return _not_proved(ground, claim, j, found)
        entries.append({"of": j, "positivity": found})
    key = "faces" if ground.flow else "images"
    if not ground.system.constraints:
        del kept["tangent"]
    return proved(claim, _method(entries, key), {"rule": key, key: entries, **kept})


def target(ground: Ground, j: int) -> Ratio:
    """L_f g_j (flow) or g_j(F) (map)."""
    if ground.flow:
        return ground.along(ground.field.element(ground.inequalities[j]), ground.f)
    return ground.field.element(ground.composed["inequalities"][j])


def lie_tree(ground: Ground, function: Tree) -> Tree:
    """The derivative of a tree along the rule, as written."""
    activations = ground.system.dynamics.activations
    slopes = (differentiate(function, x, activations) for x in ground.variables)
    return add(multiply((d, f)) for d, f in zip(slopes, ground.rule, strict=True) if d != "0")


def _settle(setting: Setting, j: int, budget_s: float) -> Proof:
    """A positivity proof, else a witness that the region is left, else {"open": how far halving came}."""
    ground = setting.ground
    signs = _face_signs(ground, j) if ground.flow else [_image_sign(ground, j)]
    proof = _with_multiplier(ground, j, budget_s)
    for sign in signs:
        proof = proof or prove_by_identity(setting, sign, budget_s)
    proof = proof or _witness(ground, j)
    for sign in signs:
        proof = proof or prove_by_halving(setting, sign, budget_s)
    return proof or {"open": "; ".join(note for sign in signs for note in sign.left_open)}


def _witness(ground: Ground, j: int) -> Proof | None:
    """Where the region is left through face j, if that was found."""
    return exit_segment(ground, j) if ground.flow else image_outside(ground, j)


def _face_signs(ground: Ground, j: int) -> list[Sign]:
    """Strictly inwards, or by a comparison that uses no inequality of the region (docs/certificate.md)."""
    moved, tree = target(ground, j), lie_tree(ground, ground.inequalities[j])
    strict, weak = Sign(tree, moved, face=j), Sign(tree, moved, strict=False, face=j, everywhere=True)
    return [weak, strict] if _is_identity(ground, j, moved) else [strict, weak]


def _image_sign(ground: Ground, j: int) -> Sign:
    return Sign(ground.composed["inequalities"][j], target(ground, j), strict=False)


def _is_identity(ground: Ground, j: int, moved: Ratio) -> bool:
    """L_f g_j is a multiple of g_j, as where g_j = c - I with an integral I: nothing is entered strictly."""
    face = ground.field.element(ground.inequalities[j])
    return moved.is_zero or (face.is_polynomial and (moved * face.inverse()).is_polynomial)


def _with_multiplier(ground: Ground, j: int, budget_s: float) -> Proof | None:
    """The user's multiplier m: L_f g_j - m g_j > 0 on all of N."""
    region = ground.system.region
    if not ground.flow or region is None or j not in region.multipliers or ground.hypotheses is None:
        return None
    poly, hint = (ground.polynomial(r) for r in (target(ground, j), ground.field.element(region.multipliers[j])))
    if poly is None or hint is None:
        return None
    inequalities, equalities = ground.hypotheses
    rest = poly - hint * inequalities[j]
    proof = prove_positive(rest, inequalities, equalities, strict=True, budget_s=budget_s)
    if proof:
        proof["equalities"].append({"of": len(equalities), "cofactor": polynomial_to_json(hint)})
    return proof


def _method(entries: Sequence[Proof], key: str) -> str:
    rules = [e["positivity"] for e in entries]
    paved = sum(p["rule"] == "paving" for p in rules)
    facts = sum("kernels" in p for p in rules)
    weak = sum(p.get("margin") == "0" for p in rules) if key == "faces" else 0
    count = f"1 {key[:-1]}" if len(rules) == 1 else f"{len(rules)} {key}"
    parts = [f"{count}: {len(rules) - paved} by exact identities"]
    parts += [f"{facts} of them with facts about functions"] * (facts > 0)
    parts += [f"{weak} not strict, by comparison"] * (weak > 0)
    parts += [f"{paved} by interval paving"] * (paved > 0)
    return ", ".join(parts)


def _not_proved(ground: Ground, claim: str, j: int, found: Proof) -> Obligation:
    if "open" not in found:
        return refuted(claim, "ball arithmetic" if ground.flow else "exact value", found)
    name, note = infix(ground.inequalities[j]), found["open"]
    inward = f"the flow was not shown to enter where {name} = 0" if ground.flow else f"{name} >= 0 after one step"
    advice = "change the region (another radius or centre), or assume={'invariance': reason}"
    if note:
        advice = "raise budget= to try more boxes, or " + advice
    return undecided(claim, f"left open: {inward}" + (f" ({note})" if note else ""), advice)


def _moved_constraints(ground: Ground) -> Iterator[Ratio]:
    """L_f h (flow) or h(F) (map) of every constraint: in the ideal of the constraints where they are kept."""
    for k, h in enumerate(ground.system.constraints):
        if ground.flow:
            yield ground.along(ground.field.element(h), ground.f)
        else:
            yield ground.field.element(ground.composed["constraints"][k])


def _tangents(ground: Ground) -> Iterator[Ratio]:
    """L_xi h of every generator and constraint: exponents are those of ker dh, so E must lie in it."""
    for xi in ground.xi:
        for h in ground.system.constraints:
            yield ground.along(ground.field.element(h), xi)


def _cofactors(ground: Ground, moved: Ratio) -> list[Any] | None:
    """The function as a combination of the constraints, or None where none is found."""
    poly = ground.polynomial(moved)
    row = None if poly is None or ground.hypotheses is None else divide(poly, ground.hypotheses[1])
    return None if row is None else [polynomial_to_json(c) for c in row]
