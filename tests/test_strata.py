"""Sigma in pieces: factored minors give the known orbit strata, and the checker covers Sigma by them on its own."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import canonical, digest, statement_of
from neutralmodes.obligations.columns import polynomial_columns
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.strata import components, singular_set
from neutralmodes.verdict import Verdict
from neutralmodes_check.checker import check
from neutralmodes_check.positivity import read_polynomial
from neutralmodes_check.refusal import NotDerived, Unreadable
from neutralmodes_check.statement import read_statement
from neutralmodes_check.strata import check_components
from neutralmodes_check.system import System as Checked

x, y, u, v, w = sp.symbols("x y u v w", real=True)


def certified(action: nm.LieAction, region: nm.Region, start: list[Any], rule: list[Any] | None = None):
    """The certificate of a field that pulls every coordinate to the unit sphere, unless a rule is given."""
    variables = [sp.Symbol(name, real=True) for name in action.variables]
    size = sum(s**2 for s in variables)
    field = nm.VectorField(variables, rule or [s * (1 - size) for s in variables])
    return nm.certify(nm.System("strata", field, action, region, start=start), evidence=False, budget=1)


def pieces(certificate: nm.Certificate) -> list[set[str]]:
    rank = certificate.obligations["rank"].proof
    names = certificate.statement["variables"]
    symbols = [sp.Symbol(n) for n in names]

    def shown(poly: list[Any]) -> str:
        terms = (sp.Rational(c) * sp.prod(s**e for s, e in zip(symbols, m, strict=True)) for c, m in poly)
        return str(sp.expand(sum(terms)))

    return [set(map(shown, piece)) for piece in rank["components"]["pieces"]]


def test_the_torus_on_two_planes_drops_on_either_plane() -> None:
    action = nm.groups.torus([[1, 0], [0, 1]]).on([x, y, u, v])
    found = certified(action, nm.Region.ball([x, y, u, v], 2), [1, 0, 1, 0])
    assert sorted(map(sorted, pieces(found))) == [["u", "v"], ["x", "y"]]
    check(canonical(found.to_dict()).encode())


def test_two_vectors_of_space_drop_where_they_are_parallel() -> None:
    """Nine factors, of which only the cross product's three remain: each vector's own zero is a special case."""
    a, b = sp.symbols("a1:4", real=True), sp.symbols("b1:4", real=True)
    action = (2 * nm.groups.so(3)).on([*a, *b])
    found = certified(action, nm.Region.ball([*a, *b], 2), [1, 0, 0, 0, 1, 0])
    (piece,) = pieces(found)
    cross = [sp.Matrix(sp.symbols("a1:4")).cross(sp.Matrix(sp.symbols("b1:4")))[i] for i in range(3)]
    assert {abs_text(c) for c in cross} == {abs_text(sp.sympify(p)) for p in piece}
    check(canonical(found.to_dict()).encode())


def test_ten_planes_turned_by_two_circles_drop_where_all_but_one_are_at_zero() -> None:
    """180 minors z_i z_j: each point is followed by its first factor at zero, or the ways to meet all are millions."""
    names = sp.symbols("z1:21", real=True)
    action = nm.groups.torus([[1] * 10, list(range(10))]).on(names)
    still = nm.System("ten", nm.VectorField(names, [0] * 20), action, nm.Region.ball(names, 1), start=[0] * 20)
    ground = Ground(still)
    equations = singular_set(polynomial_columns(ground), 2)
    found = components(equations, ground.ring)
    assert (len(equations), len(found["pieces"])) == (180, 10)
    assert {len(piece) for piece in found["pieces"]} == {18}
    twin = Checked(read_statement(statement_of(still)))
    read = [read_polynomial(twin.ring, e, twin.statement.names) for e in equations]
    assert len(check_components(twin, found, read)) == 10
    for k in (0, 4, 9):
        fewer = {**found, "pieces": [p for i, p in enumerate(found["pieces"]) if i != k]}
        with pytest.raises(NotDerived, match="cover"):
            check_components(twin, fewer, read)


def abs_text(p: sp.Expr) -> str:
    """A polynomial up to its sign."""
    return min(str(sp.expand(p)), str(sp.expand(-p)))


def test_a_sum_of_squares_vanishes_at_a_point_only() -> None:
    """Rotation and scaling of the plane: the one minor is x^2 + y^2, irreducible over Q, a point over R."""
    found = certified(nm.LieAction([x, y], [[-y, x], [x, y]]), nm.Region.ball([x, y], 2), [1, 0], [-y, x])
    assert pieces(found) == [{"x", "y"}]
    check(canonical(found.to_dict()).encode())


@pytest.fixture(scope="module")
def circles() -> nm.Certificate:
    """Seven circles, one on each plane, the first at a conserved speed w: rank 0 needs w = 0 or z1 = z2 = 0."""
    names = sp.symbols("z1:15", real=True)
    turns = [[0] * 2 * k + [-names[2 * k + 1], names[2 * k]] + [0] * (13 - 2 * k) for k in range(7)]
    turns[0] = [w * entry for entry in turns[0]]
    squares = [names[2 * k] ** 2 + names[2 * k + 1] ** 2 for k in range(7)]
    lowest = sp.Rational(1, 4)
    region = nm.Region([squares[0] - lowest, w - lowest, 4 - w, *(4 - s for s in squares)])
    rule = [*(names[i] * (1 - squares[i // 2]) for i in range(14)), 0]
    return certified(nm.LieAction([*names, w], turns), region, [1, 0] + [0, 0] * 6 + [1], rule)


def test_pieces_that_miss_the_region_prove_the_rank_where_no_gram_matrix_is_summed(circles: nm.Certificate) -> None:
    """The Gram matrix is beyond the minors' rule for q below r."""
    rank = circles.obligations["rank"].proof
    assert (rank["generic"], rank["uniform"], rank["lower"]["rule"]) == (7, 1, "strata")
    assert [len(piece) for piece in rank["lower"]["components"]["pieces"]] == [13, 14]
    assert sorted(p["inequality"] for p in rank["lower"]["proofs"]) == [0, 1]
    assert circles.zero_exponents == 1
    check(canonical(circles.to_dict()).encode())


