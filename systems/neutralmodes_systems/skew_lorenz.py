"""U(1) skew product over Lorenz-63: amplitude and phase of z are both driven by chaos.

z' = (1 + c u/R - |z|^2) z + i (omega + k u) z over u' = sigma (v - u), v' = u (rho - w) - v, w' = u v - beta w, with
sigma, rho, beta = 10, 28, 8/3; R = 40, c = 1/2, omega = 1, k = 1/5.
G = SO(2) acting on the phase of z, H trivial, q = 1.

The ball |(u, v, w - sigma - rho)| <= R is entered strictly, since R^2 = 1600 exceeds
beta^2 (sigma + rho)^2/(4 (beta - 1)) = 1540.3, and |u| <= R in it keeps 1 + c u/R in [1/2, 3/2]: the annulus
1/2 <= |z| <= 3/2 is entered strictly.
Source: this project, issue of the main job; Lorenz, J. Atmos. Sci. 20 (1963) 130.
The simplest case where the protected direction is carried by a chaotic flow, which the source paper lacks.
"""

import sympy as sp

import neutralmodes as nm

z = sp.Symbol("z")
u, v, w = lorenz = sp.symbols("u v w", real=True)
sigma, rho, beta = sp.Integer(10), sp.Integer(28), sp.Rational(8, 3)
radius, depth, omega, twist = sp.Integer(40), sp.Rational(1, 2), sp.Integer(1), sp.Rational(1, 5)

charge = nm.groups.torus([[1]])

system = nm.System(
    "skew-lorenz",
    nm.VectorField.complex(
        {z: (1 + depth * u / radius - z * sp.conjugate(z)) * z + sp.I * (omega + twist * u) * z},
        real={u: sigma * (v - u), v: u * (rho - w) - v, w: u * v - beta * w},
    ),
    (charge + nm.groups.trivial(charge, 3)).on(["re_z", "im_z", *lorenz]),
    nm.Region.annulus(["re_z", "im_z"], "1/2", "3/2") & nm.Region.ball(lorenz, radius, [0, 0, sigma + rho]),
    start=[1, 0, 1, 1, 20],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 2},
    reference={
        "equation": "z' = (1 + c u/R - |z|^2) z + i (omega + k u) z over Lorenz-63 in (u, v, w); "
        "sigma, rho, beta = 10, 28, 8/3; R = 40, c = 1/2, omega = 1, k = 1/5",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "this project; Lorenz, J. Atmos. Sci. 20 (1963) 130",
        "theorem": "U: the phase circle has constant dimension on annulus x ball; W for the flow's own zero",
        "pictures": [{"kind": "curves", "curves": [["u", "w"]], "after": 5, "time": 40, "equal": False}],
        "matters": "a phase driven by chaos in speed and amplitude still keeps its exact zero",
        "exponents": ["0.9056", "0", "0", "-2", "-14.5723"],
        "exponents_source": "Lorenz-63: Sprott, Chaos and Time-Series Analysis (2003), 0.9056, 0, -14.5723; "
        "radial: -2 (1 + c <u>/R) = -2 as <u> = 0 by the symmetry (u, v) -> (-u, -v)",
    },
)
