"""Where orbits end: monotone functions, and the equilibrium that refutes a count that was asked for."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import canonical, digest
from neutralmodes.verdict import Verdict
from neutralmodes_check.checker import check
from neutralmodes_check.equilibria import characteristic, common
from neutralmodes_check.refusal import NotDerived, Unreadable

x, y, w, u, t = sp.symbols("x y w u t", real=True)
r2 = x**2 + y**2
TURN = nm.LieAction([x, y], [[-y, x]])
DISC = nm.Region.ball([x, y], 1)


def certify(rule: list[Any], kind: Any = nm.VectorField, inputs: dict[Any, Any] | None = None, **more: Any):
    field = kind([x, y], rule, inputs=inputs or {})
    found = nm.certify(nm.System("ends", field, TURN, DISC, start=["1/2", 0], **more), evidence=False, budget=4)
    check(canonical(found.to_dict()).encode())
    return found


def forged(certificate: nm.Certificate, change: Callable[[dict[str, Any]], Any]) -> bytes:
    twin = copy.deepcopy(certificate.to_dict())
    change(twin["obligations"]["recurrence"]["proof"])
    twin["digest"] = digest({k: twin[k] for k in ("schema", "statement", "obligations", "conclusion")})
    return canonical(twin).encode()


SLOW = {
    "flow": ([-x * r2, -y * r2], nm.VectorField, None),
    "map": ([x * (1 - r2 / 2), y * (1 - r2 / 2)], nm.Map, None),
    "inputs": ([-x * (r2 + u**2) + u * y, -y * (r2 + u**2) - u * x], nm.VectorField, {u: nm.Interval(-1, 1)}),
}


@pytest.mark.parametrize("name", SLOW)
def test_a_monotone_function_shows_that_every_orbit_ends_in_sigma(name: str) -> None:
    """|x|^2 falls like -2 |x|^4 here: no exponential rate, so no decaying factor shows it."""
    found = certify(*SLOW[name])
    assert found.obligations["recurrence"].verdict is Verdict.REFUTED
    assert found.obligations["recurrence"].proof["rule"] == "monotone"
    assert found.zero_exponents_if == 0


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ([-x * r2 + x / 8, -y * r2 + y / 8], nm.VectorField),  # every orbit but one goes to the circle |x|^2 = 1/8
        ([x * (1 - (r2 - sp.Rational(1, 8)) / 2), y * (1 - (r2 - sp.Rational(1, 8)) / 2)], nm.Map),
        ([-y, x], nm.VectorField),  # |x| stays as it is
    ],
    ids=["flow", "map", "turning"],
)
def test_a_near_sibling_that_stays_off_sigma_is_not_refuted(rule: list[Any], kind: Any) -> None:
    found = certify(rule, kind)
    assert found.obligations["recurrence"].verdict is Verdict.UNDECIDED
    assert found.zero_exponents_if == 1


def test_slow_decay_does_not_refute_a_count_because_its_exponents_are_zero() -> None:
    """x' = -|x|^2 x falls like t^(-1/2): both exponents are zero at every x, though every orbit ends in Sigma."""
    assert certify(*SLOW["flow"], at_least=1).conclusion is nm.Conclusion.UNDECIDED
    assert certify(*SLOW["map"], at_least=2).conclusion is nm.Conclusion.UNDECIDED


def test_fast_decay_refutes_a_count_by_the_eigenvalues_at_an_equilibrium() -> None:
    found = certify([-x, -y], at_least=1)
    assert found.conclusion is nm.Conclusion.REFUTED
    assert found.obligations["recurrence"].proof["equilibrium"] == {"at": ["0", "0"], "zeros": 0}


def test_a_zero_of_another_cause_is_not_refuted() -> None:
    """x' = -x, y' = -y, w' = 0: every orbit ends where the rank is 0, and one exponent is zero all the same."""
    field = nm.VectorField([x, y, w], [-x, -y, 0])
    action = nm.LieAction([x, y, w], [[-y, x, 0]])
    ball = nm.Region.ball([x, y, w], 1)
    for asked, expected in ((1, nm.Conclusion.UNDECIDED), (2, nm.Conclusion.REFUTED)):
        system = nm.System("beside", field, action, ball, start=["1/2", 0, 0], at_least=asked)
        found = nm.certify(system, evidence=False, budget=4)
        assert found.obligations["recurrence"].verdict is Verdict.REFUTED
        assert found.conclusion is expected
        check(canonical(found.to_dict()).encode())


def test_where_every_orbit_ends_in_sigma_the_flow_counts_nothing_either() -> None:
    """x' = -x, y' = -y beside w' = w - w^3: [Xi f] has rank 2 at the start, yet every orbit goes to x = y = 0."""
    field = nm.VectorField([x, y, w], [-x, -y, w - w**3])
    region = nm.Region.ball([x, y], 1) & nm.Region.box({w: (-2, 2)})
    system = nm.System("beside", field, nm.LieAction([x, y, w], [[-y, x, 0]]), region, start=["1/2", 0, "1/2"])
    found = nm.certify(system, evidence=False, budget=4)
    assert found.obligations["recurrence"].verdict is Verdict.REFUTED
    assert found.statements == ()
    check(canonical(found.to_dict()).encode())


