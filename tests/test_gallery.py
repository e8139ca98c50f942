"""The gallery: one picture for each certificate with numbers, and none for others."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.errors import InputError
from neutralmodes.report.gallery import picture, write_gallery

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
