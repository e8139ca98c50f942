"""The scope of a conditional count: exact waves, traps off Sigma, Sigma in pieces and where their orbits go."""

from __future__ import annotations

import copy
from fractions import Fraction

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import canonical, digest
from neutralmodes_check.checker import check
from neutralmodes_check.refusal import NotDerived, Unreadable
from neutralmodes_systems.complex_lorenz import system


@pytest.fixture(scope="module")
def data():
    return nm.certify(system, evidence=False).to_dict()


def forged(data, change):
    twin = copy.deepcopy(data)
    change(twin["obligations"]["recurrence"]["proof"])
    twin["digest"] = digest({k: twin[k] for k in ("schema", "statement", "obligations", "conclusion")})
    return canonical(twin).encode()


def value(tree):
    """An expression without names, by sympy: independent of the library's own arithmetic."""
    if isinstance(tree, str):
        return sp.Rational(tree)
    operands = [value(t) for t in tree[1:]]
    return {"sqrt": lambda a: sp.sqrt(a), "*": lambda *a: sp.Mul(*a)}[tree[0]](*operands)


def test_the_wave_is_the_known_rotating_wave(data):
    wave = data["obligations"]["recurrence"]["proof"]["wave"]
    x1, x2, y1, y2, z = map(value, wave["point"])
    (omega,) = map(value, wave["coefficients"])
    sigma, rho, beta, e = 10, 28, sp.Rational(8, 3), sp.Rational(1, 10)
    # x' = i w x gives y = (1 + i w / sigma) x; the imaginary part of y' fixes w, its real part fixes z.
    assert omega == e * sigma / (sigma + 1)
    assert x2 == 0
    assert sp.simplify(y1 - x1) == 0
    assert sp.simplify(y2 - omega / sigma * x1) == 0
    assert sp.simplify(rho - z - 1 + (omega - e) * omega / sigma) == 0
    assert sp.simplify(x1**2 - beta * z) == 0


def test_in_sigma_every_orbit_goes_to_the_origin(data):
    # On the z axis z' = -8/3 z, so d(z^2)/dt = -16/3 z^2: any rate up to 16/3 is right.
    (piece,) = data["obligations"]["rank"]["proof"]["components"]["pieces"]
    assert piece == [[["1", [int(i == j) for i in range(5)]]] for j in (3, 2, 1, 0)]
    (fate,) = data["obligations"]["recurrence"]["proof"]["strata"]
    assert fate["of"] == "origin"
    assert 0 < Fraction(fate["rate"]) <= Fraction(16, 3)


def test_the_checker_derives_the_scope(data):
    check(canonical(data).encode())


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: proof["wave"]["point"].__setitem__(4, "27"),
        lambda proof: proof["wave"]["coefficients"].__setitem__(0, "1/12"),
        lambda proof: proof["wave"].update(point=["0"] * 5, coefficients=["0"]),
        lambda proof: proof["strata"][0].update(rate="6"),
        lambda proof: proof["strata"][0].update(rate="0"),
        lambda proof: proof["strata"][0].update(of="equilibria", rate="6"),
        lambda proof: proof["strata"][0].update(of="nothing"),
        lambda proof: proof.update(rule="uniform"),
    ],
    ids=["height", "frequency", "origin", "too fast", "no rate", "too fast to equilibria", "nowhere", "another rule"],
)
def test_a_wrong_scope_is_rejected(data, change):
    with pytest.raises((NotDerived, Unreadable)):
        check(forged(data, change))


def test_a_function_without_values_leaves_the_scope_open_and_nothing_crashes():
    x, y = sp.symbols("x y", real=True)
    unknown = sp.Function("p")(x**2 + y**2)
    field = nm.VectorField([x, y], [x * unknown - y, y * unknown + x])
    disc = nm.System("disc", field, nm.LieAction([x, y], [[-y, x]]), nm.Region.ball([x, y], 2))
    found = nm.certify(disc, evidence=False, budget=1).obligations
    assert found["equivariance"].verdict is nm.Verdict.PROVED
    assert found["recurrence"].verdict is nm.Verdict.UNDECIDED


X, Y = sp.symbols("x y", real=True)
S = X**2 + Y**2


@pytest.fixture(scope="module")
def hopf():
    """Hopf on a disc that contains the origin: every orbit but one enters |x|^2 >= 1/2, since S' = 2 S (1 - S)."""
    field = nm.VectorField([X, Y], [X * (1 - S) - Y, Y * (1 - S) + X])
    disc = nm.System("hopf", field, nm.LieAction([X, Y], [[-Y, X]]), nm.Region.ball([X, Y], 2), start=[1, 0])
    return nm.certify(disc, evidence=False).to_dict()


def test_a_trapping_subregion_off_sigma_is_found(hopf):
    trap = hopf["obligations"]["recurrence"]["proof"]["trap"]
    assert trap["function"] == [["1", [2, 0]], ["1", [0, 2]]]
    assert 0 < Fraction(trap["level"]) < 1
    check(canonical(hopf).encode())


def test_there_is_no_trap_where_the_circle_is_left():
    """The mutant: with S' = -2 S (1 - S)^2 only the circle stays, and every level below it is left inwards."""
    field = nm.VectorField([X, Y], [-X * (1 - S) ** 2 - Y, -Y * (1 - S) ** 2 + X])
    disc = nm.System("left", field, nm.LieAction([X, Y], [[-Y, X]]), nm.Region.ball([X, Y], 2), start=[1, 0])
    found = nm.certify(disc, evidence=False, budget=2).obligations["recurrence"].proof
    assert found is None or found["trap"] is None


