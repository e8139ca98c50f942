"""The certificate: statement, obligations, conclusion and evidence, as an object and as a JSON file."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neutralmodes.errors import CertificateError, NotCertified
from neutralmodes.exact.expression import to_json
from neutralmodes.files import write_whole
from neutralmodes.statement import polynomial_text
from neutralmodes.system import System
from neutralmodes.theorem import EVERYWHERE, Result, Statement
from neutralmodes.verdict import Conclusion, Obligation, Verdict

SCHEMA = 1


@dataclass(frozen=True)
class Certificate:
    """What was proved about one system, with the proofs; see docs/certificate.md for the file.

    ``surviving``: where equivariance is refuted, the certificate of the largest part of the action
    that still commutes with the rule (not stored in the file; save it under its own name).
    """

    statement: dict[str, Any]
    obligations: dict[str, Obligation]
    result: Result
    evidence: dict[str, Any]
    provenance: dict[str, Any]
    surviving: Certificate | None = None

    @property
    def name(self) -> str:
        return str(self.statement["name"])

    @property
    def conclusion(self) -> Conclusion:
        return self.result.conclusion

    @property
    def zero_exponents(self) -> int:
        """The number of zero exponents proved for every x in the region; 0 unless CERTIFIED."""
        return self.result.zero_exponents

    @property
    def zero_exponents_if(self) -> int:
        """The larger count that holds under ``scope`` and ``assumptions``."""
        return self.result.zero_exponents_if

    @property
    def statements(self) -> tuple[Statement, ...]:
        return self.result.statements

    @property
    def assumptions(self) -> tuple[str, ...]:
        return self.result.assumptions

    @property
    def scope(self) -> str:
        """Where the count of ``zero_exponents_if`` holds, with the singular set in equations."""
        best = [s for s in self.statements if s.count == self.zero_exponents_if]
        if not best:
            return ""
        best = [s for s in best if s.where == EVERYWHERE] or best
        return best[0].where + self._sigma(best[0])

    def _sigma(self, statement: Statement) -> str:
        if statement.counts == "group+flow" and "Sigma'" in statement.where:
            return ", Sigma' = {rank [Xi f] <= " + f"{statement.count - 1}" + "}"
        if "Sigma" not in statement.where:
            return ""
        return ", Sigma = " + self.singular_set

    @property
    def singular_set(self) -> str:
        """The pieces of Sigma, else its equations, or the rank condition where they are too many."""
        proof = self.obligations["rank"].proof or {}
        equations = proof.get("singular")
        pieces = proof.get("components", {}).get("pieces") or [equations]
        names = self._names()
        if equations is None or sum(map(len, pieces)) > 12:
            return f"{{rank Xi < {proof.get('generic')}}}"
        return " or ".join("{" + ", ".join(f"{polynomial_text(e, names)} = 0" for e in p) + "}" for p in pieces)

    def _names(self) -> list[str]:
        s = self.statement
        free = sorted(k for k, v in s["parameters"].items() if isinstance(v, list))
        return [*s["variables"], *sorted(s["inputs"]), *free]

    def require(self, at_least: int = 1) -> Certificate:
        """This certificate, or NotCertified with the reason where it does not prove ``at_least`` zeros."""
        if self.zero_exponents >= at_least and self.conclusion is Conclusion.CERTIFIED:
            return self
        reason = self.reason() or f"it proves {self.zero_exponents}"
        raise NotCertified(f"{self.name}: {self.conclusion}; {at_least} zero exponents were required: {reason}")

    def reason(self) -> str:
        """Why the conclusion is not CERTIFIED, in one line; empty where it is."""
        if self.conclusion is Conclusion.CERTIFIED:
            return ""
        if self.conclusion is Conclusion.CONDITIONAL:
            under = f"; assumed: {', '.join(self.assumptions)}" if self.assumptions else ""
            return f"{self.zero_exponents_if} at {self.scope}{under}"
        carried = self.obligations["equivariance"]
        if self.conclusion is Conclusion.UNDECIDED and (carried.proof or {}).get("rule") == "normalizer":
            return f"no zero follows: {carried.notes[-1]}"
        wanted = Verdict.REFUTED if self.conclusion is Conclusion.REFUTED else None
        for name, o in self.obligations.items():
            if o.verdict is wanted or (wanted is None and o.verdict in (Verdict.UNDECIDED, Verdict.REFUTED)):
                detail = (o.witness or {}).get("text") or o.method
                return f"{name} {o.verdict}: {detail}"
        return ""

    def advice(self) -> str:
        """The cheapest thing that would settle an UNDECIDED obligation; empty where there is none."""
        return next((o.advice for o in self.obligations.values() if o.advice), "")

    def body(self) -> dict[str, Any]:
        """The part under the digest."""
        return {
            "schema": SCHEMA,
            "statement": self.statement,
            "obligations": {name: _obligation_data(o) for name, o in self.obligations.items()},
            "conclusion": _result_data(self.result),
        }

    def to_dict(self) -> dict[str, Any]:
        """The whole file as plain data."""
        body = self.body()
        return {**body, "digest": digest(body), "evidence": self.evidence, "provenance": self.provenance}

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the file atomically (temporary name, then rename) and return its path.

        Raises InputError where the folder cannot be written.
        """
        return write_whole(Path(path), file_text(self.to_dict()), "certificate")

    def __str__(self) -> str:
        from neutralmodes.wording import certificate_text

        return certificate_text(self)


