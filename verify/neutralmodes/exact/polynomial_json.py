"""Polynomials as JSON: sorted lists of [coefficient, exponents], the form that proofs carry."""

from __future__ import annotations

import json
import re
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from neutralmodes.errors import CertificateError

# Python itself refuses to read integers of more than 4,300 digits.
_MOST_CHARACTERS = 4000
_RATIONAL = re.compile(r"-?(0|[1-9][0-9]*)(/[1-9][0-9]*)?")

PolynomialJson = list[list[Any]]


def rational_from_json(text: object) -> fmpq:
    """The rational that a reduced string denotes; CertificateError for any other spelling.

    >>> rational_from_json("-3/4")
    -3/4
    """
    if not isinstance(text, str) or not _RATIONAL.fullmatch(text):
        raise CertificateError(f"a rational must be a string such as '-3/4', given {text!r}")
    if len(text) > _MOST_CHARACTERS:
        raise CertificateError(f"a rational of {len(text)} characters is too long; at most {_MOST_CHARACTERS}")
    top, _, bottom = text.partition("/")
    value = fmpq(int(top), int(bottom or 1))
    if str(value) != text:
        raise CertificateError(f"the rational {text!r} is not reduced; write {str(value)!r}")
    return value


def polynomial_to_json(polynomial: fmpq_mpoly) -> PolynomialJson:
    """The polynomial as [[coefficient, exponents], ...], largest exponent vector first.

    >>> from flint import Ordering
    >>> x, y = fmpq_mpoly_ctx.get(["x", "y"], Ordering.lex).gens()
    >>> polynomial_to_json(y**2 / 2 - 3 * x)
    [['-3', [1, 0]], ['1/2', [0, 2]]]
    """
    terms = sorted(polynomial.to_dict().items(), reverse=True)
    return [[str(coefficient), [int(e) for e in exponents]] for exponents, coefficient in terms]


def dumps(data: Any) -> str:
    """Canonical JSON text, the order of polynomials in a proof."""
    return json.dumps(data, separators=(",", ":"), sort_keys=True)


def polynomial_from_json(data: object, ctx: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """The polynomial of ``ctx`` that ``data`` denotes; CertificateError where it is not canonical.

    >>> from flint import Ordering
    >>> polynomial_from_json([["1/2", [0, 2]]], fmpq_mpoly_ctx.get(["x", "y"], Ordering.lex))
    1/2*y^2
    """
    if not isinstance(data, list):
        raise CertificateError(f"a polynomial must be a list of terms, given {data!r}")
    terms = dict(_term(item, ctx.nvars()) for item in data)
    if len(terms) != len(data) or list(terms) != sorted(terms, reverse=True):
        raise CertificateError("the monomials of a polynomial must be distinct and sorted, largest first")
    return ctx.from_dict(terms)


def _term(item: object, width: int) -> tuple[tuple[int, ...], fmpq]:
    if not (isinstance(item, list) and len(item) == 2 and isinstance(item[1], list)):
        raise CertificateError(f"a term must be [coefficient, exponents], given {item!r}")
    exponents = tuple(item[1])
    if len(exponents) != width or any(type(e) is not int or e < 0 for e in exponents):
        raise CertificateError(f"a term needs {width} exponents >= 0, given {item[1]!r}")
    coefficient = rational_from_json(item[0])
    if coefficient == 0:
        raise CertificateError("a polynomial must not list a zero coefficient")
    return exponents, coefficient
