"""Counts and scopes from verdicts: what the project must show, each verified by hand in its docstring."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np
import pytest
import sympy as sp

import neutralmodes as nm
from neutralmodes.certificate import canonical
from neutralmodes.obligations.conserved import conserved_counts
from neutralmodes.obligations.ground import Ground
from neutralmodes.theorem import EVERYWHERE, NOT_DEGENERATE, OFF_SIGMA
from neutralmodes.verdict import Verdict
from neutralmodes_check.checker import check


def catalogued(name: str) -> nm.System:
    found = import_module(f"neutralmodes_systems.{name}").system
    assert isinstance(found, nm.System)
    return found


def certified(system: nm.System, budget: float = 4) -> nm.Certificate:
    found = nm.certify(system, evidence=False, budget=budget)
    assert check(canonical(found.to_dict()).encode()).conclusion["verdict"] == str(found.conclusion)
    return found


def counts(certificate: nm.Certificate) -> set[tuple[int, str, str]]:
    return {(s.count, s.theorem, s.where) for s in certificate.statements if s.counts != "group+flow"}


def two_vectors(lowest: int) -> nm.System:
    """x' = (1 - |x|^2) x + (x.y) y/4 + x cross y and the like for y, on two shells; |x cross y|^2 >= ``lowest``.

    Parallel vectors stay parallel (the cross product vanishes), so they form an invariant set of rank 2.
    """
    x, y = (sp.Matrix(sp.symbols(f"{c}1:4", real=True)) for c in "xy")
    a, b, c = x.dot(x), y.dot(y), x.dot(y)
    rule = [*((1 - a) * x + c * y / 4 + x.cross(y)), *((1 - b) * y + c * x / 4 + x.cross(y) / 2)]
    shells = [a - sp.Rational(1, 4), 4 - a, b - sp.Rational(1, 4), 4 - b]
    region = nm.Region(shells + ([a * b - c**2 - lowest] if lowest else []))
    action = (2 * nm.groups.so(3)).on([*x, *y])
    return nm.System("two vectors", nm.VectorField([*x, *y], rule), action, region, start=[1, 0, 0, 0, "5/4", 0])


def test_two_vectors_have_two_zeros_at_every_x_and_three_with_a_scope_where_parallel_ones_are_inside() -> None:
    """Xi a = (a cross x, a cross y) has the kernel of vectors parallel to both: of dimension 1 where x, y are
    parallel (not both 0), 0 elsewhere. So q = 2 on the shells and r = 3 off {x cross y = 0}."""
    found = certified(two_vectors(0), budget=1)
    assert found.conclusion is nm.Conclusion.CERTIFIED
    assert (found.zero_exponents, found.obligations["rank"].proof["generic"]) == (2, 3)
    assert {(2, "U'", EVERYWHERE), (3, "W", OFF_SIGMA)} <= counts(found)
    (piece,) = found.obligations["rank"].proof["components"]["pieces"]
    assert len(piece) == 3, "the three components of the cross product"


def test_two_vectors_have_three_zeros_where_they_are_nowhere_parallel() -> None:
    """The catalogue's pair: det of their Gram matrix is at least 2 in the region, so the rank is 3 on all of it."""
    found = certified(catalogued("two_so3_vectors"), budget=20)
    assert counts(found) == {(3, "U", EVERYWHERE)}


def tanh_cell(gain: sp.Rational) -> nm.System:
    """z+ = z (1 + (1 - |z|^2)/4 + gain tanh(h1 + u)), h+ = (tanh(h2 + u + |z|^2/8), tanh(h1/2 - u)), |u| <= 1.

    With gain 1/8, s = |z|^2 goes to s (5/4 - s/4 + t/8)^2, |t| <= 1: to 0.28 at least from s = 1/4, to 0.71 at least
    from s = 9/4, to 1.54 at most (from s = 11/6): the annulus 1/2 <= |z| <= 3/2 is kept for every u.
    """
    x, y, p, q, u = sp.symbols("x y p q u", real=True)
    s = x**2 + y**2
    grow = 1 + (1 - s) / 4 + gain * sp.tanh(p + u)
    cell = nm.Map(
        [x, y, p, q],
        [x * grow, y * grow, sp.tanh(q + u + s / 8), sp.tanh(p / 2 - u)],
        inputs={u: nm.Interval(-1, 1)},
    )
    region = nm.Region.annulus([x, y], "1/2", "3/2") & nm.Region.box({p: (-1, 1), q: (-1, 1)})
    return nm.System("cell", cell, nm.LieAction([x, y, p, q], [[-y, x, 0, 0]]), region, start=[1, 0, 0, 0])


