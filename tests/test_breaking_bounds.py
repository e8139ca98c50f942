"""Robustness: proved bounds of a broken exponent (theorem B) and of a phase's lifetime (L1), and forgeries of them."""

from __future__ import annotations

import copy
import math
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
from scipy.integrate import solve_ivp

import neutralmodes as nm
from neutralmodes.certificate import canonical, digest
from neutralmodes_check.checker import check
from neutralmodes_check.refusal import NotDerived, Unreadable

X, Y = sp.symbols("re_z im_z", real=True)
SQUARE = X**2 + Y**2
EPS = sp.Rational(1, 100)


def narrow(square):
    return nm.Region([square - sp.Rational(19, 20), sp.Rational(21, 20) - square])


NARROW = narrow(SQUARE)


def ring(shear=0, start=(1, 0), charge=1, extra=(0, 0), region=NARROW):
    """z' = (1 + i q)(1 - |z|^2) z + extra."""
    z = sp.Symbol("z")
    field = nm.VectorField.complex({z: (1 + sp.I * shear) * (1 - z * sp.conjugate(z)) * z})
    whole = nm.System("ring", field, nm.groups.torus([[charge]]).on(["re_z", "im_z"]), region, start=start)
    return nm.breaking.perturbed(whole, extra, 1)


def start_at(angle):
    half = Fraction(math.tan(angle / 2)).limit_denominator(10**6)
    return [(1 - half**2) / (1 + half**2), 2 * half / (1 + half**2)]


def quadrupole(strength=2, **options):
    """theta' = -(strength/2) eps sin 2 theta where there is no shear."""
    return ring(extra=[strength * EPS * X / 2, -strength * EPS * Y / 2], **options)


def robustness(system, **options):
    return nm.breaking.certify_lifetime(system, budget=1, **options).obligations["robustness"]


def time_of(obligation):
    return obligation.proof["lifetime"]["time"]


@pytest.fixture(scope="module")
def data():
    broken = quadrupole(shear=sp.Rational(1, 2), start=start_at(0.75))
    return nm.breaking.certify_lifetime(broken, deviation="1/5", steps=6, budget=2).to_dict()


@pytest.fixture(scope="module")
def tilted():
    """z' = (1 - |z|^2) z + eps conj z beside s' = -2 s + eps x/4, with the phase of z (1 + i s/4), not along xi."""
    x, y, s = sp.symbols("x y s", real=True)
    square = x**2 + y**2
    field = nm.VectorField([x, y, s], [(1 - square) * x, (1 - square) * y, -2 * s])
    region = narrow(square) & nm.Region([sp.Rational(1, 100) - s**2])
    whole = nm.System("tilted", field, nm.LieAction([x, y, s], [[-y, x, 0]]), region, start=[1, 0, 0])
    broken = nm.breaking.perturbed(whole, [x, -y, x / 4], EPS)
    return nm.breaking.certify_lifetime(broken, phase=[x - s * y / 4, y + s * x / 4], budget=2).to_dict()


def forged(data, change):
    twin = copy.deepcopy(data)
    change(twin["obligations"]["robustness"]["proof"])
    twin["digest"] = digest({k: twin[k] for k in ("schema", "statement", "obligations", "conclusion")})
    return canonical(twin).encode()


def test_the_checker_derives_the_bounds_of_a_refuted_symmetry(data):
    report = check(canonical(data).encode())
    assert report.conclusion["verdict"] == "REFUTED"
    assert report.outcomes["robustness"] == "re-derived"
    exponent = data["obligations"]["robustness"]["proof"]["exponent"]
    exponent = {k: Fraction(v) for k, v in exponent.items() if k != "proofs"}
    assert report.bounds.gamma == exponent["beta0"] + exponent["sigma"] * exponent["rho"]
    assert report.bounds.time == Fraction(data["obligations"]["robustness"]["proof"]["lifetime"]["time"])


def scaled(name, factor):
    def change(proof):
        proof["exponent"][name] = str(Fraction(proof["exponent"][name]) * factor)

    return change


def steps(key, change):
    return lambda proof: change(proof["lifetime"][key])


