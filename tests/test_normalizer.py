"""Generators that the rule carries into their own span: the eigenvalues of B are counted, and nothing else is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
import scipy.linalg
import sympy as sp
from flint import fmpq_poly

import neutralmodes as nm
from neutralmodes.certificate import canonical, digest, statement_of
from neutralmodes.obligations.normalizer import neutral
from neutralmodes_check import NotDerived, Unreadable
from neutralmodes_check.checker import check
from neutralmodes_check.normalizer import check_normalizer
from neutralmodes_check.normalizer import neutral as neutral_of_checker
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System
from neutralmodes_check.words import render

x, y, u, v = sp.symbols("x y u v", real=True)
r2 = x**2 + y**2
HOPF = [x * (1 - r2) - y, y * (1 - r2) + x]
ANNULUS = nm.Region.annulus([x, y], "1/2", 2)
Mutation = Callable[[dict[str, Any]], object]


def certified(
    rule: list[Any],
    generators: list[list[Any]],
    region: nm.Region,
    kind: type[nm.VectorField] | type[nm.Map] = nm.VectorField,
    variables: tuple[sp.Symbol, ...] = (x, y),
    **more: Any,
) -> nm.Certificate:
    """The certificate under the claim of a normalizer, which the checker re-derives."""
    field = kind(list(variables), rule, inputs=more.pop("inputs", {}))
    system = nm.System("bent", field, nm.LieAction(variables, generators), region, normalizing=True, **more)
    found = nm.certify(system, evidence=False, budget=2)
    assert check(canonical(found.to_dict()).encode()).conclusion["verdict"] == str(found.conclusion)
    return found


def oscillator_beside_a_cycle(damping: int = 0) -> nm.Certificate:
    """(u, v) turns with frequency 2 beside the Hopf cycle: its translations are turned, [d/du, f] = 2 d/dv."""
    rule = [*HOPF, -2 * v - damping * u, 2 * u - damping * v]
    region = ANNULUS & nm.Region.ball([u, v], 1)
    generators = [[-y, x, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    return certified(rule, generators, region, variables=(x, y, u, v), start=[1, 0, 0, 0])


def counts(found: nm.Certificate) -> set[tuple[int, str, str, str]]:
    return {(s.count, s.theorem, s.counts, s.where) for s in found.statements}


def test_the_translations_of_an_oscillator_have_two_zeros_also_where_it_is_at_rest() -> None:
    """Its own rotation vanishes at (u, v) = 0; the exponents of the linear part 2 J are 0 there as everywhere."""
    found = oscillator_beside_a_cycle()
    assert found.conclusion is nm.Conclusion.CERTIFIED
    assert counts(found) == {(3, "N", "group", "every x in N")}
    growth = scipy.linalg.expm(200 * np.array([[0.0, -2.0], [2.0, 0.0]]))
    assert np.allclose(np.log(np.linalg.svd(growth, compute_uv=False)) / 200, 0, atol=1e-12)


def test_damped_they_have_the_exponent_minus_one_and_only_the_cycle_has_a_zero() -> None:
    found = oscillator_beside_a_cycle(damping=1)
    assert counts(found) == {(1, "N", "group", "every x in N")}
    notes = found.obligations["equivariance"].notes
    assert notes[-1].endswith(": 0, -1.00000000000000, -1.00000000000000")
    assert "roots of z^3 + 2 z^2 + 5 z^1." in render(check(canonical(found.to_dict()).encode()))


def test_a_contraction_has_its_exponents_and_no_zero() -> None:
    """Trap 12 with the claim made right: f = -x, the exponent along d/dx is -1."""
    found = certified([-x, -y], [[1, 0]], nm.Region.ball([x, y], 1), start=[0, 0])
    assert (found.conclusion, found.statements) == (nm.Conclusion.UNDECIDED, ())
    assert "no zero follows" in found.reason()
    assert "-1.0" in found.reason()


def twist(region: nm.Region, **more: Any) -> nm.Certificate:
    """f = |z|^2 J z is homogeneous of degree 3: [z.d, f] = 2 f, outside the span of z.d."""
    return certified([-y * r2, x * r2], [[x, y]], region, start=["3/2", 0], **more)


def test_a_scaling_of_a_homogeneous_field_counts_together_with_the_flow() -> None:
    """phi_t z = exp(|z|^2 t J) z is a shear in |z| and angle: both exponents are 0, and B is nilpotent."""
    found = twist(nm.Region.annulus([x, y], 1, 2))
    assert counts(found) == {(2, "N", "group+flow", "every x in N")}
    assert found.obligations["equivariance"].proof["along"] == ["2"]


def test_where_the_flow_stands_still_the_scaling_counts_nothing() -> None:
    """On the disc [Xi f] vanishes at the origin: rank below p, no statement."""
    assert twist(nm.Region.ball([x, y], 2)).statements == ()


def test_an_input_leaves_no_room_for_the_flow_direction() -> None:
    """f = u |z|^2 J z: [z.d, f] = 2 f again, but f is not carried along where u changes."""
    rule, region = [-y * r2 * u, x * r2 * u], nm.Region.annulus([x, y], 1, 2)
    driven = certified(rule, [[x, y]], region, inputs={u: nm.Interval(1, 2)}, start=["3/2", 0])
    assert driven.obligations["equivariance"].verdict is nm.Verdict.UNDECIDED
    assert driven.statements == ()


def test_an_input_that_the_constants_do_not_see_is_allowed() -> None:
    """u' = -u/2 + w(t): [d/du, f] = -d/du / 2 beside a rotation: B = diag(0, -1/2) for every w."""
    w = sp.Symbol("w", real=True)
    rule, region = [*HOPF, -u / 2 + w], ANNULUS & nm.Region.box({u: (-4, 4)})
    generators = [[-y, x, 0], [0, 0, 1]]
    driven = certified(rule, generators, region, variables=(x, y, u), inputs={w: nm.Interval(-1, 1)}, start=[1, 0, 0])
    assert counts(driven) == {(1, "N", "group", "every x in N")}


