"""Single rules of the independent checker: towers, denominators, angles, inputs, constraints, conclusions."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations
from random import Random
from typing import Any

import pytest
import sympy as sp

from neutralmodes_check import NotDerived, Unreadable
from neutralmodes_check.asymptotics import check_recurrence
from neutralmodes_check.closure import check_closure, formally_independent
from neutralmodes_check.compactness import check_compactness
from neutralmodes_check.conclusion import Facts, conclude
from neutralmodes_check.domain import check_domain
from neutralmodes_check.equivariance import check_equivariance, generator_residual
from neutralmodes_check.functions import apply, derivative
from neutralmodes_check.integrals import check_integrals
from neutralmodes_check.invariance import check_invariance
from neutralmodes_check.matrices import gram_sum, minors
from neutralmodes_check.monotone import check_monotone
from neutralmodes_check.polynomial import Polynomial
from neutralmodes_check.quotient import Quotient
from neutralmodes_check.rank import Ranks, check_rank
from neutralmodes_check.reader import canonical
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System
from neutralmodes_check.zero import vanish

S = ["+", ["^", "x", 2], ["^", "y", 2]]
TURN = [["*", "-1", "y"], "x"]
IDENTITY = {"rule": "identity", "generators": [0]}


def system(**more: Any) -> System:
    base = {
        "name": "", "kind": "flow", "variables": ["x", "y"], "rule": TURN, "generators": [TURN],
        "group": None, "angles": [], "inputs": {}, "parameters": {}, "activations": {},
        "region": {"inequalities": []}, "constraints": [], "integrals": [], "discrete": [],
        "start": ["0"] * len(more.get("variables", "xy")), "at_least": None,
    }  # fmt: skip
    return System(read_statement(base | more))


def radial(factor: Any, **more: Any) -> System:
    """x' = x * factor, y' = y * factor."""
    return system(rule=[["*", "x", factor], ["*", "y", factor]], **more)


def positive(names: list[str], margin: str, products: Any = (), equalities: Any = ()) -> dict[str, Any]:
    return {
        "rule": "positivstellensatz", "names": names, "margin": margin,
        "products": [{"of": of, "squares": sorted(squares, key=canonical)} for of, squares in products],
        "equalities": [{"of": of, "cofactor": cofactor} for of, cofactor in equalities],
    }  # fmt: skip


def value(q: Quotient, at: dict[int, float]) -> float:
    """The rational function in double precision, function symbols evaluated by math (an oracle only)."""

    def of_symbol(i: int) -> float:
        data = q.ring.symbols[i]
        if data is None:
            return at.get(i, math.pi)
        name, argument = data
        extra = {"sigmoid": lambda u: 1 / (1 + math.exp(-u)), "softplus": lambda u: math.log1p(math.exp(u))}
        return float((extra.get(name) or getattr(math, name))(value(argument, at)))

    def of_polynomial(p: Polynomial) -> float:
        return sum(
            c / p.den * math.prod(of_symbol(i) ** e for i, e in enumerate(p.exponents(m)) if e)
            for m, c in p.terms.items()
        )

    return of_polynomial(q.num) / math.prod(of_polynomial(b) ** k for b, k in q.den.items())


BUILT_IN = "sin cos tan sinh cosh tanh exp log sqrt asin acos atan sigmoid softplus erf".split()  # noqa: SIM905


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_derivative_rule_agrees_with_a_difference_quotient(name: str) -> None:
    s = system()
    u = s.own["x"]
    h, at = 1e-6, 0.3
    f = apply(s.ring, name, u)
    slope = (value(f, {0: at + h}) - value(f, {0: at - h})) / (2 * h)
    assert value(derivative(s.ring, name, u), {0: at}) == pytest.approx(slope, rel=1e-8)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_rule_with_a_function_of_the_radius_is_equivariant_and_one_of_a_coordinate_is_not(name: str) -> None:
    check_equivariance(radial([name, S]), IDENTITY)
    with pytest.raises(NotDerived, match="residual"):
        check_equivariance(radial([name, "x"]), IDENTITY)


@pytest.mark.parametrize(
    "tree",
    [
        ["+", ["^", ["sin", "x"], 2], ["^", ["cos", "x"], 2], "-1"],
        ["+", ["sin", ["*", "2", "x"]], ["*", "-2", ["sin", "x"], ["cos", "x"]]],
        ["+", ["cos", ["+", "x", ["*", "-1", "y"]]],
         ["*", "-1", ["+", ["*", ["cos", "x"], ["cos", "y"]], ["*", ["sin", "x"], ["sin", "y"]]]]],
        ["+", ["exp", ["+", "x", "y"]], ["*", "-1", ["exp", "x"], ["exp", "y"]]],
        ["+", ["*", ["exp", "x"], ["exp", ["*", "-1", "x"]]], "-1"],
        ["+", ["^", ["cosh", "x"], 2], ["*", "-1", ["^", ["sinh", "x"], 2]], "-1"],
        ["+", ["^", ["sqrt", S], 2], ["*", "-1", S]],
        ["+", ["^", ["sqrt", "3"], 2], "-3"],
        ["+", ["tanh", ["*", "-1", "x"]], ["tanh", "x"]],
        ["+", ["*", "x", ["^", ["+", "x", "y"], -1]], ["*", "y", ["^", ["+", "y", "x"], -1]], "-1"],
    ],
)  # fmt: skip
def test_an_identity_of_functions_reduces_to_zero_and_its_neighbour_does_not(tree: Any) -> None:
    neighbour = ["+", tree, ["*", "1/1000000", "y"]]
    assert vanish(system(integrals=[tree]), lambda s: s.all(s.statement.integrals))
    assert not vanish(system(integrals=[neighbour]), lambda s: s.all(s.statement.integrals))


def test_a_function_that_is_not_smooth_proves_nothing() -> None:
    for name in ("abs", "sign", "floor", "heaviside"):
        with pytest.raises(NotDerived, match="differentiable"):
            check_equivariance(radial([name, S]), IDENTITY)
        with pytest.raises(NotDerived, match="differentiable"):
            check_domain(radial([name, S]), {"rule": "polynomial"})


def test_a_declared_activation_uses_its_own_derivative_rule() -> None:
    swish = {"swish": {"argument": "u", "derivative": ["+", ["swish", "u"], "u"]}}
    s = radial(["swish", S], activations=swish)
    check_equivariance(s, IDENTITY)
    check_domain(s, {"rule": "polynomial"})
    slope = s.lie([s.number(1), s.number(0)])(s.convert(["swish", ["^", "x", 2]]))
    assert not slope - s.convert(["*", "2", "x", ["+", ["swish", ["^", "x", 2]], ["^", "x", 2]]])


def test_an_activation_with_a_pole_in_its_derivative_has_no_proved_domain() -> None:
    root = {"root": {"argument": "u", "derivative": ["^", "u", -1]}}
    with pytest.raises(NotDerived, match="activation"):
        check_domain(radial(["root", S], activations=root), {"rule": "polynomial"})
    with pytest.raises(Unreadable, match="unknown name"):
        radial(["root", S], activations={"root": {"argument": "u", "derivative": "x"}})


def test_every_denominator_and_every_argument_of_sqrt_must_be_covered() -> None:
    squares = [["1", [["1", [1, 0]]]], ["1", [["1", [0, 1]]]]]
    above_one = positive(["x", "y"], "1", [([], squares)])  # 1 + s >= 1
    base = ["+", "1", S]
    entry = {"expression": base, "sign": 1, "positivity": above_one}
    cover = {"rule": "denominators", "denominators": [entry]}
    for factor in (["^", base, -2], ["sqrt", base], ["log", base], ["^", ["sqrt", "2"], 1]):
        check_domain(radial(factor), cover)
    for constant in ("1", "1/7", ["pi"], ["*", "-1", "-2"]):
        check_domain(radial(["*", ["sqrt", constant], ["log", constant]]), {"rule": "polynomial"})
    for factor in (
        ["^", base, -2],
        ["sqrt", base],
        ["log", base],
        ["tan", base],
        ["asin", S],
        ["sqrt", "-2"],
        ["log", "0"],
        ["sqrt", ["+", ["pi"], "-4"]],
    ):
        with pytest.raises(NotDerived, match="covered"):
            check_domain(radial(factor), {"rule": "polynomial"})
    for factor in (["^", S, -1], ["sqrt", S], ["*", "x", ["^", "x", -1]], ["asin", base]):
        with pytest.raises(NotDerived, match="covered"):
            check_domain(radial(factor), cover)
    with pytest.raises(NotDerived, match="identity"):
        check_domain(radial(["^", base, -2]), {**cover, "denominators": [{**entry, "sign": -1}]})


def test_a_quotient_is_positive_by_numerator_times_denominator() -> None:
    """f = z (1 - s)/(1 + s): L_f s (1 + s)/2 on s = 1/4 and s = 4, with s (1 - s)(1 + s) divided by hand."""
    x, y = sp.symbols("x y")
    s = x**2 + y**2

    def poly(expression: Any) -> list[Any]:
        return [[str(c), list(m)] for m, c in sp.Poly(expression, x, y).terms(order="lex")]

    growth = ["*", ["+", "1", ["*", "-1", S]], ["^", ["+", "1", S], -1]]
    region = {"inequalities": [["+", S, "-1/4"], ["+", "4", ["*", "-1", S]]]}
    inner = positive(["x", "y"], "15/32", [], [(0, poly(-2 * s**2 - s / 2 + sp.Rational(15, 8)))])
    outer = positive(["x", "y"], "120", [], [(0, poly(-2 * s**2 - 8 * s - 30))])
    proof = {
        "rule": "faces",
        "constraints": [],
        "faces": [{"of": 0, "positivity": inner}, {"of": 1, "positivity": outer}],
    }
    check_invariance(radial(growth, region=region), proof)
    outward = ["*", "-1", growth]
    with pytest.raises(NotDerived, match="identity"):
        check_invariance(radial(outward, region=region), proof)


def phases(coupling: Any, **more: Any) -> System:
    """Two phases with theta_1' = 1 + coupling, theta_2' = 1 - coupling."""
    rule = [["+", "1", coupling], ["+", "1", ["*", "-1", coupling]]]
    return system(variables=["a", "b"], rule=rule, generators=[["1", "1"]], **more)


def test_angles_are_compact_only_where_everything_is_periodic_in_them() -> None:
    empty = {"rule": "bounded", "bound": "0", "positivity": positive(["a", "b"], "0"), "point": ["0", "0"]}
    lag = ["+", "b", ["*", "-1", "a"]]
    for coupling in (["sin", lag], ["cos", ["*", "3", lag]], ["exp", ["sin", lag]]):
        check_equivariance(phases(coupling), IDENTITY)
        check_compactness(phases(coupling, angles=["a", "b"]), empty)
    for coupling in (["sin", ["*", "1/2", lag]], lag, ["tanh", lag], ["sin", ["^", lag, 2]]):
        with pytest.raises(NotDerived, match="periodic"):
            check_compactness(phases(coupling, angles=["a", "b"]), empty)
    with pytest.raises(NotDerived, match="identity"):
        check_compactness(phases(["sin", lag], angles=["a"]), empty)


def test_an_angle_of_a_map_may_advance_by_integer_multiples() -> None:
    empty = {"rule": "bounded", "bound": "0", "positivity": positive(["a"], "0"), "point": ["0"]}
    circle = {"kind": "map", "variables": ["a"], "generators": [["1"]], "angles": ["a"]}
    check_compactness(system(rule=[["+", ["*", "2", "a"], "1"]], **circle), empty)
    with pytest.raises(NotDerived, match="periodic"):
        check_compactness(system(rule=[["*", "1/2", "a"]], **circle), empty)


def test_the_map_residual_is_not_the_bracket() -> None:
    shift = {"variables": ["x"], "generators": [["1"]]}
    constant = system(kind="flow", rule=["7"], **shift), system(kind="map", rule=["7"], **shift)
    halving = system(kind="map", rule=[["*", "1/2", "x"]], **shift)
    check_equivariance(constant[0], IDENTITY)
    for moved in (constant[1], halving):
        with pytest.raises(NotDerived, match="residual"):
            check_equivariance(moved, IDENTITY)
    assert generator_residual(constant[1], 0)[0].value() == -1
    assert generator_residual(halving, 0)[0].value() == Fraction(-1, 2)


def test_an_integral_is_conserved_by_flow_or_map() -> None:
    check_integrals(system(integrals=[S]), {"rule": "identity", "counts": None})
    turn = [["+", ["*", "3/5", "x"], ["*", "-4/5", "y"]], ["+", ["*", "4/5", "x"], ["*", "3/5", "y"]]]
    check_integrals(system(kind="map", rule=turn, integrals=[S]), {"rule": "identity", "counts": None})
    with pytest.raises(NotDerived, match="conserved"):
        check_integrals(system(integrals=["x"]), {"rule": "identity", "counts": None})


def test_a_constraint_carries_compactness_rank_and_invariance() -> None:
    """The unit circle as a constraint: 1 - s = -h, s = 1 + h."""
    one, minus = [["1", [0, 0]]], [["-1", [0, 0]]]
    circle = system(constraints=[["+", S, "-1"]])
    bounded = {"rule": "bounded", "bound": "1", "point": ["3/5", "4/5"]}
    below = positive(["x", "y"], "0", [], [(0, minus)])
    check_compactness(circle, {**bounded, "positivity": below})
    check_invariance(circle, {"rule": "faces", "faces": [], "constraints": [[[]]], "tangent": [[[]]]})
    lower = {"rule": "minors", "positivity": positive(["x", "y"], "1", [], [(0, one)])}
    proof = {"rule": "rank", "generic": 1, "at": ["1", "0"], "upper": {"rule": "columns"}, "uniform": 1,
             "lower": lower, "singular": None, "constants": None}  # fmt: skip
    assert check_rank(circle, proof).uniform == 1
    with pytest.raises(NotDerived, match="outside"):
        check_compactness(circle, {**bounded, "positivity": below, "point": ["1/2", "1/2"]})
    with pytest.raises(NotDerived, match="constraint"):
        check_invariance(circle, {"rule": "faces", "faces": [], "constraints": [[one]]})


def test_a_region_of_a_map_must_not_divide() -> None:
    s = system(kind="map", region={"inequalities": [["+", ["^", ["+", "1", S], -1], "-1/2"]]})
    proof = {"rule": "images", "constraints": [], "images": [{"of": 0, "positivity": positive(["x", "y"], "0")}]}
    with pytest.raises(NotDerived, match="division"):
        check_invariance(s, proof)


def test_inputs_vary_in_time_so_only_the_rule_may_hold_them() -> None:
    u = {"u": ["-1", "1"]}
    check_equivariance(radial("u", inputs=u), IDENTITY)
    for more in (
        {"generators": [[["*", "u", "y"], "x"]]},
        {"region": {"inequalities": [["sin", ["+", "u", "x"]]]}},
        {"constraints": [["*", "u", "x"]]},
        {"integrals": [["*", "u", S]]},
        {"discrete": [[["*", "u", "x"], "y"]]},
    ):
        with pytest.raises(Unreadable, match="unknown name 'u'"):
            system(inputs=u, **more)


def test_a_function_followed_along_orbits_holds_no_inputs_and_no_angles() -> None:
    """With u held, -u |x|^2/2 falls along x' = u x, and z - u decays along z' = u - z; u varies, so neither does."""
    u = {"u": ["1", "2"]}
    falls = {"rule": "monotone", "of": "rank", "rate": "1", "power": 1}
    proof = falls | {"function": [["-1/2", [2, 0, 1]], ["-1/2", [0, 2, 1]]], "positivity": None}
    with pytest.raises(NotDerived, match="inputs"):
        check_monotone(radial("u", inputs=u), proof, "rank", system().number(1))
    factor = {"factor": [["1", [1, 0, 0]], ["-1", [0, 0, 1]]], "cofactor": [["-1", [0, 0, 0]]], "positivity": None}
    darboux = {"rule": "darboux", "of": "rank", "factors": [factor], "combination": [[]]}
    towards = system(inputs=u, rule=[["+", "u", ["*", "-1", "x"]], "0"], generators=[["0", "1"]])
    with pytest.raises(NotDerived, match="inputs"):
        check_recurrence(towards, darboux, True, Ranks(1, 0, (), None))
    turning = system(angles=["x"], rule=[["*", "-1", "x"], "0"], generators=[["0", "1"]])
    factor = {"factor": [["1", [1, 0]]], "cofactor": [["-1", [0, 0]]], "positivity": None}
    with pytest.raises(NotDerived, match="angles"):
        check_recurrence(turning, darboux | {"factors": [factor]}, True, Ranks(1, 0, (), None))


def test_hidden_dependences_of_generators_are_found() -> None:
    assert formally_independent(system())
    twice = [["*", "-2", "y"], ["*", "2", "x"]]
    assert not formally_independent(system(generators=[TURN, twice]))
    divided = [["*", c, ["^", ["+", "1", S], -1]] for c in TURN]
    both = [["*", c, ["+", "1", ["*", "-1", S]], ["^", ["+", "1", S], -1]] for c in TURN]
    assert not formally_independent(system(generators=[TURN, divided, both]))  # both = 2 divided - TURN
    hidden = system(generators=[TURN, [["*", ["tanh", "x"], "x"], "y"]])
    with pytest.raises(NotDerived, match="hide"):
        check_closure(hidden, {"rule": "structure-constants", "constants": []}, None)


def test_minors_and_gram_sums_agree_with_the_leibniz_formula() -> None:
    rng, s = Random(4), system()
    columns = [[Quotient(s.ring.constant(rng.randint(-3, 3))) for _ in range(4)] for _ in range(3)]
    numbers = [[c.value() or Fraction(0) for c in column] for column in columns]

    def determinant(rows: Any, chosen: Any) -> Fraction:
        total = Fraction(0)
        for order in permutations(range(len(rows))):
            sign = (-1) ** sum(a > b for a, b in combinations(order, 2))
            total += sign * math.prod(
                (numbers[c][rows[k]] for c, k in zip(chosen, order, strict=True)), start=Fraction(1)
            )
        return total

    for size in (1, 2, 3):
        expected = [determinant(r, c) for c in combinations(range(3), size) for r in combinations(range(4), size)]
        assert [m.value() or 0 for m in minors(s.ring, columns, size)] == expected
        assert gram_sum(s.ring, columns, size).value() == sum(d * d for d in expected)


PREMISES = ["equivariance", "domain", "compactness", "invariance"]
GOOD = dict.fromkeys([*PREMISES, "closure", "rank", "recurrence"], "PROVED")
FACTS = Facts(GOOD, Ranks(2, 2, (), None), False, False, None)


def test_counts_follow_the_table_of_the_theory() -> None:
    def counted(**more: Any) -> tuple[Any, ...]:
        result = conclude(replace(FACTS, **more))
        return result["verdict"], [(s["count"], s["theorem"]) for s in result["statements"]]

    open_recurrence = GOOD | {"recurrence": "UNDECIDED"}
    lower = {"ranks": Ranks(2, 1, (), 0), "verdicts": open_recurrence}
    none = {"ranks": Ranks(2, 0, (), 0)}
    assert counted() == ("CERTIFIED", [(2, "U")])
    assert counted(**lower) == ("CERTIFIED", [(1, "U'"), (2, "W"), (2, "R")])
    assert counted(**lower, has_inputs=True) == ("CERTIFIED", [(1, "U'"), (2, "W")])
    assert counted(**lower, at_least=2) == ("CONDITIONAL", [(1, "U'"), (2, "W"), (2, "R")])
    assert counted(**none, verdicts=open_recurrence) == ("CONDITIONAL", [(2, "W"), (2, "R")])
    assert counted(**none, verdicts=GOOD | {"recurrence": "REFUTED"}) == ("UNDECIDED", [])
    ended = {**none, "verdicts": GOOD | {"recurrence": "REFUTED"}, "at_least": 2}
    assert counted(**ended) == ("UNDECIDED", [])
    assert counted(**ended, flow_moves=True) == ("UNDECIDED", [])
    assert counted(**ended, fewest=2) == ("UNDECIDED", [])
    assert counted(**ended, fewest=1) == ("REFUTED", [])
    assert counted(verdicts=GOOD | {"transversality": "PROVED"}) == ("CERTIFIED", [(2, "U"), (3, "U'")])
    moved = {"flow_moves": True, "verdicts": GOOD | {"transversality": "UNDECIDED"}}
    assert counted(**moved) == ("CERTIFIED", [(2, "U"), (3, "W")])
    assert counted(flow_moves=True, verdicts=GOOD | {"transversality": "DARBOUX"}) == ("CERTIFIED", [(2, "U")])
    assert counted(ranks=None) == ("UNDECIDED", [])
    ended = GOOD | {"recurrence": "REFUTED"}
    assert counted(**none, verdicts=ended, at_least=1) == ("UNDECIDED", [])
    assert counted(ranks=None, verdicts=ended, at_least=1) == ("UNDECIDED", [])


@pytest.mark.parametrize("name", PREMISES)
def test_no_premise_can_be_missing(name: str) -> None:
    assert conclude(replace(FACTS, verdicts=GOOD | {name: "UNDECIDED"}))["verdict"] == "UNDECIDED"
    assert conclude(replace(FACTS, verdicts=GOOD | {name: "REFUTED"}))["verdict"] == "REFUTED"
    assumed = conclude(replace(FACTS, verdicts=GOOD | {name: "ASSUMED"}))
    assert (assumed["verdict"], assumed["zero_exponents"], assumed["assumptions"]) == ("CONDITIONAL", 0, [name])
