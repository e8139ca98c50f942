"""What a system looks like, as its file says: a field in space and time, bodies, spins on their sphere, phases.

``System.reference["pictures"]`` is a list of plain data, {"kind", ..., "after", "time"}: the orbit is drawn over
``time`` once ``after`` has passed. Kinds: "field" ({"modes": {wave number: [re, im]}, "real", "period"}), "raster",
"series" and "phases" ({"variables"}), "curves" ({"curves": [[x, y] or [x, y, z], ...]}, polynomials of the state;
with "sphere": true the unit sphere beside them; "generators": those of the group that are drawn, by number).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from neutralmodes import plot
from neutralmodes.errors import InputError
from neutralmodes.evidence.engines.base import Array, to_floats
from neutralmodes.evidence.engines.choose import open_engine
from neutralmodes.evidence.model import Model, model_of
from neutralmodes.evidence.pointwise import Pointwise
from neutralmodes.evidence.trajectory import group_curves
from neutralmodes.exact.infix import polynomial_tree
from neutralmodes.system import System

_FRAMES, _ACROSS = 1200, 128  # times of an orbit that is drawn; points across a field
_STILL = 1e-5  # a curve of the group no longer than this is a point: the digits that states are drawn from
_MANY = 3  # curves beyond which one generator is drawn instead of three
_GROUP_COLOURS = (plot.VERMILION, plot.GREEN, plot.PURPLE)


@dataclass(frozen=True)
class View:
    """A panel: ``draw`` fills its axes, those of space where ``solid``; ``group``: the group is in it."""

    draw: Callable[[Any], None]
    solid: bool = False
    group: bool = False


def views(system: System) -> Iterator[View]:
    """The panels that the system's file asks for; InputError for an unknown kind."""
    for said in system.reference.get("pictures", ()):
        if said["kind"] not in _KINDS:
            raise InputError(f"{system.name}: no picture of kind {said['kind']!r}; there are {', '.join(_KINDS)}")
        model = model_of(system)
        yield _KINDS[said["kind"]](model, said, *_orbit(model, float(said.get("after", 0)), float(said["time"])))


def _orbit(model: Model, after: float, time: float) -> tuple[Array, Array]:
    """Times (m,) and states (m, n) in double; those of a map are iterates."""
    engine, frame = open_engine(model, 1, may_difference=True), np.ones((model.n, 1))
    steps = _FRAMES if model.is_flow else int(time)
    length, engine.state = Fraction(time) / steps, engine.array(model.start)
    before = math.ceil(after / length)
    states = [to_floats(engine.state)]
    for i in range(before + steps):
        engine.place(i * length, engine.state, frame)
        engine.advance((i + 1) * length)
        states.append(to_floats(engine.state))
    return np.linspace(0.0, time, steps + 1), np.array(states[before:])


def _field(model: Model, said: Mapping[str, Any], times: Array, states: Array) -> View:
    """u(x, t) = 2 Re sum (real), or |A(x, t)| (complex), of the Fourier modes."""
    at = {name: i for i, name in enumerate(model.variables)}
    x = np.linspace(0.0, 1.0, _ACROSS, endpoint=False)
    values = np.zeros((len(times), _ACROSS), dtype=complex)
    for wave, (re, im) in said["modes"].items():
        mode = states[:, at[re]] + 1j * states[:, at[im]]
        values += mode[:, None] * np.exp(2j * np.pi * int(wave) * x)
    shown, label = (2 * values.real, "u") if said["real"] else (np.abs(values), "|A|")
    colours = "RdBu_r" if said["real"] else "viridis"
    return View(lambda ax: _image(ax, shown.T, times, f"x / ({said['period']})", label, colours, (0.0, 1.0)))


def _raster(model: Model, said: Mapping[str, Any], times: Array, states: Array) -> View:
    at, names = {name: i for i, name in enumerate(model.variables)}, said["variables"]
    shown = states[:, [at[name] for name in names]].T
    return View(lambda ax: _image(ax, shown, times, f"unit, {names[0]} to {names[-1]}", "", "RdBu_r", (0, len(names))))


