"""Robustness: what is left of a zero exponent and of a remembered phase once the rule is not symmetric any more.

Theorem B of THEORY.md section 7, for the rule of the statement as it stands, broken or not: with b = [xi, f],
P the projection on the orthogonal complement of xi, and on N

    -v.Df v >= kappa |v|^2 for v orthogonal to xi,   |P (Df^T xi + Dxi f)| <= sigma |xi|^2,
    |xi.b| <= beta0 |xi|^2,   |P b| <= beta1,   sigma rho^2 - (kappa - beta0) rho + beta1 <= 0,

|lambda_T(xi)| <= gamma + log((C^2 + rho^2)/c^2)/(2T) with gamma = beta0 + sigma rho, c <= |xi| <= C.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.field import plain_context
from neutralmodes.exact.polynomial_json import polynomial_to_json
from neutralmodes.exact.positivity import prove_positive
from neutralmodes.obligations.complement import auxiliary_names, lift
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.phases import Phase, Point, Samples, dot, evaluated
from neutralmodes.obligations.staircase import lifetime
from neutralmodes.verdict import Obligation, Verdict, proved, undecided

CLAIM = "bounds of the exponent of a broken direction and of the time for which its phase is remembered"
_NEEDED = ("domain", "compactness", "invariance")
_SLACK = (0.0, 1e-2, 0.05, 0.2, 1.0, 4.0)
_FINSLER = (0, 512)

Proof = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """What is asked: which generator, its phase if there is one, the deviation and the steps of the staircase."""

    generator: int = 0
    phase: Phase | None = None
    deviation: Fraction | None = None
    steps: int = 64


def robustness(ground: Ground, others: Mapping[str, Obligation], request: Request, budget_s: float) -> Obligation:
    """The bounds that can be proved, each with its proof; UNDECIDED where none can."""
    if not ground.flow:
        return undecided(CLAIM, "the bounds are about flows", "there is no bound for maps yet")
    missing = [name for name in _NEEDED if others[name].verdict is not Verdict.PROVED]
    if missing:
        return undecided(CLAIM, f"{missing[0]} is not proved, so N need not hold its orbits", f"settle {missing[0]}")
    functions = [*ground.f, *ground.xi[request.generator]]
    if ground.hypotheses is None or any(ground.polynomial(r) is None for r in functions):
        return undecided(CLAIM, "rule, generator or region is not polynomial", "write it with polynomials")
    parts: Proof = {"rule": "bounds", "generator": request.generator, "phase": None, "exponent": None, "lifetime": None}
    notes = []
    phase = request.phase
    if phase is not None:
        parts["phase"] = phase.proof(ground, request.generator, budget_s)
    samples = Samples(ground, request.generator)
    parts["exponent"], why = exponent_bound(ground, request, samples.everywhere, parts["phase"] is not None, budget_s)
    notes.append(why)
    if request.deviation is not None and phase is not None and parts["phase"] is not None:
        found = lifetime(ground, phase, request.deviation, request.steps, samples, budget_s)
        parts["lifetime"], why = found
        notes.append(why)
    if parts["exponent"] is None and parts["lifetime"] is None:
        return undecided(CLAIM, "; ".join(notes), "a smaller region about the attractor, or a smaller perturbation")
    return proved(CLAIM, "exact positivity", parts, tuple(notes))


class Bounds:
    """The polynomials of theorem B for one generator."""

    def __init__(self, ground: Ground, generator: int) -> None:
        self.ground, n = ground, ground.n
        self.f = [_poly(ground, r) for r in ground.f]
        self.xi = [_poly(ground, r) for r in ground.xi[generator]]
        self.jacobian = [[fi.derivative(j) for j in range(n)] for fi in self.f]
        turn = [[xi.derivative(j) for j in range(n)] for xi in self.xi]
        self.square = dot(self.xi, self.xi)
        turned = [dot(row, self.f) for row in turn]
        self.bracket = [dot(row, self.xi) - t for row, t in zip(self.jacobian, turned, strict=True)]
        columns = list(zip(*self.jacobian, strict=True))
        self.mixed = [dot(column, self.xi) + t for column, t in zip(columns, turned, strict=True)]
        self.along = dot(self.xi, self.bracket)

    def across(self, vector: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
        """|P v|^2 |xi|^2."""
        return dot(vector, vector) * self.square - dot(self.xi, vector) ** 2

    def contraction(self, points: Sequence[Point]) -> float:
        """kappa over sampled points: the least value of -v.Df v on unit vectors orthogonal to xi."""
        least, n = float("inf"), self.ground.n
        for point in points:
            jacobian = np.array([[float(evaluated(e, point)) for e in row] for row in self.jacobian])
            xi = np.array([evaluated(e, point) for e in self.xi])
            _, _, rows = np.linalg.svd(xi[None, :])
            frame = rows[1:].T
            if n > 1:
                symmetric = frame.T @ (jacobian + jacobian.T) @ frame / 2
                least = min(least, -float(np.linalg.eigvalsh(symmetric)[-1]))
        return least


def exponent_bound(
    ground: Ground, request: Request, points: Sequence[Point], phase: bool, budget_s: float
) -> tuple[Proof | None, str]:
    """The constants of theorem B with their proofs, or None; and a line of words."""
    found, proofs = Bounds(ground, request.generator), dict[str, Proof]()
    kappa = _contraction(found, points, budget_s)
    if kappa is None:
        return (
            None,
            "exponent: N is not seen to contract across the group direction (no kappa > 0, as in a chaotic host)",
        )
    claims = _claims(found, request.phase if phase else None)
    constants: dict[str, Fraction] = {}
    for name, claim in claims.items():
        settled = _settle(ground, claim, points, budget_s)
        if settled is None:
            return None, f"exponent: no bound of {name} was proved on N"
        constants[name], entries = settled
        proofs |= dict(zip(claim.proofs, entries, strict=True))
    constants["kappa"], proofs["kappa"] = kappa
    rho = _slope(constants)
    if rho is None:
        needed = "kappa > beta0 and (kappa - beta0)^2 >= 4 sigma beta1"
        values = ", ".join(f"{k} = {float(constants[k]):.3g}" for k in ("kappa", "beta0", "sigma", "beta1"))
        return None, f"exponent: {needed} fails: {values}"
    constants["rho"] = rho
    gamma = constants["beta0"] + constants["sigma"] * rho
    data: Proof = {k: str(v) for k, v in constants.items()}
    data.setdefault("tau", None)
    data["proofs"] = proofs
    return data, f"exponent: |lambda_T(xi)| <= gamma + O(1/T) with gamma = {gamma} = {float(gamma):.6g}"


@dataclass(frozen=True)
class _Claim:
    """value = a bound; the polynomials that must be >= 0 on N, one for each proof; what was seen of it."""

    proofs: tuple[str, ...]
    targets: Callable[[Fraction], list[fmpq_mpoly]]
    seen: Callable[[Sequence[Point]], float]
    upper: bool = True


def _claims(found: Bounds, phase: Phase | None) -> dict[str, _Claim]:
    s, along = found.square, found.along
    across, mixed = found.across(found.bracket), found.across(found.mixed)
    claims = {
        "least": _Claim(("least",), lambda v: [s - _q(v)], lambda p: min(evaluated(s, x) for x in p), upper=False),
        "most": _Claim(("most",), lambda v: [_q(v) - s], lambda p: max(evaluated(s, x) for x in p)),
        "beta0": _Claim(
            ("above", "below"), lambda v: [_q(v) * s - along, _q(v) * s + along], _seen_root(along**2, s**2)
        ),
        "beta1": _Claim(("beta1",), lambda v: [_q(v) ** 2 * s - across], _seen_root(across, s)),
        "sigma": _Claim(("sigma",), lambda v: [_q(v) ** 2 * s**3 - mixed], _seen_root(mixed, s**3)),
    }
    if phase is not None:
        top, below = found.across(phase.form(found.ground)), phase.square(found.ground) ** 2 * phase.charge**2 * s
        claims["tau"] = _Claim(("tau",), lambda v: [_q(v) ** 2 * below - top], _seen_root(top, below))
    return claims


def _seen_root(top: fmpq_mpoly, below: fmpq_mpoly) -> Callable[[Sequence[Point]], float]:
    return lambda points: sqrt(max(0.0, *(evaluated(top, x) / evaluated(below, x) for x in points)))


def _settle(
    ground: Ground, claim: _Claim, points: Sequence[Point], budget_s: float
) -> tuple[Fraction, list[Proof]] | None:
    """The tightest bound tried that has a proof: what was seen, then more and more room."""
    assert ground.hypotheses is not None
    seen = claim.seen(points)
    for slack in _SLACK:
        room = 1 + slack if claim.upper else 1 / (1 + slack)
        value = simple(seen * room, up=claim.upper) if seen > 1e-12 else Fraction(slack)
        proofs: list[Proof] = []
        for target in claim.targets(value):
            proof = prove_positive(target, *ground.hypotheses, strict=False, budget_s=budget_s / 16)
            if proof is None:
                break
            proofs.append(proof)
        else:
            return value, proofs
    return None


def _contraction(found: Bounds, points: Sequence[Point], budget_s: float) -> tuple[Fraction, Proof] | None:
    """kappa and its proof over N and v, with the orthogonality xi.v = 0 as the last equality; None for kappa <= 0."""
    seen = found.contraction(points)
    if not 0 < seen < float("inf"):
        return None
    for slack in _SLACK[1:-1]:
        kappa = simple(seen / (1 + slack), up=False)
        for weight in _FINSLER:
            proof = _contracts(found, kappa, fmpq(weight), budget_s / 16)
            if proof is not None:
                return kappa, proof
    return None


def _contracts(found: Bounds, kappa: Fraction, weight: fmpq, budget_s: float) -> Proof | None:
    """-v.Df v - kappa |v|^2 + w (xi.v)^2 >= 0 for all v (Finsler), which is the claim where xi.v = 0."""
    ground = found.ground
    assert ground.hypotheses is not None
    ring = plain_context([*ground.names, *auxiliary_names(ground)])
    v = ring.gens()[len(ground.names) :]
    orthogonal = dot([lift(e, ring) for e in found.xi], v)
    moved = [dot([lift(e, ring) for e in row], v) for row in found.jacobian]
    target = -dot(v, moved) - _q(kappa) * dot(v, v) + weight * orthogonal**2
    inequalities, equalities = ([lift(p, ring) for p in part] for part in ground.hypotheses)
    proof = prove_positive(target, inequalities, equalities, strict=False, budget_s=budget_s)
    if proof is not None and weight:
        proof["equalities"].append({"of": len(equalities), "cofactor": polynomial_to_json(-weight * orthogonal)})
    return proof


def _slope(constants: Mapping[str, Fraction]) -> Fraction | None:
    """A rational rho >= 0, close to the smaller root, where the quadratic of theorem B is <= 0 exactly."""
    gap, sigma, beta1 = constants["kappa"] - constants["beta0"], constants["sigma"], constants["beta1"]
    if beta1 == 0:
        return Fraction(0)
    rest = gap**2 - 4 * sigma * beta1
    if gap <= 0 or rest < 0:
        return None
    near = 2 * float(beta1) / (float(gap) + sqrt(float(rest)))
    for room in (1e-9, 1e-6, 1e-3, 0.1):
        rho = simple(near * (1 + room), up=True)
        if sigma * rho**2 - gap * rho + beta1 <= 0:
            return rho
    return None


def simple(value: float, up: bool) -> Fraction:
    """A fraction of six digits or so, on the safe side of a float."""
    if value == 0:
        return Fraction(0)
    scale = Fraction(10) ** (6 - int(np.ceil(np.log10(abs(value)))))
    scaled = Fraction(value) * scale
    whole = -((-scaled.numerator) // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return Fraction(whole) / scale


def _poly(ground: Ground, ratio: Any) -> fmpq_mpoly:
    found = ground.polynomial(ratio)
    assert found is not None
    return found


def _q(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
