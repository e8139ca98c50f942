"""verify_positivity and its parts: every number of a proof matters, malformed proofs prove nothing."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
from flint import Ordering, fmpq, fmpq_mat, fmpq_mpoly, fmpq_mpoly_ctx
from hypothesis import given
from hypothesis import strategies as st

from neutralmodes.errors import CertificateError, InputError
from neutralmodes.exact.ldl import ldl_squares
from neutralmodes.exact.polynomial_json import polynomial_from_json, polynomial_to_json
from neutralmodes.exact.positivity import prove_positive, verify_positivity

CTX = fmpq_mpoly_ctx.get(["x", "y", "z"], Ordering.degrevlex)
X, Y, Z = CTX.gens()
TARGET = 5 + X * Y - Z + X**2 * (1 - X**2 - Y**2)
BALL = [1 - X**2 - Y**2, 2 - Z]
LEVEL = [Z**2 - X - 1]

Path = tuple[Any, ...]


def a_proof() -> dict[str, Any]:
    proof = prove_positive(TARGET, BALL, LEVEL, strict=True)
    assert proof is not None
    assert proof["products"]
    return proof


def numbers(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every rational string and integer of a proof, names apart."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key not in ("rule", "names"):
                yield from numbers(value, (*path, key))
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from numbers(value, (*path, i))
    else:
        yield path, node


def changed(proof: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    result = copy.deepcopy(proof)
    node: Any = result
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return result


def value_at(data: list[Any], point: list[Fraction]) -> Fraction:
    total = Fraction(0)
    for c, exponents in data:
        term = Fraction(c)
        for e, t in zip(exponents, point, strict=True):
            term *= t**e
        total += term
    return total


def holds_at_points(proof: dict[str, Any]) -> bool:
    """The identity at random rational points, in plain fractions: an oracle that shares no code."""
    r = random.Random(7)
    for _ in range(5):
        point = [Fraction(r.randint(-50, 50), r.randint(1, 9)) for _ in range(3)]
        at = lambda p: value_at(polynomial_to_json(p), point)  # noqa: B023, E731
        total = Fraction(proof["margin"])
        for entry in proof["products"]:
            part = sum(Fraction(c) * value_at(q, point) ** 2 for c, q in entry["squares"])
            for i in entry["of"]:
                part *= at(BALL[i])
            total += part
        total += sum(value_at(e["cofactor"], point) * at(LEVEL[e["of"]]) for e in proof["equalities"])
        if total != at(TARGET):
            return False
    return True


def test_the_proof_holds_also_for_the_independent_oracle() -> None:
    proof = a_proof()
    assert verify_positivity(proof, TARGET, BALL, LEVEL, True)
    assert holds_at_points(proof)


def test_changing_any_number_of_a_proof_is_noticed() -> None:
    proof = a_proof()
    found = list(numbers(proof))
    assert len(found) > 20
    for path, value in found:
        new = value + 1 if isinstance(value, int) else str(Fraction(value) + 1)
        mutant = changed(proof, path, new)
        if verify_positivity(mutant, TARGET, BALL, LEVEL, True):
            assert holds_at_points(mutant), path  # such as q replaced by -q
            assert not isinstance(value, int), path


def test_a_proof_of_one_claim_is_none_of_another() -> None:
    proof = a_proof()
    assert not verify_positivity(proof, TARGET - fmpq(1, 10**9), BALL, LEVEL, True)
    assert not verify_positivity(proof, TARGET, [BALL[0] + 1, BALL[1]], LEVEL, True)
    assert not verify_positivity(proof, TARGET, BALL, [LEVEL[0] + X], True) or not proof["equalities"]
    assert not verify_positivity(proof, TARGET, [], LEVEL, True)


def test_margin_zero_is_enough_only_where_the_claim_is_not_strict() -> None:
    proof = {
        "rule": "positivstellensatz",
        "names": ["x", "y", "z"],
        "margin": "0",
        "products": [{"of": [], "squares": [["1", [["1", [1, 0, 0]]]]]}],
        "equalities": [],
    }
    assert verify_positivity(proof, X**2, [], [], False)
    assert not verify_positivity(proof, X**2, [], [], True)


def test_negative_weights_prove_nothing_although_the_identity_holds() -> None:
    square = [["1", [1, 0, 0]]]
    proof = {
        "rule": "positivstellensatz",
        "names": ["x", "y", "z"],
        "margin": "0",
        "products": [{"of": [], "squares": [["-1", square]]}],
        "equalities": [],
    }
    assert not verify_positivity(proof, -(X**2), [], [], False)
    assert not verify_positivity({**proof, "margin": "-1", "products": []}, CTX.constant(-1), [], [], False)


MALFORMED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "not an object": lambda p: [p],
    "another rule": lambda p: {**p, "rule": "paving"},
    "a missing key": lambda p: {k: v for k, v in p.items() if k != "equalities"},
    "a further key": lambda p: {**p, "note": "trust me"},
    "other names": lambda p: {**p, "names": ["x", "z", "y"]},
    "an endless number": lambda p: {**p, "margin": "1" * 5000},
    "a float margin": lambda p: {**p, "margin": 0.5},
    "an unreduced margin": lambda p: {**p, "margin": "2/4"},
    "products that are no list": lambda p: {**p, "products": {}},
    "a bool as index": lambda p: {**p, "products": [{"of": [True], "squares": []}]},
    "a negative index": lambda p: {**p, "products": [{"of": [-1], "squares": []}]},
    "a square that is no pair": lambda p: {**p, "products": [{"of": [], "squares": [["1"]]}]},
    "an equality that does not exist": lambda p: {**p, "equalities": [{"of": 1, "cofactor": []}]},
}


@pytest.mark.parametrize("case", sorted(MALFORMED))
def test_malformed_proofs_are_refused(case: str) -> None:
    assert not verify_positivity(MALFORMED[case](a_proof()), TARGET, BALL, LEVEL, True)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ([["1", [0, 0, 0]], ["1", [1, 0, 0]]], "sorted"),
        ([["1", [1, 0, 0]], ["2", [1, 0, 0]]], "distinct"),
        ([["0", [1, 0, 0]]], "zero coefficient"),
        ([["2/4", [1, 0, 0]]], "reduced"),
        ([["-0", [1, 0, 0]]], "reduced"),
        ([[1, [1, 0, 0]]], "string"),
        ([["1" * 5000, [1, 0, 0]]], "too long"),
        ([["1", [1, 0]]], "3 exponents"),
        ([["1", [-1, 0, 0]]], "exponents >= 0"),
        ([["1", [True, 0, 0]]], "exponents >= 0"),
        ("x", "list"),
        ([["1"]], "term"),
    ],
)
def test_only_canonical_polynomials_are_read(data: object, reason: str) -> None:
    with pytest.raises(CertificateError, match=reason):
        polynomial_from_json(data, CTX)


exponents = st.tuples(*[st.integers(0, 4)] * 3)
coefficients = st.fractions(max_denominator=20)


@given(st.dictionaries(exponents, coefficients, max_size=6))
def test_polynomials_survive_the_round_trip(terms: dict[tuple[int, ...], Fraction]) -> None:
    p = CTX.from_dict({m: fmpq(c.numerator, c.denominator) for m, c in terms.items()})
    assert polynomial_from_json(polynomial_to_json(p), CTX) == p


@given(st.lists(st.lists(st.integers(-3, 3), min_size=4, max_size=4), min_size=1, max_size=3))
def test_every_sum_of_squares_is_decomposed_exactly(rows: list[list[int]]) -> None:
    factor = fmpq_mat(rows)
    gram = factor.transpose() * factor
    squares = ldl_squares(gram)
    assert squares is not None
    assert len(squares) == factor.rank()
    again = fmpq_mat(4, 4)
    for d, row in squares:
        assert d > 0
        again += fmpq_mat(4, 4, [d * a * b for a in row for b in row])
    assert again == gram


@given(st.lists(st.integers(-3, 3), min_size=6, max_size=6))
def test_a_negative_direction_is_never_decomposed(entries: list[int]) -> None:
    a, b, c, d, e, f = entries
    gram = fmpq_mat([[a, b, c], [b, d, e], [c, e, f]])
    vectors = [(i, j, k) for i in range(-3, 4) for j in range(-3, 4) for k in range(-3, 4)]
    values = [sum(gram[i, j] * v[i] * v[j] for i in range(3) for j in range(3)) for v in vectors]
    if min(values) < 0:
        assert ldl_squares(gram) is None


def test_an_unsymmetric_gram_matrix_is_bad_input() -> None:
    with pytest.raises(InputError, match="symmetric"):
        ldl_squares(fmpq_mat(2, 2, [1, 2, 3, 4]))


def test_a_rest_that_no_equality_divides_is_refused() -> None:
    empty: dict[str, Any] = {**a_proof(), "margin": "0", "products": [], "equalities": []}
    rest: fmpq_mpoly = X * 0
    assert verify_positivity(empty, rest, BALL, LEVEL, False)
    assert not verify_positivity(empty, rest + LEVEL[0], BALL, LEVEL, False)