def test_a_map_has_the_logarithms_of_the_moduli() -> None:
    """A 3-4-5 rotation and a halving: moduli 1, 1, 1/2."""
    third = sp.Rational(3, 5), sp.Rational(4, 5)
    rule = [third[0] * x - third[1] * y, third[1] * x + third[0] * y, u / 2]
    region = nm.Region.ball([x, y], 1) & nm.Region.box({u: (-1, 1)})
    units = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    found = certified(rule, units, region, nm.Map, (x, y, u), start=[0, 0, 0])
    assert counts(found) == {(2, "N", "group", "every x in N")}
    assert found.obligations["equivariance"].notes[-1].endswith(": 0, 0, -0.693147180559945")


def test_a_direction_that_a_map_sends_to_zero_has_the_exponent_minus_infinity() -> None:
    """It used to be NaN, which sorts anywhere: one of the other exponents could be printed as the zero."""
    region = nm.Region.box({x: (-1, 1), y: (-1, 1), u: (-1, 1)})
    units = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    found = certified([sp.Integer(0), -y, u / 2], units, region, nm.Map, (x, y, u), start=[0, 0, 0])
    assert counts(found) == {(1, "N", "group", "every x in N")}
    assert found.obligations["equivariance"].notes[-1].endswith(": 0, -0.693147180559945, -inf")


def test_a_symmetry_under_the_weaker_claim_keeps_its_theorem() -> None:
    assert counts(certified(HOPF, [[-y, x]], ANNULUS, start=[1, 0])) == {(1, "U", "group", "every x in N")}


def test_brackets_outside_the_span_are_left_open() -> None:
    """[d/dx, f] = (1, 0) - 3 x^2 (...) is no multiple of d/dx."""
    found = certified(HOPF, [[1, 0]], nm.Region.ball([x, y], 2), start=[1, 0])
    assert found.obligations["equivariance"].verdict is nm.Verdict.UNDECIDED
    assert found.statements == ()


def test_a_broken_element_of_the_group_is_refuted_beside_a_normalizer() -> None:
    swap = {x: 2 * x}
    found = certified([-x + y**2, -y], [[1, 0]], nm.Region.ball([x, y], 1), start=[0, 0], discrete=[swap])
    assert found.obligations["equivariance"].verdict is nm.Verdict.REFUTED


def test_constants_that_the_checker_would_not_read_are_left_open() -> None:
    """u' = -u / 2^4096: exact, and too long for a characteristic polynomial in the checker."""
    found = certified([-x / 2**4096, -y], [[1, 0]], nm.Region.ball([x, y], 1), start=[0, 0])
    assert found.obligations["equivariance"].verdict is nm.Verdict.UNDECIDED


def test_a_normalizer_is_not_taken_on_the_users_word() -> None:
    with pytest.raises(nm.errors.InputError, match="normalizer"):
        twist(ANNULUS, assume={"equivariance": "I know"})


def conjugated(blocks: list[list[list[int]]], seed: int) -> sp.Matrix:
    """Blocks on the diagonal, conjugated by a product of integer shears."""
    rng, found = Random(seed), sp.diag(*map(sp.Matrix, blocks))
    for _ in range(2 * found.rows):
        i, j = rng.sample(range(found.rows), 2)
        shear = sp.eye(found.rows)
        shear[i, j] = rng.choice([-1, 1])
        found = shear * found * shear.inv()
    return found


