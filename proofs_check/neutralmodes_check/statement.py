"""The statement of a certificate, read and validated: what is claimed about which system."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .refusal import MAX_EXPONENT, MAX_NAMES, Unreadable
from .shape import choice, fields, integer, is_rational, label, listing, rational, rationals, show, text

ENTIRE = frozenset(["sin", "cos", "sinh", "cosh", "tanh", "exp", "atan", "sigmoid", "softplus", "erf"])
SMOOTH = ENTIRE | frozenset(["tan", "log", "sqrt", "asin", "acos"])
UNARY_ROUGH = frozenset(["abs", "sign", "floor", "ceiling", "heaviside"])
ROUGH = UNARY_ROUGH | frozenset(["max", "min", "atan2"])

Tree = Any
Box = tuple[Fraction, Fraction]

_IDENTITY = ["name", "kind", "variables", "rule", "generators", "group", "angles", "start", "at_least"]
_SETTING = ["inputs", "parameters", "activations", "region", "constraints", "integrals", "discrete"]


@dataclass(frozen=True)
class Statement:
    """The fields of docs/certificate.md; `names` are the indeterminates in their prescribed order."""

    name: str
    kind: str
    variables: tuple[str, ...]
    rule: list[Tree]
    generators: list[list[Tree]]
    group: str | None
    angles: tuple[str, ...]
    inputs: dict[str, Box]
    exact: dict[str, Fraction]
    intervals: dict[str, Box]
    activations: dict[str, tuple[str, Tree]]
    inequalities: list[Tree]
    constraints: list[Tree]
    integrals: list[Tree]
    discrete: list[list[Tree]]
    start: tuple[Fraction, ...]
    at_least: int | None
    normalizing: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Variables, then inputs, then interval parameters, the last two sorted."""
        return self.variables + tuple(sorted(self.inputs)) + tuple(sorted(self.intervals))

    @property
    def opaque(self) -> frozenset[str]:
        """The activations that stand for every C^1 function."""
        return _opaque(self.activations)

    @property
    def boxes(self) -> dict[str, Box]:
        """The ranges of the inputs and of the interval parameters."""
        return self.inputs | self.intervals

    def fresh(self, prefix: str, count: int) -> list[str]:
        """prefix0, prefix1, ... with underscores in front until none of them is a name."""
        while any(f"{prefix}{i}" in self.names for i in range(count)):
            prefix = "_" + prefix
        return [f"{prefix}{i}" for i in range(count)]

    def trees(self) -> list[Tree]:
        """Every expression on which the theorem leans."""
        lists = [self.rule, *self.generators, self.inequalities, self.constraints, self.integrals]
        return [tree for trees in lists for tree in trees]


def identifier(value: Any, what: str) -> str:
    """A Python identifier."""
    if not text(value, what).isidentifier():
        raise Unreadable(f"{what} must be an identifier, not {show(value)}")
    return str(value)


def check_tree(
    tree: Tree,
    names: frozenset[str],
    functions: frozenset[str],
    what: str,
    opaque: frozenset[str] = frozenset(),
) -> None:
    """Raise Unreadable unless `tree` obeys the prefix grammar over these names and functions.

    Opaque functions take one or more operands, the others one.
    """
    if type(tree) is str:
        if is_rational(tree):
            rational(tree, what)
        elif tree not in names:
            raise Unreadable(f"{what} uses the unknown name {show(tree)}")
        return
    head = tree[0] if listing(tree, what) else None
    operands = tree[1:]
    if head == "^" and len(operands) == 2:
        integer(operands[1], f"an exponent in {what}", -MAX_EXPONENT)
        operands = operands[:1]
    elif head in ("+", "*", "max", "min", "atan2"):
        if len(operands) < 2:
            raise Unreadable(f"{what}: {show(head)} needs two or more operands")
    elif head == "pi" and not operands:
        return
    elif type(head) is str and head in opaque and operands:
        pass
    elif type(head) is not str or head not in functions or len(operands) != 1:
        raise Unreadable(f"{what}: {show(tree)} is not an expression with a declared function")
    for operand in operands:
        check_tree(operand, names, functions, what, opaque)


