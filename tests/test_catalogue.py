"""The catalogue: every system keeps what it promises, its certificate passes the checker, its reference is sound."""

from __future__ import annotations

import copy
import math
import re
import statistics
import tomllib
from fractions import Fraction
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.runs import unmet_expectations
from neutralmodes_check import check
from neutralmodes_systems import equivariant_rate_network as net
from neutralmodes_systems import families, so3_sphere, torus1_so3_product, torus_2

ROOT = Path(__file__).resolve().parent.parent
REGISTERED: dict[str, str] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
    "neutralmodes.systems"
]
REFERENCE = {"equation", "group", "stabilizer", "orbit_dimension", "source", "theorem", "matters"}


@cache
def system(name: str) -> nm.System:
    module, _, variable = REGISTERED[name].partition(":")
    found = getattr(import_module(module), variable)
    assert isinstance(found, nm.System)
    return found


@cache
def certificate(name: str) -> nm.Certificate:
    return nm.certify(system(name), evidence=False)


# `make test` certifies and re-derives every system once by command; here the costly ones wait for -m slow.
COSTLY = {
    "complex-ginzburg-landau",
    "finite-ring",
    "heavy-top",
    "point-vortices",
    "quartic-central-force",
    "rate-network",
    "rate-network-s1",
    "rate-network-t2",
    "three-body-planar",
    "three-body-spatial",
}
every_system = pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[pytest.mark.slow] if n in COSTLY else []) for n in sorted(REGISTERED)]
)


@every_system
def test_a_system_meets_its_expectations(name: str) -> None:
    assert {"conclusion", "zero_exponents"} <= set(system(name).expect)
    assert not unmet_expectations(system(name), certificate(name)), str(certificate(name))


@every_system
def test_the_checker_derives_the_same_conclusion(name: str, tmp_path: Path) -> None:
    report = check(certificate(name).save(tmp_path / "certificate.json").read_bytes())
    assert report.conclusion["verdict"] == str(certificate(name).conclusion)
    assert report.conclusion["zero_exponents"] == certificate(name).zero_exponents
    assert report.conclusion["zero_exponents_if"] == certificate(name).zero_exponents_if


@every_system
def test_the_reference_is_complete_and_agrees_with_the_action(name: str) -> None:
    reference = system(name).reference
    assert set(reference) >= REFERENCE
    assert all(str(reference[key]).strip() for key in REFERENCE)
    exponents = [Fraction(e) for e in reference.get("exponents", [])]
    assert exponents == sorted(exponents, reverse=True)
    free = system(name).dynamics.n - len(system(name).constraints)
    assert len(exponents) in (0, system(name).dynamics.n, free)
    leading = [Fraction(e) for e in reference.get("leading_exponents", [])]
    assert leading == sorted(leading, reverse=True)
    assert ("exponents_source" in reference) or not exponents
    count = certificate(name).zero_exponents
    assert count in (0, reference["orbit_dimension"])
    assert not exponents or exponents.count(Fraction(0)) >= count


@every_system
def test_pictures_name_variables_of_the_system(name: str) -> None:
    from neutralmodes.exact.expression import names
    from neutralmodes.exact.infix import polynomial_tree

    for said in system(name).reference.get("pictures", []):
        curves = [polynomial_tree(text, name) for curve in said.get("curves", []) for text in curve]
        used = {part for pair in said.get("modes", {}).values() for part in pair} | set(said.get("variables", []))
        assert used.union(*map(names, curves)) <= set(system(name).dynamics.variables)
        assert used or curves


@every_system
def test_every_system_has_exponents_published_exact_or_measured_with_errors(name: str) -> None:
    reference = system(name).reference
    given = any(reference.get(key) for key in ("exponents", "leading_exponents", "measured"))
    assert given != (name in UNSETTLED)
    if "measured" in reference:
        values = [value_and_error(text) for text in reference["measured"]]
        assert all(error > 0 for _, error in values)
        assert float(reference["measured_time"]) > 0


UNSETTLED = {"learned-cell", "three-body-planar", "three-body-spatial"}


def value_and_error(text: str) -> tuple[float, float]:
    """0.094(83) is 0.094 +- 0.083."""
    value, _, digits = text.rstrip(")").partition("(")
    return float(value), float(digits) / 10 ** len(value.partition(".")[2])


MEASURED = sorted(n for n in REGISTERED if n not in {"learned-cell"} and "measured" in system(n).reference)


