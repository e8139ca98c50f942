"""What the tests of the theory's traps share: small systems, certified without numbers, and what they claim."""

from __future__ import annotations

from typing import Any

import sympy as sp

import neutralmodes as nm
from neutralmodes.verdict import Verdict

x, y, u, v, w = sp.symbols("x y u v w", real=True)
r2 = x**2 + y**2
ROTATION = nm.groups.so(2).on([x, y])
ANNULUS = nm.Region.annulus([x, y], "1/2", 2)
DISC = nm.Region.ball([x, y], 1)
HOPF = [x * (1 - r2) - y, y * (1 - r2) + x]


def certify(
    rule: list[Any],
    region: nm.Region | None = ANNULUS,
    action: nm.LieAction = ROTATION,
    kind: type[nm.VectorField] | type[nm.Map] = nm.VectorField,
    options: dict[str, Any] | None = None,
    **more: Any,
) -> nm.Certificate:
    """Certify without numbers; ``options`` are the rule's, ``more`` the system's."""
    field = kind(list(action.variables), rule, **(options or {}))
    return nm.certify(nm.System("trap", field, action, region, **more), evidence=False, budget=4)


def verdict(certificate: nm.Certificate, obligation: str) -> Verdict:
    return certificate.obligations[obligation].verdict


def is_certified(certificate: nm.Certificate, count: int) -> None:
    assert certificate.conclusion is nm.Conclusion.CERTIFIED, str(certificate)
    assert certificate.zero_exponents == count


def claims_nothing(certificate: nm.Certificate) -> None:
    assert certificate.zero_exponents == 0
    assert certificate.conclusion in (nm.Conclusion.REFUTED, nm.Conclusion.UNDECIDED), str(certificate)