TURN, TWIN, REAL, JORDAN, SPIRAL = [[0, -1], [1, 0]], [[0, -3], [2, 0]], [[2]], [[0, 1], [0, 0]], [[1, -1], [1, 1]]
OPPOSITE, MIRROR, QUARTER = [[1, 0], [0, -1]], [[-1]], [[0, -1], [1, 0]]
RECIPROCAL, SIXTH = [[3, 1], [-1, 0]], [[1, -1], [1, 0]]  # moduli (3 +- sqrt 5)/2; roots of z^2 - z + 1


@pytest.mark.parametrize(
    ("blocks", "on_axis", "on_circle"),
    [
        ([TURN, REAL], 2, 2),
        ([TURN, TURN, TWIN], 6, 4),  # a double pair on the axis; TWIN has moduli sqrt 6
        ([OPPOSITE, JORDAN], 2, 2),  # 1 and -1 mirror each other, on the circle and off the axis
        ([SPIRAL, MIRROR, REAL], 0, 1),
        ([RECIPROCAL, MIRROR, MIRROR], 0, 2),  # 1/z pairs off the circle; -1 is the point at infinity
        ([SIXTH, QUARTER, JORDAN, REAL], 4, 4),
    ],
)
def test_producer_and_checker_count_neutral_eigenvalues_exactly(
    blocks: list[list[list[int]]], on_axis: int, on_circle: int
) -> None:
    for seed in range(3):
        p = [sp.Rational(c) for c in reversed(conjugated(blocks, seed).charpoly().all_coeffs())]
        for flow, expected in ((True, on_axis), (False, on_circle)):
            assert neutral(fmpq_poly([int(c) for c in p]), flow=flow) == expected
            assert neutral_of_checker([Fraction(int(c)) for c in p], flow=flow) == expected


def proof(data: dict[str, Any]) -> Any:
    return data["obligations"]["equivariance"]["proof"]


def raised(data: dict[str, Any]) -> None:
    data["conclusion"]["statements"][0]["count"] = 4
    data["conclusion"]["zero_exponents"] = data["conclusion"]["zero_exponents_if"] = 4


def assumed(data: dict[str, Any]) -> None:
    data["obligations"]["equivariance"] |= {"verdict": "ASSUMED", "proof": None}
    data["conclusion"] |= {"verdict": "UNDECIDED", "zero_exponents": 0, "zero_exponents_if": 0, "statements": []}


MUTANTS: dict[str, tuple[Mutation, str]] = {
    "an entry of B": (lambda d: proof(d)["matrix"][1].__setitem__(2, "2"), "not the stated combination"),
    "B transposed": (
        lambda d: proof(d).update(matrix=list(map(list, zip(*proof(d)["matrix"], strict=True)))), "not the stated"
    ),
    "a part along f": (lambda d: proof(d)["along"].__setitem__(0, "1"), "not the stated combination"),
    "one zero fewer": (lambda d: proof(d).update(zeros=2), "3 eigenvalues are neutral"),
    "one zero more": (lambda d: proof(d).update(zeros=4), "3 eigenvalues are neutral"),
    "no claim of a normalizer": (lambda d: d["statement"].pop("normalizing"), "claims a symmetry"),
    "the rule of a symmetry": (
        lambda d: d["obligations"]["equivariance"].update(proof={"rule": "identity", "generators": [0, 1, 2]}),
        "residual of generator 1",
    ),
    "a higher count": (raised, "statements"),
    "on the user's word": (assumed, "not assumed"),
    "another rule": (lambda d: d["statement"]["rule"].__setitem__(2, ["*", "-3", "v"]), "not the stated combination"),
    "huge entries": (lambda d: proof(d)["matrix"][0].__setitem__(0, str(2**4096)), "4096 bits"),
}  # fmt: skip


@pytest.fixture(scope="module")
def oscillator() -> dict[str, Any]:
    return oscillator_beside_a_cycle().to_dict()


def forged(data: dict[str, Any], mutate: Mutation) -> bytes:
    twin = copy.deepcopy(data)
    mutate(twin)
    twin["digest"] = digest({k: twin[k] for k in ("schema", "statement", "obligations", "conclusion")})
    return canonical(twin).encode()


@pytest.mark.parametrize("name", MUTANTS)
def test_the_checker_refuses_a_mutant(name: str, oscillator: dict[str, Any]) -> None:
    mutate, complaint = MUTANTS[name]
    assert check(forged(oscillator, lambda d: None)).certified
    with pytest.raises(NotDerived, match=complaint):
        check(forged(oscillator, mutate))


