"""Systems that are certified by construction: an annulus on which the radial part has the last word."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil

from hypothesis import strategies as st

from neutralmodes.action import LieAction
from neutralmodes.equivariants import invariant_basis
from neutralmodes.errors import InputError
from neutralmodes.region import Region
from neutralmodes.strategies._actions import lie_actions
from neutralmodes.strategies._fields import (
    Coefficients,
    EquivariantField,
    EquivariantMap,
    Label,
    coefficients_of,
    plus,
    radial_bound,
    require_skew,
    size_bound,
)
from neutralmodes.system import System

Maker = Callable[[LieAction, Coefficients], System]

FLOW_RADII = (Fraction(1, 2), Fraction(2))
MAP_RADII = (Fraction(1, 2), Fraction(3, 2))


def systems(
    actions: st.SearchStrategy[LieAction] | None = None,
    *,
    kind: str | None = None,
    max_degree: int = 3,
    max_terms: int = 2,
) -> st.SearchStrategy[System]:
    """Systems whose annulus is invariant and whose orbits have dimension >= 1 there: always CERTIFIED.

    Parameters
    ----------
    actions : skew linear actions that fix the origin only (default: those among ``lie_actions(max_dimension=4)``).
    kind : "flow", "map", or None for both.

    Raises InputError for an unknown kind; drawing raises it for an action that is not skew or fixes
    a direction.
    """
    if kind not in ("flow", "map", None):
        raise InputError(f"kind must be 'flow', 'map' or None, got {kind!r}")
    if actions is None:
        actions = lie_actions(max_dimension=4).filter(lambda action: not invariant_basis(action, 1))
    makers = [make for k, make in (("flow", annulus_flow), ("map", annulus_map)) if kind in (k, None)]

    def build(action: LieAction) -> st.SearchStrategy[System]:
        require_skew(action)
        if invariant_basis(action, 1):
            raise InputError(f"{action.group}: the action fixes a direction, on which no exponent is forced")
        terms = coefficients_of(action, max_degree, max_terms)
        return st.builds(_made, st.sampled_from(makers), st.just(action), terms)

    return actions.flatmap(build)


def _made(make: Maker, action: LieAction, coefficients: Coefficients) -> System:
    return make(action, coefficients)


def annulus_flow(action: LieAction, coefficients: Coefficients) -> System:
    """f = the given terms + K (1 - |x|^2) x on 1/2 <= |x| <= 2, K so large that both faces are entered.

    On |x| = r the terms push with at most sum |c| B r^(d + 1), B their radial bounds, against
    K r^2 |1 - r^2|. K is twice what that needs, so that a proof is found at once.
    """
    least = Fraction(0)
    for r in FLOW_RADII:
        push = sum((abs(c) * radial_bound(action, e) * r ** (e[1] + 1) for e, c in coefficients.items()), Fraction(0))
        least = max(least, push / (r**2 * abs(1 - r**2)))
    k = Fraction(2 * ceil(least) + 1)
    total = plus(plus(coefficients, ("I", 1), k), ("I", 3), -k)
    field = EquivariantField(action, total, Region.annulus(action.variables, *FLOW_RADII))
    return System("random flow", field, action, field.region, _on_the_sphere(action))


def annulus_map(action: LieAction, coefficients: Coefficients) -> System:
    """F = x (3 - |x|^2)/2 + the given terms, scaled to size 1/25, on 1/2 <= |x| <= 3/2.

    |x (3 - |x|^2)/2| lies in [9/16, 1] there, so the terms can move it nowhere out of the annulus.
    Only terms along x and the skew ones are kept: with the others a proof in low degree is not certain.
    """
    outer = MAP_RADII[1]
    coefficients = {e: c for e, c in coefficients.items() if e[0][0] in "IJ"}
    size = sum((abs(c) * size_bound(action, e) * outer ** e[1] for e, c in coefficients.items()), Fraction(0))
    small: Mapping[Label, Fraction] = {e: c / (25 * max(1, ceil(size))) for e, c in coefficients.items()}
    total = plus(plus(small, ("I", 1), Fraction(3, 2)), ("I", 3), Fraction(-1, 2))
    rule = EquivariantMap(action, total, Region.annulus(action.variables, *MAP_RADII))
    return System("random map", rule, action, rule.region, _on_the_sphere(action))


def _on_the_sphere(action: LieAction) -> list[Fraction]:
    """A rational point with |x| = 1 and few zeros: (3, 4)/5 in the first plane that the action has."""
    n = len(action.variables)
    return [Fraction(3, 5), Fraction(4, 5), *[Fraction(0)] * (n - 2)]
