"""Periodic Toda lattice of three particles in Flaschka's variables.

a_i' = a_i (b_{i+1} - b_i), b_i' = 2 (a_i^2 - a_{i-1}^2), i modulo 3.

G = R, the flow of tr L^3/3, L the Lax matrix: a hidden symmetry, which commutes with Toda's own flow, that of tr L^2/2.
H trivial, q = 1, except where that flow stands still.
Constraint tr L^2 = its start: an ellipsoid, compact, of dimension 5. Integrals: tr L, tr L^3 and the product of the
a_i. w = 1 + 1, m = 3, r = 0: all five exponents are zero, as in every integrable system.
Source: H. Flaschka, Phys. Rev. B 9 (1974) 1924 for the variables (cited from memory).
"""

import sympy as sp

import neutralmodes as nm

a1, a2, a3, b1, b2, b3 = state = sp.symbols("a1 a2 a3 b1 b2 b3", real=True)
lax = sp.Matrix([[b1, a1, a3], [a1, b2, a2], [a3, a2, b3]])
start = [1, "1/2", "2/3", "1/2", "-1/3", 0]


def flow_of(function: sp.Expr) -> list[sp.Expr]:
    """The Hamiltonian field of a function in Flaschka's Poisson bracket, {a_i, b_i} = -{a_i, b_{i+1}} = -a_i."""
    a, b = state[:3], state[3:]
    weights = [c * sp.diff(function, c) for c in a]
    links = [c * (sp.diff(function, b[(i + 1) % 3]) - sp.diff(function, b[i])) for i, c in enumerate(a)]
    return [sp.expand(f) for f in (*links, *(weights[i] - weights[i - 1] for i in range(3)))]


squares, cubes = (sp.expand((lax**k).trace()) for k in (2, 3))
level = squares.subs(dict(zip(state, map(sp.Rational, start), strict=True)))

system = nm.System(
    "toda",
    nm.VectorField(state, flow_of(squares / 2)),
    nm.LieAction(state, [flow_of(cubes / 3)], group="R"),
    start=start,
    constraints=[squares - level],
    integrals=[b1 + b2 + b3, cubes, a1 * a2 * a3],
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 5},
    reference={
        "equation": "a_i' = a_i (b_{i+1} - b_i), b_i' = 2 (a_i^2 - a_{i-1}^2), i modulo 3",
        "group": "R",
        "stabilizer": "trivial where the flow of tr L^3 moves",
        "orbit_dimension": 1,
        "source": "Flaschka, Phys. Rev. B 9 (1974) 1924 (cited from memory)",
        "theorem": "I: two commuting flows and three integrals on an energy ellipsoid of dimension five",
        "pictures": [{"kind": "series", "variables": ["b1", "b2", "b3"], "time": 25}],
        "matters": "a hidden symmetry that is not linear: its generator is polynomial of degree three",
        "exponents_source": "exact off the separatrices: integrable, all five exponents on the ellipsoid are zero",
        "exponents": ["0", "0", "0", "0", "0"],
    },
)
