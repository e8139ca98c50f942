"""Builders of the paper's families: tori, SO(n) and U(m) spheres, and their products, of any size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy as sp

import neutralmodes as nm

SOURCE = "Mo, arXiv:2605.03338, constructed systems"


def attractor(x: Sequence[sp.Symbol], alpha: sp.Rational, radius: sp.Rational) -> list[sp.Expr]:
    """The field alpha (R^2 - |x|^2) x: the sphere of radius R attracts, every point of it is an equilibrium."""
    square = sum(c**2 for c in x)
    return [alpha * (radius**2 - square) * c for c in x]


def torus(q: int) -> nm.System:
    """T^q: q blocks alpha_k (R_k^2 - |z_k|^2) z_k with alpha_k = 4/(3 + k), R_k = (9 + k)/10, k = 1..q.

    The first two are the paper's alpha = 1, 0.8 and R = 1, 1.1.
    """
    x = sp.symbols(f"x1:{2 * q + 1}", real=True)
    blocks = [x[2 * k : 2 * k + 2] for k in range(q)]
    scales = [(sp.Rational(4, 4 + k), sp.Rational(10 + k, 10)) for k in range(q)]
    rule = [f for block, scale in zip(blocks, scales, strict=True) for f in attractor(block, *scale)]
    return _system(
        f"torus-{q}",
        rule,
        _circles(q).on(x),
        _annuli(blocks),
        count=q,
        rates=[-2 * alpha * radius**2 for alpha, radius in scales],
        equation="z_k' = alpha_k (R_k^2 - |z_k|^2) z_k, alpha_k = 4/(3 + k), R_k = (9 + k)/10",
        stabilizer="trivial",
        matters=f"{q} independent remembered angle{'s' if q > 1 else ''}",
    )


def sphere(n: int) -> nm.System:
    """SO(n) sphere: (1 - |x|^2) x in R^n; H = SO(n - 1), n - 1 zeros."""
    x = sp.symbols(f"x1:{n + 1}", real=True)
    return _system(
        f"so{n}-sphere",
        attractor(x, sp.Integer(1), sp.Integer(1)),
        nm.groups.so(n).on(x),
        nm.Region.annulus(x, "1/2", 2),
        count=n - 1,
        rates=[sp.Integer(-2)],
        equation=f"x' = (1 - |x|^2) x in R^{n}",
        stabilizer=f"SO({n - 1})" if n > 2 else "trivial",
        matters="a remembered direction: the count is the sphere's dimension, not the group's",
    )


def unitary_sphere(m: int) -> nm.System:
    """U(m) sphere: (1 - |z|^2) z in C^m; H = U(m - 1), 2m - 1 zeros."""
    x = sp.symbols(f"x1:{2 * m + 1}", real=True)
    return _system(
        f"u{m}-sphere",
        attractor(x, sp.Integer(1), sp.Integer(1)),
        nm.groups.u(m).on(x),
        nm.Region.annulus(x, "1/2", 2),
        count=2 * m - 1,
        rates=[sp.Integer(-2)],
        equation=f"z' = (1 - |z|^2) z in C^{m}",
        stabilizer=f"U({m - 1})" if m > 1 else "trivial",
        matters="a remembered quantum-like state: m^2 generators protect 2m - 1 exponents",
    )


def product(q: int, n: int) -> nm.System:
    """T^q x SO(n): q blocks (1 - |z_k|^2) z_k beside an SO(n) sphere; q + n - 1 zeros."""
    x = sp.symbols(f"x1:{2 * q + n + 1}", real=True)
    blocks = [*(x[2 * k : 2 * k + 2] for k in range(q)), x[2 * q :]]
    return _system(
        f"torus{q}-so{n}-product",
        [f for block in blocks for f in attractor(block, sp.Integer(1), sp.Integer(1))],
        (_circles(q) * nm.groups.so(n)).on(x),
        _annuli(blocks),
        count=q + n - 1,
        rates=[sp.Integer(-2)] * (q + 1),
        equation=f"z_k' = (1 - |z_k|^2) z_k, k = 1..{q}, and x' = (1 - |x|^2) x in R^{n}",
        stabilizer=f"SO({n - 1})" if n > 2 else "trivial",
        matters="angles and a direction remembered together: the counts of the factors add",
    )


def _circles(q: int) -> Any:
    return nm.groups.torus([[int(i == j) for j in range(q)] for i in range(q)])


def _annuli(blocks: Sequence[Sequence[sp.Symbol]]) -> nm.Region:
    region = nm.Region.annulus(blocks[0], "1/2", 2)
    for block in blocks[1:]:
        region = region & nm.Region.annulus(block, "1/2", 2)
    return region


def _system(
    name: str,
    rule: Sequence[sp.Expr],
    action: nm.LieAction,
    region: nm.Region,
    *,
    count: int,
    rates: Sequence[sp.Rational],
    **words: str,
) -> nm.System:
    """A system of ``count`` zeros and the radial exponents ``rates``, started off its attractor."""
    exponents = [0] * count + sorted(rates, reverse=True)
    return nm.System(
        name,
        nm.VectorField(action.variables, rule),
        action,
        region,
        start=[sp.Rational(3, 5) if i % 2 == 0 else sp.Rational(1, 4) for i in range(len(rule))],
        expect={"conclusion": "CERTIFIED", "zero_exponents": count, "zero_exponents_if": count},
        reference={
            "group": action.group,
            "orbit_dimension": count,
            "source": SOURCE,
            "theorem": "U: the orbit dimension is constant on the region",
            "exponents": [str(e) for e in exponents],
            "exponents_source": "exact: the zeros and -2 alpha R^2 for each sphere",
            **words,
        },
    )
