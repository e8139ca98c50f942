"""Regions: compactness, domain and invariance proved and re-derived, or not proved with the right verdict."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from neutralmodes_check import NotDerived
from neutralmodes_check.compactness import check_compactness
from neutralmodes_check.domain import check_domain
from neutralmodes_check.invariance import check_invariance
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System as Checked

import neutralmodes as nm
from neutralmodes.certificate import canonical, statement_of
from neutralmodes.exact.expression import evaluate
from neutralmodes.obligations.compactness import compactness
from neutralmodes.obligations.domain import domain
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.invariance import invariance, lie_tree
from neutralmodes.verdict import Obligation, Verdict

x, y, z, u, theta = sp.symbols("x y z u theta", real=True)
r2 = x**2 + y**2
sigmoid = sp.Function("sigmoid")
CHECKS = {"domain": check_domain, "compactness": check_compactness, "invariance": check_invariance}


def system(
    kind: type[nm.VectorField] | type[nm.Map],
    rule: Sequence[Any],
    region: nm.Region | None,
    start: Sequence[Any],
    variables: Sequence[sp.Symbol] = (x, y),
    generator: Sequence[Any] | None = None,
    **more: Any,
) -> nm.System:
    own = {key: more.pop(key) for key in ("inputs", "parameters", "angles") if key in more}
    action = nm.LieAction(variables, [generator or [0] * (len(variables) - 1) + [1]])
    return nm.System("test", kind(variables, rule, **own), action, region, start=start, **more)


def flow(rule: Sequence[Any], region: nm.Region | None, start: Sequence[Any] = (0, 0), **more: Any) -> nm.System:
    return system(nm.VectorField, rule, region, start, **more)


def settle(of: nm.System, budget_s: float = 5.0) -> dict[str, Obligation]:
    ground = Ground(of)
    return {
        "domain": domain(ground),
        "compactness": compactness(ground),
        "invariance": invariance(ground, budget_s),
    }


def recheck(of: nm.System, name: str, proof: Any) -> None:
    """The independent checker's word, on the system and the proof as they stand in a file."""
    statement = read_statement(json.loads(canonical(statement_of(of))))
    CHECKS[name](Checked(statement), json.loads(canonical(proof)))


def assert_proved(of: nm.System, budget_s: float = 5.0) -> dict[str, Obligation]:
    found = settle(of, budget_s)
    for name, obligation in found.items():
        assert obligation.verdict is Verdict.PROVED, (name, obligation.method)
        recheck(of, name, obligation.proof)
    return found


# Systems of the issue.


def coupled_irreps() -> nm.System:
    """Three copies of charge 1, two of charge 2, four invariants, ten tanh units of invariants: dimension 14."""
    re, im, s = (sp.symbols(f"{letter}1:{k}", real=True) for letter, k in (("a", 6), ("b", 6), ("s", 5)))
    modes = [p + sp.I * q for p, q in zip(re, im, strict=True)]

    def dot(p: sp.Expr, q: sp.Expr) -> sp.Expr:
        return sp.expand((p * sp.conjugate(q)).as_real_imag()[0])

    inner = [dot(modes[0], modes[1]), dot(modes[1], modes[2]), dot(modes[3], modes[4])]
    inner += [dot(modes[0] ** 2, modes[3]), dot(modes[1] ** 2, modes[4]), dot(sp.I * modes[0], modes[1]), *s]
    units = [sp.tanh(a + sp.Rational(k, 10)) for k, a in enumerate(inner)]
    rule, generator, region = [], [], nm.Region.box(dict.fromkeys(s, (-1, 1)))
    for k, charge in enumerate((1, 1, 1, 2, 2)):
        growth = 2 - re[k] ** 2 - im[k] ** 2 + units[k] / 4
        turn = 1 + units[(k + 3) % 10] / 2
        rule += [growth * re[k] - turn * im[k], growth * im[k] + turn * re[k]]
        generator += [-charge * im[k], charge * re[k]]
        region = region & nm.Region.annulus([re[k], im[k]], 1, 2)
    rule += [-v + units[6 + (k + 1) % 4] / 2 + units[k] / 4 for k, v in enumerate(s)]
    variables = [v for pair in zip(re, im, strict=True) for v in pair] + list(s)
    start = [sp.Rational(3, 2), 0] * 5 + [0] * 4
    return flow(rule, region, start, variables=variables, generator=generator + [0] * 4)


