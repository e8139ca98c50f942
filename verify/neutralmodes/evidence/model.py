"""What the numbers run on: one definite system, inputs driven or frozen, intervals at their middle."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes.errors import EvidenceError
from neutralmodes.evidence.box import Box
from neutralmodes.exact.expression import Activations, Tree, substitute

TIME = "@t"  # not an identifier, so no variable can clash with it


@dataclass(frozen=True)
class Model:
    """A rule without freedom: n trees in the variables, the parameters and ``TIME``.

    ``parameters`` and ``start`` are exact; ``notes`` says what was frozen to get here, or
    what is wrong with derivatives. A black box has its values in ``box``; its trees then only name what is unknown.
    """

    name: str
    kind: str
    variables: tuple[str, ...]
    rule: tuple[Tree, ...]
    parameters: dict[str, Fraction]
    generators: tuple[tuple[Tree, ...], ...]
    inequalities: tuple[Tree, ...]
    constraints: tuple[Tree, ...]
    start: tuple[Fraction, ...]
    activations: Activations
    notes: tuple[str, ...]
    box: Box | None = None

    @property
    def n(self) -> int:
        """The dimension of the state."""
        return len(self.variables)

    @property
    def is_flow(self) -> bool:
        return self.kind == "flow"


def model_of(system: Any) -> Model:
    """The model of a ``System``: interval parameters and undriven inputs at their middles.

    Raises EvidenceError where the system has no start, or a black box fails there.
    """
    dynamics, notes = system.dynamics, list(system.dynamics.notes)
    if system.start is None:
        raise EvidenceError(f"{system.name}: no start given; pass start= (a point of the region) to System")
    parameters: dict[str, Fraction] = {}
    for name, value in dynamics.parameters.items():
        parameters[name] = value if isinstance(value, Fraction) else (value.lo + value.hi) / 2
        if not isinstance(value, Fraction):
            notes.append(f"parameter {name} taken at the middle of its interval, {parameters[name]}")
    driven: dict[str, Tree] = {}
    for name, box in dynamics.inputs.items():
        if name in dynamics.drive:
            driven[name] = substitute(dynamics.drive[name], {"t": TIME})
        else:
            driven[name] = str((box.lo + box.hi) / 2)
            notes.append(f"input {name} held at the middle of its interval, {driven[name]}")
    memo: dict[int, tuple[Tree, Any]] = {}
    action, region = getattr(system, "action", None), getattr(system, "region", None)
    return Model(
        name=system.name,
        kind=dynamics.kind,
        variables=dynamics.variables,
        rule=tuple(substitute(tree, driven, memo) for tree in dynamics.rule),
        parameters=parameters,
        generators=() if action is None else action.generators,
        inequalities=() if region is None else region.inequalities,
        constraints=tuple(getattr(system, "constraints", ()) or ()),
        start=tuple(system.start),
        activations=dynamics.activations,
        notes=tuple(notes),
        box=_box(dynamics, system.start),
    )


def _box(dynamics: Any, start: tuple[Fraction, ...]) -> Box | None:
    if dynamics.function is None:
        return None
    return Box(dynamics.function, dynamics.jvp, np.array([float(v) for v in start]))
