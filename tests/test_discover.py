"""discover: every polynomial symmetry up to a degree, against fields whose symmetries are known."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import sympy as sp
from flint import fmpq

import neutralmodes as nm
from neutralmodes import groups
from neutralmodes._discover import Search
from neutralmodes.errors import InputError
from neutralmodes.exact.modular import Kernel, kernel, primes, reconstruct
from neutralmodes.statement import infix

x, y, z = sp.symbols("x y z", real=True)


def oscillators(m: int) -> nm.VectorField:
    """m oscillators q'' = -9 q."""
    q, p = sp.symbols(f"q0:{m}", real=True), sp.symbols(f"p0:{m}", real=True)
    names = [s for pair in zip(q, p, strict=True) for s in pair]
    return nm.VectorField(names, [e for a, b in zip(q, p, strict=True) for e in (b, -9 * a)])


def stuart_landau(m: int) -> nm.VectorField:
    v = sp.symbols(f"v0:{2 * m}", real=True)
    size = sum(s**2 for s in v)
    rule = []
    for a, b in zip(v[::2], v[1::2], strict=True):
        rule += [a - 3 * b - size * (a - 2 * b), b + 3 * a - size * (b + 2 * a)]
    return nm.VectorField(v, rule)


def central_force() -> nm.VectorField:
    q, p = sp.symbols("q0:3", real=True), sp.symbols("p0:3", real=True)
    return nm.VectorField([*q, *p], [*p, *[-sum(s**2 for s in q) * s for s in q]])


LORENZ = nm.VectorField([x, y, z], [10 * (y - x), x * (28 - z) - y, x * y - sp.Rational(8, 3) * z])


@pytest.mark.parametrize("m", [1, 2, 3])
def test_equal_oscillators_have_gl_m_c_and_keep_their_energy_by_u_m(m: int) -> None:
    found = nm.discover(oscillators(m))
    assert found.dimension == 2 * m**2
    assert found.has_flow
    assert found.facts is not None
    assert found.facts.name == f"gl({m},C)"
    assert found.kept is not None
    assert found.kept.facts is not None
    assert (found.kept.facts.name, found.kept.facts.dimension) == (f"u({m})", m**2)
    energy = sp.sympify(infix(found.kept.energy).replace("^", "**"))
    q, p = sp.symbols(f"q0:{m}"), sp.symbols(f"p0:{m}")
    assert sp.expand(energy - sum(a**2 + b**2 / 9 for a, b in zip(q, p, strict=True))) == 0


@pytest.mark.parametrize("m", [1, 2, 3])
def test_units_coupled_through_their_total_size_have_u_m(m: int) -> None:
    found = nm.discover(stuart_landau(m))
    assert found.facts is not None
    assert (found.facts.name, found.dimension) == (f"u({m})", m**2)
    assert found.forced_zero_exponents == 2 * m - 1
    assert not found.has_flow


def test_a_quartic_central_force_has_so3_and_the_flow_at_its_own_degree() -> None:
    found = nm.discover(central_force())
    assert found.facts is not None
    assert (found.facts.name, found.forced_zero_exponents, found.has_flow) == ("so(3)", 3, False)


def test_lorenz_has_no_symmetry_but_itself() -> None:
    first, second = nm.discover(LORENZ), nm.discover(LORENZ, degree=2)
    assert (first.dimension, first.has_flow, first.action) == (0, False, None)
    assert (second.dimension, second.has_flow, second.action) == (1, True, None)
    assert second.forced_zero_exponents == 0
    assert "the rule itself only" in str(second)


def test_every_symmetry_of_a_cubic_field_of_degree_three_is_found_and_the_closed_part_kept() -> None:
    """z' = (1 + i) z - |z|^2 z: at degree 3 the rotation and the field; they commute."""
    r2 = x**2 + y**2
    field = nm.VectorField([x, y], [x - y - r2 * x, y + x - r2 * y])
    found = nm.discover(field, degree=3)
    assert (found.dimension, found.has_flow, found.closed) == (2, True, True)
    assert found.action is not None
    assert found.action.generators == (("0", "0"),) or found.action.p == 1
    assert found.facts is not None
    assert found.facts.name == "u(1)"


def test_brackets_that_leave_the_degree_leave_a_closed_part() -> None:
    """x' = 0, y' = 0 at degree 2: all quadratic fields of the plane; the affine ones are closed."""
    field = nm.VectorField([x, y], [0, 0])
    found = nm.discover(field, degree=2)
    assert found.dimension == 12
    assert not found.closed
    assert found.action is not None
    affine = [[1, 0], [0, 1], [x, 0], [y, 0], [0, x], [0, y]]
    whole = nm.LieAction([x, y], [*affine])
    assert all(
        found.action.coordinates([found.action.field.element(t) for t in xi]) is not None for xi in whole.generators
    )


def test_a_map_has_its_linear_symmetries() -> None:
    r2 = x**2 + y**2
    found = nm.discover(nm.Map([x, y], [(x - 2 * y) * r2, (y + 2 * x) * r2]))
    assert found.facts is not None
    assert (found.facts.name, found.dimension, found.has_flow) == ("u(1)", 1, False)
    shift = nm.discover(nm.Map([x, y], [x + y**2, y]))
    assert shift.dimension == 3  # d/dx, y d/dx and the scaling 2x d/dx + y d/dy


