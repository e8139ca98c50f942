"""Lorenz-84 circulation model: the control without a continuous symmetry.

x' = -y^2 - z^2 - a x + a F, y' = x y - b x z - y + G, z' = b x y + x z - z; a, b, F, G = 1/4, 4, 8, 1.
Without the thermal contrast G of continents and oceans the eddies (y, z) would have the phase symmetry SO(2): the claim
made here, which G breaks. No other linear symmetry exists, as ``neutralmodes symmetries lorenz-84`` shows.
The ball |(x, y, z)| <= 9 is entered: half the derivative of its square is -(x^2)/4 + 2 x - y^2 + y - z^2 < 0 there.
Source: E. N. Lorenz, Tellus A 36 (1984) 98 (cited from memory).
"""

import sympy as sp

import neutralmodes as nm

x, y, z = state = sp.symbols("x y z", real=True)
a, b, forcing, contrast = sp.Rational(1, 4), sp.Integer(4), sp.Integer(8), sp.Integer(1)

system = nm.System(
    "lorenz-84",
    nm.VectorField(
        state,
        [
            -(y**2) - z**2 - a * x + a * forcing,
            x * y - b * x * z - y + contrast,
            b * x * y + x * z - z,
        ],
    ),
    nm.LieAction(state, [[0, -z, y]], group="SO(2)"),
    nm.Region.ball(state, 9),
    start=[1, 1, 0],
    expect={"conclusion": "REFUTED", "zero_exponents": 0, "zero_exponents_if": 0},
    reference={
        "equation": "x' = -y^2 - z^2 - a x + a F, y' = x y - b x z - y + G, z' = b x y + x z - z; "
        "a, b, F, G = 1/4, 4, 8, 1",
        "group": "none; SO(2) on (y, z) is claimed and refuted",
        "stabilizer": "none",
        "orbit_dimension": 0,
        "source": "Lorenz, Tellus A 36 (1984) 98 (cited from memory)",
        "theorem": "none: the phase symmetry is refuted by the thermal contrast G",
        "pictures": [{"kind": "curves", "curves": [["x", "y", "z"]], "after": 10, "time": 60, "equal": False}],
        "measured": ["0.1806(95)", "-0.0009(11)", "-0.395(10)"],
        "measured_time": "2000",
        "matters": "the control: a chaotic model one term away from a symmetry, and no group zero",
    },
)