def test_a_tanh_cell_has_its_zero_under_every_input_of_the_box_by_theorem_u() -> None:
    found = certified(tanh_cell(sp.Rational(1, 8)))
    assert counts(found) == {(1, "U", EVERYWHERE)}
    assert found.conclusion is nm.Conclusion.CERTIFIED
    assert "transversality" not in found.obligations


def test_a_cell_that_leaves_the_annulus_for_some_input_is_not_certified() -> None:
    """With gain 2 the circle |z| = 1/2 goes to |z| < 1/2 where tanh < -19/32."""
    assert certified(tanh_cell(sp.Integer(2))).conclusion in (nm.Conclusion.REFUTED, nm.Conclusion.UNDECIDED)


def test_an_input_that_turns_the_state_is_no_symmetry_of_the_cell() -> None:
    """The near sibling: an input added to one component of z breaks the circle."""
    x, y, u = sp.symbols("x y u", real=True)
    cell = nm.Map([x, y], [x / 2 + u, y / 2], inputs={u: nm.Interval(-1, 1)})
    system = nm.System("pushed", cell, nm.LieAction([x, y], [[-y, x]]), nm.Region.ball([x, y], 3), start=[1, 0])
    assert certified(system).obligations["equivariance"].verdict is Verdict.REFUTED


def test_the_heisenberg_chain_has_six_zeros_with_a_scope() -> None:
    """w = 3 + 1 (rotations, flow), m = 4 (energy, total spin), r = 2 ({S_i, S_j} = S_k): 4 + 4 - 2 = 6 of 10."""
    found = certified(catalogued("heisenberg_chain"))
    assert (found.conclusion, found.zero_exponents) == (nm.Conclusion.CONDITIONAL, 0)
    assert (6, "I", NOT_DEGENERATE) in counts(found)
    assert found.zero_exponents_if == 6


@pytest.mark.slow
@pytest.mark.numbers
def test_the_heisenberg_chain_has_six_zeros_by_brute_force() -> None:
    """The independent truth: direct exponents of the ten-dimensional tangent space over a time of 1,500."""
    exponents = heisenberg_exponents(1_500.0)
    assert np.sum(np.abs(exponents) < 0.015) == 6
    assert np.min(np.abs(exponents[np.abs(exponents) >= 0.015])) > 0.02


@pytest.mark.parametrize(("dimension", "total"), [(2, 4), (3, 6)])
def test_three_bodies_have_four_and_six_zeros_under_an_assumption_that_says_why(dimension: int, total: int) -> None:
    """In the plane 2 + 2 - 0, in space 4 + 4 - 2. Motions may collide or escape: no region is known to be compact."""
    system = catalogued("three_body_planar" if dimension == 2 else "three_body_spatial")
    found = conserved_counts(Ground(system))
    assert found is not None
    assert found["commuting"] + found["independent"] - found["mixed"] == total
    assert system.region is None
    assert {"compactness", "invariance", "domain"} <= set(system.assume)


@pytest.mark.parametrize(("name", "total"), [("three_body_planar", 4), ("three_body_spatial", 6)])
def test_the_three_body_problem_is_conditional_on_compactness(name: str, total: int) -> None:
    found = certified(catalogued(name))
    assert (found.conclusion, found.zero_exponents_if) == (nm.Conclusion.CONDITIONAL, total)
    assert found.obligations["compactness"].verdict is Verdict.ASSUMED
    assert "without collision" in found.obligations["compactness"].method


def test_a_central_force_explains_its_four_zeros_off_circular_and_radial_orbits() -> None:
    """w = 2, m = 2, r = 0. On circular orbits f lies in E and dE is a multiple of dL: both ranks drop."""
    system = catalogued("quartic_central_force")
    found = conserved_counts(Ground(system))
    assert found is not None
    assert (found["commuting"], found["independent"], found["mixed"]) == (2, 2, 0)
    x, y, p, q = sp.symbols("x y p q", real=True)
    energy, spin = (p**2 + q**2) / 2 + (x**2 + y**2) ** 2 / 4, x * q - y * p
    circular = {x: 1, y: 0, p: 0, q: 1}
    slopes = sp.Matrix([[sp.diff(i, v) for v in (x, y, p, q)] for i in (energy, spin)]).subs(circular)
    assert slopes.rank() == 1


