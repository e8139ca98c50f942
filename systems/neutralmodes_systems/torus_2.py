"""T^2 attractor: two uncoupled blocks z_k' = alpha_k (R_k^2 - |z_k|^2) z_k, a torus of equilibria.

G = T^2 acting by the two phases, H trivial, q = 2. Source: Mo, arXiv:2605.03338, constructed systems
(alpha = 1, 0.8; R = 1, 1.1). Two remembered angles (grid-cell modules) need two zero exponents.
"""

import sympy as sp

import neutralmodes as nm

z1, z2 = sp.symbols("z1 z2")
alpha = [sp.Integer(1), sp.Rational(4, 5)]
radius = [sp.Integer(1), sp.Rational(11, 10)]

system = nm.System(
    "torus-2",
    nm.VectorField.complex(
        {z: a * (r**2 - z * sp.conjugate(z)) * z for z, a, r in zip([z1, z2], alpha, radius, strict=True)}
    ),
    nm.groups.torus([[1, 0], [0, 1]]).on(["re_z1", "im_z1", "re_z2", "im_z2"]),
    nm.Region.annulus(["re_z1", "im_z1"], "1/2", 2) & nm.Region.annulus(["re_z2", "im_z2"], "1/2", 2),
    start=[1, "1/4", 1, "-1/4"],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 2, "zero_exponents_if": 2},
    reference={
        "equation": "z_k' = alpha_k (R_k^2 - |z_k|^2) z_k, alpha = (1, 4/5), R = (1, 11/10)",
        "group": "T^2",
        "stabilizer": "trivial",
        "orbit_dimension": 2,
        "source": "Mo, arXiv:2605.03338, constructed systems",
        "theorem": "U: the phase torus has constant dimension on the product of annuli",
        "matters": "two independent remembered angles, as in a grid-cell module",
        "exponents": ["0", "0", "-1.936", "-2"],
        "exponents_source": "exact: {0, 0, -2 alpha_k R_k^2}",
    },
)
