"""Certificates of an earlier run that still hold: so that one which was interrupted goes on where it ended."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neutralmodes.certificate import Certificate, load, statement_of
from neutralmodes.errors import CertificateError

if TYPE_CHECKING:
    from neutralmodes.system import System


def earlier(path: Path, system: System, asked: Mapping[str, Any], evidence: bool) -> Certificate | None:
    """The certificate in a file where it is younger than all code that made it and answers the same question.

    ``asked`` are entries of the provenance. The code is every file of this library and every module that is
    loaded, the system's own among them; None where the file is missing, older, or of another question.
    """
    try:
        made = path.stat().st_mtime
        certificate = load(path)
    except (OSError, CertificateError):
        return None
    alike = all(certificate.provenance.get(key) == value for key, value in asked.items())
    if not alike or bool(certificate.evidence) != evidence or made < _newest_code():
        return None
    return certificate if _same_question(certificate.statement, statement_of(system)) else None


def _same_question(found: Mapping[str, Any], mine: Mapping[str, Any]) -> bool:
    """Statements agree; a region may have been found where none was given."""
    searched = not mine["region"]["inequalities"]
    return all(found[key] == value for key, value in mine.items() if not (key == "region" and searched))


def _newest_code() -> float:
    loaded = (getattr(module, "__file__", None) for module in list(sys.modules.values()))
    files = {Path(file) for file in loaded if file} | set(Path(__file__).parent.rglob("*.py"))
    return max(file.stat().st_mtime for file in files if file.exists())