LOWER: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "a proof of emptiness is missing": (lambda s: s["proofs"].pop(), "must have 2 entries"),
    "proofs of other pieces": (lambda s: s["proofs"].reverse(), "index of an equality"),
    "another inequality": (lambda s: s["proofs"][0].update(inequality=2), "identity"),
    "no such inequality": (lambda s: s["proofs"][0].update(inequality=10), "no inequality 10"),
    "a larger margin": (lambda s: s["proofs"][0]["positivity"].update(margin="1/2"), "identity"),
    "no margin": (lambda s: s["proofs"][0]["positivity"].update(margin="0"), "not positive"),
    "an equation is missing": (lambda s: s["singular"].pop(), "not the minors"),
    "a piece is missing": (lambda s: (s["components"]["pieces"].pop(), s["proofs"].pop()), "not shown to cover"),
    "no equations": (lambda s: s.update(singular=None), "need its equations"),
}


@pytest.mark.parametrize("name", LOWER)
def test_a_wrong_proof_that_pieces_are_empty_is_rejected(circles: nm.Certificate, name: str) -> None:
    change, complaint = LOWER[name]
    with pytest.raises((NotDerived, Unreadable), match=complaint):
        check(forged(circles.to_dict(), lambda found: change(found["rank"]["proof"]["lower"])))


def test_a_higher_rank_than_the_pieces_prove_is_rejected(circles: nm.Certificate) -> None:
    with pytest.raises(NotDerived):
        check(forged(circles.to_dict(), lambda found: found["rank"]["proof"].update(uniform=2)))


@pytest.fixture(scope="module")
def torus() -> dict[str, Any]:
    action = nm.groups.torus([[1, 0], [0, 1]]).on([x, y, u, v])
    region = nm.Region.ball([x, y, u, v], 2) & nm.Region([x**2 + y**2 - sp.Rational(1, 4)])
    return certified(action, region, [1, 0, 1, 0]).to_dict()


def forged(data: dict[str, Any], change: Callable[[dict[str, Any]], Any]) -> bytes:
    twin = copy.deepcopy(data)
    change(twin["obligations"])
    twin["digest"] = digest({k: twin[k] for k in ("schema", "statement", "obligations", "conclusion")})
    return canonical(twin).encode()


def test_a_piece_outside_the_region_is_said_to_be_empty(torus: dict[str, Any]) -> None:
    fates = [fate and fate["of"] for fate in torus["obligations"]["recurrence"]["proof"]["strata"]]
    assert "nothing" in fates
    check(canonical(torus).encode())


COMPONENTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a piece is missing": lambda c: c["pieces"].pop(),
    "a piece is too small": lambda c: c["pieces"][0].append([["1", [0, 0, 0, 1]]]),
    "a piece is too large": lambda c: c["pieces"][0].pop(),
    "a factor is missing": lambda c: c["factors"].pop(),
    "a constant factor": lambda c: c["factors"].insert(0, [["1", [0, 0, 0, 0]]]),
    "an empty piece": lambda c: c["pieces"].insert(0, []),
    "no pieces": lambda c: c["pieces"].clear(),
    "out of order": lambda c: c["pieces"].reverse(),
}


@pytest.mark.parametrize("name", COMPONENTS)
def test_wrong_pieces_are_rejected(torus: dict[str, Any], name: str) -> None:
    with pytest.raises((NotDerived, Unreadable)):
        check(forged(torus, lambda found: COMPONENTS[name](found["rank"]["proof"]["components"])))


def test_an_empty_piece_needs_its_own_proof(torus: dict[str, Any]) -> None:
    """The proof of the piece that misses N does not serve for the one that meets it."""

    def swapped(found: dict[str, Any]) -> None:
        strata = found["recurrence"]["proof"]["strata"]
        empty = next(fate for fate in strata if fate and fate["of"] == "nothing")
        found["recurrence"]["proof"]["strata"] = [empty, empty]

    with pytest.raises(NotDerived):
        check(forged(torus, swapped))


def test_sigma_is_not_empty_where_it_meets_the_region() -> None:
    """The mutant of the strata rule: without the annulus in the first plane nothing is uniform."""
    action = nm.groups.torus([[1, 0], [0, 1]]).on([x, y, u, v])
    found = certified(action, nm.Region.ball([x, y, u, v], 2), [1, 0, 1, 0])
    assert found.obligations["rank"].verdict is Verdict.PROVED
    assert found.obligations["rank"].proof["uniform"] == 0
