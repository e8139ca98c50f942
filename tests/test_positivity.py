"""prove_positive: what it must prove, and that it never proves what is false."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from flint import Ordering, fmpq, fmpq_mpoly, fmpq_mpoly_ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from neutralmodes.errors import InputError
from neutralmodes.exact import positivity
from neutralmodes.exact.positivity import bounded_certificate, prove_positive, verify_positivity

Polynomials = Sequence[fmpq_mpoly]


def gens(*names: str) -> tuple[fmpq_mpoly, ...]:
    return fmpq_mpoly_ctx.get(list(names), Ordering.degrevlex).gens()


def total(terms: Sequence[fmpq_mpoly]) -> fmpq_mpoly:
    return sum(terms[1:], terms[0])


def proves(target: fmpq_mpoly, inequalities: Polynomials, equalities: Polynomials, strict: bool = True) -> bool:
    proof = prove_positive(target, inequalities, equalities, strict=strict)
    return proof is not None and verify_positivity(proof, target, inequalities, equalities, strict)


def along(g: fmpq_mpoly, field: Polynomials) -> fmpq_mpoly:
    """The derivative of g along the field."""
    return total([g.derivative(i) * f for i, f in enumerate(field)])


def annuli(count: int, low: fmpq, high: fmpq) -> tuple[list[fmpq_mpoly], list[fmpq_mpoly], list[fmpq_mpoly]]:
    """Squared radii, inequalities and auxiliary names of a product of annuli."""
    names = [f"{a}{i}" for i in range(count) for a in "xy"]
    x = gens(*names, *(f"v_{i}" for i in range(2 * count)))
    radii = [x[2 * i] ** 2 + x[2 * i + 1] ** 2 for i in range(count)]
    return radii, [g for s in radii for g in (s - low, high - s)], list(x[2 * count :])


def lorenz() -> tuple[list[fmpq_mpoly], fmpq_mpoly]:
    x, y, z = gens("x", "y", "z")
    return [10 * (y - x), 28 * x - y - x * z, x * y - fmpq(8, 3) * z], x**2 + y**2 + (z - 38) ** 2


def test_radial_fields_leave_a_constant_on_the_sphere() -> None:
    x = gens(*"abcde")
    s = total([e**2 for e in x])
    assert proves(along(4 - s, [e * (1 - s) for e in x]), [4 - s], [4 - s])
    proof = prove_positive(along(4 - s, [e * (1 - s) for e in x]), [4 - s], [4 - s], strict=True)
    assert proof is not None
    assert (proof["margin"], proof["products"]) == ("24", [])


def test_lorenz_enters_the_sphere_of_radius_40_by_one_multiplier() -> None:
    field, s = lorenz()
    assert proves(along(1600 - s, field), [1600 - s], [1600 - s])


def test_lorenz_leaves_a_smaller_sphere_so_nothing_is_proved() -> None:
    field, s = lorenz()
    face = 1444 - s  # the sphere through the origin: the axis point (0, 0, 0) is an equilibrium on it
    assert not proves(along(face, field), [face], [face])


def test_complex_lorenz_enters_its_sphere() -> None:
    x1, x2, y1, y2, z = gens("x1", "x2", "y1", "y2", "z")
    e = fmpq(1, 10)
    field = [
        10 * (y1 - x1),
        10 * (y2 - x2),
        28 * x1 - y1 + e * y2 - x1 * z,
        28 * x2 - y2 - e * y1 - x2 * z,
        x1 * y1 + x2 * y2 - fmpq(8, 3) * z,
    ]
    ball = 1600 - x1**2 - x2**2 - y1**2 - y2**2 - (z - 38) ** 2
    assert proves(along(ball, field), [ball], [ball])


def test_a_skew_product_on_annulus_times_shifted_ball() -> None:
    x, y, u, w = gens("x", "y", "u", "w")
    s = x**2 + y**2
    region = [s - fmpq(1, 4), 4 - s, 4 - (u - 1) ** 2 - w**2]
    assert proves(along(4 - s, [x * (1 + u / 4 - s), y * (1 + u / 4 - s)]), region, [4 - s])


@pytest.mark.parametrize("strict", [True, False])
def test_a_radial_map_sends_the_annulus_into_itself(strict: bool) -> None:
    x, y = gens("x", "y")
    s = x**2 + y**2
    image = (fmpq(5, 2) - s) ** 2 * s
    region = [s - fmpq(3, 40), fmpq(58, 25) - s]
    assert proves(image - fmpq(3, 40), region, [], strict)
    assert proves(fmpq(58, 25) - image, region, [], strict)


def test_the_exact_maximum_is_proved_and_nothing_below_it() -> None:
    x, y = gens("x", "y")
    s = x**2 + y**2
    image = (fmpq(5, 2) - s) ** 2 * s
    region = [s - fmpq(3, 40), fmpq(58, 25) - s]
    assert proves(fmpq(125, 54) - image, region, [], strict=False)
    assert prove_positive(fmpq(125, 54) - image, region, [], strict=True, budget_s=1) is None
    assert not proves(fmpq(1249, 540) - image, region, [], strict=False)


def test_a_disc_without_inner_radius_uses_the_square_as_bound() -> None:
    x, y = gens("x", "y")
    s = x**2 + y**2
    assert proves(1 - (1 - s) ** 2 * s / 4, [1 - s], [])


@pytest.mark.parametrize("q", [2, 8])
def test_symmetric_functions_of_radii_are_positive_on_products_of_annuli(q: int) -> None:
    radii, region, _ = annuli(q, fmpq(1, 4), fmpq(4))
    product = radii[0]
    for s in radii[1:]:
        product = product * s
    assert proves(product, region, [])
    assert proves(total([radii[i] * radii[j] for i in range(q) for j in range(i)]), region, [])


def test_products_of_intervals_need_products_of_inequalities() -> None:
    x, y, u, w = gens("x", "y", "u", "w")
    box = [g for e in (x, y, u, w) for g in (1 - e, 1 + e)]
    assert proves(2 - x * y - u * w, box, [], strict=False)
    assert prove_positive(2 - x * y - u * w, box, [], strict=True, budget_s=1) is None
    assert proves(fmpq(21, 10) - x * y - u * w, box, [], strict=True)


def test_torus_matrix_is_bounded_below() -> None:
    radii, region, v = annuli(8, fmpq(1, 4), fmpq(4))
    form = total([(v[2 * i] ** 2 + v[2 * i + 1] ** 2) * (s - fmpq(1, 8)) for i, s in enumerate(radii)])
    assert proves(form, region, [], strict=False)
    assert prove_positive(form - total([e**2 for e in v]) / 4, region, [], strict=False, budget_s=2) is None


@pytest.mark.parametrize("n", [3, 10])
def test_rotation_matrix_is_bounded_below_on_ball_shells_and_spheres(n: int) -> None:
    x = gens(*(f"x{i}" for i in range(n)), *(f"v_{i}" for i in range(n)))
    r, v = total([e**2 for e in x[:n]]), total([e**2 for e in x[n:]])
    assert proves(v * (r - fmpq(1, 8)), [r - fmpq(1, 4), 4 - r], [], strict=False)
    assert proves(v * (r - fmpq(1, 8)), [], [r - 1], strict=False)
    assert not proves(v * (r - 2), [], [r - 1], strict=False)


def test_semidefinite_borders_are_found_without_interior() -> None:
    x, y = gens("x", "y")
    disc = [2 - x**2 - y**2]
    assert proves((x - y) ** 2, disc, [], strict=False)
    assert proves((x - y) ** 2 * (2 - x**2), disc, [], strict=False)
    assert proves(x**4 * y**2 + x**2 * y**4 + 1 - 3 * x**2 * y**2, disc, [], strict=False)
    assert proves(2 + x + y, disc, [], strict=False)  # zero at (-1, -1)
    assert not proves(fmpq(199, 100) + x + y, disc, [], strict=False)


def test_a_hint_stands_in_for_a_square_that_no_small_degree_has() -> None:
    x, y = gens("x", "y")
    q = x**5 - 3 * y**4 + x * y - 7
    target = q**2 * (1 - x**2) + 1
    proof = prove_positive(target, [1 - x**2], [], strict=True, hints=[q], budget_s=5)
    assert proof is not None
    assert verify_positivity(proof, target, [1 - x**2], [], True)


def test_different_contexts_are_bad_input() -> None:
    (x, _), (u, _) = gens("x", "y"), gens("u", "v")
    with pytest.raises(InputError, match="one context"):
        prove_positive(x, [u], [], strict=True)


def test_the_same_question_has_the_same_proof() -> None:
    field, s = lorenz()
    first, second = (prove_positive(along(1600 - s, field), [1600 - s], [1600 - s], strict=True) for _ in "ab")
    assert first == second


def test_a_search_that_returns_garbage_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = gens("x", "y")
    one = x * 0 + 1
    for garbage in ([((), fmpq(5), one)], [((0,), fmpq(-1), one)], [], [((0, 0), fmpq(1), x)]):
        monkeypatch.setattr(positivity, "_methods", lambda *_, g=garbage: iter([lambda: g]))
        assert prove_positive(x, [1 - x**2 - y**2], [], strict=False) is None


def test_nothing_is_returned_that_the_verification_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = gens("x", "y")
    monkeypatch.setattr(positivity, "verify_positivity", lambda *_: False)
    assert prove_positive(2 - x, [1 - x**2 - y**2], [], strict=True) is None


small = st.integers(-3, 3)


@st.composite
def polynomials(draw: st.DrawFn, degree: int) -> fmpq_mpoly:
    x, y = gens("x", "y")
    monomials = [x**i * y**j for i in range(degree + 1) for j in range(degree + 1 - i)]
    return total([draw(small) * m for m in monomials])


@settings(max_examples=25)
@given(polynomials(1), polynomials(1), st.integers(0, 4), st.integers(1, 5))
def test_margin_plus_squares_plus_multiple_of_the_ball_is_proved(
    p: fmpq_mpoly, q: fmpq_mpoly, sigma: int, margin: int
) -> None:
    x, y = gens("x", "y")
    ball = 4 - (x - 1) ** 2 - y**2
    assert proves(fmpq(margin, 4) + p**2 + q**2 + sigma * ball, [ball], [])


@settings(max_examples=25)
@given(polynomials(3), st.booleans())
def test_what_is_negative_at_a_rational_point_of_the_set_is_never_proved(p: fmpq_mpoly, strict: bool) -> None:
    x, y = gens("x", "y")
    inequalities = [1 - x**2 - y**2, x + fmpq(1, 2)]
    points = [(fmpq(i, 5), fmpq(j, 5)) for i in range(-2, 6) for j in range(-5, 6) if i * i + j * j <= 25]
    proof = prove_positive(p, inequalities, [], strict=strict, budget_s=1)
    lowest = min(p(*point) for point in points)
    if lowest < 0 or (strict and lowest == 0):
        assert proof is None
    if proof is not None:
        assert lowest >= fmpq(*map(int, f"{proof['margin']}/1".split("/")[:2]))


def test_shrinking_a_trapping_disc_ends_the_proofs_before_the_field_leaves() -> None:
    x, y = gens("x", "y")
    for seed in range(6):
        r = random.Random(seed)
        c, d = fmpq(r.randint(-3, 3), 2), fmpq(r.randint(-3, 3), 2)
        field = [-x + y + c, -x - y * (1 + y**2) + d]
        for radius in (4, 2, 1, fmpq(1, 2), fmpq(1, 8)):
            face = radius**2 - x**2 - y**2
            proved = prove_positive(along(face, field), [face], [face], strict=True, budget_s=2) is not None
            circle = [(fmpq(1 - t * t, 1 + t * t), fmpq(2 * t, 1 + t * t)) for t in (0, 1, 2, 3, -1, -2, -3)]
            circle += [(-a, -b) for a, b in circle]
            lowest = min(along(face, field)(radius * a, radius * b) for a, b in circle)
            assert not (proved and lowest <= 0)
            assert proved or radius != 4


@pytest.mark.parametrize(
    ("inequalities", "equalities", "least"),
    [
        (lambda x, y: [4 - x**2 - y**2], lambda x, y: [], 4),
        (lambda x, y: [x**2 + y**2 - 1, 4 - x**2 - y**2], lambda x, y: [], 4),
        (lambda x, y: [4 - (x - 3) ** 2 - y**2], lambda x, y: [], 25),
        (lambda x, y: [1 - x**2 / 9 - y**2], lambda x, y: [], 9),
        (lambda x, y: [2 - x, x + 1, 3 - y, y + 3], lambda x, y: [], 13),
        (lambda x, y: [], lambda x, y: [x**2 + y**2 - 7], 7),
        (lambda x, y: [1 - x**2, 4 - y**2], lambda x, y: [], 5),
    ],
    ids=["ball", "annulus", "shifted ball", "ellipsoid", "box", "sphere", "product"],
)
def test_compact_sets_get_a_proved_bound(inequalities: object, equalities: object, least: int) -> None:
    x, y = gens("x", "y")
    g, h = inequalities(x, y), equalities(x, y)  # type: ignore[operator]
    found = bounded_certificate(g, h, ["x", "y"])
    assert found is not None
    bound, proof = found
    assert verify_positivity(proof, bound - x**2 - y**2, g, h, False)
    assert least <= bound <= 2 * least


def test_unbounded_sets_get_no_bound() -> None:
    x, y = gens("x", "y")
    assert bounded_certificate([x**2 + y**2 - 1], [], ["x", "y"], budget_s=2) is None
    assert bounded_certificate([1 - x, 1 + x], [], ["x", "y"], budget_s=2) is None
    assert bounded_certificate([], [], ["x", "y"]) is None


def test_variables_that_are_not_asked_for_may_be_unbounded() -> None:
    x = gens("x", "y")[0]
    found = bounded_certificate([1 - x, 1 + x], [], ["x"])
    assert found is not None
    assert found[0] == 1
