"""Witness points have one spelling: they are the start wherever it serves, so that a proof is not malleable."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from .rank import rank_at
from .refusal import NotDerived
from .system import System

Point = Sequence[Fraction]


def check_witnesses(system: System, obligations: dict[str, dict[str, Any]]) -> None:
    """Raise NotDerived where a re-derived proof shows another point than the start, and the start serves as well."""
    start = system.statement.start
    for name, key in (("compactness", "point"), ("rank", "at"), ("transversality", "at")):
        proof = obligations.get(name, {}).get("proof") or {}
        if key not in proof or (at := tuple(map(Fraction, proof[key]))) == start:
            continue
        if name == "compactness" or _serves(system, start, at, least=name == "rank"):
            raise NotDerived(f"{name}: the start serves as the witness, so it must be the one")


def _serves(system: System, start: Point, at: Point, least: bool) -> bool:
    """Whether the start shows the same rank of Xi, and of [Xi f] one that is as high (or as low) as at the witness."""
    try:
        if not least:
            inside = system.contains(system.whole(start))
            return inside and rank_at(system, start, flow=True) <= rank_at(system, at, flow=True)
        here, there = ([rank_at(system, p), rank_at(system, p, flow=True)] for p in (start, at))
    except NotDerived:
        return False
    return here >= there
