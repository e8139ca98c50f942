"""Small readers for the pieces of a certificate: each returns the value or says what was wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from .refusal import MAX_DIGITS, MAX_EXPONENT, Unreadable

_RATIONAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:/([1-9][0-9]*))?")


def show(value: Any) -> str:
    """A short printable form of a culprit."""
    text = ascii(value) if not isinstance(value, int) or abs(value) < 10**40 else "a huge integer"
    return text if len(text) <= 60 else text[:57] + "..."


def fields(value: Any, what: str, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """An object with exactly the keys `required`, and possibly some of `optional`."""
    if type(value) is not dict:
        raise Unreadable(f"{what} must be an object, not {show(value)}")
    needed = set(required)
    if missing := sorted(needed - set(value)):
        raise Unreadable(f"{what} lacks the key {missing[0]!r}")
    if unknown := sorted(set(value) - needed - set(optional)):
        raise Unreadable(f"{what} has the unknown key {show(unknown[0])}")
    return value


def listing(value: Any, what: str, length: int | None = None) -> list[Any]:
    """A list, of `length` entries if that is given."""
    if type(value) is not list:
        raise Unreadable(f"{what} must be a list, not {show(value)}")
    if length is not None and len(value) != length:
        raise Unreadable(f"{what} must have {length} entries, it has {len(value)}")
    return value


def text(value: Any, what: str) -> str:
    """A string."""
    if type(value) is not str:
        raise Unreadable(f"{what} must be a string, not {show(value)}")
    return value


def label(value: Any, what: str) -> str:
    """A string that a terminal shows as it is: no line ends, no escapes, nothing that turns the text around."""
    if not text(value, what).isprintable():
        raise Unreadable(f"{what} holds a character that cannot be printed: {show(value)}")
    return str(value)


def integer(value: Any, what: str, low: int, high: int = MAX_EXPONENT) -> int:
    """An integer between low and high; true and false are not integers here."""
    if type(value) is not int or not low <= value <= high:
        raise Unreadable(f"{what} must be an integer from {low} to {high}, not {show(value)}")
    return value


def is_rational(value: str) -> bool:
    """Whether a leaf is meant as a number (names never start with a digit or a sign)."""
    return value[:1] in tuple("-+.0123456789")


def rational(value: Any, what: str) -> Fraction:
    """A reduced rational string."""
    match = _RATIONAL.fullmatch(value) if type(value) is str else None
    if match is None:
        raise Unreadable(f"{what} must be a reduced rational string, not {show(value)}")
    sign, top, bottom = match.groups()
    if max(len(top), len(bottom or "")) > MAX_DIGITS:
        raise Unreadable(f"{what} has more than {MAX_DIGITS} digits")
    numerator, denominator = int(top), int(bottom or 1)
    reduced = math.gcd(numerator, denominator) == 1 and (bottom is None or denominator > 1)
    if not reduced or (sign and numerator == 0):
        raise Unreadable(f"{what}: {show(value)} is not reduced")
    return Fraction(-numerator if sign else numerator, denominator)


def rationals(value: Any, what: str, length: int) -> list[Fraction]:
    """A list of `length` reduced rationals."""
    return [rational(entry, what) for entry in listing(value, what, length)]


def choice(value: Any, what: str, allowed: Iterable[str]) -> str:
    """One of the allowed strings."""
    options = tuple(allowed)
    if type(value) is not str or value not in options:
        raise Unreadable(f"{what} must be one of {', '.join(options)}, not {show(value)}")
    return value


def rule_of(proof: Any) -> str:
    """The name of the rule that a proof follows, empty where it names none."""
    rule = proof.get("rule") if type(proof) is dict else None
    return rule if type(rule) is str else ""
