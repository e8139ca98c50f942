"""Complex Lorenz: the Lorenz equations of a detuned laser, phase symmetric and chaotic.

x' = sigma (y - x), y' = (rho - z) x - (1 - i e) y, z' = -beta z + Re(conj(x) y), x and y complex, z real;
sigma, rho, beta, e = 10, 28, 8/3, 1/10.
G = SO(2), (x, y) -> (e^{i phi} x, e^{i phi} y), H trivial off the z-axis and G on it, q = 1 off the axis.

The ball |x|^2 + |y|^2 + (z - sigma - rho)^2 <= 1600 is entered strictly: half the derivative of the left side is
-sigma |x|^2 - |y|^2 - beta z^2 + beta (sigma + rho) z, negative where it equals 1600 > 1540.3, as for the real system.
The ball contains the z-axis, where the orbit dimension drops: the count has a scope.
Source: Fowler, Gibbon, McGuinness, Physica D 4 (1982) 139; Gibbon, McGuinness, Physica D 5 (1982) 108.
The classical chaotic system with a phase symmetry: one zero is the group's, one is the flow's.
"""

from typing import Any

import sympy as sp

import neutralmodes as nm

SOURCE = "Fowler, Gibbon, McGuinness, Physica D 4 (1982) 139"


def complex_lorenz(name: str, rho: int, radius: int, reference: dict[str, Any]) -> nm.System:
    """The system at sigma, beta, e = 10, 8/3, 1/10 on a ball about (0, 0, sigma + rho)."""
    sigma, beta, detuning = sp.Integer(10), sp.Rational(8, 3), sp.Rational(1, 10)
    x, y = sp.symbols("x y")
    z = sp.Symbol("z", real=True)
    state = ["re_x", "im_x", "re_y", "im_y", "z"]
    charges = nm.groups.torus([[1, 1]])
    return nm.System(
        name,
        nm.VectorField.complex(
            {x: sigma * (y - x), y: (rho - z) * x - (1 - sp.I * detuning) * y},
            real={z: -beta * z + (sp.conjugate(x) * y + x * sp.conjugate(y)) / 2},
        ),
        (charges + nm.groups.trivial(charges, 1)).on(state),
        nm.Region.ball(state, radius, [0, 0, 0, 0, sigma + rho]),
        start=[1, 0, 1, 1, rho - 1],
        expect={"conclusion": "CONDITIONAL", "zero_exponents": 0, "zero_exponents_if": 2},
        reference={
            "equation": "x' = sigma (y - x), y' = (rho - z) x - (1 - i e) y, z' = -beta z + Re(conj(x) y); "
            f"sigma, rho, beta, e = 10, {rho}, 8/3, 1/10",
            "group": "SO(2)",
            "stabilizer": "trivial off the z-axis, SO(2) on it",
            "orbit_dimension": 1,
            "source": SOURCE,
            "theorem": "W and R: one zero off the z-axis, two where the flow leaves the group orbit",
            "pictures": [
                {
                    "kind": "curves",
                    "curves": [["re_x", "im_x", "z"]],
                    "after": 10 if rho == 28 else 0,
                    "time": 40,
                    "equal": False,
                }
            ],
            **reference,
        },
    )


system = complex_lorenz(
    "complex-lorenz",
    28,
    40,
    {
        "matters": "a detuned laser above its second threshold: chaos with a conserved phase direction",
        "measured": ["0.8725(53)", "0.00034(70)", "-0.00063(54)", "-11.00072(73)", "-14.5382(52)"],
        "measured_time": "2000",
        "exponent_sum": "-74/3",
        "exponents_source": "exact sum -(2 sigma + 2 + beta)",
    },
)
