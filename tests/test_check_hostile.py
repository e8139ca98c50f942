"""Hostile certificates: false theorems that must not pass, and small files that must not cost much."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import pytest

from neutralmodes_check import NotDerived, Unreadable, check
from neutralmodes_check.asymptotics import check_recurrence
from neutralmodes_check.domain import check_domain
from neutralmodes_check.rank import Ranks, check_rank
from neutralmodes_check.scope import check_scope

sys.path.insert(0, str(Path(__file__).resolve().parent))  # the builders of certificates live in the neighbours
from test_check_rules import S, radial, system
from test_checker import ONE2, collapse, forged, hopf, positive, proof_of, proved, put

sys.path.pop(0)

Json = dict[str, Any]


def ranged(*expressions: Any) -> Json:
    entries = [{"expression": e, "sign": 1, "positivity": {"rule": "range"}} for e in expressions]
    return {"rule": "denominators", "denominators": entries}


@pytest.mark.parametrize(
    ("base", "listed"),
    [
        (["^", "x", 2], ["^", ["^", "x", -1], -2]),
        (["+", "-1", ["*", "-1", S]], ["exp", ["log", ["+", "-1", ["*", "-1", S]]]]),
        (["^", "x", 2], ["exp", ["log", ["^", "x", 2]]]),
    ],
)
def test_a_listed_expression_has_no_sign_where_it_is_not_defined(base: Any, listed: Any) -> None:
    with pytest.raises(NotDerived, match="covered"):
        check_domain(radial(["^", base, -1]), ranged(listed))


def test_listed_expressions_may_stand_in_any_order() -> None:
    inner = ["+", "1", ["^", "x", 2]]
    outer = ["+", "1", ["exp", ["^", inner, -1]]]
    for order in ((inner, outer), (outer, inner)):
        check_domain(radial(["log", outer]), ranged(*order))
    with pytest.raises(NotDerived, match="covered"):
        check_domain(radial(["log", outer]), ranged(outer))


def poles_on_a_torus() -> Json:
    """Two phases with a coupling 1/sin(b - a), on the whole torus, the domain left open: nothing is invariant there."""
    lag = ["+", "b", ["*", "-1", "a"]]
    pole = ["^", ["sin", lag], -1]
    data = hopf()
    data["statement"] |= {
        "variables": ["a", "b"], "angles": ["a", "b"], "start": ["0", "1"], "generators": [["1", "1"]],
        "rule": [["+", "1", pole], ["+", "1", ["*", "-1", pole]]], "region": {"inequalities": []},
    }  # fmt: skip
    names = ["a", "b"]
    data["obligations"] |= {
        "domain": proved({"rule": "open"}),
        "compactness": proved({
            "rule": "bounded", "bound": "0", "positivity": positive(names, "0"), "point": ["0", "1"],
        }),
        "invariance": proved({"rule": "faces", "faces": [], "constraints": []}),
        "rank": proved({
            "rule": "rank", "generic": 1, "at": ["0", "1"], "upper": {"rule": "columns"}, "uniform": 1,
            "singular": None, "lower": {"rule": "minors", "positivity": positive(names, "2")}, "constants": None,
        }),
        "transversality": proved(None, "UNDECIDED"),
    }  # fmt: skip
    data["conclusion"]["statements"] = data["conclusion"]["statements"][:1]
    data["conclusion"]["zero_exponents_if"] = 1
    return data


def test_an_open_domain_proves_neither_compactness_nor_invariance() -> None:
    with pytest.raises(NotDerived, match="open"):
        check(forged(poles_on_a_torus, lambda data: None))


def test_a_wave_under_a_scaling_is_no_sign_of_an_inhabited_scope() -> None:
    """x' = -x under x d/dx: f = -xi at 1/2, rank 1, inside N; yet the orbit ends at 0, in Sigma."""
    scaling = system(variables=["x"], rule=[["*", "-1", "x"]], generators=[["x"]], start=["1/2"],
                     region={"inequalities": [["+", "1", ["*", "-1", ["^", "x", 2]]]]})  # fmt: skip
    proof = {"rule": "rank", "generic": 1, "at": ["1/2"], "upper": {"rule": "columns"}, "uniform": 0, "lower": None}
    ranks = check_rank(scaling, proof | {"singular": [[["1", [1]]]], "constants": None})
    wave = {"rule": "scope", "wave": {"point": ["1/2"], "coefficients": ["-1"]}, "strata": [], "trap": None}
    with pytest.raises(NotDerived, match="kept by the generators"):
        check_scope(scaling, wave, ranks)


def test_a_wave_must_be_real() -> None:
    """z' = z^2 + d with d = q - p sqrt(2) > 0, below 10^-38: the equilibrium sqrt(-d) is not real."""
    p, q = 1, 1
    while q < 1 << 129 or q * q < 2 * p * p:
        p, q = p + q, 2 * p + q  # q^2 - 2 p^2 = 1 or -1

    def wave(square: Any) -> None:
        turning = [["*", "-1", "y"], "x", ["+", ["^", "z", 2], ["*", "-1", square]]]
        case = system(variables=["x", "y", "z"], rule=turning, generators=[[["*", "-1", "y"], "x", "0"]])
        point = ["1", "0", ["sqrt", square]]
        proof = {"rule": "scope", "wave": {"point": point, "coefficients": ["1"]}, "strata": [], "trap": None}
        check_scope(case, proof, Ranks(1, 0, (), None))

    wave(["+", ["*", str(p), ["sqrt", "2"]], str(-q), "1"])
    with pytest.raises(NotDerived, match="not seen to be positive"):
        wave(["+", ["*", str(p), ["sqrt", "2"]], str(-q)])