def test_duffing_has_no_unconditional_second_zero() -> None:
    """The level H = 0 holds the saddle with exponents 1 and -1 beside the phase's 0: one at every x, two in a scope."""
    found = certified(catalogued("duffing_level"))
    assert (found.zero_exponents, found.zero_exponents_if) == (1, 2)
    assert all(s.count == 1 for s in found.statements if s.where == EVERYWHERE)


def test_the_mean_explains_the_third_zero_of_kuramoto_sivashinsky() -> None:
    """Translations and flow commute (w = 2), the mean is kept (m = 1) and translations keep it (r = 0)."""
    kept = conserved_counts(Ground(catalogued("kuramoto_sivashinsky_22_mean")))
    assert kept is not None
    assert (kept["commuting"], kept["independent"], kept["mixed"]) == (2, 1, 0)
    assert not catalogued("kuramoto_sivashinsky_22").integrals


def test_the_sub_family_that_commutes_still_counts() -> None:
    """A force along the third axis breaks SO(3) to the turns about it: their zero is certified, apart."""
    x, y, z = state = sp.symbols("x y z", real=True)
    s = x**2 + y**2
    rule = [x * (1 - s), y * (1 - s), -z]
    shell = nm.Region.annulus([x, y], "1/4", 2) & nm.Region.box({z: (-1, 1)})
    field, action = nm.VectorField(state, rule), nm.groups.so(3).on(state)
    broken = nm.certify(nm.System("axis", field, action, shell, start=[1, 0, 0]), evidence=False, budget=4)
    assert broken.conclusion is nm.Conclusion.REFUTED
    left: Any = broken.surviving
    assert (left.conclusion, left.zero_exponents) == (nm.Conclusion.CERTIFIED, 1)
    assert check(canonical(left.to_dict()).encode()).conclusion["zero_exponents"] == 1


def heisenberg_exponents(time: float, step: float = 0.05) -> np.ndarray:
    """Ten direct exponents of the catalogue's chain: Runge-Kutta steps of five spins and tangents, QR every unit."""
    couplings = np.array([1.0, 1.5, 0.5, 2.0])
    spins = np.array(catalogued("heisenberg_chain").start, dtype=float).reshape(5, 3)
    rng = np.random.default_rng(1)
    frame = np.array([_tangent(spins, rng.standard_normal((5, 3))) for _ in range(10)])

    def field(s: np.ndarray) -> np.ndarray:
        found = np.zeros_like(s)
        found[..., :-1, :] += couplings[:, None] * s[..., 1:, :]
        found[..., 1:, :] += couplings[:, None] * s[..., :-1, :]
        return found

    def slopes(s: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.cross(s, field(s)), np.cross(v, field(s)[None]) + np.cross(s[None], field(v))

    total = np.zeros(10)
    for k in range(1, round(time / step) + 1):
        a1, b1 = slopes(spins, frame)
        a2, b2 = slopes(spins + step / 2 * a1, frame + step / 2 * b1)
        a3, b3 = slopes(spins + step / 2 * a2, frame + step / 2 * b2)
        a4, b4 = slopes(spins + step * a3, frame + step * b3)
        spins, frame = spins + step / 6 * (a1 + 2 * a2 + 2 * a3 + a4), frame + step / 6 * (b1 + 2 * b2 + 2 * b3 + b4)
        if k % round(1 / step) == 0:
            spins /= np.linalg.norm(spins, axis=1)[:, None]
            tangent = np.array([_tangent(spins, v) for v in frame]).reshape(10, 15)
            q, r = np.linalg.qr(tangent.T)
            total += np.log(np.abs(np.diagonal(r)))
            frame = q.T.reshape(10, 5, 3)
    return total / time


def _tangent(spins: np.ndarray, v: np.ndarray) -> np.ndarray:
    return v - np.sum(v * spins, axis=1)[:, None] * spins
