"""The bound of a region by balls and ellipsoids in closed form holds, and is not claimed where they do not cover."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flint import Ordering, fmpq_mpoly_ctx

from neutralmodes.exact.positivity_rule import verify_positivity
from neutralmodes.obligations.bounds import ellipsoid_bound

RING = fmpq_mpoly_ctx.get(["x", "y", "z"], Ordering.degrevlex)
x, y, z = RING.gens()


def far(center: list[int], radius: int) -> Fraction:
    """The square of the largest distance from the origin in a ball: no bound may lie below it."""
    distance = float(sum(c * c for c in center)) ** 0.5
    return Fraction((distance + radius) ** 2) - Fraction(1, 10**9)


@pytest.mark.parametrize("center", [[0, 0, 0], [0, 0, 38], [1, -2, 3]])
def test_a_ball_about_any_centre_bounds_its_points(center: list[int]) -> None:
    radius = 5
    ball = radius**2 - sum(((v - c) ** 2 for v, c in zip((x, y, z), center, strict=True)), RING.constant(0))
    found = ellipsoid_bound([ball], [], ["x", "y", "z"])
    assert found is not None
    bound, proof = found
    assert Fraction(int(bound.p), int(bound.q)) >= far(center, radius)
    total = x**2 + y**2 + z**2
    assert verify_positivity(proof, bound - total, [ball], [], strict=False)
    assert not verify_positivity(proof, bound - 1 - total, [ball], [], strict=False)


def test_a_centred_ball_has_its_radius_as_bound() -> None:
    found = ellipsoid_bound([4 - x**2 - y**2 - z**2], [], ["x", "y", "z"])
    assert found is not None
    assert found[0] == 4


def test_products_and_ellipsoids_and_constraints_are_covered_together() -> None:
    inequalities = [1 - 4 * x**2 - (y - 1) ** 2, x + y]
    sphere = [z**2 - 9]
    found = ellipsoid_bound(inequalities, sphere, ["x", "y", "z"])
    assert found is not None
    bound, proof = found
    assert bound >= 13
    assert verify_positivity(proof, bound - x**2 - y**2 - z**2, inequalities, sphere, strict=False)


@pytest.mark.parametrize(
    "inequalities",
    [
        [x**2 + y**2 + z**2 - 1],
        [1 - x**2 - y**2],
        [1 - x**2 - y**2 + z],
        [1 - x**2 - y**2 - z**2 - x * y],
        [1 - x**2, 1 - y**4, 1 - z**2],
        [],
    ],
)
def test_what_is_no_cover_by_balls_is_left_to_the_search(inequalities: list[Any]) -> None:
    assert ellipsoid_bound(inequalities, [], ["x", "y", "z"]) is None


def test_angles_need_no_bound() -> None:
    assert ellipsoid_bound([1 - x**2 - y**2], [], ["x", "y"]) is not None
