"""``neutralmodes symmetries`` on five rules whose symmetries are known, as a user runs it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

Run = Callable[..., "CompletedProcess[str]"]

RULES = """
import sympy as sp
import neutralmodes as nm

x, y, z = sp.symbols("x y z", real=True)
q, p, v = sp.symbols("q0:3", real=True), sp.symbols("p0:3", real=True), sp.symbols("v0:4", real=True)
size = sum(s**2 for s in v)


def system(variables, rule):
    action = nm.LieAction(variables, [[1, *[0] * (len(variables) - 1)]])
    return nm.System("known", nm.VectorField(variables, rule), action)


lorenz = system([x, y, z], [10 * (y - x), x * (28 - z) - y, x * y - sp.Rational(8, 3) * z])
central = system([*q, *p], [*p, *[-sum(s**2 for s in q) * s for s in q]])
oscillators = system(v, [v[1], -v[0], v[3], -v[2]])
landau = system(v, [e for a, b in (v[:2], v[2:]) for e in (a - b - size * a, b + a - size * b)])
plane = system([x, y], [y**2, y])
"""

KNOWN = {
    "lorenz": (None, 0, 0),
    "central": ("so(3)", 3, 3),
    "oscillators": ("gl(2,C)", 8, 4),
    "landau": ("u(2)", 4, 3),
    "plane": ("aff(1,R)", 2, 2),  # d/dx and 2 x d/dx + y d/dy
}


@pytest.mark.parametrize("name", KNOWN)
def test_a_known_symmetry_is_printed(neutralmodes: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "rules.py").write_text(RULES)
    done = neutralmodes("symmetries", f"rules.py:{name}", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    algebra = found["algebra"] and found["algebra"]["name"]
    assert (algebra, found["dimension"], found["forced_zero_exponents"]) == KNOWN[name]


def test_the_flow_is_told_apart_and_bad_degrees_are_one_line(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "rules.py").write_text(RULES)
    text = neutralmodes("symmetries", "rules.py:lorenz", "--degree", "2").stdout
    assert "the rule itself only" in text
    assert "forced zero exponents: 0 by a group" in text
    refused = neutralmodes("symmetries", "rules.py:central", "--degree", "9")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "unknown coefficients" in refused.stderr
