"""The dysts continuous systems: what discover finds, zeros that follow, and the stored exponent nearest to zero.

Needs dysts (pip install --no-deps dysts is enough). Run: python benchmarks/dysts_table.py [NAME ...]
"""

import sys
import time

import neutralmodes as nm
from neutralmodes.adapters import dysts
from neutralmodes.errors import NeutralModesError


def row(name: str) -> list[str]:
    """Name, dimension, linear symmetries, zeros that follow with their condition, stored exponent nearest to zero."""
    stored = dysts.stored(name).get("lyapunov_spectrum_estimated") or []
    nearest = f"{min(stored, key=abs):+.2e}" if stored else "-"
    begin = time.perf_counter()
    try:
        field = dysts.vector_field(name)
        found = nm.discover(field, 1)
    except NeutralModesError as error:
        return [name, "-", "-", nearest, "-", " ".join(str(error).split())[:90]]
    generators = found.action.p if found.action else 0
    return [name, str(field.n), str(generators), nearest, f"{time.perf_counter() - begin:.1f}", ""]


def main() -> None:
    print(f"{'system':28}{'n':>4}{'symmetries':>12}{'stored near 0':>16}{'seconds':>9}")
    for name in sys.argv[1:] or dysts.names():
        cells = row(name)
        print(f"{cells[0]:28}{cells[1]:>4}{cells[2]:>12}{cells[3]:>16}{cells[4]:>9}  {cells[5]}", flush=True)


if __name__ == "__main__":
    main()