def _image(
    ax: Any, shown: Array, times: Array, across: str, label: str, colours: str, extent: tuple[float, float]
) -> None:
    box = (times[0], times[-1], *extent)
    image = ax.imshow(shown, aspect="auto", origin="lower", extent=box, cmap=colours, interpolation="nearest")
    ax.grid(visible=False)
    ax.set(xlabel="time", ylabel=across)
    ax.figure.colorbar(image, ax=ax, label=label)


def _series(model: Model, said: Mapping[str, Any], times: Array, states: Array) -> View:
    at = {name: i for i, name in enumerate(model.variables)}

    def draw(ax: Any) -> None:
        for name in said["variables"]:
            ax.plot(times, states[:, at[name]], label=name)
        ax.set(xlabel="time")
        _legend(ax)

    return View(draw)


def _phases(model: Model, said: Mapping[str, Any], times: Array, states: Array) -> View:
    at = {name: i for i, name in enumerate(model.variables)}

    def draw(ax: Any) -> None:
        for name in said["variables"]:
            angle = states[:, at[name]] % (2 * np.pi)
            angle[1:][np.abs(np.diff(angle)) > np.pi] = np.nan  # no line across the plot where a turn ends
            ax.plot(times, angle, label=name)
        ax.set(xlabel="time", ylabel="phase modulo 2 pi", ylim=(0, 2 * np.pi))
        _legend(ax)

    return View(draw)


def _curves(model: Model, said: Mapping[str, Any], times: Array, states: Array) -> View:
    """Curves of polynomials of the state, a dot at the end of each, and the group's curves through that end."""
    maps = [Pointwise(model, [polynomial_tree(text, "pictures") for text in curve]) for curve in said["curves"]]
    lines, solid = [_along(f, states) for f in maps], len(said["curves"][0]) == 3
    turns = _turns(model, said, maps, states[-1])

    def draw(ax: Any) -> None:
        if said.get("sphere"):
            _sphere(ax)
        for line, colour in zip(lines, plot.several(len(lines)), strict=True):
            ax.plot(*plot.smooth(line, model.is_flow).T, "-" if model.is_flow else ".", color=colour, linewidth=0.7)
        for (generator, curves), colour in zip(turns, _GROUP_COLOURS, strict=False):
            for k, curve in enumerate(curves):
                label = f"group, generator {generator}" if k == 0 else None
                ax.plot(*curve.T, color=colour, linewidth=1.6, alpha=0.6, label=label)
        for k, line in enumerate(lines):
            ax.plot(*line[-1:].T, "o", color="black", markersize=4, label=None if k else "last state")
        if set(said["curves"][0]) <= set(model.variables) and len(lines) == 1:
            ax.set(**dict(zip(("xlabel", "ylabel", "zlabel"), said["curves"][0], strict=False)))
        if said.get("equal", True):
            ax.set_aspect("equal", adjustable="box" if solid else "datalim")
        _legend(ax)

    return View(draw, solid, bool(turns))


def _turns(model: Model, said: Mapping[str, Any], maps: list[Pointwise], base: Array) -> list[tuple[int, list[Array]]]:
    """(generator, its curve under each map), of the generators asked for that move something in this picture."""
    found = []
    for generator, turn in group_curves(model, base):
        curves = [_along(f, np.array(turn, dtype=float)) for f in maps]
        if (
            generator in said.get("generators", (0, 1, 2))
            and max(float(np.ptp(c, axis=0).max()) for c in curves) > _STILL
        ):
            found.append((generator, curves))
    return found if len(maps) <= _MANY else found[:1]


def _legend(ax: Any) -> None:
    ax.legend(ncols=3, loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.2, handlelength=1.5)


def _along(function: Pointwise, states: Array) -> Array:
    return np.array([function.floats(state) for state in states])


def _sphere(ax: Any) -> None:
    up, around = np.mgrid[0 : np.pi : 13j, 0 : 2 * np.pi : 25j]
    x, y, z = np.sin(up) * np.cos(around), np.sin(up) * np.sin(around), np.cos(up)
    ax.plot_wireframe(x, y, z, color=plot.GREY, linewidth=0.3, alpha=0.5)


_KINDS: dict[str, Callable[[Model, Mapping[str, Any], Array, Array], View]] = {
    "field": _field,
    "raster": _raster,
    "series": _series,
    "phases": _phases,
    "curves": _curves,
}
