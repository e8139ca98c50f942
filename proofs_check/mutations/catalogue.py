"""Real certificates by the name of their module in the catalogue, made once a process."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import neutralmodes as nm

NAMES = (
    "s1_attractor", "torus_2", "so3_sphere", "phase_integrator", "collapse_control", "skew_lorenz", "complex_lorenz",
    "chaotic_radius_map",
)  # fmt: skip


@cache
def certificate(name: str) -> dict[str, Any]:
    """The certificate, without numbers."""
    system = import_module(f"neutralmodes_systems.{name}").system
    return nm.certify(system, evidence=False).to_dict()
