"""Systems whose regions the tests and the benchmarks prove: cells, coupled irreps, networks, Galerkin truncations."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import sympy as sp

import neutralmodes as nm

x, y, u = sp.symbols("x y u", real=True)
sigmoid = sp.Function("sigmoid")


def system(
    kind: type[nm.VectorField] | type[nm.Map],
    rule: Sequence[Any],
    region: nm.Region | None,
    start: Sequence[Any],
    variables: Sequence[sp.Symbol] = (x, y),
    generator: Sequence[Any] | None = None,
    **more: Any,
) -> nm.System:
    own = {key: more.pop(key) for key in ("inputs", "parameters", "angles") if key in more}
    action = nm.LieAction(variables, [generator or [0] * (len(variables) - 1) + [1]])
    return nm.System("test", kind(variables, rule, **own), action, region, start=start, **more)


def flow(rule: Sequence[Any], region: nm.Region | None, start: Sequence[Any] = (0, 0), **more: Any) -> nm.System:
    return system(nm.VectorField, rule, region, start, **more)


def coupled_irreps() -> nm.System:
    """Three copies of charge 1, two of charge 2, four invariants, ten tanh units of invariants: dimension 14."""
    re, im, s = (sp.symbols(f"{letter}1:{k}", real=True) for letter, k in (("a", 6), ("b", 6), ("s", 5)))
    modes = [p + sp.I * q for p, q in zip(re, im, strict=True)]

    def dot(p: sp.Expr, q: sp.Expr) -> sp.Expr:
        return sp.expand((p * sp.conjugate(q)).as_real_imag()[0])

    inner = [dot(modes[0], modes[1]), dot(modes[1], modes[2]), dot(modes[3], modes[4])]
    inner += [dot(modes[0] ** 2, modes[3]), dot(modes[1] ** 2, modes[4]), dot(sp.I * modes[0], modes[1]), *s]
    units = [sp.tanh(a + sp.Rational(k, 10)) for k, a in enumerate(inner)]
    rule, generator, region = [], [], nm.Region.box(dict.fromkeys(s, (-1, 1)))
    for k, charge in enumerate((1, 1, 1, 2, 2)):
        growth = 2 - re[k] ** 2 - im[k] ** 2 + units[k] / 4
        turn = 1 + units[(k + 3) % 10] / 2
        rule += [growth * re[k] - turn * im[k], growth * im[k] + turn * re[k]]
        generator += [-charge * im[k], charge * re[k]]
        region = region & nm.Region.annulus([re[k], im[k]], 1, 2)
    rule += [-v + units[6 + (k + 1) % 4] / 2 + units[k] / 4 for k, v in enumerate(s)]
    variables = [v for pair in zip(re, im, strict=True) for v in pair] + list(s)
    start = [sp.Rational(3, 2), 0] * 5 + [0] * 4
    return flow(rule, region, start, variables=variables, generator=generator + [0] * 4)


def two_vectors() -> nm.System:
    """Two coupled SO(3) vectors, each attracted to its sphere."""
    p, q = sp.symbols("x1:4", real=True), sp.symbols("y1:4", real=True)
    pp, qq, pq = (sum(a * b for a, b in zip(v, w, strict=True)) for v, w in ((p, p), (q, q), (p, q)))
    rule = [(1 - pp) * a + b / 4 for a, b in zip(p, q, strict=True)]
    rule += [(1 - qq) * b - a / 4 + pq * a / 8 for a, b in zip(p, q, strict=True)]
    generator = [-p[1], p[0], 0, -q[1], q[0], 0]
    return flow(
        rule, nm.Region.annulus([*p, *q], "1/2", 2), (1, 0, 0, 0, 1, 0), variables=[*p, *q], generator=generator
    )


def rate_network(n: int) -> nm.System:
    """h' = -h + J tanh(h) with |J_ij| <= 2/n on the box |h_i| <= 3."""
    rng, h = random.Random(0), sp.symbols(f"h1:{n + 1}", real=True)
    units = [sp.tanh(v) for v in h]
    rule = [sp.Add(-v, *(sp.Rational(rng.randint(-16, 16), 8 * n) * t for t in units)) for v in h]
    return flow(rule, nm.Region.box(dict.fromkeys(h, (-3, 3))), [0] * n, variables=h)


def gated_map() -> nm.System:
    """h+ = (1 - s) h + s tanh(W h + u), gate s = sigmoid(V h - u), for every input |u| <= 2."""
    gates = [sigmoid(x - y / 2 - u), sigmoid(y + x / 3 + u)]
    units = [sp.tanh(2 * x - y + u), sp.tanh(x + y - u)]
    rule = [(1 - s) * h + s * t for s, h, t in zip(gates, (x, y), units, strict=True)]
    region = nm.Region.box({x: (-1, 1), y: (-1, 1)})
    return system(nm.Map, rule, region, (0, 0), inputs={u: nm.Interval(-2, 2)})


def ginzburg_landau(cutoff: int, multiplier: int | None = None) -> nm.System:
    """Galerkin modes |k| <= K of A_t = A + (1 + i) A_xx/4 - (1 - 2i) |A|^2 A on the energy ball sum |a_k|^2 <= 4."""
    modes = range(-cutoff, cutoff + 1)
    re, im = (sp.symbols(f"{letter}0:{len(modes)}", real=True) for letter in "rs")
    a = {k: re[i] + sp.I * im[i] for i, k in enumerate(modes)}
    rule = []
    for k in modes:
        cubic = sum(a[p] * a[q] * sp.conjugate(a[p + q - k]) for p in modes for q in modes if p + q - k in a)
        linear = 1 - (1 + sp.I) * sp.Rational(k**2, 4)
        rule += sp.expand(linear * a[k] - (1 - 2 * sp.I) * cubic).as_real_imag()
    variables = [v for pair in zip(re, im, strict=True) for v in pair]
    generator = [w for p, q in zip(re, im, strict=True) for w in (-q, p)]
    energy = 4 - sum(v**2 for v in variables)
    region = nm.Region([energy], multipliers={} if multiplier is None else {0: multiplier})
    return flow(rule, region, [1] + [0] * (len(variables) - 1), variables=variables, generator=generator)


def waving_ball(n: int) -> nm.System:
    """x_i' = -3 x_i + cos(2 x_i x_j) exp(-x_i)/2, j the next index, on the ball of radius 2: halving is needed."""
    v = sp.symbols(f"x1:{n + 1}", real=True)
    rule = [-3 * v[i] + sp.cos(2 * v[i] * v[(i + 1) % n]) * sp.exp(-v[i]) / 2 for i in range(n)]
    return flow(rule, nm.Region.ball(v, 2), [0] * n, variables=v)
