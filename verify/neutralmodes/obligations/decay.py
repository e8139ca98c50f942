"""Decaying Darboux polynomials: L_f p = K p with K < 0 on N, so that every orbit converges to p = 0.

They show that every orbit ends in a singular set, where a count with a scope would be vacuous.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact import linear
from neutralmodes.exact.field import Ratio
from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.ground import Ground
from neutralmodes.statement import polynomial_text


@dataclass(frozen=True)
class Decay:
    """p, K and the proof that |p| decays on N."""

    factor: fmpq_mpoly
    cofactor: fmpq_mpoly
    positivity: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        return {
            "factor": polynomial_to_json(self.factor),
            "cofactor": polynomial_to_json(self.cofactor),
            "positivity": self.positivity,
        }


def factors_of(*polynomials: fmpq_mpoly) -> list[fmpq_mpoly]:
    """The distinct irreducible factors over Q, in order."""
    found: dict[str, fmpq_mpoly] = {}
    for polynomial in polynomials:
        if not polynomial.is_zero():
            found.update({str(p): p for p, _ in polynomial.factor()[1]})
    return list(found.values())


def decaying(ground: Ground, candidates: Iterable[fmpq_mpoly], budget_s: float) -> list[Decay]:
    """The candidates p with L_f p = K p and -K > 0 on N (map: p(F) = K p and 1 - K^2 > 0)."""
    if ground.hypotheses is None or ground.system.region is None:
        return []
    inequalities, equalities = ground.hypotheses
    found = []
    for factor in candidates:
        cofactor = _cofactor(ground, factor)
        if cofactor is None:
            continue
        target = -cofactor if ground.flow else 1 - cofactor**2
        if proof := prove_positive(target, inequalities, equalities, strict=True, budget_s=budget_s):
            found.append(Decay(factor, cofactor, proof))
    return found


def ends_in_zero_set(found: Sequence[Decay], function: fmpq_mpoly, of: str) -> dict[str, Any] | None:
    """function = sum h_i p_i over decaying p_i: every orbit converges to its zero set."""
    combination = divide(function, [d.factor for d in found])
    return (
        None
        if combination is None
        else {
            "rule": "darboux",
            "of": of,
            "factors": [d.to_json() for d in found],
            "combination": [polynomial_to_json(h) for h in combination],
        }
    )


def ends_along_group(
    ground: Ground, found: Sequence[Decay], columns: Sequence[Sequence[fmpq_mpoly]], flow: Sequence[fmpq_mpoly]
) -> dict[str, Any] | None:
    """f = sum c_a xi_a + sum h_i p_i with constants c_a: every orbit ends where f lies in E."""
    factors = [d.factor for d in found]
    if not factors:
        return None
    rests = [[_remainder(component, factors) for component in column] for column in (*columns, flow)]
    keys = sorted({(i, m) for column in rests for i, p in enumerate(column) for m in p.to_dict()})
    table = [[p.to_dict() for p in column] for column in rests]
    rows = [[column[i].get(m, fmpq(0)) for column in table[:-1]] for i, m in keys]
    right = [table[-1][i].get(m, fmpq(0)) for i, m in keys]
    constants = linear.solve(rows, right) if rows else [fmpq(0)] * len(columns)
    if constants is None:
        return None
    combination = []
    for i, component in enumerate(flow):
        along = sum((c * xi[i] for c, xi in zip(constants, columns, strict=True)), component * 0)
        row = divide(component - along, factors)
        if row is None:
            return None
        combination.append([polynomial_to_json(h) for h in row])
    return {
        "rule": "darboux-flow",
        "factors": [d.to_json() for d in found],
        "constants": [str(c) for c in constants],
        "combination": combination,
    }


def divide(poly: fmpq_mpoly, divisors: Sequence[fmpq_mpoly]) -> list[fmpq_mpoly] | None:
    """Cofactors h with poly = sum h_i divisor_i; None with a remainder.

    By one divisor alone where that goes, else by one division after another.
    """
    for i, divisor in enumerate(divisors):
        quotient, rest = divmod(poly, divisor)
        if rest.is_zero():
            return [quotient if j == i else poly - poly for j in range(len(divisors))]
    row, rest = [], poly
    for divisor in divisors:
        quotient, rest = divmod(rest, divisor)
        row.append(quotient)
    return row if divisors and rest.is_zero() else None


def _remainder(poly: fmpq_mpoly, divisors: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    for divisor in divisors:
        poly = divmod(poly, divisor)[1]
    return poly


def shown(ground: Ground, proof: dict[str, Any]) -> str:
    """The set where the orbits end, as text."""
    return ", ".join(f"{polynomial_text(d['factor'], ground.names)} = 0" for d in proof["factors"])


def moved(ground: Ground, poly: fmpq_mpoly) -> fmpq_mpoly | None:
    """L_f p (flow) or p(F) (map), None where the rule is not polynomial."""
    found = ground.along(_element(ground, poly), ground.f) if ground.flow else _compose(ground, poly)
    return None if found is None else ground.polynomial(found)


def change(ground: Ground, poly: fmpq_mpoly) -> fmpq_mpoly | None:
    """L_f p (flow) or p(F) - p (map), None where the rule is not polynomial."""
    found = moved(ground, poly)
    return found if found is None or ground.flow else found - poly


def _cofactor(ground: Ground, factor: fmpq_mpoly) -> fmpq_mpoly | None:
    """K with L_f p = K p (flow) or p(F) = K p (map), or None."""
    poly = moved(ground, factor)
    if poly is None:
        return None
    quotient, rest = divmod(poly, factor)
    return quotient if rest.is_zero() else None


def _element(ground: Ground, poly: fmpq_mpoly) -> Ratio:
    more = ground.field.ctx.nvars() - len(ground.names)
    table = {(*m, *(0,) * more): c for m, c in poly.to_dict().items()}
    return Ratio(ground.field.ctx.from_dict(table), ground.field.one.den)


def _compose(ground: Ground, poly: fmpq_mpoly) -> Ratio | None:
    images = [ground.polynomial(fi) for fi in ground.f]
    if any(image is None for image in images):
        return None
    rest = [ground.ring.gen(i) for i in range(ground.n, len(ground.names))]
    return _element(ground, poly.compose(*images, *rest, ctx=ground.ring))
