"""The drift law: closed forms, left neutral vectors, second order, and agreement with the broken equations."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes_systems.families import torus, unitary_sphere
from neutralmodes_systems.phase_integrator import system as phase_integrator
from neutralmodes_systems.so3_sphere import system as so3

X, Y = sp.symbols("re_z im_z", real=True)


def ring(shear=0):
    z = sp.Symbol("z")
    field = nm.VectorField.complex({z: (1 + sp.I * shear) * (1 - z * sp.conjugate(z)) * z})
    region = nm.Region.annulus([X, Y], "1/2", 2)
    return nm.System("ring", field, nm.groups.torus([[1]]).on(["re_z", "im_z"]), region, start=[1, 0])


def same(found, wanted):
    return all(sp.simplify(sp.expand_trig(sp.expand(a - b))) == 0 for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize("shear", [0, sp.Rational(1, 2), 3])
def test_a_quadrupole_on_a_sheared_ring(shear):
    """theta - q ln r is constant on isochrons: psi.g = Im(g/z) - q Re(g/z) = -sin 2 theta - q cos 2 theta."""
    found = nm.breaking.drift(ring(shear), [X, -Y])
    (theta,) = found.coordinates
    assert same(found.first, [-sp.sin(2 * theta) - shear * sp.cos(2 * theta)])


def test_several_harmonics_on_the_plain_ring():
    z = X + sp.I * Y
    g = sp.conjugate(z) ** 2 / 2 + sp.conjugate(z) ** 3 / 5 + sp.Rational(1, 7)
    found = nm.breaking.drift(ring(), list(sp.expand(g).as_real_imag()))
    (theta,) = found.coordinates
    assert same(found.first, [-sp.sin(3 * theta) / 2 - sp.sin(4 * theta) / 5 - sp.sin(theta) / 7])


def test_an_equivariant_turn_drifts_at_a_constant_rate_and_a_radial_push_not_at_all():
    assert nm.breaking.drift(ring(), [-Y, X]).first == sp.Matrix([1])
    assert nm.breaking.drift(ring(), [X, Y]).first == sp.Matrix([0])


def test_on_a_torus_the_drift_is_a_vector_field():
    x1, x2, x3, x4 = sp.symbols("x1:5", real=True)
    base = [1, 0, sp.Rational(11, 10), 0]
    found = nm.breaking.drift(torus(2), [x1 * x3, -x2 * x3, x3, -x4 * x1], base=base)
    a, b = found.coordinates
    wanted = [-sp.Rational(11, 10) * sp.sin(2 * a) * sp.cos(b), -sp.sin(b) * sp.cos(b) * (1 + sp.cos(a))]
    assert same(found.first, wanted)


def test_on_the_two_sphere_the_drift_is_that_of_the_angles():
    """Axis z: with g = (0, 0, z) on the unit sphere the height u = cos of the polar angle obeys u' = u (1 - u^2)."""
    z = sp.Symbol("z", real=True)
    found = nm.breaking.drift(so3, [0, 0, z], base=[1, 0, 0], chart=(0, 1))
    u = found.point[2]
    moved = sum(sp.diff(u, c) * rate for c, rate in zip(found.coordinates, found.first, strict=True))
    assert sp.simplify(moved - u * (1 - u**2)) == 0
    around = sp.atan(found.point[1] / found.point[0])
    assert sp.simplify(sum(sp.diff(around, c) * r for c, r in zip(found.coordinates, found.first, strict=True))) == 0


def test_the_chart_agrees_with_left_neutral_vectors_in_double():
    from neutralmodes.breaking._neutral import neutral
    from neutralmodes.breaking._numbers import Broken

    x, y, z = sp.symbols("x y z", real=True)
    g = [x * y + z, y**2 - x, z * x + sp.Rational(1, 3)]
    found, broken = nm.breaking.drift(so3, g, base=[0, 0, 1], chart=(2, 1)), Broken(so3, g)
    slopes = sp.lambdify(found.coordinates, found.point.jacobian(found.coordinates))
    point = sp.lambdify(found.coordinates, found.point)
    for theta in np.random.default_rng(0).uniform(-1, 1, (5, 2)):
        at = np.array(point(*theta), dtype=float).ravel()
        ambient = neutral(broken, at).drift(broken.g(at))
        assert np.allclose(np.array(slopes(*theta), dtype=float) @ found(theta), ambient, atol=1e-12)


