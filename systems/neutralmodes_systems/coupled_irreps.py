"""Coupled irreps: charges 1 and 2 and ten invariant tanh rate units, the paper's recurrent style, dimension 14.

z' = (1 - |z|^2 + tanh(h_1)/10) z + conj(z) w/5, w' = z^2 - 2 w (a slaved second harmonic),
h_i' = -h_i + sum_j J_ij tanh(h_j) + b_i |z|^2 with the rational J, b below.
G = SO(2), (z, w) -> (e^{i phi} z, e^{2 i phi} w), h fixed, H trivial where z is not 0, q = 1.
Region: 1/2 <= |z|, |z|^2 <= 2, |w| <= 2, |h_i| <= 4, each face entered: on |z|^2 = 2 the gain is at most
1 - 2 + 1/10 + 2/5, on |z| = 1/2 at least 1 - 1/4 - 1/10 - 2/5, |w| = 2 exceeds |z|^2/2, and 4 exceeds sum_j |J_ij| +
2 |b_i|.
Source: Mo, arXiv:2605.03338, constructed systems; its equation is unpublished, this one meets the description.
"""

import sympy as sp

import neutralmodes as nm

UNITS = range(10)
z, w = sp.symbols("z w")
h = sp.symbols("h1:11", real=True)
coupling = [[sp.Rational((7 * i + 3 * j + i * j) % 11 - 5, 20) for j in UNITS] for i in UNITS]
bias = [sp.Rational((5 * i) % 7 - 3, 10) for i in UNITS]
square = z * sp.conjugate(z)

charges = nm.groups.torus([[1, 2]])
state = ["re_z", "im_z", "re_w", "im_w"]
x, y = sp.symbols("re_z im_z", real=True)

system = nm.System(
    "coupled-irreps",
    nm.VectorField.complex(
        {z: (1 - square + sp.tanh(h[0]) / 10) * z + sp.conjugate(z) * w / 5, w: z**2 - 2 * w},
        real={h[i]: -h[i] + sum(coupling[i][j] * sp.tanh(h[j]) for j in UNITS) + bias[i] * square for i in UNITS},
    ),
    (charges + nm.groups.trivial(charges, 10)).on([*state, *h]),
    nm.Region([x**2 + y**2 - sp.Rational(1, 4), 2 - x**2 - y**2])
    & nm.Region.ball(state[2:], 2)
    & nm.Region.box(dict.fromkeys(h, (-4, 4))),
    start=[1, "1/4", "1/4", "1/8", *[sp.Rational(i, 20) for i in UNITS]],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 2},
    reference={
        "equation": "z' = (1 - |z|^2 + tanh(h_1)/10) z + conj(z) w/5, w' = z^2 - 2 w, "
        "h_i' = -h_i + sum_j J_ij tanh(h_j) + b_i |z|^2, i = 1..10",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Mo, arXiv:2605.03338, constructed systems (equation chosen here)",
        "theorem": "U: the phase circle has constant dimension where z is not 0",
        "measured": [
            "0.0000000(10)",
            "-0.5938871(10)",
            "-0.653225(15)",
            "-0.653232(15)",
            "-0.938031(21)",
            "-0.938042(21)",
        ],
        "measured_time": "24875",
        "matters": "a recurrent cell with several irreps: one phase carried by two charges and ten hidden units",
    },
)