@pytest.mark.parametrize(
    "change",
    [
        scaled("kappa", Fraction(6, 5)),
        scaled("sigma", Fraction(4, 5)),
        scaled("beta0", Fraction(4, 5)),
        scaled("beta1", Fraction(4, 5)),
        scaled("rho", Fraction(4, 5)),
        scaled("rho", 1000),
        scaled("rho", -1),
        scaled("least", Fraction(6, 5)),
        scaled("most", Fraction(4, 5)),
        lambda p: p["exponent"]["proofs"].update(above=p["exponent"]["proofs"]["least"]),
        lambda p: p["phase"].update(charge=-1),
        lambda p: p["phase"].update(charge=0),
        lambda p: p["phase"].update(u=p["phase"]["v"], v=p["phase"]["u"]),
        lambda p: p.update(phase=None),
        lambda p: p.update(exponent=None, lifetime=None),
        lambda p: p.update(rule="identity"),
        lambda p: p["lifetime"].update(time=str(Fraction(p["lifetime"]["time"]) * Fraction(101, 100))),
        lambda p: p["lifetime"].update(time=None),
        lambda p: p["lifetime"].update(deviation="1/6"),
        lambda p: p["lifetime"].update(start=0),
        lambda p: p["lifetime"].update(start=p["lifetime"]["start"] - 1),
        steps("speeds", lambda s: s.__setitem__(0, "0")),
        steps("speeds", lambda s: s.__setitem__(0, str(Fraction(s[0]) * Fraction(9, 10)))),
        steps("speeds", lambda s: s.__setitem__(0, str(Fraction(s[0]) * Fraction(11, 10)))),
        steps("directions", lambda e: e.reverse()),
        steps("directions", lambda e: e.__setitem__(0, ["1", "0"])),
    ],
)
def test_a_wrong_bound_is_rejected(data, change):
    with pytest.raises((NotDerived, Unreadable)):
        check(forged(data, change))


def test_a_phase_that_is_tilted_against_xi_keeps_a_share_of_a_difference(tilted):
    """tau: the phases of two states on one group orbit, by another integrator, against the share that must be left."""
    bounds = check(canonical(tilted).encode()).bounds
    assert 0 < bounds.spread < 1

    def rate(_, w):
        (x, y, s), r = w, w[0] ** 2 + w[1] ** 2
        return [(1 - r) * x + float(EPS) * x, (1 - r) * y - float(EPS) * y, -2 * s + float(EPS) * x / 4]

    def phase(w):
        return np.unwrap(np.angle((w[0] + 1j * w[1]) * (1 + 1j * w[2] / 4)))

    runs = [
        phase(solve_ivp(rate, (0, 80), [np.cos(a), np.sin(a), 0.05], t_eval=np.linspace(0, 80, 200), rtol=1e-10).y)
        for a in (0.1, 0.4)
    ]
    share = (runs[1] - runs[0]) / (runs[1] - runs[0])[0]
    assert np.all(share >= (1 - float(bounds.spread)) * np.exp(-float(bounds.gamma) * np.linspace(0, 80, 200)) - 1e-9)


def test_a_smaller_tilt_is_rejected(tilted):
    with pytest.raises(NotDerived):
        check(forged(tilted, scaled("tau", Fraction(4, 5))))
    with pytest.raises(NotDerived):
        check(forged(tilted, lambda p: p.update(phase=None)))


def test_the_bounds_need_a_region_that_is_proved_invariant(data):
    twin = copy.deepcopy(data)
    twin["obligations"]["invariance"].update(verdict="ASSUMED", proof=None)
    twin["digest"] = digest({k: twin[k] for k in ("schema", "statement", "obligations", "conclusion")})
    with pytest.raises(NotDerived, match="robustness"):
        check(canonical(twin).encode())


@pytest.mark.parametrize("shear", [0, sp.Rational(1, 2), 1, 3])
def test_gamma_is_above_the_true_gap_and_within_a_factor_of_two(shear):
    # The gap of the drift theta' = -eps (sin 2 theta + q cos 2 theta) is 2 eps sqrt(1 + q^2), up to order eps^2.
    exponent = robustness(quadrupole(shear=shear)).proof["exponent"]
    gamma = float(Fraction(exponent["beta0"]) + Fraction(exponent["sigma"]) * Fraction(exponent["rho"]))
    gap = 2 * float(EPS) * math.sqrt(1 + float(shear) ** 2)
    assert 0.98 * gap < gamma < 2 * gap


