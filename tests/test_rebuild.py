"""A System rebuilt from a certificate's statement says the same, and a malformed statement is refused."""

from __future__ import annotations

import copy
import json
from importlib import import_module
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import statement_of
from neutralmodes.errors import CertificateError, InputError, RegionError
from neutralmodes.rebuild import system_from_statement

x, y, u, mu = sp.symbols("x y u mu", real=True)
NAMES = ["s1_attractor", "torus_2", "phase_integrator", "complex_lorenz", "chaotic_radius_map"]


def everything() -> nm.System:
    """A system that uses every field of a statement."""
    swish, s = sp.Function("swish"), sp.Symbol("s")
    growth = swish(x**2 + y**2) + sp.Function("any_c1")(x**2 + y**2, u) + mu
    field = nm.VectorField(
        [x, y],
        [x * growth - y, y * growth + x],
        parameters={mu: nm.Interval(-1, 1)},
        inputs={u: nm.Interval(0, 2)},
        activations={"swish": (s, swish(s) + s)},
    )
    return nm.System(
        "everything",
        field,
        nm.LieAction([x, y], [[-y, x]], group="SO(2)"),
        nm.Region.annulus([x, y], "1/2", 2),
        start=[1, 0],
        integrals=[x],
        constraints=[x**2 + y**2 - 1],
        discrete=[[[0, -1], [1, 0]]],
        at_least=1,
    )


def cases() -> list[nm.System]:
    return [everything(), *(import_module(f"neutralmodes_systems.{name}").system for name in NAMES)]


@pytest.mark.parametrize("system", cases(), ids=lambda s: s.name)
def test_the_statement_of_the_rebuilt_system_is_the_statement(system: nm.System) -> None:
    said = json.loads(json.dumps(statement_of(system)))
    again = system_from_statement(said)
    assert statement_of(again) == said
    assert again.dynamics.names == system.dynamics.names


def test_a_rebuilt_system_is_certified_afresh_with_the_same_proofs() -> None:
    system = import_module("neutralmodes_systems.s1_attractor").system
    first = nm.certify(system, evidence=False)
    assert nm.certify(system_from_statement(first.statement), evidence=False).body() == first.body()


MALFORMED: dict[str, tuple[list[Any], Any, type[Exception]]] = {
    "a missing key": (["rule"], None, CertificateError),
    "an unknown kind": (["kind"], "flux", CertificateError),
    "an unknown name": (["rule", 0], "z", InputError),
    "an unknown function": (["rule", 0], ["swoosh", "x"], InputError),
    "a component too few": (["rule"], ["x"], InputError),
    "a component of a generator too many": (["generators", 0], ["0", "0", "0"], InputError),
    "no generator": (["generators"], [], InputError),
    "an exponent too many": (["rule", 0], ["^", "x", 2, 2], InputError),
    "a sum of one": (["rule", 0], ["+", "x"], InputError),
    "a sine of two": (["rule", 0], ["sin", "x", "y"], InputError),
    "an unreduced number": (["rule", 0], "2/4", InputError),
    "a start outside": (["start"], ["9", "0"], RegionError),
    "a start off the constraint": (["start"], ["3/2", "0"], RegionError),
    "an empty interval": (["inputs", "u"], ["1", "0"], InputError),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_statement_is_refused(name: str) -> None:
    path, value, error = MALFORMED[name]
    said = copy.deepcopy(statement_of(everything()))
    place: Any = said
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    with pytest.raises(error):
        system_from_statement(said)
