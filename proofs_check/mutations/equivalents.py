"""Mutants of the checker that no certificate can tell from it, each with the reason why it decides the same."""

from __future__ import annotations

from .source import SourceMutant

_AT_ZERO = "where an end is 0 itself, both branches give 0"
_SLACK = "a few units of 2^-168 in a rounding slack, of which results keep the first 96 bits"
_NEVER_ZERO = "a polynomial holds no zero coefficient"
_ONLY_TIME = "the first, low precision only saves the second one where the number is clearly not zero"

# (file, function, change, what stood there): why nothing that the checker says depends on it.
EQUIVALENT: dict[tuple[str, str, str, str], str] = {
    ("ranges", "_square", "Lt to LtE", "base.lo < 0 < base.hi"): _AT_ZERO,
    ("enclosures", "apply", "LtE to Lt", "a.lo <= 0 <= a.hi"): _AT_ZERO,
    ("enclosures", "_small_atan", "operator", "2 * n"): _SLACK,
    ("enclosures", "_sine", "Gt to GtE", "abs(term) > 1"): _SLACK,
    ("enclosures", "_sine", "constant", "0"): _SLACK,
    ("enclosures", "_pi", "constant", "1"): _SLACK,
    ("enclosures", "_log", "Gt to GtE", "shift > 0"): _SLACK,
    ("enclosures", "_log", "operator", "mantissa + rounded"): _SLACK,
    ("functions", "_negative", "Lt to LtE", "argument.num.terms[argument.num.leading()] < 0"): _NEVER_ZERO,
    (
        "numbers",
        "prime_powers",
        "operator",
        "divisor * divisor",
    ): "the search goes on where nothing is left to find",
    ("numbers", "prime_powers", "LtE to Lt", "divisor * divisor <= number"): "a square rest is recognised",
    ("polynomial", "bits", "constant", "0"): "the length of the zero polynomial, which is held against a limit",
}


def reason(mutant: SourceMutant) -> str:
    """Why the mutant is equivalent; empty where it is not known to be."""
    if mutant.path.stem == "numbers" and mutant.function == "_is_zero" and mutant.change == "entry skipped":
        return _ONLY_TIME
    return EQUIVALENT.get((mutant.path.stem, mutant.function, mutant.change, mutant.before), "")
