"""Complex Lorenz at rho = 10: every trajectory seen ends on a rotating wave, so there is one zero, not two.

Equation, group, H and q as in complex_lorenz.py; ball of radius 21 about (0, 0, 20), 441 > 426.7.
The rotating wave has frequency e sigma/(sigma + 1) = 1/11 and z = rho - 1 - (e/(sigma + 1))^2 = 108899/12100.
Source: as complex_lorenz.py; exponents: eigenvalues of the linearisation in the frame that turns with the wave.
The control for the flow's zero: the generic rank of group and flow is 2 here too, and the count of two is false on
the attractor, where its condition fails.
"""

from neutralmodes_systems.complex_lorenz import complex_lorenz

system = complex_lorenz(
    "complex-lorenz-rho10",
    10,
    21,
    {
        "matters": "below the chaotic threshold the flow lies along the group orbit: one zero, never two",
        "exponents": ["0", "-0.595629683383", "-0.595629683383", "-11.002846983727", "-12.472560316172"],
        "exponents_source": "eigenvalues on the rotating wave, to 12 digits; sum -(2 sigma + 2 + beta) = -74/3",
    },
)
