"""Normal forms modulo equalities: each equality is divided out along a main variable of its own."""

from __future__ import annotations

from collections.abc import Sequence

from flint import Ordering, fmpq_mpoly, fmpq_mpoly_ctx

# Main orders that clash could rewrite for ever; a remainder after these passes is still exact.
_PASSES = 8
_MOST_TERMS = 20_000


class Quotient:
    """Division by equalities H_j with remainder, p = remainder + sum of cofactor_j H_j.

    Parameters
    ----------
    equalities : polynomials of one context.
    sample : the polynomial that the choice of main variables should make simple.
    mains : names that may be main variables (default: all). On a face R^2 - |z|^2 a main variable
        of z rewrites |z|^2 to R^2 and leaves other blocks alone.
    """

    def __init__(
        self, equalities: Sequence[fmpq_mpoly], sample: fmpq_mpoly, mains: Sequence[str] | None = None
    ) -> None:
        self.ctx = sample.context()
        self.equalities = tuple(equalities)
        self._orders: list[tuple[int, fmpq_mpoly, fmpq_mpoly_ctx]] = []
        free = list(mains if mains is not None else self.ctx.names())
        for j, equality in enumerate(self.equalities):
            if not equality.is_zero():
                main = self._choose(equality, sample, free)
                free = [name for name in free if name != main]
                order = self._order(main)
                self._orders.append((j, equality.project_to_context(order), order))
                sample = self.reduce(sample)

    def reduce(self, polynomial: fmpq_mpoly) -> fmpq_mpoly:
        """The remainder alone."""
        return self.divide(polynomial)[0] if self._orders else polynomial

    def divide(self, polynomial: fmpq_mpoly) -> tuple[fmpq_mpoly, list[fmpq_mpoly]]:
        """The remainder and one cofactor for each equality."""
        cofactors = [self.ctx.constant(0)] * len(self.equalities)
        for _ in range(_PASSES):
            before = polynomial
            for j, divisor, order in self._orders:
                quotient, remainder = divmod(polynomial.project_to_context(order), divisor)
                cofactors[j] = cofactors[j] + quotient.project_to_context(self.ctx)
                polynomial = remainder.project_to_context(self.ctx)
                if len(polynomial) > _MOST_TERMS:
                    return polynomial, cofactors
            if polynomial == before or _degree(polynomial) > _degree(before):
                break
        return polynomial, cofactors

    def _choose(self, equality: fmpq_mpoly, sample: fmpq_mpoly, free: list[str]) -> str | None:
        """The free main variable whose pure power leads ``equality`` and that simplifies ``sample`` most."""
        best: tuple[tuple[int, int, int], str] | None = None
        for position, name in enumerate(free):
            if not _is_monic_in(equality, self.ctx.names().index(name)):
                continue
            order = self._order(name)
            rest = divmod(sample.project_to_context(order), equality.project_to_context(order))[1]
            score = (_degree(rest), len(rest), position)
            if best is None or score < best[0]:
                best = (score, name)
        return best[1] if best else None

    def _order(self, main: str | None) -> fmpq_mpoly_ctx:
        names = list(self.ctx.names())
        if main is not None:
            names = [main, *(name for name in names if name != main)]
        return fmpq_mpoly_ctx.get(names, Ordering.lex)


def _degree(polynomial: fmpq_mpoly) -> int:
    return 0 if polynomial.is_zero() else int(polynomial.total_degree())


def _is_monic_in(polynomial: fmpq_mpoly, variable: int) -> bool:
    """True where the highest power of the variable stands alone, with a constant coefficient."""
    degree = polynomial.degrees()[variable]
    tops = [monomial for monomial in polynomial.monoms() if monomial[variable] == degree]
    return degree > 0 and len(tops) == 1 and sum(tops[0]) == degree
