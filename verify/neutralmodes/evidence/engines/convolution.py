"""Fourier systems: N(x) by fast transforms, for the state and all columns at once, where N is seen to be a convolution.

Two kinds are known. A real field, u_t = ... + g (u^2)_k, by its modes 1..m (Kuramoto-Sivashinsky, Burgers); a complex
field, A_t = ... + g (|A|^2 A)_k, by its modes -m..m (Ginzburg-Landau). Products are taken on a grid so fine that
nothing is aliased (Orszag 1971): up to rounding the sums are those of the rule, term by term.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np
from scipy.fft import fft, ifft, irfft, next_fast_len, rfft

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.engines.base import Array
from neutralmodes.evidence.model import Model
from neutralmodes.evidence.pointwise import along_of, rule_of

Values: TypeAlias = Callable[[Array, float], Array]  # (n,) -> (n,), at a time
Along: TypeAlias = Callable[[Array, Array, float], Array]  # (n,) and columns (n, k) -> (n, k)
_FEWEST = 6  # modes
_POINTS, _AGAIN = 3, 2000  # points at which the rule is compared before use, and evaluations between two looks later
_AGREE, _ROUNDINGS = 1e-9, 2.0**-44  # of N's largest entry, and of L x entry by entry
_LARGE = 2.0**20  # amplitude at which products outgrow what is linear
_NOISE = 1e-9  # of a multiplier: what the linear part may be off by rounding


class Field(ABC):
    """Modes in real coordinates and their product. ``split``: all real parts first, else (real, imaginary) pairs."""

    what: str
    odd: bool  # the product's parity

    def __init__(self, n: int, split: bool) -> None:
        self.modes, self._split = n // 2, split

    def complex(self, block: Array) -> Array:
        """(..., n, c) real -> (..., n / 2, c) complex."""
        re, im = self._parts(block)
        found = np.empty(re.shape, dtype=np.complex128)
        found.real, found.imag = re, im
        return found

    def real(self, block: Array) -> Array:
        found = np.empty((*block.shape[:-2], 2 * self.modes, block.shape[-1]))
        re, im = self._parts(found)
        re[...], im[...] = block.real, block.imag
        return found

    def _parts(self, block: Array) -> tuple[Array, Array]:
        m = self.modes
        return (block[..., :m, :], block[..., m:, :]) if self._split else (block[..., ::2, :], block[..., 1::2, :])

    @abstractmethod
    def product(self, block: Array) -> Array:
        """The modes of the product of a state, and its derivative along the columns beside it."""

    @abstractmethod
    def divergence(self, multipliers: Array, block: Array) -> Array | float:
        """That of multipliers * product."""


class RealField(Field):
    """u = sum over 1 <= k <= m of u_k e^{ikx} and its conjugate; the product is u^2."""

    what, odd = "u^2 of a real field", False

    def __init__(self, n: int, split: bool) -> None:
        super().__init__(n, split)
        self._points = next_fast_len(3 * self.modes + 1, real=True)

    def product(self, block: Array) -> Array:
        m = self.modes
        padded = np.zeros((*block.shape[:-2], self._points // 2 + 1, block.shape[-1]), dtype=np.complex128)
        padded[..., 1 : m + 1, :] = block
        grid = irfft(padded, self._points, axis=-2, norm="forward")
        grid *= grid[..., :1].copy()
        grid[..., 1:] *= 2
        return np.asarray(rfft(grid, axis=-2, norm="forward")[..., 1 : m + 1, :])

    def divergence(self, multipliers: Array, block: Array) -> float:
        """Zero: u_k enters its own equation beside the mean only, which vanishes."""
        return 0.0


class ComplexField(Field):
    """A = sum over |k| <= m of A_k e^{ikx}; the product is |A|^2 A."""

    what, odd = "|A|^2 A of a complex field", True

    def __init__(self, n: int, split: bool) -> None:
        super().__init__(n, split)
        self._points = next_fast_len(2 * self.modes - 1)
        self._places = np.arange(self.modes) - self.modes // 2

    def product(self, block: Array) -> Array:
        padded = np.zeros((*block.shape[:-2], self._points, block.shape[-1]), dtype=np.complex128)
        padded[..., self._places, :] = block
        grid = ifft(padded, axis=-2, norm="forward")
        a = grid[..., :1].copy()
        square = a * a.conj()
        columns = grid[..., 1:]
        columns[...] = 2 * square * columns + a * a * columns.conj()
        grid[..., :1] = square * a
        return np.asarray(fft(grid, axis=-2, norm="forward")[..., self._places, :])

    def divergence(self, multipliers: Array, block: Array) -> Array:
        """2 Re of 2 g_k sum |A|^2, over the modes."""
        return np.asarray(4 * np.sum(multipliers.real) * np.sum(np.abs(block[..., 0]) ** 2, axis=-1))


class Convolution:
    """N(x) = b x + g product(x), mode by mode: called with blocks (..., n, 1 + k), returns them and the divergence.

    Leading axes are orbits of their own. Now and then, a call is compared with the rule.
    """

    def __init__(self, name: str, rule: Values, along: Along, linear: Array, field: Field) -> None:
        self._name, self._rule, self._along = name, rule, along
        self._field, self._linear, self._calls = field, linear, 0
        self._b, self._g = self._fit()
        self._constant = float(np.sum(linear) + 2 * np.sum(self._b.real))  # of the divergence
        self.how = f"{field.what} by fast transforms, compared with the rule at {_POINTS} points"

    def __call__(self, block: Array) -> tuple[Array, Any]:
        self._calls += 1
        if self._calls % _AGAIN == 0 and not self.agrees(block.reshape(-1, *block.shape[-2:])[0, :, :2]):
            what = f"{self._name}: N is not {self._field.what} all along the orbit"
            raise EvidenceError(f"{what}; choose engine 'heyoka' or 'fallback'")
        modes = self._field.complex(block)
        divergence = self._constant + self._field.divergence(self._g, modes)
        return self._field.real(self._rest_of(modes)), divergence

    def agrees(self, block: Array) -> bool:
        """Whether N and DN V are the rule's, for a block (n, 2) of a state and a column."""
        linear, state = self._linear[:, None] * block, block[:, 0]
        exact = np.column_stack([self._rule(state, 0.0), self._along(state, block[:, 1:], 0.0)]) - linear
        modes = self._field.complex(block)
        apart = np.abs(self._field.real(self._rest_of(modes)) - exact)
        return bool(np.all(apart <= _AGREE * np.abs(exact).max(axis=0) + _ROUNDINGS * np.abs(linear)))

    def _rest_of(self, modes: Array) -> Array:
        found: Array = self._b[:, None] * modes + self._g[:, None] * self._field.product(modes)
        return found

    def _at(self, state: Array) -> Array:
        """N at one state (n,), as modes."""
        return self._field.complex((self._rule(state, 0.0) - self._linear * state)[:, None])[:, 0]

    def _fit(self) -> tuple[Array, Array]:
        """Multipliers from two amplitudes: one at which products are everything, one at which they are nothing."""
        state = next(_states(len(self._linear)))
        modes = self._field.complex(state[:, None])
        big = _LARGE * state
        if self._field.odd:
            product = (self._at(2 * big) - 2 * self._at(big)) / (6 * _LARGE**3)
        else:
            product = (self._at(big) + self._at(-big)) / (2 * _LARGE**2)
        g = product / self._field.product(modes)[:, 0]
        b = (self._at(state / _LARGE) - self._at(-state / _LARGE)) * (_LARGE / 2) / modes[:, 0]
        speed = np.abs(self._field.complex(self._linear[:, None])[:, 0])
        return np.where(np.abs(b) > _NOISE * np.maximum(speed, 1.0), b, 0), g


def convolution_of(model: Model, linear: Array) -> Convolution | None:
    """N of a large Fourier system, or None where it is none of the kinds known."""
    n, rule = len(linear), rule_of(model)
    if n % 2 or n < 2 * _FEWEST or np.any(rule(np.zeros(n), 0.0)):
        return None
    along = along_of(model)
    for kind in (RealField, ComplexField):
        for split in (False, True):
            with np.errstate(all="ignore"):
                found = Convolution(model.name, rule, along, linear, kind(n, split))
                states = _states(n)
                if all(found.agrees(np.column_stack([next(states), next(states)])) for _ in range(_POINTS)):
                    return found
    return None


def _states(n: int) -> Iterator[Array]:
    """Seeded random states of size 1."""
    random = np.random.default_rng(n)
    while True:
        yield random.standard_normal(n)
