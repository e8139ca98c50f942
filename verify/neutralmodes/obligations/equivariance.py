"""Equivariance: the bracket (flow) or the map residual of every generator vanishes identically.

A system that claims the normalizer only needs it to be a constant combination of the generators (and of f).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from neutralmodes.exact.expression import KINKED, functions
from neutralmodes.exact.field import Ratio
from neutralmodes.exact.zero import ZeroTest, decide, proves_zero, tier
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.normalizer import normalizer
from neutralmodes.obligations.sampling import defined_points
from neutralmodes.obligations.witness import describe
from neutralmodes.statement import infix
from neutralmodes.verdict import Obligation, proved, refuted, undecided

FLOW_CLAIM = "[xi, f] = Df.xi - Dxi.f = 0 for every generator"
MAP_CLAIM = "DF(x) xi(x) = xi(F(x)) for every generator"
FLOW_NORMALIZER = "[xi_a, f] = sum_b B_ba xi_b + mu_a f for every generator, B and mu constant"
MAP_NORMALIZER = "DF(x) xi_a(x) = sum_b B_ba xi_b(F(x)) for every generator, B constant"
NO_CONSTANTS = "give generators whose brackets are in their span, or drop normalizing for the part that commutes"
VALUES_ONLY = "the rule is a black box: values prove nothing"
SETTLES_VALUES = "write the rule in sympy, or as a function of (t, y) that sympy can trace"


def equivariance(ground: Ground) -> Obligation:
    """Every generator and every listed discrete element, each with its own verdict."""
    claim = FLOW_CLAIM if ground.flow else MAP_CLAIM
    if ground.system.dynamics.function is not None:
        return undecided(claim, VALUES_ONLY, SETTLES_VALUES)
    found = [(label, *_judge(ground, residuals)) for label, residuals in _all_residuals(ground)]
    proof: dict[str, Any] = {"rule": "identity", "generators": list(range(ground.p))}
    notes, constant = _assumptions(ground), None
    if ground.system.normalizing and any(test.verdict != "PROVED" for _, test, *_ in found[: ground.p]):
        claim = FLOW_NORMALIZER if ground.flow else MAP_NORMALIZER
        constant = normalizer(ground, [generator_residual(ground, a) for a in range(ground.p)])
        if constant is None or not constant.is_short:
            return undecided(claim, "no constant B was found, or a long one", NO_CONSTANTS)
        found, notes = found[ground.p :], notes + tuple(constant.lines())
        proof = {"rule": "normalizer", **constant.to_json()}
    notes = _parts(found) + notes
    for label, test, i, residual in found:
        if test.witness is not None:
            witness = describe(ground, label, i, residual, test.witness)
            witness["parts"] = {name: str(t.verdict) for name, t, *_ in found}
            method = "normal form of the residual" if test.tier == "T0" else "a ball that excludes 0 (T3)"
            return refuted(claim, method, witness, notes=notes + _roundoff(ground))
    open_ones = [f"{label}, component {ground.variables[i]}" for label, t, i, _ in found if t.verdict != "PROVED"]
    if open_ones:
        advice = "rewrite the rule so that the functions' arguments are invariant expressions, or give activations="
        return undecided(claim, f"normal form left open: {'; '.join(open_ones)}", advice, notes=notes)
    if kinks := sorted(functions(*ground.judged_trees()) & KINKED):
        advice = f"replace {kinks[0]} by a smooth function"
        return undecided(claim, f"zero wherever {', '.join(kinks)} has a derivative", advice, notes=notes)
    return proved(claim, f"normal form in {_where(ground)}", proof, notes)


def _judge(ground: Ground, residuals: list[Ratio]) -> tuple[ZeroTest, int, Ratio]:
    """The verdict on one residual vector, with the component that decides it."""
    test, i = decide(residuals, ground.field, defined_points(ground))
    return test, i, residuals[i]


def _parts(found: Sequence[tuple[str, ZeroTest, int, Ratio]]) -> tuple[str, ...]:
    """The verdict of every part, said only where they differ."""
    if len({test.verdict for _, test, *_ in found}) < 2:
        return ()
    return tuple(f"{label}: {test.verdict}" for label, test, *_ in found)


def _assumptions(ground: Ground) -> tuple[str, ...]:
    """What a proof takes from the user about declared functions."""
    used = functions(*ground.judged_trees())
    notes = []
    for name, (variable, rule) in ground.system.dynamics.activations.items():
        if name in used and rule is None:
            notes.append(f"{name} stands for every C^1 function")
        elif name in used:
            notes.append(f"assumes your derivative rule {name}'({variable}) = {infix(rule)}")
    return tuple(notes)


def _where(ground: Ground) -> str:
    field = ground.field
    if not field.kernels:
        return "Q(x)"
    count = len(field.kernels)
    return f"Q(x) with {count} function kernel{'s' if count > 1 else ''} ({tier(field)})"


def _all_residuals(ground: Ground) -> Iterator[tuple[str, list[Ratio]]]:
    for a in range(ground.p):
        yield f"generator {a}", generator_residual(ground, a)
    for k in range(len(ground.elements)):
        yield f"discrete element {k}", element_residual(ground, k)


def generator_residual(ground: Ground, a: int) -> list[Ratio]:
    """Df.xi_a - Dxi_a.f (flow) or DF.xi_a - xi_a(F) (map), componentwise."""
    xi = ground.xi[a]
    support = [(j, component) for j, component in enumerate(xi) if not component.num.is_zero()]
    moved = [ground.field.sum([row[j] * c for j, c in support if not row[j].num.is_zero()]) for row in ground.jacobian]
    if ground.flow:
        other = [ground.along(component, ground.f) for component in xi]
    else:
        other = [ground.field.element(t) for t in ground.composed_generators[a]]
    return [m - o for m, o in zip(moved, other, strict=True)]


def element_residual(ground: Ground, k: int) -> list[Ratio]:
    """f(g x) - Dg(x) f(x) (flow) or F(g x) - g(F(x)) (map) of a discrete element, componentwise."""
    element, field = ground.elements[k], ground.field
    before = [field.element(t) for t in element["rule"]]
    if ground.flow:
        after = [ground.along(field.element(g), ground.f) for g in element["images"]]
    else:
        after = [field.element(t) for t in element["after"]]
    return [b - a for b, a in zip(before, after, strict=True)]


def _roundoff(ground: Ground) -> tuple[str, ...]:
    """What to say where the refutation rests on the user's floats: the decimal reading is equivariant."""
    floats = {**ground.system.dynamics.floats, **ground.system.action.floats}
    if not floats:
        return ()
    decimal = Ground(ground.system, decimal=True)
    if not all(proves_zero(decimal.field, r) for _, residuals in _all_residuals(decimal) for r in residuals):
        return ()
    exact, reading = next(iter(floats.items()))
    return (
        f"this rests on the roundoff of your floats only: read as decimals the rule is equivariant. "
        f"Write them exactly, e.g. Rational('{reading}') instead of {float(exact)!r} (= {exact}).",
    )
