"""Our docstrings as numpydoc reads them: prose after the parameters becomes notes, a doctest an example."""

from __future__ import annotations

import re
from typing import Any

import griffe

_PARAMETER = re.compile(r"\*{0,2}\w+(, \*{0,2}\w+)* : ")


class Docstrings(griffe.Extension):
    """Gives every docstring its section headers before it is parsed."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring is not None:
            obj.docstring.value = sectioned(obj.docstring.value)


def sectioned(text: str) -> str:
    """The docstring with a header where a section ends without one."""
    parts, inside = [], ""
    for part in re.split(r"\n\s*\n", text):
        if re.match(r"\w+\n-{3,}", part):
            part, inside = _described(part), "parameters"
        elif part.startswith(">>>"):
            part, inside = part if inside == "example" else f"Examples\n--------\n{part}", "example"
        elif inside == "example" or (inside == "parameters" and not _PARAMETER.match(part) and part[:1] != " "):
            part, inside = f"Notes\n-----\n{part}", "notes"
        elif inside == "parameters":
            part = _described(part)
        parts.append(part)
    return "\n\n".join(parts)


def _described(part: str) -> str:
    """Ours say what a parameter is after the colon; the types are those of the signature."""
    return re.sub(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*) : ", r"\1\n    ", part, flags=re.MULTILINE)
