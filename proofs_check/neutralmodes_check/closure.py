"""Closure: the generators are independent and [xi_a, xi_b] = sum of c_k xi_k with constant c."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import Any

from .matrices import rank
from .quotient import over_common, total
from .refusal import NotDerived
from .shape import fields, integer, listing, rationals
from .system import System


def formally_independent(system: System) -> bool:
    """Whether no rational combination of the generators is formally zero.

    A formal dependence is one. Formal independence is one where no function values occur in generators.
    """
    rows: list[dict[tuple[int, int], Fraction]] = [{} for _ in system.generators]
    for i, components in enumerate(zip(*system.generators, strict=True)):
        numerators, _ = over_common(list(components))
        for row, p in zip(rows, numerators, strict=True):
            row.update({(i, m): Fraction(c, p.den) for m, c in p.terms.items()})
    keys = sorted({key for row in rows for key in row})
    system.ring.budget.spend(len(keys) * len(rows))
    return rank(system.ring, [[row.get(key, Fraction(0)) for key in keys] for row in rows]) == len(rows)


def has_function_values(system: System) -> bool:
    """Whether a generator contains a function value, which may hide relations."""
    used = {i for g in system.generators for c in g for i in c.support()}
    return any(system.ring.symbols[i] is not None for i in used)


def check_closure(system: System, proof: Any, generic_rank: int | None) -> None:
    """Raise NotDerived unless independence and every bracket are re-derived."""
    if has_function_values(system) and generic_rank != len(system.generators):
        raise NotDerived("independent generators: function values may hide a dependence, and rank < p")
    if fields(proof, "the proof of closure", ["rule", "constants"])["rule"] != "structure-constants":
        raise NotDerived("closure has no such rule")
    xi, p = system.generators, len(system.generators)
    open_pairs = list(combinations(range(p), 2))
    for entry in listing(proof["constants"], "constants"):
        a, b = (integer(k, "a generator's index", 0) for k in listing(entry, "structure constants", 3)[:2])
        if not open_pairs or (a, b) != open_pairs.pop(0):
            raise NotDerived(f"structure constants for [{a}, {b}], which is not the next pair a < b")
        constants = rationals(entry[2], "structure constants", p)
        along_a, along_b = system.lie(xi[a]), system.lie(xi[b])
        for i in range(len(xi[a])):
            claimed = [xi[k][i].scaled(-c) for k, c in enumerate(constants) if c]
            bracket = along_a(xi[b][i]) - along_b(xi[a][i])
            if total(system.ring, [bracket, *claimed]):
                raise NotDerived(f"[xi_{a}, xi_{b}] is not the stated combination of the generators")
    if open_pairs:
        raise NotDerived(f"no structure constants for the pairs {open_pairs[:3]}")
