"""How many measured exponents are compatible with zero, against the number that was proved."""

from __future__ import annotations

import math
from typing import Any

from neutralmodes.evidence.spectrum import Spectrum

# Of independent standard errors; a true zero is outside once in about 400 systems with 30 exponents.
_SIGMAS = 4.0


def near_zero(found: Spectrum) -> list[int]:
    """The indices of exponents whose error bar, four standard errors wide, contains zero."""
    pairs = zip(found.exponents, found.errors, strict=True)
    return [i for i, (value, error) in enumerate(pairs) if compatible(float(value), float(error))]


def compatible(value: float, error: float) -> bool:
    """Whether an exponent may be zero; one of minus infinity, a direction that collapsed, may not."""
    return math.isfinite(value) and abs(value) <= _SIGMAS * error


def compare(found: Spectrum, *, proved: int, conditional: int, group: int, group_label: str) -> dict[str, Any]:
    """The numbers against the proofs: consistent True, False, or None where the run is not to be trusted.

    ``proved`` zeros hold everywhere, ``conditional`` ones under a scope, ``group`` of them by the
    group directions; the numbers may show more, never fewer than were proved.
    """
    zeros = len(near_zero(found))
    trusted = found.completed and found.leaves_region is None
    lines = [f"{zeros} of {len(found.exponents)} measured exponents are compatible with zero"]
    lines += _explained(zeros, conditional, group, group_label)
    return {
        "near_zero": zeros,
        "consistent": (zeros >= proved) if trusted else None,
        "explained": lines,
    }


def _explained(zeros: int, conditional: int, group: int, group_label: str) -> list[str]:
    lines = []
    if by_group := min(zeros, group):
        lines.append(f"{by_group} explained by the group directions of {group_label}")
    if zeros > group and conditional > group:
        lines.append("1 explained by the flow direction, off the relative equilibria")
    if (rest := zeros - max(group, conditional)) > 0:
        lines.append(f"{rest} unexplained: a bifurcation, an integral or a hidden symmetry; try discover")
    if zeros < conditional:
        lines.append(
            f"the count of {conditional} with its scope is not met on this orbit: it ends where the scope ends"
        )
    return lines
