"""Positivity of polynomials on regions: searched for in several ways, accepted by one exact check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from flint import fmpq, fmpq_mpoly

from neutralmodes.errors import InputError
from neutralmodes.exact.positivity_atoms import Atoms, in_atoms
from neutralmodes.exact.positivity_bases import blocks, split_by_signs
from neutralmodes.exact.positivity_bernstein import prove_on_box
from neutralmodes.exact.positivity_gram import prove_gram
from neutralmodes.exact.positivity_linear import prove_linear
from neutralmodes.exact.positivity_question import Question, ask
from neutralmodes.exact.positivity_quotient import Quotient
from neutralmodes.exact.positivity_rule import Square, combine, verify_positivity, write_proof
from neutralmodes.exact.positivity_sample import farthest, seen_negative
from neutralmodes.exact.positivity_work import Work

__all__ = ["bounded_certificate", "prove_positive", "verify_positivity"]

_MOST_BOUND = 4**20
_BISECTIONS = 5


def prove_positive(
    target: fmpq_mpoly,
    inequalities: Sequence[fmpq_mpoly],
    equalities: Sequence[fmpq_mpoly],
    *,
    strict: bool,
    hints: Sequence[fmpq_mpoly] | None = None,
    budget_s: float | Work = 20.0,
) -> dict[str, Any] | None:
    """A proof of target >= 0 (> 0 if strict) on {every G >= 0, every H = 0}, or None.

    Parameters
    ----------
    target, inequalities, equalities : polynomials of one context (auxiliary variables included).
    hints : polynomials whose squares may help as multipliers; verified, never trusted.
    budget_s : nominal seconds, counted in arithmetic and not by a clock, after which no further method is begun;
        or a Work that counts them for several searches.

    Returns
    -------
    The JSON object of the positivstellensatz rule (docs/certificate.md), verified exactly, or None,
    which decides nothing. Raises InputError where the polynomials have different contexts.

    >>> from flint import Ordering, fmpq_mpoly_ctx
    >>> x, y = fmpq_mpoly_ctx.get(["x", "y"], Ordering.lex).gens()
    >>> proof = prove_positive(2 - x, [1 - x**2 - y**2], [], strict=True)
    >>> verify_positivity(proof, 2 - x, [1 - x**2 - y**2], [], strict=True)
    True
    >>> prove_positive(x, [1 - x**2 - y**2], [], strict=True) is None
    True
    """
    _same_context([target, *inequalities, *equalities, *(hints or ())])
    work = budget_s if isinstance(budget_s, Work) else Work(budget_s)
    return _search(target, inequalities, equalities, strict, hints or (), work)


def _search(
    target: fmpq_mpoly,
    inequalities: Sequence[fmpq_mpoly],
    equalities: Sequence[fmpq_mpoly],
    strict: bool,
    hints: Sequence[fmpq_mpoly],
    work: Work,
) -> dict[str, Any] | None:
    question = ask(target, inequalities, equalities, strict, work, hints)
    for method in _methods(question, len(inequalities)):
        squares = _attempt(method)
        if squares is not None:
            proof = _complete(squares, target, inequalities, question.quotient)
            if proof is not None and verify_positivity(proof, target, inequalities, equalities, strict):
                return proof
        if work.over:
            return None
    return None


def bounded_certificate(
    inequalities: Sequence[fmpq_mpoly],
    equalities: Sequence[fmpq_mpoly],
    variables: Sequence[str],
    budget_s: float = 20.0,
) -> tuple[fmpq, dict[str, Any]] | None:
    """A rational B and a proof of B - (sum of the squares of ``variables``) >= 0, or None.

    B is the first power of four for which a proof is found, then lowered by bisection. Powers below
    a sampled point of the set are passed over.

    >>> from flint import Ordering, fmpq_mpoly_ctx
    >>> x, y = fmpq_mpoly_ctx.get(["x", "y"], Ordering.lex).gens()
    >>> bounded_certificate([1 - x**2 - y**2], [], ["x", "y"])[0]
    1
    """
    polynomials = [*inequalities, *equalities]
    if not polynomials:
        return None
    _same_context(polynomials)
    ctx = polynomials[0].context()
    total = sum((ctx.gen(ctx.variable_to_index(name)) ** 2 for name in variables), ctx.constant(0))
    work, far = Work(budget_s), farthest(total, inequalities, equalities)

    def attempt(bound: fmpq) -> dict[str, Any] | None:
        return _search(bound - total, inequalities, equalities, False, (), work.share(budget_s / 20))

    low, high = fmpq(0), fmpq(1)
    while int(high.p) < far or (proof := attempt(high)) is None:
        low, high = high, 4 * high
        if high > _MOST_BOUND or work.over:
            return None
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        better = attempt(middle)
        low, high, proof = (low, middle, better) if better else (middle, high, proof)
    return high, proof


def _methods(question: Question, count: int) -> Iterator[Callable[[], list[Square] | None]]:
    """The methods in order, cheap first; each is a search that may be wrong without harm.

    A sampled point with a negative target spares the expensive ones.
    """
    yield partial(_constant, question)
    atoms = in_atoms(question, count)
    if atoms is not None:
        yield partial(_in_atoms, atoms, prove_on_box)
    if seen_negative(question):
        return
    for rise in (0, 1, 2, 4):
        for method in (prove_linear, _prove_lean, _prove_squares):
            if atoms is not None:
                yield partial(_in_atoms, atoms, partial(method, degree=_degree(atoms.question, rise)))
            if rise % 2 == 0:
                yield partial(method, question, _degree(question, rise))


def _attempt(method: Callable[[], list[Square] | None]) -> list[Square] | None:
    """What the method finds; floats that break down on the way find nothing."""
    try:
        return method()
    except (OverflowError, np.linalg.LinAlgError):
        return None


def _constant(question: Question) -> list[Square] | None:
    """The target is a constant modulo the equalities."""
    if not question.target.is_constant():
        return None
    value = question.target.leading_coefficient() if not question.target.is_zero() else fmpq(0)
    return [((), value, question.ctx.constant(1))] if value > 0 else []


def _in_atoms(atoms: Atoms, method: Callable[[Question], list[Square] | None]) -> list[Square] | None:
    """What the method finds for the question in atoms, in the original variables."""
    squares = method(atoms.question)
    return None if squares is None else atoms.lift(squares)


def _degree(question: Question, rise: int) -> int:
    """The total degree of the proofs that are tried."""
    return max(2, int(question.target.total_degree())) + rise


def _prove_lean(question: Question, degree: int) -> list[Square] | None:
    found = blocks(question, degree, 1, lean=True)
    return prove_gram(question, split_by_signs(question, found)) if found else None


def _prove_squares(question: Question, degree: int) -> list[Square] | None:
    found = blocks(question, degree, 2)
    return prove_gram(question, split_by_signs(question, found)) if found else None


def _complete(
    squares: list[Square], target: fmpq_mpoly, inequalities: Sequence[fmpq_mpoly], quotient: Quotient
) -> dict[str, Any] | None:
    """Constants become the margin, the rest must be divisible by the equalities."""
    ctx = target.context()
    constants = [(c, q.leading_coefficient()) for of, c, q in squares if not of and q.is_constant()]
    margin = sum((c * q**2 for c, q in constants), fmpq(0))
    kept = [(of, c, q) for of, c, q in squares if of or not q.is_constant()]
    rest, cofactors = quotient.divide(target - margin - combine(kept, inequalities, ctx))
    return write_proof(ctx, margin, kept, cofactors) if rest.is_zero() else None


def _same_context(polynomials: Sequence[fmpq_mpoly]) -> None:
    contexts = {p.context() for p in polynomials}
    if len(contexts) > 1:
        names = sorted(str(list(ctx.names())) for ctx in contexts)
        raise InputError(f"target, inequalities and equalities need one context, given {'; '.join(names)}")
