"""A proof of a certificate in a few lines for people: its rules, constants and size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

_RULES = {
    "structure-constants": "structure constants of the Lie bracket, solved exactly",
    "polynomial": "no division, and only functions that are defined everywhere",
    "denominators": "the sign of every denominator and argument, listed and proved",
    "identity": "normal form: the residual is the zero function",
    "normalizer": "brackets of the rule with the generators, combinations of these with constant coefficients, exactly",
    "bounded": "a bound on the state, and a point of the region",
    "faces": "the rule points inwards on every face of the region",
    "images": "the image of the region lies in the region",
    "rank": "rank of the generators: generic by minors at a point, uniform by a positive form",
    "uniform": "the orbit dimension is the same everywhere, so there is no smaller stratum to fall into",
    "minors": "minors, exactly",
    "complement": "a sum-of-squares form on the complement of the group directions",
    "columns": "as large as the number of columns or rows allows",
    "annihilator": "polynomial relations that the generators satisfy",
    "darboux": "polynomials that decay along every orbit",
    "strata": "Sigma in pieces, none of which meets the region",
    "monotone": "a function that falls along every orbit until it ends in Sigma",
    "darboux-flow": "decaying polynomials: every orbit ends where the flow lies in the group directions",
    "point": "an exact point",
    "bounds": "suprema over the region, enclosed",
    "scope": "what is known of the smaller stratum",
    "positivstellensatz": "a polynomial identity with sums of squares",
    "paving": "interval arithmetic over boxes that cover the region",
    "range": "interval arithmetic over the expression",
}
_SHORT = 60


def summary(proof: dict[str, Any] | None) -> list[str]:
    """Lines that say how a claim was settled; empty where there is no proof."""
    if not proof:
        return []
    lines = [_RULES.get(proof["rule"], f"rule {proof['rule']}")]
    inner = sorted({rule for rule, _ in _rules(proof)} - {proof["rule"], "positivstellensatz"})
    lines += [f"{rule}: {_RULES.get(rule, 'a rule of its own')}" for rule in inner]
    lines += [f"{name} = {value}" for name, value in _constants(proof)]
    lines += _identities(proof)
    return [*lines, f"{len(json.dumps(proof, separators=(',', ':'))):,} characters of proof, in the certificate"]


def _rules(data: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every part of a proof that names a rule."""
    if isinstance(data, dict):
        if isinstance(data.get("rule"), str):
            yield data["rule"], data
        for value in data.values():
            yield from _rules(value)
    elif isinstance(data, list):
        for value in data:
            yield from _rules(value)


def _constants(proof: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The numbers of a proof that a reader may want: bounds, ranks, points."""
    for name in ("bound", "generic", "uniform", "at", "point"):
        if proof.get(name) is not None:
            yield name, _text(proof[name])
    constants = proof.get("constants")
    if isinstance(constants, dict) and {"c2", "C2"} <= constants.keys():
        yield "c^2", _text(constants["c2"])
        yield "C^2", _text(constants["C2"])


def _identities(proof: dict[str, Any]) -> list[str]:
    """The positivity identities: how many, how large, and their smallest positive margin."""
    found = [part for rule, part in _rules(proof) if rule == "positivstellensatz"]
    if not found:
        return []
    squares = sum(len(product["squares"]) for part in found for product in part["products"])
    margins = [Fraction(part["margin"]) for part in found]
    strict = f"; smallest margin {_text(str(min(margins)))}" if min(margins) > 0 else ""
    many = "1 identity" if len(found) == 1 else f"{len(found)} identities"
    return [f"{many} with {squares} square{'s' * (squares != 1)} in all{strict}"]


def _text(value: Any) -> str:
    """A number or a point; a long rational by its value."""
    if isinstance(value, list):
        return "(" + ", ".join(_text(v) for v in value) + ")"
    text = str(value)
    return text if len(text) <= _SHORT else f"about {float(Fraction(text)):.6g}"
