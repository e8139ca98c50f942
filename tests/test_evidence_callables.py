"""Black boxes: rules of which only values are known are measured like any other, and prove nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.adapters import callables
from neutralmodes.errors import EvidenceError, InputError
from neutralmodes.evidence.box import Box
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.model import model_of
from neutralmodes.evidence.spectrum import spectrum
from neutralmodes.evidence.transport import transport

START = np.array([1.0, 0.5])


def hopf(t: float, y: Any) -> Any:
    """Cannot be traced: it compares."""
    if not np.all(np.isfinite(np.asarray(y, dtype=complex))):
        raise ValueError("not finite")
    radial = 1 - y[0] * y[0] - y[1] * y[1]
    return np.array([radial * y[0] - y[1], radial * y[1] + y[0]])


def skewed(t: float, y: Any) -> Any:
    return hopf(t, y) + np.array([0.0, 0.1 * y[0]])


def hopf_jacobian(y: Any) -> Any:
    (a, b), s = y, y[0] ** 2 + y[1] ** 2
    return np.array([[1 - s - 2 * a * a, -2 * a * b - 1], [1 - 2 * a * b, 1 - s - 2 * b * b]])


def plane() -> nm.LieAction:
    x0, x1 = sp.symbols("x0 x1", real=True)
    return nm.LieAction([x0, x1], [[-x1, x0]])


def system(rule: Any, jvp: Any = "auto", kind: Any = nm.VectorField) -> nm.System:
    return nm.System("box", kind.from_function(rule, 2, jvp=jvp), plane(), start=[1, "1/2"])


@pytest.mark.parametrize("method", ["complex", "difference", "given"])
def test_every_derivative_is_the_jacobian(method: str) -> None:
    jvp = (lambda t, y, v: hopf_jacobian(y) @ v) if method == "given" else method
    box = Box(hopf, jvp, START)
    assert box.method == method
    np.testing.assert_allclose(box.jacobian(START), hopf_jacobian(START), atol=1e-11)


@pytest.mark.parametrize(
    ("rule", "method"),
    [
        (hopf, "complex"),
        (lambda t, y: np.abs(y), "difference"),
        (lambda t, y: np.array([float(v) ** 2 for v in y]), "difference"),
        (lambda t, y: np.real(y) ** 2, "difference"),
    ],
    ids=["analytic", "abs", "floats only", "drops the imaginary part"],
)
@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
def test_the_complex_step_is_taken_only_where_it_is_right(rule: Any, method: str) -> None:
    assert Box(rule, "auto", START).method == method


def test_single_precision_is_seen_and_differenced_accordingly() -> None:
    box = Box(lambda t, y: hopf(t, y.astype(np.float32)).astype(np.float32), "difference", START)
    assert box.eps == 2.0**-23
    np.testing.assert_allclose(box.jacobian(START), hopf_jacobian(START), atol=1e-4)


@pytest.mark.parametrize("jvp", ["complex", "difference", lambda t, y, v: hopf_jacobian(y) @ v])
def test_the_spectrum_of_a_black_box_is_the_traced_rules(jvp: Any) -> None:
    found = spectrum(system(hopf, jvp), time=15, transient=15)
    assert found.completed, found.outcome
    np.testing.assert_allclose(found.exponents, [0.0, -2.0], atol=1e-8)
    assert "black box" in found.engine


def test_a_wrong_jvp_is_caught() -> None:
    found = spectrum(system(hopf, lambda t, y, v: hopf_jacobian(y).T @ v), time=5, transient=5)
    assert "tangent columns disagree with nearby orbits" in found.outcome


def test_a_black_box_map_has_the_exact_maps_spectrum() -> None:
    def logistic(t: float, y: Any) -> Any:
        return np.array([4 * v * (1 - v) for v in np.asarray(y, dtype=np.result_type(y, float)).tolist()])

    field = callables.black_box(logistic, 1, kind="map")
    action = nm.LieAction([sp.Symbol("x0", real=True)], [[0]])
    found = spectrum(nm.System("logistic", field, action, start=["1/3"]), time=4000, transient=100)
    assert found.completed
    assert abs(found.exponents[0] - np.log(2)) <= 4 * found.errors[0] + 1e-3


def test_transport_keeps_the_digits_of_double_and_claims_no_more() -> None:
    found = transport(system(hopf), time=5)
    assert found.transported
    assert 7 <= found.digits <= 15
    assert found.residual <= 10.0**-found.digits
    with pytest.raises(EvidenceError, match="black box keeps"):
        transport(system(hopf), time=5, digits=20)


def test_transport_sees_a_broken_symmetry() -> None:
    found = transport(system(skewed), time=5)
    assert not found.transported
    assert found.residual > 1e-3


def test_proofs_of_a_black_box_stay_undecided_while_its_numbers_are_kept() -> None:
    rule = system(lambda t, y: y + hopf(t, y) / 10, kind=nm.Map)
    found = nm.certify(rule, time=200)
    assert found.conclusion is nm.Conclusion.UNDECIDED
    assert found.obligations["equivariance"].verdict is nm.Verdict.UNDECIDED
    assert "black box" in found.obligations["equivariance"].method
    assert found.evidence["spectrum"]["outcome"] == "completed"
    assert found.evidence["transport"]["transported"]
    assert found.evidence["two_runs"]["agree"]


def test_even_a_broken_black_box_is_not_refuted_by_numbers() -> None:
    found = nm.certify(system(skewed), evidence=False)
    assert found.conclusion is nm.Conclusion.UNDECIDED


def test_a_black_box_is_not_refuted_by_what_other_functions_would_do() -> None:
    assert nm.testing.equivariance_error(system(hopf).dynamics, plane()).verdict is nm.Verdict.UNDECIDED


def test_a_function_that_sympy_can_trace_is_no_black_box() -> None:
    field = nm.VectorField.from_function(lambda t, y: [-y[1], y[0]], 2)
    assert field.function is None
    assert field.rule == (("*", "-1", "x1"), "x0")


def test_many_digits_of_a_black_box_are_refused() -> None:
    with pytest.raises(EvidenceError, match="computes in double"):
        open_engine(model_of(system(hopf)), 2, digits=30)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda t, y: np.ones(3), "shape"),
        (lambda t, y: y * np.sin(t), "depends on the time"),
        (lambda t, y: y["x"], "fails at the start"),
    ],
)
def test_a_bad_callable_is_named(rule: Any, words: str) -> None:
    with pytest.raises(EvidenceError, match=words):
        Box(rule, "auto", START)


def test_an_unknown_jvp_is_bad_input() -> None:
    with pytest.raises(InputError, match="jvp: expected"):
        Box(hopf, "backward", START)


def test_an_unknown_kind_is_bad_input() -> None:
    with pytest.raises(InputError, match="kind"):
        callables.black_box(hopf, 2, kind="graph")
