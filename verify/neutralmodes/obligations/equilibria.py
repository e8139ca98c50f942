"""An equilibrium of N where few exponents are zero: the witness against a count that is asked for at every x."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_poly

from neutralmodes.exact import linear
from neutralmodes.exact.evaluation import ExactPoint
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.sampling import structured_points

_MOST_DIMENSIONS = 16  # the checker's limit for characteristic polynomials


def fewest_zeros(ground: Ground) -> dict[str, Any] | None:
    """{"at", "zeros": k}: a rational equilibrium of N with at most k zero exponents, the fewest found; or None.

    With constraints the exponents are fewer than the eigenvalues, so nothing is said there.
    """
    system = ground.system
    if system.constraints or system.dynamics.inputs or system.dynamics.angles or ground.n > _MOST_DIMENSIONS:
        return None
    found = [(zeros, at) for at in structured_points(ground) if (zeros := zeros_at(ground, at)) is not None]
    zeros, at = min(found, default=(0, ()))
    return {"at": [str(v) for v in at], "zeros": zeros} if found else None


def zeros_at(ground: Ground, state: Sequence[Fraction]) -> int | None:
    """A bound from above on the zero exponents at an equilibrium of rational values, None elsewhere.

    An eigenvalue on the imaginary axis (map: on the unit circle) is shared, with its multiplicity, by the
    characteristic polynomial p(z) and by p(-z) (map: z^n p(1/z)); so the degree of their gcd is a bound.
    """
    point = ExactPoint(ground.field, dict(zip(ground.names, ground.whole(state), strict=True)))
    rest = [fmpq(0)] * ground.n if ground.flow else [fmpq(v.numerator, v.denominator) for v in state]
    try:
        if [point.value(f) for f in ground.f] != rest:
            return None
        rows = [[point.value(entry) for entry in row] for row in ground.jacobian]
    except ZeroDivisionError:
        return None
    if any(entry is None for row in rows for entry in row):
        return None
    p = linear.matrix([[entry for entry in row if entry is not None] for row in rows]).charpoly()
    coefficients = p.coeffs()
    mirrored = [c * (-1) ** k for k, c in enumerate(coefficients)] if ground.flow else coefficients[::-1]
    return int(p.gcd(fmpq_poly(mirrored)).degree())
