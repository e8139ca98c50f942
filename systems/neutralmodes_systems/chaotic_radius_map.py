"""Chaotic radius map: z -> (5/2 - |z|^2) z (3 + 4i)/5, a rotation with a chaotic modulus.

G = SO(2), H trivial, q = 1. s = |z|^2 moves by s -> (5/2 - s)^2 s, which takes [3/40, 58/25] into itself: its maximum
125/54 at s = 5/6 is below 58/25, and its minimum there is at the right end, (9/50)^2 58/25 > 3/40.
(3 + 4i)/5 is a rotation by an angle that is no rational multiple of pi, and exact in Q.
Source: this project (a quadratic-amplitude cousin of the cubic logistic map).
Discrete time has no flow direction: its only zero is the group's, beside a chaotic radius.
"""

import sympy as sp

import neutralmodes as nm

z = sp.Symbol("z")
x, y = sp.symbols("re_z im_z", real=True)
rotation = (3 + 4 * sp.I) / sp.Integer(5)

system = nm.System(
    "chaotic-radius-map",
    nm.Map.complex({z: (sp.Rational(5, 2) - z * sp.conjugate(z)) * z * rotation}),
    nm.groups.torus([[1]]).on([x, y]),
    nm.Region([x**2 + y**2 - sp.Rational(3, 40), sp.Rational(58, 25) - x**2 - y**2]),
    start=[1, "1/4"],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 1},
    reference={
        "equation": "z -> (5/2 - |z|^2) z (3 + 4i)/5",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "this project",
        "theorem": "U for maps: the phase circle has constant dimension on the annulus",
        "matters": "a recurrent cell in discrete time: chaos in the modulus leaves the phase exactly neutral",
        "exponents": ["0.4912", "0"],
        "exponents_source": "radial: mean of log|5/2 - 3 s| over 20,000 orbits of 4,000 steps, +- 0.0001; 0 exact",
    },
)
