"""Hypothesis strategies: actions, equivariant rules, group elements, points, systems, certificates.

Everything is drawn in exact rationals over fixed bases, low degree first, so that a failure shrinks
to a rule that a person can read, such as ``EquivariantField({('J', 3): 1})``.
"""

from __future__ import annotations

from neutralmodes.strategies._actions import lie_actions, named_action, torus_action
from neutralmodes.strategies._certificates import certificates, mutated_certificates
from neutralmodes.strategies._elements import group_elements
from neutralmodes.strategies._fields import (
    EquivariantField,
    EquivariantMap,
    equivariant_fields,
    equivariant_maps,
    invariant_functions,
)
from neutralmodes.strategies._near_misses import BrokenField, near_misses
from neutralmodes.strategies._points import orbit_strata, states
from neutralmodes.strategies._systems import systems

__all__ = [
    "lie_actions",
    "named_action",
    "torus_action",
    "equivariant_fields",
    "equivariant_maps",
    "invariant_functions",
    "near_misses",
    "orbit_strata",
    "group_elements",
    "states",
    "systems",
    "certificates",
    "mutated_certificates",
    "EquivariantField",
    "EquivariantMap",
    "BrokenField",
]
