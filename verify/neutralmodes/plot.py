"""Pictures of the evidence in one style: spectrum, convergence, transport, alignment, orbit, an experiment's table.

Every function draws what a certificate (or the result of ``nm.spectrum``, ``nm.transport``) holds,
computes nothing new, and returns the axes. matplotlib is the extra [plot].
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
from scipy.interpolate import CubicSpline

from neutralmodes.errors import InputError, MissingExtra
from neutralmodes.evidence.zeros import may_be_zero

Axes: TypeAlias = Any  # matplotlib.axes.Axes, which is not installed everywhere

# Okabe and Ito, "Color universal design" (2008): told apart with every colour vision, and each at
# 3:1 or more against white and against near-black.
BLUE, VERMILION, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#A8588A", "#7A7A7A"
STYLE: dict[str, Any] = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": "medium",
    "axes.grid": True,
    "grid.alpha": 0.25,
    "grid.linewidth": 0.5,
    "font.size": 9.0,
    "legend.fontsize": "small",
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "figure.figsize": (4.6, 3.3),
    "figure.constrained_layout.use": True,
    "svg.fonttype": "none",
}
_BETWEEN = 4  # points drawn for each state of an orbit
_FLOOR, _ROUNDING = 1e-300, 1e-17  # what a logarithm can show; the least size of an exponent in double


def spectrum(source: Any, ax: Axes | None = None) -> Axes:
    """The exponents in descending order with error bars; those compatible with zero are marked.

    ``source`` is a certificate with evidence or the result of ``nm.spectrum``. The axis is linear
    around zero, as far as the error bars of the zeros reach, and logarithmic beyond.

    Raises InputError where there is no spectrum, MissingExtra without matplotlib.
    """
    record = _record(source, "spectrum", "exponents")
    values, errors = _numbers(record["exponents"]), _numbers(record["errors"])
    index, zero, measured = np.arange(1, len(values) + 1), np.array(may_be_zero(record)), np.isfinite(values)
    with _axes(ax) as ax:
        ax.axhline(0.0, color=GREY, linewidth=0.8)
        for mask, colour, marker, label in _marks(zero, measured, _proved(source)):
            if mask.any():
                bars = np.where(np.isfinite(errors[mask]), errors[mask], 0.0)
                ax.errorbar(
                    index[mask], values[mask], bars, fmt=marker, color=colour, capsize=3, markersize=5, label=label
                )
        if zero.any() and (measured & ~zero).any():
            ax.set_yscale("symlog", linthresh=_linear_part(errors[zero], values[measured]), linscale=0.6)
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set(xlabel="index i", ylabel="exponent", xlim=(0.5, len(values) + 0.5))
        _legend(ax)
    return ax


def _marks(zero: Any, measured: Any, proved: str) -> list[tuple[Any, str, str, str]]:
    """(which, colour, marker, label); an exponent of minus infinity is named, and cannot be drawn."""
    collapsed = int((~measured).sum())
    beyond = f", {collapsed} of them -inf" if collapsed else ""
    return [
        (zero & measured, VERMILION, "D", f"compatible with zero ({int(zero.sum())}{proved})"),
        (~zero & measured, BLUE, "o", f"not zero ({int((~zero).sum())}{beyond})"),
    ]


def _proved(source: Any) -> str:
    count, scoped = (getattr(source, name, 0) for name in ("zero_exponents", "zero_exponents_if"))
    words = [f"proved: {count} or more"] * bool(count) + [f"in the scope: {scoped} or more"] * (scoped > count)
    return "".join(f"; {part}" for part in words)


def _linear_part(errors: Any, values: Any) -> float:
    """A power of ten that the error bars of the zeros stay within, at most three decades below the rest."""
    widest, largest = float(np.max(errors)), float(np.max(np.abs(values)))
    if not 0.0 < widest < largest:
        return largest
    return 10.0 ** max(math.ceil(math.log10(widest)), math.floor(math.log10(largest / 1000)))


def convergence(source: Any, ax: Axes | None = None) -> Axes:
    """Size of the running exponents against the time averaged over, both logarithmic.

    Those that end compatible with zero fall like 1/T. Shaded, where the certificate proves constants
    0 < c <= C: the bound log(C/c)/T that the growth of a group direction keeps at every time.

    Raises InputError where there is no spectrum, MissingExtra without matplotlib.
    """
    record = _record(source, "spectrum", "convergence")
    times = np.array([float(t) for t, _ in record["convergence"]])
    running = np.abs([_numbers(v) for _, v in record["convergence"]])
    zero = may_be_zero(record)
    with _axes(ax) as ax:
        for i in range(running.shape[1]):
            colour = VERMILION if zero[i] else BLUE
            ax.plot(times, np.maximum(running[:, i], _ROUNDING), color=colour, label=_once(ax, _WHICH[zero[i]]))
        ax.set(xscale="log", yscale="log", xlabel="time T", ylabel="|exponent over T|")
        _bound(ax, times, log_ratio(source), running)
        _legend(ax)
    return ax


_WHICH = {True: "ends compatible with zero", False: "ends away from zero"}


def _bound(ax: Axes, times: Any, height: float | None, running: Any) -> None:
    """Shade what is proved, and keep the axis on what was measured."""
    shown = np.maximum(running[np.isfinite(running)], _ROUNDING)
    low, high = (float(shown.min()), float(shown.max())) if shown.size else (1e-3, 1.0)
    if height:
        bound = height / times
        low = min(low, float(bound.min()) / 30)
        ax.fill_between(times, low / 2, bound, color=GREEN, alpha=0.18, label="proved for the group")
        ax.plot(times, bound, color=GREEN, linewidth=0.8)
        high = max(high, float(bound.max()))
    ax.set(xlim=(times[0], times[-1]), ylim=(low / 2, high * 3))


def log_ratio(source: Any) -> float | None:
    """log(C/c) of the proved constants of a certificate's rank; None where it holds none.

    0.0 means that the generators have one length everywhere: the exponent is zero at every time.
    """
    obligations = getattr(source, "obligations", None)
    constants = obligations and (obligations["rank"].proof or {}).get("constants")
    if not constants:
        return None
    return math.log(Fraction(constants["C2"]) / Fraction(constants["c2"])) / 2


def transport(source: Any, ax: Axes | None = None) -> Axes:
    """The largest transport residual against time, at every precision of the run, and the digits asked for.

    ``source`` is a certificate with evidence or the result of ``nm.transport``. A residual that is
    exactly zero is drawn at the working precision.

    Raises InputError where there is no transport, MissingExtra without matplotlib.
    """
    record = _record(source, "transport", "record")
    times, residuals = (np.array([float(pair[i]) for pair in record["record"]]) for i in (0, 1))
    least = max(10.0 ** -record["working_digits"], _FLOOR)
    with _axes(ax) as ax:
        shown = np.maximum(residuals, least)
        ax.plot(times, shown, ".-", color=BLUE, label=f"{record['working_digits']} working digits")
        for run, colour in zip(record.get("coarser", []), (GREEN, PURPLE), strict=False):
            ax.plot(*_positive(run, least), "-", color=colour, label=f"{run['working_digits']} working digits")
        wanted = 10.0 ** -record["digits"]
        ax.axhline(wanted, color=VERMILION, linestyle="--", label=f"{record['digits']} digits asked for")
        error = float(record["error"])
        if least < error < math.inf:
            ax.axhline(error, color=GREY, linestyle=":", label="bound on the finest error")
        shown = np.concatenate([line.get_ydata() for line in ax.lines if line.get_label().endswith("working digits")])
        finite = shown[np.isfinite(shown)]
        ax.set(yscale="log", xlabel="time", ylabel="relative residual")
        ax.set_ylim(min([least, *finite]) / 100, max([wanted, *finite]) * 1e4)
        _legend(ax)
    return ax


def _positive(run: Mapping[str, Any], least: float) -> tuple[Any, Any]:
    """Times and residuals of a run, what a logarithm cannot show at its own rounding."""
    times, residuals = (np.array([float(pair[i]) for pair in run["record"]]) for i in (0, 1))
    return times, np.maximum(residuals, max(least, 10.0 ** -run["working_digits"]))


def alignment(source: Any, ax: Axes | None = None) -> Axes:
    """The largest angle from the group's directions to the neutral covariant subspace, against time, in degrees.

    ``source`` is a certificate with evidence or the result of ``nm.alignment``. An angle of exactly zero is drawn at
    the rounding of the working precision; 90 degrees is a direction that the subspace misses.

    Raises InputError where there is no alignment, MissingExtra without matplotlib.
    """
    record = _record(source, "alignment", "record")
    times, angles = (np.array([float(pair[i]) for pair in record["record"]]) for i in (0, 1))
    least = max(math.degrees(10.0 ** -record["working_digits"]), _FLOOR)
    with _axes(ax) as ax:
        shown = np.maximum(angles, least)
        label = f"{record['neutral_dimension']} neutral, {record['orbit_dimension']} of the group"
        ax.plot(times, shown, ".-", color=BLUE, linewidth=0.8, markersize=3, label=label)
        ax.axhline(least, color=GREY, linestyle=":", label=f"rounding, {record['working_digits']} digits")
        ax.axhline(90.0, color=VERMILION, linestyle="--", label="missed")
        ax.set(yscale="log", xlabel="time", ylabel="angle in degrees", ylim=(least / 30, 1e3))
        _legend(ax)
    return ax


def planes(source: Any) -> list[tuple[int, int]]:
    """Pairs of coordinates worth drawing: where the group moves the state most, and where the orbit does.

    The second is missing where it would share a coordinate with the first.
    """
    record, n = _orbit_record(source)
    if n == 1:
        return [(0, 0)]
    curves = [np.array([_numbers(s) for s in curve["states"]]) for curve in record["group"]]
    states = np.array([_numbers(s) for s in record["states"]])
    moved = np.max([np.ptp(c, axis=0) for c in curves], axis=0) if curves else np.ptp(states, axis=0)
    first = _largest(moved if moved.any() else np.ptp(states, axis=0), ())
    rest = _largest(np.ptp(states, axis=0), first) if n >= 4 else first
    return [first] if set(first) & set(rest) else [first, rest]


def _largest(extents: Any, taken: Sequence[int]) -> tuple[int, int]:
    """The two coordinates with the largest extents that are not taken, in their own order."""
    order = [int(i) for i in np.argsort(-extents, kind="stable") if i not in taken]
    return min(order[:2]), max(order[:2])


def orbit(source: Any, ax: Axes | None = None, plane: tuple[int, int] | None = None) -> Axes:
    """The trajectory from the start, and the group's curves through its end, in two coordinates.

    ``plane`` are the indices of the coordinates, by default the first of ``planes(source)``.

    Raises InputError where there is no trajectory, MissingExtra without matplotlib.
    """
    record, n = _orbit_record(source)
    i, j = plane or planes(source)[0]
    if not (0 <= i < n and 0 <= j < n):
        raise InputError(f"plane: give two indices from 0 to {n - 1}, got {(i, j)}")
    states = np.array([_numbers(s) for s in record["states"]])
    names = [name.replace("$", r"\$") for name in source.statement["variables"]]  # a dollar would begin mathematics
    with _axes(ax) as ax:
        flow = source.statement["kind"] != "map"
        line = smooth(states[:, [i, j]], flow)
        ax.plot(*line.T, "-" if flow else ".", color=BLUE, markersize=3, linewidth=0.8, label="trajectory")
        for curve, colour in zip(record["group"], (VERMILION, GREEN, PURPLE), strict=False):
            turn = np.array([_numbers(s) for s in curve["states"]])
            label = f"group, generator {curve['generator']}"
            ax.plot(turn[:, i], turn[:, j], color=colour, linewidth=1.8, label=label)
        ax.plot(states[0, i], states[0, j], "s", color=GREY, markersize=5, label="start")
        ax.set(xlabel=names[i], ylabel=names[j])
        if np.ptp(states[:, i]) < 3 * np.ptp(states[:, j]) < 9 * np.ptp(states[:, i]):
            ax.set_aspect("equal", adjustable="datalim")
        _legend(ax)
    return ax


def table(table: Mapping[str, Any], ax: Axes | None = None) -> Axes:
    """An experiment's table as its ``figure`` says: {"x", "y", "lines", "errors", "xscale", "yscale", "ylabel"}.

    ``x`` and each of ``y`` are names of columns; a column of ``y`` has one colour and mark, the first
    is drawn as open circles and the others as lines. ``lines`` names the columns that tell one line from another,
    ``errors`` the column of the first one's error bars. Numbers written as fractions are read.

    Raises InputError for a table without ``figure`` or with a column that it does not have.
    """
    columns, said = list(table["columns"]), table.get("figure")
    if not said:
        raise InputError(f"the table {table['title']!r} does not say how to draw it: it has no key 'figure'")
    if missing := [name for name in [said["x"], *said["y"], *said.get("lines", [])] if name not in columns]:
        raise InputError(f"the figure names the column {missing[0]!r}; the table has {', '.join(columns)}")
    with _axes(ax) as ax:
        for rows in _lines(table["rows"], [columns.index(name) for name in said.get("lines", [])]):
            cells = {name: [_cell(row[i]) for row in rows] for i, name in enumerate(columns)}
            for k, name in enumerate(said["y"]):
                bars = cells[said["errors"]] if k == 0 and "errors" in said else None
                style = {"fmt": "o", "fillstyle": "none", "markersize": 7} if k == 0 else {"fmt": _POINTS[k % 5] + "-"}
                style |= {"color": _COLOURS[k % 5], "capsize": 3}
                ax.errorbar(cells[said["x"]], cells[name], bars, label=_once(ax, name), **({"markersize": 4} | style))
        scales = {key: said[key] for key in ("xscale", "yscale") if key in said}
        ax.set(xlabel=said["x"], ylabel=said.get("ylabel", said["y"][0]), **scales)
        _legend(ax)
    return ax


def smooth(states: Any, flow: bool = True) -> Any:
    """States (m, d) at equal times with points between them on a cubic spline; iterates of a map stay as they are."""
    if not flow or len(states) < 4:
        return states
    at = np.arange(len(states))
    return CubicSpline(at, states)(np.linspace(0, len(states) - 1, _BETWEEN * (len(states) - 1) + 1))


def several(count: int) -> list[str]:
    """So many colours, told apart as far as there are."""
    return [BLUE] if count == 1 else [(BLUE, VERMILION, GREEN, PURPLE, GREY)[i % 5] for i in range(count)]


_COLOURS, _POINTS = (BLUE, VERMILION, GREEN, PURPLE, GREY), ("o", "s", "^", "D", "v")


def _lines(rows: Sequence[Sequence[Any]], keys: Sequence[int]) -> list[list[Sequence[Any]]]:
    """The rows of each line, lines in the order in which they begin."""
    found: dict[tuple[Any, ...], list[Sequence[Any]]] = {}
    for row in rows:
        found.setdefault(tuple(row[i] for i in keys), []).append(row)
    return list(found.values())


def _cell(value: Any) -> Any:
    """A number, also from a string like 3/100; what is none is a name on the axis."""
    try:
        return float(Fraction(value)) if isinstance(value, str) else value
    except ValueError:
        return value


@contextmanager
def figure() -> Iterator[Axes]:
    """Axes of a figure of their own in this module's style, which belongs to no window.

    Raises MissingExtra without matplotlib.
    """
    with _style() as mpl:
        yield mpl.figure.Figure().subplots()


def _orbit_record(source: Any) -> tuple[Mapping[str, Any], int]:
    record = _record(source, "trajectory", "states")
    return record, len(record["states"][0])


def _record(source: Any, name: str, key: str) -> Mapping[str, Any]:
    """The plain data of one measurement, from a certificate or from the measurement itself."""
    evidence = getattr(source, "evidence", None)
    found = source.to_json() if evidence is None and hasattr(source, "to_json") else (evidence or {}).get(name)
    if not isinstance(found, Mapping) or key not in found:
        raise InputError(f"there is no {name} in {type(source).__name__}: give a certificate made with evidence=True")
    return found


def _numbers(strings: Sequence[str]) -> Any:
    return np.array([float(v) for v in strings])


def _once(ax: Axes, label: str) -> str:
    """The label, unless the legend has it."""
    return "_" if label in ax.get_legend_handles_labels()[1] else label


def _legend(ax: Axes) -> None:
    """Above the axes, where it hides nothing."""
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, borderaxespad=0.2, handlelength=1.5)


@contextmanager
def _axes(ax: Axes | None) -> Iterator[Axes]:
    """The given axes, or those of a new figure, in this module's style."""
    with _style():
        if ax is None:
            from matplotlib import pyplot

            ax = pyplot.subplots()[1]
        yield ax


@contextmanager
def _style() -> Iterator[Any]:
    """matplotlib, in this module's style."""
    try:
        import matplotlib as mpl
        import matplotlib.figure
    except ImportError as error:
        raise MissingExtra("pictures need matplotlib: pip install 'neutralmodes[plot]'") from error
    with mpl.rc_context(STYLE):
        yield mpl
