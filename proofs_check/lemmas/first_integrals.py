"""First integrals: w commuting directions and m independent integrals, paired with rank r, force w + m - r zeros."""

from __future__ import annotations

import sympy as sp
from _lemma import main, matrix, require


def multiplicity_of_one(cocycle: sp.Matrix) -> int:
    """How often 1 is a root of the characteristic polynomial (algebraic, as exponents count)."""
    t = sp.Symbol("t")
    poly = sp.Poly(cocycle.charpoly(t).as_expr(), t)
    return next(k for k in range(cocycle.rows + 1) if poly.diff((t, k)).eval(1) != 0)


def cocycle(w: sp.Matrix, dual: sp.Matrix, seed: int) -> sp.Matrix:
    """A random A with A W = W and L A = L: I plus what maps into ker L and vanishes on W."""
    into = sp.Matrix.hstack(*dual.nullspace())
    onto = sp.Matrix.hstack(*w.T.nullspace()).T
    return sp.eye(w.rows) + into * matrix(seed, into.cols, onto.rows) * onto


def cases() -> list[tuple[sp.Matrix, sp.Matrix]]:
    """Directions W (n x w) and differentials L (m x n), paired with rank r = rank L W from 0 to 2."""
    found = []
    for seed, (n, w, m) in enumerate([(5, 1, 2), (6, 2, 2), (6, 3, 2), (7, 2, 3)]):
        for r in range(min(w, m) + 1):
            left = matrix(20 * seed + r, n, w)
            annihilator = sp.Matrix.hstack(*left.T.nullspace()).T
            dual = matrix(20 * seed + r + 9, m, annihilator.rows) * annihilator
            dual[:r, :] = matrix(20 * seed + r + 5, r, n) if r else dual[:r, :]
            found.append((left, dual))
    return found


