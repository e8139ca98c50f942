"""Does a system have the zero exponents that its symmetry promises? Numbers, text, raise."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from neutralmodes._certify import certify
from neutralmodes.certificate import Certificate
from neutralmodes.errors import NeutralModesError, NotCertified
from neutralmodes.system import System
from neutralmodes.verdict import Conclusion

# Set by the pytest plugin from --neutralmodes-save; anybody else may set it too.
SAVE = "NEUTRALMODES_SAVE"


class Undecided(NeutralModesError, AssertionError):
    """Neither proved nor refuted. Under the pytest plugin a skip, unless --neutralmodes-strict."""

    neutralmodes_undecided = True


def neutral_modes(system: System, **options: Any) -> Certificate:
    """The certificate of a system, proofs only unless ``evidence=True``; options as in ``certify``.

    Where the environment variable NEUTRALMODES_SAVE names a folder, the file is saved there.
    """
    certificate = certify(system, **{"evidence": False, **options})
    if folder := os.environ.get(SAVE):
        save(certificate, Path(folder))
    return certificate


def save(certificate: Certificate, folder: Path) -> Path:
    """Write the certificate into a folder under its name and the beginning of its digest."""
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", certificate.name).strip("-") or "system"
    digest = certificate.to_dict()["digest"].removeprefix("sha256:")
    return certificate.save(folder / f"{name}-{digest[:12]}.json")


def format_neutral_modes(certificate: Certificate, at_least: int = 1) -> str:
    """What was asked, what is proved, and why no more."""
    asked = f"{certificate.name}: at least {at_least} zero exponents asked, {certificate.zero_exponents} proved"
    lines = [f"{asked} ({certificate.conclusion})"]
    if reason := certificate.reason():
        lines.append(f"because: {reason}")
    if certificate.conclusion is Conclusion.UNDECIDED and (advice := certificate.advice()):
        lines.append(f"to settle it: {advice}")
    return "\n".join(lines)


def assert_neutral_modes(system: System, *, at_least: int = 1, **options: Any) -> Certificate:
    """The certificate, where it is CERTIFIED with ``at_least`` zero exponents.

    Raises NotCertified (an AssertionError) where it is refuted, conditional or counts less, Undecided
    where nothing was settled; options as in ``certify`` (``evidence`` is off by default).

    >>> from neutralmodes.strategies import named_action
    >>> from neutralmodes.strategies._systems import annulus_flow
    >>> assert_neutral_modes(annulus_flow(named_action("SO(3)"), {}), at_least=2).zero_exponents
    2
    """
    __tracebackhide__ = True
    certificate = neutral_modes(system, **options)
    enough = certificate.zero_exponents >= at_least
    if certificate.conclusion is Conclusion.CERTIFIED and enough:
        return certificate
    text = format_neutral_modes(certificate, at_least)
    if certificate.conclusion is Conclusion.UNDECIDED:
        raise Undecided(text)
    raise NotCertified(text)
