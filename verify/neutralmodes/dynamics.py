"""Rules: autonomous vector fields and maps with exact coefficients, parameters and inputs."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np
import sympy as sp

from neutralmodes.errors import ExpressionError, InputError
from neutralmodes.exact.expression import OPERATORS, Tree, names
from neutralmodes.statement import Reader, complex_parts, symbol_names


@dataclass(frozen=True)
class Interval:
    """A closed interval of exact rationals; a proof over it holds for every value.

    >>> Interval(0, "1/2").hi
    Fraction(1, 2)
    """

    lo: Fraction
    hi: Fraction

    def __init__(self, lo: Any, hi: Any) -> None:
        read = Reader()
        object.__setattr__(self, "lo", read.number(lo, "interval's lower end"))
        object.__setattr__(self, "hi", read.number(hi, "interval's upper end"))
        if self.lo > self.hi:
            raise InputError(f"empty interval: lower end {self.lo} is above upper end {self.hi}")

    @property
    def middle(self) -> Fraction:
        return (self.lo + self.hi) / 2


class Dynamics:
    """An n-dimensional rule, exact. Use ``VectorField`` or ``Map``.

    Parameters
    ----------
    variables : n distinct symbols or names.
    rule : n sympy expressions.
    parameters : {symbol: exact value, or Interval (the proof holds for all values)}.
    inputs : {symbol: Interval} external inputs, constant in the action.
    drive : {input: expression in t} used by the numbers only (default: the interval's middle).
    angles : variables taken modulo 2 pi.
    activations : {name: (symbol, derivative expression)} user functions and their derivative rules;
        an undeclared sympy Function stands for every C^1 function of its arguments.

    Raises InputError or ExpressionError naming the culprit: lengths, unknown or doubled symbols,
    NaN, infinity, complex coefficients.
    """

    kind: ClassVar[str]
    function: Callable[..., Any] | None = None  # of a black box
    jvp: Callable[..., Any] | str = "auto"
    notes: tuple[str, ...] = ()  # on its derivatives, for the numbers

    def __init__(
        self,
        variables: Sequence[Any],
        rule: Sequence[Any],
        *,
        parameters: Mapping[Any, Any] | None = None,
        inputs: Mapping[Any, Any] | None = None,
        drive: Mapping[Any, Any] | None = None,
        angles: Sequence[Any] = (),
        activations: Mapping[str, tuple[Any, Any]] | None = None,
    ) -> None:
        self.variables = symbol_names(variables, "variables")
        rule = list(rule)
        if len(rule) != len(self.variables):
            raise InputError(
                f"rule has {len(rule)} components for {len(self.variables)} variables "
                f"({', '.join(self.variables)}); give one expression per variable"
            )
        self.parameters = _parameters(parameters or {})
        self.inputs = {k: _interval(v, f"input {k}") for k, v in _named(inputs or {}, "inputs").items()}
        self._check_shadows()
        self.angles = _subset(angles, self.variables, "angles")
        functions = frozenset(activations or {})
        opaque: set[str] = set()
        self._reader = Reader(functions=functions, opaque=opaque)
        self.activations = self._read_activations(activations or {})
        labels = [f"rule of {name}" for name in self.variables]
        self.rule = tuple(self._reader.tree(e, what) for e, what in zip(rule, labels, strict=True))
        check_names(self.rule, self.symbols, labels)
        self.activations |= dict.fromkeys(sorted(opaque), ("s", None))
        self._check_functions()
        self.floats = self._reader.floats
        exact_twin = Reader(decimal=True, functions=functions, opaque=opaque)
        self.decimal_rule = tuple(exact_twin.tree(e, "rule") for e in rule) if self.floats else self.rule
        self.drive = self._read_drive(drive or {})
        self.complex_pairs: tuple[str, ...] = ()

    @classmethod
    def complex(cls, rules: Mapping[Any, Any], real: Mapping[Any, Any] | None = None, **options: Any) -> Self:
        """The rule of complex coordinates z = re_z + i im_z and of real ones, split exactly.

        >>> z = sp.Symbol("z")
        >>> VectorField.complex({z: (1 - z * sp.conjugate(z)) * z}).variables
        ('re_z', 'im_z')
        """
        symbols, split = complex_parts(rules, real)
        made = cls(symbols, split, **options)
        made.complex_pairs = tuple(z.name for z in rules)
        return made

    @classmethod
    def from_function(
        cls, function: Callable[..., Any], n: int, *, jvp: Callable[..., Any] | str = "auto", **options: Any
    ) -> Self:
        """The rule traced from ``function(t, y)``, y of shape (n,), by calling it on symbols.

        A function that cannot be traced is a black box (see ``black_box``, also for ``jvp``).
        Raises ExpressionError where a traced function depends on t.
        """
        symbols = sp.symbols(f"x0:{n}", real=True)
        t = sp.Symbol("t", real=True)
        try:
            values = [sp.sympify(v) for v in function(t, np.array(symbols, dtype=object))]
        except Exception:  # whatever the user's function raises on symbols
            return cls.black_box(function, n, jvp=jvp, **options)
        return cls(symbols, values, **options)

    @classmethod
    def black_box(
        cls,
        function: Callable[..., Any],
        n: int,
        *,
        jvp: Callable[..., Any] | str = "auto",
        variables: Sequence[Any] | None = None,
        **options: Any,
    ) -> Self:
        """A rule of which only values are known: numerical evidence, and every proof UNDECIDED.

        To the exact part its components are unknown functions of its variables.

        Parameters
        ----------
        function : (t, y) -> (n,), for floats y of shape (n,); autonomous.
        jvp : the derivative along a vector, (t, y, v) -> (n,); or "complex" (complex step, for functions
            that take complex y), "difference" (central differences), "auto" (complex where it works).
        """
        labels = symbol_names([f"x{i}" for i in range(n)] if variables is None else variables, "variables")
        symbols = [sp.Symbol(name, real=True) for name in labels]
        made = cls(symbols, [sp.Function(f"rule{i}")(*symbols) for i in range(n)], **options)
        made.function, made.jvp = function, jvp
        return made

    def _check_shadows(self) -> None:
        groups = {
            "variable": self.variables,
            "parameter": tuple(self.parameters),
            "input": tuple(self.inputs),
        }
        seen: dict[str, str] = {}
        for role, found in groups.items():
            for name in found:
                if name in seen:
                    raise InputError(f"the symbol {name!r} is both a {seen[name]} and a {role}; rename one")
                seen[name] = role

    def _read_activations(self, given: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[str, Tree]]:
        found = {}
        for name, (argument, derivative) in given.items():
            if not str(name).isidentifier() or name in OPERATORS:
                raise InputError(f"activation {name!r}: not an identifier")
            (variable,) = symbol_names([argument], f"activation {name}")
            tree = self._reader.tree(derivative, f"derivative of {name}")
            check_names([tree], (variable,), [f"derivative of {name}"])
            found[name] = (variable, tree)
        return found

    def _check_functions(self) -> None:
        for name in self.activations:
            if name in self.symbols:
                raise InputError(f"{name!r} is both a function and a symbol; rename one")

    def _read_drive(self, given: Mapping[Any, Any]) -> dict[str, Tree]:
        drive = _named(given, "drive")
        for name in drive:
            if name not in self.inputs:
                raise InputError(f"drive of {name!r}: not an input; inputs are {', '.join(self.inputs) or 'none'}")
        trees = {k: self._reader.tree(v, f"drive of {k}") for k, v in drive.items()}
        check_names(trees.values(), ("t",), [f"drive of {k}" for k in trees])
        return trees

    @property
    def n(self) -> int:
        """The dimension of the state."""
        return len(self.variables)

    @property
    def symbols(self) -> tuple[str, ...]:
        """Every name that a rule may use."""
        return (*self.variables, *self.inputs, *self.parameters)

    @property
    def names(self) -> tuple[str, ...]:
        """The indeterminates of a proof: variables, inputs (sorted), interval parameters (sorted)."""
        free = sorted(k for k, v in self.parameters.items() if isinstance(v, Interval))
        return (*self.variables, *sorted(self.inputs), *free)

    @property
    def values(self) -> dict[str, Fraction]:
        """The parameters with an exact value."""
        return {k: v for k, v in self.parameters.items() if isinstance(v, Fraction)}

    @property
    def ranges(self) -> dict[str, Interval]:
        """The interval of every indeterminate that is not a variable, in the order of ``names``."""
        boxes = {**self.inputs, **{k: v for k, v in self.parameters.items() if isinstance(v, Interval)}}
        return {name: boxes[name] for name in self.names[self.n :]}


class VectorField(Dynamics):
    """An autonomous C^1 vector field x' = f(x); parameters as in ``Dynamics``.

    >>> x, y = sp.symbols("x y")
    >>> VectorField([x, y], [-y, x]).rule
    (('*', '-1', 'y'), 'x')
    """

    kind = "flow"


class Map(Dynamics):
    """A C^1 map x+ = F(x); parameters as in ``Dynamics``.

    >>> x = sp.Symbol("x")
    >>> Map([x], [4 * x * (1 - x)]).kind
    'map'
    """

    kind = "map"


def check_names(trees: Iterable[Tree], known: Sequence[str], labels: Sequence[str]) -> None:
    """ExpressionError for a name in a tree that is not known, with a suggestion."""
    for tree, label in zip(trees, labels, strict=True):
        for name in sorted(names(tree) - set(known)):
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else "add it to variables, parameters or inputs"
            if name == "t":
                hint = "explicit time is not autonomous: add an angle with rate 1 instead"
            raise ExpressionError(f"{label}: unknown symbol {name!r}; {hint} (known: {', '.join(known)})")


def _named(given: Mapping[Any, Any], what: str) -> dict[str, Any]:
    if not given:
        return {}
    return dict(zip(symbol_names(list(given), what), given.values(), strict=True))


def _parameters(given: Mapping[Any, Any]) -> dict[str, Fraction | Interval]:
    read = Reader()
    return {
        name: value if isinstance(value, Interval) else read.number(value, f"parameter {name}")
        for name, value in _named(given, "parameters").items()
    }


def _interval(value: Any, what: str) -> Interval:
    if isinstance(value, Interval):
        return value
    if isinstance(value, (tuple, list)) and len(value) == 2:
        return Interval(*value)
    raise InputError(f"{what}: expected Interval(lo, hi), got {value!r}")


def _subset(given: Sequence[Any], known: Sequence[str], what: str) -> tuple[str, ...]:
    found = symbol_names(given, what) if len(given) else ()
    for name in found:
        if name not in known:
            raise InputError(f"{what}: {name!r} is not a variable (variables: {', '.join(known)})")
    return found
