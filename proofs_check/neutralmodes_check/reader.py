"""Strict JSON: bytes in, plain objects out; the canonical text and the digest over it."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from .refusal import MAX_BYTES, MAX_DEPTH, MAX_DIGITS, Unreadable

SIGNED_PARTS = ("schema", "statement", "obligations", "conclusion")
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def _check_nesting(data: bytes) -> None:
    depth = 0
    for token in _TOKENS.finditer(data):
        mark = token.group()[:1]
        depth += (mark in b"[{") - (mark in b"]}")
        if depth > MAX_DEPTH:
            raise Unreadable(f"nested deeper than {MAX_DEPTH} levels")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise Unreadable(f"the key {twice[:40]!r} occurs twice in one object")
    return result


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise Unreadable(f"an integer of {len(text)} digits; the limit is {MAX_DIGITS}")
    return int(text)


def _refuse_float(text: str) -> Any:
    raise Unreadable(f"the number {text[:40]}: floats, NaN and Infinity are not allowed")


def read(data: bytes) -> Any:
    """The object in `data`. Raises Unreadable for anything but strict, bounded JSON without floats."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"{len(data)} bytes; the limit is {MAX_BYTES}")
    _check_nesting(data)
    try:
        return json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_refuse_float,
            parse_constant=_refuse_float,
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"not JSON in UTF-8: {str(error)[:120]}") from None


def canonical(value: Any) -> bytes:
    """Keys sorted, no white space, UTF-8: the bytes under the digest."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise Unreadable("a string holds a lone surrogate") from None


def digest(certificate: dict[str, Any]) -> str:
    """The digest that belongs to the signed parts of `certificate`."""
    signed = {key: certificate[key] for key in SIGNED_PARTS}
    return "sha256:" + hashlib.sha256(canonical(signed)).hexdigest()
