"""Two interwoven Stuart-Landau rings with two phases: a_j and b_j, j modulo 3, coupled through moduli alone.

a_j' = a_j - (1 + 3i) |a_j|^2 a_j + (3/20)(1 - 2i)(a_{j+1} + a_{j-1} - 2 a_j) - (1/2 - i) |b_j|^2 a_j, and b likewise
with a.
G = T^2, (a, b) -> (e^{i phi} a, e^{i psi} b), H trivial where neither ring is silent, q = 2 there.
Region: |a| <= 2 and |b| <= 2 (each ring's three units together), entered as 4 - 16/3 < 0 and the couplings only lose.
Source: this project, the discrete complex Ginzburg-Landau ring with cross-phase modulation.
Seen chaotic: largest exponents near 0.32 and 0.23 (a short run of 80 time units, without error bars).
"""

import sympy as sp

import neutralmodes as nm

UNITS = 3
a, b = sp.symbols("a1:4"), sp.symbols("b1:4")
twist, diffusion, cross = 1 + 3 * sp.I, sp.Rational(3, 20) * (1 - 2 * sp.I), sp.Rational(1, 2) - sp.I


def ring(own: tuple[sp.Symbol, ...], other: tuple[sp.Symbol, ...]) -> dict[sp.Symbol, sp.Expr]:
    """The rules of one ring under the moduli of the other."""
    return {
        own[j]: own[j]
        - twist * own[j] ** 2 * sp.conjugate(own[j])
        + diffusion * (own[(j + 1) % UNITS] + own[j - 1] - 2 * own[j])
        - cross * other[j] * sp.conjugate(other[j]) * own[j]
        for j in range(UNITS)
    }


state = [part for unit in (*a, *b) for part in (f"re_{unit}", f"im_{unit}")]

system = nm.System(
    "stuart-landau-ring",
    nm.VectorField.complex(ring(a, b) | ring(b, a)),
    nm.groups.torus([[1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]]).on(state),
    nm.Region.ball(state[:6], 2) & nm.Region.ball(state[6:], 2),
    start=[sp.Rational((5 * i) % 7 - 3, 8) for i in range(12)],
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 3},
    reference={
        "equation": "a_j' = a_j - (1 + 3i)|a_j|^2 a_j + (3/20)(1 - 2i)(a_{j+1} + a_{j-1} - 2 a_j) "
        "- (1/2 - i)|b_j|^2 a_j, b_j' with a and b exchanged, j modulo 3",
        "group": "T^2",
        "stabilizer": "trivial where a and b are not 0",
        "orbit_dimension": 2,
        "source": "this project",
        "theorem": "W and R: two zeros where neither ring is silent, three where the flow leaves the phase torus",
        "pictures": [
            {"kind": "curves", "curves": [[f"re_{unit}", f"im_{unit}"] for unit in (*a, *b)], "after": 50, "time": 8}
        ],
        "measured": ["0.3734(66)", "0.1944(89)", "0.0621(93)", "0.0008(21)", "-0.00030(41)", "-0.00065(83)"],
        "measured_time": "2000",
        "matters": "two modes of a ring laser: both phases stay neutral through chaotic amplitudes",
    },
)