def test_the_claim_is_true_or_absent(oscillator: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match="true or absent"):
        check(forged(oscillator, lambda d: d["statement"].update(normalizing=False)))


def test_a_part_along_the_flow_is_refused_under_inputs_and_for_maps() -> None:
    data = twist(nm.Region.annulus([x, y], 1, 2)).to_dict()
    with pytest.raises(NotDerived, match="only for flows without inputs"):
        check(forged(data, lambda d: d["statement"].update(inputs={"w": ["0", "1"]})))


def test_a_scaling_alone_is_not_counted_where_it_is_carried_along_the_flow() -> None:
    """Without transversality mu = 2 leaves no statement: the mutant that drops the flow and keeps a count of 1."""
    data = twist(nm.Region.annulus([x, y], 1, 2)).to_dict()

    def group_only(d: dict[str, Any]) -> None:
        d["obligations"].pop("transversality")
        d["conclusion"]["statements"][0] |= {"count": 1, "counts": "group"}
        d["conclusion"]["zero_exponents"] = d["conclusion"]["zero_exponents_if"] = 1

    with pytest.raises(NotDerived, match="statements"):
        check(forged(data, group_only))


def test_one_generator_along_the_flow_leaves_no_count_of_the_group_alone() -> None:
    """z' = |z|^2 J z, w' = |z|^2 (1 - |w|^2) w: z.d has mu = 2, the circle on w has 0: three zeros with the flow."""
    s = u**2 + v**2
    rule = [-y * r2, x * r2, r2 * (1 - s) * u, r2 * (1 - s) * v]
    region = nm.Region.annulus([x, y], 1, 2) & nm.Region.annulus([u, v], "1/2", 2)
    generators = [[x, y, 0, 0], [0, 0, -v, u]]
    found = certified(rule, generators, region, variables=(x, y, u, v), start=["3/2", 0, 1, 0])
    assert found.obligations["equivariance"].proof["along"] == ["2", "0"]
    assert counts(found) == {(3, "N", "group+flow", "every x in N")}


def contraction(count: int, rate: int) -> System:
    """x_i' = -rate x_i under all translations of ``count`` dimensions, as the checker reads it."""
    names = sp.symbols(f"x1:{count + 1}", real=True)
    units = [[int(i == j) for j in range(count)] for i in range(count)]
    field = nm.VectorField(names, [-rate * name for name in names])
    ball = nm.Region.ball(names, 1)
    return System(
        read_statement(statement_of(nm.System("x", field, nm.LieAction(names, units), ball, normalizing=True)))
    )


@pytest.mark.parametrize(
    ("count", "rate", "small"), [(16, 1, True), (17, 1, False), (1, 2**4094, True), (1, 2**4095, False)]
)
def test_the_checker_reads_sixteen_generators_and_4096_bits_at_most(count: int, rate: int, small: bool) -> None:
    rows = [[str(-rate * int(i == j)) for j in range(count)] for i in range(count)]
    proof = {"rule": "normalizer", "matrix": rows, "along": ["0"] * count, "zeros": 0}
    if small:
        assert check_normalizer(contraction(count, rate), proof).zeros == 0
    else:
        with pytest.raises(NotDerived, match="4096 bits"):
            check_normalizer(contraction(count, rate), proof)


def test_a_refuted_symmetry_is_not_what_a_normalizer_claims(oscillator: dict[str, Any]) -> None:
    """The residual of a generator is not zero, yet that refutes nothing here: the refutation stays a mere claim."""

    def refuted(d: dict[str, Any]) -> None:
        point = {"x": "1", "y": "0", "u": "1", "v": "1"}
        d["obligations"]["equivariance"] |= {"verdict": "REFUTED", "proof": None, "witness": {"point": point}}
        d["conclusion"] |= {"verdict": "REFUTED", "zero_exponents": 0, "zero_exponents_if": 0, "statements": []}

    assert check(forged(oscillator, refuted)).outcomes["equivariance"] == "claimed, not re-derived"
    plain = lambda d: (refuted(d), d["statement"].pop("normalizing"))  # noqa: E731
    assert check(forged(oscillator, plain)).outcomes["equivariance"] == "re-derived"


def test_the_evidence_measures_the_spectrum_and_no_transport_of_a_normalizer() -> None:
    rule = [*HOPF, -2 * v, 2 * u]
    action = nm.LieAction([x, y, u, v], [[-y, x, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    region = ANNULUS & nm.Region.ball([u, v], 1)
    field = nm.VectorField([x, y, u, v], rule)
    system = nm.System("bent", field, action, region, start=[1, 0, "1/2", 0], normalizing=True)
    found = nm.certify(system, time=60, budget=2)
    assert found.evidence["consistent"] is True
    assert "transport" not in found.evidence
    assert str(found)
