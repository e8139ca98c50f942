"""The one interface of every engine, and its numbers: doubles, heyoka reals, balls of python-flint."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from flint import arb

from neutralmodes.errors import EvidenceError

Array: TypeAlias = npt.NDArray[Any]  # float64, long double, heyoka's real, or objects (arb)
DOUBLE_DIGITS = 16
_TINY = 1000  # exponents by which a real that is zero as a double is brought nearer
BLOW_UP = 1e100  # a state beyond it is taken as a blow-up; many digits would never overflow


class Halted(EvidenceError):
    """The engine cannot go on: blow-up or a failed step. ``time`` is the time reached."""

    def __init__(self, reason: str, time: float) -> None:
        super().__init__(f"{reason} at time {time:.6g}")
        self.reason, self.time = reason, time


class Engine(Protocol):
    """A trajectory with k tangent columns.

    ``place`` sets time, state (n,) and frame (n, k); ``advance`` carries both to a later time and
    raises Halted on blow-up; ``trace`` is the log-volume growth since ``place`` (traced flows).
    """

    name: str
    columns: int
    working_digits: int
    tolerance: float  # of one step
    cost: float  # nominal seconds of one step, for default times (never measured: runs must repeat)
    steps: int
    state: Array
    frame: Array
    trace: Any

    def precision(self) -> AbstractContextManager[None]:
        """The context in which this engine's numbers are combined."""
        ...

    def number(self, value: Fraction | float | int) -> Any: ...

    def array(self, values: Iterable[Any]) -> Array: ...

    def place(self, time: Fraction, state: Array, frame: Array) -> None: ...

    def advance(self, until: Fraction) -> None: ...


class Priced(Protocol):
    """What counts its steps, each at a nominal price."""

    @property
    def cost(self) -> float: ...

    @property
    def steps(self) -> int: ...


def spent(engine: Priced) -> float:
    """Nominal seconds of the steps that an engine has taken."""
    return engine.cost * engine.steps


class InDoubles:
    """What every engine in double shares."""

    working_digits = DOUBLE_DIGITS

    def precision(self) -> AbstractContextManager[None]:
        return nullcontext()

    def number(self, value: Fraction | float | int) -> float:
        return float(value)

    def array(self, values: Iterable[Any]) -> Array:
        return np.array([float(v) for v in values])


def to_floats(values: Array) -> npt.NDArray[np.float64]:
    """The nearest doubles of an array of any engine's numbers."""
    if values.dtype.kind == "f":
        return values.astype(np.float64, copy=False)
    return np.array([float(v) for v in values.ravel()]).reshape(values.shape)


def digits_to_bits(digits: int) -> int:
    """Bits that hold so many decimal digits."""
    return int(digits * 3.3219280948873626) + 2


def finite(values: Array) -> bool:
    return bool(np.all(np.isfinite(to_floats(values))))


def exact(value: Any) -> Fraction:
    """The exact rational of a finite double, heyoka real or centre of a ball."""
    if isinstance(value, arb):
        mantissa, exponent = value.mid().man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    if isinstance(value, (int, float, Fraction)):
        return Fraction(value)
    if isinstance(value, np.longdouble):
        return Fraction(*value.as_integer_ratio())
    shift = _shift(value)
    mantissa = int(value * _power(value, shift))
    return Fraction(mantissa, 1 << shift) if shift >= 0 else Fraction(mantissa << -shift)


def to_balls(values: Array) -> Array:
    """Exact balls of any engine's numbers; balls stay as they are, radii included."""
    if is_real(values):
        return _balls_of_reals(values)
    flat = [v if isinstance(v, arb) else _ball(exact(v)) for v in values.ravel()]
    return np.array(flat, dtype=object).reshape(values.shape)


def is_real(values: Array) -> bool:
    """Whether these are heyoka's numbers of many digits, which numpy knows as floats of a kind of their own."""
    return values.dtype != object and not np.issubdtype(values.dtype, np.floating)


def _balls_of_reals(values: Array) -> Array:
    """All at once, by one power of two that makes integers of them: an exponent is not to be had otherwise."""
    like, floats = values.flat[0], to_floats(values)
    known = floats[floats != 0]
    shift = like.prec - int(np.frexp(known)[1].min()) if len(known) else 0
    if len(known) < np.count_nonzero(values):
        shift = max(_shift(v) for v in values.ravel())
    integers, unit = (values * _power(like, shift)).ravel().tolist(), arb(2) ** -shift
    return np.array([arb(int(v)) * unit for v in integers], dtype=object).reshape(values.shape)


def _shift(value: Any) -> int:
    """s with value * 2^s an integer, for a heyoka real."""
    if float(value) == 0 and value != 0:
        return _TINY + _shift(value * _power(value, _TINY))
    return int(value.prec - math.frexp(float(value))[1])


def _power(like: Any, exponent: int) -> Any:
    """2^exponent, exactly, in the precision of a heyoka real."""
    real, bits = type(like), like.prec
    power = real(1 << abs(exponent), bits)
    return power if exponent >= 0 else real(1, bits) / power


def _ball(dyadic: Fraction) -> arb:
    return arb(dyadic.numerator) * arb(2) ** (1 - dyadic.denominator.bit_length())


def from_balls(values: Array, engine: Engine) -> Array:
    """The centres of balls as numbers of an engine."""
    return engine.array(exact(v) for v in values.ravel()).reshape(values.shape)
