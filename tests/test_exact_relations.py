"""Constant linear relations between vectors of functions: all of them, and no other."""

from __future__ import annotations

from flint import fmpq

from neutralmodes.exact.field import Field
from neutralmodes.exact.relations import relations


def test_planted_relations_between_rational_vectors_are_found_exactly() -> None:
    home = Field(["x", "y"], [("^", ("+", "1", "x"), -1)])
    x, y, one = home.gen(0), home.gen(1), home.one
    pole = (one + x).inverse()
    base = [[x * x, y], [pole, one], [y, x * pole]]
    mixed = [a.scaled(fmpq(2, 3)) + b.scaled(-5) for a, b in zip(base[0], base[2], strict=True)]
    assert relations(home, [*base, mixed]) == [[fmpq(-2, 3), fmpq(0), fmpq(5), fmpq(1)]]
    bent = [mixed[0], mixed[1] + home.constant(fmpq(1, 10**30))]
    assert relations(home, [*base, bent]) == []


def test_a_relation_with_function_coefficients_is_none() -> None:
    """y (x, x y) = x (y, y^2): related over functions, not over constants."""
    home = Field(["x", "y"])
    x, y = home.gen(0), home.gen(1)
    assert relations(home, [[x, x * y], [y, y * y]]) == []


def test_kernels_reduce_before_they_are_compared() -> None:
    sine, cosine = ("sin", "x"), ("cos", "x")
    home = Field(["x"], [sine, cosine])
    s, c = home.element(sine), home.element(cosine)
    assert relations(home, [[s * s], [c * c], [home.one]]) == [[fmpq(-1), fmpq(-1), fmpq(1)]]


def test_zero_vectors_and_none_at_all() -> None:
    home = Field(["x"])
    assert relations(home, []) == []
    assert relations(home, [[home.zero]]) == [[fmpq(1)]]
