"""Left neutral vectors of a (relative) equilibrium: they turn a perturbation into a drift along the group orbit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neutralmodes.breaking._numbers import Array, Broken
from neutralmodes.errors import InputError

_RANK, _REST, _ZERO, _SEMISIMPLE = 1e-9, 1e-7, 1e-6, 1e-8


@dataclass(frozen=True)
class Neutral:
    """At a point x with f(x) = sum omega_a xi_a(x): L = Df - sum omega_a Dxi_a has the zero eigenvalues of E_x.

    ``tangent`` (n, q) is an orthonormal basis of E_x, ``left`` (q, n) its left neutral vectors: left L = 0,
    left tangent = 1. ``turning`` (p,) are the omega_a, ``rates`` the other eigenvalues of L.
    """

    tangent: Array
    left: Array
    turning: Array
    linear: Array
    rates: npt.NDArray[np.complex128]

    @property
    def q(self) -> int:
        return self.tangent.shape[1]

    def drift(self, perturbation: Array) -> Array:
        """The velocity (n,) along the orbit, per unit of eps."""
        return self.tangent @ (self.left @ perturbation)

    def response(self, perturbation: Array) -> Array:
        """y (n,) with L y = -(g - drift) and left y = 0: how the orbit is deformed at first order."""
        across = self.drift(perturbation) - perturbation
        both = np.vstack([self.linear, self.left])
        return np.linalg.lstsq(both, np.concatenate([across, np.zeros(self.q)]), rcond=None)[0]


def neutral(broken: Broken, x: Array, *, check: bool = True) -> Neutral:
    """The neutral directions at a point of the orbit.

    ``check=False`` serves points a little off the orbit, as an integrator meets them.
    Raises InputError where the point is no relative equilibrium, or its zero eigenvalues are not those of E.
    """
    columns = np.array([xi(x) for xi in broken.xi]).T
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    q = int(np.sum(sizes > _RANK * max(1.0, float(sizes[0]))))
    if q == 0:
        raise InputError(f"{broken.system.name}: the group does not move the start, so nothing is remembered there")
    rule = broken.f(x)
    turning = np.linalg.lstsq(columns, rule, rcond=1e-9)[0]
    rest = float(np.max(np.abs(rule - columns @ turning)))
    if check and rest > _REST * (1 + float(np.max(np.abs(rule)))):
        raise InputError(
            f"{broken.system.name}: the start is not a relative equilibrium (f - sum omega xi = {rest:.2g} there); "
            "give start= on the attracting group orbit"
        )
    linear = broken.f.jacobian(x)
    if np.max(np.abs(turning)) > _REST:
        linear = linear - sum(w * xi.jacobian(x) for w, xi in zip(turning, broken.xi, strict=True))
    return _split(broken, linear, left[:, :q], turning, check)


def _split(broken: Broken, linear: Array, tangent: Array, turning: Array, check: bool) -> Neutral:
    q, scale = tangent.shape[1], float(np.linalg.norm(linear)) or 1.0
    u, sizes, _ = np.linalg.svd(linear)
    null = u[:, len(sizes) - q :].T
    rates = np.linalg.eigvals(linear).astype(complex)
    rates = rates[np.argsort(-np.abs(rates))][: len(rates) - q]
    if check and (float(np.max(np.abs(linear @ tangent))) > _ZERO * scale or np.any(np.abs(rates) < _ZERO * scale)):
        raise InputError(
            f"{broken.system.name}: the zero eigenvalues at the start are not exactly the {q} group directions, "
            "so first order perturbation theory does not apply"
        )
    overlap = null @ tangent
    if abs(np.linalg.det(overlap)) < _SEMISIMPLE:
        raise InputError(f"{broken.system.name}: the zero eigenvalue is not semisimple, there is no drift law")
    return Neutral(tangent, np.linalg.solve(overlap, null), turning, linear, rates)