@pytest.mark.slow
@pytest.mark.numbers
@pytest.mark.parametrize("name", MEASURED)
def test_another_seed_measures_the_same_exponents(name: str) -> None:
    """Within four of both errors together; the last one asked for has no neighbour below that it was told from."""
    known = [value_and_error(text) for text in system(name).reference["measured"]][:-1]
    found = nm.spectrum(system(name), time=float(system(name).reference["measured_time"]) / 2, k=len(known) + 1, seed=1)
    for (value, error), other, width in zip(known, found.exponents, found.errors, strict=False):
        assert abs(value - other) < 4 * math.hypot(error, width)


DIVERGENCE = {
    "skew-lorenz": Fraction(-47, 3),
    "complex-lorenz": Fraction(-74, 3),
    "complex-lorenz-rho10": Fraction(-74, 3),
    "kepler": Fraction(0),
    "toda": Fraction(0),
    "quartic-central-force": Fraction(0),
    "rigid-body": Fraction(0),
}


@pytest.mark.parametrize("name", sorted(DIVERGENCE))
def test_published_exponents_sum_to_the_divergence_where_it_is_constant(name: str) -> None:
    """Liouville: an oracle for the reference data that no code of ours computes."""
    reference = system(name).reference
    if "exponents" in reference:
        assert sum(float(e) for e in reference["exponents"]) == pytest.approx(float(DIVERGENCE[name]), abs=2e-4)
    else:
        assert Fraction(reference["exponent_sum"]) == DIVERGENCE[name]


def test_leading_exponents_sum_to_the_trace_of_what_they_span() -> None:
    """Quoted numbers that no publication was looked up for: Lorenz's exactly, seven damped modes to 2 %."""
    lorenz = [float(e) for e in system("two-so3-vectors").reference["leading_exponents"]]
    assert sum(lorenz) == pytest.approx(-41 / 3, abs=2e-4)
    quoted = [float(e) for e in system("kuramoto-sivashinsky-22").reference["leading_exponents"]]
    squares = [(2 * math.pi * k / 22) ** 2 for k in range(1, 8)]
    assert sum(quoted) == pytest.approx(2 * sum(s - s**2 for s in squares), rel=0.02)
    kept = system("kuramoto-sivashinsky-22-mean").reference["leading_exponents"]
    assert sorted(map(float, kept)) == sorted([*quoted, 0.0])


# The interface suite: what every system must show, whoever wrote it.


@every_system
def test_the_action_is_closed_and_the_rule_commutes_with_it_unless_a_refutation_is_promised(name: str) -> None:
    obligations = certificate(name).obligations
    assert obligations["closure"].verdict is nm.Verdict.PROVED
    refuted = system(name).expect["conclusion"] == "REFUTED"
    assert obligations["equivariance"].verdict is (nm.Verdict.REFUTED if refuted else nm.Verdict.PROVED)
    if refuted:
        assert obligations["equivariance"].witness is not None


# The conformance suite that we give to others, on systems for which it takes seconds; the rest waits for -m slow.
CONFORMING = {
    "chaotic-radius-map",
    "collapse-control",
    "complex-lorenz",
    "duffing-level",
    "kepler",
    "kuramoto-oscillators",
    "phase-integrator",
    "rigid-body",
    "s1-attractor",
    "so4-sphere",
    "torus2-so3-product",
    "u2-sphere",
}
# What a system that promises a refutation must fail: its claimed symmetry is none.
OF_A_SYMMETRY = ("generators are carried along an orbit", "commutes with exact group elements")


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=[] if n in CONFORMING else [pytest.mark.slow]) for n in sorted(REGISTERED)]
)
def test_a_system_passes_the_conformance_suite(name: str) -> None:
    refuted = system(name).expect["conclusion"] == "REFUTED"
    for demand in nm.testing.system_checks(system(name)):
        if refuted and str(demand).endswith(OF_A_SYMMETRY):
            with pytest.raises(AssertionError):
                demand()
        else:
            demand()


@pytest.mark.slow
@every_system
def test_the_same_seed_gives_the_same_certificate(name: str) -> None:
    again = nm.certify(system(name), evidence=False).to_dict()
    assert again["digest"] == certificate(name).to_dict()["digest"]


@pytest.mark.slow
@pytest.mark.numbers
@every_system
def test_the_numbers_agree_with_the_proof(name: str) -> None:
    """The spectrum is not inconsistent with the count; generators of an equivariant flow are transported."""
    found = nm.certify(system(name), time=20, digits=15)
    assert found.evidence["consistent"] is not False
    if system(name).expect["conclusion"] != "REFUTED":
        assert nm.transport(system(name), time=10, digits=15).residual < 1e-13


