"""A certificate as text for people: obligations, conclusion in words, explained zeros, spectrum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neutralmodes.exact.expression import from_json
from neutralmodes.statement import infix

if TYPE_CHECKING:
    from neutralmodes.certificate import Certificate

_WIDTH = 15


def certificate_text(certificate: Certificate) -> str:
    """The whole certificate, one obligation a line."""
    parts = [_head(certificate), _obligations(certificate), _conclusion(certificate)]
    if certificate.surviving is not None:
        parts.append(_survivor(certificate.surviving))
    if certificate.evidence:
        parts.append(_evidence(certificate.evidence))
    return "\n\n".join(parts)


def _head(certificate: Certificate) -> str:
    s = certificate.statement
    prime = "'" if s["kind"] == "flow" else "+"
    lines = [f"{s['name']}: {'flow' if s['kind'] == 'flow' else 'map'} in dimension {len(s['variables'])}"]
    if len(s["variables"]) <= 8:
        lines += [f"  {x}{prime} = {infix(from_json(f))}" for x, f in zip(s["variables"], s["rule"], strict=True)]
    count = len(s["generators"])
    label = s["group"] or "unnamed group"
    claim = "normalised by the rule" if s.get("normalizing") else "symmetry"
    return "\n".join([*lines, f"  {claim}: {label}, {count} generator{'s' if count > 1 else ''}"])


def _obligations(certificate: Certificate) -> str:
    lines = []
    for name, o in certificate.obligations.items():
        lines.append(f"{o.verdict!s:<10} {name:<{_WIDTH}} {o.method}")
        if o.witness and "text" in o.witness:
            lines.append(f"{'':<10} {'':<{_WIDTH}} {o.witness['text']}")
            if "point" in o.witness:
                at = ", ".join(f"{x} = {v}" for x, v in o.witness["point"].items())
                lines.append(f"{'':<10} {'':<{_WIDTH}} at {at}")
        lines += [f"{'':<10} {'':<{_WIDTH}} note: {note}" for note in o.notes]
    return "\n".join(lines)


def _conclusion(certificate: Certificate) -> str:
    lines = [f"{certificate.conclusion}: {headline(certificate)}"]
    lines += [f"  - {s}" for s in certificate.statements]
    if any("Sigma" in s.where and "Sigma'" not in s.where for s in certificate.statements):
        lines.append(f"  Sigma = {certificate.singular_set}")
    if certificate.assumptions:
        lines.append(f"  on the user's word: {', '.join(certificate.assumptions)}")
    return "\n".join(lines)


def _survivor(left: Certificate) -> str:
    """What the part of the action that still commutes protects."""
    label = left.statement["group"] or "a subalgebra"
    lines = [f"still symmetric under {label}: {left.conclusion}, {headline(left)}"]
    return "\n".join([*lines, *(f"  - {s}" for s in left.statements)])


def headline(certificate: Certificate) -> str:
    """The conclusion in one line."""
    count = certificate.zero_exponents
    if count:
        return f"at least {count} Lyapunov exponent{'s are' if count > 1 else ' is'} zero at every x in the region"
    return certificate.reason() or "nothing was concluded"


def _evidence(evidence: dict[str, Any]) -> str:
    lines = ["evidence (numbers, not proof)"]
    spectrum = evidence.get("spectrum")
    if spectrum and "exponents" in spectrum:
        pairs = zip(spectrum["exponents"], spectrum["errors"], strict=True)
        lines.append("  spectrum   " + ", ".join(f"{float(v):.3g} +- {float(e):.1g}" for v, e in pairs))
    transport = evidence.get("transport")
    if transport and "residual" in transport:
        lines.append(f"  transport  residual {float(transport['residual']):.1e} at T = {transport['time']}")
    alignment = evidence.get("alignment")
    if alignment and "largest_degrees" in alignment:
        lines.append(
            f"  alignment  E_x within {float(alignment['largest_degrees']):.1e} degrees of the "
            f"{alignment['neutral_dimension']} neutral covariant directions"
        )
    lines += _ladder(evidence.get("ladder", {}))
    lines += [f"  {note}" for note in evidence.get("explained", [])]
    if "verdict" in evidence:
        lines.append(f"  {evidence['verdict']}")
    return "\n".join(lines)


def _ladder(ladder: dict[str, Any]) -> list[str]:
    if not ladder.get("rungs"):
        return []
    rungs = ", ".join(f"{float(error):.1e} in {name}" for name, _, error in ladder["rungs"])
    return [f"  ladder     equivariance error {rungs}: {ladder['words']}"]
