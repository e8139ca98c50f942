"""Regions: compactness, domain and invariance proved and re-derived, or not proved with the right verdict."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import neutralmodes as nm
from neutralmodes.certificate import canonical, statement_of
from neutralmodes.exact.expression import evaluate
from neutralmodes.obligations.compactness import compactness
from neutralmodes.obligations.domain import domain
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.invariance import invariance, lie_tree
from neutralmodes.verdict import Obligation, Verdict
from neutralmodes_check import NotDerived
from neutralmodes_check.compactness import check_compactness
from neutralmodes_check.domain import check_domain
from neutralmodes_check.invariance import check_invariance
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System as Checked

_SPEC = importlib.util.spec_from_file_location("region_systems", Path(__file__).with_name("region_systems.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
systems = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(systems)
flow, system = systems.flow, systems.system

x, y, u, theta = sp.symbols("x y u theta", real=True)
r2 = x**2 + y**2
CHECKS = {"domain": check_domain, "compactness": check_compactness, "invariance": check_invariance}


def settle(of: nm.System, budget_s: float = 5.0) -> dict[str, Obligation]:
    ground = Ground(of)
    return {
        "domain": domain(ground),
        "compactness": compactness(ground),
        "invariance": invariance(ground, budget_s),
    }


def recheck(of: nm.System, name: str, proof: Any) -> None:
    """The independent checker's word, on the system and the proof as they stand in a file."""
    statement = read_statement(json.loads(canonical(statement_of(of))))
    CHECKS[name](Checked(statement), json.loads(canonical(proof)))


def assert_proved(of: nm.System, budget_s: float = 5.0) -> dict[str, Obligation]:
    found = settle(of, budget_s)
    for name, obligation in found.items():
        assert obligation.verdict is Verdict.PROVED, (name, obligation.method)
        recheck(of, name, obligation.proof)
    return found


