"""Free rigid body: q' = q Omega/2, Pi' = Pi x Omega, Omega = Pi/I with I = (1, 2, 3), q a unit quaternion.

G = SU(2) turning space, q -> g q with the body's momentum Pi fixed: free, H trivial, q = 3 everywhere.
Constraints |q|^2 = 1 and |Pi|^2 = 14/9: the state space S^3 x S^2, compact, of dimension 5.
Integrals: the energy and the momentum in space, q Pi q^-1. w = 3 + 1, m = 3 (the length of the momentum is
a constraint), r = 2: all five exponents are zero, as the body is integrable.
Source: Euler's equations in quaternion form (textbook material).
"""

import sympy as sp

import neutralmodes as nm
from neutralmodes_systems.quaternions import in_words, left_turns, product, space_vector

q = sp.symbols("q0 q1 q2 q3", real=True)
momentum = sp.Matrix(sp.symbols("p1 p2 p3", real=True))
inertia = [sp.Integer(1), sp.Integer(2), sp.Integer(3)]
velocity = sp.Matrix([p / i for p, i in zip(momentum, inertia, strict=True)])

system = nm.System(
    "rigid-body",
    nm.VectorField([*q, *momentum], [*(c / 2 for c in product(q, [0, *velocity])), *momentum.cross(velocity)]),
    nm.LieAction([*q, *momentum], [[*turn, 0, 0, 0] for turn in left_turns(q)], group="SU(2)"),
    nm.Region.ball(q, 2),
    start=[1, 0, 0, 0, 1, "2/3", "1/3"],
    constraints=[sum(c**2 for c in q) - 1, momentum.dot(momentum) - sp.Rational(14, 9)],
    integrals=[momentum.dot(velocity) / 2, *space_vector(q, momentum)],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 3, "zero_exponents_if": 5},
    reference={
        "equation": "q' = q Omega/2, Pi' = Pi x Omega, Omega = Pi/I, I = (1, 2, 3), |q| = 1, |Pi|^2 = 14/9",
        "group": "SU(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 3,
        "source": "Euler's equations with a unit quaternion (textbook)",
        "theorem": "U: SU(2) acts freely on unit quaternions; I: all five exponents of S^3 x S^2",
        "pictures": [
            {"kind": "curves", "curves": [["p1", "p2", "p3"]], "time": 20, "equal": False},
            {"kind": "curves", "curves": [in_words(space_vector(q, [0, 0, 1]))], "sphere": True, "time": 30},
        ],
        "matters": "attitude dynamics of a torque-free satellite: three neutral directions whatever the tumbling",
        "exponents": ["0", "0", "0", "0", "0"],
        "exponents_source": "exact off the separatrices: the body is integrable; on ker of the constraints",
    },
)
