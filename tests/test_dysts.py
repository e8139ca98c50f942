"""The bridge to dysts: rules traced from its source, numbers exact, symmetries discovered. Needs no dysts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

import neutralmodes as nm
from neutralmodes.adapters import dysts
from neutralmodes.errors import InputError, MissingExtra
from neutralmodes.targets import resolve

FLOWS = """
class Spiral(DynSys):
    @staticjit
    def _rhs(x, y, t, rate):
        return x * (1 - x**2 - y**2) - rate * y, y * (1 - x**2 - y**2) + rate * x

class Child(Spiral):
    pass

class Wave(DynSys):
    def rhs(self, X, t):
        x, y = X
        return np.sin(y) * self.rate, -0.5 * x

class Timed(DynSys):
    @staticjit
    def _rhs(x, y, t, rate):
        return rate * t, x

class Bare(DynSys):
    pass

class Helped(DynSys):
    def rhs(self, X, t):
        return self.helper(X)

class Jump(DynSys):
    @staticjit
    def _rhs(x, y, t, rate):
        return np.heaviside(x, 0), y
"""


@pytest.fixture(autouse=True)
def collection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package of dysts' shape with four small systems."""
    (tmp_path / "dysts" / "data").mkdir(parents=True)
    (tmp_path / "dysts" / "__init__.py").write_text("")
    (tmp_path / "dysts" / "flows.py").write_text(FLOWS)
    entry = {"initial_conditions": [0.6, 0.1], "parameters": {"rate": 0.1}, "lyapunov_spectrum_estimated": [0.0, -2.0]}
    data = dict.fromkeys(("Spiral", "Child", "Wave", "Timed", "Bare", "Helped", "Jump"), entry) | {
        "Late": entry | {"delay": True}
    }
    (tmp_path / "dysts" / "data" / "chaotic_attractors.json").write_text(json.dumps(data))
    monkeypatch.syspath_prepend(str(tmp_path))
    _forget()
    yield
    _forget()


def _forget() -> None:
    dysts._catalogue.cache_clear()
    dysts._source.cache_clear()


def test_the_names_leave_out_delay_equations() -> None:
    assert dysts.names() == ["Bare", "Child", "Helped", "Jump", "Spiral", "Timed", "Wave"]


def test_a_float_becomes_its_decimal() -> None:
    spiral, wave = dysts.vector_field("Spiral"), dysts.vector_field("Wave")
    assert not spiral.floats
    assert "1/10" in repr(spiral.rule)
    assert "3602879701896397" not in repr(spiral.rule)
    assert wave.rule == (("*", "1/10", ("sin", "x1")), ("*", "-1/2", "x0"))


def test_a_class_without_a_rule_inherits_one() -> None:
    assert dysts.vector_field("Child").rule == dysts.vector_field("Spiral").rule


def test_a_target_has_the_symmetry_that_is_discovered() -> None:
    found = resolve("dysts:Spiral")
    assert found.start == (Fraction(3, 5), Fraction(1, 10))
    assert found.action.p == 1
    certificate = nm.certify(found, evidence=False)
    assert certificate.obligations["equivariance"].verdict is nm.Verdict.PROVED
    assert certificate.zero_exponents_if == 1


def test_without_a_symmetry_the_flow_itself_is_the_group() -> None:
    found = resolve("dysts:Wave")
    assert found.action.group == "R"
    assert found.action.generators == (found.dynamics.rule,)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Spirl", "did you mean Spiral"),
        ("Late", "without delay"),
        ("Timed", "explicit time"),
        ("Bare", "no right-hand side"),
        ("Helped", "dysts:Helped cannot be traced with symbols: it uses 'helper', which is no parameter"),
        ("Jump", "it uses 'heaviside', which is no numpy function that is traced"),
    ],
)
def test_what_is_no_system_is_one_clear_line(name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        dysts.vector_field(name)


def test_without_dysts_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dysts, "find_spec", lambda name: None)
    _forget()
    with pytest.raises(MissingExtra, match="bench"):
        dysts.names()
