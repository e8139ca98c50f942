"""Rank: the generic rank r of the generators, the rank q proved on all of N, the equations of Sigma_r."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from .matrices import dot, gram_sum, minor_count, minors, rank
from .polynomial import Polynomial
from .positivity import check_positivity, read_polynomial
from .quotient import Quotient, total
from .reader import canonical
from .refusal import MAX_MINORS, NotDerived
from .shape import fields, integer, listing, rational, rationals, rule_of
from .strata import Piece, check_components, check_empty
from .system import System


@dataclass(frozen=True)
class Ranks:
    """generic r, uniform q <= r, the point that shows r, the equations of Sigma_r, (c^2, C^2), Sigma_r in pieces."""

    generic: int
    uniform: int
    at: tuple[Fraction, ...]
    equations: tuple[Polynomial, ...] | None
    bounds: tuple[Fraction, Fraction] | None = None
    pieces: tuple[Piece, ...] = ()


def rank_at(system: System, values: Sequence[Fraction], flow: bool = False) -> int:
    """Exact rank of Xi, or of [Xi f], at rational values of the variables."""
    environment = system.point(system.whole(values))
    columns = [*system.statement.generators, *([system.statement.rule] if flow else [])]
    return rank(system.ring, [[system.rational(t, environment) for t in column] for column in columns])


def _columns(system: System, value: Any, count: int) -> list[list[Polynomial]]:
    """Polynomial columns m with m^T Xi = 0."""
    names, n = system.statement.names, len(system.statement.variables)
    result = []
    for column in listing(value, "columns", count):
        m = [read_polynomial(system.ring, entry, names) for entry in listing(column, "a column", n)]
        if any(dot(system.ring, [Quotient(p) for p in m], xi) for xi in system.generators):
            raise NotDerived("a column is not annihilated by the generators")
        result.append(m)
    return result


def _check_upper(system: System, upper: Any, r: int, point: list[Fraction]) -> None:
    n, p = len(system.statement.variables), len(system.generators)
    rule = rule_of(upper)
    if rule == "annihilator":
        columns = _columns(system, fields(upper, "upper", ["rule", "columns"])["columns"], n - r)
        values = [[entry.evaluate(point) for entry in column] for column in columns]
        if rank(system.ring, values) != n - r:
            raise NotDerived("the annihilating columns are dependent at the given point")
        return
    if rule not in ("columns", "minors"):
        raise NotDerived("the upper bound of the rank has no such rule")
    fields(upper, "upper", ["rule"])
    if rule == "columns" and r != min(n, p):
        raise NotDerived(f"the rank {r} is neither the number of generators nor of variables")
    if r == min(n, p):
        return
    if minor_count(n, p, r + 1) > MAX_MINORS or any(minors(system.ring, system.generators, r + 1)):
        raise NotDerived(f"a minor of size {r + 1} is not zero, or there are more than {MAX_MINORS}")


def _weights(value: Any, count: int) -> list[Fraction]:
    """One positive rational for each generator."""
    weights = [rational(w, "a weight") for w in listing(value, "weights", count)]
    if any(w <= 0 for w in weights):
        raise NotDerived("the weights must be positive")
    return weights


def _check_complement(system: System, lower: Any, q: int) -> None:
    """n - q columns M with v^T (Xi W Xi^T + M M^T) v >= mu v^T v: then rank [Xi M] = n, so rank Xi >= q."""
    fields(lower, "lower", ["rule", "columns", "weights", "mu", "positivity"])
    n = len(system.statement.variables)
    mu = rational(lower["mu"], "mu")
    if mu <= 0:
        raise NotDerived("mu must be positive")
    columns = [[Quotient(p) for p in m] for m in _columns(system, lower["columns"], n - q)]
    auxiliary = system.statement.fresh("v_", n)
    v = [system.indeterminate(name) for name in auxiliary]
    weights = _weights(lower["weights"], len(system.generators))
    moved = [dot(system.ring, v, column) for column in system.generators]
    filled = [dot(system.ring, v, column) for column in columns]
    squares = [(s * s).scaled(w) for s, w in zip(moved, weights, strict=True)]
    squares += [*(s * s for s in filled), *((x * x).scaled(-mu) for x in v)]
    target = total(system.ring, squares)
    check_positivity(system, lower["positivity"], target, strict=False, auxiliary=auxiliary)


def _check_lower(system: System, lower: Any, q: int) -> None:
    if q == 0:
        if lower is not None:
            raise NotDerived("a uniform rank of 0 has no lower bound to prove")
        return
    rule = rule_of(lower)
    if rule == "complement":
        _check_complement(system, lower, q)
    elif rule == "minors":
        fields(lower, "lower", ["rule", "positivity"])
        target = gram_sum(system.ring, system.generators, q)
        check_positivity(system, lower["positivity"], target, strict=True)
    elif rule == "strata":
        _check_strata(system, lower, q)
    else:
        raise NotDerived("the lower bound of the rank has no such rule")


def _check_strata(system: System, lower: Any, q: int) -> None:
    """Every piece of Sigma_q misses N."""
    fields(lower, "lower", ["rule", "singular", "components", "proofs"])
    equations = _check_singular(system, lower["singular"], q)
    if equations is None:
        raise NotDerived("the pieces of Sigma need its equations")
    pieces = check_components(system, lower["components"], equations)
    for proof, piece in zip(listing(lower["proofs"], "proofs", len(pieces)), pieces, strict=True):
        check_empty(system, proof, piece)


def _equations(system: System, r: int) -> Iterator[Polynomial]:
    for minor in minors(system.ring, system.generators, r):
        if minor:
            if minor.den or not minor.num.plain():
                raise NotDerived("the equations of Sigma are not polynomial: 'singular' must be null")
            yield minor.num.primitive()


def _check_singular(system: System, value: Any, r: int) -> tuple[Polynomial, ...] | None:
    if value is None:
        return None
    entries = listing(value, "singular")
    if minor_count(len(system.statement.variables), len(system.generators), r) > MAX_MINORS:
        raise NotDerived(f"more than {MAX_MINORS} minors: 'singular' must be null")
    stated = [read_polynomial(system.ring, entry, system.statement.names) for entry in entries]
    if entries != sorted(entries, key=canonical):
        raise NotDerived("the equations of Sigma are not sorted")
    if len(set(stated)) != len(stated) or set(stated) != set(_equations(system, r)):
        raise NotDerived("the stated equations of Sigma are not the minors of the generators")
    return tuple(stated)


def _bounds(system: System, value: Any, lower: Any, q: int) -> tuple[Fraction, Fraction]:
    """c^2 and C^2 between which the nonzero squared singular values of Xi lie on N, where the rank is q."""
    fields(value, "constants", ["c2", "C2", "positivity"])
    least, most = rational(value["c2"], "c2"), rational(value["C2"], "C2")
    squares = [(c * c).scaled(-1) for xi in system.generators for c in xi]
    if most <= 0:
        raise NotDerived("C2 must be positive")
    target = total(system.ring, [system.number(most), *squares])
    check_positivity(system, value["positivity"], target, strict=False)
    if lower["rule"] == "complement":
        limit = rational(lower["mu"], "mu") / max(_weights(lower["weights"], len(system.generators)))
    elif lower["rule"] != "minors" or gram_sum(system.ring, system.generators, q).den:
        raise NotDerived("constants need polynomial generators, or a complement")
    else:
        limit = rational(lower["positivity"]["margin"], "margin") / (q * most ** (q - 1))
    if not 0 < least <= limit:
        raise NotDerived("c2 is not positive, or above what the lower bound of the rank gives")
    return least, most


def check_rank(system: System, proof: Any) -> Ranks:
    """The ranks, all re-derived. Raises NotDerived."""
    keys = ["rule", "generic", "at", "upper", "uniform", "lower", "singular", "constants"]
    if fields(proof, "the proof of rank", keys, ["components"])["rule"] != "rank":
        raise NotDerived("rank has no such rule")
    r = integer(proof["generic"], "generic", 1)
    q = integer(proof["uniform"], "uniform", 0)
    at = rationals(proof["at"], "at", len(system.statement.variables))
    if (found := rank_at(system, at)) != r:
        raise NotDerived(f"the generators have rank {found} at the given point, not {r}")
    _check_upper(system, proof["upper"], r, system.whole(at))
    if q > r:
        raise NotDerived(f"the uniform rank {q} exceeds the generic rank {r}")
    _check_lower(system, proof["lower"], q)
    if q == r and proof["singular"] is not None:
        raise NotDerived("Sigma is empty, yet equations are stated for it")
    equations = _check_singular(system, proof["singular"], r)
    if "components" in proof and equations is None:
        raise NotDerived("the pieces of Sigma need its equations")
    pieces = check_components(system, proof["components"], equations) if equations and "components" in proof else []
    bounds = None
    if proof["constants"] is not None:
        if q < r:
            raise NotDerived("constants are stated, but the rank is not uniform")
        bounds = _bounds(system, proof["constants"], proof["lower"], q)
    return Ranks(r, q, tuple(at), equations, bounds, tuple(pieces))
