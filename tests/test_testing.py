"""Assertions and conformance suite: numbers, text and raise, each with a mutant that flips them."""

from __future__ import annotations

import sys
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import InputError, NotCertified
from neutralmodes.strategies import EquivariantField, named_action
from neutralmodes.strategies._systems import annulus_flow, annulus_map
from neutralmodes.testing import (
    NotEquivariant,
    Undecided,
    assert_equivariant,
    assert_neutral_modes,
    equivariance_error,
    format_equivariance_error,
    format_neutral_modes,
    neutral_modes,
    system_checks,
)
from neutralmodes.verdict import Verdict

SPIN = named_action("SO(2)")
x, y = sp.symbols("x y", real=True)
# atan(s) + atan(1/s) - pi/2 is zero for s > 0, but the normal form does not know it.
VEILED = nm.VectorField([x, y], [-x + sp.atan(1 + x**2) + sp.atan(1 / (1 + x**2)) - sp.pi / 2, -y])
SYSTEMS = [
    annulus_flow(SPIN, {("J", 1): Fraction(2)}),
    annulus_map(named_action("SO(3)"), {}),
    nm.System(
        "polar",
        nm.VectorField([x, y], [x * (1 - x), 1], angles=[y]),
        nm.LieAction([x, y], [[0, 1]]),
        nm.Region([x - sp.Rational(1, 2), 2 - x]),
        start=[1, 0],
        expect={"conclusion": "CERTIFIED", "zero_exponents": 1},
    ),
]


def rotation_of(z: np.ndarray) -> np.ndarray:
    return np.array([-z[1], z[0]]) * (1 + z @ z)


def test_an_exact_rule_is_settled_exactly() -> None:
    numbers = assert_equivariant(EquivariantField(SPIN, {("J", 3): Fraction(1, 3)}), SPIN)
    assert numbers.exact
    assert numbers.verdict is Verdict.PROVED


def test_an_exact_rule_that_fails_names_a_rational_point() -> None:
    with pytest.raises(NotEquivariant, match="residual") as caught:
        assert_equivariant(nm.VectorField([x, y], [x, 2 * y]), SPIN)
    assert "x = " in caught.value.neutralmodes_counterexample


def test_a_map_is_not_judged_as_a_flow() -> None:
    """Dx xi - Dxi f = 0 for a constant f and xi = d/dx, but the map residual is -1."""
    shift = nm.LieAction([x], [[x]])
    assert_equivariant(nm.Map([x], [2 * x]), shift)
    with pytest.raises(NotEquivariant):
        assert_equivariant(nm.Map([x], [x**2]), shift)


def test_what_the_zero_test_leaves_open_is_undecided() -> None:
    with pytest.raises(Undecided, match="UNDECIDED"):
        assert_equivariant(VEILED, SPIN)


def test_a_callable_passes_to_the_rounding_of_its_dtype() -> None:
    double, single = (assert_equivariant(f, SPIN) for f in (rotation_of, lambda z: rotation_of(z).astype(np.float32)))
    assert double.largest is not None
    assert double.largest < 1e-12
    assert double.tolerance == pytest.approx(np.finfo(np.float64).eps ** (2 / 3))
    assert single.tolerance == pytest.approx(np.finfo(np.float32).eps ** (2 / 3))
    assert not double.exact
    assert double.verdict is Verdict.UNDECIDED  # samples never prove


@pytest.mark.parametrize("size", [1e-2, 1e-6, 1e-9])
def test_a_callable_that_misses_by_little_is_caught(size: float) -> None:
    def miss(z: np.ndarray) -> np.ndarray:
        return rotation_of(z) + size * np.array([z[0], 0])

    with pytest.raises(NotEquivariant, match=r"g = exp\(generator 0\), x = ") as caught:
        assert_equivariant(miss, SPIN)
    assert "tolerance" in str(caught.value)


def test_a_callable_that_returns_nan_is_caught() -> None:
    with pytest.raises(NotEquivariant):
        assert_equivariant(lambda z: z * np.nan, SPIN)


def test_a_callable_may_write_into_its_argument() -> None:
    def rude(z: np.ndarray) -> np.ndarray:
        z *= 2
        return z

    assert_equivariant(rude, SPIN)


