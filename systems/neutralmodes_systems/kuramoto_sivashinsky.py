"""The Kuramoto-Sivashinsky equation on a circle, Galerkin in real Fourier modes, with or without its mean mode."""

from __future__ import annotations

from typing import Any

import sympy as sp

import neutralmodes as nm

MODES = 15
PI = ("3.1415926535", "3.1415926536")  # below and above
BOUNDED = "solutions are seen to stay bounded; no compact invariant region of this truncation is proved here"


def kuramoto_sivashinsky(name: str, period: int, *, mean: bool, expect: int, reference: dict[str, Any]) -> nm.System:
    """u_t = -u u_x - u_xx - u_xxxx, u = sum (x_k + i y_k) e^{2 pi i k x / period}, |k| <= 15.

    The wave number 2 pi / period is an interval parameter that holds it: everything is proved for every value in it.
    The reflection u(x) -> -u(-x) is the discrete element: x_k -> -x_k, and the mean changes its sign.
    """
    x = sp.symbols(f"x1:{MODES + 1}", real=True)
    y = sp.symbols(f"y1:{MODES + 1}", real=True)
    m = sp.Symbol("mean", real=True)
    state = [part for pair in zip(x, y, strict=True) for part in pair]
    wave = sp.Symbol("wave", real=True)
    turns = [2 * sp.Rational(digits) / period for digits in PI]
    rule = []
    for k in range(1, MODES + 1):
        growth, half = (wave * k) ** 2 - (wave * k) ** 4, wave * k / 2
        re, im = _square(x, y, k)
        drift = 2 * half * m if mean else sp.Integer(0)
        rule += [
            growth * x[k - 1] + half * im + drift * y[k - 1],
            growth * y[k - 1] - half * re - drift * x[k - 1],
        ]
    circle = nm.groups.fourier(range(1, MODES + 1))
    action = circle + nm.groups.trivial(circle, 1) if mean else circle
    more = [m] if mean else []
    return nm.System(
        name,
        nm.VectorField([*state, *more], [*rule, *[sp.Integer(0)] * len(more)], parameters={wave: nm.Interval(*turns)}),
        action.on([*state, *more]),
        start=[sp.Rational((5 * i) % 7 - 3, 4 * (1 + i)) for i in range(2 * MODES)] + [sp.Rational(1, 10)] * len(more),
        integrals=more,
        discrete=[{c: -c for c in (*x, *more)}],
        assume={"compactness": BOUNDED, "invariance": BOUNDED},
        expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": expect},
        reference={
            "equation": f"u_t = -u u_x - u_xx - u_xxxx, period {period}, 15 Fourier modes"
            + (", mean kept" if mean else ", mean removed"),
            "group": "SO(2); O(2) with the reflection",
            "stabilizer": "trivial off the zero solution, a finite group at waves of shorter period",
            "orbit_dimension": 1,
            "pictures": [
                {
                    "kind": "field",
                    "modes": {str(k): [f"x{k}", f"y{k}"] for k in range(1, MODES + 1)},
                    "real": True,
                    "period": str(period),
                    "after": 100,
                    "time": 200,
                }
            ],
            **reference,
        },
    )


def _square(x: tuple[sp.Symbol, ...], y: tuple[sp.Symbol, ...], k: int) -> tuple[sp.Expr, sp.Expr]:
    """Real and imaginary part of the k-th mode of u^2 without the mean, each pair of modes once."""
    re, im = [], []
    for i in range(1, MODES + 1):
        for j in (k - i, i - k):
            if 1 <= j <= MODES:
                a, b, c, d = x[i - 1], y[i - 1], x[j - 1], y[j - 1]
                if j == i - k:  # a_i conj(a_j), and the same with i, j exchanged
                    re.append(2 * (a * c + b * d))
                    im.append(2 * (b * c - a * d))
                else:
                    re.append(a * c - b * d)
                    im.append(a * d + b * c)
    return sp.Add(*re), sp.Add(*im)
