"""Mutants of the checker that no test can tell from it, each with the reason why it decides the same."""

from __future__ import annotations

from .source import SourceMutant

# (file, function, change, what stood there): why nothing that the checker says depends on it.
EQUIVALENT: dict[tuple[str, str, str, str], str] = {}


def reason(mutant: SourceMutant) -> str:
    """Why the mutant is equivalent; empty where it is not known to be."""
    return EQUIVALENT.get((mutant.path.stem, mutant.function, mutant.change, mutant.before), "")
