"""Ball arithmetic on trees: rigorous enclosures of values at points and on boxes.

python-flint's working precision is global; ``working_precision`` is the only door to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import flint
from flint import arb, fmpq

from neutralmodes.exact.expression import Activations, Tree, fold, is_rational


@contextmanager
def working_precision(bits: int) -> Iterator[None]:
    """Set python-flint's global precision and restore it on the way out."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


def precision() -> int:
    """python-flint's working precision, in bits."""
    return int(flint.ctx.prec)


def ball(value: Fraction | fmpq | int) -> arb:
    """The ball of an exact rational at the working precision."""
    return arb(fmpq(value.numerator, value.denominator)) if isinstance(value, Fraction) else arb(value)


def interval(lo: Fraction, hi: Fraction) -> arb:
    """A ball that contains [lo, hi]."""
    return ball(lo).union(ball(hi))


FUNCTIONS: dict[str, Callable[[arb], arb]] = {
    "sin": lambda a: a.sin(),
    "cos": lambda a: a.cos(),
    "tan": lambda a: a.tan(),
    "sinh": lambda a: a.sinh(),
    "cosh": lambda a: a.cosh(),
    "tanh": lambda a: a.tanh(),
    "exp": lambda a: a.exp(),
    "log": lambda a: a.log(),
    "sqrt": lambda a: a.sqrt(),
    "atan": lambda a: a.atan(),
    "asin": lambda a: a.asin(),
    "acos": lambda a: a.acos(),
    "erf": lambda a: a.erf(),
    "abs": lambda a: abs(a),
    "sigmoid": lambda a: 1 / (1 + (-a).exp()),
    "softplus": lambda a: (1 + a.exp()).log(),
}


def enclose(tree: Tree, values: Mapping[str, arb], activations: Activations | None = None) -> arb:
    """A ball containing the tree's value; not finite where it may be undefined.

    Raises KeyError for a function that has no enclosure (declared activations among them).
    """

    def visit(node: Tree, operands: list[arb]) -> Any:
        if isinstance(node, str):
            return ball(Fraction(node)) if is_rational(node) else values[node]
        head = node[0]
        if head == "+":
            return sum(operands[1:], operands[0])
        if head == "*":
            product = operands[0]
            for operand in operands[1:]:
                product = product * operand
            return product
        if head == "^":
            return operands[0] ** node[2]
        return arb.pi() if head == "pi" else FUNCTIONS[head](operands[0])

    return fold(tree, visit, {})


def is_defined(tree: Tree, values: Mapping[str, Fraction], bits: int = 128) -> bool:
    """Whether a tree, as written, has a finite enclosure at a rational point.

    True also where a function without values (a declared activation) leaves it open.
    """
    with working_precision(bits):
        try:
            return bool(enclose(tree, {name: ball(v) for name, v in values.items()}).is_finite())
        except KeyError:
            return True