TRAPS = {
    "above the circle": lambda trap: trap.update(level="2"),
    "on the circle": lambda trap: trap.update(level="1"),
    "at the origin": lambda trap: trap.update(level="0"),
    "a point below": lambda trap: trap.update(at=["1/4", "0"]),
    "a point outside": lambda trap: trap.update(at=["3", "0"]),
    "another function": lambda trap: trap.update(function=[["1", [2, 0]]]),
    "one proof twice": lambda trap: trap.update(rank=trap["entered"]),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_wrong_trap_is_rejected(hopf, name):
    with pytest.raises((NotDerived, Unreadable)):
        check(forged(hopf, lambda proof: TRAPS[name](proof["trap"])))


def stepped(growth):
    """z+ = (1 + growth (1 - |z|^2)) z on a disc that contains the origin."""
    grow = 1 + sp.Rational(growth) * (1 - S)
    action = nm.LieAction([X, Y], [[-Y, X]])
    disc = nm.System("map", nm.Map([X, Y], [X * grow, Y * grow]), action, nm.Region.ball([X, Y], 1), start=["1/2", 0])
    found = nm.certify(disc, evidence=False, budget=4).to_dict()
    check(canonical(found).encode())
    return found


def test_a_map_may_have_a_trap_too():
    """S+ = S (1 + (1 - S)/4)^2 >= S on the disc: no level is left inwards. The mutant sinks and is refuted."""
    growing = stepped("1/4")
    trap = growing["obligations"]["recurrence"]["proof"]["trap"]
    assert 0 < Fraction(trap["level"]) <= 1
    assert stepped("-1/4")["obligations"]["recurrence"]["proof"].get("trap") is None
    for name in ("a point below", "another function", "at the origin"):
        with pytest.raises((NotDerived, Unreadable)):
            check(forged(growing, lambda proof, name=name: TRAPS[name](proof["trap"])))


@pytest.fixture(scope="module")
def vectors():
    """x' = (1 - |x|^2) x + x cross y, y' = (1 - |y|^2) y on two shells: parallel vectors move along their gradient."""
    x, y = (sp.Matrix(sp.symbols(f"{c}1:4", real=True)) for c in "xy")
    a, b = x.dot(x), y.dot(y)
    shells = nm.Region([a - sp.Rational(1, 4), 4 - a, b - sp.Rational(1, 4), 4 - b])
    field = nm.VectorField([*x, *y], [*((1 - a) * x + x.cross(y)), *((1 - b) * y)])
    action = (2 * nm.groups.so(3)).on([*x, *y])
    pair = nm.System("pair", field, action, shells, start=[1, 0, 0, 0, "5/4", 0])
    return nm.certify(pair, evidence=False, budget=4).to_dict()


def test_a_small_piece_that_is_not_linear_has_its_fate_by_the_potential(vectors):
    """Where x cross y = 0 the field is a gradient, so its orbits end in equilibria; elsewhere it turns."""
    (piece,) = vectors["obligations"]["rank"]["proof"]["components"]["pieces"]
    (fate,) = vectors["obligations"]["recurrence"]["proof"]["strata"]
    assert len(piece) == 3
    assert fate["of"] == "equilibria"
    check(canonical(vectors).encode())


def test_a_fixed_point_subspace_of_an_isotropy_algebra_lies_in_sigma(vectors):
    """The rotation about an axis fixes the pairs of vectors along it: by hand, the kernel of its matrix."""
    (fixed,) = vectors["obligations"]["recurrence"]["proof"]["fixed"][:1]
    ((*element,),) = fixed["elements"]
    weighted = zip(element, nm.groups.so(3).matrices, strict=True)
    assert sum((sp.Rational(c) * sp.Matrix(m) for c, m in weighted), sp.zeros(3)).rank() == 2
    assert fixed["fate"]["of"] == "equilibria"
    notes = vectors["obligations"]["recurrence"]["notes"]
    assert any("fixed-point subspace" in note and "lies in Sigma" in note for note in notes)


FIXED = {
    "no element": (lambda f: f.update(elements=[]), "more than p - r"),
    "the same element twice": (lambda f: f.update(elements=f["elements"] * 2), "independent elements"),
    "another element": (lambda f: f.update(elements=[["1", "1", "1"]]), "identity"),
    "the fate of a point": (lambda f: f["fate"].update(of="origin"), "identity"),
    "a faster fate": (lambda f: f["fate"].update(rate="2"), "identity"),
    "no fate on a larger set": (lambda f: f.update(elements=[["0", "0", "0"]], fate=None), "independent elements"),
}


@pytest.mark.parametrize("name", FIXED)
def test_a_wrong_fixed_point_subspace_is_rejected(vectors, name):
    change, complaint = FIXED[name]
    with pytest.raises((NotDerived, Unreadable), match=complaint):
        check(forged(vectors, lambda proof: change(proof["fixed"][0])))


def test_a_piece_whose_field_is_no_gradient_has_no_fate():
    """The sibling: x' holds (1 - |x|^2)^2 y, which pulls x to y's side although no potential falls."""
    x, y = (sp.Matrix(sp.symbols(f"{c}1:4", real=True)) for c in "xy")
    a, b = x.dot(x), y.dot(y)
    shells = nm.Region([a - sp.Rational(1, 4), 4 - a, b - sp.Rational(1, 4), 4 - b])
    field = nm.VectorField([*x, *y], [*((1 - a) * x + (1 - a) ** 2 * y), *((1 - b) * y)])
    action = (2 * nm.groups.so(3)).on([*x, *y])
    pair = nm.System("pair", field, action, shells, start=[1, 0, 0, 0, "5/4", 0])
    found = nm.certify(pair, evidence=False, budget=0.1).obligations["recurrence"]
    assert found.proof is None or not any(found.proof["strata"])
