"""Kernels of a positivity proof: function values as indeterminates, with what is known of them everywhere."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from .conditions import conditions
from .polynomial import FIELD, WIDTH, Polynomial
from .quotient import Quotient, total
from .ranges import boxes_of, range_of
from .refusal import NotDerived
from .shape import listing
from .statement import SMOOTH, check_tree
from .system import System


def _between(t: Quotient, low: Quotient, high: Quotient) -> list[Quotient]:
    return [high - t, t - low]


def _facts(system: System, name: str, t: Quotient, a: Quotient | None) -> list[Quotient]:
    """Functions that are >= 0 wherever t = f(a) is defined, in the order of docs/certificate.md."""
    number = system.number
    one, quarter = number(1), number(Fraction(11, 7))  # pi/2 < 11/7
    if a is None:
        return [t - number(Fraction(333, 106)), number(Fraction(22, 7)) - t] if name == "pi" else []
    match name:
        case "sin" | "cos" | "erf":
            return _between(t, one.scaled(-1), one)
        case "tanh":
            return [*_between(t, one.scaled(-1), one), t * (a - t)]
        case "atan":
            return [t + quarter, quarter - t, t * (a - t)]
        case "asin":
            return [t + quarter, quarter - t]
        case "sigmoid":
            return [t, one - t]
        case "exp":
            return [t, t - one - a]
        case "log":
            return [a - one - t]
        case "sqrt":
            return [t]
        case "softplus":
            return [t, t - a]
        case "cosh":
            return [t - one]
    return []


class Kernels:
    """The auxiliary names of a proof, the expressions they stand for, and the facts about them."""

    def __init__(self, system: System, trees: Any, entire: bool) -> None:
        self.names: list[str] = []
        self.facts: list[Quotient] = []
        self._values: dict[int, Quotient] = {}
        self._ring = system.ring
        trees = listing(trees, "kernels")
        for name, tree in zip(system.statement.fresh("t_", len(trees)), trees, strict=True):
            _check(system, tree, entire)
            value = system.convert(tree)
            argument = system.convert(tree[1]) if len(tree) > 1 else None
            self.names.append(name)
            self._values[system.ring.symbol(name)] = value
            self.facts += _facts(system, tree[0], value, argument)

    def put(self, q: Quotient) -> Quotient:
        """q with the expressions in the place of the auxiliary names."""
        if not self._values:
            return q
        ring, mask = self._ring, sum(FIELD << (WIDTH * i) for i in self._values)
        groups: dict[int, dict[int, int]] = {}
        for m, c in q.num.terms.items():
            groups.setdefault(m & mask, {})[m & ~mask] = c
        parts = []
        for m, terms in groups.items():
            part = Quotient(Polynomial(ring, terms, q.num.den, q.num.degree), dict(q.den))
            for i, value in self._values.items():
                if e := (m >> (WIDTH * i)) & FIELD:
                    part = part * value**e
            parts.append(part)
        return total(ring, parts)


def _check(system: System, tree: Any, entire: bool) -> None:
    """A kernel is one function of operands, defined on N because the statement's own expressions are."""
    statement = system.statement
    names = frozenset([*statement.names, *statement.exact])
    declared = frozenset(statement.activations)
    check_tree(tree, names, SMOOTH | declared, "a kernel", statement.opaque)
    if isinstance(tree, str) or tree[0] in ("+", "*", "^"):
        raise NotDerived("a kernel must be the value of a function")
    boxes = boxes_of(system)
    needed = [
        (system.convert(e), positive)
        for e, positive in conditions(tree, declared)
        if range_of(e, boxes).sign not in ((1,) if positive else (-1, 1))
    ]
    if needed and entire:
        raise NotDerived("a proof of the domain may use only functions that are defined everywhere")
    own = [c for t in statement.trees() for c in conditions(t, declared)] if needed else []
    known = [(system.convert(e), positive) for e, positive in own]
    for value, positive in needed:
        if not any((p or not positive) and not value - other for other, p in known):
            raise NotDerived("a kernel is not known to be defined on N")
