"""The gallery: one picture for each certificate with numbers, and none for others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes import plot
from neutralmodes.errors import InputError
from neutralmodes.report.gallery import picture, write_gallery
from neutralmodes.report.views import views

pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def rotor() -> nm.System:
    x, y = sp.symbols("x y", real=True)
    field = nm.VectorField([x, y], [x * (1 - x**2 - y**2) - y, y * (1 - x**2 - y**2) + x])
    return nm.System("rotor", field, nm.LieAction([x, y], [[-y, x]]), nm.Region.annulus([x, y], "1/2", 2), start=[1, 0])


def test_a_picture_shows_trajectory_group_and_protected_zeros(rotor: nm.System, tmp_path: Path) -> None:
    certificate = nm.certify(rotor, time=5)
    (written,) = write_gallery([certificate], tmp_path / "gallery")
    drawn = written.read_text()
    assert written.name == "rotor.svg"
    assert all(words in drawn for words in ("trajectory", "group, generator 0", "proved: 1"))
    assert drawn == picture(certificate)


def test_without_numbers_there_is_no_picture(rotor: nm.System, tmp_path: Path) -> None:
    bare = nm.certify(rotor, evidence=False)
    assert write_gallery([bare], tmp_path) == []
    with pytest.raises(InputError, match="evidence"):
        picture(bare)


# What a system's file asks for, beside the plane and the spectrum.


def asking(**said: object) -> nm.System:
    """z' = i z, with one picture of its orbit (cos t, sin t)."""
    x, y = sp.symbols("x y", real=True)
    field, turn = nm.VectorField([x, y], [-y, x]), nm.LieAction([x, y], [[-y, x]])
    return nm.System("asks", field, turn, start=[1, 0], reference={"pictures": [{"time": 3, **said}]})


def drawn(system: nm.System) -> Any:
    (view,) = views(system)
    with plot.figure() as axes:
        shown = axes.figure.add_subplot(projection="3d" if view.solid else None)
        view.draw(shown)
    return shown


def test_a_field_is_the_sum_of_its_modes() -> None:
    """2 Re (e^{i t} e^{2 pi i 3 x}) = 2 cos(t + 6 pi x), and |A| = 1 without the conjugate part."""
    said = {"kind": "field", "modes": {"3": ["x", "y"]}, "period": "1", "after": 2, "time": 3}
    real, whole = (drawn(asking(real=is_real, **said)).images[0].get_array() for is_real in (True, False))
    times, across = np.linspace(2, 5, real.shape[1]), np.arange(len(real)) / len(real)
    wave = 2 * np.cos(times + 6 * np.pi * across[:, None])
    np.testing.assert_allclose(real, wave, atol=5e-3)  # "after" is in whole steps
    np.testing.assert_allclose(whole, 1.0, atol=1e-9)


def test_curves_show_bodies_and_the_group_through_the_last_state() -> None:
    shown = drawn(asking(kind="curves", curves=[["2*x", "2*y"], ["-x", "x^2"]]))
    double, other, turn = (line.get_xydata() for line in shown.lines[:3])
    np.testing.assert_allclose(np.linalg.norm(double, axis=1), 2.0, atol=1e-6)
    np.testing.assert_allclose(other[:, 1], other[:, 0] ** 2, atol=1e-6)
    np.testing.assert_allclose(turn[0], double[-1], atol=1e-4)
    assert len(double) > 2000, "smooth: points between the states"


def test_a_picture_in_which_the_group_moves_nothing_is_followed_by_a_plane(rotor: nm.System) -> None:
    (still,) = views(asking(kind="curves", curves=[["x^2 + y^2", "1/2*x^2 + 1/2*y^2"]]))
    (moved,) = views(asking(kind="curves", curves=[["x", "y", "x"]]))
    assert (still.group, moved.group) == (False, True)
    assert (still.solid, moved.solid) == (False, True)


def test_rasters_series_and_phases_name_their_variables() -> None:
    assert drawn(asking(kind="raster", variables=["y", "x"])).images[0].get_array().shape[0] == 2
    assert [line.get_label() for line in drawn(asking(kind="series", variables=["x"])).lines] == ["x"]
    angles = drawn(asking(kind="phases", variables=["y"])).lines[0].get_ydata()
    assert np.nanmin(angles) >= 0


def test_a_picture_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="no picture of kind 'oil'; there are field, raster"):
        list(views(asking(kind="oil")))


def test_the_gallery_draws_what_the_file_asks_for(tmp_path: Path) -> None:
    system = asking(kind="series", variables=["x", "y"])
    (written,) = write_gallery([nm.certify(system, time=5)], tmp_path, {"asks": system}.get)
    assert written.read_text().count('id="axes_') > picture(nm.certify(system, time=5)).count('id="axes_')
