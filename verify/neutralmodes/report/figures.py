"""Plots as inline SVG that takes the colours and the font of its page, each with a name and a description."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from neutralmodes import plot
from neutralmodes.certificate import Certificate

_SIZE = (4.5, 3.4)  # inches; small, so that the letters stay legible on a narrow page
# Drawn colours, and the page's own: ink and grid follow the text, blue is lighter on a dark page.
_COLOURS = {"#000000": "currentColor", "#b0b0b0": "currentColor", plot.BLUE.lower(): "var(--blue)"}
_NOTHING = {"Date": None, "Creator": None, "Format": None, "Type": None}  # the same picture, the same bytes


@dataclass(frozen=True)
class Figure:
    """A picture with its caption; ``svg`` is markup, everything else plain text."""

    title: str
    caption: str
    svg: str


def figures(certificate: Certificate) -> Iterator[Figure]:
    """Every picture that the certificate's evidence allows."""
    evidence = certificate.evidence
    if "states" in evidence.get("trajectory", {}):
        for i, plane in enumerate(plot.planes(certificate)):
            yield _figure(_orbit_words(certificate, plane), f"orbit{i}", _orbit(certificate, plane))
    if "exponents" in evidence.get("spectrum", {}):
        yield _figure(_SPECTRUM, "spectrum", lambda ax: plot.spectrum(certificate, ax))
        yield _figure(_convergence_words(certificate), "convergence", lambda ax: plot.convergence(certificate, ax))
    if "record" in evidence.get("transport", {}):
        yield _figure(_TRANSPORT, "transport", lambda ax: plot.transport(certificate, ax))
    if "record" in evidence.get("alignment", {}):
        yield _figure(_ALIGNMENT, "alignment", lambda ax: plot.alignment(certificate, ax))


_SPECTRUM = (
    "Lyapunov spectrum",
    "Exponents with error bars. Diamonds are compatible with zero; which of them the "
    "theorem protects is not told by their size. The axis is linear near zero and logarithmic beyond.",
)
_TRANSPORT = (
    "Transport residual",
    "How far the tangent flow carries a generator from the generator at the point reached. A true symmetry keeps it "
    "at the rounding error of each precision, which an unstable orbit magnifies; what a broken one leaves does not "
    "fall with the precision.",
)

_ALIGNMENT = (
    "Alignment",
    "The largest angle between the group's directions at the point reached and the neutral covariant vectors, which "
    "are found without the group. Near zero: the zero exponents belong to the symmetry. 90 degrees: they miss one of "
    "its directions.",
)


def _convergence_words(certificate: Certificate) -> tuple[str, str]:
    words = "Size of the running exponents against the time averaged over. Neutral ones fall like 1/T."
    height = plot.log_ratio(certificate)
    if height is None:
        return "Convergence", words
    words += (
        f" Shaded: what the certificate proves of every group direction, |exponent over T| <= {height:.4g}/T, "
        "from its constants c and C. Other directions, such as the flow's own, may leave it."
    )
    return "Convergence", words


def _orbit_words(certificate: Certificate, plane: tuple[int, int]) -> tuple[str, str]:
    names = [certificate.statement["variables"][i] for i in plane]
    words = "The trajectory from the start; coloured, the group's curves through its last point, one for each generator"
    shown, all_of_them = len(certificate.evidence["trajectory"]["group"]), len(certificate.statement["generators"])
    return f"Orbit in ({names[0]}, {names[1]})", words + (f" (the first {shown})." if shown < all_of_them else ".")


def _orbit(certificate: Certificate, plane: tuple[int, int]) -> Callable[[Any], Any]:
    return lambda ax: plot.orbit(certificate, ax, plane)


def _figure(words: tuple[str, str], identity: str, draw: Callable[[Any], Any]) -> Figure:
    title, caption = words
    return Figure(title, caption, inline_svg(draw, identity, title, caption))


def inline_svg(draw: Callable[[Any], Any], identity: str, title: str, description: str) -> str:
    """The picture as an ``<svg>`` element; ``identity`` keeps its ids apart from others of the page."""
    import matplotlib as mpl
    from matplotlib.figure import Figure as Canvas

    out = io.StringIO()
    with mpl.rc_context(plot.STYLE | {"svg.hashsalt": identity}):
        canvas = Canvas(figsize=_SIZE)
        draw(canvas.subplots())
        canvas.savefig(out, format="svg", transparent=True, metadata=_NOTHING)
    body = re.sub(r"\A.*?<svg[^>]*>\s*<defs>\s*<style.*?</defs>", "", out.getvalue(), count=1, flags=re.DOTALL)
    body = re.sub(r'(?<= id=")|(?<=href="#)|(?<=url\(#)', f"{identity}-", body)
    for colour, name in _COLOURS.items():
        body = body.replace(colour, name)
    body = re.sub(r"font-family: [^;\"]*", "font-family: inherit", body)
    width, height = (side * 72 for side in _SIZE)
    names = f'aria-labelledby="{identity}-title {identity}-desc"'
    return (
        f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 {width:g} {height:g}" role="img" {names}>'
        f'<title id="{identity}-title">{escape(title)}</title>'
        f'<desc id="{identity}-desc">{escape(description)}</desc>{body}'
    )