def test_a_decaying_factor_holds_no_input() -> None:
    """p = u s decays for every constant u; that says nothing of u(t)."""
    sinking = system(rule=[["*", "-1", "x"], ["*", "-1", "y"]], inputs={"u": ["1", "2"]})

    def decaying(power: int) -> None:
        factor = {"factor": [["1", [2, 0, power]], ["1", [0, 2, power]]], "cofactor": [["-2", [0, 0, 0]]],
                  "positivity": positive(["x", "y", "u"], "2")}  # fmt: skip
        proof = {"rule": "darboux", "of": "rank", "factors": [factor], "combination": [[["1", [0, 0, 0]]]]}
        check_recurrence(sinking, proof, True, Ranks(1, 0, (), None))

    decaying(0)
    with pytest.raises(NotDerived, match="inputs"):
        decaying(1)


REFUSED: dict[str, tuple[Callable[[], Json], Callable[[Json], object]]] = {
    "outside": (hopf, put("statement", "start", ["3", "0"])),
    "the start serves": (hopf, proof_of("compactness", "point", ["0", "1"])),
    "serves as the witness": (hopf, proof_of("rank", "at", ["3/5", "4/5"])),
    "carries a proof": (hopf, put("obligations", "invariance", "verdict", "ASSUMED")),
    "recurrence has no such rule": (collapse, put("obligations", "recurrence", proved(None, "REFUTED"))),
    "transversality has no such rule": (hopf, put("obligations", "transversality", proved(None, "REFUTED"))),
    "first coefficient is negative": (hopf, proof_of(
        "rank", "lower", "positivity", "products", 0, "squares", 0, 1, [["-1", [0, 0]]])),
    "is of zero": (hopf, proof_of("rank", "lower", "positivity", "products", 0, "squares", [["1", ONE2], ["1", []]])),
    "not in order": (hopf, proof_of("compactness", "positivity", "products", [
        {"of": [1], "squares": [["1/2", ONE2]]}, {"of": [1], "squares": [["1/2", ONE2]]}])),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_proof_has_one_spelling_and_claims_nothing_idly(why: str) -> None:
    with pytest.raises(NotDerived, match=why):
        check(forged(*REFUSED[why]))


def test_an_asked_count_is_refuted_only_where_orbits_stay_in_n() -> None:
    """x' = -x without a proof of invariance: that every orbit of N ends at the centre refutes nothing."""

    def change(data: Json) -> None:
        data["obligations"]["invariance"] = proved(None, "UNDECIDED")

    with pytest.raises(NotDerived, match="stated as 'REFUTED', but UNDECIDED follows"):
        check(forged(collapse, change))


def many_unit_generators(data: Json) -> None:
    n = 200
    open_one = proved(None, "UNDECIDED")
    data["statement"] |= {
        "variables": [f"x{i}" for i in range(n)], "rule": ["0"] * n, "start": ["0"] * n, "region": {"inequalities": []},
        "generators": [["1" if i == j else "0" for j in range(n)] for i in range(n)],
    }  # fmt: skip
    data["obligations"] |= dict.fromkeys(["closure", "equivariance", "compactness", "invariance"], open_one)
    data["obligations"]["rank"]["proof"] |= {"generic": n, "uniform": n, "at": ["0"] * n}


SPLITS = {
    "rule": "paving",
    "bound": {"square": "4", "positivity": positive(["x", "y"], "0", [([1], [["1", ONE2]])])},
    "tree": " ".join(["/0"] * 200_000),
}
COSTLY: dict[str, Callable[[Json], object]] = {
    "twenty thousand sines": put(
        "statement", "rule", 0, ["+", *(["sin", ["*", str(k), "x"]] for k in range(2, 20_000))]
    ),
    "a square of many": put(
        "statement", "rule", 0, ["^", ["+", *(["sinh", ["*", str(k), "x"]] for k in range(2, 3_900))], 2]
    ),
    "a large determinant": many_unit_generators,
    "nested powers": put("statement", "rule", 0, ["^", ["^", ["^", "2", 10_000], 10_000], 10_000]),
    "nested functions": put("statement", "rule", 0, reduce(lambda tree, _: ["sin", tree], range(180), "x")),  # type: ignore[arg-type, return-value]
    "a large multiple": put("statement", "rule", 0, ["sin", ["*", "7" * 3_000, "x"]]),
    "splits without end": proof_of("invariance", "faces", 0, "positivity", SPLITS),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_small_hostile_file_is_refused_at_a_bounded_cost(name: str) -> None:
    began = time.process_time()
    with pytest.raises((NotDerived, Unreadable)):
        check(forged(hopf, COSTLY[name]))
    assert time.process_time() - began < 60
