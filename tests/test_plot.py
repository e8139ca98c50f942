"""Pictures: they show the certificate's own numbers, return their axes, and say what is missing."""

from __future__ import annotations

import copy
import math
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import neutralmodes as nm
from neutralmodes import plot
from neutralmodes.errors import InputError

pytestmark = pytest.mark.numbers
mpl = pytest.importorskip("matplotlib")
mpl.use("Agg")


@pytest.fixture(scope="module")
def certificate() -> nm.Certificate:
    """Hopf normal form on an annulus 1/2 <= r <= 2: exponents 0 and -2, c = 1/2 and C = 2 in closed form."""
    import sympy as sp

    x, y = sp.symbols("x y", real=True)
    field = nm.VectorField([x, y], [x * (1 - x**2 - y**2) - y, y * (1 - x**2 - y**2) + x])
    region = nm.Region.annulus([x, y], "1/2", 2)
    system = nm.System("hopf", field, nm.LieAction([x, y], [[-y, x]]), region, start=["1/2", 0])
    return nm.certify(system, time=30)


@pytest.fixture(autouse=True)
def no_figure_stays_open() -> Iterator[None]:
    yield
    from matplotlib import pyplot

    pyplot.close("all")


FUNCTIONS = [plot.spectrum, plot.convergence, plot.transport, plot.alignment, plot.orbit]


@pytest.mark.parametrize("draw", FUNCTIONS)
def test_it_draws_on_the_axes_that_it_is_given_and_returns_them(draw: Any, certificate: nm.Certificate) -> None:
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    assert draw(certificate, ax=ax) is ax
    assert ax.lines or ax.containers
    assert draw(certificate) is not ax


@pytest.mark.parametrize("draw", FUNCTIONS)
def test_it_leaves_the_global_style_alone(draw: Any, certificate: nm.Certificate) -> None:
    before = dict(mpl.rcParams)
    draw(certificate)
    assert dict(mpl.rcParams) == before


def test_an_angle_is_drawn_where_it_is_and_an_exact_zero_at_the_rounding() -> None:
    record = {"record": [["1", "0"], ["2", "3e-9"], ["3", "90"]], "working_digits": 16}
    source = SimpleNamespace(evidence={"alignment": record | {"neutral_dimension": 2, "orbit_dimension": 1}})
    ((_, rounding), *others) = drawn(plot.alignment(source), "2 neutral, 1 of the group")
    assert rounding == pytest.approx(math.degrees(1e-16))
    assert others == [(2.0, 3e-9), (3.0, 90.0)]


@pytest.mark.parametrize(
    ("draw", "what"),
    [
        (plot.spectrum, "spectrum"),
        (plot.convergence, "spectrum"),
        (plot.transport, "transport"),
        (plot.alignment, "alignment"),
        (plot.orbit, "trajectory"),
    ],
)
def test_what_is_missing_is_said(draw: Any, what: str) -> None:
    with pytest.raises(InputError, match=f"no {what} in SimpleNamespace: give a certificate made with evidence=True"):
        draw(SimpleNamespace(evidence={}))


def drawn(ax: Any, label: str) -> list[tuple[float, float]]:
    """The points of the line or error bars with a label."""
    for line in [*ax.lines, *(container.lines[0] for container in ax.containers)]:
        owner = next((c for c in ax.containers if c.lines[0] is line), line)
        if owner.get_label().startswith(label):
            return [(float(x), float(y)) for x, y in line.get_xydata()]
    raise AssertionError(f"{label!r} is not drawn")


def test_the_spectrum_shows_the_certificate_s_numbers_and_marks_the_zero(certificate: nm.Certificate) -> None:
    ax = plot.spectrum(certificate)
    zero, radial = (float(v) for v in certificate.evidence["spectrum"]["exponents"])
    assert drawn(ax, "compatible with zero (1; proved: 1 or more)") == [(1.0, zero)]
    assert drawn(ax, "not zero (1)") == [(2.0, radial)]


def test_an_exponent_is_marked_by_its_own_error_bar(certificate: nm.Certificate) -> None:
    """The mutant: with a small enough error the same value is no longer compatible with zero."""
    mutant = copy.deepcopy(certificate)
    mutant.evidence["spectrum"] |= {"exponents": ["0.01", "-2"], "errors": ["0.001", "0.001"]}
    ax = plot.spectrum(mutant)
    assert drawn(ax, "not zero (2)") == [(1.0, 0.01), (2.0, -2.0)]


def test_a_collapsed_direction_is_named_and_not_drawn(certificate: nm.Certificate) -> None:
    mutant = copy.deepcopy(certificate)
    mutant.evidence["spectrum"] |= {"exponents": ["0.0", "-inf"], "errors": ["0.001", "inf"]}
    ax = plot.spectrum(mutant)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["compatible with zero (1; proved: 1 or more)"]