def test_an_angle_never_serves_as_a_monotone_function() -> None:
    """theta' = -1 falls for ever on the line, yet the circle has no end: its one zero stays."""
    field = nm.VectorField([t, x], [-1, -x], angles=[t])
    system = nm.System("circle", field, nm.LieAction([t, x], [[1, 0]]), nm.Region([4 - x**2]), start=[0, 1])
    assert nm.certify(system, evidence=False).zero_exponents == 1


def test_gradient_flows_give_no_zero_by_their_flow_direction() -> None:
    """V = |x|^4/4 - |x|^2/2 falls until grad V = 0; turning as well (Hopf), until f lies along the circle."""
    for turning in (0, 1):
        rule = [x * (1 - 4 * r2) - turning * y, y * (1 - 4 * r2) + turning * x]
        found = certify(rule)
        assert found.obligations["transversality"].verdict is Verdict.REFUTED
        assert found.obligations["transversality"].proof["rule"] == "monotone"
        assert all(s.counts == "group" for s in found.statements)


MUTANTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "faster": lambda proof: proof.update(rate="100"),
    "no rate": lambda proof: proof.update(rate="0"),
    "another power": lambda proof: proof.update(power=1),
    "power zero": lambda proof: proof.update(power=0),
    "growing": lambda proof: proof.update(function=[["-1", [2, 0]], ["-1", [0, 2]]]),
    "of the flow": lambda proof: proof.update(of="flow"),
    "invented equilibrium": lambda proof: proof.update(equilibrium={"at": ["0", "0"], "zeros": 1}),
    "no equilibrium there": lambda proof: proof.update(equilibrium={"at": ["1/2", "0"], "zeros": 0}),
}


@pytest.fixture(scope="module")
def slow() -> nm.Certificate:
    return certify(*SLOW["flow"])


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_of_the_monotone_proof_is_rejected(slow: nm.Certificate, name: str) -> None:
    with pytest.raises((NotDerived, Unreadable)):
        check(forged(slow, MUTANTS[name]))


def test_the_checker_bounds_the_zeros_of_a_slow_equilibrium_by_two(slow: nm.Certificate) -> None:
    check(forged(slow, lambda proof: proof.update(equilibrium={"at": ["0", "0"], "zeros": 2})))


def test_the_checkers_own_algebra_counts_eigenvalues_on_the_axis() -> None:
    """Blocks with eigenvalues +-i, 0 and -1: three on the imaginary axis, shared by p(z) and p(-z)."""
    matrix = [[0, -1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, -1]]
    p = characteristic([[sp.Rational(v) for v in row] for row in matrix])
    z = sp.Symbol("z")
    assert list(reversed(p)) == sp.Matrix(matrix).charpoly(z).all_coeffs()
    shared = common(p, [(-1) ** k * c for k, c in enumerate(p)])
    assert sp.Poly(list(reversed(shared)), z, domain="QQ").monic() == sp.Poly(z**3 + z, z, domain="QQ")


def driven(push: int, damped: bool) -> nm.Certificate:
    """z' = -z + push w beside w' = -w - |z|^2 w (or w' = 0), both turned by one circle, on |z|^2 + |push w|^2 <= 4."""
    v = sp.Symbol("v", real=True)
    action = nm.LieAction([x, y, u, v], [[-y, x, -v, u]])
    rate = -1 - r2 if damped else 0
    rule = [-x + push * u, -y + push * v, u * rate, v * rate]
    region = nm.Region([4 - r2 - push**2 * (u**2 + v**2)])
    system = nm.System("driven", nm.VectorField([x, y, u, v], rule), action, region, start=[1, 0, 0, 0])
    found = nm.certify(system, evidence=False, budget=4)
    check(canonical(found.to_dict()).encode())
    return found


@pytest.mark.parametrize("push", [3, 30])
def test_a_quadratic_function_is_found_together_with_its_proof(push: int) -> None:
    """V = |z|^2 + b |w|^2 + ... falls for b above push^2/4 and so: weights that sampled points do not show."""
    proof = driven(push, damped=True).obligations["recurrence"].proof
    assert proof["rule"] == "monotone"
    assert max(sum(m) for _, m in proof["function"]) == 2
    weights = {tuple(m): sp.Rational(c) for c, m in proof["function"]}
    assert weights[(0, 0, 2, 0)] > push**2 * weights[(2, 0, 0, 0)] / 4


def test_what_is_driven_for_ever_does_not_end_in_sigma() -> None:
    found = driven(3, damped=False)
    assert found.obligations["recurrence"].verdict is Verdict.UNDECIDED
