"""Bases of equivariants: counts against Weyl's character formula, elements against exact group elements."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import product
from math import prod

import numpy as np
import pytest

import neutralmodes as nm
from neutralmodes import groups
from neutralmodes.equivariants import Equivariant, equivariant_basis, integer_matrices, invariant_basis, radial
from neutralmodes.errors import InputError
from neutralmodes.exact.equivariant_kernel import Operator
from neutralmodes.strategies import named_action
from neutralmodes.strategies._elements import exact_element

Weight = tuple[int, ...]
Character = Counter[Weight]

# Weights of one vector and positive roots: the only group theory that the oracle knows.
SO3: tuple[list[Weight], list[Weight]] = ([(1,), (-1,), (0,)], [(1,)])
SO4: tuple[list[Weight], list[Weight]] = ([(1, 0), (-1, 0), (0, 1), (0, -1)], [(1, 1), (1, -1)])
SO5: tuple[list[Weight], list[Weight]] = ([*SO4[0], (0, 0)], [*SO4[1], (1, 0), (0, 1)])
U2: tuple[list[Weight], list[Weight]] = (SO4[0], [(1, -1)])
U3: tuple[list[Weight], list[Weight]] = (
    [tuple(s * int(i == j) for j in range(3)) for i in range(3) for s in (1, -1)],
    [(1, -1, 0), (1, 0, -1), (0, 1, -1)],
)
SU2: tuple[list[Weight], list[Weight]] = ([(1,), (-1,), (1,), (-1,)], [(2,)])
SU3: tuple[list[Weight], list[Weight]] = (
    [(1, 0), (-1, 0), (0, 1), (0, -1), (-1, -1), (1, 1)],
    [(1, -1), (2, 1), (1, 2)],
)


def torus_weights(charges: list[list[int]]) -> tuple[list[Weight], list[Weight]]:
    columns = list(zip(*charges, strict=True))
    return [tuple(s * c for c in column) for column in columns for s in (1, -1)], []


def shifted(character: Character, weight: Weight, sign: int = 1) -> Character:
    moved: Character = Counter()
    for w, c in character.items():
        moved[tuple(a + b for a, b in zip(w, weight, strict=True))] += sign * c
    return moved


def symmetric_power(weights: list[Weight], degree: int) -> Character:
    """The character of Sym^d: partial products of 1/prod(1 - t e^w), by degrees."""
    rank = len(weights[0])
    powers: list[Character] = [Counter({(0,) * rank: 1}), *(Counter() for _ in range(degree))]
    for weight in weights:
        for d in range(1, degree + 1):
            for w, c in shifted(powers[d - 1], weight).items():
                powers[d][w] += c
    return powers[degree]


def multiplicity(character: Character, roots: list[Weight]) -> int:
    """How often the trivial representation occurs: the constant term of the character times prod(1 - e^-alpha)."""
    for root in roots:
        back = tuple(-r for r in root)
        total = Counter(character)
        for w, c in shifted(character, back, -1).items():
            total[w] += c
        character = total
    return character[(0,) * len(next(iter(character)))]


def fields_expected(weights: list[Weight], roots: list[Weight], degree: int) -> int:
    """The multiplicity of the trivial representation in Sym^d V* times V; V is real, so V* = V."""
    total: Character = Counter()
    for weight in weights:
        for w, c in shifted(symmetric_power(weights, degree), weight).items():
            total[w] += c
    return multiplicity(total, roots)


CASES = {
    "SO(2)": (groups.so(2), torus_weights([[1]]), 6),
    "SO(3)": (groups.so(3), SO3, 6),
    "SO(4)": (groups.so(4), SO4, 5),
    "SO(5)": (groups.so(5), SO5, 5),
    "U(2)": (groups.u(2), U2, 5),
    "U(3)": (groups.u(3), U3, 3),
    "SU(2)": (groups.su(2), SU2, 5),
    "SU(3)": (groups.su(3), SU3, 4),
    "2*SO(3)": (2 * groups.so(3), (SO3[0] * 2, SO3[1]), 4),
    "3*SO(3)": (3 * groups.so(3), (SO3[0] * 3, SO3[1]), 3),
    "2*SO(5)": (2 * groups.so(5), (SO5[0] * 2, SO5[1]), 3),
    "2*U(2)": (2 * groups.u(2), (U2[0] * 2, U2[1]), 3),
    "2*SU(2)": (2 * groups.su(2), (SU2[0] * 2, SU2[1]), 3),
    "resonant torus": (
        groups.torus([[1, 0, 2], [0, 1, 1]]), torus_weights([[1, 0, 2], [0, 1, 1]]), 4,
    ),
    "SO(3) + trivial": (groups.so(3) + groups.trivial(groups.so(3), 2), ([*SO3[0], (0,), (0,)], SO3[1]), 4),
}  # fmt: skip


def on(rep: groups.Representation) -> nm.LieAction:
    return rep.on([f"x{i}" for i in range(rep.dimension)])


@pytest.mark.parametrize("name", CASES)
def test_the_number_of_equivariants_is_that_of_the_character_formula(name: str) -> None:
    rep, (weights, roots), top = CASES[name]
    found = [len(equivariant_basis(on(rep), d)) for d in range(top + 1)]
    assert found == [fields_expected(weights, roots, d) for d in range(top + 1)]


@pytest.mark.parametrize("name", CASES)
def test_the_number_of_invariants_is_that_of_the_character_formula(name: str) -> None:
    rep, (weights, roots), top = CASES[name]
    found = [len(invariant_basis(on(rep), d)) for d in range(top + 1)]
    assert found == [multiplicity(symmetric_power(weights, d), roots) for d in range(top + 1)]


def value(e: Equivariant, x: list[Fraction]) -> list[Fraction]:
    return [sum((c * prod(v**k for v, k in zip(x, m, strict=True)) for m, c in part.items()), Fraction(0))
            for part in e.components]  # fmt: skip


@pytest.mark.parametrize("name", ["SO(2)", "SO(3)", "SU(2)", "U(2)", "2*SO(3)", "T^2 resonant", "SU(3)"])
def test_basis_elements_commute_with_exact_group_elements(name: str) -> None:
    action = named_action(name)
    matrices = integer_matrices(action)
    g = exact_element(matrices, [Fraction(1, 2 + a % 3) for a in range(len(matrices))])
    x = [Fraction(i * i - 3, 2 + i % 2) for i in range(len(action.variables))]
    moved = list(g @ np.array(x, dtype=object))
    for degree in range(4):
        for e in equivariant_basis(action, degree):
            assert value(e, moved) == list(g @ np.array(value(e, x), dtype=object)), e


def test_a_monomial_that_is_not_equivariant_is_seen_by_the_operator() -> None:
    rotation = ((0, -1), (1, 0))
    assert Operator(rotation, rotation, 2)({0 * 4 + 1: 1})  # x in the first component alone


@pytest.mark.parametrize("name", ["SO(2)", "SO(3)", "2*SO(3)", "T^2 resonant"])
def test_the_basis_is_in_echelon_form_with_coprime_integers(name: str) -> None:
    action = named_action(name)
    basis = equivariant_basis(action, 3)
    pivots = []
    for e in basis:
        keys = [(i, *(-k for k in m)) for i, part in enumerate(e.components) for m in part]
        pivots.append(min(keys))
        assert np.gcd.reduce([c for part in e.components for c in part.values()]) == 1
    assert pivots == sorted(set(pivots))


def test_names_tell_the_radial_and_the_rotating_elements() -> None:
    spin = named_action("SO(2)")
    assert [str(e) for d in (1, 3) for e in equivariant_basis(spin, d)] == [
        "I = (x, y)",
        "J = (-y, x)",
        "I = (x^3 + x*y^2, x^2*y + y^3)",
        "J = (-x^2*y - y^3, x^3 + x*y^2)",
    ]
    assert str(radial(["x", "y"], 3)) == str(equivariant_basis(spin, 3)[0])
    assert [str(i) for i in invariant_basis(spin, 2)] == ["r2 = x^2 + y^2"]


@pytest.mark.parametrize("name", ["SO(3)", "2*SO(3)", "T^2 resonant", "2*SU(2)"])
def test_names_are_distinct_within_a_degree(name: str) -> None:
    for degree in range(4):
        names = [e.name for e in equivariant_basis(named_action(name), degree)]
        assert len(names) == len(set(names))


def test_the_basis_does_not_depend_on_the_order_of_the_generators() -> None:
    rep = groups.u(2)
    turned = groups.Representation(rep.group, rep.matrices[::-1])
    for degree in (1, 3):
        assert equivariant_basis(on(rep), degree) == equivariant_basis(on(turned), degree)


def test_a_shear_has_the_equivariants_of_a_group_that_is_not_compact() -> None:
    """exp(t N) x = (x + t y, y): f commutes where f2 depends on y alone and f1 = x f2/y + h(y)."""
    shear = nm.LieAction(["x", "y"], [[[0, 1], [0, 0]]])
    assert [str(e) for e in equivariant_basis(shear, 1)] == ["I = (x, y)", "S = (y, 0)"]
    assert len(equivariant_basis(shear, 2)) == 2


def test_fractions_in_the_generators_do_not_change_the_basis() -> None:
    third = nm.LieAction(["x", "y"], [[[0, Fraction(-1, 3)], [Fraction(1, 3), 0]]])
    assert equivariant_basis(third, 3) == equivariant_basis(named_action("SO(2)"), 3)


def test_bad_input_is_named() -> None:
    spin = named_action("SO(2)")
    with pytest.raises(InputError, match="degree must be an integer"):
        equivariant_basis(spin, -1)
    with pytest.raises(InputError, match="unknown coefficients"):
        equivariant_basis(named_action("3*SO(3)"), 40)
    with pytest.raises(InputError, match="linear action"):
        equivariant_basis(nm.LieAction(["x", "y"], [[1, 0]]), 1)


def test_the_character_oracle_knows_clebsch_gordan() -> None:
    """Vector times vector of SO(3) holds one scalar; the exterior square is again a vector."""
    squares: Character = Counter()
    for a, b in product(SO3[0], repeat=2):
        squares[(a[0] + b[0],)] += 1
    assert multiplicity(squares, SO3[1]) == 1
    assert fields_expected(*SO3, 2) == 0