def test_the_shaded_bound_is_no_tighter_than_the_true_constants(certificate: nm.Certificate) -> None:
    """|xi| = r lies in [1/2, 2], so log(C/c) = log 4; a proof may lose, never gain."""
    height = plot.log_ratio(certificate)
    assert height is not None
    assert height >= math.log(4)
    (line,) = (line for line in plot.convergence(certificate).lines if line.get_color() == plot.GREEN)
    assert [time * bound for time, bound in line.get_xydata()] == pytest.approx([height] * len(line.get_xydata()))


def test_without_constants_nothing_is_shaded(certificate: nm.Certificate) -> None:
    found = plot.convergence(nm.spectrum(hopf_again(), time=20))
    assert not found.collections
    assert plot.convergence(certificate).collections


def hopf_again() -> nm.System:
    import sympy as sp

    x, y = sp.symbols("x y", real=True)
    field = nm.VectorField([x, y], [x * (1 - x**2 - y**2) - y, y * (1 - x**2 - y**2) + x])
    return nm.System("hopf", field, nm.LieAction([x, y], [[-y, x]]), start=[1, 0])


def test_the_orbit_ends_on_the_group_s_circle(certificate: nm.Certificate) -> None:
    """The limit cycle is r = 1, an orbit of the rotations."""
    ax = plot.orbit(certificate)
    assert all(math.hypot(*p) == pytest.approx(1.0, abs=1e-4) for p in drawn(ax, "group, generator 0"))
    trajectory = drawn(ax, "trajectory")
    assert trajectory[0] == (0.5, 0.0)
    assert math.hypot(*trajectory[-1]) == pytest.approx(1.0, abs=1e-4)


def test_a_plane_outside_the_state_is_refused(certificate: nm.Certificate) -> None:
    with pytest.raises(InputError, match="two indices from 0 to 1"):
        plot.orbit(certificate, plane=(0, 2))


def test_a_name_with_a_dollar_is_drawn_as_it_is(certificate: nm.Certificate, tmp_path: Path) -> None:
    named = SimpleNamespace(evidence=certificate.evidence, statement=certificate.statement | {"variables": ["$x", "y"]})
    with mpl.rc_context(plot.STYLE):
        plot.orbit(named).figure.savefig(tmp_path / "p.svg")
    assert ">$x</text>" in (tmp_path / "p.svg").read_text()


def luminance(colour: str) -> float:
    """Relative luminance of the Web Content Accessibility Guidelines, 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colour", [plot.BLUE, plot.VERMILION, plot.GREEN, plot.PURPLE, plot.GREY])
@pytest.mark.parametrize("paper", ["#ffffff", "#14181d"])
def test_every_colour_stands_out_on_light_and_dark_paper(colour: str, paper: str) -> None:
    assert contrast(colour, paper) >= 3.0


def test_without_matplotlib_one_line_names_the_extra(environment: dict[str, str]) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "import neutralmodes as nm\nfrom types import SimpleNamespace as S\n"
        "nm.plot.transport(S(evidence={'transport': {'record': [['1', '0']], 'working_digits': 20}}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.strip().endswith("pictures need matplotlib: pip install 'neutralmodes[plot]'")


TABLE: dict[str, Any] = {
    "title": "lifetimes",
    "columns": ["c", "eps", "measured", "law", "error"],
    "rows": [[1, "1/10", 4.0, 4.1, 0.1], [1, "1/5", 2.0, 2.1, 0.2], [2, "1/10", 8.0, 8.1, 0.3]],
    "figure": {"x": "eps", "y": ["measured", "law"], "lines": ["c"], "errors": "error", "yscale": "log"},
}


def test_a_table_is_drawn_as_it_says() -> None:
    ax = plot.table(TABLE)
    drawn = [(bars.get_label(), bars[0].get_xydata().tolist()) for bars in ax.containers]
    assert drawn == [
        ("measured", [[0.1, 4.0], [0.2, 2.0]]),
        ("law", [[0.1, 4.1], [0.2, 2.1]]),
        ("_", [[0.1, 8.0]]),
        ("_", [[0.1, 8.1]]),
    ]
    assert [bars.has_yerr for bars in ax.containers] == [True, False, True, False]
    assert (ax.get_xlabel(), ax.get_xscale(), ax.get_yscale()) == ("eps", "linear", "log")


def test_a_table_that_cannot_be_drawn_says_why() -> None:
    with pytest.raises(InputError, match="no key 'figure'"):
        plot.table({key: value for key, value in TABLE.items() if key != "figure"})
    with pytest.raises(InputError, match="the column 'size'; the table has c, eps"):
        plot.table(TABLE | {"figure": {"x": "size", "y": ["law"]}})