def test_a_map_with_vanishing_bracket_only_has_no_symmetry() -> None:
    """F = -1, xi = d/dx: the bracket of vector fields vanishes, DF xi - xi(F) = -1 does not."""
    assert nm.discover(nm.Map([x], [sp.Integer(-1)]), degree=0).dimension == 0


def test_a_rational_rule_and_parameters_are_served() -> None:
    a = sp.Symbol("a", real=True)
    rule = [x * a / (1 + x**2 + y**2) - y, y * a / (1 + x**2 + y**2) + x]
    for value in (sp.Rational(7, 3), nm.Interval(0, 1)):
        found = nm.discover(nm.VectorField([x, y], rule, parameters={a: value}))
        assert found.facts is not None
        assert found.facts.name == "u(1)"
    rule[0] += a * x**2
    broken = nm.discover(nm.VectorField([x, y], rule, parameters={a: nm.Interval(0, 1)}))
    assert broken.dimension == 0


def test_large_coefficients_are_lifted_through_several_primes() -> None:
    """x' = A x: the symmetries of degree 1 are span(1, A), with entries far above a 31-bit prime's reach."""
    big = sp.Rational(10**40 + 7, 3**30)
    found = nm.discover(nm.VectorField([x, y], [big * y, x + y]))
    assert found.dimension == 2
    assert found.action is not None
    assert any(str(3**30) in infix(t) or str(10**40 + 7) in infix(t) for xi in found.action.generators for t in xi)


def test_a_vector_that_does_not_commute_is_turned_away() -> None:
    search = Search(stuart_landau(1), 1)
    turn = {search.monomials.index((0, 1)): fmpq(-1), len(search.monomials) + search.monomials.index((1, 0)): fmpq(1)}
    assert search._commutes(turn)
    assert not search._commutes({**turn, 0: fmpq(1)})


def test_the_dimension_agrees_with_floats_on_a_random_equivariant_field() -> None:
    """A second engine: the numerical rank of the same linear conditions from finite differences."""
    variables = sp.symbols("v0:6", real=True)
    dots = [sum(variables[3 * i + k] * variables[3 * j + k] for k in range(3)) for i, j in ((0, 0), (0, 1), (1, 1))]
    rule = [
        variables[3 * i + k] * dots[i] - variables[3 - 3 * i + k] * (dots[1] + 2) for i in range(2) for k in range(3)
    ]
    f = sp.lambdify(variables, rule, "numpy")
    rng = np.random.default_rng(1)
    rows = []
    for _ in range(20):
        at = rng.normal(size=6)
        value, step = np.array(f(*at)), 1e-6
        jacobian = np.array(
            [(np.array(f(*(at + step * e))) - np.array(f(*(at - step * e)))) / (2 * step) for e in np.eye(6)]
        ).T
        basis = np.concatenate([[1.0], at])
        slope = np.concatenate([[0.0], value])
        rows.append(np.kron(jacobian, basis) - np.kron(np.eye(6), slope))
    sizes = np.linalg.svd(np.vstack(rows), compute_uv=False)
    nullity = int((sizes < 1e-6 * sizes[0]).sum())
    found = nm.discover(nm.VectorField(variables, rule))
    assert found.dimension == nullity == 3


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: nm.discover(nm.VectorField([x], [sp.sin(x)])), "uses .*sin"),
        (lambda: nm.discover(LORENZ, degree=-1), "at least 0"),
        (lambda: nm.discover(LORENZ, degree=20), "unknown coefficients"),
        (lambda: nm.discover([x]), "needs a VectorField"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_searched_is_refused(build: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        build()


def test_the_result_is_plain_data_and_the_seed_changes_nothing() -> None:
    found = nm.discover(stuart_landau(2))
    again = nm.discover(stuart_landau(2), seed=5)
    data = json.loads(json.dumps(found.to_json()))
    assert data == json.loads(json.dumps(again.to_json()))
    assert data["algebra"]["name"] == "u(2)"


def test_a_found_action_is_proved_by_the_certificate_pipeline() -> None:
    field = stuart_landau(2)
    found = nm.discover(field)
    assert found.action is not None
    obligations = nm.certify(nm.System("found", field, found.action), evidence=False).obligations
    assert {obligations[name].verdict for name in ("closure", "equivariance")} == {"PROVED"}


def test_a_named_group_lies_in_what_is_found() -> None:
    names = [f"v{i}" for i in range(6)]
    found = nm.discover(stuart_landau(3))
    assert found.action is not None
    for xi in groups.u(3).on(names).generators:
        assert found.action.coordinates([found.action.field.element(t) for t in xi]) is not None


def test_rationals_come_back_from_their_residues() -> None:
    prime = next(primes())
    for value in (fmpq(-7, 12), fmpq(1234, 567), fmpq(0), fmpq(1)):
        residue = int(value.p) * pow(int(value.q), -1, prime) % prime
        assert reconstruct(residue, prime) == value


def test_a_kernel_modulo_two_primes_lifts_what_one_cannot() -> None:
    source = primes()
    one, two = next(source), next(source)
    value = fmpq(123456, 654321)
    kernels: list[Kernel] = []
    for prime in (one, two):
        entry = -int(value.p) * pow(int(value.q), -1, prime) % prime
        kernels.append(kernel(np.array([[1, entry]], dtype=np.int64), prime))
    assert kernels[0].lifted() != [{1: fmpq(1), 0: value}]
    assert kernels[0].joined(kernels[1]).lifted() == [{1: fmpq(1), 0: value}]
