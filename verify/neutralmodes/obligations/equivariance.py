"""Equivariance: the bracket (flow) or the map residual of every generator vanishes identically."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from neutralmodes.exact.field import Field, Ratio
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import sample_points
from neutralmodes.statement import infix
from neutralmodes.verdict import Obligation, proved, refuted, undecided

FLOW_CLAIM = "[xi, f] = Df.xi - Dxi.f = 0 for every generator"
MAP_CLAIM = "DF(x) xi(x) = xi(F(x)) for every generator"


def equivariance(ground: Ground) -> Obligation:
    """Every residual, of every generator and every listed discrete element, in normal form."""
    claim = FLOW_CLAIM if ground.flow else MAP_CLAIM
    open_ones: list[str] = []
    for label, residuals in _all_residuals(ground):
        nonzero = [(i, r) for i, r in enumerate(residuals) if not ground.field.is_zero(r)]
        for i, residual in nonzero:
            if witness := _witness(ground, label, i, residual):
                return refuted(claim, "normal form of the residual", witness, notes=_roundoff(ground))
        if nonzero:
            open_ones.append(f"{label}, component {ground.variables[nonzero[0][0]]}")
    if open_ones:
        advice = "rewrite the rule so that the functions' arguments are invariant expressions, or give activations="
        return undecided(claim, f"normal form left open: {'; '.join(open_ones)}", advice)
    proof = {"rule": "identity", "generators": list(range(ground.p))}
    return proved(claim, f"normal form in {_where(ground.field)}", proof)


def _where(field: Field) -> str:
    if not field.kernels:
        return "Q(x)"
    return f"Q(x) with {len(field.kernels)} function kernel{'s' if len(field.kernels) > 1 else ''}"


def _all_residuals(ground: Ground) -> Iterator[tuple[str, list[Ratio]]]:
    for a in range(ground.p):
        yield f"generator {a}", generator_residual(ground, a)
    for k in range(len(ground.elements)):
        yield f"discrete element {k}", element_residual(ground, k)


def generator_residual(ground: Ground, a: int) -> list[Ratio]:
    """Df.xi_a - Dxi_a.f (flow) or DF.xi_a - xi_a(F) (map), componentwise."""
    xi = ground.xi[a]
    moved = [_row_dot(ground, row, xi) for row in ground.jacobian]
    if ground.flow:
        other = [ground.along(component, ground.f) for component in xi]
    else:
        other = [ground.field.element(t) for t in ground.composed_generators[a]]
    return [m - o for m, o in zip(moved, other, strict=True)]


def _row_dot(ground: Ground, row: Sequence[Ratio], vector: Sequence[Ratio]) -> Ratio:
    total = ground.field.zero
    for slope, component in zip(row, vector, strict=True):
        if not slope.num.is_zero() and not component.num.is_zero():
            total = total + slope * component
    return total


def element_residual(ground: Ground, k: int) -> list[Ratio]:
    """f(g x) - Dg(x) f(x) (flow) or F(g x) - g(F(x)) (map) of a discrete element, componentwise."""
    element, field = ground.elements[k], ground.field
    before = [field.element(t) for t in element["rule"]]
    if ground.flow:
        after = [ground.along(field.element(g), ground.f) for g in element["images"]]
    else:
        after = [field.element(t) for t in element["after"]]
    return [b - a for b, a in zip(before, after, strict=True)]


def _witness(ground: Ground, label: str, i: int, residual: Ratio) -> dict[str, Any] | None:
    """A rational state of the region with a nonzero residual, or None where kernels forbid an exact value."""
    if not ground.field.is_rational(residual):
        return None
    found = nonzero_point(ground, residual)
    if found is None:
        return None
    point, value, inside = found
    monomials = offending(ground.field, residual)
    where = "a point of the region" if inside else "a point (none was found inside the region)"
    text = (
        f"{label}, component {ground.variables[i]}: the residual has the monomial {monomials[0]} "
        f"and equals {value} at {where}"
    )
    return {
        "of": label,
        "component": ground.variables[i],
        "monomials": monomials[:8],
        "point": {name: str(v) for name, v in point.items()},
        "inside": inside,
        "value": str(value),
        "text": text,
    }


def offending(field: Field, residual: Ratio) -> list[str]:
    """The monomials of a residual's numerator as text, low degree first."""
    terms = sorted(residual.num.to_dict().items(), key=lambda t: (sum(t[0]), [-e for e in t[0]]))
    texts = []
    for exponents, coefficient in terms:
        factors = [
            x if e == 1 else ("^", x, int(e)) for x, e in zip(field.names, exponents, strict=False) if e
        ]
        texts.append(infix(("*", str(coefficient), *factors)) if factors else str(coefficient))
    return texts


def nonzero_point(ground: Ground, residual: Ratio) -> tuple[dict[str, Fraction], Fraction, bool] | None:
    """A rational point where the residual is not zero, in the region where one is found."""
    outside = None
    for point in sample_points(ground):
        values = dict(zip(ground.variables, point[: ground.n], strict=True))
        values |= dict(zip(ground.names[ground.n :], point[ground.n :], strict=True))
        try:
            value = ground.field.value(residual, values)
        except ZeroDivisionError:
            continue
        if value != 0:
            if ground.inside(point[: ground.n]):
                return values, value, True
            outside = outside or (values, value, False)
    return outside


def _roundoff(ground: Ground) -> tuple[str, ...]:
    """What to say where the refutation rests on the user's floats: the decimal reading is equivariant."""
    floats = {**ground.system.dynamics.floats, **ground.system.action.floats}
    if not floats:
        return ()
    decimal = Ground(ground.system, decimal=True)
    if not all(decimal.field.is_zero(r) for _, residuals in _all_residuals(decimal) for r in residuals):
        return ()
    exact, reading = next(iter(floats.items()))
    return (
        f"this rests on the roundoff of your floats only: read as decimals the rule is equivariant. "
        f"Write them exactly, e.g. Rational('{reading}') instead of {float(exact)!r} (= {exact}).",
    )
