"""Systems of the dysts collection by name: their rules traced, their numbers made exact.

dysts (https://github.com/williamgilpin/dysts) is an optional extra; only its equations and data are read.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy as sp

from neutralmodes.action import LieAction
from neutralmodes.dynamics import VectorField
from neutralmodes.errors import InputError, MissingExtra
from neutralmodes.statement import Reader

if TYPE_CHECKING:
    from neutralmodes.system import System

_FUNCTIONS = ("sin", "cos", "tan", "exp", "log", "sqrt", "sinh", "cosh", "tanh", "sign", "pi")
_INVERSES = {"arctan": sp.atan, "arcsin": sp.asin, "arccos": sp.acos, "abs": sp.Abs, "absolute": sp.Abs}
_ARRAYS = {"zeros_like": np.zeros_like, "matmul": np.matmul, "array": np.array}


class _Known(SimpleNamespace):
    """The names that a right-hand side may use; any other is named in the error, with where it was looked for."""

    def __init__(self, what: str, **known: Any) -> None:
        super().__init__(**known)
        self._what = what

    def __getattr__(self, name: str) -> Any:
        raise InputError(f"it uses {name!r}, which is no {self._what}")


_NUMPY = _Known(
    "numpy function that is traced", **{name: getattr(sp, name) for name in _FUNCTIONS}, **_INVERSES, **_ARRAYS
)


def names() -> list[str]:
    """The continuous systems of dysts that are no delay equations, sorted."""
    return sorted(name for name, data in _catalogue().items() if not data.get("delay"))


def stored(name: str) -> Mapping[str, Any]:
    """What dysts stores about a system: parameters, initial_conditions, lyapunov_spectrum_estimated, ...

    Raises InputError for a name that dysts does not have, or a delay equation.
    """
    if name not in names():
        close = get_close_matches(name, names(), n=3)
        hint = f"did you mean {' or '.join(close)}?" if close else "see neutralmodes.adapters.dysts.names()"
        raise InputError(f"dysts has no continuous system {name!r} without delay; {hint}")
    return _catalogue()[name]


def vector_field(name: str) -> VectorField:
    """The rule of a dysts system, every float read as its shortest decimal.

    Raises InputError where there is no such system, or its code cannot be traced with symbols.
    """
    data = stored(name)
    written, n = _written(name), len(data["initial_conditions"])
    values = {label: _exact(value) for label, value in data["parameters"].items()}
    t = sp.Symbol("t", real=True)
    labels = [argument.arg for argument in written.args.args]
    scope: dict[str, Any] = {"np": _NUMPY}
    exec(compile(ast.Module([written], []), f"dysts:{name}", "exec"), scope)
    try:
        if written.name == "_rhs":  # (x, y, ..., t, parameter, ...)
            symbols = [sp.Symbol(label, real=True) for label in labels[:n]]
            found = scope["_rhs"](*symbols, t, *(values[label] for label in labels[n + 1 :]))
        else:  # (self, X, t)
            symbols = list(sp.symbols(f"x0:{n}", real=True))
            found = scope["rhs"](_Known("parameter that dysts stores", **values), np.array(symbols, dtype=object), t)
        return VectorField(symbols, [_decimal(sp.sympify(f)) for f in found])
    except (TypeError, AttributeError, ValueError, KeyError, InputError) as error:
        raise InputError(f"dysts:{name} cannot be traced with symbols: {error}") from error


def system(name: str) -> System:
    """The system with the linear symmetries that ``discover`` finds; without one, with the flow itself as its group R.

    Raises InputError as ``vector_field`` does.
    """
    from neutralmodes._discover import discover
    from neutralmodes.system import System

    field = vector_field(name)
    try:
        found = discover(field, 1).action
    except InputError:  # it looks at polynomial and rational rules only
        found = None
    action = found or LieAction.from_trees(field.variables, [field.rule], "R")
    start = [Reader(decimal=True).number(v, "start") for v in stored(name)["initial_conditions"]]
    reference = {"equation": f"dysts: {name}", "source": stored(name).get("citation", "dysts")}
    return System(name, field, action, start=start, reference=reference)


def _written(name: str) -> ast.FunctionDef:
    """The right-hand side as dysts writes it, in the class or in the one that it inherits from.

    Its source is read instead of imported, which would need dysts' own dependencies.
    """
    home: str | None = name
    while home is not None:
        node = next((n for n in _source().body if isinstance(n, ast.ClassDef) and n.name == home), None)
        parts = {part.name: part for part in (node.body if node else []) if isinstance(part, ast.FunctionDef)}
        if found := parts.get("_rhs") or parts.get("rhs"):
            found.decorator_list = []
            return found
        bases = [base.id for base in (node.bases if node else []) if isinstance(base, ast.Name)]
        home = bases[0] if bases else None
    raise InputError(f"dysts:{name} has no right-hand side in dysts/flows.py")


@cache
def _source() -> ast.Module:
    return ast.parse((_folder() / "flows.py").read_text(encoding="utf-8"))


def _exact(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return np.array([_exact(part) for part in value], dtype=object)
    return value if value is None else sp.Rational(format(value, ".15g"))


def _decimal(expression: sp.Expr) -> sp.Expr:
    """Floats written in the code, as 0.5 is, by their shortest decimals."""
    floats = expression.atoms(sp.Float)
    return expression.xreplace({number: sp.Rational(format(float(number), ".15g")) for number in floats})


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    path = _folder() / "data" / "chaotic_attractors.json"
    data: dict[str, dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return data


def _folder() -> Path:
    spec = find_spec("dysts")
    if spec is None or spec.origin is None:
        raise MissingExtra("dysts:NAME needs dysts: pip install 'neutralmodes[bench]'")
    return Path(spec.origin).parent
