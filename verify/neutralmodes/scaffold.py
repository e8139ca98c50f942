"""`neutralmodes new`: a commented file that certifies as it is, to be edited into the user's own system."""

from __future__ import annotations

import keyword
from pathlib import Path

from neutralmodes.errors import InputError
from neutralmodes.files import write_whole

_TEMPLATE = '''\
"""{name}: certify it with `neutralmodes certify {name}.py:system`."""

import sympy as sp

import neutralmodes as nm

# 1. The state: real symbols, in the order of the coordinates.
x, y = sp.symbols("x y", real=True)

# 2. The rule x' = f(x), one expression a coordinate (nm.Map for x+ = F(x)).
#    Write numbers exactly: sp.Rational(1, 10), not 0.1.
r2 = x**2 + y**2
field = nm.VectorField([x, y], [x * (1 - r2) - y, y * (1 - r2) + x])

# 3. The symmetry: one generator a row, as expressions (here the rotation of the plane).
#    nm.groups has ready-made ones; a matrix A stands for the linear generator A x.
action = nm.LieAction([x, y], [[-y, x]], group="SO(2)")

# 4. The region: all expressions >= 0. It must be compact, and no trajectory may leave it.
region = nm.Region([r2 - sp.Rational(1, 4), 4 - r2])

# 5. All together, with a starting point in the region for the numerical evidence.
system = nm.System("{name}", field, action, region=region, start=[1, 0])
'''


def write_template(name: str, folder: Path = Path()) -> Path:
    """Write ``folder/name.py`` and return its path.

    Raises:
        InputError: the name is not an identifier, the file exists or cannot be written.
    """
    name = name.removesuffix(".py")
    if not name.isidentifier() or keyword.iskeyword(name):
        raise InputError(f"{name!r} cannot name a Python file; take letters, digits and underscores")
    path = folder / f"{name}.py"
    if path.exists() or path.is_symlink():
        raise InputError(f"{path} exists and is left as it is; choose another name")
    return write_whole(path, _TEMPLATE.format(name=name), "template")
