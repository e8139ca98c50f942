"""Whether a function is zero: by its normal form, by finer normal forms, or by a separation bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from .numbers import zero_by_separation
from .polynomial import FIELD, WIDTH, Polynomial
from .quotient import Quotient, total
from .system import System


def vanishes(q: Quotient) -> bool:
    """True only where q is zero wherever it is defined."""
    if not q:
        return True
    if all(data is None for data in q.ring.symbols):
        return False
    q = _without_even_roots(q)
    return not q or zero_by_separation(q.num)


def _without_even_roots(q: Quotient) -> Quotient:
    """Even powers of sqrt(a/b) rewritten (those of sqrt(a) are by the ring), in a numerator that must be zero."""
    for i, data in reversed(list(enumerate(q.ring.symbols))):
        if q and data is not None and data[0] == "sqrt":
            shift = WIDTH * i
            parts: dict[int, dict[int, int]] = {}
            for m, c in q.num.terms.items():
                half = ((m >> shift) & FIELD) // 2
                parts.setdefault(half, {})[m - (2 * half << shift)] = c
            pieces = ((Polynomial(q.ring, part, q.num.den, q.num.degree), h) for h, part in parts.items())
            q = Quotient(total(q.ring, [Quotient(p) * data[1] ** h for p, h in pieces]).num)
    return q


def vanish(system: System, functions: Callable[[System], list[Quotient]]) -> bool:
    """Whether all the functions that a system gives are zero, in one of its normal forms."""
    return any(all(map(vanishes, functions(view))) for view in views(system))


def views(system: System) -> Iterator[System]:
    """The system in coarser and finer normal forms: common units of arguments, then the elementary functions."""
    yield system
    if all(data is None for data in system.ring.symbols):
        return
    for elementary in (False, True):
        for _ in range(2):
            system = System(system.statement, system.ring.budget, dict(system.ring.met), elementary)
            yield system
