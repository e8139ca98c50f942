"""The theorem behind each statement of a certificate, in words, and what its verdicts mean."""

from __future__ import annotations

from neutralmodes.theorem import Statement

THEOREM = (
    "If the orbits of a Lie group that commutes with the dynamics have dimension q at every point of a compact, "
    "forward-invariant region, then at every point of it at least q Lyapunov exponents are exactly zero."
)
_BECAUSE = {
    "U": "The group directions have the same dimension everywhere in the region. The flow carries each of them onto "
    "itself, and their lengths stay between two positive bounds, so nothing in them can grow or shrink.",
    "U'": "The directions have at least this dimension everywhere in the region; the flow carries them onto "
    "themselves, and in a compact region they can neither grow nor shrink for ever.",
    "W": "Where an orbit does not converge to the stratum with fewer directions, it returns to where they are bounded "
    "away from zero, so their exponents are zero.",
    "R": "By Poincare recurrence almost every point returns close to itself, so the lengths of the group directions "
    "do too, and their exponents are zero.",
    "N": "The flow carries the group directions into their own span by the constant matrix exp(t B); where they are "
    "independent in a compact region, their exponents are the real parts of the eigenvalues of B.",
    "I": "Each first integral forces a zero exponent beside those of the commuting directions; those that coincide are "
    "counted once.",
}
VERDICTS = {
    "PROVED": "settled by exact rational arithmetic, or by balls that enclose the true value",
    "REFUTED": "there is a counterexample, with its exact value",
    "UNDECIDED": "neither proved nor refuted; the cheapest thing that would settle it is named",
    "ASSUMED": "taken on the user's word",
}
CONCLUSIONS = {
    "CERTIFIED": "the count holds at every point of the region, and nothing is assumed",
    "CONDITIONAL": "the count holds under the scope or the assumption that is printed with it",
    "REFUTED": "a claim that was made is false; this does not say that no exponent is zero",
    "UNDECIDED": "the obligations that are settled do not add up to a count",
}


def because(statement: Statement) -> str:
    """Why a statement follows, in a sentence or two."""
    return _BECAUSE[statement.theorem]
