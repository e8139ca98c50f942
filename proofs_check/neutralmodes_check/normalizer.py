"""The normalizer: [xi_a, f] = sum_b B_ba xi_b + mu_a f with constants, and how many eigenvalues of B are neutral.

Dphi_t(x) Xi(x) = Xi(phi_t x) e^(t B) (map: DF^k Xi = Xi(F^k) B^k), so where the generators are independent on a compact
region the exponents along them are the real parts of the eigenvalues of B (map: the logarithms of their moduli).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from math import comb
from typing import Any

from .equilibria import Coefficients, characteristic, common, remainder
from .equivariance import elements_vanish, generator_residual
from .quotient import Quotient, total
from .refusal import NotDerived
from .shape import fields, integer, listing, rationals
from .system import System
from .zero import vanish

_MAX_GENERATORS, _MAX_BITS = 16, 4096  # of all entries together: what det(z - B) costs


@dataclass(frozen=True)
class Constants:
    """B and mu with p generators, the neutral eigenvalues of B, whether mu is zero; p(z) = det(z - B)."""

    generators: int
    zeros: int
    plain: bool
    characteristic: tuple[Fraction, ...]


def check_normalizer(system: System, proof: Any) -> Constants:
    """The constants, re-derived. Raises NotDerived."""
    fields(proof, "the proof of equivariance", ["rule", "matrix", "along", "zeros"])
    statement, p = system.statement, len(system.generators)
    rows = [rationals(row, "matrix", p) for row in listing(proof["matrix"], "matrix", p)]
    along, zeros = rationals(proof["along"], "along", p), integer(proof["zeros"], "zeros", 0)
    if not statement.normalizing:
        raise NotDerived("the statement claims a symmetry, not its normalizer")
    bits = sum(c.numerator.bit_length() + c.denominator.bit_length() for row in rows for c in row)
    if p > _MAX_GENERATORS or bits > _MAX_BITS:
        raise NotDerived(f"more than {_MAX_GENERATORS} generators, or more than {_MAX_BITS} bits in B")
    if any(along) and (statement.kind == "map" or statement.inputs):
        raise NotDerived("the flow direction counts only for flows without inputs")
    for a in range(p):
        if not vanish(system, partial(_rest, a=a, constants=[row[a] for row in rows], mu=along[a])):
            raise NotDerived(f"the residual of generator {a} is not the stated combination")
    elements_vanish(system)
    polynomial = characteristic(rows)
    if (found := neutral(polynomial, flow=statement.kind == "flow")) != zeros:
        raise NotDerived(f"{found} eigenvalues are neutral, not {zeros}")
    return Constants(p, zeros, not any(along), tuple(polynomial))


def _rest(system: System, a: int, constants: Sequence[Fraction], mu: Fraction) -> list[Quotient]:
    """[xi_a, f] - sum_b B_ba xi_b - mu f (flow), or DF.xi_a - sum_b B_ba xi_b(F)."""
    residual, columns, weights = generator_residual(system, a), list(system.generators), list(constants)
    if system.statement.kind == "map":
        image = system.image(system.rule)
        columns = [system.all(xi, image) for xi in system.statement.generators]
        weights[a] -= 1  # the residual holds - xi_a(F) already
    columns, weights = [*columns, system.rule], [*weights, mu]
    return [
        total(system.ring, [r, *(xi[i].scaled(-c) for c, xi in zip(weights, columns, strict=True) if c)])
        for i, r in enumerate(residual)
    ]


def neutral(p: Coefficients, *, flow: bool) -> int:
    """The roots on the imaginary axis, or (z = (1 + w)/(1 - w), infinity to -1) on the unit circle."""
    if flow:
        return _on_axis(p)
    n = len(p) - 1
    pulled = [sum((c * _mixed(n, k, m) for k, c in enumerate(p)), Fraction(0)) for m in range(n + 1)]
    while not pulled[-1]:
        pulled.pop()
    return n + 1 - len(pulled) + _on_axis(pulled)


def _mixed(n: int, k: int, m: int) -> int:
    """The coefficient of w^m in (1 + w)^k (1 - w)^(n - k)."""
    return sum((-1) ** j * comb(k, m - j) * comb(n - k, j) for j in range(m + 1))


def _on_axis(p: Coefficients) -> int:
    """The common real roots of the two real polynomials that p(i w) is made of."""
    turned = [c * (1, 1, -1, -1)[k % 4] for k, c in enumerate(p)]
    even, odd = ([c if k % 2 == parity else Fraction(0) for k, c in enumerate(turned)] for parity in (0, 1))
    return real_roots(common(even, odd))


def real_roots(p: Coefficients) -> int:
    """How many real roots, with multiplicity: Sturm's count of distinct ones for p, then for gcd(p, p'), and so on."""
    found = 0
    while len(p) > 1:
        chain = [p, [k * c for k, c in enumerate(p)][1:]]
        while rest := remainder(chain[-2], chain[-1]):
            chain.append([-c for c in rest])
        above, below = ([q[-1] * sign ** (len(q) - 1) > 0 for q in chain] for sign in (1, -1))
        changes = [sum(a != b for a, b in pairwise(signs)) for signs in (below, above)]
        found, p = found + changes[0] - changes[1], chain[-1]
    return found
