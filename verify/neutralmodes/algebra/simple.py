"""Simple real Lie algebras: type from dimension and rank, real form from the Killing character, names.

Cartan's list. ``character`` is (positive - negative) eigenvalues of the Killing form, None for a
complex algebra taken as a real one. Source of the characters: Helgason, Differential Geometry, Lie
Groups, and Symmetric Spaces, chapter X, table V.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

from flint import fmpq

from neutralmodes.algebra.ideals import Place

_EXCEPTIONAL = {(14, 2): "G", (52, 4): "F", (78, 6): "E", (133, 7): "E", (248, 8): "E"}
# The same algebra in another series, where ranks are low.
_SAME = {("B", 1): "A", ("C", 1): "A", ("C", 2): "B", ("D", 3): "A"}


@dataclass(frozen=True, order=True)
class Simple:
    """A simple real Lie algebra: type A to G (or "BC" where B and C were not told apart), rank, character."""

    kind: str
    rank: int
    character: int | None

    @property
    def is_compact(self) -> bool:
        return self.character is not None and self.signature[0] == 0

    @property
    def signature(self) -> tuple[int, int]:
        """(positive, negative) eigenvalues of the Killing form; their sum is the real dimension."""
        size = dimension(self.kind, self.rank)
        if self.character is None:
            return size, size
        return (size + self.character) // 2, (size - self.character) // 2

    @property
    def names(self) -> list[str]:
        """Its classical names, the usual one first.

        >>> Simple("A", 1, -3).names, Simple("A", 3, -15).names, Simple("B", 2, None).names
        (['so(3)', 'su(2)', 'sp(1)'], ['su(4)', 'so(6)'], ['so(5,C)', 'sp(4,C)'])
        """
        series = [(self.kind, self.rank), *((k, r) for (k, r), to in _SAME.items() if _is(self, to, r))]
        if self.kind == "A" and self.rank == 1 and self.is_compact:
            series.sort(key=lambda s: s[0] != "B")
        if self.kind == "BC":
            series = [("B", self.rank), ("C", self.rank)]
        found = [name for kind, rank in series for name in _names(kind, rank, self.character)]
        label = "complex" if self.character is None else f"character {self.character}"
        return found or [f"{self.kind.lower()}{self.rank} ({label})"]

    @property
    def name(self) -> str:
        return " or ".join(self.names) if self.kind == "BC" else self.names[0]


def _is(simple: Simple, kind: str, rank: int) -> bool:
    return simple.kind == kind and simple.rank == rank


def simple(kind: str, rank: int, character: int | None) -> Simple:
    """The algebra in its canonical series (so(5) and sp(2) are one).

    >>> simple("C", 2, -10) == simple("B", 2, -10)
    True
    """
    return Simple(_SAME.get((kind, rank), kind), rank, character)


def dimension(kind: str, rank: int) -> int:
    """The (complex) dimension of a simple type."""
    if kind in ("E", "F", "G"):
        return next(d for (d, r), k in _EXCEPTIONAL.items() if k == kind and r == rank)
    return {"A": rank * (rank + 2), "D": rank * (2 * rank - 1)}.get(kind, rank * (2 * rank + 1))


def identify(place: Place) -> Simple:
    """The simple algebra with this dimension, rank, character and, where B or C must be told, power sums."""
    shape = (place.dimension, place.rank)
    kinds = [k for k in "ABCD" if dimension(k, place.rank) == place.dimension and (k, place.rank) != ("D", 2)]
    kinds += [_EXCEPTIONAL[shape]] if shape in _EXCEPTIONAL else []
    canonical = {_SAME.get((k, place.rank), k) for k in kinds}
    if len(canonical) > 1 and place.squares:
        canonical = {k for k in canonical if k not in ("B", "C") or _fits(k, place)} or canonical
        # An exceptional algebra is left only where neither classical root system fits.
        canonical = canonical & {"B", "C"} or canonical
    if not canonical:
        raise ArithmeticError(f"no simple algebra has dimension {place.dimension} and rank {place.rank}")
    kind = canonical.pop() if len(canonical) == 1 else "BC"
    return Simple(kind, place.rank, place.character)


def _fits(kind: str, place: Place) -> bool:
    """Whether the roots' power sums are those of this type: r of them fix the weights, the others check.

    With P_k = sum x_i^(2k): the roots +-x_i +-x_j give 2 sum_l C(2k, 2l) P_l P_(k-l) - 4^k P_k, the
    roots +-x_i of B give 2 P_k more, the roots +-2x_i of C 2 4^k P_k more.
    """
    r, sums = place.rank, place.squares
    powers = [fmpq(r)]
    for k in range(1, len(sums) + 1):
        own = -(4**k) + (2 if kind == "B" else 2 * 4**k)
        mixed = sum((comb(2 * k, 2 * i) * powers[i] * powers[k - i] for i in range(1, k)), fmpq(0))
        powers.append((sums[k - 1] - 2 * mixed) / (4 * r + own))
    elementary = [fmpq(1)]
    for k in range(1, len(powers)):
        total = sum(((-1) ** (i - 1) * elementary[k - i] * powers[i] for i in range(1, k + 1)), fmpq(0))
        elementary.append(total / k)
    return all(e == 0 for e in elementary[r + 1 :])


def _names(kind: str, rank: int, character: int | None) -> Iterator[str]:
    if kind in ("A", "B", "C", "D"):
        if character is None:
            n = {"A": rank + 1, "B": 2 * rank + 1}.get(kind, 2 * rank)
            yield f"{ {'A': 'sl', 'C': 'sp'}.get(kind, 'so') }({n},C)"
        else:
            yield from (name for name, own in _forms(kind, rank) if own == character)
    elif character is not None and character == -dimension(kind, rank):
        yield f"{kind.lower()}{rank} (compact)"


def _forms(kind: str, rank: int) -> Iterator[tuple[str, int]]:
    """The real forms of a classical type with their characters."""
    if kind == "A":
        n = rank + 1
        yield from ((_pair("su", n - q, q), 1 - (n - 2 * q) ** 2) for q in range(n // 2 + 1) if n > 2 or q == 0)
        yield f"sl({n},R)", n - 1
        if n > 2 and n % 2 == 0:
            yield f"sl({n // 2},H)", -n - 1
        if n == 2:
            yield "su(1,1)", 1
    elif kind == "C":
        yield from ((_pair("sp", rank - q, q), -2 * (rank - 2 * q) ** 2 - rank) for q in range(rank // 2 + 1))
        yield f"sp({2 * rank},R)", rank
    else:
        n = 2 * rank + (kind == "B")
        yield from ((_pair("so", n - q, q), (n - (n - 2 * q) ** 2) // 2) for q in range(n // 2 + 1))
        if kind == "D":
            yield f"so*({n})", -rank


def _pair(name: str, p: int, q: int) -> str:
    return f"{name}({p},{q})" if q else f"{name}({p})"