PROVED: dict[str, Callable[[], nm.System]] = {
    "irreps": systems.coupled_irreps,
    "two vectors": systems.two_vectors,
    "rate-24": lambda: systems.rate_network(24),
    "gated map": systems.gated_map,
    "ginzburg-landau": lambda: systems.ginzburg_landau(1),
    "tanh disc": lambda: flow(
        [x * (1 - r2) - y + sp.tanh(x) / 10, y * (1 - r2) + x], nm.Region.annulus([x, y], "1/2", 2), (1, 0)
    ),
    "angle": lambda: flow(
        [1, -y + sp.sin(theta) * sp.exp(-(y**2) / 4)], nm.Region([4 - y**2]), variables=(theta, y), angles=[theta]
    ),
    "denominator": lambda: flow([-x * (1 + 1 / (2 - x * sp.sin(y))), -y], nm.Region.ball([x, y], 1)),
    "paved denominator": lambda: flow([-x / (2 + sp.sin(3 * x) * sp.exp(y / 2)), -y], nm.Region.ball([x, y], 1)),
    "level set": lambda: flow([y, x - x**3], nm.Region([5 - (y**2 - x**2 + x**4 / 2)])),
    "level set of functions": lambda: flow(
        [y, -sp.sin(theta)], nm.Region([3 - y**2 / 2 + sp.cos(theta)]), variables=(theta, y), angles=[theta]
    ),
    "two energies": lambda: flow([-y, x], None, (1, 0), generator=[-y, x], constraints=[r2 - 1]),
    "input box": lambda: flow(
        [-x + u, -y + u * x], nm.Region.box({x: (-2, 2), y: (-3, 3)}), inputs={u: nm.Interval(-1, 1)}
    ),
    "parameter interval": lambda: flow(
        [u * x - x * r2, u * y - y * r2], nm.Region.annulus([x, y], "1/2", 2), (1, 0),
        parameters={u: nm.Interval("1/2", 3)},
    ),
    "not strict": lambda: flow([x * (1 - x), -y], nm.Region.box({x: (0, 2), y: (-1, 1)}), (1, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVED)
def test_a_trapping_region_is_proved_and_rederived(name: str) -> None:
    assert_proved(PROVED[name]())


@pytest.mark.slow
def test_a_rate_network_of_96_units_is_proved() -> None:
    assert_proved(systems.rate_network(96))


def test_the_energy_of_ginzburg_landau_with_a_multiplier() -> None:
    found = assert_proved(systems.ginzburg_landau(1, multiplier=-8))
    proof = found["invariance"].proof
    assert proof is not None
    assert proof["faces"][0]["positivity"]["equalities"] == [{"of": 0, "cofactor": [["-8", [0] * 6]]}]


def test_a_wrong_multiplier_is_only_a_hint() -> None:
    assert settle(systems.ginzburg_landau(1, multiplier=8))["invariance"].verdict is Verdict.PROVED


OPEN = Verdict.UNDECIDED
BOX = nm.Region.box({x: (-1, 1), y: (-1, 1)})
NOT_PROVED: dict[str, tuple[Callable[[], nm.System], str, Verdict]] = {
    "leak": (lambda: flow([x, y], nm.Region.ball([x, y], 1)), "invariance", Verdict.REFUTED),
    "leak of a function": (
        lambda: flow([-x + 3 * sp.tanh(x), -y], nm.Region.ball([x, y], 1)), "invariance", Verdict.REFUTED,
    ),
    "leak for one input": (
        lambda: flow([-x + u, -y], nm.Region.ball([x, y], 1), inputs={u: nm.Interval(-2, 0)}),
        "invariance", Verdict.REFUTED,
    ),
    "leak at a corner": (lambda: flow([-x + sp.Rational(11, 10) * y**5, -y], BOX), "invariance", Verdict.REFUTED),
    "touching a corner": (lambda: flow([-x + y**5, -y], BOX), "invariance", OPEN),
    "map leaves": (lambda: system(nm.Map, [2 * x, y], BOX, (0, 0)), "invariance", Verdict.REFUTED),
    "unbounded": (
        lambda: flow([x * (1 - r2), y * (1 - r2)], nm.Region([r2 - 1]), (2, 0)), "compactness", Verdict.REFUTED,
    ),
    "unbounded cone": (lambda: flow([-x, -y], nm.Region([x * y])), "compactness", Verdict.REFUTED),
    "vanishing gradient": (lambda: flow([x, y], nm.Region([(4 - r2) ** 3]), (1, 0)), "invariance", OPEN),
    "empty interior": (lambda: flow([1, -y], nm.Region([-(x**2), 1 - y**2])), "invariance", OPEN),
    "pole": (lambda: flow([-x / (r2 - sp.Rational(1, 4)), -y], nm.Region.ball([x, y], 1), (1, 0)), "domain", OPEN),
    "pole at the start": (lambda: flow([-x / r2, -y], nm.Region.ball([x, y], 1)), "domain", Verdict.REFUTED),
    "removable pole": (
        lambda: flow([x * (1 - r2) / (r2 - 1) ** 2, y], nm.Region.ball([x, y], 2), (1, 1)), "domain", OPEN,
    ),
    "kink": (lambda: flow([-x + sp.Abs(y) / 4, -y], nm.Region.ball([x, y], 1)), "domain", OPEN),
    "logarithm": (lambda: flow([-sp.log(x + 1), -y], nm.Region.ball([x, y], 1)), "domain", OPEN),
    "constraint not kept": (
        lambda: flow([1, 0], None, (1, 0), generator=[-y, x], constraints=[r2 - 1]), "invariance", OPEN,
    ),
    "generator off the constraint": (
        lambda: flow([-y, x], None, (1, 0), generator=[x, y], constraints=[r2 - 1]), "invariance", OPEN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_PROVED)
def test_a_trap_gets_its_verdict(name: str) -> None:
    make, obligation, verdict = NOT_PROVED[name]
    found = settle(make(), 1.0)[obligation]
    assert found.verdict is verdict, found.method
    assert found.proof is None
    assert found.advice if verdict is OPEN else found.witness


def test_an_empty_region_is_bad_input() -> None:
    with pytest.raises(nm.errors.RegionError, match="outside the region"):
        flow([-x, -y], nm.Region([-1 - r2]))


def test_an_undecided_face_says_how_far_it_came_and_what_would_help() -> None:
    found = settle(NOT_PROVED["touching a corner"][0](), 0.5)["invariance"]
    assert "boxes tried" in found.method
    assert "budget=" in found.advice


def test_the_generators_must_be_tangent_for_the_checker_too() -> None:
    kept = flow([-y, x], None, (1, 0), generator=[-y, x], constraints=[r2 - 1])
    proof = assert_proved(kept)["invariance"].proof
    assert proof is not None
    with pytest.raises(NotDerived):
        recheck(flow([-y, x], None, (1, 0), generator=[x, y], constraints=[r2 - 1]), "invariance", proof)
    without = {key: value for key, value in proof.items() if key != "tangent"}
    with pytest.raises(Exception, match="cofactors"):
        recheck(kept, "invariance", without)


def test_a_weak_face_may_not_lean_on_the_region() -> None:
    """x' = y, y' = -x leaves the quarter disc, though L_f x = y >= 0 there."""
    quarter = nm.Region([x, y, 1 - r2])
    leaving = flow([y, -x], quarter, ("1/2", "1/2"))
    assert settle(leaving, 1.0)["invariance"].verdict is Verdict.REFUTED
    one = [["1", [0, 0]]]
    weak = {
        "rule": "positivstellensatz", "names": ["x", "y"], "margin": "0",
        "products": [{"of": [1], "squares": [["1", one]]}], "equalities": [],
    }  # fmt: skip
    faces = [{"of": j, "positivity": weak} for j in range(3)]
    with pytest.raises(NotDerived, match="face 0 is not entered strictly"):
        recheck(leaving, "invariance", {"rule": "faces", "faces": faces, "constraints": []})


def test_a_proof_for_some_inputs_is_refused_for_more() -> None:
    narrow = PROVED["input box"]()
    proof = assert_proved(narrow)["invariance"].proof
    wide = flow([-x + u, -y + u * x], nm.Region.box({x: (-2, 2), y: (-3, 3)}), inputs={u: nm.Interval(-3, 3)})
    with pytest.raises(NotDerived):
        recheck(wide, "invariance", proof)


@settings(max_examples=40)
@given(
    growth=st.fractions(min_value=-2, max_value=4, max_denominator=12),
    other=st.fractions(min_value=-2, max_value=4, max_denominator=12),
    swirl=st.lists(st.integers(-3, 3), min_size=3, max_size=3),
    radius=st.fractions(min_value=Fraction(1, 4), max_value=3, max_denominator=12),
)
def test_a_shrinking_ball_is_never_falsely_proved(
    growth: Fraction, other: Fraction, swirl: list[int], radius: Fraction
) -> None:
    """x' = B x - |x|^2 x + (terms orthogonal to x): the ball traps exactly where R^2 >= the top eigenvalue of B.

    B has eigenvectors (3, 4)/5 and (-4, 3)/5, so the worst boundary point is rational: the oracle.
    """
    a, b, c = swirl
    turn = a + b * x + c * y
    top, low = (sp.Rational(v.numerator, v.denominator) for v in (growth, other))
    matrix = sp.Matrix([[9 * top + 16 * low, 12 * (top - low)], [12 * (top - low), 16 * top + 9 * low]]) / 25
    linear = matrix * sp.Matrix([x, y])
    rule = [linear[0] - r2 * x - turn * y, linear[1] - r2 * y + turn * x]
    ball = flow(rule, nm.Region.ball([x, y], radius), (0, 0), generator=[-y, x])
    ground = Ground(ball)
    found = invariance(ground, 2.0)
    speeds = []
    for v in ((Fraction(3, 5), Fraction(4, 5)), (Fraction(-4, 5), Fraction(3, 5))):
        point = {"x": radius * v[0], "y": radius * v[1]}
        speeds.append(evaluate(lie_tree(ground, ground.inequalities[0]), point))
    assert min(speeds) == 2 * radius**2 * (radius**2 - max(growth, other))
    if min(speeds) < 0:
        assert found.verdict is Verdict.REFUTED
    else:
        assert found.verdict is Verdict.PROVED
        recheck(ball, "invariance", found.proof)