@pytest.mark.slow
@pytest.mark.numbers
def test_the_equivariant_network_is_chaotic_at_the_median_over_seeds() -> None:
    """After 700 time units, so that transient chaos does not count. The phase and the flow stay neutral."""
    leading = []
    for seed in range(7):
        network = nm.System(f"network {seed}", net.rule(seed), net.phase, start=net.start)
        leading.append(float(nm.spectrum(network, time=300, transient=700, k=1).exponents[0]))
    assert 0.5 < statistics.median(leading) < 1.5


CONSERVED = {
    "heisenberg-chain": (4, 4, 2),
    "three-body-planar": (2, 2, 0),
    "three-body-spatial": (4, 4, 2),
    "rigid-body": (4, 3, 2),
    "heavy-top": (2, 2, 0),
    "kepler": (2, 3, 1),
    "toda": (2, 3, 0),
    "point-vortices": (4, 4, 2),
    "quartic-central-force": (2, 2, 0),
    "kuramoto-sivashinsky-22-mean": (2, 1, 0),
}


@pytest.mark.parametrize("name", sorted(CONSERVED))
def test_integrals_add_w_plus_m_minus_r(name: str) -> None:
    """The counts are worked out by hand in each file's docstring."""
    proof = certificate(name).obligations["integrals"].proof
    assert proof is not None
    counts = proof["counts"]
    assert (counts["commuting"], counts["independent"], counts["mixed"]) == CONSERVED[name]


def test_a_function_that_is_no_integral_is_refuted() -> None:
    """The mutant of the last test: the angular momentum of one body instead of both."""
    found = copy.copy(system("three-body-planar"))
    r1, r2, p1, p2 = sp.symbols("r1 r2 p1 p2")
    wrong = nm.System("wrong", found.dynamics, found.action, None, found.start, integrals=[r1 * p2 - r2 * p1])
    assert nm.certify(wrong, evidence=False, budget=1).obligations["integrals"].verdict is nm.Verdict.REFUTED


def test_uneven_inertia_hides_no_symmetry_of_the_top() -> None:
    """Turning about a body axis is a symmetry of Lagrange's top only: refuted for the asymmetric one."""
    top = system("heavy-top")
    names = sp.symbols("q0 q1 q2 q3 p1 p2 p3")
    q0, q1, q2, q3, p1, p2, _ = names
    spin = nm.LieAction(names, [[-q3 / 2, q2 / 2, -q1 / 2, q0 / 2, p2, -p1, 0]])
    found = nm.certify(nm.System("spun", top.dynamics, spin, start=top.start), evidence=False, budget=1)
    assert found.obligations["equivariance"].verdict is nm.Verdict.REFUTED


def test_lorenz_84_has_no_linear_symmetry() -> None:
    assert nm.discover(system("lorenz-84").dynamics, 1).action is None


SPHERES = [
    n for n in REGISTERED if re.fullmatch(r"s1-attractor|so\d+-sphere|u\d+-sphere|torus-\d|torus\d-so\d-product", n)
]


@pytest.mark.parametrize("name", SPHERES)
def test_closed_forms_are_the_eigenvalues_on_the_attractor(name: str) -> None:
    """The linearisation at an equilibrium of the sphere of radius R is -2 alpha x x^T: sympy's eigenvalues."""
    found = system(name)
    rule, symbols = on_sympy(found)
    start = {s: sp.Rational(v.numerator, v.denominator) for s, v in zip(symbols, found.start, strict=True)}
    at = equilibrium(rule, symbols, start)
    jacobian = sp.Matrix(rule).jacobian(symbols).subs(at)
    assert all(sp.simplify(f.subs(at)) == 0 for f in rule)
    exponents = [sp.Rational(e) for e in found.reference["exponents"]]
    wanted = sp.diag(*exponents)
    for power in (1, 2, 3):  # equal traces of powers, and a symmetric matrix of rank = the nonzero ones
        assert sp.simplify((jacobian**power).trace() - (wanted**power).trace()) == 0
    assert jacobian == jacobian.T
    assert jacobian.rank() == sum(e != 0 for e in exponents)


def on_sympy(found: nm.System) -> tuple[list[sp.Expr], list[sp.Symbol]]:
    symbols = [sp.Symbol(name, real=True) for name in found.dynamics.variables]
    return [
        to_sympy(tree, dict(zip(found.dynamics.variables, symbols, strict=True))) for tree in found.dynamics.rule
    ], symbols


