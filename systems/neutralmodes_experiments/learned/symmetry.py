"""The symmetry of a trained cell in numbers: its equivariance error, its group exponent, and what it does at rest."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

import neutralmodes as nm
from neutralmodes_experiments.learned.cell import DT, EquivariantCell

TESTS, STEPS = 192, 160  # PAPER: random tests, steps of the zero-input exponent
_ROUND, _ROUNDS, _STILL = 200, 200, 1e-14  # of settling: its invariants change no more over a round of steps


@dataclass(frozen=True)
class Neutrality:
    """The group exponent over STEPS at zero input, per unit of time, from the settled state and from the cue.

    ``residual`` is |DF^T xi(x) - xi(F^T x)|/|xi|, ``angle`` in degrees that between xi and the eigenvector of the
    settled step whose eigenvalue is nearest to 1, ``turning`` the angular velocity at rest, ``slowest`` the largest
    modulus of the other eigenvalues.
    """

    exponent: float
    from_cue: float
    residual: float
    angle: float
    turning: float
    slowest: float


def equivariance_error(cell: EquivariantCell, dtype: torch.dtype, *, seed: int = 0) -> float:
    """max |F(gx) - gF(x)|/(1 + |F(x)|) of one step over TESTS random states, inputs and rotations, in ``dtype``."""
    random = torch.Generator().manual_seed(seed)
    draw = torch.rand((4, TESTS), generator=random, dtype=torch.float64)
    radius, (phase, angle) = 0.7 + 0.5 * draw[0], 2 * torch.pi * draw[1:3]
    hidden = 2 * torch.rand((TESTS, cell.hidden), generator=random, dtype=torch.float64) - 1
    plane = torch.stack([radius * phase.cos(), radius * phase.sin()], -1)
    state, velocity = torch.cat([plane, hidden], -1).to(dtype), (4 * draw[3] - 2).to(dtype)
    twin, angle = frozen(cell, dtype), angle.to(dtype)
    image = twin(state, velocity)
    apart = twin(rotated(state, angle), velocity) - rotated(image, angle)
    return float((apart.norm(dim=-1) / (1 + image.norm(dim=-1))).max())


def frozen(cell: EquivariantCell, dtype: torch.dtype = torch.float64) -> EquivariantCell:
    """A copy in another precision that is not trained any more."""
    return deepcopy(cell).to(dtype).requires_grad_(False)


def rotated(state: Tensor, angle: Tensor) -> Tensor:
    """The states (..., 2 + hidden) with z turned by the angles (...)."""
    c, s, x, y = angle.cos(), angle.sin(), state[..., 0], state[..., 1]
    return torch.cat([torch.stack([c * x - s * y, s * x + c * y], -1), state[..., 2:]], -1)


def tangent(state: Tensor) -> Tensor:
    """xi: (-y, x, 0, ..., 0)."""
    return torch.cat([-state[..., 1:2], state[..., :1], torch.zeros_like(state[..., 2:])], -1)


def settled(cell: EquivariantCell, phase: float = 0.0) -> Tensor:
    """The state (2 + hidden,) that a cell in double comes to at zero input, turned to the given phase.

    Raises EvidenceError where the invariants still change after some ten thousand steps.
    """
    state, zero = cell.initial(torch.tensor(phase, dtype=torch.float64)), torch.zeros((), dtype=torch.float64)
    for _ in range(_ROUNDS):
        before = invariants(state)
        for _ in range(_ROUND):
            state = cell(state, zero)
        if (invariants(state) - before).abs().max() < _STILL:
            return rotated(state, phase - torch.atan2(state[1], state[0]))
    raise nm.errors.EvidenceError(f"the cell does not settle within {_ROUNDS * _ROUND} steps at zero input")


def invariants(state: Tensor) -> Tensor:
    """(|z|, h) of states (..., 2 + hidden)."""
    return torch.cat([state[..., :2].norm(dim=-1, keepdim=True), state[..., 2:]], -1)


def neutrality(cell: EquivariantCell) -> Neutrality:
    """Measured in double, by the forward derivative of the steps."""
    cell = frozen(cell)
    rest = settled(cell)
    exponent, residual = _transport(cell, rest)
    from_cue, _ = _transport(cell, cell.initial(torch.zeros((), dtype=torch.float64)))
    turn, linear = linearised(cell, rest)
    values, vectors = torch.linalg.eig(linear)
    order = (values - 1).abs().argsort()
    vector, xi = vectors[:, order[0]].real, tangent(rest)
    across = vector - xi * (vector @ xi) / (xi @ xi)
    angle = torch.asin(across.norm() / vector.norm()).rad2deg()
    return Neutrality(exponent, from_cue, residual, float(angle), turn / DT, float(values[order[1:]].abs().max()))


def _transport(cell: EquivariantCell, state: Tensor) -> tuple[float, float]:
    """The finite-time exponent of xi, and the transport residual."""
    zero, vector, start = torch.zeros((), dtype=state.dtype), tangent(state), tangent(state).norm()
    for _ in range(STEPS):
        state, vector = torch.func.jvp(lambda x: cell(x, zero), (state,), (vector,))
    xi = tangent(state)
    growth = torch.log(vector.norm() / start) / (STEPS * DT)
    return float(growth), float((vector - xi).norm() / xi.norm())


def linearised(cell: EquivariantCell, rest: Tensor) -> tuple[float, Tensor]:
    """The turn of one step at rest in radians, and the step's Jacobian (n, n) in the frame that turns along."""
    zero = torch.zeros((), dtype=rest.dtype)
    image = cell(rest, zero)
    turn = torch.atan2(image[1], image[0]) - torch.atan2(rest[1], rest[0])
    jacobian = torch.func.jacfwd(lambda x: cell(x, zero))(rest)
    back = torch.func.jacfwd(lambda x: rotated(x, -turn))(rest)
    return float(turn), back @ jacobian
