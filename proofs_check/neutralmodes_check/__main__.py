"""Command line: python3 -S -E -s -m neutralmodes_check FILE... [--json].

Exit codes: 0 re-derived and CERTIFIED, 1 not re-derived, 2 unreadable, 3 re-derived with another
conclusion; of several files the worst, in the order 2, 1, 3, 0.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from .checker import check
from .refusal import MAX_BYTES, NotDerived, Unreadable
from .words import as_json, render

_SEVERITY = (0, 3, 1, 2)
_LONGEST = 400  # characters of a reason


def _read_file(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise Unreadable(f"cannot be opened: {error.strerror}") from None


def check_file(path: str) -> tuple[int, str, dict[str, Any]]:
    """Exit code, words and plain data for one file."""
    try:
        report = check(_read_file(path))
    except (Unreadable, NotDerived) as error:
        why = str(error) if len(str(error)) <= _LONGEST else f"{str(error)[:_LONGEST]} ..."
        code, how = (2, "unreadable") if isinstance(error, Unreadable) else (1, "NOT re-derived")
        return code, f"{path}: {how}: {why}", {"derived": False, "error": why}
    return 0 if report.certified else 3, render(report), as_json(report)


def main(arguments: list[str] | None = None) -> int:
    """Check the files and return the exit code."""
    parser = argparse.ArgumentParser(prog="neutralmodes_check", description="Check certificates exactly.")
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one document, or a list for several files")
    options = parser.parse_args(arguments)
    worst, documents = 0, []
    for path in options.files:
        code, words, data = check_file(path)
        worst = max(worst, code, key=_SEVERITY.index)
        documents.append({"file": path, "exit": code, **data})
        if not options.json:
            sys.stdout.write(words + "\n")
    if options.json:
        result = documents[0] if len(documents) == 1 else documents
        sys.stdout.write(json.dumps(result, indent=2, sort_keys=True) + "\n")
    return worst


if __name__ == "__main__":
    sys.exit(main())
