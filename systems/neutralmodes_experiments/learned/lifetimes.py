"""How long a trained cell remembers under a broken symmetry: measured, by the drift law, and by the linear formula.

The breaking adds eps (x, -y) to z' at zero input. With xi(theta) the state at phase theta on the cell's orbit, psi the
left neutral vector of the step there and P the added step per unit of eps, one step moves the phase by
dt (omega + eps D(theta)) to first order, dt D = psi.P. The drift law is the time of theta' = omega + eps D(theta).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.integrate import quad
from torch.func import functional_call, stack_module_state, vmap

from neutralmodes_experiments.learned.cell import DT, EquivariantCell
from neutralmodes_experiments.learned.symmetry import frozen, linearised, rotated, settled, tangent

SIZES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 6e-2)  # PAPER, and the next four with its phase, deviation and cap
PHASE, DEVIATION, CAP = 0.35, 0.2, 1500.0


@dataclass(frozen=True)
class Life:
    """Times in units of the task; ``measured`` is infinite where the cap came first."""

    size: float
    measured: float
    drift_law: float
    linear: float


def lifetimes(
    cells: Sequence[EquivariantCell], sizes: Sequence[float] = SIZES, *, cap: float = CAP
) -> list[list[Life]]:
    """The lifetimes of trained cells of one kind, in double, each from its settled state at PHASE."""
    found = []
    for cell, times in zip(cells, measured(cells, sizes, cap), strict=True):
        omega, rate = drift(frozen(cell))
        found.append([Life(e, t, law(omega, rate, e), linear(rate, e)) for e, t in zip(sizes, times, strict=True)])
    return found


def measured(cells: Sequence[EquivariantCell], sizes: Sequence[float], cap: float = CAP) -> list[list[float]]:
    """The first times at which the phase is off by DEVIATION, located between two steps by interpolation.

    All cells and sizes run side by side; the phase between two steps is linear to second order in a step's small turn.
    """
    kinds, size = [frozen(cell) for cell in cells], torch.tensor(sizes, dtype=torch.float64)
    zero, apart = torch.zeros_like(size), size.new_tensor([1.0, -1.0])
    weights = stack_module_state(kinds)
    step = vmap(lambda p, b, x: functional_call(kinds[0], (p, b), (x, zero)))
    state = torch.stack([settled(cell, PHASE).expand(len(size), -1) for cell in kinds])
    left, before = torch.full(state.shape[:2], torch.inf, dtype=size.dtype), torch.zeros_like(size)
    with torch.no_grad():
        for number in range(round(cap / DT)):
            push = DT * size[:, None] * state[..., :2] * apart
            state = step(*weights, state)
            state[..., :2] += push
            after = _off(state)
            crossing = (after >= DEVIATION) & left.isinf()
            left = torch.where(crossing, DT * (number + (DEVIATION - before) / (after - before)), left)
            before = after
            if not left.isinf().any():
                break
    return [list(times) for times in left.tolist()]


def _off(state: torch.Tensor) -> torch.Tensor:
    """The wrapped distance of the phase from PHASE."""
    turned = rotated(state, torch.tensor(-PHASE, dtype=state.dtype))
    return torch.atan2(turned[..., 1], turned[..., 0]).abs()


def drift(cell: EquivariantCell) -> tuple[float, Callable[[float], float]]:
    """omega, and D as a function of the phase."""
    rest = settled(cell)
    turn, linear = linearised(cell, rest)
    values, vectors = torch.linalg.eig(linear.T)
    psi = vectors[:, (values - 1).abs().argmin()].real
    psi = psi / (psi @ tangent(rest))

    def rate(theta: float) -> float:
        at = rotated(rest, torch.tensor(theta, dtype=torch.float64))
        pushed = torch.cat([at[:1], -at[1:2], torch.zeros_like(at[2:])])
        return float(psi @ rotated(pushed, torch.tensor(-theta - turn, dtype=torch.float64)))

    return turn / DT, rate


def law(omega: float, rate: Callable[[float], float], size: float) -> float:
    """The time of theta' = omega + size D(theta) from PHASE to DEVIATION off it; infinite where it comes to rest."""

    def speed(theta: float) -> float:
        return omega + size * rate(theta)

    way = np.sign(speed(PHASE)) * DEVIATION
    passed = [way * speed(PHASE + way * share) for share in np.linspace(0, 1, 65)]
    if min(passed) <= 0:
        return float("inf")
    return float(quad(lambda share: way / speed(PHASE + way * share), 0, 1, epsabs=0, epsrel=1e-9)[0])


def linear(rate: Callable[[float], float], size: float) -> float:
    """PAPER: -ln(1 - d/phi_0)/gap with the pseudo-gap of the resting phase 0."""
    gap = -size * (rate(1e-4) - rate(-1e-4)) / 2e-4
    return float(-np.log(1 - DEVIATION / PHASE) / gap)
