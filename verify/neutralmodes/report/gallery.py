"""One picture for each system: its trajectory with the group's orbit, and its spectrum with the zeros marked."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from neutralmodes import plot
from neutralmodes.certificate import Certificate
from neutralmodes.errors import InputError
from neutralmodes.files import write_whole

_WIDTH, _HEIGHT = 3.9, 3.4  # of a panel, in inches
_NOTHING = {"Date": None, "Creator": None, "Format": None, "Type": None}  # the same picture, the same bytes


def picture(certificate: Certificate) -> str:
    """The SVG of a certificate with evidence: orbit and group, in two planes where there are two, and the exponents.

    Raises InputError where the certificate holds no numbers, MissingExtra without matplotlib.
    """
    with plot.figure() as axes:
        import matplotlib as mpl

        canvas, planes = axes.figure, plot.planes(certificate)
        axes.remove()
        canvas.set_size_inches(_WIDTH * (len(planes) + 1), _HEIGHT)
        *orbits, exponents = canvas.subplots(1, len(planes) + 1)
        for panel, plane in zip(orbits, planes, strict=True):
            plot.orbit(certificate, panel, plane)
        plot.spectrum(certificate, exponents)
        drawn = io.StringIO()
        with mpl.rc_context({"svg.hashsalt": certificate.statement["name"]}):
            canvas.savefig(drawn, format="svg", metadata=_NOTHING)
    return drawn.getvalue()


def write_gallery(certificates: Iterable[Certificate], folder: str | Path) -> list[Path]:
    """NAME.svg of every certificate that has an orbit and a spectrum; returns the files."""
    home, written = Path(folder), []
    home.mkdir(parents=True, exist_ok=True)
    for certificate in certificates:
        try:
            drawn = picture(certificate)
        except InputError:  # the run broke down before there was something to draw
            continue
        written.append(write_whole(home / f"{certificate.statement['name']}.svg", drawn, "picture"))
    return written
