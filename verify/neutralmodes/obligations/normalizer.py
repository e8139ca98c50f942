"""The normalizer: generators that the rule carries into their own span, [xi_a, f] = sum_b B_ba xi_b + mu_a f.

With v = Xi(x) c transport becomes Dphi_t(x) Xi(x) = Xi(phi_t x) e^(t B) (map: DF^k Xi(x) = Xi(F^k x) B^k): where the
generators are independent on a compact region, the exponents on E are the real parts of the eigenvalues of B (map:
the logarithms of their moduli). With f as one more column, [f, f] = 0 adds the eigenvalue 0 whatever mu is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpq_poly

from neutralmodes.exact import linear
from neutralmodes.exact.field import Ratio
from neutralmodes.exact.relations import relations
from neutralmodes.obligations.ground import Ground

_MOST_GENERATORS, _MOST_BITS = 16, 4096


@dataclass(frozen=True)
class Normalizer:
    """Flow: [xi_a, f] = sum_b B_ba xi_b + mu_a f. Map: DF xi_a = sum_b B_ba xi_b(F), mu = 0.

    ``matrix`` is B (p x p, row b, column a). ``exponents`` are the real parts of B's eigenvalues
    (flow) or the logarithms of their moduli (map), descending, as decimals: the exponents that B
    gives to the tangent vectors xi_a c_a while they stay bounded and apart, modulo f where mu is not 0.
    ``zeros`` says exactly how many of them are 0.
    """

    kind: str
    matrix: tuple[tuple[str, ...], ...]
    along_flow: tuple[str, ...]
    characteristic: tuple[str, ...]
    exponents: tuple[str, ...]
    zeros: int

    @property
    def is_short(self) -> bool:
        """Whether the checker computes B's characteristic polynomial (docs/certificate.md)."""
        entries = [Fraction(c) for row in self.matrix for c in row]
        bits = sum(c.numerator.bit_length() + c.denominator.bit_length() for c in entries)
        return len(self.matrix) <= _MOST_GENERATORS and bits <= _MOST_BITS

    @property
    def modulo_flow(self) -> bool:
        return any(mu != "0" for mu in self.along_flow)

    def to_json(self) -> dict[str, Any]:
        """The data of the proof."""
        return {"matrix": [list(row) for row in self.matrix], "along": list(self.along_flow), "zeros": self.zeros}

    def lines(self) -> list[str]:
        """B, and the exponents that it gives."""
        rule = "[xi_a, f] = sum_b B_ba xi_b" if self.kind == "flow" else "DF xi_a = sum_b B_ba xi_b(F)"
        extra = f" + mu_a f with mu = ({', '.join(self.along_flow)})" if self.modulo_flow else ""
        rows = "[" + "; ".join(" ".join(row) for row in self.matrix) + "]"
        modulo = " modulo f" * self.modulo_flow
        return [
            f"normalizer: {rule}{extra}, constant B = {rows}",
            f"exponents that B gives to the group directions{modulo}: {', '.join(self.exponents)}",
        ]


def normalizer(ground: Ground, residuals: list[list[Ratio]]) -> Normalizer | None:
    """The constants of the residuals over the generators (and f), where there are such constants."""
    targets, p = (ground.xi if ground.flow else _moved_generators(ground)), ground.p
    flow = [ground.f] if ground.flow and not ground.system.dynamics.inputs else []
    first = p + len(flow)
    # A relation ends in its free vector: a residual is in the span where one ends in it.
    ends = {
        max(a for a, c in enumerate(v) if c != 0): v for v in relations(ground.field, [*targets, *flow, *residuals])
    }
    if any(a in ends for a in range(p)) or any(first + a not in ends for a in range(p)):
        return None
    columns = [[-c for c in ends[first + a][:first]] for a in range(p)]
    matrix = [[columns[a][b] + fmpq(int(a == b and not ground.flow)) for a in range(p)] for b in range(p)]
    along = [column[p] if flow else fmpq(0) for column in columns]
    characteristic = linear.matrix(matrix).charpoly()
    zeros = neutral(characteristic, flow=ground.flow)
    return Normalizer(
        ground.system.dynamics.kind,
        tuple(tuple(str(c) for c in row) for row in matrix),
        tuple(str(c) for c in along),
        tuple(str(c) for c in characteristic.coeffs()),
        tuple(_exponents(characteristic, zeros, flow=ground.flow)),
        zeros,
    )


def _moved_generators(ground: Ground) -> list[list[Ratio]]:
    """xi_b(F(x))."""
    return [[ground.field.element(t) for t in xi] for xi in ground.composed_generators]


def _exponents(characteristic: fmpq_poly, zeros: int, *, flow: bool) -> list[str]:
    """Real parts of the eigenvalues (flow) or logarithms of their moduli (map), descending, 15 digits.

    The ``zeros`` smallest are known to be 0.
    """
    values = []
    for root, multiplicity in characteristic.numer().complex_roots():
        size = root.real if flow else arb.neg_inf() if root == 0 else abs(root).log()
        values += [size.mid()] * multiplicity
    values.sort(key=lambda v: abs(float(v)))
    others = sorted(values[zeros:], key=lambda v: -float(v))
    above = sum(v > 0 for v in others)
    texts = [str(v.str(15, radius=False)) if v.is_finite() else "-inf" for v in others]
    return [*texts[:above], *["0"] * zeros, *texts[above:]]


def neutral(p: fmpq_poly, *, flow: bool) -> int:
    """How many roots of p lie on the imaginary axis (flow) or the unit circle (map), with multiplicity, exactly.

    z = (1 + w)/(1 - w) carries the axis to the circle, and infinity to -1.

    >>> neutral(fmpq_poly([1, 0, 1]), flow=True), neutral(fmpq_poly([-1, 0, 1]), flow=True)
    (2, 0)
    >>> neutral(fmpq_poly([1, 3, 3, 1]), flow=False)
    3
    """
    if flow:
        return _on_axis(p.coeffs())
    n, one = p.degree(), fmpq_poly([1])
    parts = [c * fmpq_poly([1, 1]) ** k * fmpq_poly([1, -1]) ** (n - k) for k, c in enumerate(p.coeffs())]
    pulled = sum(parts, one - one)
    return int(n - pulled.degree()) + _on_axis(pulled.coeffs())


def _on_axis(coefficients: Sequence[fmpq]) -> int:
    """The common real roots of the two real polynomials that p(i w) is made of."""
    turned = [c * (1, 1, -1, -1)[k % 4] for k, c in enumerate(coefficients)]
    even, odd = ([c if k % 2 == parity else fmpq(0) for k, c in enumerate(turned)] for parity in (0, 1))
    shared = fmpq_poly(even).gcd(fmpq_poly(odd))
    roots = shared.numer().complex_roots() if shared.degree() > 0 else []
    return sum(multiplicity for root, multiplicity in roots if root.imag == 0)
