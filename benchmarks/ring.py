"""The ring attractor z' = alpha (R^2 - |z|^2) z with its parameters left open, for ring.toml."""

import sympy as sp

import neutralmodes as nm

z = sp.Symbol("z")
alpha, radius = sp.symbols("alpha R", real=True)

system = nm.System(
    "ring",
    nm.VectorField.complex({z: alpha * (radius**2 - z * sp.conjugate(z)) * z}, parameters={alpha: 1, radius: 1}),
    nm.groups.torus([[1]]).on(["re_z", "im_z"]),
    nm.Region.annulus(["re_z", "im_z"], "1/2", 2),
    start=[1, "1/4"],
)
