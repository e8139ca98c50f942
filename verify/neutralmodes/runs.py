"""Certify targets, one after another or in processes: outcomes as plain data, and their exit codes."""

from __future__ import annotations

import json
import re
import shlex
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neutralmodes import targets
from neutralmodes.errors import InputError, NeutralModesError
from neutralmodes.processes import as_done
from neutralmodes.verdict import Conclusion, Verdict

if TYPE_CHECKING:
    from neutralmodes.certificate import Certificate
    from neutralmodes.system import System

Progress = Callable[[str, float], None]

CERTIFIED, REFUTED, BAD_INPUT, OPEN, INTERNAL, INTERRUPTED = 0, 1, 2, 3, 4, 130
_WORST_FIRST = (INTERNAL, BAD_INPUT, REFUTED, OPEN, CERTIFIED)


@dataclass(frozen=True)
class Request:
    """One target and what to do with it; ``out`` is the folder of the certificate file, if any.

    ``page`` also writes the certificate's HTML page there. ``data``: the target is a TOML description,
    which is read and not executed. ``budget``: nominal seconds of the numbers, None for their full lengths;
    ``members``: orbits over which the spectrum is averaged.
    ``resume``: a certificate in ``out`` that still answers the request is taken as it is.
    """

    target: str
    digits: int | None = None
    time: float | None = None
    seed: int = 0
    evidence: bool = True
    assume: tuple[tuple[str, str], ...] = ()
    out: str | None = None
    page: bool = False
    data: bool = False
    expected: bool = False
    budget: float | None = None
    members: int | None = None
    resume: bool = False

    @property
    def command(self) -> str:
        """The cheapest command that reaches the same verdicts again."""
        words = ["neutralmodes", "certify", *["--data"] * self.data, self.target, "--no-evidence"]
        for key, reason in self.assume:
            words += ["--assume", f"{key}={reason}"]
        return shlex.join(words)


@dataclass(frozen=True)
class Outcome:
    """What became of one request. ``document`` is the JSON answer; it is empty where ``error`` is not."""

    target: str
    code: int
    seconds: float = 0.0
    document: dict[str, Any] = field(default_factory=dict)
    text: str = ""
    last_line: str = ""
    unmet: tuple[str, ...] = ()
    error: str = ""

    @property
    def answer(self) -> dict[str, Any]:
        """The JSON answer with the target and its exit code; an error in place of the rest."""
        rest = {"error": self.error} if self.error else self.document
        return {"target": self.target, "exit_code": self.code} | rest


def worst(codes: list[int]) -> int:
    """The exit code of several outcomes."""
    return min(codes, key=_WORST_FIRST.index)


def exit_code(certificate: Certificate) -> int:
    """The exit code of one certificate; CERTIFIED against its own numbers is an alarm, not a success."""
    if certificate.conclusion is Conclusion.CERTIFIED:
        return INTERNAL if certificate.evidence.get("consistent") is False else CERTIFIED
    return REFUTED if certificate.conclusion is Conclusion.REFUTED else OPEN


def run(request: Request, progress: Progress | None = None) -> Outcome:
    """Resolve, certify and save; every failure becomes the error line of an outcome."""
    begin = time.monotonic()
    try:
        return _certified(request, progress, begin)
    except (NeutralModesError, OSError) as error:
        reason, code = " ".join(str(error).split()), BAD_INPUT
    except Exception:
        reason, code = traceback.format_exc().rstrip() + "\nThis is a bug in neutralmodes.", INTERNAL
    return Outcome(request.target, code, time.monotonic() - begin, error=reason)


def run_all(requests: list[Request], workers: int, progress: Progress | None) -> Iterator[Outcome]:
    """The outcomes as they come: in order with one worker, as they finish with several processes."""
    if workers <= 1 or len(requests) <= 1:
        for request in requests:
            yield run(request, _prefixed(progress, request.target if len(requests) > 1 else ""))
        return
    for request, future in as_done(run, requests, workers):
        yield _result(future, request)


