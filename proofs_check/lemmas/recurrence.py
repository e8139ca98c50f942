"""Recurrence: for N compact, Sigma closed and forward invariant, no compact invariant set in Sigma iff it misses N."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import sympy as sp
from _lemma import main, require
from stabilizer import so

t = sp.Symbol("t", positive=True)
Set = frozenset[int]


def subsets(n: int) -> list[Set]:
    return [frozenset(i for i in range(n) if mask >> i & 1) for mask in range(2**n)]


def image(F: tuple[int, ...], a: Set) -> Set:
    return frozenset(F[i] for i in a)


def invariant_inside(F: tuple[int, ...], a: Set) -> Set:
    """The largest subset K of a with F(K) = K."""
    while image(F, a) & a != a:
        a = image(F, a) & a
    return a


def systems(n: int) -> Iterator[tuple[tuple[int, ...], Set, Set]]:
    """All maps of n points with all forward invariant N and Sigma: finite spaces are compact."""
    for F in product(range(n), repeat=n):
        forward = [a for a in subsets(n) if image(F, a) <= a]
        yield from ((F, region, sigma) for region in forward if region for sigma in forward)


def equivalence() -> str:
    """All of them on 4 points: K is not empty exactly where Sigma meets N, and omega(x) lies in K for x in Sigma."""
    count = 0
    for F, region, sigma in systems(4):
        inside = region & sigma
        kept = invariant_inside(F, inside)
        require(image(F, kept) == kept and bool(kept) == bool(inside), "the equivalence")
        count += 1
    return f"all {count} systems on 4 points"


def sigma_is_forward_invariant() -> str:
    """{dim E_x < q} along equivariant orbits: kept by a flow, entered and never left by a map."""
    at = sp.Matrix([0, 0, 0])
    require(so(3, at * sp.exp(-t)).rank() == 0, "the centre stays")
    ranks, z = [], sp.Rational(1)
    for _ in range(4):
        ranks.append(int(z != 0))
        z = z * (1 - z**2) / 2
    require(ranks == [1, 0, 0, 0], "a map enters Sigma in one step and stays; F^-1(Sigma) is larger than Sigma")
    return "forward invariance for flows and maps"


def without_invariance() -> str:
    """Wrong: the same for every Sigma (one point that the map leaves carries nothing, yet it meets N)."""
    for n in (2,):
        for F in product(range(n), repeat=n):
            for sigma in subsets(n):
                require(bool(invariant_inside(F, sigma)) == bool(sigma), "Sigma is not forward invariant")
    return ""


def compactness_is_needed() -> str:
    """x' = 1 on the line, Sigma = N = [0, oo): forward invariant, not compact, and no bounded orbit in it."""
    require(sp.limit(1 + t, t, sp.oo) == sp.oo, "every orbit leaves every bounded set")
    return "needed: N compact (x' = 1 on a half line), Sigma forward invariant"


def without_compactness() -> str:
    """Wrong: on the half line the orbit of x' = 1 has a limit point."""
    require(sp.limit(1 + t, t, sp.oo).is_finite, "no limit point")
    return ""


CLAIMS = [equivalence, sigma_is_forward_invariant, compactness_is_needed]
WRONG = [without_invariance, without_compactness]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
