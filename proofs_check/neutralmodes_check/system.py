"""The statement inside the ring: its expressions as rational functions, Lie derivatives, hypotheses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from .functions import apply, derivative, number, pi, symbol
from .polynomial import Ring
from .quotient import Quotient, derive, total
from .refusal import Budget, NotDerived
from .shape import is_rational
from .statement import Statement, Tree

Environment = dict[str, Quotient]


class System:
    """A statement and its ring. Properties raise NotDerived where an expression has no exact form."""

    def __init__(
        self,
        statement: Statement,
        budget: Budget | None = None,
        units: Mapping[int, Fraction] | None = None,
        elementary: bool = False,
    ) -> None:
        self.statement = statement
        self.ring = Ring(statement.names, budget or Budget())
        self.ring.activations = statement.activations
        self.ring.units, self.ring.elementary = units or {}, elementary
        self.fixed = {name: self.number(value) for name, value in statement.exact.items()}
        self.own = self.fixed | {name: self.indeterminate(name) for name in statement.names}

    def number(self, value: Fraction | int) -> Quotient:
        return number(self.ring, value)

    def indeterminate(self, name: str) -> Quotient:
        """The indeterminate of a name; auxiliary names of a proof are added to the ring here."""
        return Quotient(self.ring.generator(self.ring.symbol(name)))

    def convert(self, tree: Tree, environment: Environment | None = None) -> Quotient:
        """The value of an expression where names have the given values."""
        names = self.own if environment is None else environment
        if isinstance(tree, str):
            return self.number(Fraction(tree)) if is_rational(tree) else names[tree]
        head = tree[0]
        if head == "pi":
            return pi(self.ring)
        first = self.convert(tree[1], names)
        if head == "^":
            return first ** tree[2]
        rest = [self.convert(operand, names) for operand in tree[2:]]
        if head == "+":
            return total(self.ring, [first, *rest])
        if head == "*":
            for factor in rest:
                first = first * factor
            return first
        return apply(self.ring, head, first, *rest)

    def all(self, trees: Sequence[Tree], environment: Environment | None = None) -> list[Quotient]:
        return [self.convert(tree, environment) for tree in trees]

    @cached_property
    def rule(self) -> list[Quotient]:
        return self.all(self.statement.rule)

    @cached_property
    def generators(self) -> list[list[Quotient]]:
        """p lists of n: the columns of Xi."""
        return [self.all(g) for g in self.statement.generators]

    @cached_property
    def inequalities(self) -> list[Quotient]:
        return self.all(self.statement.inequalities)

    @cached_property
    def constraints(self) -> list[Quotient]:
        return self.all(self.statement.constraints)

    @cached_property
    def hypotheses(self) -> list[Quotient]:
        """G: the region's inequalities, then u - lo and hi - u of each input and interval parameter."""
        result = list(self.inequalities)
        for name in self.statement.names[len(self.statement.variables) :]:
            low, high = self.statement.boxes[name]
            u = self.own[name]
            result += [u - self.number(low), self.number(high) - u]
        return result

    def lie(self, vector: Sequence[Quotient]) -> Callable[[Quotient], Quotient]:
        """The Lie derivative along a vector field; inputs, parameters and pi are its constants."""
        values = {self.ring.symbol(v): c for v, c in zip(self.statement.variables, vector, strict=True)}
        zero = self.number(0)

        def value(i: int) -> Quotient:
            if i not in values:
                data = self.ring.symbols[i]
                values[i] = zero
                for slot, argument in enumerate(data[1:] if data is not None else ()):
                    if inner := derive(argument, value):
                        values[i] = values[i] + self.slope(slot, *data) * inner
            return values[i]

        return lambda q: derive(q, value)

    def gradient(self, q: Quotient) -> list[Quotient]:
        """The partial derivatives by the variables."""
        n, (zero, one) = len(self.statement.variables), map(self.number, (0, 1))
        return [self.lie([one if i == j else zero for j in range(n)])(q) for i in range(n)]

    def slope(self, slot: int, name: str, *arguments: Quotient) -> Quotient:
        """The derivative of a built-in or declared function by one of its arguments.

        Of an opaque function only the chain rule is known: its derivative is opaque again.
        """
        if name in self.ring.activations or "'" in name:
            variable, tree = self.ring.activations.get(name, ("", None))
            if tree is None:
                return symbol(self.ring, f"{name}'{slot}", *arguments)
            return self.convert(tree, {variable: arguments[0]})
        return derivative(self.ring, name, *arguments)

    def image(self, vector: Sequence[Quotient]) -> Environment:
        """The environment in which the variables have the values of `vector`."""
        return self.own | dict(zip(self.statement.variables, vector, strict=True))

    def point(self, values: Sequence[Fraction]) -> Environment:
        """Rational values of the first names: of the variables, or of all names."""
        given = zip(self.statement.names, values, strict=False)
        return self.own | {name: self.number(value) for name, value in given}

    def rational(self, tree: Tree, environment: Environment) -> Fraction:
        """The exact rational value of an expression at a point."""
        value = self.convert(tree, environment).value()
        if value is None:
            raise NotDerived("an expression has no rational value at the given point")
        return value

    def whole(self, values: Sequence[Fraction]) -> list[Fraction]:
        """Values of all names from those of the variables: inputs and parameters at the middle of their range."""
        boxes = (self.statement.boxes[name] for name in self.statement.names[len(values) :])
        return [*values, *((a + b) / 2 for a, b in boxes)]

    def contains(self, values: Sequence[Fraction]) -> bool:
        """Whether the point lies in N exactly (and what is given of inputs and parameters in their ranges)."""
        environment, statement = self.point(values), self.statement
        ranges = zip(statement.names, values, strict=False)
        inside = all(a <= v <= b for n, v in ranges for a, b in [statement.boxes.get(n, (v, v))])
        inside = inside and all(self.rational(g, environment) >= 0 for g in statement.inequalities)
        return inside and all(self.rational(h, environment) == 0 for h in statement.constraints)
