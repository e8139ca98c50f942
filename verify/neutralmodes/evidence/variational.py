"""The variational equations as one program: the rule, its tangent columns, its divergence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neutralmodes.evidence.model import TIME, Model
from neutralmodes.evidence.program import Node, Program
from neutralmodes.exact.expression import Tree


@dataclass(frozen=True)
class Variational:
    """Outputs in the order of the values: state (n), columns (n k, row by row), divergence if asked.

    The program's values are those, then the parameters by name, then the time.
    """

    program: Program
    outputs: list[Node]
    columns: int
    traced: bool


def column_names(n: int, columns: int) -> list[str]:
    """Names of the entries of an (n, columns) frame, row by row."""
    return [f"@{i},{c}" for i in range(n) for c in range(columns)]


def variational(model: Model, columns: int, traced: bool = False) -> Variational:
    """x' = f(x), V' = Df(x) V and, if traced, s' = div f(x); for a map x+ = F(x), V+ = DF(x) V."""
    n = model.n
    entries = column_names(n, columns)
    extra = ["@trace"] if traced else []
    program = Program([*model.variables, *entries, *extra, *model.parameters, TIME], model.activations)
    rule = [program.tree(tree) for tree in model.rule]
    seeds = {
        name: {c: program.names[entries[i * columns + c]] for c in range(columns)}
        for i, name in enumerate(model.variables)
    }
    zero, outputs = program.constant(0), list(rule)
    for slopes in program.tangents(rule, seeds):
        outputs += [slopes.get(c, zero) for c in range(columns)]
    if traced:
        outputs.append(program.add(row.get(i, zero) for i, row in enumerate(unit_tangents(program, model, rule))))
    return Variational(program, outputs, columns, traced)


def unit_tangents(program: Program, model: Model, outputs: Sequence[Node]) -> list[dict[int, Node]]:
    """The Jacobian of the outputs by the variables, as sparse rows."""
    one = program.constant(1)
    return program.tangents(outputs, {name: {j: one} for j, name in enumerate(model.variables)})


def pointwise(model: Model, trees: Sequence[Tree], jacobian: bool = False) -> Variational:
    """Trees as functions of the state (values: state, parameters, time), with their Jacobian if asked."""
    program = Program([*model.variables, *model.parameters, TIME], model.activations)
    outputs = [program.tree(tree) for tree in trees]
    if jacobian:
        zero = program.constant(0)
        rows = unit_tangents(program, model, outputs)
        outputs = outputs + [row.get(j, zero) for row in rows for j in range(model.n)]
    return Variational(program, outputs, 0, False)


def diagonal(model: Model) -> Variational:
    """The diagonal of the rule's Jacobian (values: state, parameters, time)."""
    program = Program([*model.variables, *model.parameters, TIME], model.activations)
    zero, rule = program.constant(0), [program.tree(tree) for tree in model.rule]
    outputs = [row.get(i, zero) for i, row in enumerate(unit_tangents(program, model, rule))]
    return Variational(program, outputs, 0, False)
