"""Asymmetric heavy top: q' = q Omega/2, Pi' = Pi x Omega + Gamma x c, Omega = Pi/I, Gamma the vertical from the body.

I = (2, 3/2, 1), centre of mass times weight c = (2/3, 1/3, 2/3); q a unit quaternion, Gamma = q* e_3 q.
G = SO(2) turning about the vertical, free, H trivial, q = 1. The top has no axis of symmetry, so no more than that.
Constraint |q|^2 = 1; region: energy at most 5/2, compact since the energy bounds Pi, of dimension 6.
Integrals: the energy and the vertical momentum Gamma . Pi. w = 1 + 1, m = 2, r = 0: four of six exponents are zero.
Source: Euler-Poisson equations in quaternion form (textbook material), numbers chosen here.
"""

import sympy as sp

import neutralmodes as nm
from neutralmodes_systems.quaternions import body_vector, in_words, left_turns, product, space_vector

q = sp.symbols("q0 q1 q2 q3", real=True)
momentum = sp.Matrix(sp.symbols("p1 p2 p3", real=True))
inertia = [sp.Integer(2), sp.Rational(3, 2), sp.Integer(1)]
centre = sp.Matrix([2, 1, 2]) / 3
velocity = sp.Matrix([p / i for p, i in zip(momentum, inertia, strict=True)])
vertical = sp.Matrix(body_vector(q, [0, 0, 1]))
energy = momentum.dot(velocity) / 2 + vertical.dot(centre)

system = nm.System(
    "heavy-top",
    nm.VectorField(
        [*q, *momentum],
        [*(c / 2 for c in product(q, [0, *velocity])), *(momentum.cross(velocity) + vertical.cross(centre))],
    ),
    nm.LieAction([*q, *momentum], [[*left_turns(q)[2], 0, 0, 0]], group="SO(2)"),
    nm.Region([sp.Rational(5, 2) - energy]),
    start=[1, 0, 0, 0, 1, "3/2", "1/2"],
    constraints=[sum(c**2 for c in q) - 1],
    integrals=[energy, vertical.dot(momentum)],
    expect={"conclusion": "CERTIFIED", "zero_exponents": 1, "zero_exponents_if": 4},
    reference={
        "equation": "q' = q Omega/2, Pi' = Pi x Omega + Gamma x c, Omega = Pi/I, Gamma = q* e_3 q, "
        "I = (2, 3/2, 1), c = (2/3, 1/3, 2/3)",
        "group": "SO(2)",
        "stabilizer": "trivial",
        "orbit_dimension": 1,
        "source": "Euler-Poisson equations with a unit quaternion (textbook), numbers of this project",
        "theorem": "U: turning about the vertical is free; I: flow, energy and vertical momentum add three",
        "pictures": [{"kind": "curves", "curves": [in_words(space_vector(q, centre))], "sphere": True, "time": 40}],
        "measured": ["0.0953(97)", "0.00162(65)", "0.00063(41)", "-0.00036(27)", "-0.0026(15)", "-0.0945(96)"],
        "measured_time": "2000",
        "matters": "the simplest chaotic rigid body: the azimuth stays exactly neutral",
    },
)