def to_sympy(tree: Any, symbols: dict[str, sp.Symbol]) -> sp.Expr:
    if isinstance(tree, str):
        return symbols[tree] if tree in symbols else sp.Rational(tree)
    if tree[0] == "^":
        return to_sympy(tree[1], symbols) ** tree[2]
    operands = [to_sympy(t, symbols) for t in tree[1:]]
    return sp.Add(*operands) if tree[0] == "+" else sp.Mul(*operands)


def equilibrium(
    rule: list[sp.Expr], symbols: list[sp.Symbol], start: dict[sp.Symbol, sp.Expr]
) -> dict[sp.Symbol, sp.Expr]:
    """On the axes: the first coordinate of every block where its own radial factor vanishes."""
    at = dict.fromkeys(symbols, sp.Integer(0))
    left = list(symbols)
    while left:
        first = left[0]
        axis = rule[symbols.index(first)].subs({s: 0 for s in symbols if s != first})
        radius = max(sp.solve(axis, first))
        at[first] = radius
        radial = sp.factor(rule[symbols.index(first)] / first)
        left = [s for s in left if s not in radial.free_symbols]
    return at


def test_the_written_out_systems_are_members_of_their_families() -> None:
    """Same rule, region and generators, computed twice, up to the names of variables."""
    pairs = [
        (families.torus(2), torus_2.system),
        (families.sphere(3), so3_sphere.system),
        (families.product(1, 3), torus1_so3_product.system),
    ]
    for family, written in pairs:
        at = {f"x{i + 1}": Fraction(3 * i - 4, 5) for i in range(family.dynamics.n)}
        other = dict(zip(written.dynamics.variables, at.values(), strict=True))
        assert values(family.dynamics.rule, at) == values(written.dynamics.rule, other)
        assert family.region is not None
        assert written.region is not None
        assert values(family.region.inequalities, at) == values(written.region.inequalities, other)
        assert family.action.matrix_at(at) == written.action.matrix_at(other)


def values(trees: Any, at: dict[str, Fraction]) -> list[Fraction]:
    from neutralmodes.exact.expression import evaluate

    return [evaluate(tree, at) for tree in trees]


def test_an_unkept_promise_is_noticed() -> None:
    """The mutant of the first test: the catalogue's promise moved by one."""
    liar = copy.copy(system("s1-attractor"))
    liar.expect = liar.expect | {"zero_exponents": 2}
    assert unmet_expectations(liar, certificate("s1-attractor")) == ("zero_exponents is 1, expected 2",)


def test_the_chaotic_systems_hold_their_proved_regions_with_a_reason() -> None:
    assert certificate("skew-lorenz").zero_exponents_if == 2
    complex_lorenz = certificate("complex-lorenz")
    assert complex_lorenz.zero_exponents == 0
    assert "does not converge to Sigma" in complex_lorenz.scope
    assert {"re_x = 0", "im_y = 0"} <= set(complex_lorenz.singular_set.strip("{}").split(", "))


@pytest.mark.parametrize(
    ("name", "radius"), [("skew-lorenz", 39), ("complex-lorenz", 39), ("complex-lorenz-rho10", 20)]
)
def test_a_ball_below_the_known_radius_is_left_by_the_flow(name: str, radius: int) -> None:
    """R^2 must exceed beta^2 (sigma + rho)^2/(4 (beta - 1)): 1540.3 and 426.7, between 39^2, 40^2 and 20^2, 21^2."""
    found = copy.copy(system(name))
    rho = 10 if name.endswith("rho10") else 28
    chaotic = found.dynamics.variables[-3:] if name == "skew-lorenz" else found.dynamics.variables
    ball = nm.Region.ball(chaotic, radius, [0] * (len(chaotic) - 1) + [10 + rho])
    found.region = nm.Region.annulus(["re_z", "im_z"], "1/2", "3/2") & ball if name == "skew-lorenz" else ball
    smaller = nm.certify(found, evidence=False, budget=3)
    assert smaller.obligations["invariance"].verdict is not nm.Verdict.PROVED
    assert smaller.conclusion in (nm.Conclusion.UNDECIDED, nm.Conclusion.REFUTED)


def test_a_perturbed_complex_lorenz_is_refuted_by_its_monomial() -> None:
    found = system("complex-lorenz")
    rule, symbols = on_sympy(found)
    rule[0] += sp.Rational(1, 10**9) * symbols[0]
    broken = nm.System("broken", nm.VectorField(symbols, rule), found.action, found.region, found.start)
    refuted = nm.certify(broken, evidence=False, budget=2)
    assert refuted.conclusion is nm.Conclusion.REFUTED
    witness = refuted.obligations["equivariance"].witness
    assert witness is not None
    assert any("1/1000000000" in monomial for monomial in witness["monomials"])
