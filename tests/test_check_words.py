"""What the checker says of a certificate: the system in words, so that a reviewer needs nothing but the file."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

import neutralmodes as nm
from neutralmodes.errors import InputError
from neutralmodes_check.checker import check
from neutralmodes_check.infix import infix
from neutralmodes_check.reader import digest
from neutralmodes_check.refusal import Unreadable
from neutralmodes_check.robustness import Bounds
from neutralmodes_check.words import render

RATIONALS = st.fractions(-3, 3, max_denominator=4)
LEAVES = st.sampled_from(["x", "y"]) | RATIONALS.map(str)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda t: ["+", *t]),
        st.lists(inner, min_size=2, max_size=3).map(lambda t: ["*", *t]),
        st.tuples(inner, st.integers(0, 3)).map(lambda t: ["^", *t]),
    ),
    max_leaves=8,
)


def value(tree: Any, at: dict[str, Fraction]) -> Fraction:
    if isinstance(tree, str):
        return at.get(tree) if tree in at else Fraction(tree)  # type: ignore[return-value]
    if tree[0] == "^":
        return value(tree[1], at) ** tree[2]
    result = Fraction(0 if tree[0] == "+" else 1)
    for operand in tree[1:]:
        result = result + value(operand, at) if tree[0] == "+" else result * value(operand, at)
    return result


@given(TREES, RATIONALS, RATIONALS)
def test_the_text_means_what_the_tree_means(tree: Any, x: Fraction, y: Fraction) -> None:
    """Python reads the text by the usual precedence; integers are made exact first."""
    import re

    text = re.sub(r"(?<![\^\d])\d+", lambda found: f"Fraction({found[0]})", infix(tree)).replace("^", "**")
    assert eval(text, {"Fraction": Fraction, "x": x, "y": y}) == value(tree, {"x": x, "y": y})


def test_negative_powers_functions_and_products_keep_their_shape() -> None:
    assert infix(["*", "2", ["^", "x", -1], ["sin", ["+", "x", "-1"]]]) == "2*x^(-1)*sin(x - 1)"
    assert infix(["+", "x", ["*", "-1", ["+", "y", "1"]]]) == "x - (y + 1)"


def test_a_reviewer_reads_the_system_and_not_only_its_name(root: Path) -> None:
    said = render(check((root / "tests" / "certificates" / "hopf.json").read_bytes())).splitlines()
    assert "The system (flow in dimension 2):" in said
    assert any(line.startswith("  x' = ") for line in said)
    assert any(line.endswith(" >= 0") for line in said)


def test_another_rule_is_said_otherwise(root: Path) -> None:
    from neutralmodes_check.infix import described
    from neutralmodes_check.statement import read_statement

    data = json.loads((root / "tests" / "certificates" / "hopf.json").read_text())["statement"]
    before = described(read_statement(data))
    data["rule"][0] = ["*", "-1", data["rule"][0]]
    after = described(read_statement(data))
    assert [a for a, b in zip(before, after, strict=True) if a != b] == [before[1]]


def test_what_is_too_long_to_read_is_said_to_be_cut() -> None:
    from neutralmodes_check.infix import _few

    cut, *others = _few(["x" * 1000, *map(str, range(30))])
    assert cut.endswith("... (1000 characters)")
    assert others[-1] == "  ... and 7 more, in the file"


def test_a_bound_of_many_digits_is_printed_as_a_short_one_above_it(root: Path) -> None:
    from neutralmodes_check.words import _above

    report = check((root / "tests" / "certificates" / "hopf.json").read_bytes())
    huge = Fraction(10**3999 + 1, 10**3998 + 3) ** 2 * 10**5000  # more digits than Python prints
    assert "log(5)" in render(replace(report, bounds=Bounds(gamma=Fraction(1), rest=Fraction(5))))
    for value in (huge, 1 / huge, Fraction(10**400, 3)):
        digits, power = _above(value).split("*2^")
        assert value <= int(digits) * Fraction(2) ** int(power) <= value * (1 + Fraction(1, 2**50))
        assert len(max(render(replace(report, bounds=Bounds(gamma=value, rest=value))).splitlines(), key=len)) < 400


@pytest.mark.parametrize("key", ["name", "group"])
@pytest.mark.parametrize("text", ["\x1b[2JCERTIFIED", "two\nlines", "\u202ethgir ot tfel"])
def test_a_name_cannot_steer_the_terminal(root: Path, key: str, text: str) -> None:
    data = json.loads((root / "tests" / "certificates" / "hopf.json").read_text())
    data["statement"][key] = text
    data["digest"] = digest(data)
    with pytest.raises(Unreadable, match="cannot be printed") as found:
        check(json.dumps(data).encode())
    assert str(found.value).isprintable()


def test_a_system_that_no_reader_could_print_is_refused() -> None:
    x, y = sp.symbols("x y", real=True)
    with pytest.raises(InputError, match="cannot be printed"):
        nm.System("two\nlines", nm.VectorField([x, y], [-y, x]), nm.LieAction([x, y], [[-y, x]]), start=[1, 0])