def _box(value: Any, what: str) -> Box:
    low, high = rationals(value, what, 2)
    if low > high:
        raise Unreadable(f"{what} is empty: {low} > {high}")
    return low, high


def _activations(value: Any) -> dict[str, tuple[str, Tree]]:
    result = {}
    for name, entry in value.items():
        if identifier(name, "an activation") in SMOOTH | ROUGH | {"pi"}:
            raise Unreadable(f"the activation {name!r} bears the name of a built-in function")
        fields(entry, f"activation {name!r}", ["argument", "derivative"])
        result[name] = identifier(entry["argument"], f"argument of {name!r}"), entry["derivative"]
    for name, (argument, derivative) in result.items():
        functions = SMOOTH | frozenset(result)
        if derivative is not None:
            what = f"the derivative of {name!r}"
            check_tree(derivative, frozenset([argument]), functions, what, _opaque(result))
    return result


def _opaque(activations: dict[str, tuple[str, Tree]]) -> frozenset[str]:
    """The functions of which only the chain rule is known."""
    return frozenset(name for name, (_, derivative) in activations.items() if derivative is None)


def _distinct(names: list[str]) -> None:
    if len(names) > MAX_NAMES:
        raise Unreadable(f"{len(names)} names; the limit is {MAX_NAMES}")
    for i, name in enumerate(names):
        if name in names[:i]:
            raise Unreadable(f"the name {name!r} is declared twice")


def read_statement(value: Any) -> Statement:
    """Validate the statement; raises Unreadable and names the culprit."""
    raw = fields(value, "statement", _IDENTITY + _SETTING, ["normalizing"])
    if raw.get("normalizing", True) is not True:
        raise Unreadable("statement.normalizing is true or absent")
    for key in ("inputs", "parameters", "activations"):
        if type(raw[key]) is not dict:
            raise Unreadable(f"statement.{key} must be an object")
    variables = tuple(identifier(v, "a variable") for v in listing(raw["variables"], "variables"))
    inputs = {identifier(k, "an input"): _box(v, f"input {k!r}") for k, v in raw["inputs"].items()}
    given = {identifier(k, "a parameter"): v for k, v in raw["parameters"].items()}
    exact = {k: rational(v, f"parameter {k!r}") for k, v in given.items() if type(v) is not list}
    intervals = {k: _box(v, f"parameter {k!r}") for k, v in given.items() if type(v) is list}
    _distinct([*variables, *inputs, *given])
    activations = _activations(raw["activations"])
    outer = frozenset([*variables, *given])  # inputs vary in time, so only the rule may hold them
    functions = SMOOTH | UNARY_ROUGH | frozenset(activations)
    opaque = _opaque(activations)

    def trees(entries: Any, what: str, length: int | None = None, known: frozenset[str] = outer) -> list[Tree]:
        for tree in listing(entries, what, length):
            check_tree(tree, known, functions, what, opaque)
        return list(entries)

    n = len(variables)
    generators = [trees(g, "a generator", n) for g in listing(raw["generators"], "generators")]
    if not variables or not 1 <= len(generators) <= MAX_NAMES:
        raise Unreadable(f"a statement needs a variable and from 1 to {MAX_NAMES} generators")
    angles = tuple(choice(a, "an angle", variables) for a in listing(raw["angles"], "angles"))
    _distinct(list(angles))
    at_least = raw["at_least"]
    return Statement(
        name=label(raw["name"], "name"),
        kind=choice(raw["kind"], "kind", ("flow", "map")),
        variables=variables,
        rule=trees(raw["rule"], "rule", n, outer | set(inputs)),
        generators=generators,
        group=None if raw["group"] is None else label(raw["group"], "group"),
        angles=angles,
        inputs=inputs,
        exact=exact,
        intervals=intervals,
        activations=activations,
        inequalities=trees(fields(raw["region"], "region", ["inequalities"])["inequalities"], "region"),
        constraints=trees(raw["constraints"], "constraints"),
        integrals=trees(raw["integrals"], "integrals"),
        discrete=[trees(g, "discrete", n) for g in listing(raw["discrete"], "discrete")],
        start=tuple(rationals(raw["start"], "start", n)),
        at_least=None if at_least is None else integer(at_least, "at_least", 1),
        normalizing="normalizing" in raw,
    )