def test_a_relative_equilibrium_keeps_its_turning():
    x, y = (sp.Symbol(name, real=True) for name in phase_integrator.dynamics.variables)
    found = nm.breaking.drift(phase_integrator, [x, -y])
    assert found.turning == sp.Matrix([sp.Rational(7, 10)])
    assert same(found.first, [-sp.sin(2 * found.coordinates[0])])


@pytest.mark.parametrize(("shear", "g"), [(0, [X + X**2 / 2, -Y + X * Y / 3]), (1, [X + X * Y / 2, -Y + X**2 / 3])])
def test_second_order_leaves_an_error_of_third_order(shear, g):
    """The exponent at the drift's zero does not depend on coordinates: against the broken equilibrium's, by numpy."""
    found = nm.breaking.drift(ring(shear), g, order=2)
    (theta,) = found.coordinates
    errors = []
    for size in (0.02, 0.01):
        rate = found.rate(size)[0]
        rest = float(sp.nsolve(rate, theta, -0.4 if shear else 0.0))
        second = float(sp.diff(rate, theta).subs(theta, rest))
        gap = nm.breaking.pseudo_gap(ring(shear), g, size)
        errors.append(abs(second - gap.exponents[0]))
        assert errors[-1] < abs(gap.predicted[0] - gap.exponents[0]) / 5
    assert 6 < errors[0] / errors[1] < 11


def test_an_orthogonal_projection_in_place_of_left_vectors_is_wrong():
    """Mutant: on the sheared ring the tangential part of g alone misses the gap by sqrt(1 + q^2)."""
    gap = nm.breaking.pseudo_gap(ring(3), [X, -Y], 1e-3).gap
    tangential = 2e-3  # of theta' = -eps sin 2 theta
    assert gap == pytest.approx(tangential * np.sqrt(10), rel=0.01)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"base": [2, 0]}, "not a relative equilibrium"),
        ({"base": [0, 0]}, "does not move"),
        ({"base": [1, 0, 0]}, "2 exact numbers"),
        ({"chart": [1]}, "chart"),
        ({"order": 3}, "order"),
    ],
)
def test_bad_input_is_named(options, words):
    with pytest.raises(nm.errors.InputError, match=words):
        nm.breaking.drift(ring(), [X, -Y], **options)


def test_a_degenerate_chart_is_refused():
    x, y, z = sp.symbols("x y z", real=True)
    with pytest.raises(nm.errors.InputError, match="chart"):
        nm.breaking.drift(so3, [x, y, z], base=[1, 0, 0], chart=(0, 2))  # the second turns about the base


def test_more_zero_eigenvalues_than_group_directions_are_refused():
    x, y = sp.symbols("x y", real=True)
    still = nm.System("still", nm.VectorField([x, y], [0 * x, 0 * y]), nm.LieAction([x, y], [[-y, x]]), start=[1, 0])
    with pytest.raises(nm.errors.InputError, match="zero eigenvalues"):
        nm.breaking.drift(still, [x, -y], base=[1, 0])
    with pytest.raises(nm.errors.InputError, match="zero eigenvalues"):
        nm.breaking.lifetime(still, [x, -y], 0.01)


def test_unitary_spheres_have_a_closed_drift():
    u = sp.symbols("x1:5", real=True)
    found = nm.breaking.drift(unitary_sphere(2), [u[0], u[1], 0, 0], base=[1, 0, 0, 0])
    share = found.point[0] ** 2 + found.point[1] ** 2  # |z_1|^2 on the sphere: its rate is 2 s (1 - s)
    rate = sum(sp.diff(share, c) * r for c, r in zip(found.coordinates, found.first, strict=True))
    at = dict(zip(found.coordinates, (0.3, 0.4, 0.5), strict=True))
    assert float((rate - 2 * share * (1 - share)).subs(at)) == pytest.approx(0, abs=1e-12)
