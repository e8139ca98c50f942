"""One picture for each system: what it looks like, its orbit with the group's, and its spectrum with the zeros."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from neutralmodes import plot
from neutralmodes.certificate import Certificate
from neutralmodes.errors import InputError
from neutralmodes.files import write_whole
from neutralmodes.report.views import View, views
from neutralmodes.system import System

_WIDTH, _HEIGHT = 3.9, 3.4  # of a panel, in inches
_NOTHING = {"Date": None, "Creator": None, "Format": None, "Type": None}  # the same picture, the same bytes


def picture(certificate: Certificate, system: System | None = None) -> str:
    """The SVG of a certificate with evidence: what its system looks like, and the exponents.

    With the system itself, the panels that its file asks for (``views``); without, or where none of them shows the
    group, the orbit and the group in a plane of coordinates.

    Raises InputError where the certificate holds no numbers, MissingExtra without matplotlib.
    """
    with plot.figure() as axes:
        import matplotlib as mpl

        canvas, panels = axes.figure, _panels(certificate, system)
        axes.remove()
        canvas.set_size_inches(_WIDTH * (len(panels) + 1), _HEIGHT)
        for i, panel in enumerate(panels):
            dimensions = {"projection": "3d"} if panel.solid else {}
            panel.draw(canvas.add_subplot(1, len(panels) + 1, i + 1, **dimensions))
        plot.spectrum(certificate, canvas.add_subplot(1, len(panels) + 1, len(panels) + 1))
        drawn = io.StringIO()
        with mpl.rc_context({"svg.hashsalt": certificate.statement["name"]}):
            canvas.savefig(drawn, format="svg", metadata=_NOTHING)
    return drawn.getvalue()


def _panels(certificate: Certificate, system: System | None) -> list[View]:
    planes = plot.planes(certificate)
    found = [] if system is None else list(views(system))
    if found:
        planes = planes[: 0 if any(view.group for view in found) else 1]
    return found + [View(_in(certificate, plane)) for plane in planes]


def _in(certificate: Certificate, plane: tuple[int, int]) -> Callable[[Any], None]:
    return lambda ax: plot.orbit(certificate, ax, plane)


def write_gallery(
    certificates: Iterable[Certificate], folder: str | Path, known: Callable[[str], System | None] = lambda name: None
) -> list[Path]:
    """NAME.svg of every certificate that has an orbit and a spectrum; returns the files.

    ``known`` finds the system of a name, None where there is none.
    """
    home, written = Path(folder), []
    home.mkdir(parents=True, exist_ok=True)
    for certificate in certificates:
        name = certificate.statement["name"]
        try:
            drawn = picture(certificate, known(name))
        except InputError:  # the run broke down before there was something to draw
            continue
        written.append(write_whole(home / f"{name}.svg", drawn, "picture"))
    return written
