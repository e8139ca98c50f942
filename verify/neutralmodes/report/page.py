"""One certificate as one HTML page that needs nothing else: no network, no script, no font."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import Any

from neutralmodes.certificate import Certificate, file_text
from neutralmodes.errors import CertificateError, MissingExtra
from neutralmodes.evidence.zeros import LEVEL, may_be_zero
from neutralmodes.exact.expression import from_json
from neutralmodes.report import words
from neutralmodes.report.proofs import summary
from neutralmodes.statement import infix
from neutralmodes.system import OBLIGATIONS
from neutralmodes.verdict import Conclusion, Obligation
from neutralmodes.wording import headline


def require_extra() -> None:
    """Raises MissingExtra, in one line, where the extra [report] is not installed."""
    try:
        import jinja2  # noqa: F401
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise MissingExtra("reports need jinja2 and matplotlib: pip install 'neutralmodes[report]'") from error


def certificate_page(certificate: Certificate, file: str = "") -> str:
    """The page as text. ``file`` is the name of the certificate's file, for the commands and the download.

    Everything in it comes from the certificate; nothing is computed anew and no proof is checked.

    Raises MissingExtra without the extra [report], CertificateError where the numbers of a file that
    somebody else wrote make no sense.
    """
    require_extra()
    try:
        return _page(certificate, file or f"{certificate.name}.json")
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise CertificateError(f"{certificate.name}: malformed ({type(error).__name__}: {error})") from error


def _page(certificate: Certificate, file: str) -> str:
    from neutralmodes.report.figures import figures

    text = file_text(certificate.to_dict())
    return render(
        "certificate.html.j2",
        certificate=certificate,
        headline=_headline(certificate),
        statements=[(str(s), words.because(s)) for s in certificate.statements],
        system=_system(certificate.statement),
        obligations=[_obligation(name, certificate.obligations[name]) for name in _in_order(certificate)],
        figures=list(figures(certificate)),
        exponents=_exponents(certificate.evidence.get("spectrum", {})),
        runs=_runs(certificate.evidence),
        level=f"{LEVEL:.0%}",
        verdict=certificate.evidence.get("verdict", ""),
        explained=certificate.evidence.get("explained", []),
        digest=certificate.to_dict()["digest"],
        file=file,
        size=len(text.encode()),
        download="data:application/json;base64," + base64.b64encode(text.encode()).decode(),
        words=words,
    )


def _headline(certificate: Certificate) -> str:
    if certificate.conclusion is not Conclusion.CONDITIONAL:
        return headline(certificate)
    count = certificate.zero_exponents_if
    return f"at least {count} Lyapunov exponent{'s are' if count > 1 else ' is'} zero at {certificate.scope}"


def render(template: str, **values: Any) -> str:
    """A template of this package with values; every value is escaped unless the template says otherwise."""
    return str(_environment().get_template(template).render(**values))


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("neutralmodes.report", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _system(statement: Mapping[str, Any]) -> dict[str, Any]:
    """The statement in infix: what is claimed about which system."""
    prime = "'" if statement["kind"] == "flow" else "+"
    variables = statement["variables"]
    rows = zip(variables, statement["rule"], strict=True)
    return {
        "kind": statement["kind"],
        "dimension": len(variables),
        "rule": [f"{x}{prime} = {infix(from_json(f))}" for x, f in rows],
        "group": statement["group"] or "unnamed group",
        "generators": [_vector(variables, xi) for xi in statement["generators"]],
        "region": [f"{infix(from_json(g))} >= 0" for g in statement["region"]["inequalities"]]
        + [f"{infix(from_json(h))} = 0" for h in statement["constraints"]],
        "free": [_free(k, v) for k, v in {**statement["parameters"], **statement["inputs"]}.items()],
        "start": ", ".join(f"{x} = {v}" for x, v in zip(variables, statement["start"], strict=True)),
    }


def _vector(variables: list[str], xi: list[Any]) -> str:
    """A generator as a differential operator, zero components left out."""
    parts = [f"({infix(from_json(c))}) d/d{x}" for x, c in zip(variables, xi, strict=True) if c != "0"]
    return " + ".join(parts) or "0"


def _free(name: str, value: str | list[str]) -> str:
    return f"{name} = {value}" if isinstance(value, str) else f"{name}: every value from {value[0]} to {value[1]}"


def _in_order(certificate: Certificate) -> list[str]:
    """The obligations' names in the order in which they are settled; in a file they are sorted."""
    return sorted(certificate.obligations, key=lambda name: [*OBLIGATIONS, name].index(name))


