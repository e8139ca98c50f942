"""The command line: exit codes, streams, and one line for every bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

HEAD = """\
import sympy as sp
import neutralmodes as nm
x, y = sp.symbols("x y", real=True)
r2 = x**2 + y**2
rotation = nm.LieAction([x, y], [[-y, x]])
annulus = nm.Region([r2 - sp.Rational(1, 4), 4 - r2])
def make(f, g, **more):
    return nm.System("s", nm.VectorField([x, y], [f, g]), rotation, **{"region": annulus} | more)
"""
SYSTEMS = (
    HEAD
    + """
certified = make(x * (1 - r2) - y, y * (1 - r2) + x)
refuted = make(x * (1 - r2) - y + x / 1000000000, y * (1 - r2) + x)
p = sp.Function("p")  # any C^1 function: symmetric, but nobody knows where the flow goes
undecided = make(x * p(r2) - y, y * p(r2) + x)
conditional = make(x * p(r2) - y, y * p(r2) + x, assume={"invariance": "for this test"})
"""
)


@pytest.fixture
def target(tmp_path: Path) -> Callable[[str], str]:
    (tmp_path / "s.py").write_text(SYSTEMS)
    return lambda name: f"s.py:{name}"


def one_line_refusal(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr


@pytest.mark.parametrize(
    ("name", "code", "word"),
    [("certified", 0, "CERTIFIED"), ("refuted", 1, "REFUTED"), ("undecided", 3, "UNDECIDED")],
)
def test_each_conclusion_has_its_exit_code(
    neutralmodes: Run, target: Callable[[str], str], name: str, code: int, word: str
) -> None:
    done = neutralmodes("certify", target(name), "--no-evidence")
    assert (done.returncode, done.stderr) == (code, "")
    assert word in done.stdout


def test_a_conditional_exits_3(neutralmodes: Run, target: Callable[[str], str]) -> None:
    done = neutralmodes("certify", target("conditional"), "--no-evidence")
    assert done.returncode == 3
    assert "CONDITIONAL" in done.stdout
    assert "for this test" in done.stdout


def test_the_last_line_of_a_refutation_reproduces_it(neutralmodes: Run, target: Callable[[str], str]) -> None:
    done = neutralmodes("certify", target("refuted"), "--no-evidence")
    last = done.stdout.splitlines()[-1]
    assert last.startswith("reproduce: neutralmodes ")
    again = neutralmodes(*last.split()[2:])
    assert (again.returncode, again.stdout) == (1, done.stdout)


def test_the_last_line_of_an_undecided_says_what_would_settle_it(
    neutralmodes: Run, target: Callable[[str], str]
) -> None:
    done = neutralmodes("certify", target("undecided"), "--no-evidence")
    assert done.stdout.splitlines()[-1].startswith("to settle invariance: ")


def test_an_assumption_on_the_command_line_makes_it_conditional(
    neutralmodes: Run, target: Callable[[str], str]
) -> None:
    assumed = ["--assume", "invariance=read off a picture"]
    done = neutralmodes("certify", target("undecided"), "--no-evidence", *assumed)
    assert done.returncode == 3
    assert "read off a picture" in done.stdout


def test_json_is_one_document_for_one_target(neutralmodes: Run, target: Callable[[str], str]) -> None:
    answer = json.loads(neutralmodes("certify", target("certified"), "--no-evidence", "--json").stdout)
    assert {"conclusion", "zero_exponents", "zero_exponents_if", "scope", "obligations", "evidence"} <= set(answer)
    assert (answer["conclusion"], answer["zero_exponents"]) == ("CERTIFIED", 1)
    assert answer["obligations"]["equivariance"]["verdict"] == "PROVED"


def test_json_is_a_list_for_several_and_the_worst_code_wins(neutralmodes: Run, target: Callable[[str], str]) -> None:
    names = ["certified", "no-such", "refuted"]
    targets = [target(names[0]), names[1], target(names[2])]
    done = neutralmodes("certify", *targets, "--no-evidence", "--json", "--workers", "2")
    answers = json.loads(done.stdout)
    assert done.returncode == 2
    assert [answer["target"] for answer in answers] == targets
    assert [answer["exit_code"] for answer in answers] == [0, 2, 1]
    assert "no-such" in answers[1]["error"]


def test_several_targets_give_a_table(neutralmodes: Run, target: Callable[[str], str]) -> None:
    done = neutralmodes("certify", target("certified"), target("refuted"), "--no-evidence")
    assert done.returncode == 1
    header, first, second, *rest = done.stdout.splitlines()
    assert header.split() == ["system", "conclusion", "zeros", "if", "numbers", "seconds"]
    assert first.split()[:3] == ["s.py:certified", "CERTIFIED", "1"]
    assert second.split()[:2] == ["s.py:refuted", "REFUTED"]
    assert rest == ["s.py:refuted: reproduce: neutralmodes certify s.py:refuted --no-evidence"]


def test_certificates_are_written_whole_and_checked(
    neutralmodes: Run, target: Callable[[str], str], tmp_path: Path
) -> None:
    done = neutralmodes("certify", target("certified"), "--no-evidence", "--out", "deep/er")
    assert done.returncode == 0
    assert [path.name for path in (tmp_path / "deep" / "er").iterdir()] == ["s.json"]
    checked = neutralmodes("check", "deep/er/s.json")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_check_against_a_system_tells_its_certificate_from_another(
    neutralmodes: Run, target: Callable[[str], str]
) -> None:
    neutralmodes("certify", target("certified"), "--no-evidence", "--out", ".")
    assert neutralmodes("check", "s.json", "--system", target("certified")).returncode == 0
    other = neutralmodes("check", "s.json", "--system", target("refuted"))
    assert other.returncode == 1
    assert "rule" in other.stderr


def test_an_absent_certificate_is_unreadable(neutralmodes: Run) -> None:
    done = neutralmodes("check", "absent.json")
    assert (done.returncode, done.stderr) == (2, "")
    assert done.stdout.startswith("absent.json: unreadable: ")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"schema": 1}', "\x00\xff"])
def test_a_file_that_is_no_certificate_is_unreadable(neutralmodes: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "c.json").write_bytes(content.encode("latin-1"))
    done = neutralmodes("check", "c.json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_two_systems_of_one_name_do_not_overwrite_each_other(neutralmodes: Run, target: Callable[[str], str]) -> None:
    done = neutralmodes("certify", target("certified"), target("refuted"), "--no-evidence", "--out", "c")
    assert done.returncode == 2
    assert "c/s.json" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["certify"], ["targets, or --all"]),
        (["certify", "--all", "hopf"], ["targets, or --all"]),
        (["certfy"], ["Did you mean", "certify"]),
        (["certify", "x", "--digits", "0"], ["--digits"]),
        (["certify", "x", "--digits", "many"], ["--digits"]),
        (["certify", "x", "--time", "nan"], ["--time"]),
        (["certify", "x", "--time", "-1"], ["--time"]),
        (["certify", "x", "--assume", "invariance"], ["KEY=REASON"]),
        (["certify", "x", "--workers", "0"], ["--workers"]),
        (["certify", "x", "--nonsense"], ["--nonsense"]),
        (["certify", "no-such-system"], ["no system 'no-such-system'"]),
        (["spectrum", "no-such-system"], ["no system 'no-such-system'"]),
        (["new", "two words"], ["two words"]),
        (["certify", "s.py:certified", "--assume", "invarience=x"], ["did you mean 'invariance'"]),
        (["certify", "s.py:certified", "--out", "s.py"], ["s.py"]),
        (["certify", "s.py:certified", "--out", "/proc/none"], ["/proc/none"]),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    neutralmodes: Run, target: Callable[[str], str], arguments: list[str], words: list[str]
) -> None:
    one_line_refusal(neutralmodes(*arguments), *words)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("bad = make(x * (1 - r2) - y,", ["s.py:", "syntax error"]),
        ("bad = make(x * (1 - r2) - sp.Symbol('k'), y)", ["unknown symbol 'k'"]),
        ("bad = make(x * float('nan'), y)", ["nan"]),
        ("bad = make(x / 0, y)", ["rule of x"]),
        ("bad = make(x, y, start=[0, 0])", ["start", "outside the region"]),
    ],
)
def test_a_bad_system_is_one_line_and_exit_2(neutralmodes: Run, tmp_path: Path, line: str, words: list[str]) -> None:
    (tmp_path / "s.py").write_text(HEAD + line + "\n")
    one_line_refusal(neutralmodes("certify", "s.py:bad"), *words)


def test_no_colour_and_no_progress_in_a_pipe(neutralmodes: Run, target: Callable[[str], str]) -> None:
    done = neutralmodes("certify", target("certified"), "--no-evidence", FORCE_COLOR="")
    assert done.stderr == ""
    assert "\x1b" not in done.stdout


def test_an_interrupted_run_exits_130_and_leaves_nothing_half_written(
    target: Callable[[str], str], tmp_path: Path, environment: dict[str, str]
) -> None:
    target("certified")
    (tmp_path / "slow.py").write_text("import time\nopen('begun', 'w').close()\ntime.sleep(60)\n")
    command = [sys.executable, "-m", "neutralmodes", "certify", "slow.py:s", "--out", "c"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 30
    while not (tmp_path / "begun").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, "Traceback" in err) == ("", False)
    assert list((tmp_path / "c").iterdir()) == []


def test_a_reader_that_leaves_gets_no_traceback(environment: dict[str, str], tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "neutralmodes", "doctor"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, stdout=write, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def test_the_shell_completes_commands_and_targets(neutralmodes: Run) -> None:
    def complete(words: str, position: int) -> list[str]:
        asked = {"COMP_WORDS": words, "COMP_CWORD": str(position), "_NEUTRALMODES_COMPLETE": "bash_complete"}
        done = neutralmodes(**asked)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.split()

    assert "plain,certify" in complete("neutralmodes cert", 1)
    assert "plain,skew-lorenz" in complete("neutralmodes certify skew", 2)
    assert complete("neutralmodes certify my", 2) == ["file,my"]


def test_the_template_certifies_as_it_is(neutralmodes: Run) -> None:
    written = neutralmodes("new", "mine")
    assert "neutralmodes certify mine.py:system" in written.stdout
    assert neutralmodes("certify", "mine.py:system", "--no-evidence").returncode == 0


def test_the_doctor_finds_this_installation_sound_and_names_what_is_off(neutralmodes: Run) -> None:
    done = neutralmodes("doctor", "--json", NEUTRALMODES_NO_HEYOKA="1")
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert done.returncode == 0
    assert findings["exact arithmetic"]["state"] == "ok"
    assert findings["heyoka"]["state"] == "absent"
    assert "NEUTRALMODES_NO_HEYOKA" in findings["heyoka"]["detail"]


def test_the_doctor_says_what_is_broken(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "scipy.py").write_text("raise ImportError('not here')")
    done = neutralmodes("doctor", PYTHONSAFEPATH="")
    assert done.returncode == 2
    assert "scipy             broken  ImportError: not here; pip install" in done.stdout


def test_the_version_names_what_matters(neutralmodes: Run) -> None:
    said = neutralmodes("--version").stdout
    assert said.startswith("neutralmodes 0.1.0 (python 3.")
    assert "python-flint " in said


@pytest.mark.numbers
def test_the_spectrum_of_a_limit_cycle(neutralmodes: Run, target: Callable[[str], str]) -> None:
    """x' of the Hopf normal form with R = 1: the exponents are 0 and -2 (closed form)."""
    done = neutralmodes("spectrum", target("certified"), "--time", "60", "--json")
    values = [float(value) for value in json.loads(done.stdout)["exponents"]]
    assert values == pytest.approx([0.0, -2.0], abs=0.1)


def test_the_symmetries_of_a_limit_cycle_are_the_rotations(neutralmodes: Run, target: Callable[[str], str]) -> None:
    found = json.loads(neutralmodes("symmetries", target("certified"), "--json").stdout)
    assert (found["dimension"], found["forced_zero_exponents"]) == (1, 1)
    broken = json.loads(neutralmodes("symmetries", target("refuted"), "--json").stdout)
    assert broken["dimension"] == 0


def test_the_catalogue_is_listed(neutralmodes: Run) -> None:
    done = neutralmodes("systems", "--json")
    listed = json.loads(done.stdout)
    assert all(system["expect"]["conclusion"] for system in listed)
    assert [system["name"] for system in listed] == sorted(system["name"] for system in listed)
