"""Lifetimes and pseudo-gaps measured on broken equations, against closed forms; sweeps; noise; what survives."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes_systems.complex_lorenz import system as complex_lorenz
from neutralmodes_systems.families import torus
from neutralmodes_systems.phase_integrator import system as phase_integrator
from neutralmodes_systems.so3_sphere import system as so3

X, Y = sp.symbols("re_z im_z", real=True)
START = [math.cos(0.25), math.sin(0.25)]
pytestmark = pytest.mark.numbers


def ring(shear=0):
    z = sp.Symbol("z")
    field = nm.VectorField.complex({z: (1 + sp.I * shear) * (1 - z * sp.conjugate(z)) * z})
    return nm.System("ring", field, nm.groups.torus([[1]]).on(["re_z", "im_z"]), start=[1, 0])


def quadrupole(k=2):
    return [k * X / 2, -k * Y / 2]


@pytest.mark.parametrize(("k", "size"), [(1, 0.1), (2, 0.01), (3, 0.03)])
def test_the_event_is_located_to_the_closed_form(k, size):
    """theta' = -(k eps/2) sin 2 theta exactly: T = ln(tan theta_0/tan theta_1)/(k eps)."""
    found = nm.breaking.lifetime(ring(), quadrupole(k), size, start=START)
    closed = math.log(math.tan(0.25) / math.tan(0.05)) / (k * size)
    assert found.measured == pytest.approx(closed, rel=1e-9)
    assert found.drift_law == pytest.approx(closed, rel=1e-9)
    assert found.linear == pytest.approx(-math.log(1 - 0.2 / 0.25) / (k * size), rel=1e-9)
    assert found.gap == pytest.approx(k * size, rel=1e-9)
    assert not found.censored


def test_the_error_of_the_drift_law_is_of_first_order():
    g = [X + (X**2 - Y**2) / 2, -Y - X * Y]
    errors = []
    for size in (0.02, 0.01):
        found = nm.breaking.lifetime(ring(), g, size, start=START)
        errors.append(found.measured / found.drift_law - 1)
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.1)
    assert 1e-4 < abs(errors[1]) < 0.01


def test_a_cap_censors_and_a_pinned_phase_is_never_lost():
    capped = nm.breaking.lifetime(ring(), quadrupole(), 0.1, start=START, cap=1.0)
    assert (capped.censored, capped.measured) == (True, 1.0)
    pinned = nm.breaking.lifetime(ring(), quadrupole(), 0.1, start=[math.cos(0.1), math.sin(0.1)])
    assert pinned.censored
    assert pinned.drift_law == pinned.linear == math.inf


def test_two_circles_have_two_gaps_and_lifetimes_of_their_own():
    x1, x2, x3, x4 = sp.symbols("x1:5", real=True)
    g = [x1, -x2, x3 / 4, -x4 / 4]
    start = [math.cos(0.25), math.sin(0.25), 1.1 * math.cos(0.25), 1.1 * math.sin(0.25)]
    gap = nm.breaking.pseudo_gap(torus(2), g, 0.01, start=start)
    assert gap.exponents == pytest.approx([-0.005, -0.02], rel=1e-9)
    assert gap.predicted == pytest.approx([-0.005, -0.02], rel=1e-9)
    times = [nm.breaking.lifetime(torus(2), g, 0.01, start=start, remembered=[b]) for b in (["x1", "x2"], ["x3", "x4"])]
    assert times[1].measured == pytest.approx(4 * times[0].measured, rel=1e-6)
    both = nm.breaking.lifetime(torus(2), g, 0.01, start=start)
    assert both.measured == pytest.approx(times[0].measured, rel=1e-9)
    assert both.linear is None


def test_a_pseudo_gap_is_that_of_the_quadratic_form():
    """x' gets S x on the sphere: the exponents are eps (s_k - s_1), by numpy's eigenvalues."""
    x, y, z = sp.symbols("x y z", real=True)
    matrix = np.array([[1.0, 0.5, 0.0], [0.5, -1.0, 0.25], [0.0, 0.25, 0.5]])
    g = [sum(sp.nsimplify(m) * v for m, v in zip(row, (x, y, z), strict=True)) for row in matrix]
    gap = nm.breaking.pseudo_gap(so3, g, 0.05, start=[0.48, 0.6, 0.64])
    s = np.sort(np.linalg.eigvalsh(matrix))[::-1]
    assert gap.exponents == pytest.approx(0.05 * (s[1:] - s[0]), rel=1e-9)
    assert gap.predicted == pytest.approx(gap.exponents, rel=1e-9)


def test_a_drift_that_never_rests_has_no_gap():
    with pytest.raises(nm.errors.EvidenceError, match="rest"):
        nm.breaking.pseudo_gap(ring(), [-Y, X], 0.01)


