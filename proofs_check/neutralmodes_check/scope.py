"""The scope of a conditional count: an exact relative equilibrium in it, and where the orbits of Sigma go."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .matrices import dot, gram_sum
from .numbers import is_positive
from .positivity import check_positivity
from .quotient import Quotient, total
from .rank import Ranks
from .refusal import NotDerived
from .shape import fields, listing, rational
from .statement import check_tree
from .system import System
from .zero import vanishes


def check_scope(system: System, proof: Any, ranks: Ranks | None) -> None:
    """Raise NotDerived unless what an open recurrence says of its scope holds."""
    if ranks is None or fields(proof, "the proof of recurrence", ["rule", "wave", "stratum"])["rule"] != "scope":
        raise NotDerived("an open recurrence has no such rule")
    if system.statement.kind != "flow" or len(system.statement.names) != len(system.statement.variables):
        raise NotDerived("a scope is shown only for flows without inputs and interval parameters")
    if proof["wave"] is not None:
        _check_wave(system, proof["wave"], ranks)
    if proof["stratum"] is not None:
        _check_stratum(system, proof["stratum"], ranks)


def _numbers(system: System, value: Any, what: str, count: int) -> list[Quotient]:
    trees = listing(value, what, count)
    for tree in trees:
        check_tree(tree, frozenset(), frozenset(["sqrt"]), what)
    return system.all(trees, {})


def _check_wave(system: System, value: Any, ranks: Ranks) -> None:
    """f = sum c_a xi_a at an exact point inside N where e_r > 0, which the group keeps, so the orbit does."""
    fields(value, "wave", ["point", "coefficients"])
    statement = system.statement
    point = _numbers(system, value["point"], "point", len(statement.variables))
    constants = _numbers(system, value["coefficients"], "coefficients", len(statement.generators))
    there = system.fixed | dict(zip(statement.variables, point, strict=True))
    columns = [system.all(xi, there) for xi in statement.generators]
    for j, f in enumerate(system.all(statement.rule, there)):
        along = dot(system.ring, constants, [column[j] for column in columns])
        if not vanishes(f - along):
            raise NotDerived("the wave is not a relative equilibrium")
    if statement.constraints or not all(map(is_positive, system.all(statement.inequalities, there))):
        raise NotDerived("the wave is not inside the region")
    if not is_positive(gram_sum(system.ring, columns, ranks.generic)):
        raise NotDerived(f"the rank at the wave is not shown to be {ranks.generic}")
    gram = gram_sum(system.ring, system.generators, ranks.generic)
    if any(system.lie(xi)(gram) for xi in system.generators):  # a scaling may carry the wave into Sigma
        raise NotDerived("the sum of the minors is not kept by the generators")


def _check_stratum(system: System, value: Any, ranks: Ranks) -> None:
    """-L_f |x|^2 - c |x|^2 >= 0 on N where the equations of Sigma vanish."""
    fields(value, "stratum", ["rate", "positivity"])
    rate = rational(value["rate"], "rate")
    if rate <= 0 or not ranks.equations or system.statement.angles:
        raise NotDerived("a stratum needs a positive rate, the equations of Sigma, and no angles")
    state = [system.own[name] for name in system.statement.variables]
    target = total(system.ring, [_inward(state, system.rule, system), _square(state, system, rate)])
    extra = [Quotient(p) for p in ranks.equations]
    check_positivity(system, value["positivity"], target, strict=False, extra=extra)


def _inward(state: Sequence[Quotient], rule: Sequence[Quotient], system: System) -> Quotient:
    return dot(system.ring, state, rule).scaled(-2)


def _square(state: Sequence[Quotient], system: System, rate: Fraction) -> Quotient:
    return dot(system.ring, state, state).scaled(-rate)
