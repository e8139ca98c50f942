"""Targets: what the command line can be pointed at, and the one line that says why it cannot."""

from __future__ import annotations

import pkgutil
import tomllib
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

import neutralmodes_systems
from neutralmodes import targets
from neutralmodes.errors import TargetError
from neutralmodes.scaffold import write_template
from neutralmodes.system import System
from neutralmodes.targets import resolve

HEAD = "import sympy as sp, neutralmodes as nm\nx, y = sp.symbols('x y', real=True)\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_template("mine")
    return tmp_path


def refusal(target: str) -> str:
    with pytest.raises(TargetError) as caught:
        resolve(target)
    return str(caught.value)


def test_a_file_gives_its_system(folder: Path) -> None:
    assert isinstance(resolve("mine.py:system"), System)
    assert resolve(f"{folder}/mine.py:system").name == "mine"


def test_a_module_of_the_current_folder_gives_its_system(folder: Path) -> None:
    assert resolve("mine:system").name == "mine"


def test_a_file_may_import_its_neighbours(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "neighbour_of_target.py").write_text("NAME = 'named by a neighbour'")
    source = (folder / "mine.py").read_text().replace('"mine", field', "NAME, field")
    (folder / "sub" / "other.py").write_text("from neighbour_of_target import NAME\n" + source)
    assert resolve("sub/other.py:system").name == "named by a neighbour"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("nothing-like-it", ["no system 'nothing-like-it'", "neutralmodes systems", "file.py:NAME"]),
        ("mine.py", ["mine.py:system"]),
        ("mine.toml", ["--data mine.toml"]),
        ("main.py:system", ["no file main.py", "did you mean mine.py?"]),
        ("mine.py:sistem", ["no 'sistem'", "it defines system"]),
        ("mine.py:r2", ["an Add, not a neutralmodes.System"]),
        ("absent.module:system", ["no module 'absent'"]),
        ("bad name:system", ["neither a module nor a file"]),
        (":system", ["neither a module nor a file"]),
    ],
)
def test_a_wrong_target_is_named_with_the_remedy(folder: Path, target: str, words: list[str]) -> None:
    said = refusal(target)
    assert "\n" not in said
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("x = (\n", ["bad.py:3", "syntax error"]),
        ("1 / 0", ["bad.py:3", "ZeroDivisionError"]),
        ("import nothing_of_this_name", ["no module 'nothing_of_this_name'"]),
        ("raise SystemExit(0)", ["bad.py:3", "SystemExit"]),
        ("raise ValueError('two\\nlines')", ["ValueError: two lines"]),
        ("nm.VectorField([x, y], [x, y * sp.Symbol('z')])", ["bad.py:3", "unknown symbol 'z'"]),
        ("nm.VectorField([x, y], [x, sp.nan])", ["bad.py:3", "nan"]),
    ],
)
def test_a_target_that_fails_is_one_line_with_its_place(folder: Path, body: str, words: list[str]) -> None:
    (folder / "bad.py").write_text(HEAD + body)
    said = refusal("bad.py:system")
    assert "\n" not in said
    assert all(word in said for word in words), said


def test_what_a_target_prints_is_not_data(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "loud.py").write_text("print('loud')\n" + (folder / "mine.py").read_text())
    resolve("loud.py:system")
    streams = capsys.readouterr()
    assert (streams.out, streams.err) == ("", "loud\n")


def test_an_interrupt_is_not_an_input_error(folder: Path) -> None:
    (folder / "bad.py").write_text("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        resolve("bad.py:system")


def test_every_system_of_the_catalogue_is_registered_under_its_own_name(root: Path) -> None:
    registered = tomllib.loads((root / "pyproject.toml").read_text())["project"]["entry-points"][targets.CATALOGUE]
    written = {
        value.name: f"{module.name}:{variable}"
        for module in pkgutil.iter_modules(neutralmodes_systems.__path__, "neutralmodes_systems.")
        for variable, value in vars(import_module(module.name)).items()
        if isinstance(value, System)
    }
    elsewhere = {name: value for name, value in registered.items() if not value.startswith("neutralmodes_systems.")}
    assert written | elsewhere == registered
    for name, value in elsewhere.items():
        module, _, variable = value.partition(":")
        assert getattr(import_module(module), variable).name == name


def test_a_misspelt_catalogue_name_is_suggested(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {name: EntryPoint(name, "no:where", targets.CATALOGUE) for name in ("skew-lorenz", "hopf")}
    monkeypatch.setattr(targets, "catalogue", lambda: names)
    assert "did you mean skew-lorenz?" in refusal("skew-lorentz")


def test_the_template_refuses_to_overwrite_and_to_leave_its_folder(folder: Path) -> None:
    from neutralmodes.errors import InputError

    before = (folder / "mine.py").read_text()
    (folder / "mine.py").write_text(before + "# mine\n")
    with pytest.raises(InputError, match="exists"):
        write_template("mine")
    assert (folder / "mine.py").read_text().endswith("# mine\n")
    for name in ("../up", "class", "two words", ""):
        with pytest.raises(InputError, match="cannot name a Python file"):
            write_template(name)
