"""From the statement of a certificate back to a System: certify it afresh, or ask something else of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from neutralmodes.action import LieAction
from neutralmodes.dynamics import Dynamics, Interval, Map, VectorField, check_names
from neutralmodes.errors import CertificateError, InputError
from neutralmodes.exact.expression import KINKED, SMOOTH, Tree, from_json, is_rational, nodes
from neutralmodes.region import Region
from neutralmodes.system import System

_SEVERAL = ("max", "min", "atan2")
_KINDS: dict[str, type[Dynamics]] = {"flow": VectorField, "map": Map}


def system_from_statement(statement: Mapping[str, Any]) -> System:
    """The System that a certificate speaks of, from its ``statement`` (see docs/certificate.md).

    What a statement does not hold is left out: assumptions, expectations, references, the drive of inputs.

    Raises CertificateError where the statement is malformed, and InputError where it describes no
    system: an unknown name, a start outside the region.

    >>> import sympy as sp, neutralmodes as nm
    >>> x, y = sp.symbols("x y", real=True)
    >>> turn = nm.System("turn", nm.VectorField([x, y], [-y, x]), nm.LieAction([x, y], [[-y, x]]), start=[1, 0])
    >>> again = system_from_statement(nm.certify(turn, evidence=False).statement)
    >>> again.dynamics.rule == turn.dynamics.rule
    True
    """
    try:
        return _system(statement)
    except InputError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ZeroDivisionError) as error:
        raise CertificateError(f"the statement is malformed ({type(error).__name__}: {error})") from error


def _system(said: Mapping[str, Any]) -> System:
    dynamics = _dynamics(said)
    known = set(dynamics.activations)
    generators = [_named(_trees(xi, known), dynamics) for xi in said["generators"]]
    if not generators:
        raise InputError("the statement has no generators")
    for a, xi in enumerate(generators):
        if len(xi) != dynamics.n:
            raise InputError(f"generator {a} has {len(xi)} components for {dynamics.n} variables")
    action = LieAction.from_trees(dynamics.variables, generators, said["group"])
    inequalities = _trees(said["region"]["inequalities"], known)
    region = Region._of(inequalities) if inequalities else None
    start = [Fraction(v) for v in said["start"]]
    claimed, normalizing = said["at_least"], said.get("normalizing", False)
    found = System(said["name"], dynamics, action, region, start, at_least=claimed, normalizing=normalizing)
    found.constraints = _named(_trees(said["constraints"], known), dynamics)
    found.integrals = _named(_trees(said["integrals"], known), dynamics)
    found.discrete = tuple(_named(_trees(g, known), dynamics) for g in said["discrete"])
    found._require_inside(found.start)
    return found


def _dynamics(said: Mapping[str, Any]) -> Dynamics:
    """The rule: the constructor reads everything but the trees, which are there already."""
    variables = said["variables"]
    made = _KINDS[said["kind"]](
        variables,
        [0] * len(variables),
        parameters={k: Fraction(v) if isinstance(v, str) else Interval(*v) for k, v in said["parameters"].items()},
        inputs={k: Interval(*v) for k, v in said["inputs"].items()},
        angles=said["angles"],
    )
    made.activations = {k: _activation(v, set(said["activations"])) for k, v in said["activations"].items()}
    made._check_functions()
    made.rule = made.decimal_rule = _named(_trees(said["rule"], set(made.activations)), made)
    if len(made.rule) != made.n:
        raise InputError(f"the rule has {len(made.rule)} components for {made.n} variables")
    return made


def _activation(entry: Mapping[str, Any], known: set[str]) -> tuple[str, Tree | None]:
    rule = entry["derivative"]
    return entry["argument"], None if rule is None else _trees([rule], known)[0]


def _trees(data: Sequence[Any], declared: set[str]) -> tuple[Tree, ...]:
    found = tuple(from_json(tree) for tree in data)
    for tree in found:
        for node in nodes(tree):
            _check_node(node, declared)
    return found


def _check_node(node: Any, declared: set[str]) -> None:
    """Raise InputError unless the node has the operands that its head asks for."""
    if isinstance(node, str):
        if is_rational(node) and str(Fraction(node)) != node:
            raise InputError(f"the statement holds the number {node!r}, which is not reduced")
        return
    head, operands = node[0], node[1:]
    if head == "^":
        fits = len(operands) == 2 and type(operands[1]) is int
    elif head in ("+", "*", *_SEVERAL):
        fits = len(operands) >= 2
    elif head == "pi":
        fits = not operands
    elif head in SMOOTH | KINKED:
        fits = len(operands) == 1
    elif head in declared:
        fits = bool(operands)
    else:
        raise InputError(f"the statement uses the unknown function {head!r}")
    if not fits:
        raise InputError(f"the statement applies {head!r} to {len(operands)} operands")


def _named(trees: tuple[Tree, ...], dynamics: Dynamics) -> tuple[Tree, ...]:
    check_names(trees, dynamics.symbols, ["the statement"] * len(trees))
    return trees
