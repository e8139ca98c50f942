"""Flows by heyoka's adaptive Taylor integrator, compiled once per rule: extended precision or many digits."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.base import BLOW_UP, DOUBLE_DIGITS, Array, Halted, digits_to_bits, to_floats
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.program import Arithmetic
from neutralmodes.evidence.variational import variational
from neutralmodes.exact.expression import functions

_SAME_NAME = ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "asin", "acos", "atan", "erf")
FUNCTIONS = frozenset({*_SAME_NAME, "pi", "sigmoid", "softplus", "abs", "sign", "heaviside", "max", "min", "atan2"})
CHUNK, MAX_STEPS = 2_000, 10_000_000  # steps between two looks at the state, and in one call
UNROLLED = 100  # operations (for each column of a lane) up to which code without loops is worth its compilation
EXTENDED, EXTENDED_DIGITS = 64, 18  # bits and decimal digits of x87's long double
Bits: TypeAlias = int | None  # of the working precision; None is double


def available() -> bool:
    """True where heyoka can be imported (it has wheels for Linux only) and is not switched off."""
    if os.environ.get("NEUTRALMODES_NO_HEYOKA"):
        return False
    try:
        import heyoka  # noqa: F401
    except ImportError:
        return False
    return True


def arithmetic(bits: Bits) -> Arithmetic:
    import heyoka as hy

    def constant(value: Fraction) -> Any:
        return hy.expression(_number(value, bits))

    def choose(condition: Any, yes: Any, no: Any) -> Any:
        return hy.select(condition, yes, no)

    functions = {name: getattr(hy, name) for name in (*_SAME_NAME, "sigmoid", "atan2")}
    functions |= {
        "+": lambda *terms: hy.sum(list(terms)),
        "*": lambda *factors: hy.prod(list(factors)),
        "pi": lambda: hy.pi,
        "softplus": lambda s: hy.log(1.0 + hy.exp(s)),
        "abs": lambda s: choose(hy.gte(s, 0.0), s, -s),
        "sign": lambda s: choose(hy.gt(s, 0.0), 1.0, choose(hy.lt(s, 0.0), -1.0, 0.0)),
        "heaviside": lambda s: choose(hy.gt(s, 0.0), 1.0, choose(hy.lt(s, 0.0), 0.0, 0.5)),
        "max": lambda *s: s[0] if len(s) == 1 else choose(hy.gte(s[0], s[1]), s[0], s[1]),
        "min": lambda *s: s[0] if len(s) == 1 else choose(hy.lte(s[0], s[1]), s[0], s[1]),
    }
    return Arithmetic(constant, functions, "heyoka")


def _number(value: Fraction | float | int, bits: Bits) -> Any:
    """A rational rounded once to the working precision."""
    if bits is None:
        return float(value)
    exact = Fraction(value)
    if bits == EXTENDED:
        return np.longdouble(exact.numerator) / np.longdouble(exact.denominator)
    import heyoka as hy

    return hy.real(exact.numerator, bits) / hy.real(exact.denominator, bits)


class Key:
    """Hashable identity of a compiled rule: parameters enter at run time, so a sweep compiles once."""

    def __init__(
        self, model: Model, columns: int, traced: bool, bits: Bits, batch: int = 0, tolerance: float = 0.0
    ) -> None:
        self.model, self.arguments = model, (columns, traced, bits, batch, tolerance)
        self.identity = (
            model.kind,
            model.rule,
            model.variables,
            tuple(model.parameters),
            tuple(model.activations.items()),
            self.arguments,
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)


@lru_cache(maxsize=64)
def compiled(key: Key) -> tuple[Any, int]:
    """The integrator of the variational equations (with ``batch``, that many in SIMD lanes) and its size.

    It is shared: callers integrate with a copy. heyoka keeps the machine code between processes.
    """
    import heyoka as hy

    columns, traced, bits, batch, tolerance = key.arguments
    plan = variational(key.model, columns, traced)
    size, work = len(plan.outputs), len(plan.program.live(plan.outputs))
    unknowns = hy.make_vars(*(f"y{i}" for i in range(size)))
    unknowns = [unknowns] if size == 1 else list(unknowns)
    values = [*unknowns, *(hy.par[i] for i in range(len(key.model.parameters))), hy.time]
    system = list(zip(unknowns, plan.program.run(plan.outputs, values, arithmetic(bits)), strict=True))
    if batch:
        zeros, bound = np.zeros((size, batch)), tolerance or 2.0**-52
        rolled = work > UNROLLED * columns  # fast_math: sums may be reordered, products fused; a fifth quicker
        return hy.taylor_adaptive_batch(system, zeros, compact_mode=rolled, tol=bound, fast_math=True), work
    options: dict[str, Any] = {} if bits is None else {"fp_type": np.longdouble}
    if bits is not None and bits != EXTENDED:
        options = {"fp_type": hy.real, "prec": bits}
    return hy.taylor_adaptive(system, [_number(0, bits)] * size, compact_mode=True, **options), work


class HeyokaFlow:
    """A flow with k tangent columns; ``digits`` = None for double, else working decimal digits."""

    def __init__(self, model: Model, columns: int, digits: int | None = None, traced: bool = False) -> None:
        require(model)
        self.n, self.columns, self.traced = model.n, columns, traced
        self.bits = bits_of(digits)
        self.working_digits = DOUBLE_DIGITS if digits is None else digits
        integrator, size = compiled(Key(model, columns, traced, self.bits))
        self._integrator = copy.deepcopy(integrator)
        self.tolerance, self.cost = float(integrator.tol), nominal_cost(integrator.order, size, self.bits)
        if model.parameters:
            self._integrator.pars[:] = [self.number(v) for v in model.parameters.values()]
        extended = ", extended precision" if self.bits == EXTENDED else ""
        self.name = f"heyoka taylor order {self._integrator.order}{extended}"
        self.steps = 0
        self.trace: Any = self.number(0)

    def precision(self) -> AbstractContextManager[None]:
        return nullcontext()

    def number(self, value: Fraction | float | int) -> Any:
        return _number(value, self.bits)

    def array(self, values: Iterable[Any]) -> Array:
        return np.array([self.number(v) for v in values], dtype=self._integrator.state.dtype)

    def place(self, time: Fraction, state: Array, frame: Array) -> None:
        self.state, self.frame = state, frame
        self._integrator.time = self.number(time)

    def advance(self, until: Fraction) -> None:
        """Carry on to a later time. Each column travels scaled (by a power of two) to the size of the
        state, or to 1: the step control bounds the error by the norm of everything, so it then sees
        the tangents as sharply as the state."""
        taylor, scales = self._integrator, self._scales()
        unknowns = taylor.state
        unknowns[: self.n] = self.state
        unknowns[self.n : self.n * (1 + self.columns)] = (self.frame * scales).ravel()
        if self.traced:
            unknowns[-1] = self.number(0)
        self._propagate(self.number(until))
        self.state = taylor.state[: self.n].copy()
        block = taylor.state[self.n : self.n * (1 + self.columns)].reshape(self.n, self.columns)
        self.frame = block / scales
        self.trace = taylor.state[-1] if self.traced else self.number(0)

    def _propagate(self, until: Any) -> None:
        taylor, outcome = self._integrator, "step_limit"
        for _ in range(MAX_STEPS // CHUNK):
            found, _, _, steps, *_ = taylor.propagate_until(until, max_steps=CHUNK)
            self.steps += steps
            outcome = found.name
            if outcome != "step_limit" or not _largest(taylor.state[: self.n]) < BLOW_UP:
                break
        if outcome != "time_limit":
            raise Halted(reason(outcome), float(taylor.time))

    def _scales(self) -> Array:
        size = max(1.0, _largest(self.state))
        norms = np.max(np.abs(to_floats(self.frame)), axis=0)
        ratio = np.divide(size, norms, out=np.ones_like(norms), where=norms > 0)
        return self.array(Fraction(2) ** int(e) for e in np.round(np.log2(ratio)))


def _largest(values: Array) -> float:
    return float(np.max(np.abs(to_floats(values))))


def nominal_cost(order: int, size: int, bits: Bits) -> float:
    """Seconds of one step, as seen on a 2020s core: jets cost the square of the order."""
    slower = 1 if bits is None else 4 if bits == EXTENDED else 105 + bits / 9
    return 1.5e-10 * size * order**2 * slower


def bits_of(digits: int | None) -> Bits:
    """The working precision for decimal digits: double, extended where it suffices, else as many as needed."""
    if digits is None:
        return None
    wide = np.finfo(np.longdouble).nmant >= EXTENDED - 1  # it is double on some machines
    return EXTENDED if digits <= EXTENDED_DIGITS and wide else digits_to_bits(digits)


def require(model: Model) -> None:
    """EvidenceError where heyoka lacks a function of the rule."""
    if not supports(model):
        unknown = ", ".join(sorted(_functions(model) - FUNCTIONS))
        raise EvidenceError(f"{model.name}: heyoka has no {unknown}; use the fallback engine")


def supports(model: Model) -> bool:
    """True where heyoka has every function of the rule."""
    return _functions(model) <= FUNCTIONS


def _functions(model: Model) -> set[str]:
    return set().union(*(functions(tree) for tree in model.rule)) - set(model.activations)


def reason(outcome: str) -> str:
    known = {
        "err_nf_state": "blow-up (a value is no longer finite)",
        "step_limit": "blow-up, or no progress",
    }
    return known.get(outcome, f"integrator failure ({outcome})")