def two_vectors() -> nm.System:
    """Two coupled SO(3) vectors, each attracted to its sphere."""
    p, q = sp.symbols("x1:4", real=True), sp.symbols("y1:4", real=True)
    pp, qq, pq = (sum(a * b for a, b in zip(v, w, strict=True)) for v, w in ((p, p), (q, q), (p, q)))
    rule = [(1 - pp) * a + b / 4 for a, b in zip(p, q, strict=True)]
    rule += [(1 - qq) * b - a / 4 + pq * a / 8 for a, b in zip(p, q, strict=True)]
    generator = [-p[1], p[0], 0, -q[1], q[0], 0]
    return flow(
        rule, nm.Region.annulus([*p, *q], "1/2", 2), (1, 0, 0, 0, 1, 0), variables=[*p, *q], generator=generator
    )


def rate_network(n: int) -> nm.System:
    """h' = -h + J tanh(h) with |J_ij| <= 2/n on the box |h_i| <= 3."""
    rng, h = random.Random(0), sp.symbols(f"h1:{n + 1}", real=True)
    units = [sp.tanh(v) for v in h]
    rule = [sp.Add(-v, *(sp.Rational(rng.randint(-16, 16), 8 * n) * t for t in units)) for v in h]
    return flow(rule, nm.Region.box(dict.fromkeys(h, (-3, 3))), [0] * n, variables=h)


def gated_map() -> nm.System:
    """h+ = (1 - s) h + s tanh(W h + u), gate s = sigmoid(V h - u), for every input |u| <= 2."""
    gates = [sigmoid(x - y / 2 - u), sigmoid(y + x / 3 + u)]
    units = [sp.tanh(2 * x - y + u), sp.tanh(x + y - u)]
    rule = [(1 - s) * h + s * t for s, h, t in zip(gates, (x, y), units, strict=True)]
    region = nm.Region.box({x: (-1, 1), y: (-1, 1)})
    return system(nm.Map, rule, region, (0, 0), inputs={u: nm.Interval(-2, 2)})


def ginzburg_landau(cutoff: int, multiplier: int | None = None) -> nm.System:
    """Galerkin modes |k| <= K of A_t = A + (1 + i) A_xx/4 - (1 - 2i) |A|^2 A on the energy ball sum |a_k|^2 <= 4."""
    modes = range(-cutoff, cutoff + 1)
    re, im = (sp.symbols(f"{letter}0:{len(modes)}", real=True) for letter in "rs")
    a = {k: re[i] + sp.I * im[i] for i, k in enumerate(modes)}
    rule = []
    for k in modes:
        cubic = sum(a[p] * a[q] * sp.conjugate(a[p + q - k]) for p in modes for q in modes if p + q - k in a)
        linear = 1 - (1 + sp.I) * sp.Rational(k**2, 4)
        rule += sp.expand(linear * a[k] - (1 - 2 * sp.I) * cubic).as_real_imag()
    variables = [v for pair in zip(re, im, strict=True) for v in pair]
    generator = [w for p, q in zip(re, im, strict=True) for w in (-q, p)]
    energy = 4 - sum(v**2 for v in variables)
    region = nm.Region([energy], multipliers={} if multiplier is None else {0: multiplier})
    return flow(rule, region, [1] + [0] * (len(variables) - 1), variables=variables, generator=generator)


PROVED: dict[str, Callable[[], nm.System]] = {
    "irreps": coupled_irreps,
    "two vectors": two_vectors,
    "rate-24": lambda: rate_network(24),
    "gated map": gated_map,
    "ginzburg-landau": lambda: ginzburg_landau(1),
    "tanh disc": lambda: flow(
        [x * (1 - r2) - y + sp.tanh(x) / 10, y * (1 - r2) + x], nm.Region.annulus([x, y], "1/2", 2), (1, 0)
    ),
    "angle": lambda: flow(
        [1, -y + sp.sin(theta) * sp.exp(-(y**2) / 4)], nm.Region([4 - y**2]), variables=(theta, y), angles=[theta]
    ),
    "denominator": lambda: flow([-x * (1 + 1 / (2 - x * sp.sin(y))), -y], nm.Region.ball([x, y], 1)),
    "paved denominator": lambda: flow([-x / (2 + sp.sin(3 * x) * sp.exp(y / 2)), -y], nm.Region.ball([x, y], 1)),
    "level set": lambda: flow([y, x - x**3], nm.Region([5 - (y**2 - x**2 + x**4 / 2)])),
    "level set of functions": lambda: flow(
        [y, -sp.sin(theta)], nm.Region([3 - y**2 / 2 + sp.cos(theta)]), variables=(theta, y), angles=[theta]
    ),
    "two energies": lambda: flow([-y, x], None, (1, 0), generator=[-y, x], constraints=[r2 - 1]),
    "input box": lambda: flow([-x + u, -y + u * x], nm.Region.box({x: (-2, 2), y: (-3, 3)}), inputs={u: nm.Interval(-1, 1)}),
    "parameter interval": lambda: flow(
        [u * x - x * r2, u * y - y * r2], nm.Region.annulus([x, y], "1/2", 2), (1, 0), parameters={u: nm.Interval("1/2", 3)}
    ),
    "not strict": lambda: flow([x * (1 - x), -y], nm.Region.box({x: (0, 2), y: (-1, 1)}), (1, 0)),
}  # fmt: skip


