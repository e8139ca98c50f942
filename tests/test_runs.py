"""Runs of several targets: exit codes, last lines, processes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from neutralmodes import runs
from neutralmodes.verdict import Conclusion, proved, refuted, undecided


def certificate(conclusion: Conclusion, consistent: bool | None = None, **more: Any) -> Any:
    return SimpleNamespace(conclusion=conclusion, evidence={"consistent": consistent}, **more)


@pytest.mark.parametrize(
    ("conclusion", "consistent", "code"),
    [
        (Conclusion.CERTIFIED, True, 0),
        (Conclusion.CERTIFIED, None, 0),
        (Conclusion.CERTIFIED, False, 4),
        (Conclusion.REFUTED, True, 1),
        (Conclusion.REFUTED, False, 1),
        (Conclusion.UNDECIDED, True, 3),
        (Conclusion.CONDITIONAL, True, 3),
        (Conclusion.CONDITIONAL, False, 3),
    ],
)
def test_the_exit_code_of_one_certificate(conclusion: Conclusion, consistent: bool | None, code: int) -> None:
    assert runs.exit_code(certificate(conclusion, consistent)) == code


@pytest.mark.parametrize(
    ("codes", "worst"),
    [([0], 0), ([0, 3], 3), ([3, 1, 0], 1), ([1, 2, 3], 2), ([0, 1, 2, 3, 4], 4), ([3, 0, 0], 3)],
)
def test_the_worst_of_several(codes: list[int], worst: int) -> None:
    assert runs.worst(codes) == worst


def test_a_refutation_ends_in_the_command_that_reproduces_it() -> None:
    request = runs.Request("my file.py:s", assume=(("invariance", "we say so"),))
    line = runs._last_line(certificate(Conclusion.REFUTED), request)
    assert line == ("reproduce: neutralmodes certify 'my file.py:s' --no-evidence --assume 'invariance=we say so'")


def test_an_undecided_ends_in_the_cheapest_thing_that_would_settle_it() -> None:
    obligations = {
        "closure": proved("c", "m", {}),
        "invariance": undecided("c", "m", "give a smaller region"),
        "rank": undecided("c", "m", "something dearer"),
    }
    given = certificate(Conclusion.UNDECIDED, obligations=obligations)
    assert runs._last_line(given, runs.Request("t")) == "to settle invariance: give a smaller region"


def test_a_certified_one_needs_no_last_line() -> None:
    obligations = {"transversality": refuted("c", "m", {})}
    assert runs._last_line(certificate(Conclusion.CERTIFIED, obligations=obligations), runs.Request("t")) == ""


def test_expectations_are_compared_by_name() -> None:
    given = certificate(Conclusion.CERTIFIED, zero_exponents=1)
    keeps = SimpleNamespace(expect={"conclusion": "CERTIFIED", "zero_exponents": 1})
    breaks = SimpleNamespace(expect={"conclusion": "CERTIFIED", "zero_exponents": 2})
    assert runs.unmet_expectations(keeps, given) == ()
    assert runs.unmet_expectations(breaks, given) == ("zero_exponents is 1, expected 2",)


def test_one_failure_does_not_stop_the_others() -> None:
    requests = [runs.Request("no-such-a"), runs.Request("no-such-b")]
    found = list(runs.run_all(requests, workers=1, progress=None))
    assert [(outcome.target, outcome.code) for outcome in found] == [("no-such-a", 2), ("no-such-b", 2)]


def test_processes_give_the_same_outcomes() -> None:
    requests = [runs.Request("no-such-a"), runs.Request("no-such-b")]
    alone = [replace(o, seconds=0) for o in runs.run_all(requests, workers=1, progress=None)]
    found = sorted(runs.run_all(requests, workers=2, progress=None), key=lambda outcome: outcome.target)
    assert [replace(o, seconds=0) for o in found] == alone


def test_a_bug_is_an_internal_error_with_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_target: str) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setattr(runs.targets, "resolve", fail)
    outcome = runs.run(runs.Request("t"))
    assert outcome.code == 4
    assert "ZeroDivisionError: inside" in outcome.error


@pytest.fixture
def rotor(tmp_path: Path) -> runs.Request:
    """A request for a small system whose certificate has been written."""
    (tmp_path / "rotor.py").write_text(
        "import sympy as sp, neutralmodes as nm\n"
        "x, y = sp.symbols('x y', real=True)\n"
        "field = nm.VectorField([x, y], [x * (1 - x**2 - y**2) - y, y * (1 - x**2 - y**2) + x])\n"
        "region = nm.Region.annulus([x, y], '1/2', 2)\n"
        "system = nm.System('rotor', field, nm.LieAction([x, y], [[-y, x]]), region, start=[1, 0])\n"
    )
    request = runs.Request(f"{tmp_path / 'rotor.py'}:system", evidence=False, out=str(tmp_path / "out"), resume=True)
    (tmp_path / "out").mkdir()
    assert runs.run(request).code == 0
    return request


def stamp(request: runs.Request) -> int:
    return (Path(request.out or "") / "rotor.json").stat().st_mtime_ns


def test_a_resumed_run_takes_what_still_holds(rotor: runs.Request, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neutralmodes._certify.certify", lambda *a, **k: pytest.fail("certified again"))
    done = runs.run(rotor)
    assert (done.code, done.document["zero_exponents"]) == (0, 1)


@pytest.mark.parametrize("change", [{"resume": False}, {"seed": 1}, {"budget": 15.0}, {"evidence": True, "time": 1.0}])
def test_another_question_is_asked_anew(
    rotor: runs.Request, change: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("neutralmodes._certify.certify", lambda *a, **k: pytest.fail("certified again"))
    with pytest.raises(pytest.fail.Exception, match="certified again"):
        runs.run(replace(rotor, **change))  # type: ignore[arg-type]


def test_a_changed_file_is_certified_anew(rotor: runs.Request) -> None:
    before, source = stamp(rotor), Path(rotor.target.partition(":system")[0])
    source.write_text(source.read_text().replace("annulus([x, y], '1/2', 2)", "annulus([x, y], '1/3', 2)"))
    assert runs.run(rotor).code == 0
    assert stamp(rotor) > before
