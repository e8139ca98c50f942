"""The three-body problem in Jacobi coordinates, in the plane or in space: rule, energy, angular momentum."""

from __future__ import annotations

from typing import Any

import sympy as sp

import neutralmodes as nm

NO_REGION = "the claim is about every compact forward invariant set of motions without collision"


def three_body(name: str, dimension: int, momenta: list[list[Any]], matters: str) -> nm.System:
    """Three unit masses; r = x_2 - x_1, R = x_3 - (x_1 + x_2)/2, momenta p = r'/2 and P = 2 R'/3.

    The start is a hierarchy with rational distances: the pair 2 apart, the third at 84/13 above the middle, so
    85/13 from both (13, 84, 85).
    """
    near, far = ([*sp.symbols(f"{letter}1:{dimension + 1}", real=True)] for letter in ("r", "s"))
    p_near, p_far = ([*sp.symbols(f"{letter}1:{dimension + 1}", real=True)] for letter in ("p", "u"))
    r, s, p, u = (sp.Matrix(v) for v in (near, far, p_near, p_far))
    pairs = [(r, 1, 0), (s - r / 2, -sp.Rational(1, 2), 1), (s + r / 2, sp.Rational(1, 2), 1)]
    distances = [sp.sqrt(d.dot(d)) for d, _, _ in pairs]
    force_near, force_far = (
        -sum((pair[k] * pair[0] / d**3 for pair, d in zip(pairs, distances, strict=True)), sp.zeros(dimension, 1))
        for k in (1, 2)
    )
    state = [*near, *far, *p_near, *p_far]
    energy = p.dot(p) + sp.Rational(3, 4) * u.dot(u) - sum(1 / d for d in distances)
    return nm.System(
        name,
        nm.VectorField(state, [*(2 * p), *(sp.Rational(3, 2) * u), *force_near, *force_far]),
        (4 * nm.groups.so(dimension)).on(state),
        start=[2, *[0] * (dimension - 1), 0, sp.Rational(84, 13), *[0] * (dimension - 2), *momenta[0], *momenta[1]],
        integrals=[energy, *_angular_momentum(dimension, [(r, p), (s, u)])],
        assume=dict.fromkeys(("domain", "compactness", "invariance"), NO_REGION),
        expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 4 if dimension == 2 else 6},
        reference={
            "equation": "r'' and R'' of three unit masses under Newton's 1/d^2 attraction, centre-of-mass frame",
            "group": f"SO({dimension})",
            "stabilizer": "trivial" if dimension == 2 else "trivial unless the motion is along a line",
            "orbit_dimension": 1 if dimension == 2 else 3,
            "source": "Newton's three-body problem in Jacobi coordinates (textbook), start of this project",
            "theorem": "I: commuting directions and integrals; no compact region is proved, so it is an assumption",
            "pictures": [{"kind": "curves", "curves": _bodies(dimension), "time": 60}],
            "exponents_source": "none: finite-time values have not settled by time 6000 (the spatial problem's "
            "largest is 0.003 by time 3030 and 0.021 by 6061), so that no error bar of a run would be honest",
            "matters": matters,
        },
    )


def _bodies(dimension: int) -> list[list[str]]:
    """The positions of the three bodies in the centre-of-mass frame: -r/2 - s/3, r/2 - s/3 and 2 s/3."""
    axes = range(1, dimension + 1)
    return [[f"{sign}1/2*r{i} - 1/3*s{i}" for i in axes] for sign in ("-", "")] + [[f"2/3*s{i}" for i in axes]]


def _angular_momentum(dimension: int, pairs: list[tuple[sp.Matrix, sp.Matrix]]) -> list[sp.Expr]:
    if dimension == 2:
        return [sum(a[0] * b[1] - a[1] * b[0] for a, b in pairs)]
    return [*sum((a.cross(b) for a, b in pairs), sp.zeros(3, 1))]
