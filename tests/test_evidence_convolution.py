"""Fast transforms in place of sums: found where the rule is a convolution, refused where it is not quite one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines import convolution
from neutralmodes.evidence.engines.convolution import ComplexField, Convolution, RealField, convolution_of
from neutralmodes.evidence.engines.semilinear import linear_part, rest_of
from neutralmodes.evidence.model import Model, model_of
from neutralmodes_systems import complex_ginzburg_landau, kuramoto_sivashinsky_22

MODES = 8


def burgers(u: Any, dispersion: float = 0.0, extra: float = 0.0) -> Any:
    """u_t = u_xx - u u_x + dispersion u_xxx, modes 1..m, every product written out; ``extra`` spoils one of them."""
    m = len(u)
    found = np.zeros(m, dtype=complex)
    for k in range(1, m + 1):
        total = sum(u[i - 1] * u[k - i - 1] for i in range(1, k))
        total += 2 * sum(np.conj(u[i - k - 1]) * u[i - 1] for i in range(k + 1, m + 1))
        found[k - 1] = (-(k**2) - 1j * dispersion * k**3) * u[k - 1] - 0.5j * k * total
    found[0] += extra * u[0] * u[1]
    return found


def landau(a: Any) -> Any:
    """A_t = A + (1 + 2i) A_xx - (1 - 2i) |A|^2 A, modes -m..m, every product written out."""
    m = len(a) // 2
    k = np.arange(-m, m + 1)
    found = (1 - (1 + 2j) * k**2 / 16) * a
    for i, j in itertools.product(k, k):
        for to in k[abs(i + j - k) <= m]:
            found[to + m] -= (1 - 2j) * a[i + m] * a[j + m] * np.conj(a[i + j - to + m])
    return found


def boxed(rule: Callable[[Any], Any], modes: int, split: bool = False) -> Model:
    """The rule as a black box in real coordinates, with a given derivative by polarisation of its Taylor terms."""

    def pack(u: Any) -> Any:
        return np.concatenate([u.real, u.imag]) if split else u.view(float)

    def unpack(y: Any) -> Any:
        return y[:modes] + 1j * y[modes:] if split else np.ascontiguousarray(y).view(complex)

    def along(t: float, y: Any, v: Any) -> Any:
        f = lambda s: pack(rule(unpack(y + s * v)))  # noqa: E731
        return (f(-2) - 8 * f(-1) + 8 * f(1) - f(2)) / 12  # exact for polynomials of degree 4

    field = nm.VectorField.black_box(lambda t, y: pack(rule(unpack(y))), 2 * modes, jvp=along)
    start = [sp.Rational((5 * i) % 7 - 3, 4 * (1 + i)) for i in range(2 * modes)]
    return model_of(nm.System("box", field, nm.LieAction(field.variables, [[0] * 2 * modes]), start=start))


def exact(model: Model, linear: Any, block: Any) -> Any:
    assert model.box is not None
    state = block[:, 0]
    whole = np.column_stack([model.box.values(state, 0.0), model.box.along(state, block[:, 1:], 0.0)])
    return whole - linear[:, None] * block


@pytest.mark.parametrize("split", [False, True])
@pytest.mark.parametrize(
    ("rule", "modes", "kind"),
    [
        (burgers, MODES, RealField),
        (lambda u: burgers(u, dispersion=0.3), MODES, RealField),
        (landau, 2 * MODES - 1, ComplexField),
    ],
)
def test_transforms_give_what_the_sums_give(rule: Any, modes: int, kind: type, split: bool) -> None:
    model = boxed(rule, modes, split)
    linear = linear_part(model)
    found = convolution_of(model, linear)
    assert found is not None
    assert isinstance(found._field, kind)
    block = np.random.default_rng(2).standard_normal((2 * modes, 4))
    values, divergence = found(block)
    np.testing.assert_allclose(values, exact(model, linear, block), atol=1e-9 * np.max(np.abs(values)))
    whole = model.box.jacobian(block[:, 0]) if model.box else None
    assert divergence == pytest.approx(np.trace(whole), rel=1e-8)


def test_leading_axes_are_orbits_of_their_own() -> None:
    model = boxed(burgers, MODES)
    found = convolution_of(model, linear_part(model))
    assert found is not None
    blocks = np.random.default_rng(3).standard_normal((3, 2 * MODES, 5))
    np.testing.assert_allclose(found(blocks)[0], np.stack([found(b)[0] for b in blocks]), atol=1e-13)


def test_systems_of_the_catalogue_are_known_by_their_trees() -> None:
    for system, kind in ((kuramoto_sivashinsky_22.system, RealField), (complex_ginzburg_landau.system, ComplexField)):
        model = model_of(system)
        linear = linear_part(model)
        found = convolution_of(model, linear)
        assert found is not None, system.name
        assert isinstance(found._field, kind)
        block = np.random.default_rng(4).standard_normal((model.n, 3))
        np.testing.assert_allclose(found(block)[0], rest_of(model, linear, traced=False)(block)[0], atol=1e-11)


def test_one_coefficient_that_differs_is_seen_and_the_direct_form_kept() -> None:
    model = boxed(lambda u: burgers(u, extra=1e-6), MODES)
    assert convolution_of(model, linear_part(model)) is None
    assert "column by column" in rest_of(model, linear_part(model), traced=False).how
    assert "fast transforms" in rest_of(boxed(burgers, MODES), linear_part(model), traced=False).how


def test_without_the_comparison_it_would_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Convolution, "agrees", lambda self, block: True)
    model = boxed(lambda u: burgers(u, extra=1e-6), MODES)
    found = convolution_of(model, linear_part(model))
    assert found is not None
    block = np.random.default_rng(2).standard_normal((2 * MODES, 2))
    assert np.max(np.abs(found(block)[0] - exact(model, linear_part(model), block))) > 1e-8


def test_a_rule_that_changes_along_the_orbit_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convolution, "_AGAIN", 2)
    model = boxed(lambda u: burgers(u, extra=1.0 if abs(u[0].real - 7.0) < 0.5 else 0.0), MODES)
    found = convolution_of(model, linear_part(model))
    assert found is not None
    block = np.random.default_rng(2).standard_normal((2 * MODES, 2))
    block[0, 0] = 7.0
    found(block)
    with pytest.raises(EvidenceError, match="all along the orbit"):
        found(block)


def test_what_is_no_fourier_system_is_left_alone() -> None:
    v = sp.symbols("v0:12", real=True)
    rule = [(v[(i + 1) % 12] - v[i - 2]) * v[i - 1] - v[i] for i in range(12)]
    model = model_of(nm.System("ring", nm.VectorField(v, rule), nm.LieAction(v, [[0] * 12]), start=[1] * 12))
    assert convolution_of(model, linear_part(model)) is None
