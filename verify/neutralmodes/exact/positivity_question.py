"""A positivity question prepared for the search: reduced by its equalities, cut to what matters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from neutralmodes.exact.positivity_quotient import Quotient
from neutralmodes.exact.positivity_rule import product
from neutralmodes.exact.positivity_work import Work

Key = frozenset[tuple[tuple[int, ...], fmpq]]

_DIVISION = 20  # operations for each equality and term of a normal form


@dataclass(frozen=True)
class Question:
    """Is ``target`` >= 0 (> 0 if strict) where every inequality is >= 0?

    ``inequalities`` maps the index of an inequality to its normal form. ``used`` are the variables
    of the target and all that are tied to them; constant and untied inequalities are left out.
    """

    target: fmpq_mpoly
    inequalities: dict[int, fmpq_mpoly]
    used: tuple[int, ...]
    quotient: Quotient
    strict: bool
    work: Work
    hints: tuple[fmpq_mpoly, ...] = ()
    _forms: dict[Key, fmpq_mpoly] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ctx(self) -> fmpq_mpoly_ctx:
        return self.target.context()

    @property
    def support(self) -> list[fmpq_mpoly]:
        """All polynomials whose symmetries the question has (hints apart)."""
        return [self.target, *self.inequalities.values(), *self.quotient.equalities]

    def reduced(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The normal form, remembered: the same products meet in many searches."""
        if not self.quotient.equalities:
            self.work.terms(len(polynomial))
            return polynomial
        key = frozenset(polynomial.to_dict().items())
        if key not in self._forms:
            found = self._forms[key] = self.quotient.reduce(polynomial)
            self.work.terms(_DIVISION * len(self.quotient.equalities) * (1 + len(found)))
        return self._forms[key]

    def product(self, of: Iterable[int]) -> fmpq_mpoly:
        """The normal form of the product of these inequalities."""
        return self.quotient.reduce(product((self.inequalities[i] for i in of), self.ctx))

    def auxiliary(self) -> list[int]:
        """The variables v that occur in the target alone, where it is a quadratic form in them.

        Every square of a proof is then linear in v.
        """
        bound = set().union(*(variables(p) for p in [*self.inequalities.values(), *self.quotient.equalities]))
        alone = sorted(variables(self.target) - bound)
        quadratic = all(sum(m[i] for i in alone) == 2 for m in self.target.monoms())
        return alone if quadratic and not self.hints else []


def ask(
    target: fmpq_mpoly,
    inequalities: Sequence[fmpq_mpoly],
    equalities: Sequence[fmpq_mpoly],
    strict: bool,
    work: Work,
    hints: Sequence[fmpq_mpoly] = (),
) -> Question:
    """The question modulo its equalities."""
    quotient = Quotient(equalities, target)
    reduced = {i: quotient.reduce(g) for i, g in enumerate(inequalities)}
    simple = quotient.reduce(target)
    kept, used = relevant(simple, reduced, equalities)
    return Question(simple, kept, used, quotient, strict, work, tuple(hints))


def relevant(
    target: fmpq_mpoly, inequalities: dict[int, fmpq_mpoly], equalities: Sequence[fmpq_mpoly] = ()
) -> tuple[dict[int, fmpq_mpoly], tuple[int, ...]]:
    """The inequalities tied to the target, and the variables concerned."""
    used = tied(target, [*inequalities.values(), *equalities])
    return {i: g for i, g in inequalities.items() if variables(g) & used}, tuple(sorted(used))


def tied(target: fmpq_mpoly, others: Iterable[fmpq_mpoly]) -> set[int]:
    """The variables of the target, with all that polynomials of ``others`` tie to them."""
    reach, waiting = variables(target), [variables(p) for p in others]
    while linked := [group for group in waiting if group & reach]:
        reach |= set().union(*linked)
        waiting = [group for group in waiting if not group & reach]
    return reach


def variables(polynomial: fmpq_mpoly) -> set[int]:
    """The indices of the variables that occur."""
    if polynomial.is_zero():
        return set()
    return {i for i, degree in enumerate(polynomial.degrees()) if degree > 0}
