"""The positivstellensatz rule: its proof as JSON, and the exact verification that alone decides."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from flint import fmpq, fmpq_mpoly, fmpq_mpoly_ctx

from neutralmodes.errors import CertificateError
from neutralmodes.exact.polynomial_json import polynomial_from_json, polynomial_to_json, rational_from_json

RULE = "positivstellensatz"
_KEYS = {"rule", "names", "margin", "products", "equalities"}

# c q^2 times the product of the inequalities listed in the first entry (repetition allowed).
Square = tuple[tuple[int, ...], fmpq, fmpq_mpoly]


def product(factors: Iterable[fmpq_mpoly], ctx: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """The product of the factors, 1 where there is none."""
    result = ctx.constant(1)
    for factor in factors:
        result = result * factor
    return result


def combine(squares: Iterable[Square], inequalities: Sequence[fmpq_mpoly], ctx: fmpq_mpoly_ctx) -> fmpq_mpoly:
    """The polynomial sum of c q^2 (product of the listed inequalities)."""
    sums: dict[tuple[int, ...], fmpq_mpoly] = {}
    for of, c, q in squares:
        sums[of] = sums.get(of, ctx.constant(0)) + c * q**2
    total = ctx.constant(0)
    for of, multiplier in sums.items():
        total = total + multiplier * product((inequalities[i] for i in of), ctx)
    return total


def write_proof(
    ctx: fmpq_mpoly_ctx, margin: fmpq, squares: Iterable[Square], cofactors: Sequence[fmpq_mpoly]
) -> dict[str, Any]:
    """The JSON proof; squares are grouped by their product, all in one order and sign."""
    groups: dict[tuple[int, ...], list[list[Any]]] = {}
    for of, c, q in squares:
        base = polynomial_to_json(q)
        if base and base[0][0].startswith("-"):
            base = polynomial_to_json(-q)
        if base:
            groups.setdefault(tuple(sorted(of)), []).append([str(c), base])
    for entries in groups.values():
        entries.sort(key=lambda entry: json.dumps(entry, separators=(",", ":")))
    return {
        "rule": RULE,
        "names": [str(name) for name in ctx.names()],
        "margin": str(margin),
        "products": [{"of": list(of), "squares": groups[of]} for of in sorted(groups)],
        "equalities": [
            {"of": j, "cofactor": polynomial_to_json(cofactor)}
            for j, cofactor in enumerate(cofactors)
            if not cofactor.is_zero()
        ],
    }


def verify_positivity(
    proof: object,
    target: fmpq_mpoly,
    inequalities: Sequence[fmpq_mpoly],
    equalities: Sequence[fmpq_mpoly],
    strict: bool,
) -> bool:
    """True only where ``proof`` proves target >= margin on {G >= 0, H = 0}, margin > 0 if strict.

    The identity of docs/certificate.md ("The positivity rule") is recomputed with exact rationals;
    anything malformed makes it False. Nothing of the search is used.
    """
    try:
        margin, squares, cofactors = _read(proof, target.context(), len(inequalities), len(equalities))
    except CertificateError:
        return False
    if margin < 0 or (strict and margin == 0) or any(c <= 0 for _, c, _ in squares):
        return False
    rest = target - margin - combine(squares, inequalities, target.context())
    for j, cofactor in cofactors:
        rest = rest - cofactor * equalities[j]
    return rest.is_zero()


def _read(
    proof: object, ctx: fmpq_mpoly_ctx, inequalities: int, equalities: int
) -> tuple[fmpq, list[Square], list[tuple[int, fmpq_mpoly]]]:
    if not isinstance(proof, dict) or set(proof) != _KEYS or proof["rule"] != RULE:
        raise CertificateError(f"a {RULE} proof has exactly the keys {sorted(_KEYS)}")
    if proof["names"] != list(ctx.names()):
        raise CertificateError(f"the proof speaks of {proof['names']}, the claim of {list(ctx.names())}")
    squares: list[Square] = []
    for entry in _list(proof["products"]):
        of = tuple(_index(i, inequalities) for i in _list(_field(entry, {"of", "squares"}, "of")))
        for pair in _list(entry["squares"]):
            if not isinstance(pair, list) or len(pair) != 2:
                raise CertificateError(f"a square must be [c, polynomial], given {pair!r}")
            squares.append((of, rational_from_json(pair[0]), polynomial_from_json(pair[1], ctx)))
    cofactors = [
        (_index(_field(e, {"of", "cofactor"}, "of"), equalities), polynomial_from_json(e["cofactor"], ctx))
        for e in _list(proof["equalities"])
    ]
    return rational_from_json(proof["margin"]), squares, cofactors


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise CertificateError(f"a list is needed, given {value!r}")
    return value


def _field(entry: object, keys: set[str], key: str) -> Any:
    if not isinstance(entry, dict) or set(entry) != keys:
        raise CertificateError(f"an entry with the keys {sorted(keys)} is needed, given {entry!r}")
    return entry[key]


def _index(value: object, count: int) -> int:
    if type(value) is not int or not 0 <= value < count:
        raise CertificateError(f"an index below {count} is needed, given {value!r}")
    return value
