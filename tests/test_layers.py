"""Imports go down only: the floors of the house, enforced on the syntax of every file."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# Ground floor first. Rooms of one set may import each other, except the pairs in APART.
FLOORS: list[set[str]] = [
    {"verdict", "errors", "files", "once"},
    {"exact"},
    {"action", "algebra", "groups", "dynamics", "region", "statement", "functions"},
    {"system", "structural", "equivariants", "polynomial_integrals", "rebuild"},
    {"obligations", "evidence"},
    {"theorem"},
    {"certificate", "wording"},
    {"_certify", "_discover", "_found"},
    {"testing", "strategies", "adapters", "breaking"},
    {
        "report",
        "plot",
        "sweep",
        "targets",
        "data_file",
        "listing",
        "options",
        "earlier",
        "runs",
        "processes",
        "doctor",
        "scaffold",
        "experiments",
    },
    {"cli", "__main__"},
]
APART = [{"obligations", "evidence"}]
LEVEL = {room: level for level, rooms in enumerate(FLOORS) for room in rooms}
CHECKER_STANDS_ALONE = set(sys.stdlib_module_names) | {"neutralmodes_check"}


def imported_modules(source: str, package: str = "") -> Iterator[tuple[str, bool]]:
    """Absolute dotted names that the source imports, and whether it does so for types only.

    ``from a import b`` counts as a.b: b may be a module.
    """
    tree = ast.parse(source)
    typing = {id(inner) for node in ast.walk(tree) if _for_types_only(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in typing) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*up, *([node.module] if node.module else [])])
            yield from ((f"{base}.{alias.name}", id(node) in typing) for alias in node.names)


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def breaches(room: str, source: str, package: str = "neutralmodes") -> list[str]:
    """What a file of ``room`` imports and may not."""
    found = []
    for name, for_types in imported_modules(source, package):
        if name.startswith(("neutralmodes_systems", "neutralmodes_experiments")):
            found.append(f"{room} imports {name}: nothing here may know the catalogue")
        elif name.startswith("neutralmodes_check") and room != "cli":
            found.append(f"{room} imports {name}: the checker is for the command line")
        elif name.split(".")[0] == "neutralmodes" and name != "neutralmodes.__version__" and not for_types:
            other = (*name.split("."), "")[1]
            if other not in LEVEL:
                found.append(f"{room} imports {name}: the front door is for others")
            elif not _may_import(room, other):
                found.append(f"{room} imports {other}: up or across")
    return found


def _may_import(room: str, other: str) -> bool:
    return LEVEL[other] <= LEVEL.get(room, -1) and (room == other or {room, other} not in APART)


def library_files(root: Path) -> Iterator[tuple[str, str, Path]]:
    """(room, package, file) for every file of the library but its front door."""
    home = root / "verify" / "neutralmodes"
    for path in sorted(home.rglob("*.py")):
        parts = path.relative_to(home).with_suffix("").parts
        if parts != ("__init__",):
            yield parts[0], ".".join(["neutralmodes", *parts[:-1]]), path


def test_every_room_of_the_library_stands_on_a_floor(root: Path) -> None:
    assert {room for room, _, _ in library_files(root)} <= set(LEVEL)


def test_the_library_imports_downwards_only(root: Path) -> None:
    found = [b for room, package, path in library_files(root) for b in breaches(room, path.read_text(), package)]
    assert not found


@pytest.mark.parametrize(
    ("room", "source", "package"),
    [
        ("exact", "from neutralmodes.system import System", "neutralmodes.exact"),
        ("exact", "from neutralmodes import system", "neutralmodes.exact"),
        ("exact", "from .. import system", "neutralmodes.exact"),
        ("exact", "from ..system import System", "neutralmodes.exact"),
        ("region", "def f():\n    import neutralmodes._certify", "neutralmodes"),
        ("evidence", "from neutralmodes.obligations import rank", "neutralmodes.evidence"),
        ("obligations", "import neutralmodes.evidence.spectrum", "neutralmodes.obligations"),
        ("exact", "import neutralmodes as nm", "neutralmodes.exact"),
        ("exact", "from neutralmodes import System", "neutralmodes.exact"),
        ("theorem", "import neutralmodes_systems.hopf", "neutralmodes"),
        ("certificate", "from neutralmodes_check import main", "neutralmodes"),
    ],
)
def test_a_forbidden_import_is_caught(room: str, source: str, package: str) -> None:
    assert len(breaches(room, source, package)) == 1


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("system", "from neutralmodes.region import Region"),
        ("groups", "from neutralmodes.action import LieAction"),
        ("cli", "from neutralmodes_check.__main__ import main"),
        ("cli", "from neutralmodes import __version__"),
        ("verdict", "if TYPE_CHECKING:\n    from neutralmodes.system import System"),
    ],
)
def test_a_lawful_import_passes(room: str, source: str) -> None:
    assert not breaches(room, source)


def test_the_checker_imports_the_standard_library_only(root: Path) -> None:
    for path in (root / "proofs_check" / "neutralmodes_check").rglob("*.py"):
        used = {name.split(".")[0] for name, _ in imported_modules(path.read_text(), "neutralmodes_check")}
        assert used <= CHECKER_STANDS_ALONE, path


def test_the_catalogue_uses_public_names_only(root: Path) -> None:
    for path in (root / "systems").rglob("*.py"):
        names = {name for name, _ in imported_modules(path.read_text(), path.parent.name)}
        ours = {name for name in names if name.split(".")[0] == "neutralmodes"}
        assert ours <= {"neutralmodes"}, path


def test_the_plugin_loads_with_the_standard_library_and_pytest_only(root: Path) -> None:
    tree = ast.parse((root / "verify" / "_neutralmodes_pytest.py").read_text())
    at_load = [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    used = {name.split(".")[0] for name, _ in imported_modules("\n".join(at_load))}
    assert used <= set(sys.stdlib_module_names) | {"pytest"}


def test_no_module_bears_the_name_of_a_public_function(root: Path) -> None:
    import neutralmodes as nm

    home = root / "verify" / "neutralmodes"
    modules = {path.stem for path in home.glob("*.py")} | {path.name for path in home.iterdir() if path.is_dir()}
    assert not modules & set(nm._HOME)


def test_every_public_name_resolves() -> None:
    import neutralmodes as nm

    assert all(getattr(nm, name) is not None for name in nm.__all__)
    assert set(nm.__all__) == {*nm._HOME, *nm._SUBMODULES, "__version__"}
    assert set(nm.__all__) <= set(dir(nm))
