"""The bridge to torch: modules measured in both precisions by their own derivatives; broken ones are told apart."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import EvidenceError, InputError, MissingExtra
from neutralmodes.evidence.box import Box
from neutralmodes.evidence.ladder import FALLS, STAYS, ladder

# torch compiles its own forward derivatives by what it has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script:DeprecationWarning")

PLANE = nm.groups.torus([[1]])
START = [0.8, 0.3]


@pytest.fixture(name="torch", scope="module")
def torch_library() -> Any:
    return pytest.importorskip("torch")


def polar(torch: Any, broken: float = 0.0, growth: float = 1.5) -> Any:
    """z+ = (growth - |z|^2/2) R z with the 3-4-5 rotation R, weights in float32; the circle |z|^2 = 2 growth - 2."""

    class Polar(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.turn = torch.nn.Parameter(torch.tensor([[0.75, -0.5], [0.5, 0.75]]) / torch.tensor(0.8125).sqrt())
            self.dropout = torch.nn.Dropout(0.5)

        def forward(self, z: Any, u: Any = 0.0) -> Any:
            shaken = self.dropout(torch.ones_like(z))  # ones in evaluation mode
            return (growth - z @ z / 2) * (self.turn @ (z * shaken)) * (1 + u) + broken * z * torch.tensor([1.0, -1.0])

    return Polar()


def system(torch: Any, broken: float = 0.0, **options: Any) -> nm.System:
    return nm.adapters.torch.from_module(polar(torch, broken), PLANE, state=START, **options)


def test_an_exact_module_falls_with_roundoff_and_a_broken_one_stays(torch: Any) -> None:
    found = ladder(system(torch))
    assert found.verdict == FALLS
    assert [rung.precision for rung in found.rungs] == ["float32", "float64"]
    assert any("torch computes in float32 and float64" in words for words in found.skipped)
    broken = ladder(system(torch, 1e-3))
    assert broken.verdict == STAYS
    assert 3e-4 < broken.size < 3e-3


def test_derivatives_are_those_of_the_closed_form(torch: Any) -> None:
    module = polar(torch).double()
    turn, x = module.turn.detach().numpy(), np.array(START)
    wanted = (1.5 - x @ x / 2) * turn - np.outer(turn @ x, x)
    dynamics = system(torch).dynamics
    assert dynamics.function is not None
    box = Box(dynamics.function, dynamics.jvp, x)
    assert box.method == "given"
    np.testing.assert_allclose(box.jacobian(x), wanted, atol=1e-7)  # the weights are rounded to float32 in both
    np.testing.assert_allclose(box.along(x, x[:, None], 0.0)[:, 0], wanted @ x, atol=1e-7)


@pytest.mark.numbers
def test_spectrum_transport_and_alignment_are_those_of_the_circle(torch: Any) -> None:
    """With growth 5/4 the circle is |z|^2 = 1/2, its radial slope 5/4 - 3/4."""
    circle = nm.adapters.torch.from_module(polar(torch, growth=1.25), PLANE, state=START)
    np.testing.assert_allclose(nm.spectrum(circle, time=100, transient=60).exponents, [0.0, np.log(0.5)], atol=1e-6)
    assert nm.transport(circle, time=40).transported
    assert nm.alignment(circle, windows=5, transient=60).largest < 1e-6


@pytest.mark.numbers
def test_a_broken_module_is_not_transported(torch: Any) -> None:
    assert not nm.transport(system(torch, 1e-3), time=20).transported


def test_the_assertion_passes_samples_and_names_a_counterexample(torch: Any) -> None:
    exact, broken = system(torch), system(torch, 1e-3)
    assert nm.testing.assert_equivariant(exact.dynamics, exact.action).samples == 64
    with pytest.raises(nm.testing.NotEquivariant, match="x = "):
        nm.testing.assert_equivariant(broken.dynamics, broken.action)
    with pytest.raises(nm.testing.Undecided, match="black box"):
        nm.testing.assert_neutral_modes(exact)


def test_inputs_are_held_and_reach_the_module(torch: Any) -> None:
    driven = system(torch, inputs=0.5).dynamics.function
    plain = system(torch).dynamics.function
    assert driven is not None
    assert plain is not None
    np.testing.assert_allclose(driven(0.0, np.array(START)), 1.5 * plain(0.0, np.array(START)), rtol=1e-15)


def test_a_cell_of_torch_itself_needs_only_its_call(torch: Any) -> None:
    torch.manual_seed(0)
    cell = torch.nn.GRUCell(1, 3)
    actions = nm.groups.trivial(PLANE, 1) + PLANE
    made = nm.adapters.torch.from_module(
        cell, actions, state=[0.1, 0.2, 0.3], inputs=[0.5], call=lambda cell, state, inputs: cell(inputs, state)
    )
    assert made.name == "GRUCell"
    assert ladder(made).verdict == STAYS  # a GRU has no reason to be equivariant


def test_a_flow_and_the_users_own_variables(torch: Any) -> None:
    x, y = sp.symbols("x y", real=True)
    field = nm.adapters.torch.from_module(
        lambda z: z * (1 - z @ z), nm.LieAction([x, y], [[-y, x]]), state=torch.tensor(START), kind="flow", name="hopf"
    )
    assert isinstance(field.dynamics, nm.VectorField)
    assert field.dynamics.variables == ("x", "y")
    assert ladder(field).verdict == FALLS


def test_a_later_change_of_the_module_is_not_seen(torch: Any) -> None:
    module = polar(torch)
    made = nm.adapters.torch.from_module(module, PLANE, state=START)
    with torch.no_grad():
        module.turn += 1
    assert ladder(made).verdict == FALLS
    assert module.training


def test_wrong_derivatives_are_replaced_by_differences(torch: Any) -> None:
    made = nm.adapters.torch.from_module(lambda z: z.detach() * 2 + 0 * z, PLANE, state=START)
    assert made.dynamics.jvp == "difference"
    assert made.dynamics.notes[0].startswith("derivatives by differences of values: torch's own do not serve (off by")


def wide(torch: Any, turn: Callable[[Any], Any]) -> nm.System:
    """The circle and ten resting coordinates: one direction of twelve is few."""

    def step(state: Any) -> Any:
        z = turn(state[:2])
        return torch.cat([(1.25 - z @ z / 2) * z, state[2:] / 2])

    action = PLANE + nm.groups.trivial(PLANE, 10)
    return nm.adapters.torch.from_module(step, action, state=[*START, *[0.1] * 10])


def test_few_directions_are_carried_by_forward_mode(torch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: a transport that took the Jacobian would call torch's reverse mode."""
    made = wide(torch, lambda z: torch.stack([0.6 * z[0] - 0.8 * z[1], 0.8 * z[0] + 0.6 * z[1]]))
    assert made.dynamics.notes == ()
    monkeypatch.setattr(torch.autograd.functional, "jacobian", None)
    found = nm.transport(made, time=20)
    assert found.transported
    assert not found.notes


