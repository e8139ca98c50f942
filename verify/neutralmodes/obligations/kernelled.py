"""Positivity with functions: each function value is one more indeterminate of which only facts are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.expression import ENTIRE, Tree, fold, is_rational, names, nodes, to_json
from neutralmodes.exact.facts import FACTS
from neutralmodes.exact.field import Field, Kernel, plain_context
from neutralmodes.exact.positivity import bounded_certificate, prove_positive
from neutralmodes.exact.ratio import Ratio
from neutralmodes.exact.readback import kernel_trees

_MOST_KERNELS = 60
_PARTNERS = {"cos": ("sin", 1), "cosh": ("sinh", -1)}  # the squares add, or differ, to 1


class Kernelled:
    """A ring in the names and the function values that occur in some elements of a field."""

    def __init__(self, field: Field, elements: Sequence[Ratio]) -> None:
        self.field = field
        used = {k.gen for k in field.kernels for r in elements for p in (r.num, r.den) if _occurs(p, k.gen)}
        self.kernels = [k for k in field.kernels if k.gen in used]
        trees = kernel_trees(field) if used else {}
        self.trees: list[Tree] = [trees[k.gen] for k in self.kernels]
        self.auxiliary = auxiliary_names("t", len(self.kernels), field.names)
        self.ctx = plain_context([*field.names, *self.auxiliary])
        self._place = {g: i for i, g in enumerate([*range(len(field.names)), *(k.gen for k in self.kernels)])}

    def polynomial(self, poly: fmpq_mpoly) -> fmpq_mpoly | None:
        """The polynomial in this ring; None where another function value occurs."""
        terms = {}
        for monomial, c in poly.to_dict().items():
            powers = [0] * len(self._place)
            for gen, e in enumerate(monomial):
                if e and gen not in self._place:
                    return None
                if e:
                    powers[self._place[gen]] = int(e)
            terms[tuple(powers)] = c
        return self.ctx.from_dict(terms)

    def hypotheses(
        self, inequalities: Sequence[Ratio], equalities: Sequence[Ratio]
    ) -> tuple[list[fmpq_mpoly], list[fmpq_mpoly]] | None:
        """(G, H) in this ring; None where one divides, or where there are too many function values."""
        if len(self.kernels) > _MOST_KERNELS or not all(r.is_polynomial for r in (*inequalities, *equalities)):
            return None
        found = [[self.polynomial(r.num) for r in part] for part in (inequalities, equalities)]
        lower, exact = ([p for p in part if p is not None] for part in found)
        return lower, exact

    def finish(self, proof: dict[str, Any], equalities: int) -> dict[str, Any]:
        """The proof with its kernels, without the relations that the checker knows."""
        kept = [e for e in proof["equalities"] if e["of"] < equalities]
        kernels = {"kernels": [to_json(t) for t in self.trees]} if self.trees else {}
        return {**proof, "equalities": kept, **kernels}

    def facts(self, sectors: bool) -> list[fmpq_mpoly]:
        """Every fact in order; without ``sectors`` those that speak of arguments stand as 0."""
        return [p for i, kernel in enumerate(self.kernels) for p in self._facts(i, kernel, sectors)]

    def _facts(self, i: int, kernel: Kernel, sectors: bool) -> Iterator[fmpq_mpoly]:
        t = self.ctx.gen(len(self.field.names) + i)
        argument = kernel.arguments[0] if kernel.arguments else self.field.zero
        a = self.polynomial(argument.num) if argument.is_polynomial else None
        for tree in FACTS.get(kernel.function, ()):
            if "a" not in names(tree):
                yield _value(tree, t, self.ctx.constant(0))
            else:
                yield _value(tree, t, a) if sectors and a is not None else self.ctx.constant(0)

    def relations(self) -> list[fmpq_mpoly]:
        """cos^2 + sin^2 - 1, cosh^2 - sinh^2 - 1 and sqrt(a)^2 - a, of which the checker knows by itself."""
        place = {(k.function, k.arguments[0].key()): i for i, k in enumerate(self.kernels) if k.arguments}
        first, found = len(self.field.names), []
        for (function, argument), i in place.items():
            t = self.ctx.gen(first + i)
            partner, sign = _PARTNERS.get(function, ("", 0))
            if (j := place.get((partner, argument))) is not None:
                found.append(t**2 + sign * self.ctx.gen(first + j) ** 2 - 1)
            inner = self.kernels[i].arguments[0]
            if function == "sqrt" and inner.is_polynomial and (under := self.polynomial(inner.num)) is not None:
                found.append(t**2 - under)
        return found


def prove_with_facts(
    field: Field,
    target: Ratio,
    inequalities: Sequence[Ratio],
    equalities: Sequence[Ratio],
    *,
    strict: bool,
    entire: bool,
    budget_s: float,
) -> dict[str, Any] | None:
    """A positivstellensatz proof with ``kernels``, or None.

    ``entire`` admits only functions that are defined on the whole line.
    """
    ring = Kernelled(field, [target, *inequalities, *equalities])
    goal = ring.polynomial(target.num if target.is_polynomial else target.num * target.den)
    given = ring.hypotheses(inequalities, equalities)
    if goal is None or given is None or (entire and not all(map(_is_entire, ring.trees))):
        return None
    lower, exact = given
    for sectors in (False, True):
        facts, relations = ring.facts(sectors), ring.relations()
        proof = prove_positive(goal, [*lower, *facts], [*exact, *relations], strict=strict, budget_s=budget_s / 2)
        if proof:
            return ring.finish(proof, len(exact))
    return None


def bound_with_facts(
    field: Field, inequalities: Sequence[Ratio], equalities: Sequence[Ratio], lengths: Sequence[str]
) -> tuple[fmpq, dict[str, Any]] | None:
    """B and a proof of B - (sum of the squares of ``lengths``) >= 0 where functions occur, or None."""
    ring = Kernelled(field, [*inequalities, *equalities])
    given = ring.hypotheses(inequalities, equalities)
    if given is None:
        return None
    lower, exact = given
    found = bounded_certificate([*lower, *ring.facts(sectors=False)], [*exact, *ring.relations()], lengths)
    return found and (found[0], ring.finish(found[1], len(exact)))


def auxiliary_names(letter: str, count: int, taken: Sequence[str]) -> list[str]:
    """letter_0, letter_1, ...; underscores are prefixed until no name clashes."""
    prefix = f"{letter}_"
    while any(f"{prefix}{i}" in taken for i in range(count)):
        prefix = "_" + prefix
    return [f"{prefix}{i}" for i in range(count)]


def _is_entire(tree: Tree) -> bool:
    """Whether a tree is visibly defined everywhere; it may divide by exponentials alone."""
    heads = [node for node in nodes(tree) if not isinstance(node, str) and node[0] not in ENTIRE | {"+", "*", "pi"}]
    return all(node[0] == "^" and (node[2] > 0 or node[1][0] == "exp") for node in heads)


def _occurs(poly: fmpq_mpoly, gen: int) -> bool:
    return not poly.is_zero() and poly.degrees()[gen] > 0


def _value(tree: Tree, t: fmpq_mpoly, a: fmpq_mpoly) -> fmpq_mpoly:
    def visit(node: Tree, operands: list[fmpq_mpoly]) -> fmpq_mpoly:
        if isinstance(node, str):
            if is_rational(node):
                return t.context().constant(fmpq(*map(int, node.split("/"))))
            return t if node == "t" else a
        result = operands[0]
        for operand in operands[1:]:
            result = result + operand if node[0] == "+" else result * operand
        return result

    return fold(tree, visit, {})