def block_triangular() -> str:
    """The algebra of the proof on random cocycles: the multiplicity of 1 is at least w + m - rank(L W)."""
    equal, all_cases = 0, cases()
    for seed, (w, dual) in enumerate(all_cases):
        a = cocycle(w, dual, 300 + seed)
        require(a * w == w and dual * a == dual, "the cocycle keeps W and L")
        least = w.rank() + dual.rank() - (dual * w).rank()
        found = multiplicity_of_one(a)
        require(found >= least, f"only {found} ones for w + m - r = {least}")
        equal += found == least
    require(equal >= len(all_cases) // 2, "the count should be attained by most random cocycles")
    return f"{len(all_cases)} random cocycles, attained by {equal}"


def with_a_smaller_r() -> str:
    """Wrong: w + m zeros whatever the pairing."""
    for seed, (w, dual) in enumerate(cases()):
        require(multiplicity_of_one(cocycle(w, dual, 300 + seed)) >= w.rank() + dual.rank(), "r cannot be dropped")
    return ""


def three_bodies(dimension: int) -> tuple[int, int, int]:
    """(w, m, r) at a rational state with L != 0, equal masses, centre of mass at rest (Jacobi coordinates)."""
    q = [sp.symbols(f"q{i}_0:{dimension}") for i in range(2)]
    p = [sp.symbols(f"p{i}_0:{dimension}") for i in range(2)]
    state = [c for pair in (*q, *p) for c in pair]
    a, b = sp.Matrix(q[0]), sp.Matrix(q[1])
    bodies = (a, b + a / 2, b - a / 2)  # the three mutual distances, up to constants that do not matter
    energy = sum(c**2 for pair in p for c in pair) - sum(1 / sp.sqrt(d.dot(d)) for d in bodies)
    flow = [sp.diff(energy, c) for pair in p for c in pair] + [-sp.diff(energy, c) for pair in q for c in pair]
    momenta, turns = [], []
    for i in range(dimension):
        for j in range(i):
            momenta.append(sum(u[i] * v[j] - u[j] * v[i] for u, v in zip(q, p, strict=True)))
            turns.append([{i: u[j], j: -u[i]}.get(k, sp.Integer(0)) for u in (*q, *p) for k in range(dimension)])
    values = [3, 0, 0, 0, 4, 0, 0, 2, 1, 1, 0, 3] if dimension == 3 else [3, 0, 0, 4, 1, 2, 3, -1]
    at = dict(zip(state, values, strict=True))
    w = sp.Matrix([*turns, flow]).T.subs(at)
    gradients = sp.Matrix([energy, *momenta]).jacobian(state).subs(at)
    return w.applyfunc(sp.nsimplify).rank(), gradients.rank(), sp.simplify(gradients * w).rank()


def of_the_three_body_problem() -> str:
    spatial, planar = three_bodies(3), three_bodies(2)
    require(spatial == (4, 4, 2), f"spatial: w, m, r = {spatial}, so 6 zeros")
    require(planar == (2, 2, 0), f"planar: w, m, r = {planar}, so 4 zeros")
    return "three bodies: 4 + 4 - 2 in space, 2 + 2 - 0 in the plane"


def heisenberg(total_is_zero: bool = False) -> tuple[int, int, int]:
    """(w, m, r) of four coupled spins on their spheres: SO(3) and f; total spin and energy modulo |s_i|^2."""
    s = [sp.Matrix(sp.symbols(f"s{i}_0:3")) for i in range(4)]
    state = [c for spin in s for c in spin]
    energy = sum(s[i].dot(s[i + 1]) for i in range(3))
    total = s[0] + s[1] + s[2] + s[3]
    field = [sp.diff(energy, c) for c in state]
    flow = sp.Matrix.vstack(*(spin.cross(sp.Matrix(field[3 * i : 3 * i + 3])) for i, spin in enumerate(s)))
    units = [sp.Matrix(e) for e in ([1, 0, 0], [0, 1, 0], [0, 0, 1])]
    w = sp.Matrix.hstack(*(sp.Matrix.vstack(*(e.cross(spin) for spin in s)) for e in units), flow)
    values = [3, 4, 0, 0, 3, 4, 4, 0, 3, 5, 0, 0]
    if total_is_zero:
        values = [3, 4, 0, -3, -4, 0, 4, 0, 3, -4, 0, -3]
    at = dict(zip(state, values, strict=True))
    casimirs = sp.Matrix([spin.dot(spin) for spin in s]).jacobian(state).subs(at)
    both = sp.Matrix([*total, energy]).jacobian(state).subs(at)
    m = sp.Matrix.vstack(both, casimirs).rank() - casimirs.rank()
    return w.subs(at).rank(), m, (both * w.subs(at)).rank()


def of_spin_chains() -> str:
    require(heisenberg() == (4, 4, 2), f"Heisenberg chain: {heisenberg()}")
    return "Heisenberg chain: 4 + 4 - 2"


def at_a_special_point() -> str:
    """Wrong: r may be taken at one point (total spin 0, where the pairing vanishes): the count stays 6."""
    w, m, r = heisenberg(total_is_zero=True)
    require(w + m - r == 6, f"at total spin zero w + m - r = {w + m - r}")
    return ""


def regular_points_are_needed() -> str:
    """H = p^2/2 - q^2/2 at its saddle: m = 0 there, the exponents are 1 and -1."""
    require(sp.Matrix([[0, 1], [1, 0]]).eigenvals() == {1: 1, -1: 1}, "the saddle's exponents")
    return "needed: off critical points (a saddle has 1, -1)"


def at_critical_points() -> str:
    """Wrong: an integral forces a zero at its critical points too."""
    require(0 in sp.Matrix([[0, 1], [1, 0]]).eigenvals(), "the saddle has no zero")
    return ""


CLAIMS = [block_triangular, of_the_three_body_problem, of_spin_chains, regular_points_are_needed]
WRONG = [with_a_smaller_r, at_a_special_point, at_critical_points]
if __name__ == "__main__":
    main(__doc__, CLAIMS, WRONG)
