"""Equivariance of systems: each tier's verdict with its witness, and the checker's second opinion."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import statement_of
from neutralmodes.errors import ExpressionError, InputError
from neutralmodes.obligations import equivariance as module
from neutralmodes.obligations.equivariance import equivariance
from neutralmodes.obligations.ground import Ground
from neutralmodes.verdict import Obligation
from neutralmodes_check.equivariance import check_equivariance, residuals_vanish
from neutralmodes_check.refusal import NotDerived
from neutralmodes_check.statement import read_statement
from neutralmodes_check.system import System as Checked

x, y, z, s, u, w = sp.symbols("x y z s u w", real=True)
a, b, c = sp.symbols("a b c", real=True)
r2 = x**2 + y**2
TINY = sp.Rational(1, 10**30)
act, p, q = sp.Function("act"), sp.Function("p"), sp.Function("q")
sigmoid, softplus = nm.functions.sigmoid, nm.functions.softplus
SPIN = nm.LieAction([x, y], [[-y, x]])
SHIFT = nm.LieAction([a, b, c], [[1, 1, 1]])


def spun(gain: Any, **options: Any) -> nm.VectorField:
    """gain (x, y) + (-y, x)."""
    return nm.VectorField([x, y], [gain * x - y, gain * y + x], **options)


def system(dynamics: Any, action: nm.LieAction = SPIN, **options: Any) -> nm.System:
    region = options.pop("region", nm.Region.annulus([x, y], "1/2", 2) if action is SPIN else None)
    return nm.System("s", dynamics, action, region, start=[1] + [0] * (dynamics.n - 1), **options)


def verdict(dynamics: Any, action: nm.LieAction = SPIN, **options: Any) -> Obligation:
    """The obligation; what is PROVED must be re-derived by the checker, what is REFUTED must not."""
    made = system(dynamics, action, **options)
    found = equivariance(Ground(made))
    checked = Checked(read_statement(statement_of(made)))
    if found.verdict == "PROVED":
        check_equivariance(checked, found.proof)
    elif found.verdict == "REFUTED":
        assert not residuals_vanish(checked)
    return found


def kuramoto(coupling: Any) -> nm.VectorField:
    phases = [a, b, c]
    return nm.VectorField(phases, [sum(coupling(t - v) for t in phases if t != v) for v in phases], angles=phases)


PROVED = {
    "T1 exponential gain": spun(sp.exp(-r2) - sp.Rational(1, 10)),
    "T2 tanh gain": spun(sp.tanh(1 - r2)),
    "T2 tanh gain in another form": spun(sp.tanh(1 - x**2 / 2 - (y**2 + r2) / 2)),
    "T2 sigmoid against exp": nm.VectorField([x, y], [sigmoid(r2) * x - y, y / (1 + sp.exp(-r2)) + x]),
    "T2 softplus": spun(softplus(1 - r2)),
    "T2 user activation": spun(act(1 - r2), activations={"act": (s, 1 - act(s) ** 2)}),
    "T2 sqrt": spun(1 - sp.sqrt(r2)),
    "T2 logarithm": spun(-sp.log(r2)),
    "T2 opaque": spun(p(r2)),
    "T2 opaque of two invariants": spun(p(r2, (x**2 + y**2) ** 2 - r2)),
    "T0 number field": spun(sp.sqrt(2) - r2 * (1 + sp.sqrt(5)) / 2),
    "T0 pi": spun(sp.pi - r2),
    "T1 rotation by an invariant angle": nm.VectorField(
        [x, y], [x * sp.cos(r2) - y * sp.sin(r2), y * sp.cos(r2) + x * sp.sin(r2)]
    ),
    "an input": spun(u - sp.tanh(r2), inputs={u: nm.Interval(-2, 2)}),
    "an interval parameter inside": spun(sp.cos(w * r2), parameters={w: nm.Interval(1, 2)}),
}


@pytest.mark.parametrize("label", PROVED)
def test_a_symmetric_field_is_proved(label: str) -> None:
    assert verdict(PROVED[label]).verdict == "PROVED"


@pytest.mark.parametrize("label", PROVED)
def test_the_same_field_broken_at_1e_30_is_refuted_where_values_exist(label: str) -> None:
    field = PROVED[label]
    broken = nm.VectorField.__new__(nm.VectorField)
    broken.__dict__ |= field.__dict__
    broken.rule = (("+", field.rule[0], ("*", str(TINY), "y")), field.rule[1])
    found = verdict(broken)
    assert found.verdict == "REFUTED"
    assert found.witness is not None
    value = found.witness.get("value") or found.witness["ball"]["midpoint"]
    assert 0 < abs(Fraction(value)) < Fraction(1, 10**29)


def test_phase_oscillators_are_proved_on_sums_and_on_differences() -> None:
    assert verdict(kuramoto(sp.sin), SHIFT).verdict == "PROVED"
    assert verdict(kuramoto(lambda d: sp.sin(d) ** 2 + sp.cos(2 * d)), SHIFT).verdict == "PROVED"
    skew = kuramoto(lambda d: sp.sin(d + 2 * sp.pi / 5) / (2 + sp.cos(d)))
    assert verdict(skew, SHIFT).verdict == "PROVED"


def test_a_frequency_ratio_that_is_off_is_refuted_by_a_ball() -> None:
    field = nm.VectorField([a, b, c], [sp.sin(a - b * (1 + TINY)), sp.sin(b - c), sp.sin(c - a)])
    found = verdict(field, SHIFT)
    assert found.verdict == "REFUTED"
    assert found.witness is not None
    ball = found.witness["ball"]
    assert abs(Fraction(ball["midpoint"])) > Fraction(ball["radius"]) > 0
    assert "T3" in found.method


def test_an_exact_parameter_inside_a_function_is_put_in() -> None:
    field = nm.VectorField([x, y], [sp.tanh(w * r2) * x, sp.tanh(sp.Rational(3, 5) * r2) * y], parameters={w: "3/5"})
    assert verdict(field).verdict == "PROVED"
    off = nm.VectorField([x, y], [sp.tanh(w * r2) * x, sp.tanh(sp.Rational(3, 5) * r2) * y], parameters={w: "4/5"})
    assert verdict(off).verdict == "REFUTED"


def test_a_users_rule_is_a_named_assumption() -> None:
    found = verdict(PROVED["T2 user activation"])
    assert found.notes == ("assumes your derivative rule act'(s) = 1 - act(s)^2",)
    assert "every C^1 function" in verdict(PROVED["T2 opaque"]).notes[0]


def test_a_wrong_derivative_rule_is_not_noticed_and_therefore_named() -> None:
    """p(r2) is equivariant whatever the rule says: only the chain rule is used."""
    assert verdict(spun(act(r2), activations={"act": (s, s)})).verdict == "PROVED"


def test_an_opaque_gain_of_what_is_not_invariant_is_refuted_by_one_function() -> None:
    found = verdict(spun(p(r2 + TINY * x)))
    assert found.verdict == "REFUTED"
    assert found.witness is not None
    assert set(found.witness["chosen"]) == {f"p'0(x^2 + y^2 + 1/{10**30}*x)"}


def test_an_activation_without_values_is_not_refuted() -> None:
    found = verdict(spun(act(x), activations={"act": (s, 1 - act(s) ** 2)}))
    assert found.verdict == "UNDECIDED"
    assert "generator 0, component x" in found.method


def test_a_reflection_that_fails_is_named_and_the_rotation_stays_proved() -> None:
    mirror, half_turn = sp.diag(1, -1), -sp.eye(2)
    found = verdict(spun(1 - r2), discrete=[half_turn, mirror])
    assert found.verdict == "REFUTED"
    assert found.witness is not None
    assert found.witness["of"] == "discrete element 1"
    assert found.witness["parts"] == {
        "generator 0": "PROVED",
        "discrete element 0": "PROVED",
        "discrete element 1": "REFUTED",
    }
    assert found.notes == ("generator 0: PROVED", "discrete element 0: PROVED", "discrete element 1: REFUTED")


def test_a_reflection_and_a_permutation_that_hold_are_proved() -> None:
    radial = nm.VectorField([x, y], [sp.tanh(1 - r2) * x, sp.tanh(1 - r2) * y])
    assert verdict(radial, discrete=[sp.diag(1, -1), {x: y, y: x}]).verdict == "PROVED"
    cycle = [{a: b, b: c, c: a}]
    assert verdict(kuramoto(sp.sin), SHIFT, discrete=cycle).verdict == "PROVED"
    uneven = nm.VectorField([a, b, c], [sp.sin(b - a), sp.sin(a - b), 0])
    assert verdict(uneven, SHIFT, discrete=cycle).verdict == "REFUTED"


def test_maps_use_the_map_residual() -> None:
    assert verdict(nm.Map([x, y], [x * sp.tanh(r2), y * sp.tanh(r2)])).verdict == "PROVED"
    line = nm.LieAction([x], [[1]])
    trap = verdict(nm.Map([x], [x / 2]), line, region=nm.Region.box({x: (-1, 1)}))
    assert trap.verdict == "REFUTED"
    assert trap.witness is not None
    assert trap.witness["value"] == "-1/2"


def test_the_structural_rule_fails_on_maps_with_nonlinear_actions() -> None:
    """Trap 7: p constant, E = d/dx is equivariant for the flow and not for the map."""
    line = nm.LieAction([x], [[1]])
    box = nm.Region.box({x: (-1, 1)})
    assert verdict(nm.VectorField([x], [sp.Rational(1, 2)]), line, region=box).verdict == "PROVED"
    assert verdict(nm.Map([x], [sp.Rational(1, 2)]), line, region=box).verdict == "REFUTED"


def test_roundoff_of_floats_is_refuted_exactly_and_said_kindly() -> None:
    found = verdict(nm.VectorField([x, y], [(0.1 * r2 + 0.2 * r2) * x, 0.3 * r2 * y]))
    assert found.verdict == "REFUTED"
    assert "roundoff" in found.notes[-1]
    honest = verdict(nm.VectorField([x, y], [0.1 * r2 * x, 0.3 * r2 * y]))
    assert not any("roundoff" in note for note in honest.notes)


def test_a_branch_is_not_taken_for_granted() -> None:
    """sqrt(x^2) = x holds on the region alone, and not by a rule for roots."""
    root = sp.sqrt(sp.Symbol("x") ** 2)
    odd = nm.VectorField(["x", "y"], [root - sp.Symbol("x"), 0])
    line = nm.LieAction(["x", "y"], [[1, 0]])
    right = nm.Region.box({sp.Symbol("x"): (1, 2), sp.Symbol("y"): (0, 1)})
    assert verdict(odd, line, region=right).verdict == "UNDECIDED"


def test_a_kink_is_never_proved() -> None:
    assert verdict(spun(sp.Abs(x))).verdict == "UNDECIDED"
    kinked = verdict(spun(sp.Max(r2, 1)))
    assert kinked.verdict == "UNDECIDED"
    assert "derivative" in kinked.method


def test_what_is_given_piece_by_piece_is_refused_clearly() -> None:
    with pytest.raises(ExpressionError, match="piece by piece"):
        spun(sp.Piecewise((1, x > 0), (0, True)))


def test_a_rule_that_divides_by_zero_everywhere_is_bad_input() -> None:
    zero = sp.Add((x + 1) ** 2, -(x**2), -2 * x, -1, evaluate=False)
    with pytest.raises(ExpressionError, match="identically zero"):
        Ground(system(spun(1 / zero)))


def test_an_invariant_field_is_proved_for_every_gain() -> None:
    field = nm.invariant_field([x, y], [r2], [[x, y], [-y, x]], ["p", q], action=SPIN)
    assert verdict(field).verdict == "PROVED"
    assert set(field.activations) == {"p", "q"}


def test_an_invariant_field_of_so3_is_proved() -> None:
    x1, x2 = sp.Matrix(sp.symbols("a1:4", real=True)), sp.Matrix(sp.symbols("b1:4", real=True))
    variables = [*x1, *x2]
    generators = []
    for i, j in ((0, 1), (0, 2), (1, 2)):
        block = sp.zeros(3)
        block[i, j], block[j, i] = -1, 1
        generators.append(sp.diag(block, block))
    action = nm.LieAction(variables, generators)
    invariants = [x1.dot(x1), x1.dot(x2), x2.dot(x2)]
    zero = [0, 0, 0]
    fields = [[*x1, *zero], [*zero, *x1], [*x1.cross(x2), *zero], [*zero, *x2]]
    field = nm.invariant_field(variables, invariants, fields, ["p", "q", "r", sp.tanh(x1.dot(x2))], action=action)
    made = nm.System("so3", field, action, start=[1, 0, 0, 0, 1, 0])
    found = equivariance(Ground(made))
    assert found.verdict == "PROVED"
    check_equivariance(Checked(read_statement(statement_of(made))), found.proof)


@pytest.mark.parametrize(
    ("invariants", "fields", "gains", "message"),
    [
        ([r2], [[x, y]], ["p", "q"], "2 coefficients for 1"),
        ([x], [[x, y]], ["p"], "invariant 0"),
        ([r2], [[x, -y]], ["p"], "equivariant 0"),
        ([r2], [[x, y, x]], ["p"], "3 components"),
        ([r2], [[x, y]], ["not a name"], "not an identifier"),
        ([r2], [[x, y]], ["x"], "both a function and a symbol"),
    ],
)
def test_a_wrong_recipe_is_refused(invariants: Any, fields: Any, gains: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        nm.invariant_field([x, y], invariants, fields, gains, action=SPIN)


# Mutants: the residual's sign, the map's residual, and a proof of less than is claimed.


def test_a_residual_with_a_wrong_sign_refutes_what_is_true(monkeypatch: pytest.MonkeyPatch) -> None:
    original = module.generator_residual

    def wrong(ground: Ground, index: int) -> Any:
        return [
            r + ground.along(component, ground.f).scaled(2)
            for r, component in zip(original(ground, index), ground.xi[index], strict=True)
        ]

    monkeypatch.setattr(module, "generator_residual", wrong)
    assert equivariance(Ground(system(PROVED["T2 tanh gain"]))).verdict == "REFUTED"


def test_the_checker_refuses_a_false_claim() -> None:
    checked = Checked(read_statement(statement_of(system(spun(sp.tanh(1 - r2) + TINY * x)))))
    with pytest.raises(NotDerived, match="generator 0"):
        check_equivariance(checked, {"rule": "identity", "generators": [0]})


def test_a_big_polynomial_field_has_no_kernels() -> None:
    assert Ground(system(spun(1 - r2))).field.ctx.nvars() == 2
