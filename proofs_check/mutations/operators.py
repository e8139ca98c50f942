"""Changes of one place of a certificate, by kind; the digest is made anew, so only the content can tell."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from neutralmodes_check.reader import canonical, digest
from neutralmodes_check.statement import ROUGH, SMOOTH

Json = dict[str, Any]
Path = tuple[str | int, ...]

KINDS = ("structure", "proof", "statement", "conclusion")
_FREE = {"claim", "method", "advice", "witness", "notes", "name", "group"}  # words, which no proof reads
_NULLABLE = {"singular", "constants", "wave", "trap", "bound", "counts", "lower", "derivative", "at_least", "proof"}
_RULES = ["structure-constants", "polynomial", "denominators", "identity", "bounded", "faces", "images", "rank",
          "columns", "annihilator", "minors", "complement", "uniform", "darboux", "darboux-flow", "monotone", "point",
          "scope", "strata", "positivstellensatz", "paving", "range", "open"]  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A changed certificate; `path` and `change` say what was done to it."""

    kind: str
    path: Path
    change: str
    data: Json

    def bytes(self) -> bytes:
        return canonical(self.data)


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every place inside a JSON value that no words live in, the value itself included."""
    yield path, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        if key not in _FREE:
            yield from places(inner, (*path, key))


def mutants(data: Json, kind: str, count: int, seed: int) -> Iterator[Mutant]:
    """`count` different mutants of one kind, none of them equal to the original."""
    rng, seen, tries = random.Random(f"{kind}-{seed}"), {canonical(data)}, 0
    found = [place for place in places(_part(data, kind)) if place[0] or kind == "structure"]
    while count and tries < 50_000:
        tries += 1
        path, value = rng.choice(found)
        choices = list(_CHANGES[kind](path, value, rng))
        if not choices:
            continue
        name, new = rng.choice(choices)
        changed = _sealed(_put(_part(data, kind), path, new), data, kind)
        if (text := canonical(changed)) not in seen:
            seen.add(text)
            count -= 1
            yield Mutant(kind, path, name, changed)


def _part(data: Json, kind: str) -> Json:
    """The part of a certificate that a kind of mutation changes: all that is signed, proofs that count, or one key."""
    if kind == "structure":
        return {key: data[key] for key in ("schema", "statement", "obligations", "conclusion")}
    if kind == "proof":
        return {name: entry["proof"] for name, entry in data["obligations"].items() if entry["proof"] is not None}
    return dict(data[kind])


def _sealed(part: Json, data: Json, kind: str) -> Json:
    result = copy.deepcopy(data)
    if kind == "structure":
        if not isinstance(part, dict):
            return part
        result = {**part, "evidence": {}, "provenance": {}}
    elif kind == "proof":
        for name, proof in part.items():
            result["obligations"][name]["proof"] = proof
    else:
        result[kind] = part
    try:
        return result | {"digest": digest(result)}
    except KeyError:
        return result | {"digest": "sha256:" + "0" * 64}


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    result = copy.deepcopy(value)
    place = result
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return result


Changes = Iterator[tuple[str, Any]]


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and value[:1] in tuple("-0123456789")


def _rational(value: str, rng: random.Random) -> Changes:
    old = Fraction(value)
    other = Fraction(rng.randint(-30, 30), rng.randint(1, 12))
    values = {"sign": -old, "plus one": old + 1, "doubled": 2 * old, "nudged": old + Fraction(1, 10**6), "drawn": other}
    yield from ((name, str(new)) for name, new in values.items() if new != old)


def _entries(value: list[Any], rng: random.Random) -> Changes:
    """A list with one entry left out, doubled, replaced by another, or swapped with its neighbour."""
    if value:
        i = rng.randrange(len(value))
        yield "entry dropped", value[:i] + value[i + 1 :]
        yield "entry doubled", [*value[: i + 1], *value[i:]]
        yield "entry replaced", [*value[:i], value[rng.randrange(len(value))], *value[i + 1 :]]
        if i + 1 < len(value):
            yield "entries swapped", [*value[:i], value[i + 1], value[i], *value[i + 2 :]]


def _proof(path: Path, value: Any, rng: random.Random) -> Changes:
    if _is_number(value):
        yield from _rational(value, rng)
    elif isinstance(value, str):
        if path[-1] == "rule":
            yield "rule", rng.choice([rule for rule in _RULES if rule != value])
        elif path[-1] == "tree":
            yield from ((name, " ".join(tokens)) for name, tokens in _entries(value.split(" "), rng))
    elif isinstance(value, int):
        yield from (("index up", value + 1), ("index down", value - 1), ("index zero", 0))
    elif isinstance(value, list):
        yield from _entries(value, rng)


def _statement(path: Path, value: Any, rng: random.Random) -> Changes:
    """Changes of meaning: coefficients, names, operators, exponents, functions, terms, sides."""
    if path[0] == "kind":
        yield "kind", "map" if value == "flow" else "flow"
    elif path[0] == "at_least":
        yield "asked", rng.choice([1, 2, 3]) if value is None else value + 1
    elif path[0] in ("variables", "inputs", "parameters", "activations", "angles") and not _is_number(value):
        return
    elif _is_number(value):
        yield from _rational(value, rng)
    elif isinstance(value, int):
        yield from (("power up", value + 1), ("power down", value - 1))
    elif isinstance(value, list):
        yield from _expression(value, rng)


def _expression(value: list[Any], rng: random.Random) -> Changes:
    head = value[0] if value else None
    if head in ("+", "*"):
        yield "operator", ["*" if head == "+" else "+", *value[1:]]
        if len(value) > 3:
            i = rng.randrange(1, len(value))
            yield "operand dropped", value[:i] + value[i + 1 :]
        yield "operand alone", rng.choice(value[1:])
        yield "operands swapped", [head, value[-1], *value[2:-1], value[1]]
        yield "negated", ["*", "-1", value]
    elif isinstance(head, str) and head in SMOOTH | ROUGH:
        yield "function", [rng.choice(["sin", "cos", "tanh", "exp", "abs", "sqrt"]), *value[1:]]
    elif isinstance(head, list) or head is None or not _is_number(head):
        yield from _entries(value, rng)


def _structure(path: Path, value: Any, rng: random.Random) -> Changes:
    """Changes of shape: keys, types, spelling of numbers, order and repetition in polynomials."""
    if path and path[-1] not in _NULLABLE and value is not None:
        yield "null", None
        yield "wrapped", [value]
    if isinstance(value, dict):
        if path[-1:] in (("inputs",), ("parameters",), ("activations",)):
            return
        yield "unknown key", {**value, "extra": "0"}
        if value:
            key = rng.choice(sorted(set(value) - {"notes", "transversality", "integrals", "kernels"}) or sorted(value))
            yield "missing key", {k: v for k, v in value.items() if k != key}
            yield "renamed key", {k + "_" * (k == key): v for k, v in value.items()}
        yield "list for object", sorted(value)
    elif _is_number(value):
        yield from (("plus sign", "+" + value), ("blank", value + " "), ("decimal", value + ".0"))
        yield "unreduced", value + "/1" if "/" not in value else "/".join(str(2 * int(p)) for p in value.split("/"))
        yield "integer for string", 7
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        yield from (("string", str(value)), ("boolean", True), ("huge", 10**9), ("negative", -(10**9)))
    elif isinstance(value, list):
        yield "object for list", {str(i): v for i, v in enumerate(value)}
        if _is_polynomial(value) and value:
            yield "monomial twice", [value[0], *value]
            yield "unsorted", [*value[1:], value[0]] if len(value) > 1 else [*value, *value]
            yield "zero coefficient", [*value[:-1], ["0", value[-1][1]]]
    elif isinstance(value, str):
        yield "integer for string", 7


def _is_polynomial(value: list[Any]) -> bool:
    terms = [t for t in value if isinstance(t, list) and len(t) == 2 and isinstance(t[1], list)]
    return len(terms) == len(value) and all(_is_number(c) and all(type(e) is int for e in es) for c, es in terms)


def _conclusion(path: Path, value: Any, rng: random.Random) -> Changes:
    words = {
        "verdict": ["CERTIFIED", "CONDITIONAL", "REFUTED", "UNDECIDED"],
        "theorem": ["U", "U'", "W", "R", "I"],
        "counts": ["group", "group+flow", "group+flow+integrals"],
        "where": ["every x in N", "every x in N whose orbit does not converge to Sigma",
                  "every x in N whose orbit does not converge to Sigma'"],
    }  # fmt: skip
    if path[-1] in words:
        yield "word", rng.choice([w for w in words[str(path[-1])] if w != value])
    elif isinstance(value, int):
        yield from (("more", value + 1), ("less", value - 1), ("many", value + rng.randint(2, 10**4)))
    elif path[-1] == "assumptions":
        yield "assumed", rng.sample(["equivariance", "domain", "compactness", "invariance"], rng.randint(1, 4))
    elif isinstance(value, list):
        yield from _entries(value, rng)
        where = "every x in N"
        yield "added", [*value, {"count": rng.randint(1, 10**4), "theorem": "U", "counts": "group", "where": where}]


_CHANGES: dict[str, Callable[[Path, Any, random.Random], Changes]] = {
    "structure": _structure,
    "proof": _proof,
    "statement": _statement,
    "conclusion": _conclusion,
}
