"""Does a rule commute with an action? Exactly for rules in sympy, by samples for any callable."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from scipy.linalg import expm

from neutralmodes.action import LieAction
from neutralmodes.dynamics import Dynamics
from neutralmodes.equivariants import integer_matrices
from neutralmodes.errors import InputError, NeutralModesError
from neutralmodes.exact.equivariant_kernel import IntMatrix
from neutralmodes.obligations.equivariance import equivariance
from neutralmodes.obligations.ground import Ground
from neutralmodes.strategies._elements import spread_element
from neutralmodes.system import System
from neutralmodes.testing._modes import Undecided
from neutralmodes.verdict import Verdict

Array = np.ndarray[Any, np.dtype[Any]]


class NotEquivariant(NeutralModesError, AssertionError):
    """The rule does not commute with the action; ``neutralmodes_counterexample`` is the simplest one found."""

    def __init__(self, text: str, counterexample: str) -> None:
        super().__init__(text)
        self.neutralmodes_counterexample = counterexample


@dataclass(frozen=True)
class EquivarianceError:
    """How far a rule is from equivariance.

    ``largest`` is the largest |f(g x) - g f(x)| / (1 + |f(x)|) over ``samples`` pairs (g, x), against
    ``tolerance``; both are None for a rule in sympy, which is settled exactly. ``counterexample``
    describes the simplest failure in words, empty where there is none.
    """

    verdict: Verdict
    method: str
    largest: float | None
    tolerance: float | None
    samples: int
    counterexample: str

    @property
    def exact(self) -> bool:
        """True where the verdict is a proof; samples never prove."""
        return self.tolerance is None


def equivariance_error(
    rule: Dynamics | Callable[[Any], Any],
    action: LieAction,
    *,
    samples: int = 64,
    tolerance: float | None = None,
    seed: int = 0,
    convert: Callable[[Array], Any] | None = None,
) -> EquivarianceError:
    """How far ``rule`` is from commuting with ``action``.

    Parameters
    ----------
    rule : a VectorField or Map (settled exactly, or by samples where it is a black box), or a callable
        x (n,) -> f(x) (n,): numpy, a torch module (fed tensors of its parameters' dtype), a jax function.
    samples : pairs (g, x) for a callable: each generator alone first, then products; small integers
        first, then Gaussian states.
    tolerance : default eps^(2/3) of the dtype that the callable returns (4e-11 in double, 2e-5 in single).
    convert : makes the callable's argument from a float64 array; default by the kind of callable.

    Raises InputError for a callable with an action that is not linear, or values of another shape.
    """
    if isinstance(rule, Dynamics):
        if rule.function is None:
            return _settled(rule, action)
        rule = partial(rule.function, 0.0)
    if not callable(rule):
        raise InputError(f"rule: expected a VectorField, Map or callable, got {type(rule).__name__}")
    function = _on_arrays(rule, convert)
    pairs = _samples(integer_matrices(action), samples, seed)
    found = [_compared(function, g, x) for g, x in pairs]
    allowed = tolerance or max(float(np.finfo(f.dtype).eps) for _, f in found) ** (2 / 3)
    failures = [i for i, (error, _) in enumerate(found) if not error <= allowed]
    words = _describe(pairs, failures[0], action.p, found[failures[0]][0]) if failures else ""
    largest = max(error for error, _ in found)
    verdict = Verdict.REFUTED if failures else Verdict.UNDECIDED
    return EquivarianceError(verdict, "samples", float(largest), allowed, len(found), words)


def _settled(rule: Dynamics, action: LieAction) -> EquivarianceError:
    obligation = equivariance(Ground(System("rule", rule, action)))
    witness = obligation.witness or {}
    words = f"{witness['text']}: {_at(witness['point'])}" if witness else obligation.advice
    return EquivarianceError(obligation.verdict, obligation.method, None, None, 0, words)


def _at(point: dict[str, str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items())


def _on_arrays(rule: Callable[[Any], Any], convert: Callable[[Array], Any] | None) -> Callable[[Array], Array]:
    """The callable on float64 arrays, its values as an array of the dtype that it computes in."""
    torch = sys.modules.get("torch")  # a torch module exists only where torch is loaded
    if convert is None and torch is not None and isinstance(rule, torch.nn.Module):
        kind = next((p.dtype for p in rule.parameters()), torch.float64)

        def call(x: Array) -> Array:
            with torch.no_grad():
                return rule(torch.as_tensor(x, dtype=kind)).numpy()

        return call
    prepare = convert or (lambda x: x)
    return lambda x: np.asarray(rule(prepare(x)))


def _compared(function: Callable[[Array], Array], g: Array, x: Array) -> tuple[float, Array]:
    """(|f(g x) - g f(x)| / (1 + |f(x)|), f(x)); a NaN counts as an infinite error."""
    here = function(x.copy())
    if here.shape != x.shape:
        raise InputError(f"the rule maps a state of shape {x.shape} to shape {here.shape}; give f: (n,) -> (n,)")
    if not np.issubdtype(here.dtype, np.floating):
        here = here.astype(np.float64)
    moved, turned = function(g @ x), g @ here
    error = float(np.linalg.norm(moved - turned) / (1 + np.linalg.norm(here)))
    return (np.inf if np.isnan(error) else error), here


@lru_cache(maxsize=32)
def _samples(matrices: tuple[IntMatrix, ...], count: int, seed: int) -> tuple[tuple[Array, Array], ...]:
    """(g, x): each generator alone on small integers, then products on Gaussian states. Cached: never write to them."""
    rng, n, found = np.random.default_rng(seed), len(matrices[0]), []
    for k in range(count):
        if k < count // 2:
            g = expm(np.array(matrices[k % len(matrices)], dtype=float))
            found.append((g, rng.integers(-2, 3, size=n).astype(float)))
        else:
            found.append((spread_element(matrices, int(rng.integers(2**32))), rng.normal(size=n)))
    return tuple(found)


def _describe(pairs: Sequence[tuple[Array, Array]], index: int, p: int, error: float) -> str:
    g, x = pairs[index]
    which = f"g = exp(generator {index % p})" if index < len(pairs) // 2 else f"g = {g.tolist()}"
    return f"{which}, x = {x.tolist()}: |f(g x) - g f(x)|/(1 + |f(x)|) = {error:.3g}"


def format_equivariance_error(numbers: EquivarianceError) -> str:
    """The numbers in words."""
    if numbers.exact:
        head = f"equivariance {numbers.verdict} ({numbers.method})"
    else:
        head = (
            f"largest equivariance error {numbers.largest:.3g} over {numbers.samples} samples, "
            f"tolerance {numbers.tolerance:.3g}"
        )
    return f"{head}\n{numbers.counterexample}" if numbers.counterexample else head


def assert_equivariant(rule: Dynamics | Callable[[Any], Any], action: LieAction, **options: Any) -> EquivarianceError:
    """The numbers of ``equivariance_error``, where the rule passes; options as there.

    Raises NotEquivariant (an AssertionError) with the simplest counterexample found, Undecided where
    the exact zero test decides nothing.

    >>> from neutralmodes.strategies import named_action
    >>> assert_equivariant(lambda x: x * (1 - x @ x), named_action("SO(3)")).samples
    64
    """
    __tracebackhide__ = True
    numbers = equivariance_error(rule, action, **options)
    text = format_equivariance_error(numbers)
    if numbers.verdict is Verdict.REFUTED:
        raise NotEquivariant(text, numbers.counterexample)
    if numbers.exact and numbers.verdict is Verdict.UNDECIDED:
        raise Undecided(text)
    return numbers
