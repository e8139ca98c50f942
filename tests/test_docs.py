"""The documentation site: it builds without a warning, and its reference is complete. Its blocks run in test_readme."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import neutralmodes as nm

needs_mkdocs = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("mkdocs", "mkdocstrings", "material")),
    reason="the site needs the extra [docs]: pip install 'neutralmodes[docs]'",
)


def build(folder: Path, site: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of the checkout in ``folder``, warnings being errors."""
    roots = os.pathsep.join(str(folder / name) for name in ("verify", "systems", "proofs_check"))
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(site)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": roots, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(Path(__file__).resolve().parent.parent, folder)
    assert done.returncode == 0, done.stderr
    return folder


@needs_mkdocs
def test_every_public_name_has_its_place_in_the_reference(site: Path) -> None:
    page = (site / "reference" / "python" / "index.html").read_text(encoding="utf-8")
    anchors = set(re.findall(r'id="(neutralmodes\.[\w.]+)"', page))
    for name, module in nm._HOME.items():
        assert f"neutralmodes.{module}.{name}" in anchors
    assert {f"neutralmodes.{name}" for name in nm._SUBMODULES} <= anchors


@needs_mkdocs
def test_every_command_and_option_is_in_the_reference(site: Path) -> None:
    from neutralmodes.cli import cli

    page = (site / "reference" / "command-line" / "index.html").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        assert f'<h2 id="{name}">' in page
        for parameter in command.params:
            assert all(option in page for option in parameter.opts if option.startswith("--"))


@needs_mkdocs
def test_a_page_asks_nothing_of_other_machines(site: Path) -> None:
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(https?:[^"]+)"', text)
        assert not loaded, path


@needs_mkdocs
def test_a_broken_link_breaks_the_build(root: Path, tmp_path: Path) -> None:
    for name in ("docs", "verify", "systems", "proofs_check"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "mkdocs.yml", tmp_path)
    index = tmp_path / "docs" / "index.md"
    index.write_text(index.read_text() + "\n[nowhere](no-such-page.md)\n")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode != 0
    assert "no-such-page.md" in done.stderr


@pytest.fixture(scope="module")
def docstrings() -> ModuleType:
    pytest.importorskip("griffe")
    path = Path(__file__).resolve().parent.parent / "docs" / "_docstrings.py"
    spec = importlib.util.spec_from_file_location("_docstrings", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_prose_after_the_parameters_is_no_parameter(docstrings: ModuleType) -> None:
    text = "Do it.\n\nParameters\n----------\na : one.\nb, c : two.\n\nRaises InputError for both.\n\n>>> do(1)\n2"
    assert docstrings.sectioned(text) == (
        "Do it.\n\nParameters\n----------\na\n    one.\nb, c\n    two.\n\nNotes\n-----\nRaises InputError for both."
        "\n\nExamples\n--------\n>>> do(1)\n2"
    )


def test_a_docstring_without_sections_is_left_alone(docstrings: ModuleType) -> None:
    assert docstrings.sectioned("Do it.\n\nAnd this: that.") == "Do it.\n\nAnd this: that."


def test_every_page_is_in_the_navigation_and_every_entry_is_a_page(root: Path) -> None:
    named = set(re.findall(r"[\w/-]+\.md", (root / "mkdocs.yml").read_text(encoding="utf-8")))
    assert named == {str(path.relative_to(root / "docs")) for path in (root / "docs").rglob("*.md")}
