"""Prove a dynamical system's continuous symmetry; certify the zero Lyapunov exponents it forces.

The public names, loaded on first use: importing this package imports nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neutralmodes import adapters, breaking, errors, functions, groups, plot, report, strategies, testing
    from neutralmodes._certify import certify
    from neutralmodes._discover import discover
    from neutralmodes.action import LieAction
    from neutralmodes.certificate import Certificate, load
    from neutralmodes.dynamics import Interval, Map, VectorField
    from neutralmodes.equivariants import equivariant_basis
    from neutralmodes.errors import NeutralModesError, NotCertified
    from neutralmodes.evidence.alignment import alignment
    from neutralmodes.evidence.covariant import covariant
    from neutralmodes.evidence.ladder import ladder
    from neutralmodes.evidence.spectrum import spectrum
    from neutralmodes.evidence.transport import transport
    from neutralmodes.evidence.transverse import transverse
    from neutralmodes.polynomial_integrals import first_integrals
    from neutralmodes.region import Region
    from neutralmodes.structural import invariant_field
    from neutralmodes.system import System
    from neutralmodes.verdict import Conclusion, Obligation, Verdict

__version__ = "0.1.0"

_HOME = {
    "VectorField": "dynamics",
    "Map": "dynamics",
    "Interval": "dynamics",
    "LieAction": "action",
    "invariant_field": "structural",
    "Region": "region",
    "System": "system",
    "certify": "_certify",
    "discover": "_discover",
    "equivariant_basis": "equivariants",
    "first_integrals": "polynomial_integrals",
    "Certificate": "certificate",
    "load": "certificate",
    "Conclusion": "verdict",
    "Verdict": "verdict",
    "Obligation": "verdict",
    "alignment": "evidence.alignment",
    "covariant": "evidence.covariant",
    "ladder": "evidence.ladder",
    "spectrum": "evidence.spectrum",
    "transport": "evidence.transport",
    "transverse": "evidence.transverse",
    "NeutralModesError": "errors",
    "NotCertified": "errors",
}
_SUBMODULES = ("adapters", "breaking", "errors", "functions", "groups", "plot", "report", "strategies", "testing")

__all__ = [
    "VectorField",
    "Map",
    "Interval",
    "LieAction",
    "invariant_field",
    "Region",
    "System",
    "certify",
    "discover",
    "equivariant_basis",
    "first_integrals",
    "Certificate",
    "load",
    "Conclusion",
    "Verdict",
    "Obligation",
    "alignment",
    "covariant",
    "ladder",
    "spectrum",
    "transport",
    "transverse",
    "NeutralModesError",
    "NotCertified",
    "adapters",
    "breaking",
    "errors",
    "functions",
    "groups",
    "plot",
    "report",
    "strategies",
    "testing",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    elif name in _SUBMODULES:
        value = import_module(f"{__name__}.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
