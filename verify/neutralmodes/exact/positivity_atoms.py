"""Atoms: where inequalities bound a few polynomials s_k (radii, coordinates), ask in those instead.

An annulus s - a >= 0, b - s >= 0 with s = |z|^2 speaks of s alone. Where the target is a
polynomial in such atoms (and in variables that no atom contains) the question is asked again in
one indeterminate per atom, and its answer is substituted back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flint import Ordering, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx

from neutralmodes.exact.ldl import ldl_squares
from neutralmodes.exact.linear import solve
from neutralmodes.exact.positivity_question import Question, relevant, variables
from neutralmodes.exact.positivity_quotient import Quotient
from neutralmodes.exact.positivity_rule import Square

# Where an atom has no lower bound among the inequalities, s - low = sum of c q^2 gives one.
Floor = tuple[fmpq_mpoly, list[tuple[fmpq, fmpq_mpoly]]]


@dataclass(frozen=True)
class Atoms:
    """A question in atoms and what is needed to bring its answer back."""

    question: Question
    original: Question
    images: list[fmpq_mpoly]
    floors: dict[int, Floor]

    def lift(self, squares: list[Square]) -> list[Square]:
        """The same combination in the original variables; floors become sums of squares."""
        lifted = []
        for of, c, q in squares:
            real = tuple(i for i in of if i not in self.floors)
            lifted += [(real, d, p) for d, p in self._expand(of, c, self._substitute(q))]
        return lifted

    def _substitute(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        return polynomial.compose(*self.images)

    def _expand(self, of: tuple[int, ...], c: fmpq, q: fmpq_mpoly) -> list[tuple[fmpq, fmpq_mpoly]]:
        parts = [(c, q)]
        for i, (value, squares) in self.floors.items():
            pairs, odd = divmod(of.count(i), 2)
            parts = [(d, p * value**pairs) for d, p in parts]
            if odd:
                parts = [(d * e, p * r) for d, p in parts for e, r in squares]
        return parts


def in_atoms(question: Question, limit: int) -> Atoms | None:
    """The question in atoms, or None where the target is no polynomial in them.

    Floors are numbered from ``limit``, the number of all inequalities.
    """
    found: dict[tuple[tuple[tuple[int, ...], fmpq], ...], tuple[fmpq_mpoly, bool]] = {}
    for g in question.inequalities.values():
        shape = g - constant_term(g)
        atom = shape / shape.leading_coefficient()
        key = tuple(sorted(atom.to_dict().items()))
        found[key] = (atom, found.get(key, (atom, False))[1] or shape.leading_coefficient() > 0)
    shapes = list(found.values())
    if not shapes:
        return None
    inside = set().union(*(variables(atom) for atom, _ in shapes))
    translate = _translation(question, [atom for atom, _ in shapes], inside)
    target = translate.reduce(_into(question.target, translate.ctx))
    if variables(target) & inside:
        return None
    inequalities = {i: translate.reduce(_into(g, translate.ctx)) for i, g in question.inequalities.items()}
    first = question.ctx.nvars()
    floors = {}
    for k, (atom, bounded_below) in enumerate(shapes):
        floor = None if bounded_below else _floor(atom)
        if floor is not None:
            floors[limit + k] = floor
            inequalities[limit + k] = translate.ctx.gen(first + k) - constant_term(atom - floor[0])
    plain = Quotient((), target)
    kept, used = relevant(target, inequalities)
    asked = replace(question, target=target, inequalities=kept, used=used, quotient=plain, hints=())
    images = [*question.ctx.gens(), *(atom for atom, _ in shapes)]
    return Atoms(asked, question, images, floors)


def constant_term(polynomial: fmpq_mpoly) -> fmpq:
    """The coefficient of 1."""
    return polynomial[(0,) * polynomial.context().nvars()]


def _translation(question: Question, atoms: list[fmpq_mpoly], inside: set[int]) -> Quotient:
    names = [str(name) for name in question.ctx.names()]
    prefix = "s"
    while any(name.startswith(prefix) for name in names):
        prefix = "_" + prefix
    ctx = fmpq_mpoly_ctx.get([*names, *(f"{prefix}{k}" for k in range(len(atoms)))], Ordering.lex)
    relations = [_into(atom, ctx) - ctx.gen(len(names) + k) for k, atom in enumerate(atoms)]
    return Quotient(relations, _into(question.target, ctx), mains=[names[i] for i in sorted(inside)])


def _into(polynomial: fmpq_mpoly, ctx: fmpq_mpoly_ctx) -> fmpq_mpoly:
    return polynomial.project_to_context(ctx)


def _floor(atom: fmpq_mpoly) -> Floor | None:
    """(atom - minimum, its squares) of a convex quadratic atom that attains its minimum."""
    if atom.total_degree() != 2:
        return None
    ctx = atom.context()
    used = sorted(variables(atom))
    slopes = [atom.derivative(i) for i in used]
    hessian = [[constant_term(slope.derivative(j)) for j in used] for slope in slopes]
    centre = solve(hessian, [-constant_term(slope) for slope in slopes])
    squares = ldl_squares(fmpq_mat([[entry / 2 for entry in row] for row in hessian]))
    if centre is None or squares is None:
        return None
    at = dict(zip(used, centre, strict=True))
    basis = [ctx.gen(i) - at[i] for i in used]
    rows = [(d, sum((e * b for e, b in zip(row, basis, strict=True)), ctx.constant(0))) for d, row in squares]
    value = atom - atom(*(at.get(i, fmpq(0)) for i in range(ctx.nvars())))
    return value, rows
