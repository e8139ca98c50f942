"""The scope of a conditional count: a relative equilibrium in it, a trap in it, where the orbits of Sigma go."""

from __future__ import annotations

from typing import Any

from .matrices import dot, gram_sum, rank
from .monotone import change, read_function
from .numbers import is_positive
from .positivity import check_positivity
from .quotient import Quotient, total
from .rank import Ranks
from .refusal import NotDerived
from .shape import choice, fields, listing, rational, rationals
from .statement import check_tree
from .strata import Piece, check_empty
from .system import System
from .zero import vanishes

_FATES = ("nothing", "origin", "equilibria")


def check_scope(system: System, proof: Any, ranks: Ranks | None) -> None:
    """Raise NotDerived unless what an open recurrence says of its scope holds."""
    keys = ["rule", "wave", "strata", "trap"]
    if ranks is None or fields(proof, "the proof of recurrence", keys, ["fixed"])["rule"] != "scope":
        raise NotDerived("an open recurrence has no such rule")
    if len(system.statement.names) != len(system.statement.variables):
        raise NotDerived("a scope is shown only without inputs and interval parameters")
    if proof["wave"] is not None:
        if system.statement.kind != "flow":
            raise NotDerived("a wave is shown only for flows")
        _check_wave(system, proof["wave"], ranks)
    fates = listing(proof["strata"], "strata", len(ranks.pieces))
    for fate, piece in zip(fates, ranks.pieces, strict=True):
        if fate is not None:
            _check_fate(system, fate, piece)
    if proof["trap"] is not None:
        _check_trap(system, proof["trap"], ranks)
    for entry in listing(proof.get("fixed", []), "fixed"):
        _check_fixed(system, entry, ranks)


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


def _check_fate(system: System, value: Any, piece: Piece) -> None:
    """A piece of Sigma misses N, or V' <= -c |x|^2 or -c |f|^2 on it: orbits that stay in it go where that is 0."""
    keys = ["function", "rate", "inequality"]
    of = choice(fields(value, "a stratum", ["of", "positivity"], keys)["of"], "of", _FATES)
    if of == "nothing":
        check_empty(system, {key: entry for key, entry in value.items() if key != "of"}, piece)
        return
    fields(value, "a stratum", ["of", "function", "rate", "positivity"])
    v, rate = read_function(system, value["function"]), rational(value["rate"], "rate")
    if rate <= 0 or system.statement.angles:
        raise NotDerived("the fate of a stratum needs a positive rate, and no angles")
    state = [system.own[name] for name in system.statement.variables]
    if of == "equilibria":
        flow = system.statement.kind == "flow"
        state = list(system.rule) if flow else [f - x for f, x in zip(system.rule, state, strict=True)]
    target = total(system.ring, [change(system, v).scaled(-1), dot(system.ring, state, state).scaled(-rate)])
    check_positivity(system, value["positivity"], target, strict=False, extra=[Quotient(p) for p in piece])


def _check_fixed(system: System, value: Any, ranks: Ranks) -> None:
    """Where more than p - r independent combinations of the generators vanish the rank is below r; the fate there."""
    fields(value, "a fixed-point set", ["elements", "fate"])
    p = len(system.generators)
    elements = [rationals(c, "an element", p) for c in listing(value["elements"], "elements")]
    if rank(system.ring, elements) != len(elements) or len(elements) <= p - ranks.generic:
        raise NotDerived("a fixed-point set needs more than p - r independent elements to lie in Sigma")
    components = list(zip(*system.generators, strict=True))
    zeros = [dot(system.ring, [system.number(c) for c in weights], row) for weights in elements for row in components]
    if any(z.den for z in zeros):
        raise NotDerived("the equations of a fixed-point set are not polynomial")
    if value["fate"] is not None:
        _check_fate(system, value["fate"], tuple(z.num for z in zeros if z))


def _check_trap(system: System, value: Any, ranks: Ranks) -> None:
    """No orbit leaves the part of N where V >= c (V' > 0 where V = c; map: V(F) >= c), and e_r > 0 on it."""
    fields(value, "trap", ["function", "level", "at", "entered", "rank"])
    v, level = read_function(system, value["function"]), rational(value["level"], "level")
    face = v - system.number(level)
    at = system.whole(rationals(value["at"], "at", len(system.statement.variables)))
    if not system.contains(at) or face.num.evaluate(at) < 0:
        raise NotDerived("the stated point does not lie in the trap")
    if system.statement.kind == "flow":
        check_positivity(system, value["entered"], change(system, v), strict=True, extra=[face])
    else:
        check_positivity(system, value["entered"], change(system, v) + face, strict=False, above=[face])
    gram = gram_sum(system.ring, system.generators, ranks.generic)
    check_positivity(system, value["rank"], gram, strict=True, above=[face])