@pytest.mark.parametrize("name", PROVED)
def test_a_trapping_region_is_proved_and_rederived(name: str) -> None:
    assert_proved(PROVED[name]())


@pytest.mark.slow
def test_a_rate_network_of_96_units_is_proved() -> None:
    assert_proved(rate_network(96))


def test_the_energy_of_ginzburg_landau_with_a_multiplier() -> None:
    found = assert_proved(ginzburg_landau(1, multiplier=-8))
    proof = found["invariance"].proof
    assert proof is not None
    assert proof["faces"][0]["positivity"]["equalities"] == [{"of": 0, "cofactor": [["-8", [0] * 6]]}]


def test_a_wrong_multiplier_is_only_a_hint() -> None:
    assert settle(ginzburg_landau(1, multiplier=8))["invariance"].verdict is Verdict.PROVED


OPEN = Verdict.UNDECIDED
BOX = nm.Region.box({x: (-1, 1), y: (-1, 1)})
NOT_PROVED: dict[str, tuple[Callable[[], nm.System], str, Verdict]] = {
    "leak": (lambda: flow([x, y], nm.Region.ball([x, y], 1)), "invariance", Verdict.REFUTED),
    "leak of a function": (
        lambda: flow([-x + 3 * sp.tanh(x), -y], nm.Region.ball([x, y], 1)), "invariance", Verdict.REFUTED,
    ),
    "leak for one input": (
        lambda: flow([-x + u, -y], nm.Region.ball([x, y], 1), inputs={u: nm.Interval(-2, 0)}),
        "invariance", Verdict.REFUTED,
    ),
    "leak at a corner": (lambda: flow([-x + sp.Rational(11, 10) * y**5, -y], BOX), "invariance", Verdict.REFUTED),
    "touching a corner": (lambda: flow([-x + y**5, -y], BOX), "invariance", OPEN),
    "map leaves": (lambda: system(nm.Map, [2 * x, y], BOX, (0, 0)), "invariance", Verdict.REFUTED),
    "unbounded": (lambda: flow([x * (1 - r2), y * (1 - r2)], nm.Region([r2 - 1]), (2, 0)), "compactness", Verdict.REFUTED),
    "unbounded cone": (lambda: flow([-x, -y], nm.Region([x * y])), "compactness", Verdict.REFUTED),
    "vanishing gradient": (lambda: flow([x, y], nm.Region([(4 - r2) ** 3]), (1, 0)), "invariance", OPEN),
    "empty interior": (lambda: flow([1, -y], nm.Region([-(x**2), 1 - y**2])), "invariance", OPEN),
    "pole": (lambda: flow([-x / (r2 - sp.Rational(1, 4)), -y], nm.Region.ball([x, y], 1), (1, 0)), "domain", OPEN),
    "pole at the start": (lambda: flow([-x / r2, -y], nm.Region.ball([x, y], 1)), "domain", Verdict.REFUTED),
    "removable pole": (
        lambda: flow([x * (1 - r2) / (r2 - 1) ** 2, y], nm.Region.ball([x, y], 2), (1, 1)), "domain", OPEN,
    ),
    "kink": (lambda: flow([-x + sp.Abs(y) / 4, -y], nm.Region.ball([x, y], 1)), "domain", OPEN),
    "logarithm": (lambda: flow([-sp.log(x + 1), -y], nm.Region.ball([x, y], 1)), "domain", OPEN),
    "constraint not kept": (
        lambda: flow([1, 0], None, (1, 0), generator=[-y, x], constraints=[r2 - 1]), "invariance", OPEN,
    ),
    "generator off the constraint": (
        lambda: flow([-y, x], None, (1, 0), generator=[x, y], constraints=[r2 - 1]), "invariance", OPEN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_PROVED)
def test_a_trap_gets_its_verdict(name: str) -> None:
    make, obligation, verdict = NOT_PROVED[name]
    found = settle(make(), 1.0)[obligation]
    assert found.verdict is verdict, found.method
    assert found.proof is None
    assert found.advice if verdict is OPEN else found.witness


def test_an_empty_region_is_bad_input() -> None:
    with pytest.raises(nm.errors.RegionError, match="outside the region"):
        flow([-x, -y], nm.Region([-1 - r2]))


def test_an_undecided_face_says_how_far_it_came_and_what_would_help() -> None:
    found = settle(NOT_PROVED["touching a corner"][0](), 0.5)["invariance"]
    assert "boxes tried" in found.method
    assert "budget=" in found.advice


def test_the_generators_must_be_tangent_for_the_checker_too() -> None:
    kept = flow([-y, x], None, (1, 0), generator=[-y, x], constraints=[r2 - 1])
    proof = assert_proved(kept)["invariance"].proof
    assert proof is not None
    with pytest.raises(NotDerived):
        recheck(flow([-y, x], None, (1, 0), generator=[x, y], constraints=[r2 - 1]), "invariance", proof)
    without = {key: value for key, value in proof.items() if key != "tangent"}
    with pytest.raises(Exception, match="cofactors"):
        recheck(kept, "invariance", without)


def test_a_weak_face_may_not_lean_on_the_region() -> None:
    """x' = y, y' = -x leaves the quarter disc, though L_f x = y >= 0 there."""
    quarter = nm.Region([x, y, 1 - r2])
    leaving = flow([y, -x], quarter, ("1/2", "1/2"))
    assert settle(leaving, 1.0)["invariance"].verdict is Verdict.REFUTED
    one = [["1", [0, 0]]]
    weak = {
        "rule": "positivstellensatz", "names": ["x", "y"], "margin": "0",
        "products": [{"of": [1], "squares": [["1", one]]}], "equalities": [],
    }  # fmt: skip
    faces = [{"of": j, "positivity": weak} for j in range(3)]
    with pytest.raises(NotDerived, match="face 0 is not entered strictly"):
        recheck(leaving, "invariance", {"rule": "faces", "faces": faces, "constraints": []})


def test_a_proof_for_some_inputs_is_refused_for_more() -> None:
    narrow = PROVED["input box"]()
    proof = assert_proved(narrow)["invariance"].proof
    wide = flow([-x + u, -y + u * x], nm.Region.box({x: (-2, 2), y: (-3, 3)}), inputs={u: nm.Interval(-3, 3)})
    with pytest.raises(NotDerived):
        recheck(wide, "invariance", proof)


@settings(max_examples=40)
@given(
    growth=st.fractions(min_value=-2, max_value=4, max_denominator=12),
    other=st.fractions(min_value=-2, max_value=4, max_denominator=12),
    swirl=st.lists(st.integers(-3, 3), min_size=3, max_size=3),
    radius=st.fractions(min_value=Fraction(1, 4), max_value=3, max_denominator=12),
)
def test_a_shrinking_ball_is_never_falsely_proved(
    growth: Fraction, other: Fraction, swirl: list[int], radius: Fraction
) -> None:
    """x' = B x - |x|^2 x + (terms orthogonal to x): the ball traps exactly where R^2 >= the top eigenvalue of B.

    B has eigenvectors (3, 4)/5 and (-4, 3)/5, so the worst boundary point is rational: the oracle.
    """
    a, b, c = swirl
    turn = a + b * x + c * y
    top, low = (sp.Rational(v.numerator, v.denominator) for v in (growth, other))
    matrix = sp.Matrix([[9 * top + 16 * low, 12 * (top - low)], [12 * (top - low), 16 * top + 9 * low]]) / 25
    linear = matrix * sp.Matrix([x, y])
    rule = [linear[0] - r2 * x - turn * y, linear[1] - r2 * y + turn * x]
    ball = flow(rule, nm.Region.ball([x, y], radius), (0, 0), generator=[-y, x])
    ground = Ground(ball)
    found = invariance(ground, 2.0)
    speeds = []
    for v in ((Fraction(3, 5), Fraction(4, 5)), (Fraction(-4, 5), Fraction(3, 5))):
        point = {"x": radius * v[0], "y": radius * v[1]}
        speeds.append(evaluate(lie_tree(ground, ground.inequalities[0]), point))
    assert min(speeds) == 2 * radius**2 * (radius**2 - max(growth, other))
    if min(speeds) < 0:
        assert found.verdict is Verdict.REFUTED
    else:
        assert found.verdict is Verdict.PROVED
        recheck(ball, "invariance", found.proof)
