"""An oscillator whose frequency follows its amplitude: certify it, save the certificate, write its page.

Also a target of the command line: `neutralmodes certify rotor.py:system`.
"""

import sympy as sp

import neutralmodes as nm

x, y, w = sp.symbols("x y w", real=True)
r2 = x**2 + y**2

field = nm.VectorField([x, y, w], [x * (1 - r2) - (1 + w) * y, y * (1 - r2) + (1 + w) * x, r2 / 4 - w])
rotation = nm.LieAction([x, y, w], [[-y, x, 0]], group="SO(2)")
region = nm.Region([r2 - sp.Rational(1, 4), 4 - r2, 4 - w**2])
system = nm.System("rotor", field, rotation, region, start=[1, 0, 0])

if __name__ == "__main__":
    certificate = nm.certify(system, time=50)
    print(certificate)
    path = certificate.save("rotor.json")
    print(f"\nwrote {path} and {nm.report.write(certificate, path)}")