def test_the_exponent_of_the_group_direction_keeps_to_the_bound(data):
    """The variational equation by another integrator, from several states and over several times."""
    bounds = check(canonical(data).encode()).bounds
    q, eps = 0.5, float(EPS)

    def rate(_, w):
        z, v = complex(w[0], w[1]), complex(w[2], w[3])
        f = (1 + 1j * q) * (1 - abs(z) ** 2) * z + eps * z.conjugate()
        df = (1 + 1j * q) * ((1 - 2 * abs(z) ** 2) * v - z**2 * v.conjugate()) + eps * v.conjugate()
        return [f.real, f.imag, df.real, df.imag]

    for angle in np.linspace(0, np.pi, 7):
        z = np.exp(1j * angle)
        run = solve_ivp(rate, (0, 60), [z.real, z.imag, (1j * z).real, (1j * z).imag], rtol=1e-10, atol=1e-12)
        grown = np.abs(np.log(np.hypot(run.y[2], run.y[3])))
        assert np.all(grown <= float(bounds.gamma) * run.t + 0.5 * math.log(bounds.rest))


@pytest.mark.parametrize("strength", [1, 3])
def test_the_proved_lifetime_is_just_below_the_closed_form(strength):
    system = quadrupole(strength, start=start_at(0.25))
    found = robustness(system, deviation="1/5", steps=32)
    start = math.atan2(*(float(v) for v in reversed(system.start)))
    true = math.log(math.tan(start) / math.tan(start - 0.2)) / (strength * float(EPS))
    assert 0.96 * true < float(Fraction(time_of(found))) < true


def test_more_steps_prove_more():
    times = [Fraction(time_of(robustness(quadrupole(start=start_at(0.25)), deviation="1/5", steps=k))) for k in (2, 8)]
    assert times[0] < times[1]


def test_the_bracket_does_not_control_an_absolute_phase():
    """An equivariant rotation at rate eps: b = 0 and gamma = 0, yet the phase is lost at d/eps."""
    found = robustness(ring(extra=[-EPS * Y, EPS * X]), deviation="1/5", steps=4)
    exponent = found.proof["exponent"]
    assert Fraction(exponent["beta0"]) == Fraction(exponent["beta1"]) == Fraction(exponent["rho"]) == 0
    assert float(Fraction(time_of(found))) == pytest.approx(0.2 / float(EPS), rel=1e-4)


def test_a_pinned_phase_is_kept_for_ever():
    assert time_of(robustness(quadrupole(), deviation="1/5", steps=1)) is None


def test_a_phase_of_charge_two_deviates_by_half_the_argument():
    one = time_of(robustness(quadrupole(start=start_at(0.25)), deviation="1/5", steps=8))
    two = robustness(quadrupole(start=start_at(0.25), charge=2), deviation="1/10", steps=8)
    assert two.proof["phase"]["charge"] == 2
    assert float(Fraction(time_of(two))) == pytest.approx(float(Fraction(one)), rel=1e-4)  # the room of the limits


def test_a_chaotic_host_stays_undecided():
    from neutralmodes_systems.complex_lorenz import system

    x, y, *_ = (sp.Symbol(name, real=True) for name in system.dynamics.variables)
    found = robustness(nm.breaking.perturbed(system, [x, -y, 0, 0, 0], "1/10"))
    assert found.verdict is nm.Verdict.UNDECIDED
    assert found.proof is None


def test_without_an_invariant_region_it_stays_undecided():
    outside = nm.Region([SQUARE - 2, 3 - SQUARE])
    found = robustness(ring(start=("3/2", 0), region=outside))
    assert found.verdict is nm.Verdict.UNDECIDED
    assert "invariance" in found.method


def test_a_strong_breaking_stays_undecided():
    """Where the transverse contraction does not outweigh the bracket the quadratic of theorem B has no root."""
    wide = nm.Region([SQUARE - sp.Rational(1, 10), 2 - SQUARE])
    found = robustness(ring(shear=3, extra=[X * 2 / 5, -Y * 2 / 5], region=wide))
    assert found.verdict is nm.Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"generator": 1}, "generator"),
        ({"deviation": 0}, "deviation"),
        ({"deviation": "1/5", "phase": [X]}, "phase"),
        ({"deviation": "1/5", "phase": [Y, X]}, "turn"),
        ({"steps": 0}, "steps"),
    ],
)
def test_bad_input_is_named(options, words):
    with pytest.raises(nm.errors.InputError, match=words):
        robustness(quadrupole(), **options)
