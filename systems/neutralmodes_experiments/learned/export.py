"""A trained cell as an exact system: its weights, which are binary rationals, in a symbolic map. Needs no torch.

The map is the cell's step in exact arithmetic. What the floating point of a run adds is not part of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sympy as sp

import neutralmodes as nm

if TYPE_CHECKING:
    from neutralmodes_experiments.learned.cell import EquivariantCell

MOST_INPUT = 16  # |u| is never near it in the task: 8.9 standard deviations at the fastest test speed, 1.8
INNER, OUTER = sp.Rational(1, 2), sp.Rational(3, 2)  # of I = |z|^2
Weights = Mapping[str, Any]


def weights_of(cell: EquivariantCell) -> dict[str, Any]:
    """What the cell computes with: plain floats, each an exact binary rational; alpha and gamma as they act.

    Raises InputError for a subclass that computes its gains in another way than ``exported`` does.
    """
    from neutralmodes_experiments.learned.cell import EquivariantCell

    if (type(cell).gains_at, type(cell).forward) != (EquivariantCell.gains_at, EquivariantCell.forward):
        raise nm.errors.InputError(
            f"{type(cell).__name__} steps in its own way; only the cell as it is can be exported"
        )
    layers = {
        name: {"weight": layer.weight.tolist(), "bias": layer.bias.tolist()}
        for name, layer in (("mix", cell.mix), ("gains", cell.gains), ("update", cell.update))
    }
    scalars = {"input_gain": cell.input_gain, "alpha": cell.alpha, "gamma": cell.gamma, "dt": cell.dt}
    return (
        layers
        | {name: value.tolist() for name, value in scalars.items()}
        | {
            "broken": cell.broken,
            "still": cell.still,
        }
    )


def read_weights(path: Path) -> dict[str, Any]:
    """The weights of a JSON file that holds those of ``weights_of`` under "weights"."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["weights"]
    return found


def exported(weights: Weights, name: str = "learned-cell", **options: Any) -> nm.System:
    """The step as a map of (x, y, h1, ...), SO(2) turning (x, y), on the annulus times the box of hidden units.

    The input u is free in [-16, 16]. ``options`` are those of ``nm.System``.
    """
    x, y, u, dt = sp.symbols("x y u dt", real=True)
    h = sp.symbols(f"h1:{len(weights['gamma']) + 1}", real=True)
    square = x**2 + y**2
    seen = [square, *h, u]
    radial, turning = _gains(weights, seen)
    if weights["still"]:
        turning -= _gains(weights, [square, *h, sp.Integer(0)])[1]
    growth = 1 + dt * _exact(weights["alpha"]) * (1 - square + sp.tanh(radial) / 4)
    turn = dt * (turning + _exact(weights["input_gain"]) * u)
    c, s, push = sp.cos(turn), sp.sin(turn), dt * _exact(weights["broken"])
    moved = [growth * (c * x - s * y) + push * x, growth * (s * x + c * y) - push * y]
    rates = [dt * _exact(rate) for rate in weights["gamma"]]
    targets = [sp.tanh(row) for row in _affine(weights["update"], seen)]
    kept = [(1 - rate) * unit + rate * target for unit, rate, target in zip(h, rates, targets, strict=True)]
    circle = nm.groups.torus([[1]])
    return nm.System(
        name,
        nm.Map(
            [x, y, *h],
            [*moved, *kept],
            parameters={dt: _exact(weights["dt"])},
            inputs={u: nm.Interval(-MOST_INPUT, MOST_INPUT)},
        ),
        (circle + nm.groups.trivial(circle, len(h))).on([x, y, *h]),
        nm.Region([square - INNER, OUTER - square]) & nm.Region.box(dict.fromkeys(h, (-1, 1))),
        start=[1, 0, *[0] * len(h)],
        **options,
    )


def _gains(weights: Weights, seen: Sequence[sp.Expr]) -> list[sp.Expr]:
    return _affine(weights["gains"], [sp.tanh(row) for row in _affine(weights["mix"], seen)])


def _affine(layer: Mapping[str, Any], values: Sequence[sp.Expr]) -> list[sp.Expr]:
    """W v + b, row by row."""
    return [
        sp.Add(*(_exact(w) * v for w, v in zip(row, values, strict=True)), _exact(bias))
        for row, bias in zip(layer["weight"], layer["bias"], strict=True)
    ]


def _exact(value: float) -> sp.Rational:
    return sp.Rational(*float(value).as_integer_ratio())
