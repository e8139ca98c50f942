"""Quaternions as lists of four expressions, for rigid bodies: products, left turns, vectors carried to space."""

from __future__ import annotations

from collections.abc import Sequence

import sympy as sp


def product(a: Sequence[sp.Expr], b: Sequence[sp.Expr]) -> list[sp.Expr]:
    """Hamilton's product, scalar part first."""
    s, t = a[0], b[0]
    u, v = sp.Matrix(a[1:]), sp.Matrix(b[1:])
    return [s * t - u.dot(v), *(s * v + t * u + u.cross(v))]


def left_turns(q: Sequence[sp.Expr]) -> list[list[sp.Expr]]:
    """The generators i q, j q, k q of the left multiplication by unit quaternions."""
    units = [[0, *(sp.Integer(i == k) for i in range(3))] for k in range(3)]
    return [product(unit, q) for unit in units]


def space_vector(q: Sequence[sp.Expr], body: Sequence[sp.Expr]) -> list[sp.Expr]:
    """q v q*: the body's vector v as seen in space, times |q|^2."""
    return product(product(q, [sp.Integer(0), *body]), _conjugate(q))[1:]


def body_vector(q: Sequence[sp.Expr], space: Sequence[sp.Expr]) -> list[sp.Expr]:
    """q* v q: the vector v of space as seen from the body, times |q|^2."""
    return product(product(_conjugate(q), [sp.Integer(0), *space]), q)[1:]


def in_words(vector: Sequence[sp.Expr]) -> list[str]:
    """The components as infix text."""
    return [str(sp.expand(c)).replace("**", "^") for c in vector]


def _conjugate(q: Sequence[sp.Expr]) -> list[sp.Expr]:
    return [q[0], *(-c for c in q[1:])]
