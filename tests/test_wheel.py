"""The wheel: exactly our names at its top level, and a certificate from a fresh environment elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

TOP_LEVEL = {
    "neutralmodes",
    "_neutralmodes_pytest.py",
    "neutralmodes_systems",
    "neutralmodes_experiments",
    "neutralmodes_check",
    "neutralmodes-0.1.0.dist-info",
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist, built offline by the backend itself."""
    root, folder = Path(__file__).resolve().parent.parent, tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(folder)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a fresh environment with the wheel in it; dependencies are borrowed from this one."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    paths = {"base": str(home), "platbase": str(home)}
    scripts, library = (Path(sysconfig.get_path(kind, "venv", paths)) for kind in ("scripts", "purelib"))
    # Files named by a .pth file are not searched for further ones: an editable checkout stays out.
    (library / "borrowed.pth").write_text("\n".join(dependency_folders()))
    (wheel,) = built.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python")]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
        env=clean(),
    )
    return scripts


def dependency_folders() -> list[str]:
    """Where the packages of this environment live."""
    import click
    import flint

    return sorted({str(Path(module.__file__).parent.parent) for module in (click, flint)})


def clean() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}


def run(program: Path, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), *arguments], cwd=folder, env=clean(), capture_output=True, text=True, check=False
    )


def test_the_wheel_holds_exactly_our_top_level_names(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == TOP_LEVEL
    assert {"neutralmodes/py.typed", "neutralmodes_check/py.typed"} <= set(names)


def test_the_sdist_holds_what_the_tests_need(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        folders = {name.split("/")[1] for name in archive.getnames() if name.count("/") >= 1}
    assert {"verify", "systems", "proofs_check", "tests", "docs", "Makefile", "pyproject.toml"} <= folders


def test_the_installed_package_is_the_wheel_and_not_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "python", "-c", "import neutralmodes as n; print(n.__file__)", folder=tmp_path)
    assert Path(where.stdout.strip()).is_relative_to(installed.parent)


def test_it_certifies_from_another_directory(installed: Path, tmp_path: Path) -> None:
    assert run(installed / "neutralmodes", "new", "mine", folder=tmp_path).returncode == 0
    done = run(
        installed / "neutralmodes",
        "certify",
        "mine.py:system",
        "--no-evidence",
        "--out",
        "c",
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert "CERTIFIED" in done.stdout
    checked = run(installed / "neutralmodes", "check", "c/mine.json", folder=tmp_path)
    assert checked.returncode == 0, checked.stderr


def test_it_certifies_a_system_of_its_catalogue(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "neutralmodes", "certify", "skew-lorenz", "--no-evidence", folder=tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_checker_runs_without_any_package(installed: Path, tmp_path: Path) -> None:
    """From a folder that holds the checker alone: no site-packages, no environment."""
    import shutil

    checker = Path(__file__).resolve().parent.parent / "proofs_check" / "neutralmodes_check"
    shutil.copytree(checker, tmp_path / "neutralmodes_check")
    run(installed / "neutralmodes", "new", "mine", folder=tmp_path)
    run(
        installed / "neutralmodes",
        "certify",
        "mine.py:system",
        "--no-evidence",
        "--out",
        ".",
        folder=tmp_path,
    )
    bare = ["-S", "-E", "-s", "-m", "neutralmodes_check", "mine.json"]
    checked = run(Path(sys.executable), *bare, folder=tmp_path)
    assert checked.returncode == 0, checked.stdout + checked.stderr
