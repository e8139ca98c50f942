"""Systems described in TOML: read exactly, never executed, and refused before they can do harm."""

from __future__ import annotations

import contextlib
import subprocess
import time
import tomllib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import statement_of
from neutralmodes.data_file import read_system, system_of
from neutralmodes.errors import ExpressionError, InputError, NeutralModesError, TargetError
from neutralmodes.exact.expression import evaluate
from neutralmodes.exact.infix import polynomial_tree

Run = Callable[..., subprocess.CompletedProcess[str]]

HOPF = """\
name = "hopf"
group = "SO(2)"
region = ["x^2 + y^2 - 1/4", "4 - x^2 - y^2"]
start = [1, 0]
[rule]
x = "x*(1 - x^2 - y^2) - (1 + k)*y"
y = "y*(1 - x**2 - y**2) + (1 + k)*x"
[[generators]]
x = "-y"
y = "x"
[parameters]
k = 0.1
"""


def hopf_in_python() -> nm.System:
    x, y, k = sp.symbols("x y k", real=True)
    r2 = x**2 + y**2
    rule = [x * (1 - r2) - (1 + k) * y, y * (1 - r2) + (1 + k) * x]
    field = nm.VectorField([x, y], rule, parameters={k: sp.Rational(1, 10)})
    region = nm.Region([r2 - sp.Rational(1, 4), 4 - r2])
    return nm.System("hopf", field, nm.LieAction([x, y], [[-y, x]], group="SO(2)"), region, start=[1, 0])


def test_the_description_is_the_system_written_in_python() -> None:
    """Everything but the shape of the trees is the same, and the trees agree at rational points."""
    mine, theirs = system_of(tomllib.loads(HOPF, parse_float=Fraction), "hopf.toml"), hopf_in_python()
    said, meant = statement_of(mine), statement_of(theirs)
    differing = {key for key in said if said[key] != meant[key]}
    assert differing <= {"rule", "region"}
    for point in ([Fraction(1, 3), Fraction(-2, 7)], [Fraction(5), Fraction(1, 11)]):
        at = mine.at(point)
        assert [evaluate(t, at) for t in mine.dynamics.rule] == [evaluate(t, at) for t in theirs.dynamics.rule]


def test_it_certifies_from_the_command_line_and_refutes_when_broken(neutralmodes: Run, tmp_path: Path) -> None:
    (tmp_path / "hopf.toml").write_text(HOPF)
    (tmp_path / "broken.toml").write_text(HOPF.replace("(1 + k)*y", "(1 + k)*y + x/1000000000"))
    done = neutralmodes("certify", "--data", "hopf.toml", "--no-evidence")
    assert (done.returncode, done.stderr) == (0, "")
    broken = neutralmodes("certify", "--data", "broken.toml", "--no-evidence")
    assert broken.returncode == 1
    assert broken.stdout.splitlines()[-1] == "reproduce: neutralmodes certify --data broken.toml --no-evidence"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", 2),
        ("1.25", Fraction(5, 4)),
        ("8/3", Fraction(8, 3)),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2*-3", None),
        ("1 - 2 - 3", -4),
        ("12/3/2", 2),
        ("1/(1/2)", 2),
        ("--1", 1),
        ("2^0", 1),
        (" ( 1 + 2 ) * 3 ", 9),
    ],
)
def test_arithmetic_has_the_usual_precedence(text: str, value: Any) -> None:
    if value is None:
        with pytest.raises(ExpressionError):
            polynomial_tree(text, "it")
    else:
        assert Fraction(polynomial_tree(text, "it")) == value


def test_an_expression_is_the_polynomial_that_sympy_reads() -> None:
    x, y = sp.symbols("x y")
    text = "(x - y/3)^3*(2*x + 1.5) - x*y^2/7 + 4"
    oracle = sp.sympify(text.replace("^", "**"), rational=True)
    tree = polynomial_tree(text, "it")
    for a, b in ((Fraction(1, 2), Fraction(3)), (Fraction(-7, 5), Fraction(2, 9))):
        expected = oracle.subs({x: sp.Rational(a), y: sp.Rational(b)})
        assert evaluate(tree, {"x": a, "y": b}) == Fraction(expected.p, expected.q)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch owned')",
        "x.__class__",
        "x[0]",
        "lambda: 0",
        "open('f')",
        "sin(x)",
        "x if y else x",
        "x; y",
        "x = 1",
        "x // 2",
        "1e5",
        "0x10",
        "x^y",
        "x^-1",
        "x^1.5",
        "x^999999999",
        "1/x",
        "1/0",
        "1/(2 - 2)",
        "x +",
        "(x",
        "x)",
        "",
        "2x",
        "\u0661",
        "x\x00",
    ],
)
def test_what_is_no_polynomial_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="it: "):
        polynomial_tree(text, "it")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "(" * 60 + "x" + ")" * 60,
        "-" * 19_000 + "x",
        "9" * 20_001,
        "9" * 5_000,
        "((((9^64)^64)^64)^64)",
        "((x^64)^64)",
        "(x + y + z + w + u + v)^60",
        "(x+1)^30*(y+1)^30*(z+1)^30",
        "+".join(["x"] * 5_000),
        "*".join(["99999"] * 3_000),
    ],
)
def test_a_hostile_expression_costs_no_time(text: str) -> None:
    begin = time.process_time()
    with contextlib.suppress(ExpressionError):
        polynomial_tree(text, "it")
    assert time.process_time() - begin < 1.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("name =", "nmae ="), "unknown key 'nmae'; did you mean 'name'?"),
        (('name = "hopf"', 'name = "../../etc/passwd"'), "a name is"),
        (('"SO(2)"', '"<script>"'), "a name is"),
        (("start = [1, 0]", "start = [0, 0]"), "outside the region"),
        (("start = [1, 0]", ""), "'start' is missing"),
        (("start = [1, 0]", "start = [true, 0]"), "expected a number"),
        (("start = [1, 0]", "start = [1]"), "start has 1"),
        (("x = \"-y\"", "q = \"-y\""), "'q' is not a variable"),
        (("(1 + k)*x", "(1 + kk)*x"), "unknown symbol 'kk'"),
        (("k = 0.1", "k = inf"), "not TOML"),
        (("k = 0.1", "k = [1]"), "expected [lowest, highest]"),
        (("k = 0.1", "k = [2, 1]"), "empty interval"),
        (('name = "hopf"', 'name = "hopf"\nkind = "ode"'), "kind must be"),
        (('name = "hopf"', 'name = "hopf"\nat_least = "two"'), "at_least"),
        (("[rule]", "[[rule]]"), "must be a table"),
    ],
)  # fmt: skip
def test_a_malformed_description_is_refused_in_one_line(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    assert change[0] in HOPF
    path = tmp_path / "h.toml"
    path.write_text(HOPF.replace(*change))
    with pytest.raises(NeutralModesError) as caught:
        read_system(str(path))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"[" * 100_000, b"a = " + b"9" * 5_000, b"#" * 1_000_001, b"a = 1e9999999999"]
)
def test_a_file_that_is_not_toml_is_a_target_error(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "h.toml"
    path.write_bytes(content)
    with pytest.raises(TargetError):
        read_system(str(path))


def test_a_decimal_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "h.toml"
    path.write_text(HOPF)
    assert read_system(str(path)).dynamics.parameters == {"k": Fraction(1, 10)}


def test_a_device_or_folder_is_a_target_error(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.toml", Path("/dev/zero")):
        with pytest.raises((TargetError, InputError)):
            read_system(str(path))