def canonical(data: Any) -> str:
    """Canonical JSON text: sorted keys, no white space."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def file_text(data: Mapping[str, Any]) -> str:
    """The file: one line for each top-level key, canonical within."""
    lines = ",\n".join(f'"{key}":{canonical(value)}' for key, value in data.items())
    return "{\n" + lines + "\n}\n"


def digest(body: Mapping[str, Any]) -> str:
    """The sha256 of the canonical body."""
    return "sha256:" + hashlib.sha256(canonical(body).encode()).hexdigest()


def statement_of(system: System) -> dict[str, Any]:
    """What is claimed about which system, as JSON data."""
    d = system.dynamics
    ranges = {k: [str(v.lo), str(v.hi)] for k, v in d.ranges.items()}
    return {
        "name": system.name,
        "kind": d.kind,
        "variables": list(d.variables),
        "rule": [to_json(t) for t in d.rule],
        "generators": [[to_json(t) for t in xi] for xi in system.action.generators],
        "group": system.action.group,
        "angles": list(d.angles),
        "inputs": {k: ranges[k] for k in d.inputs},
        "parameters": {k: ranges.get(k) or str(v) for k, v in d.parameters.items()},
        "activations": {
            k: {"argument": a, "derivative": None if t is None else to_json(t)} for k, (a, t) in d.activations.items()
        },
        "region": {"inequalities": [to_json(t) for t in system.region.inequalities] if system.region else []},
        "constraints": [to_json(t) for t in system.constraints],
        "integrals": [to_json(t) for t in system.integrals],
        "discrete": [[to_json(t) for t in images] for images in system.discrete],
        "start": [str(v) for v in system.start],
        "at_least": system.at_least,
        **({"normalizing": True} if system.normalizing else {}),
    }


def _obligation_data(o: Obligation) -> dict[str, Any]:
    return {
        "claim": o.claim,
        "verdict": str(o.verdict),
        "method": o.method,
        "witness": o.witness,
        "proof": o.proof,
        "advice": o.advice,
        "notes": list(o.notes),
    }


def _result_data(result: Result) -> dict[str, Any]:
    return {
        "verdict": str(result.conclusion),
        "zero_exponents": result.zero_exponents,
        "zero_exponents_if": result.zero_exponents_if,
        "assumptions": list(result.assumptions),
        "statements": [vars(s) for s in result.statements],
    }


def load(path: str | os.PathLike[str]) -> Certificate:
    """Read a certificate file that neutralmodes wrote; its proofs are not checked here (use ``check``).

    Raises CertificateError where it cannot be read, has another schema, or its digest does not match.
    """
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CertificateError(f"cannot read {path}: {error}") from error
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        raise CertificateError(f"{path}: not a certificate of schema {SCHEMA}")
    try:
        return _from_dict(data, str(path))
    except (KeyError, TypeError, ValueError) as error:
        raise CertificateError(f"{path}: malformed certificate ({error})") from error


def _from_dict(data: dict[str, Any], path: str) -> Certificate:
    body = {key: data[key] for key in ("schema", "statement", "obligations", "conclusion")}
    if data["digest"] != digest(body):
        raise CertificateError(f"{path}: the digest does not match the content; the file was changed")
    obligations = {
        name: Obligation(**{**o, "verdict": Verdict(o["verdict"]), "notes": tuple(o["notes"])})
        for name, o in data["obligations"].items()
    }
    c = data["conclusion"]
    result = Result(
        Conclusion(c["verdict"]),
        c["zero_exponents"],
        c["zero_exponents_if"],
        tuple(Statement(**s) for s in c["statements"]),
        tuple(c["assumptions"]),
    )
    return Certificate(data["statement"], obligations, result, data["evidence"], data["provenance"])