def reverse_only(torch: Any, wrong: float = 1.0) -> Callable[[Any], Any]:
    """The 3-4-5 rotation as a function of its own, of which torch knows the backward pass alone."""
    turn = torch.tensor([[0.6, -0.8], [0.8, 0.6]])

    class Turn(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(context: Any, z: Any) -> Any:
            return turn.to(z.dtype) @ z

        @staticmethod
        def backward(context: Any, slope: Any) -> Any:
            return wrong * (turn.to(slope.dtype).T @ slope)

    return Turn.apply


@pytest.mark.filterwarnings("ignore:.*vmap:UserWarning")
def test_a_module_without_forward_mode_falls_back_and_says_why(torch: Any) -> None:
    made = wide(torch, reverse_only(torch))
    assert made.dynamics.jvp != "difference"
    (note,) = made.dynamics.notes
    assert note.startswith("torch's forward mode does not serve (RuntimeError: ")
    assert note.endswith("); its Jacobian does")
    found = nm.transport(made, time=20)
    assert found.transported
    assert note in nm.spectrum(made, time=20, transient=20, k=2).notes


@pytest.mark.filterwarnings("ignore:.*vmap:UserWarning")
def test_a_backward_pass_that_is_wrong_is_not_used(torch: Any) -> None:
    assert wide(torch, reverse_only(torch, 1.5)).dynamics.jvp == "difference"


@pytest.mark.numbers
def test_a_default_run_of_a_cell_is_priced_as_a_call_of_torch(torch: Any) -> None:
    """A plain function measures 2,000 windows; from Python, torch is seventy times slower."""
    circle = nm.adapters.torch.from_module(polar(torch, growth=1.25), PLANE, state=START)
    assert nm.spectrum(circle, transient=40).windows < 500


@pytest.mark.parametrize(
    ("cell", "options", "words"),
    [
        (lambda z: z[:1], {}, "shape"),
        (lambda z: z @ z.unknown, {}, "fails at the given state"),
        (lambda z: z, {"kind": "graph"}, "kind"),
        (lambda z: z, {"state": [1.0]}, "1 coordinates"),
        (lambda z: z, {"state": [[1.0, 2.0]]}, "state"),
        (lambda z: z, {"state": [1.0, float("nan")]}, "finite"),
        (lambda z: z, {"action": "SO(2)"}, "action"),
    ],
)
def test_bad_input_is_named(torch: Any, cell: Callable[..., Any], options: dict[str, Any], words: str) -> None:
    given = {"action": PLANE.on(["x", "y"]), "state": START} | options
    with pytest.raises(InputError, match=words):
        nm.adapters.torch.from_module(cell, given.pop("action"), **given)


def test_a_precision_that_torch_lacks_is_refused(torch: Any) -> None:
    function = system(torch).dynamics.function
    assert function is not None
    with pytest.raises(EvidenceError, match="float32 and float64"):
        function(0.0, np.array(START, dtype=np.float16))


@pytest.mark.parametrize("library", ["torch", "jax"])
def test_a_missing_library_is_one_line_that_names_the_extra(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, f"neutralmodes.adapters.{library}", raising=False)
    with pytest.raises(MissingExtra) as raised:
        importlib.import_module(f"neutralmodes.adapters.{library}")
    assert str(raised.value).count("\n") == 0
    assert f"neutralmodes[{library}]" in str(raised.value)


def test_an_unknown_adapter_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="tensorflow"):
        nm.adapters.tensorflow  # noqa: B018