def _obligation(name: str, o: Obligation) -> dict[str, Any]:
    witness = o.witness or {}
    point = ", ".join(f"{x} = {v}" for x, v in witness.get("point", {}).items())
    return {
        "name": name,
        "verdict": str(o.verdict),
        "claim": o.claim,
        "method": o.method,
        "proof": summary(o.proof),
        "witness": witness.get("text", ""),
        "point": point,
        "notes": [*o.notes, *([f"to settle it: {o.advice}"] if o.advice else [])],
    }


def _exponents(spectrum: Mapping[str, Any]) -> list[dict[str, str]]:
    columns = [spectrum.get(key, []) for key in ("exponents", "errors", "error_methods", "effective_samples")]
    return [
        {
            "value": f"{float(value):+.6g}",
            "error": f"{float(error):.1g}",
            "method": method,
            "samples": f"{float(samples):.0f}",
            "zero": "yes" if zero else "no",
        }
        for value, error, method, samples, zero in zip(*columns, may_be_zero(spectrum), strict=True)
    ]


# What of each measurement is worth a line, and in which words.
_LINES = {
    "spectrum": {
        "engine": "integrator",
        "working_digits": "working digits",
        "time": "time averaged over",
        "transient": "time dropped before it",
        "windows": "QR windows",
        "seed": "seed of the random frame",
        "sum": "sum of the exponents",
        "mean_divergence": "mean divergence along the orbit, integrated apart",
        "volume_defect": "their difference",
        "orthogonality": "largest defect of orthogonality",
        "tangent_defect": "tangent columns against nearby orbits",
        "outcome": "outcome",
    },
    "transport": {
        "engine": "integrator",
        "residual": "largest residual at the end",
        "error": "bound on its rounding error",
        "digits": "digits asked for",
        "working_digits": "working digits",
        "growth_digits": "digits lost to the growth of tangents",
        "time": "time",
        "seed": "seed of the growth measurement",
        "outcome": "outcome",
    },
    "alignment": {
        "engine": "integrator",
        "orbit_dimension": "dimension of the group directions E_x",
        "neutral_dimension": "dimension of the neutral covariant subspace",
        "largest_degrees": "largest angle from E_x to that subspace, in degrees",
        "flow_angle_degrees": "angle from E_x to the flow, in degrees",
        "covariance_defect": "defect of covariance",
        "outcome": "outcome",
    },
    "group_growth": {
        "engine": "integrator",
        "volume": "growth rate of the volume of the group directions",
        "defect": "largest transport defect of a window",
        "time": "time",
        "outcome": "outcome",
    },
    "two_runs": {
        "engine": "integrator",
        "defect": "g applied before against after the flow",
        "allowed": "allowed by the integrator's tolerance",
        "time": "time",
    },
    "trajectory": {"engine": "integrator", "time": "time drawn", "outcome": "outcome"},
}


def _runs(evidence: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """(measurement, [(what, value, key in the certificate)]) for every number worth a line."""
    found = []
    for name, lines in _LINES.items():
        record = evidence.get(name, {})
        rows = [
            (what, _short(record[key]), f"evidence.{name}.{key}")
            for key, what in lines.items()
            if record.get(key) is not None
        ]
        if rows:
            found.append((name, rows))
    return found


def _short(value: Any) -> str:
    """A number string at six digits, everything else as it is."""
    if isinstance(value, str):
        try:
            return format(float(value), ".6g")
        except ValueError:
            return value
    return str(value)
