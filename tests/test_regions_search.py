"""region=None: a ball, ellipsoid, box or level set is found, proved, put into the statement, and said."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import file_text
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.lyapunov import quadrics
from neutralmodes.obligations.search import with_region
from neutralmodes.verdict import Verdict
from neutralmodes_check import check

x, y, z, theta, u = sp.symbols("x y z theta u", real=True)
r2 = x**2 + y**2


def bare(rule: Sequence[Any], start: Sequence[Any], variables: Sequence[sp.Symbol] = (x, y), **more: Any) -> nm.System:
    """A system without a region; SO(2) turns its first two variables."""
    own = {key: more.pop(key) for key in ("inputs", "parameters", "angles") if key in more}
    kind = more.pop("kind", nm.VectorField)
    generator = more.pop("generator", [-variables[1], variables[0]] + [0] * (len(variables) - 2))
    action = nm.LieAction(variables, [generator])
    return nm.System("bare", kind(variables, rule, **own), action, None, start=start, **more)


def complex_lorenz() -> nm.System:
    re_x, im_x, re_y, im_y = state = sp.symbols("re_x im_x re_y im_y", real=True)
    rule = [
        10 * (re_y - re_x), 10 * (im_y - im_x),
        (28 - z) * re_x - re_y - im_y / 10, (28 - z) * im_x - im_y + re_y / 10,
        -sp.Rational(8, 3) * z + re_x * re_y + im_x * im_y,
    ]  # fmt: skip
    return bare(rule, [1, 0, 1, 1, 27], (*state, z), generator=[-im_x, re_x, -im_y, re_y, 0])


def test_complex_lorenz_finds_its_ball_about_a_point_of_the_z_axis() -> None:
    system = complex_lorenz()
    (first, *_) = quadrics(Ground(system))
    assert set(first.weights) == {1}
    assert first.centre[:4] == (0, 0, 0, 0)
    assert 30 <= first.centre[4] <= 42
    certificate = nm.certify(system, evidence=False)
    assert certificate.obligations["invariance"].verdict is Verdict.PROVED
    assert certificate.obligations["compactness"].verdict is Verdict.PROVED
    assert "found by search: the ball" in certificate.obligations["compactness"].notes[0]
    assert certificate.zero_exponents_if == 2
    report = check(file_text(certificate.to_dict()).encode())
    assert report.outcomes["invariance"] == "re-derived"
    assert len(certificate.statement["region"]["inequalities"]) == 1


def test_hopf_finds_an_annulus_and_with_it_a_certified_count() -> None:
    certificate = nm.certify(bare([x * (1 - r2) - y, y * (1 - r2) + x], [1, 0]), evidence=False)
    assert "outside" in certificate.obligations["compactness"].notes[0]
    assert certificate.zero_exponents == 1


@pytest.mark.parametrize("growth", [sp.tanh(2 - r2), 3 * sp.Function("sigmoid")(1 - r2) - 1], ids=["tanh", "sigmoid"])
def test_a_cell_with_a_repelling_origin_gets_an_annulus_that_the_checker_rederives(growth: sp.Expr) -> None:
    certificate = nm.certify(bare([growth * x - y, growth * y + x], [1, 0]), evidence=False)
    assert "outside" in certificate.obligations["compactness"].notes[0]
    assert certificate.zero_exponents == 1
    report = check(file_text(certificate.to_dict()).encode())
    assert report.certified
    assert report.outcomes["invariance"] == "re-derived"


def test_a_torus_finds_one_hole_for_each_circle() -> None:
    a, b = sp.symbols("a b", real=True)
    s2 = a**2 + b**2
    rule = [x * (1 - r2), y * (1 - r2), a * (2 - s2), b * (2 - s2)]
    circles = nm.groups.torus([[1, 0], [0, 1]]).on([x, y, a, b])
    torus = nm.System("torus", nm.VectorField([x, y, a, b], rule), circles, None, start=[1, 0, 1, 1])
    system, words = with_region(torus)
    assert words.count("outside") == 2
    assert system.region is not None
    assert len(system.region.inequalities) == 3


def test_a_weighted_sum_is_found_where_no_ball_traps() -> None:
    """x' = -x + 8 y z, y' = -y - z x, z' = -z - 5 x y + 1: only x^2 + 3 y^2 + z^2 and its kin lose the cubic terms."""
    system = bare([-x + 8 * y * z, -y - x * z, -z - 5 * x * y + 1], [1, 0, 0], (x, y, z))
    _, words = with_region(system)
    assert "ellipsoid" in words


@pytest.mark.parametrize(
    ("system", "words"),
    [
        (bare([-x + 2 * sp.tanh(x) - sp.tanh(y), -y + sp.tanh(x)], [0, 0]), "the box"),
        (bare([y, x - x**3], [1, 0], integrals=[y**2 - x**2 + x**4 / 2]), "level set"),
        (bare([1, -y + sp.sin(theta)], [0, 0], (theta, y), angles=[theta], generator=[1, 0]), "the box"),
        (bare([x / 2 + y / 4, y / 2 - x / 4], [1, 0], kind=nm.Map), "the ball"),
        (bare([sp.tanh(x + y), sp.tanh(x - y) / 2], [0, 0], kind=nm.Map), "the box"),
        (bare([-x + u, -y - u * x], [0, 0], inputs={u: nm.Interval(-1, 1)}), "the ball"),
    ],
    ids=["tanh network", "energy", "angle", "linear map", "tanh map", "input"],
)
def test_a_region_is_found_and_proved(system: nm.System, words: str) -> None:
    found, said = with_region(system)
    assert words in said
    certificate = nm.certify(found, evidence=False)
    assert certificate.obligations["invariance"].verdict is Verdict.PROVED
    assert certificate.obligations["compactness"].verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "system",
    [
        bare([x, y], [1, 0]),
        bare([-y, x], [1, 0]),
        bare([2 * x, 2 * y], [1, 0], kind=nm.Map),
        bare([-x + u, -y], [0, 0], inputs={u: nm.Interval(-(10**6), 10**6)}),
    ],
    ids=["repelling", "neutral", "expanding map", "overdriven"],
)
def test_nothing_is_claimed_where_nothing_traps(system: nm.System) -> None:
    found, words = with_region(system, 2.0)
    assert (found.region is None) == (words == "")
    if words:  # a circle of the neutral rotation is a region of a kind; it must hold
        assert nm.certify(found, evidence=False).obligations["invariance"].verdict is Verdict.PROVED


def test_a_given_region_is_left_alone() -> None:
    given = copy.copy(bare([-x, -y], [0, 0]))
    given.region = nm.Region.ball([x, y], 3)
    assert with_region(given) == (given, "")


def test_the_region_found_holds_the_start() -> None:
    far = bare([-x, -y], [100, 0])
    found, words = with_region(far)
    assert words
    assert found.outside(found.start) is None