def test_an_e3nn_module_is_measured_and_its_broken_twin_told_apart(torch: Any) -> None:
    o3 = pytest.importorskip("e3nn.o3")
    torch.manual_seed(0)

    class Cell(torch.nn.Module):  # type: ignore[misc]
        """Two scalars and two vectors, mixed by weights that the norms decide."""

        def __init__(self, broken: float = 0.0) -> None:
            super().__init__()
            self.norms, self.broken = o3.Norm("2x1o"), broken
            self.mix = o3.FullyConnectedTensorProduct("4x0e", "2x0e + 2x1o", "2x0e + 2x1o")

        def forward(self, state: Any) -> Any:
            seen = torch.tanh(torch.cat([state[:2], self.norms(state[2:])]))
            pushed = torch.cat([state[:-1], state[-1:] * (1 + self.broken)])
            return 0.9 * pushed + 0.1 * self.mix(seen, state)

    rotations = nm.groups.so(3)
    action, start = nm.groups.trivial(rotations, 2) + 2 * rotations, [0.1, 0.2, 1, 0, 0, 0, 1, 0.3]
    exact, broken = (nm.adapters.torch.from_module(Cell(eps), action, state=start) for eps in (0.0, 1e-3))
    assert exact.dynamics.notes == ()
    assert ladder(exact).verdict == FALLS
    assert nm.transport(exact, time=20).transported
    assert ladder(broken).verdict == STAYS
    assert not nm.transport(broken, time=20).transported
