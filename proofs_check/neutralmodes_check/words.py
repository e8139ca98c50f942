"""The report in words: the theorem that was checked, the trust base, the assumptions that are left."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from .checker import Report
from .conclusion import EVERYWHERE
from .infix import described

_CAUSES = {
    "group": "group directions",
    "group+flow": "group directions and the flow",
    "group+flow+integrals": "group directions, the flow and the integrals",
}

_LONG = 256  # bits of a number that is printed exactly

TRUST = (
    "Trust base: this checker (Python's integers and fractions, no floating point, no other package), the "
    "transport lemma and theorems U, U', W, R, I, N, and that the statement is the system you mean. "
    "Evidence and provenance in the file were ignored."
)


def _join(names: list[str]) -> str:
    return ", ".join(names) if names else "none"


def theorem(report: Report) -> list[str]:
    """The statements as sentences."""
    statement = report.statement
    subject = "flow" if statement.kind == "flow" else "map"
    scope = "".join(f", every {name} in [{a}, {b}]" for name, (a, b) in sorted(statement.boxes.items()))
    lines = []
    for entry in report.conclusion["statements"]:
        directions = _CAUSES[entry["counts"]]
        kind = "upper Lyapunov exponent" if entry["theorem"] == "W" else "Lyapunov exponent"
        where = "where the spectrum is defined, at " if entry["where"] == EVERYWHERE else "at "
        lines.append(
            f"Theorem {entry['theorem']} ({subject}, n = {len(statement.variables)}): at least "
            f"{entry['count']} {kind}{' is' if entry['count'] == 1 else 's are'} zero, forced by {directions}, "
            f"{where}{entry['where']}{scope}."
        )
    return lines or ["No count of zero exponents follows."]


def _with_flow(report: Report) -> list[str]:
    """What Sigma' is, where a count names it."""
    entries = [e for e in report.conclusion["statements"] if e["counts"] == "group+flow"]
    counts = [e["count"] for e in entries if "Sigma'" in e["where"]]
    return [f"Sigma' = where the generators and the flow together have a rank below {max(counts)}."] if counts else []


def _above(value: Fraction) -> str:
    """The number, or a short one above it."""
    top, bottom = value.numerator.bit_length(), value.denominator.bit_length()
    if max(top, bottom) <= _LONG:
        return str(value)
    shift = top - bottom - 53
    return f"{ceil(value / Fraction(2) ** shift)}*2^{shift}"


def _normalized(report: Report) -> list[str]:
    """What the normalizer's constants say of all exponents along the generators."""
    found = report.constants
    if found is None or not found.plain or report.ranks is None or report.ranks.uniform < found.generators:
        return []
    size = "real parts" if report.statement.kind == "flow" else "logarithms of the moduli"
    degree = len(found.characteristic) - 1
    terms = (f"{c} z^{k}" for k, c in reversed(list(enumerate(found.characteristic[:degree]))) if c)
    return [f"Theorem N: the exponents along E are the {size} of the roots of {' + '.join([f'z^{degree}', *terms])}."]


def _bounds(report: Report) -> list[str]:
    """What robustness shows of the broken direction, as sentences."""
    found, lines = report.bounds, list[str]()
    if found is not None and found.gamma is not None and found.rest is not None:
        lines.append(
            f"Theorem B: |lambda_T(xi)| <= {_above(found.gamma)} + log({_above(found.rest)})/(2T) for every orbit of N "
            "and every T."
        )
    if found is not None and found.deviation is not None:
        until = "for ever" if found.time is None else f"at least until T = {found.time}"
        lines.append(f"L1: from the stated direction the phase deviates by less than {found.deviation} {until}.")
    return lines


def render(report: Report) -> str:
    """The whole report of one certificate."""
    conclusion, statement = report.conclusion, report.statement
    lines = [f"{statement.name}: re-derived, {conclusion['verdict']}", *theorem(report)]
    if ranks := report.ranks:
        lines.append(f"Rank of the generators: {ranks.generic} generically, >= {ranks.uniform} on all of N.")
        if ranks.bounds:
            least, most = ranks.bounds
            lines.append(f"Nonzero singular values of the generators lie in [c, C]: c^2 = {least}, C^2 = {most}.")
            if any(entry["theorem"] == "U" for entry in conclusion["statements"]):
                lines.append("Over a time T the exponents along E are at most log(C/c)/T in size.")
        if ranks.uniform < ranks.generic:
            equations = "" if ranks.equations is None else f": {len(ranks.equations)} equations, in the file"
            pieces = f"; in pieces: {len(ranks.pieces)}" if ranks.pieces else ""
            lines.append(f"Sigma = where the rank is below {ranks.generic}{equations}{pieces}.")
    lines += [*_with_flow(report), *_normalized(report), *_bounds(report), *described(statement)]
    for outcome in sorted(set(report.outcomes.values())):
        lines.append(f"{outcome}: {_join(sorted(k for k, v in report.outcomes.items() if v == outcome))}")
    lines.append(f"Assumptions left: {_join(conclusion['assumptions'])}")
    for name, (argument, derivative) in sorted(statement.activations.items()):
        if derivative is None:
            lines.append(f"{name} stands for every C^1 function of its arguments.")
        else:
            lines.append(f"Named assumption: {name} is C^1 on the line with the stated derivative in {argument}.")
    return "\n".join([*lines, TRUST])


def as_json(report: Report) -> dict[str, object]:
    """The report as plain data."""
    return {
        "name": report.statement.name,
        "derived": True,
        "conclusion": report.conclusion["verdict"],
        **{k: v for k, v in report.conclusion.items() if k != "verdict"},
        "activations": sorted(report.statement.activations),
        "obligations": report.outcomes,
        "theorem": theorem(report),
        "trust": TRUST,
    }
