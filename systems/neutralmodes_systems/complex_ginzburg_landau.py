"""Complex Ginzburg-Landau equation, Galerkin: A_t = A + (1 + 2i) A_xx - (1 - 2i) |A|^2 A, modes -3..3 of period 8 pi.

A = sum A_k e^{i k x/4}; the cubic term is the exact convolution of the modes kept, so that the L2 balance holds:
(1/2) d/dt sum |A_k|^2 <= s - s^2 with s = sum |A_k|^2, and every ball of radius above 1 is entered.
G = T^2: the phase A -> e^{i phi} A and the translations x -> x + c, charge k on A_k. H trivial where two modes are
not 0, q = 2.
Source: this project's truncation; the equation: Aranson, Kramer, Rev. Mod. Phys. 74 (2002) 99 (cited from memory).
Two zeros are the group's, one the flow's.
"""

from itertools import product

import sympy as sp

import neutralmodes as nm

CUT = 3
modes = range(-CUT, CUT + 1)
amplitudes = {k: sp.Symbol(f"A{k + CUT}") for k in modes}


def cubic(k: int) -> sp.Expr:
    """The k-th mode of |A|^2 A."""
    triples = ((i, j, i + j - k) for i, j in product(modes, modes) if abs(i + j - k) <= CUT)
    return sum(amplitudes[i] * amplitudes[j] * sp.conjugate(amplitudes[m]) for i, j, m in triples)


state = [part for k in modes for part in (f"re_A{k + CUT}", f"im_A{k + CUT}")]

system = nm.System(
    "complex-ginzburg-landau",
    nm.VectorField.complex(
        {a: a - (1 + 2 * sp.I) * sp.Rational(k**2, 16) * a - (1 - 2 * sp.I) * cubic(k) for k, a in amplitudes.items()}
    ),
    nm.groups.torus([[1] * len(modes), list(modes)]).on(state),
    nm.Region.ball(state, 2),
    start=[sp.Rational((5 * i) % 7 - 3, 8) for i in range(2 * len(modes))],
    expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 3},
    reference={
        "equation": "A_t = A + (1 + 2i) A_xx - (1 - 2i) |A|^2 A, period 8 pi, modes -3..3",
        "group": "T^2",
        "stabilizer": "trivial where two modes are not 0",
        "orbit_dimension": 2,
        "source": "truncation of this project; "
        "equation: Aranson, Kramer, Rev. Mod. Phys. 74 (2002) 99 (cited from memory)",
        "theorem": "W and R: two zeros off the plane waves, three where the flow leaves the group orbit",
        "pictures": [
            {
                "kind": "field",
                "modes": {str(k): [f"re_A{k + CUT}", f"im_A{k + CUT}"] for k in modes},
                "real": False,
                "period": "8 pi",
                "after": 100,
                "time": 80,
            }
        ],
        "measured": ["0.167(15)", "0.0146(58)", "0.0008(39)", "0.0000(19)", "-0.001(22)", "-0.132(22)"],
        "measured_time": "1081",
        "matters": "pattern formation: phase and position are both neutral",
    },
)
