"""Regions N = {x : every g_i(x) >= 0}: the compact set on which every claim is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from neutralmodes.errors import RegionError
from neutralmodes.exact.expression import Tree, add, evaluate, multiply, negate, rational
from neutralmodes.statement import Reader, infix, symbol_names


class Region:
    """The set where every expression is >= 0.

    Parameters
    ----------
    inequalities : sympy expressions g_i, each meaning g_i >= 0.
    multipliers, lyapunov : hints for the proof; they are verified, never trusted.

    >>> x, y = sp.symbols("x y")
    >>> print(Region([4 - x**2 - y**2]))
    {4 - x^2 - y^2 >= 0}
    """

    def __init__(
        self,
        inequalities: Iterable[Any],
        *,
        multipliers: Mapping[int, Any] | None = None,
        lyapunov: Any = None,
    ) -> None:
        read = Reader()
        given = [inequalities] if isinstance(inequalities, sp.Basic) else list(inequalities)
        if not given:
            raise RegionError("a region needs at least one inequality g >= 0, got none")
        self.inequalities: tuple[Tree, ...] = tuple(
            read.tree(_as_difference(g), f"region inequality {i}") for i, g in enumerate(given)
        )
        self.multipliers = {i: read.tree(m, f"multiplier {i}") for i, m in (multipliers or {}).items()}
        self.lyapunov = None if lyapunov is None else read.tree(lyapunov, "lyapunov")

    @classmethod
    def _of(cls, trees: Iterable[Tree]) -> Region:
        region = cls.__new__(cls)
        region.inequalities, region.multipliers, region.lyapunov = tuple(trees), {}, None
        return region

    @classmethod
    def ball(cls, variables: Sequence[Any], radius: Any, center: Sequence[Any] | None = None) -> Region:
        """{|x - center| <= radius} in these variables.

        >>> print(Region.ball(["x", "y"], 2))
        {4 - x^2 - y^2 >= 0}
        """
        return cls._of([_inside(variables, _positive(radius, "radius"), center)])

    @classmethod
    def annulus(cls, variables: Sequence[Any], inner: Any, outer: Any, center: Sequence[Any] | None = None) -> Region:
        """{inner <= |x - center| <= outer} in these variables.

        >>> print(Region.annulus(["x", "y"], "1/2", 2))
        {x^2 + y^2 - 1/4 >= 0, 4 - x^2 - y^2 >= 0}
        """
        low, high = _positive(inner, "inner radius"), _positive(outer, "outer radius")
        if low >= high:
            raise RegionError(f"annulus: inner radius {low} is not below outer radius {high}")
        outside = add((_square_distance(variables, center), rational(-(low**2))))
        return cls._of([outside, _inside(variables, high, center)])

    @classmethod
    def box(cls, bounds: Mapping[Any, tuple[Any, Any]]) -> Region:
        """{lo <= x <= hi} for each variable.

        >>> print(Region.box({"x": (0, 1)}))
        {x >= 0, 1 - x >= 0}
        """
        read, trees = Reader(), []
        for name, (lo, hi) in zip(symbol_names(list(bounds), "box"), bounds.values(), strict=True):
            low, high = read.number(lo, f"box of {name}"), read.number(hi, f"box of {name}")
            if low > high:
                raise RegionError(f"box of {name}: lower end {low} is above upper end {high}")
            trees += [add((name, rational(-low))), add((rational(high), negate(name)))]
        return cls._of(trees)

    def __and__(self, other: Region) -> Region:
        """The intersection; with disjoint variables, the product."""
        joined = self._of((*self.inequalities, *other.inequalities))
        shift = len(self.inequalities)
        joined.multipliers = {**self.multipliers, **{i + shift: m for i, m in other.multipliers.items()}}
        joined.lyapunov = self.lyapunov or other.lyapunov
        return joined

    def violated(self, point: Mapping[str, Fraction]) -> str | None:
        """The first inequality that fails at an exact point, as text; None inside."""
        for tree in self.inequalities:
            value = evaluate(tree, point)
            if value < 0:
                return f"{infix(tree)} = {value} < 0"
        return None

    def __str__(self) -> str:
        return "{" + ", ".join(f"{infix(g)} >= 0" for g in self.inequalities) + "}"


def _as_difference(inequality: Any) -> Any:
    """g of ``g >= 0``; a sympy relation a >= b is read as a - b."""
    if isinstance(inequality, (sp.GreaterThan, sp.StrictGreaterThan, sp.LessThan, sp.StrictLessThan)):
        if isinstance(inequality, (sp.StrictGreaterThan, sp.StrictLessThan)):
            raise RegionError(f"{inequality}: a region is closed; use >= or <=")
        return inequality.gts - inequality.lts
    return inequality


def _positive(value: Any, what: str) -> Fraction:
    number = Reader().number(value, what)
    if number <= 0:
        raise RegionError(f"{what} must be positive, got {number}")
    return number


def _square_distance(variables: Sequence[Any], center: Sequence[Any] | None) -> Tree:
    names = symbol_names(variables, "region variables")
    read = Reader()
    middle = [read.number(c, "center") for c in center] if center is not None else [Fraction(0)] * len(names)
    if len(middle) != len(names):
        raise RegionError(f"center has {len(middle)} coordinates for {len(names)} variables")
    return add(("^", add((x, rational(-c))), 2) for x, c in zip(names, middle, strict=True))


def _inside(variables: Sequence[Any], radius: Fraction, center: Sequence[Any] | None) -> Tree:
    distance = _square_distance(variables, center)
    terms = distance[1:] if distance[0] == "+" else (distance,)
    return add((rational(radius**2), *(multiply(("-1", t)) for t in terms)))