def without_collisions(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """The outcomes, with an error in each whose certificate replaced another one of this run."""
    owners: dict[str, str] = {}
    for outcome in outcomes:
        path = outcome.document.get("certificate")
        if path and path in owners:
            reason = f"it replaced {path} of {owners[path]}; give the systems different names"
            outcome = replace(outcome, code=BAD_INPUT, error=reason)
        elif path:
            owners[path] = outcome.target
        yield outcome


def document(certificate: Certificate, path: str | None = None) -> dict[str, Any]:
    """The answer of ``--json``: the certificate with what matters at the top level."""
    data = certificate.to_dict()
    return {
        "system": data["statement"]["name"],
        "conclusion": str(certificate.conclusion),
        "zero_exponents": certificate.zero_exponents,
        "zero_exponents_if": certificate.zero_exponents_if,
        "scope": certificate.scope,
        "assumptions": list(certificate.assumptions),
        "statements": data["conclusion"]["statements"],
        "obligations": data["obligations"],
        "evidence": data["evidence"],
        "digest": data["digest"],
        "certificate": path,
    }


def differences(path: str, target: str) -> list[str]:
    """Where the statement of a certificate that has passed the check differs from a target's."""
    from neutralmodes.certificate import statement_of

    mine = statement_of(targets.resolve(target))
    theirs = json.loads(Path(path).read_text(encoding="utf-8"))["statement"]
    return sorted(key for key in mine.keys() | theirs.keys() if mine.get(key) != theirs.get(key))


def unmet_expectations(system: System, certificate: Certificate) -> tuple[str, ...]:
    """What the system's ``expect`` promises and the certificate does not keep, in words."""
    return tuple(
        f"{key} is {getattr(certificate, key)}, expected {value}"
        for key, value in (system.expect or {}).items()
        if str(getattr(certificate, key)) != str(value)
    )


def prepare_folder(name: str) -> None:
    """Make the output folder and prove that it can be written to, before hours are spent.

    Raises:
        InputError: it cannot be made or written to.
    """
    import tempfile

    try:
        Path(name).mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=name):
            pass
    except OSError as error:
        raise InputError(f"cannot write to the folder {name}: {error.strerror or error}") from error


def _certified(request: Request, progress: Progress | None, begin: float) -> Outcome:
    system = _system(request)
    from neutralmodes._certify import certify  # after the target: a misspelt one is answered at once

    if request.assume:
        system = system.assuming(dict(request.assume))
    certificate = _earlier(request, system) or certify(
        system,
        digits=request.digits,
        time=request.time,
        seed=request.seed,
        evidence=request.evidence,
        progress=progress,
        evidence_budget=request.budget,
        members=request.members,
    )
    path = _save(certificate, system.name, request.out, request.page)
    code, unmet = exit_code(certificate), unmet_expectations(system, certificate) if request.expected else ()
    if request.expected and system.expect and code != INTERNAL:
        code = REFUTED if unmet else CERTIFIED
    return Outcome(
        request.target,
        code,
        time.monotonic() - begin,
        document(certificate, path),
        str(certificate),
        _last_line(certificate, request),
        unmet,
    )


def _earlier(request: Request, system: System) -> Certificate | None:
    if not request.resume or request.out is None or request.assume:
        return None
    from neutralmodes._certify import asked_in_words
    from neutralmodes.earlier import earlier

    lengths = {name: getattr(request, name) for name in ("digits", "time", "budget", "members")}
    asked = {"seed": request.seed, **asked_in_words(lengths)}
    return earlier(_path(request.out, system.name), system, asked, request.evidence)


def _system(request: Request) -> System:
    if not request.data:
        return targets.resolve(request.target)
    from neutralmodes.data_file import read_system

    return read_system(request.target)


def _path(folder: str, name: str) -> Path:
    return Path(folder) / (re.sub(r"[^\w.-]+", "-", name).strip(".-") + ".json")


def _save(certificate: Certificate, name: str, folder: str | None, page: bool) -> str | None:
    if folder is None:
        return None
    path = _path(folder, name)
    certificate.save(path)
    if page:
        from neutralmodes import report

        report.write(certificate, path)
    return str(path)


def _last_line(certificate: Certificate, request: Request) -> str:
    """The command that reproduces a refutation, or the cheapest thing that would settle the rest."""
    if certificate.conclusion is Conclusion.CERTIFIED:
        return ""
    if certificate.conclusion is Conclusion.REFUTED:
        return f"reproduce: {request.command}"
    for name, obligation in certificate.obligations.items():
        if obligation.verdict is Verdict.UNDECIDED and obligation.advice:
            return f"to settle {name}: {obligation.advice}"
    return ""


def _prefixed(progress: Progress | None, target: str) -> Progress | None:
    if progress is None or not target:
        return progress
    return lambda stage, done: progress(f"{target}: {stage}", done)


def _result(future: Future[Outcome], request: Request) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        reason = "its process was killed (out of memory?); run it with --workers 1"
        return Outcome(request.target, INTERNAL, error=reason)
