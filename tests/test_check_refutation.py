"""What a certificate calls refuted, the checker refutes again at the witness's point, by enclosures."""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes_check.checker import check
from neutralmodes_check.reader import canonical, digest

X, Y, U = sp.symbols("x y u", real=True)
TURN = nm.LieAction([X, Y], [[-Y, X]])
SQUARE = X**2 + Y**2


def outcome(name: str, data: dict[str, Any]) -> str:
    data["digest"] = digest({k: data[k] for k in ("schema", "statement", "obligations", "conclusion")})
    return check(canonical(data)).outcomes[name]


def refuted(system: nm.System, name: str = "equivariance") -> dict[str, Any]:
    data = nm.certify(system, evidence=False, budget=1).to_dict()
    assert data["obligations"][name]["verdict"] == "REFUTED"
    return data


def field(dx: Any, dy: Any, **more: Any) -> nm.System:
    own = {key: more.pop(key) for key in ("inputs", "parameters") if key in more}
    return nm.System("f", nm.VectorField([X, Y], [dx, dy], **own), TURN, start=["3/5", "1/2"], **more)


QUARTER = [Y, -X]
CASES = {
    "polynomial": field(X + X**3, Y + Y**3),
    "tanh": field(sp.tanh(X), sp.tanh(Y)),
    "quotient": field(X / (1 + X**2), Y / (1 + X**2)),
    "other functions": field(sp.exp(X) + sp.atan(Y) + sp.pi * sp.log(1 + X**2), sp.sqrt(1 + Y**2) * sp.sin(X)),
    "every input": field(X + U * Y**2, Y, inputs={U: nm.Interval(-1, 1)}),
    "parameter": field(X + U * Y**2, Y, parameters={U: sp.Rational(1, 7)}),
    "map": nm.System("m", nm.Map([X, Y], [sp.tanh(X), Y / 2]), TURN, start=["3/5", "1/2"]),
    "discrete element": field(X * SQUARE, Y * SQUARE, discrete=[[X + 1, Y]]),
    "discrete element of a map": nm.System(
        "m", nm.Map([X, Y], [X * SQUARE, Y * SQUARE]), TURN, start=["3/5", "1/2"], discrete=[[2 * X, Y]]
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_refuted_symmetry_is_refuted_again(name: str) -> None:
    assert outcome("equivariance", refuted(CASES[name])) == "re-derived"


@pytest.mark.parametrize("kind", [nm.VectorField, nm.Map])
def test_a_refuted_integral_is_refuted_again(kind: Any) -> None:
    system = nm.System("i", kind([X, Y], [X / 2, Y / 2]), TURN, start=["3/5", "1/2"], integrals=[SQUARE])
    assert outcome("integrals", refuted(system, "integrals")) == "re-derived"


@pytest.mark.parametrize(
    "witness",
    [
        None,
        {},
        {"point": {"x": "0", "y": "0"}},  # where the residual is zero
        {"point": {"x": "3/5"}},
        {"point": {"x": "3/5", "y": "1/2", "z": "1"}},
        {"point": {"x": "3/5", "y": "0.5"}},
        {"point": {"x": "3/5", "y": 1}},
        {"point": {"x": "1/0", "y": "1"}},
        {"point": ["3/5", "1/2"]},
    ],
)
def test_a_witness_that_shows_nothing_leaves_it_a_claim(witness: Any) -> None:
    data = refuted(CASES["polynomial"])
    data["obligations"]["equivariance"]["witness"] = witness
    assert outcome("equivariance", data) == "claimed, not re-derived"


def test_a_residual_of_zero_refutes_nowhere() -> None:
    """tanh(2x) = 2 tanh(x)/(1 + tanh(x)^2): equal, in terms that no normal form of the checker brings together."""
    from neutralmodes_check.refutation import is_refuted
    from neutralmodes_check.statement import read_statement
    from neutralmodes_check.system import System

    data = refuted(CASES["polynomial"])["statement"]
    twice = ["tanh", ["*", "2", ["+", ["^", "x", 2], ["^", "y", 2]]]]
    once = ["tanh", ["+", ["^", "x", 2], ["^", "y", 2]]]
    same = ["*", "2", once, ["^", ["+", "1", ["^", once, 2]], -1]]
    apart = ["+", twice, ["*", "-1", same]]
    witness = {"point": {"x": "3/5", "y": "1/2"}}
    for size, found in (("1", False), ("1/1000000000000", True)):
        term = apart if not found else ["*", size, "x"]
        rule = [["+", ["*", "x", once], term], ["*", "y", once]]
        system = System(read_statement(data | {"rule": rule}))
        assert is_refuted(system, "equivariance", witness) is found


def test_functions_without_enclosures_are_left_a_claim() -> None:
    data = refuted(field(sp.erf(X), Y))
    assert outcome("equivariance", data) == "claimed, not re-derived"


def test_the_point_is_that_of_the_witness_not_the_start() -> None:
    """The mutant: at the origin the same rule's residual vanishes, so a checker that looked at another point errs."""
    data = refuted(field(X + X**3, Y + Y**3))
    point = data["obligations"]["equivariance"]["witness"]["point"]
    x, y = (sp.Rational(point[name]) for name in "xy")
    f = sp.Matrix([X + X**3, Y + Y**3])
    xi = sp.Matrix([-Y, X])
    exact = (f.jacobian([X, Y]) * xi - xi.jacobian([X, Y]) * f).subs({X: x, Y: y})
    assert exact != sp.zeros(2, 1)
    assert outcome("equivariance", data) == "re-derived"
