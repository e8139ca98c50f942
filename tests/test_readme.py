"""The documents tell the truth: every block of README.md and of docs/ that shows a run is run.

- ```` ```python ```` blocks of one document run in order in one namespace; a ```` ```text ```` block right
  after one is what it prints; the functions ``test_*`` of a block are called.
- ```` ```python title="NAME.py" ```` (or toml) is written to the folder in which the blocks run.
- ```` ```console ```` blocks run each line after ``$``; the lines below it are what it prints, both streams
  together; ``$ echo $?`` shows its exit code; ``...`` stands for anything.
- ```` ```sh ```` blocks are advice on a machine that is not ours, and do not run.

`python tests/test_readme.py README.md` writes what is true now in the place of what is shown.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\S+)[ ]?(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block; ``adjacent`` where only white space is between it and the one before."""

    language: str
    title: str
    body: str
    start: int
    line: int
    adjacent: bool


def blocks(text: str) -> Iterator[Block]:
    end = 0
    for match in FENCE.finditer(text):
        title = re.search(r'title="([^"]+)"', match[2])
        line, adjacent = text.count("\n", 0, match.start()) + 1, not text[end : match.start()].strip()
        yield Block(match[1], title[1] if title else "", match[3], match.start(3), line, adjacent)
        end = match.end()


def shows(expected: str, got: str) -> bool:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(expected.strip() + "\n", got.strip() + "\n", flags)


def lies(text: str, folder: Path) -> list[tuple[Block, str]]:
    """Run every block in order; those that show something else than what happens, with the truth."""
    namespace: dict[str, object] = {"__name__": "__document__"}
    printed, found = "", []
    for block in blocks(text):
        truth = block.body
        if block.language in ("python", "toml") and block.title:
            (folder / block.title).write_text(block.body, encoding="utf-8")
        elif block.language == "python":
            printed = run_python(block, namespace)
        elif block.language == "text" and block.adjacent:
            truth = block.body if shows(block.body, printed) else printed
        elif block.language == "console":
            truth = run_console(block, folder)
        if truth != block.body:
            found.append((block, truth))
    return found


def run_python(block: Block, namespace: dict[str, object]) -> str:
    before = dict(namespace)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(block.body, f"document, line {block.line}", "exec"), namespace)
        for name, value in namespace.items():
            if name.startswith("test_") and callable(value) and before.get(name) is not value:
                value()
    return out.getvalue()


def run_console(block: Block, folder: Path) -> str:
    """The block as it should be: each command with what it shows where that is true, else the truth."""
    code, parts = 0, []
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        if command.strip() == "echo $?":
            got = f"{code}\n"
        else:
            done = subprocess.run(
                command, shell=True, cwd=folder, env=shell(folder), text=True, check=False, timeout=600,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
            code, got = done.returncode, done.stdout
        parts.append(f"$ {command}\n" + (expected if shows(expected, got) else got))
    return "".join(parts)


def shell(folder: Path) -> dict[str, str]:
    """An environment in which `neutralmodes` and `python3` are those of this checkout."""
    scripts = folder / ".scripts"
    scripts.mkdir(exist_ok=True)
    python = shlex.quote(sys.executable)
    for name, arguments in {"neutralmodes": "-m neutralmodes", "python3": "", "python": ""}.items():
        (scripts / name).write_text(f'#!/bin/sh\nexec {python} {arguments} "$@"\n')
        (scripts / name).chmod(0o755)
    roots = os.pathsep.join(str(ROOT / name) for name in ("verify", "systems", "proofs_check"))
    return os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": roots}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_document_shows_what_happens(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    if "import torch" in text:
        pytest.importorskip("torch")
    assert_true(text, tmp_path)


def assert_true(text: str, folder: Path) -> None:
    for block, truth in lies(text, folder):
        pytest.fail(f"the block at line {block.line} should read\n{truth}")


GOOD = {
    "python and its output": "```python\nprint(1 + 1)\n```\n\n```text\n2\n```",
    "console, both streams and code": "```console\n$ echo a; echo b >&2; exit 3\na\nb\n$ echo $?\n3\n```",
    "ellipsis": "```console\n$ echo one two three\none ... three\n```",
    "file": '```python title="a.py"\nprint(5)\n```\n```console\n$ python3 a.py\n5\n```',
    "one namespace": "```python\na = 1\n```\ntext\n```python\nassert a == 1\n```",
}
LIES = {
    "python and its output": "```python\nprint(1 + 1)\n```\n\n```text\n3\n```",
    "console": "```console\n$ echo a\nb\n```",
    "exit code": "```console\n$ exit 3\n$ echo $?\n0\n```",
    "failing test": "```python\ndef test_it():\n    assert False\n```",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_true_document_passes(text: str, tmp_path: Path) -> None:
    assert_true(text, tmp_path)


@pytest.mark.parametrize("text", LIES.values(), ids=LIES)
def test_a_document_that_lies_is_caught(text: str, tmp_path: Path) -> None:
    with pytest.raises((pytest.fail.Exception, AssertionError)):
        assert_true(text, tmp_path)


def test_an_updated_document_is_true(tmp_path: Path) -> None:
    text = f"before\n{LIES['console']}\nbetween\n{LIES['exit code']}\n{GOOD['ellipsis']}\nafter"
    assert_true(updated(text, tmp_path), tmp_path)
    assert GOOD["ellipsis"] in updated(text, tmp_path)


def updated(text: str, folder: Path) -> str:
    for block, truth in reversed(lies(text, folder)):
        text = text[: block.start] + truth + text[block.start + len(block.body) :]
    return text


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        documents = [Path(path).resolve() for path in sys.argv[1:]]
        os.chdir(name)
        for document in documents:
            document.write_text(updated(document.read_text(encoding="utf-8"), Path(name)), encoding="utf-8")
