"""The zero test: is an element of the field zero as a function? Proved, refuted by a witness, or open.

Tiers (the theory's section on residuals): T0 rational functions over Q, square roots of numbers and
pi; T1 sin, cos and exp of polynomials; T2 towers of other functions; T3 refutation by balls.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from flint import fmpq, fmpq_mpoly

from neutralmodes.exact.algebraic import algebraic_gens, separation
from neutralmodes.exact.balls import is_defined, working_precision
from neutralmodes.exact.enclosures import Ball, Enclosures, NoValue, print_ball
from neutralmodes.exact.expression import Tree
from neutralmodes.exact.field import Field, RoomIsFull
from neutralmodes.exact.ratio import Ratio
from neutralmodes.exact.readback import kernel_trees
from neutralmodes.verdict import Verdict

Point = Mapping[str, Fraction]

_PERIODIC = frozenset({"sin", "cos", "exp", "sinh", "cosh"})
_PRECISIONS = (64, 256, 1024, 2048)
_MOST_POINTS = 200
_MOST_BALL_POINTS = 24
_PATIENT_POINTS = 3  # points at which the precision rises to the end
_TIGHTEST = 1 << 16  # bits beyond which a separation bound is not chased


@dataclass(frozen=True)
class Witness:
    """A rational point with a nonzero value: exact where it is rational, else a ball that excludes 0.

    ``chosen`` are the values taken by opaque functions, (application, value).
    """

    point: dict[str, Fraction]
    value: Fraction | None = None
    ball: Ball | None = None
    chosen: tuple[tuple[Tree, Fraction], ...] = ()


@dataclass(frozen=True)
class ZeroTest:
    """The verdict, the tier that reached it ("" where none did), and the witness of a refutation."""

    verdict: Verdict
    tier: str
    witness: Witness | None = field(default=None)


def zero_test(home: Field, tree: Tree, points: Iterable[Point] | None = None) -> ZeroTest:
    """Whether a function is zero wherever its expression, as written, is defined.

    Parameters
    ----------
    tree : an expression over ``home``, one of the trees that it was made for.
    points : rational points, a value for each name, where a refutation may look (default: seeded).

    >>> from neutralmodes.exact.expression import add
    >>> cosine, sine = ("^", ("cos", "x"), 2), ("^", ("sin", "x"), 2)
    >>> home = Field(["x"], [add([cosine, sine, "-1"])])
    >>> zero_test(home, add([cosine, sine, "-1"])).verdict
    <Verdict.PROVED: 'PROVED'>

    Raises ExpressionError for an unknown name or function, ZeroDivisionError where the tree divides
    by an expression that is identically zero.
    """
    ratio = home.element(tree)
    where = seeded_points(home) if points is None else points
    return decide([ratio], home, (p for p in where if is_defined(tree, {**home.values, **p})))[0]


def decide(ratios: Sequence[Ratio], home: Field, points: Iterable[Point]) -> tuple[ZeroTest, int]:
    """Whether all elements are zero; the verdict with the index of the element that decides it.

    ``points`` are those at which everything that led to the elements is defined.
    """
    doubtful = [i for i, ratio in enumerate(ratios) if not ratio.num.is_zero()]
    looked = list(islice(points, _MOST_POINTS)) if doubtful else []
    if _may_meet(home) and (found := _refuted(home, ratios, doubtful, looked[:1])):
        return found  # a point is cheaper than the elementary form of a large field
    doubtful = [i for i in doubtful if not proves_zero(home, ratios[i])]
    if not doubtful:
        return ZeroTest(Verdict.PROVED, tier(home)), 0
    return _refuted(home, ratios, doubtful, looked) or (ZeroTest(Verdict.UNDECIDED, ""), doubtful[0])


def _refuted(
    home: Field, ratios: Sequence[Ratio], doubtful: Sequence[int], looked: Sequence[Point]
) -> tuple[ZeroTest, int] | None:
    """The first of the doubtful elements that is not zero at one of the points."""
    for i in doubtful:
        witness = refute(home, ratios[i], looked)
        if witness is not None:
            exact = witness.value is not None or tier_of(home, ratios[i]) == "T0"
            return ZeroTest(Verdict.REFUTED, "T0" if exact else "T3", witness), i
    return None


def proves_zero(home: Field, ratio: Ratio) -> bool:
    """True only where the element is zero wherever it is defined."""
    if ratio.num.is_zero():
        return True
    if home.is_rational(ratio):
        return False
    try:
        rest = home.normal(ratio)
        if rest.num.is_zero() or _zero_by_separation(home, rest.num):
            return True
        if home.elementary or not _may_meet(home):
            return False
        return proves_zero(home.twin, home.transfer(rest, home.twin))
    except (ZeroDivisionError, RoomIsFull):  # a denominator that is identically zero: nothing is defined
        return False


def _may_meet(home: Field) -> bool:
    """Whether the elementary form can show more: it links functions through exp, or sin and cos."""
    found = [k.function for k in home.kernels]
    linked = [f for f in found if f in ("exp", "log", "tanh", "sigmoid", "softplus", "sinh", "cosh")]
    return len(linked) > 1 or "tan" in found


def _zero_by_separation(home: Field, poly: fmpq_mpoly) -> bool:
    """True where every coefficient, an algebraic number, is zero by its separation bound."""
    gens = set(algebraic_gens(home))
    if not gens & _gens(poly):
        return False
    groups: dict[tuple[int, ...], dict[tuple[int, ...], fmpq]] = {}
    for monomial, coefficient in poly.to_dict().items():
        rest = tuple(0 if i in gens else e for i, e in enumerate(monomial))
        own = tuple(e if i in gens else 0 for i, e in enumerate(monomial))
        groups.setdefault(rest, {})[own] = coefficient
    return all(_number_is_zero(home, home.ctx.from_dict(part)) for part in groups.values())


def _number_is_zero(home: Field, number: fmpq_mpoly) -> bool:
    """Exact: the ball lies within the separation bound of zero."""
    if not _near_zero(home, number, _PRECISIONS[0], None):
        return False
    bound = separation(home, number)
    bits = 0 if bound is None else max(0, bound.denominator.bit_length() - bound.numerator.bit_length()) + 64
    if bound is None or bits > _TIGHTEST:
        return False
    return _near_zero(home, number, bits, fmpq(bound.numerator, bound.denominator))


def _near_zero(home: Field, number: fmpq_mpoly, bits: int, bound: fmpq | None) -> bool:
    """Whether |number| is certainly below the bound; without a bound, whether it may be zero at all."""
    with working_precision(bits):
        origin = dict.fromkeys(home.names, Fraction(0))
        value = Enclosures(home, origin).ratio(Ratio(number, home.one.den))
        return bool(value.contains(0) if bound is None else abs(value) < bound)


def refute(home: Field, ratio: Ratio, points: Iterable[Point]) -> Witness | None:
    """A point where the element is certainly not zero, or None. NaN and infinite balls never refute."""
    try:
        ratio = home.normal(ratio)
    except ZeroDivisionError:
        return None
    if home.is_rational(ratio):
        return next(filter(None, (_exact_witness(home, ratio, p) for p in points)), None)
    for k, point in enumerate(islice(points, _MOST_BALL_POINTS)):
        for bits in _PRECISIONS if k < _PATIENT_POINTS else _PRECISIONS[:2]:
            witness = ball_witness(home, ratio, point, bits, seed=k)
            if witness is not None:
                return witness
    return None


def _exact_witness(home: Field, ratio: Ratio, point: Point) -> Witness | None:
    try:
        value = home.value(ratio, point)
    except ZeroDivisionError:
        return None
    return Witness(dict(point), value) if value else None


def ball_witness(home: Field, ratio: Ratio, point: Point, bits: int, seed: int = 0) -> Witness | None:
    """The point with the ball of the value at this precision, where that excludes zero."""
    with working_precision(bits):
        values = Enclosures(home, point, seed)
        try:
            shown = print_ball(values.ratio(ratio), bits)
        except NoValue:
            return None
    if shown is None:
        return None
    trees = kernel_trees(home)
    chosen = tuple((trees[gen], value) for gen, value in values.chosen.items())
    return Witness(dict(point), None, shown, chosen)


def seeded_points(home: Field, count: int = 40) -> Iterator[dict[str, Fraction]]:
    """Seeded rational points, near the origin and farther off."""
    rng = random.Random(2)
    for k in range(count):
        top = 16 if k % 2 else 64
        yield {name: Fraction(rng.randint(-top, top), rng.choice((7, 8, 11))) for name in home.names}


def tier(home: Field) -> str:
    """The tier of everything that was converted in a field."""
    return _tier(home, {k.gen for k in home.kernels})


def tier_of(home: Field, ratio: Ratio) -> str:
    """The tier of one element: T0, T1 or T2."""
    used = {i for p in (ratio.num, ratio.den) if not p.is_zero() for i, e in enumerate(p.degrees()) if e}
    return _tier(home, used)


def _tier(home: Field, used: set[int]) -> str:
    numbers = {*algebraic_gens(home), *(k.gen for k in home.kernels if k.function == "pi")}
    plain = numbers | set(range(len(home.names)))
    found = "T0"
    for kernel in home.kernels:
        if kernel.gen in used - numbers:
            (argument, *more) = kernel.arguments
            inside = argument.is_polynomial and not more and _gens(argument.num) <= plain
            if kernel.function not in _PERIODIC or not inside:
                return "T2"
            found = "T1"
    return found


def _gens(poly: fmpq_mpoly) -> set[int]:
    return set() if poly.is_zero() else {i for i, degree in enumerate(poly.degrees()) if degree}