def test_in_a_chaotic_host_the_unbroken_phase_has_no_gap_and_no_prediction():
    names = [sp.Symbol(n, real=True) for n in complex_lorenz.dynamics.variables]
    gap = nm.breaking.pseudo_gap(complex_lorenz, [names[0], -names[1], 0, 0, 0], 0.0, time=200.0)
    assert gap.predicted is None
    assert abs(gap.exponents[0]) < 4 * gap.errors[0]


def test_a_sweep_goes_on_where_it_was(tmp_path):
    path, seen = tmp_path / "sweep.jsonl", []
    families = {"quadrupole": (ring(), quadrupole())}
    first = nm.breaking.sweep(families, [0.1, 0.05], path=path, start=START)
    with path.open("a") as file:
        file.write('{"family": "quadru')  # cut short by an interruption
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], lines[2]]))
    families["other"] = (None, None)  # would fail if it were computed
    again = nm.breaking.sweep(
        {"quadrupole": families["quadrupole"]}, [0.1], path=path, start=START, progress=lambda c, d: seen.append((c, d))
    )
    assert again["quadrupole", 0.1] == first["quadrupole", 0.1]
    assert seen == [("quadrupole at 0.1", 0.0)]
    assert len(path.read_text().splitlines()) == 2


def test_what_a_sweep_has_done_is_not_done_again(tmp_path):
    path = tmp_path / "sweep.jsonl"
    found = nm.breaking.sweep({"a": (ring(), quadrupole())}, [0.1], path=path, start=START)
    row = json.loads(path.read_text())
    path.write_text(json.dumps({**row, "measured": 123.0}) + "\n")
    again = nm.breaking.sweep({"a": (None, None)}, [0.1], path=path, start=START)
    assert again["a", 0.1].measured == 123.0 != found["a", 0.1].measured
    with pytest.raises(nm.errors.InputError, match="options"):
        nm.breaking.sweep({"a": (ring(), quadrupole())}, [0.1], path=path, start=START, deviation=0.1)
    path.write_text("nonsense\n")
    with pytest.raises(nm.errors.InputError, match="line 1"):
        nm.breaking.sweep({"a": (ring(), quadrupole())}, [0.1], path=path, start=START)


@pytest.mark.parametrize("shear", [0, 2])
def test_noise_diffuses_the_phase_by_the_left_vector(shear):
    """theta - q ln r is a martingale to first order: D (1 + q^2)."""
    found = nm.breaking.diffusion(ring(shear), 1e-5, paths=4000, step=0.02, seed=3)
    assert found.predicted == pytest.approx(1e-5 * (1 + shear**2), rel=1e-9)
    assert abs(found.measured - found.predicted) < 4 * found.error
    assert found.error < 0.06 * found.predicted


def test_a_wrong_diffusion_would_be_seen():
    """Mutant: the tangential part alone, D in place of D (1 + q^2), is many standard errors away."""
    found = nm.breaking.diffusion(ring(2), 1e-5, paths=4000, step=0.02, seed=3)
    assert found.measured - 1e-5 > 10 * found.error


def test_so3_broken_to_so2_keeps_one_zero():
    """z' loses z: the equator attracts, and turns about the axis still protect the place on it."""
    x, y, z = sp.symbols("x y z", real=True)
    band = nm.Region([x**2 + y**2 - sp.Rational(1, 4), 4 - x**2 - y**2, sp.Rational(1, 4) - z**2])
    found = nm.certify(nm.breaking.perturbed(so3, [0, 0, -z], 1, region=band), evidence=False, budget=4)
    assert found.conclusion is nm.Conclusion.REFUTED
    assert found.surviving is not None
    assert found.surviving.conclusion is nm.Conclusion.CERTIFIED
    assert found.surviving.zero_exponents == 1


def test_so3_broken_to_the_cube_keeps_nothing():
    x, y, z = sp.symbols("x y z", real=True)
    found = nm.certify(nm.breaking.perturbed(so3, [x**3, y**3, z**3], "1/10"), evidence=False, budget=4)
    assert found.conclusion is nm.Conclusion.REFUTED
    assert found.surviving is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"perturbation": [X]}, "1 components"),
        ({"perturbation": [X, sp.Symbol("w")]}, "unknown symbol"),
        ({"size": -0.1}, "size"),
        ({"deviation": 4.0}, "deviation"),
        ({"start": [2.0, 0.0]}, "relative equilibrium"),
        ({"start": [1.0]}, "2 finite numbers"),
        ({"remembered": [["re_w"]]}, "re_w"),
        ({"system": phase_integrator}, "turns by itself"),
    ],
)
def test_bad_input_is_named(change, words):
    system = change.get("system", ring())
    names = [sp.Symbol(n, real=True) for n in system.dynamics.variables]
    options = {"perturbation": [names[0], -names[1]], "size": 0.1, **change}
    options.pop("system", None)
    if system is phase_integrator:
        options["start"] = [1.0, 0.0]
    with pytest.raises(nm.errors.InputError, match=words):
        nm.breaking.lifetime(system, options.pop("perturbation"), options.pop("size"), **options)
