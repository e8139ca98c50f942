"""Pages on disk: one beside each certificate file, and an index.html over the certificates of a folder."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from neutralmodes.certificate import Certificate, load
from neutralmodes.files import write_whole
from neutralmodes.report import words
from neutralmodes.report.page import certificate_page, render, require_extra


def write(certificate: Certificate, file: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None) -> Path:
    """Write the page of a certificate beside its ``file`` (or into ``folder``) and return its path.

    Raises InputError where it cannot be written, MissingExtra without the extra [report].
    """
    source = Path(file)
    target = (source.parent if folder is None else Path(folder)) / f"{source.stem}.html"
    return write_whole(target, certificate_page(certificate, source.name), "page")


def write_index(
    folder: str | os.PathLike[str],
    files: Iterable[str | os.PathLike[str]],
    failures: Iterable[tuple[str, str]] = (),
) -> Path:
    """Write ``folder``/index.html over certificate files in it, with links to the pages that are there.

    ``failures`` are (target, reason) of what could not be certified.

    Raises CertificateError for a file that is no certificate, InputError where it cannot be written,
    MissingExtra without the extra [report].
    """
    require_extra()
    rows = [_row(load(file), Path(file)) for file in files]
    tally = Counter(row["conclusion"] for row in rows).most_common()
    text = render("index.html.j2", rows=rows, tally=tally, failures=list(failures), words=words)
    return write_whole(Path(folder) / "index.html", text, "index")


def _row(certificate: Certificate, file: Path) -> dict[str, Any]:
    page = file.with_suffix(".html")
    numbers = {True: "consistent", False: "INCONSISTENT"}
    return {
        "name": certificate.name,
        "conclusion": str(certificate.conclusion),
        "zeros": certificate.zero_exponents,
        "zeros_if": certificate.zero_exponents_if,
        "group": certificate.statement["group"] or "",
        "numbers": numbers.get(certificate.evidence.get("consistent", ""), "-"),
        "page": quote(page.name) if page.exists() else "",
        "file": file.name,
    }
