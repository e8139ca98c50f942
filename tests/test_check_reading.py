"""The independent checker as a program: strict reading, exit codes, nothing but the standard library."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from neutralmodes_check import Unreadable, check
from neutralmodes_check.__main__ import check_file
from neutralmodes_check.reader import digest

TESTS = Path(__file__).resolve().parent
CHECKER = TESTS.parent / "proofs_check"
HOPF = TESTS / "certificates" / "hopf.json"
COLLAPSE = TESTS / "certificates" / "collapse.json"

# Refuses every module outside the standard library and the checker itself, then runs the checker.
ALONE = """
import runpy, sys
class Blocker:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top != "neutralmodes_check":
            raise ImportError(f"{name} is blocked")
sys.meta_path.insert(0, Blocker())
runpy.run_module("neutralmodes_check", run_name="__main__", alter_sys=True)
"""


def run(*arguments: str | Path, code: str | None = None) -> subprocess.CompletedProcess[str]:
    start = ["-m", "neutralmodes_check"] if code is None else ["-c", code]
    command = [sys.executable, "-S", "-E", "-s", *start, *map(str, arguments)]
    return subprocess.run(command, cwd=CHECKER, capture_output=True, text=True, timeout=60, check=False)


def replaced(old: str, new: str) -> bytes:
    text = HOPF.read_text()
    assert old in text
    return text.replace(old, new, 1).encode()


def resealed(old: str, new: str) -> bytes:
    data = json.loads(replaced(old, new))
    return json.dumps(data | {"digest": digest(data)}).encode()


UNREADABLE: dict[str, tuple[bytes, str]] = {
    "duplicate keys": (replaced('"schema": 1', '"schema": 1, "schema": 1'), "twice"),
    "NaN": (replaced('"provenance": {}', '"provenance": {"t": NaN}'), "NaN"),
    "Infinity": (replaced('"provenance": {}', '"provenance": {"t": -Infinity}'), "Infinity"),
    "a float": (replaced('"generic": 1', '"generic": 1.0'), "float"),
    "a float in the evidence": (replaced('"evidence": {}', '"evidence": {"t": 1e3}'), "float"),
    "bool for int": (resealed('"generic": 1', '"generic": true'), "generic"),
    "schema true": (replaced('"schema": 1', '"schema": true'), "schema"),
    "a newer schema": (replaced('"schema": 1', '"schema": 2'), "version 2"),
    "an older schema": (replaced('"schema": 1', '"schema": 0'), "version 0"),
    "an unreduced rational": (resealed('"3/8"', '"6/16"'), "reduced"),
    "a denominator of one": (resealed('"24"', '"24/1"'), "reduced"),
    "a rational with a plus": (resealed('"3/8"', '"+3/8"'), "reduced"),
    "a decimal in a string": (resealed('"3/8"', '"0.375"'), "reduced"),
    "a leading zero": (resealed('"3/8"', '"03/8"'), "reduced"),
    "minus zero": (resealed('"margin": "0"', '"margin": "-0"'), "reduced"),
    "foreign digits": (resealed('"3/8"', '"\u0663/8"'), "reduced"),
    "an unknown key": (replaced('"provenance": {}', '"provenance": {}, "extra": 0'), "unknown"),
    "an unknown key in a proof": (resealed('"rule": "uniform"', '"rule": "uniform", "note": ""'), "unknown"),
    "a missing key": (replaced(',\n"provenance": {}', ""), "lacks"),
    "an unknown obligation": (replaced('"closure"', '"closures"'), "closure"),
    "an unknown name": (replaced('["*", "-1", "y"]', '["*", "-1", "w"]'), "unknown name"),
    "an undeclared function": (replaced('["*", "-1", "y"]', '["swish", "y"]'), "declared function"),
    "an operator without operands": (replaced('["*", "-1", "y"]', '["*", "y"]'), "operands"),
    "too many digits": (resealed('"3/8"', '"' + "7" * 5000 + '"'), "digits"),
    "an integer of too many digits": (replaced('"generic": 1', '"generic": ' + "1" * 5000), "digits"),
    "too deep": (b"[" * 100_000, "nested"),
    "too large": (b" " * (2**25 + 1), "bytes"),
    "an exponent that is too large": (replaced('["^", "x", 2]', '["^", "x", 2000000]'), "exponent"),
    "not UTF-8": (b'{"schema": 1, "a": "\xff"}', "UTF-8"),
    "a lone surrogate": (replaced('"hopf"', '"\\ud800"'), "cannot be printed"),
    "not an object": (b"[]", "object"),
    "text after the end": (HOPF.read_bytes() + b"{}", "JSON"),
    "an empty input range": (replaced('"inputs": {}', '"inputs": {"u": ["1", "0"]}'), "empty"),
    "a name declared twice": (replaced('"inputs": {}', '"inputs": {"x": ["0", "1"]}'), "twice"),
    "an activation named sin": (replaced('"activations": {}', '"activations": {"sin": {}}'), "built-in"),
    "unsorted monomials": (resealed('[["-2", [2, 0]], ["-2", [0, 2]]', '[["-2", [0, 2]], ["-2", [2, 0]]'), "sorted"),
    "a monomial twice": (resealed('[["-2", [2, 0]], ["-2", [0, 2]]', '[["-2", [2, 0]], ["-2", [2, 0]]'), "twice"),
    "at_least zero": (replaced('"at_least": null', '"at_least": 0'), "at_least"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_is_not_a_certificate_is_unreadable_and_says_why(name: str) -> None:
    data, why = UNREADABLE[name]
    with pytest.raises(Unreadable, match=why):
        check(data)


def test_it_runs_alone_on_the_standard_library_and_says_what_it_checked() -> None:
    done = run(HOPF, code=ALONE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Theorem U (flow, n = 2): at least 1 Lyapunov exponent" in done.stdout
    assert "Trust base" in done.stdout
    assert "Assumptions left: none" in done.stdout


def test_a_reason_is_one_short_line(tmp_path: Path) -> None:
    path, huge = tmp_path / "empty.json", "9" * 3999
    path.write_bytes(replaced('"inputs": {}', f'"inputs": {{"u": ["{huge}", "0"]}}'))
    code, words, data = check_file(str(path))
    assert (code, data["derived"]) == (2, False)
    assert len(words) < 600
    assert "\n" not in words


def test_exit_codes_follow_the_worst_file(tmp_path: Path) -> None:
    forged, broken = tmp_path / "forged.json", tmp_path / "broken.json"
    forged.write_bytes(resealed('"generic": 1', '"generic": 2'))
    broken.write_text("{")
    assert run(HOPF).returncode == 0
    assert run(HOPF, COLLAPSE).returncode == 3
    assert run(forged, COLLAPSE).returncode == 1
    assert run(forged, broken, HOPF).returncode == 2
    assert run(tmp_path / "absent.json").returncode == 2
    assert run().returncode == 2


def test_json_output_is_one_document_for_one_file_and_a_list_for_several() -> None:
    one: dict[str, Any] = json.loads(run(HOPF, "--json").stdout)
    several = json.loads(run(HOPF, COLLAPSE, "--json").stdout)
    assert (one["conclusion"], one["zero_exponents"], one["exit"]) == ("CERTIFIED", 1, 0)
    assert [entry["conclusion"] for entry in several] == ["CERTIFIED", "REFUTED"]


@pytest.mark.parametrize("path", [HOPF, COLLAPSE], ids=lambda path: path.stem)
def test_the_json_schema_accepts_certificates_and_refuses_their_mutants(path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((CHECKER / "neutralmodes_check" / "certificate-1.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    data = json.loads(path.read_text())
    validator.validate(data)
    for old, new in (('"0"', '"-0"'), ('"generic": 1', '"generic": "1"'), ('"flow"', '"flux"'), ('"+"', '"-"')):
        assert not validator.is_valid(json.loads(path.read_text().replace(old, new)))
