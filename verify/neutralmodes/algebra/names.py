"""The name of a Lie algebra with its evidence, and labels such as "SO(3) x U(1)" read as algebras."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass

from neutralmodes.algebra.ideals import simple_ideals
from neutralmodes.algebra.simple import Simple, identify, simple
from neutralmodes.algebra.structure import Algebra, integer_charpoly, reduced
from neutralmodes.exact import linear


@dataclass(frozen=True)
class Parts:
    """A real Lie algebra as a direct sum: simple ideals, an abelian one, named indecomposable others."""

    simples: tuple[Simple, ...] = ()
    abelian: int = 0
    others: tuple[str, ...] = ()

    def __add__(self, other: Parts) -> Parts:
        return Parts(
            tuple(sorted([*self.simples, *other.simples], key=lambda s: s.name)),
            self.abelian + other.abelian,
            tuple(sorted([*self.others, *other.others])),
        )

    @property
    def shape(self) -> tuple[int, tuple[int, int, int]]:
        """(dimension of the centre, Killing signature) of a sum without ``others``."""
        sizes = [s.signature for s in self.simples]
        return self.abelian, (sum(p for p, _ in sizes), sum(n for _, n in sizes), self.abelian)


@dataclass(frozen=True)
class Recognised:
    """``name`` of the algebra, the ``parts`` that it consists of, the ``evidence`` line by line."""

    name: str
    parts: Parts
    evidence: tuple[str, ...]


def recognise(algebra: Algebra, compact_centre: bool | None = None) -> Recognised:
    """The algebra's name; ``compact_centre`` says whether its centre is known to act through a torus.

    >>> so4 = {(0, 1): [0, 0, 1, 0, 0, 0], (1, 2): [1, 0, 0, 0, 0, 0], (0, 2): [0, -1, 0, 0, 0, 0],
    ...        (3, 4): [0, 0, 0, 0, 0, 1], (4, 5): [0, 0, 0, 1, 0, 0], (3, 5): [0, 0, 0, 0, -1, 0]}
    >>> recognise(Algebra(6, so4)).name
    'so(3)^2'
    """
    ideal, rest = _split_semisimple(algebra)
    simples = tuple(sorted((identify(p) for p in simple_ideals(ideal)), key=lambda s: s.name)) if ideal else ()
    evidence = [_evidence(s) for s in simples]
    abelian, core = _split_abelian(rest)
    if abelian:
        evidence.append(f"abelian ideal of dimension {abelian}")
    others = (_core_name(core),) if core.dimension else ()
    if others:
        evidence.append(
            f"no further direct factor: dimension {core.dimension}, radical {len(core.radical)}, "
            f"derived series {core.derived_series}"
        )
    parts = Parts(simples, abelian, others)
    return Recognised(name_of(parts, compact_centre), parts, tuple(evidence))


def _split_semisimple(algebra: Algebra) -> tuple[Algebra | None, Algebra]:
    """The largest semisimple direct factor and what commutes with it.

    The centralizer of the radical is its centre plus a semisimple ideal (Levi), which is its derived algebra.
    """
    if not algebra.radical:
        return algebra if algebra.dimension else None, Algebra(0, {})
    commuting = algebra.centralizer(algebra.radical)
    ideal = algebra.products(commuting, commuting)
    if not ideal:
        return None, algebra
    return algebra.subalgebra(ideal), algebra.subalgebra(algebra.centralizer(ideal))


def _split_abelian(algebra: Algebra) -> tuple[int, Algebra]:
    """The dimension of the largest abelian direct factor, and an ideal that complements it."""
    p, derived = algebra.dimension, algebra.derived
    kept, factor = list(derived), list(derived)
    for z in algebra.centre:
        if linear.rank([*factor, z]) > len(factor):
            factor.append(z)
    abelian = len(factor) - len(derived)
    for a in range(p):
        if linear.rank([*factor, algebra.unit(a)]) > len(factor):
            factor.append(algebra.unit(a))
            kept.append(algebra.unit(a))
    return abelian, algebra.subalgebra(reduced(kept, p))


def _evidence(found: Simple) -> str:
    positive, negative = found.signature
    size = positive + negative
    if found.character is None:
        return f"simple ideal {found.name}: dimension {size}, complex (its centroid is C), rank {found.rank} over C"
    return (
        f"simple ideal {found.name}: dimension {size}, rank {found.rank} (Cartan subalgebra of a random element), "
        f"Killing signature ({positive}, {negative})"
    )


def _core_name(core: Algebra) -> str:
    """The name of an algebra without semisimple or abelian direct factor."""
    radical = core.radical
    abelian = not core.products(radical, radical)
    if len(radical) < core.dimension:
        levi = recognise(core.quotient(radical))
        if abelian and levi.parts == so_parts(len(radical), 0):
            # so(n) has one faithful representation on R^n, up to automorphism; Levi splits the sum.
            return f"e({len(radical)})"
        return f"{levi.name} ⋉ {_solvable(core.subalgebra(radical))}"
    return _solvable(core)


def _solvable(algebra: Algebra) -> str:
    p = algebra.dimension
    if algebra.is_abelian:
        return f"R^{p}" if p > 1 else "R"
    if algebra.is_nilpotent and algebra.derived == reduced(algebra.centre, p) and len(algebra.centre) == 1:
        return f"heis({p})"
    if p == 2:
        return "aff(1,R)"
    if p == 3 and len(algebra.derived) == 2:
        return _plane(algebra)
    return f"{'nilpotent' if algebra.is_nilpotent else 'solvable'} algebra of dimension {p}"


def _plane(algebra: Algebra) -> str:
    """R acting on R^2 without a kernel: Euclidean, Lorentzian or another."""
    rng = random.Random(0)
    outside = algebra.random_element(rng)
    while linear.rank([*algebra.derived, outside]) < 3:
        outside = algebra.random_element(rng)
    coefficients = integer_charpoly(algebra.adjoint(outside)).coeffs()  # t (t^2 - trace t + det)
    if coefficients[2] == 0:
        return "e(2)" if coefficients[1] > 0 else "e(1,1)"
    return "solvable algebra of dimension 3"


def name_of(parts: Parts, compact_centre: bool | None = None) -> str:
    """The name of a direct sum: su(n) with a commuting circle is u(n), sl(n,R) with R is gl(n,R).

    >>> name_of(label_parts("SU(3) x U(1)"), True), name_of(label_parts("GL(2,C)"))
    ('u(3)', 'gl(2,C)')
    """
    left, words = parts.abelian, list[str]()
    for found in parts.simples:
        need, word = _with_centre(found, compact_centre)
        if word and left >= need:
            left, words = left - need, [*words, word]
        else:
            words.append(found.name)
    line = "u(1)" if compact_centre else "R"
    words += [line] * left + list(parts.others)
    counted = Counter(words)
    return " x ".join(word if k == 1 else f"{word}^{k}" for word, k in counted.items()) or "0"


def _with_centre(found: Simple, compact_centre: bool | None) -> tuple[int, str]:
    """How much centre turns a special linear or unitary algebra into the general one, and its name."""
    if found.kind != "A":
        return 0, ""
    n = found.rank + 1
    if found.character is None:
        return 2, f"gl({n},C)"
    if found.is_compact and compact_centre:
        return 1, f"u({n})"
    return (1, f"gl({n},R)") if found.character == n - 1 and not compact_centre else (0, "")


_FACTOR = re.compile(r"([a-z]+\*?)\(?(\d*)(?:,([\drc]+))?\)?(?:\^(\d+))?")


def label_parts(label: str) -> Parts | None:
    """The algebra that a label names, or None where the label is not understood. Finite groups count nothing.

    >>> label_parts("SO(4)") == label_parts("SU(2) x SU(2)")
    True
    >>> label_parts("T^2").abelian, label_parts("the usual one") is None
    (2, True)
    """
    total = Parts()
    for factor in re.split(r"\s*(?:×|⋉|\bx\b|(?<=\))x|\*(?!\())\s*", label.strip().lower()):
        found = _factor_parts(factor.replace(" ", "").replace("_", ""))
        if found is None:
            return None
        total = total + found
    return total


def _factor_parts(text: str) -> Parts | None:
    match = _FACTOR.fullmatch(text)
    if match is None:
        return None
    name, size, field, power = match.groups()
    if name in ("t", "r", "s") and not size and field is None and "(" not in text:
        plain = name != "s" or power == "1"  # S^1 is a circle, S_3 a finite group
        return Parts(abelian=int(power or 1)) if plain else None
    if name in ("z", "c", "d", "s"):
        return Parts() if size else None
    once = _named(name, int(size), field) if size else None
    if once is None:
        return None
    total = Parts()
    for _ in range(int(power or 1)):
        total = total + once
    return total


def _named(name: str, n: int, field: str | None) -> Parts | None:
    """The algebra of a classical group: SO(n), O(n), SO(p, q), SU(n), U(n), Sp(n), GL, SL, E(n), SE(n)."""
    if name in ("so", "o", "spin"):
        return so_parts(n, int(field or 0)) if (field or "0").isdigit() else None
    if name in ("e", "se") and field is None:
        return Parts(others=(f"e({n})",)) if n > 1 else Parts(abelian=1)
    if name == "sp" and field is None:
        return Parts((simple("C", n, -n * (2 * n + 1)),))
    if name in ("su", "u") and field is None:
        special = () if n == 1 else (simple("A", n - 1, 1 - n * n),)
        return Parts(special, int(name == "u"))
    if name in ("sl", "gl") and field in ("r", "c"):
        character = None if field == "c" else n - 1
        lines = 0 if name == "sl" else 2 if field == "c" else 1
        return Parts(() if n == 1 else (simple("A", n - 1, character),), lines)
    return None


def so_parts(p: int, q: int) -> Parts:
    """so(p, q) as a direct sum.

    >>> so_parts(3, 1).simples
    (Simple(kind='A', rank=1, character=None),)
    """
    n, character = p + q, (p + q - (p - q) ** 2) // 2
    if n < 3:
        return Parts(abelian=int(n == 2))
    if n == 4:
        split: dict[int, list[int | None]] = {4: [-3, -3], 2: [None], 0: [1, 1]}
        return Parts(tuple(simple("A", 1, c) for c in split[abs(p - q)]))
    return Parts((simple("B" if n % 2 else "D", n // 2, character),))