def test_a_torch_module_is_fed_tensors_of_its_own_dtype(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for torch, so that the door is tested where torch is not installed."""
    seen = []

    class Tensor(np.ndarray):
        def numpy(self) -> np.ndarray:
            return np.asarray(self)

    class Module:
        def parameters(self) -> list[Any]:
            return [SimpleNamespace(dtype=np.float32)]

        def __call__(self, z: np.ndarray) -> np.ndarray:
            seen.append(z.dtype)
            return (z * (z @ z)).view(Tensor)

    class NoGrad:
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    fake = SimpleNamespace(
        nn=SimpleNamespace(Module=Module), float64=np.float64, no_grad=NoGrad,
        as_tensor=lambda v, dtype: np.asarray(v, dtype=dtype).view(Tensor),
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "torch", fake)
    assert assert_equivariant(Module(), SPIN).tolerance == pytest.approx(np.finfo(np.float32).eps ** (2 / 3))
    assert set(seen) == {np.dtype(np.float32)}


def test_a_real_torch_module() -> None:
    torch = pytest.importorskip("torch")
    assert_equivariant(torch.nn.Identity(), SPIN)
    with pytest.raises(NotEquivariant):
        assert_equivariant(torch.nn.Linear(2, 2), SPIN)


def test_a_real_jax_function() -> None:
    jnp = pytest.importorskip("jax.numpy")
    assert_equivariant(lambda z: z * jnp.sum(jnp.asarray(z) ** 2), SPIN)


@pytest.mark.parametrize(("rule", "action", "match"), [
    ("x", SPIN, "expected a VectorField"),
    (lambda z: z[:1], SPIN, "shape"),
    (lambda z: z, nm.LieAction([x], [[1]]), "linear action"),
])  # fmt: skip
def test_bad_input_is_named(rule: Any, action: nm.LieAction, match: str) -> None:
    with pytest.raises(InputError, match=match):
        assert_equivariant(rule, action)


def test_the_three_layers_say_the_same() -> None:
    numbers = equivariance_error(lambda z: z * [1, 2], SPIN)
    text = format_equivariance_error(numbers)
    assert f"{numbers.largest:.3g}" in text
    with pytest.raises(NotEquivariant) as caught:
        assert_equivariant(lambda z: z * [1, 2], SPIN)
    assert str(caught.value) == text


def test_neutral_modes_are_counted_and_not_overcounted() -> None:
    system = SYSTEMS[0]
    assert assert_neutral_modes(system, at_least=1).zero_exponents == 1
    with pytest.raises(NotCertified, match="at least 2 zero exponents asked, 1 proved"):
        assert_neutral_modes(system, at_least=2)


def test_a_broken_system_is_refuted_with_its_reason() -> None:
    broken = nm.System("broken", nm.VectorField([x, y], [x, -y]), SPIN, nm.Region.ball([x, y], 1))
    with pytest.raises(NotCertified, match="equivariance REFUTED"):
        assert_neutral_modes(broken)


def test_an_undecided_system_says_what_would_settle_it() -> None:
    veiled = nm.System("veiled", VEILED, SPIN, nm.Region.ball([x, y], 1))
    with pytest.raises(Undecided, match="to settle it: rewrite the rule"):
        assert_neutral_modes(veiled, budget=0.5)
    assert "UNDECIDED" in format_neutral_modes(neutral_modes(veiled, budget=0.5))


@pytest.mark.neutralmodes
@pytest.mark.parametrize("check", [c for system in SYSTEMS for c in system_checks(system, budget=5)])
def test_our_own_systems_conform(check: Any) -> None:
    check()


def test_the_ids_can_be_read() -> None:
    assert system_checks(SYSTEMS[1])[0].__name__ == "random map: meets its expectation"


def named(system: nm.System, name: str) -> Any:
    return next(c for c in system_checks(system, budget=5) if c.__name__.endswith(name))


def test_a_wrong_expectation_is_caught() -> None:
    system = annulus_flow(SPIN, {})
    system.expect = {"zero_exponents": 2}
    with pytest.raises(NotCertified, match="zero_exponents is 1, expected 2"):
        named(system, "meets its expectation")()


def test_a_rule_that_breaks_the_symmetry_fails_the_suite() -> None:
    broken = nm.System("broken", nm.VectorField([x, y], [x, -y]), SPIN, nm.Region.ball([x, y], 1))
    for name in ("commutes with exact group elements", "carried along an orbit"):
        with pytest.raises(AssertionError):
            named(broken, name)()
    with pytest.raises(NotCertified):
        named(broken, "meets its expectation")()


def test_a_certificate_that_the_checker_refuses_fails_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    from neutralmodes import testing

    lie = neutral_modes(SYSTEMS[0])
    lie.statement["rule"][0] = "1"
    monkeypatch.setattr(testing._conformance, "neutral_modes", lambda *_, **__: lie)
    with pytest.raises(AssertionError, match="exit 1"):
        named(SYSTEMS[0], "checker agrees")()


def test_a_blind_equivariance_check_fails_the_suite(monkeypatch: pytest.MonkeyPatch) -> None:
    from neutralmodes import testing

    monkeypatch.setattr(testing._conformance, "equivariance", lambda ground: SimpleNamespace(verdict=Verdict.PROVED))
    with pytest.raises(AssertionError, match="no one-term change"):
        named(SYSTEMS[0], "one-term changes are refuted")()
