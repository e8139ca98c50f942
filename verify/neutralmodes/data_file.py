"""Polynomial systems from TOML: a description that is read and never executed, for untrusted input.

    name = "hopf"
    kind = "flow"                              # or "map"
    group = "SO(2)"                            # optional
    region = ["x^2 + y^2 - 1/4", "4 - x^2 - y^2"]   # each >= 0
    start = [1, 0]
    [rule]
    x = "x*(1 - x^2 - y^2) - y"
    y = "y*(1 - x^2 - y^2) + x"
    [[generators]]                             # a component left out is 0
    x = "-y"
    y = "x"

Optional too: constraints and integrals (lists), at_least, and the tables parameters
(``a = "1/10"``, or ``a = [0, 1]`` for every value) and inputs (``u = [-1, 1]``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from neutralmodes.errors import InputError, TargetError
from neutralmodes.exact.expression import rational, to_json
from neutralmodes.exact.infix import polynomial_tree
from neutralmodes.rebuild import system_from_statement
from neutralmodes.system import System

_MAX_BYTES = 1_000_000
_NAME = re.compile(r"\w[\w .()-]{0,63}")
_KEYS = {
    "name", "kind", "group", "region", "constraints", "integrals", "start", "at_least",
    "rule", "generators", "parameters", "inputs",
}  # fmt: skip
_NEEDED = ("name", "rule", "generators", "start")


def read_system(path: str) -> System:
    """The system that a TOML file describes; nothing in the file is executed or imported.

    Raises TargetError for a file that cannot be read, InputError for one that describes no system:
    an unknown key, a name that is not declared, an expression that is no polynomial or is too large.
    """
    return system_of(read_toml(path), path)


def system_of(data: Mapping[str, Any], where: str) -> System:
    """The system of parsed TOML; ``where`` begins the message of every error."""
    try:
        return system_from_statement(_statement(data))
    except (InputError, ValueError) as error:
        raise InputError(f"{where}: {error}") from error


def read_toml(path: str) -> dict[str, Any]:
    """A TOML file as plain data, its floats as exact fractions.

    Raises TargetError where it cannot be read or is not TOML.
    """
    try:
        with Path(path).open("rb") as file:
            text = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise TargetError(f"cannot read {path}: {error.strerror or error}") from error
    if len(text) > _MAX_BYTES:
        raise TargetError(f"{path}: more than {_MAX_BYTES:,} bytes")
    try:
        return tomllib.loads(text.decode("utf-8"), parse_float=_decimal)
    except (ValueError, RecursionError) as error:
        raise TargetError(f"{path}: not TOML: {' '.join(str(error).split())}") from error


def _decimal(text: str) -> Fraction:
    """A TOML float as the decimal that is written, never as a binary one."""
    if len(text) > 60 or not re.fullmatch(r"[-+]?[\d_]+(\.[\d_]+)?([eE][-+]?\d{1,2})?", text):
        raise ValueError(f"the number {text[:20]!r} is not a short decimal")
    return Fraction(text)


def _statement(data: Mapping[str, Any]) -> dict[str, Any]:
    """The statement of a certificate, as docs/certificate.md describes it."""
    _check_keys(data)
    variables = list(_table(data, "rule"))
    parameters = {k: _value(v, f"parameter {k}") for k, v in _table(data, "parameters").items()}
    return {
        "name": _name(data["name"]),
        "kind": _kind(data.get("kind", "flow")),
        "variables": variables,
        "rule": [_tree(e, f"rule of {x}") for x, e in _table(data, "rule").items()],
        "generators": [_generator(g, i, variables) for i, g in enumerate(_list(data, "generators"))],
        "group": None if data.get("group") is None else _name(data["group"]),
        "angles": [],
        "inputs": {k: _range(v, f"input {k}") for k, v in _table(data, "inputs").items()},
        "parameters": parameters,
        "activations": {},
        "region": {"inequalities": _trees(data, "region")},
        "constraints": _trees(data, "constraints"),
        "integrals": _trees(data, "integrals"),
        "discrete": [],
        "start": [exact_number(v, "start") for v in _list(data, "start")],
        "at_least": data.get("at_least"),
    }


def _check_keys(data: Mapping[str, Any]) -> None:
    for key in data:
        if key not in _KEYS:
            close = get_close_matches(key, _KEYS, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(sorted(_KEYS))}"
            raise InputError(f"unknown key {key[:40]!r}; {hint}")
    for key in _NEEDED:
        if not data.get(key):
            raise InputError(f"{key!r} is missing or empty")


def _table(data: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = data.get(key, {})
    if not isinstance(found, dict):
        raise InputError(f"{key!r} must be a table, as in [{key}]")
    return found


def _list(data: Mapping[str, Any], key: str) -> list[Any]:
    found = data.get(key, [])
    if not isinstance(found, list):
        raise InputError(f"{key!r} must be a list")
    return found


def _name(value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise InputError(f"a name is at most 64 letters, digits, spaces, dots, dashes and brackets; got {value!r:.80}")
    return value


def _kind(value: Any) -> str:
    if value not in ("flow", "map"):
        raise InputError(f"kind must be 'flow' or 'map', got {value!r:.80}")
    return str(value)


def _generator(given: Any, index: int, variables: Sequence[str]) -> list[Any]:
    if not isinstance(given, dict):
        raise InputError(f"generator {index} must be a table, as in [[generators]]")
    for name in given:
        if name not in variables:
            raise InputError(f"generator {index}: {name[:40]!r} is not a variable; they are {', '.join(variables)}")
    return [_tree(given.get(x, "0"), f"generator {index}, component {x}") for x in variables]


def _trees(data: Mapping[str, Any], key: str) -> list[Any]:
    return [_tree(e, f"{key} {i}") for i, e in enumerate(_list(data, key))]


def _tree(value: Any, what: str) -> Any:
    if isinstance(value, str):
        return to_json(polynomial_tree(value, what))
    return exact_number(value, what)


def _value(value: Any, what: str) -> str | list[str]:
    return _range(value, what) if isinstance(value, list) else exact_number(value, what)


def _range(value: Any, what: str) -> list[str]:
    if not isinstance(value, list) or len(value) != 2:
        raise InputError(f"{what}: expected [lowest, highest], got {value!r:.80}")
    return [exact_number(v, what) for v in value]


def exact_number(value: Any, what: str) -> str:
    """A number, or a string that is a constant expression such as "8/3", as a reduced rational.

    Raises InputError for anything else.
    """
    if isinstance(value, str):
        tree = polynomial_tree(value, what)
        if not isinstance(tree, str) or tree[0].isalpha() or tree[0] == "_":
            raise InputError(f"{what}: expected a number, got {value[:40]!r}")
        return tree
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise InputError(f"{what}: expected a number or a string, got {value!r:.80}")
    return rational(Fraction(value))
