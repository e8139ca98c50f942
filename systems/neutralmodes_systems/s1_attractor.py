"""S^1 attractor: z' = alpha (R^2 - |z|^2) z, a circle of equilibria.

G = SO(2) acting by phase, H trivial, q = 1. Source: Mo, arXiv:2605.03338, constructed systems; alpha = R = 1.
It is the ring attractor of head-direction and integrator models: a remembered angle costs exactly one zero exponent.
"""

import sympy as sp

import neutralmodes as nm

z = sp.Symbol("z")
alpha, radius = sp.Integer(1), sp.Integer(1)

system = nm.System(
    "s1-attractor",
    nm.VectorField.complex({z: alpha * (radius**2 - z * sp.conjugate(z)) * z}),
    nm.groups.torus([[1]]).on(["re_z", "im_z"]),
    nm.Region.annulus(["re_z", "im_z"], "1/2", 2),
    start=[1, "1/4"],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 1},
    reference={
        "equation": "z' = alpha (R^2 - |z|^2) z, alpha = R = 1",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Mo, arXiv:2605.03338, constructed systems",
        "theorem": "U: the phase circle has constant dimension on the annulus",
        "matters": "the ring attractor of integrator models: one remembered angle, one zero exponent",
        "exponents": ["0", "-2"],
        "exponents_source": "exact: {0, -2 alpha R^2}",
    },
)
