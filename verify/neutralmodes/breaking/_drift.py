"""The drift law in closed form: theta' = turning + eps D1(theta) + eps^2 D2(theta) on the group orbit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from neutralmodes.breaking._numbers import Array
from neutralmodes.breaking._perturbed import perturbation_trees
from neutralmodes.errors import InputError
from neutralmodes.exact.expression import Tree, fold, from_json, is_rational
from neutralmodes.obligations.ground import Ground
from neutralmodes.obligations.waves import relative_equilibrium
from neutralmodes.system import System


@dataclass(frozen=True)
class Drift:
    """The drift in the coordinates theta of the orbit, where the state is ``point`` (n,).

    ``turning`` (q,) is the motion of the unbroken relative equilibrium, ``first`` (q,) the drift per unit of eps,
    ``second`` (q,) that per unit of eps^2 where it was asked for.
    """

    coordinates: tuple[sp.Symbol, ...]
    point: sp.Matrix
    turning: sp.Matrix
    first: sp.Matrix
    second: sp.Matrix | None

    def rate(self, size: Any) -> sp.Matrix:
        """theta' as expressions, to the orders that are known."""
        known = self.turning + size * self.first
        return known if self.second is None else known + size**2 * self.second

    def __call__(self, theta: Sequence[float], size: float = 1.0) -> Array:
        """theta' (q,) in double at coordinates (q,)."""
        values = sp.lambdify(self.coordinates, list(self.rate(sp.Float(size))), "numpy")(*theta)
        return np.array(values, dtype=float)


def drift(
    system: System,
    perturbation: Sequence[Any],
    *,
    base: Sequence[Any] | None = None,
    chart: Sequence[int] | None = None,
    order: int = 1,
) -> Drift:
    """The slow drift on the group orbit of a (relative) equilibrium, exact in the coordinates of a chart.

    The state is exp(theta_1 A_1) ... exp(theta_q A_q) base for the generators A of the chart. At the base, where
    f = sum omega_a xi_a, L = Df - sum omega_a Dxi_a must have exactly the zero eigenvalues of the group directions;
    with left vectors psi, psi L = 0, the drift is psi.g carried back by the group.

    Parameters
    ----------
    perturbation : g, n expressions.
    base : n exact numbers, a relative equilibrium; default: one that is found and exact.
    chart : q numbers of generators; default: the first that are independent at the base.
    order : 1, or 2 for an orbit of equilibria.

    Raises InputError where the action is not affine, the base no relative equilibrium, the chart degenerate,
    or the zero eigenvalues at the base are not exactly the group directions.

    >>> import sympy as sp, neutralmodes as nm
    >>> x, y = sp.symbols("x y", real=True)
    >>> ring = nm.VectorField([x, y], [x * (1 - x**2 - y**2), y * (1 - x**2 - y**2)])
    >>> system = nm.System("ring", ring, nm.LieAction([x, y], [[-y, x]]), start=[1, 0])
    >>> nm.breaking.drift(system, [x, -y], base=[1, 0]).first
    Matrix([[-sin(2*theta1)]])
    """
    if order not in (1, 2):
        raise InputError(f"order must be 1 or 2, got {order!r}")
    return _Orbit(system, perturbation, base, chart).drift(order)


class _Orbit:
    """The orbit's chart, its base and the exact linearisation there."""

    def __init__(
        self, system: System, perturbation: Sequence[Any], base: Sequence[Any] | None, chart: Sequence[int] | None
    ) -> None:
        if system.dynamics.kind != "flow" or system.dynamics.ranges:
            raise InputError(f"{system.name}: a closed drift needs a flow without inputs and interval parameters")
        self.system, self.n = system, system.dynamics.n
        self.x = sp.symbols(list(system.dynamics.variables), real=True)
        values = {k: sp.Rational(v.numerator, v.denominator) for k, v in system.dynamics.values.items()}
        self.known: dict[str, Any] = {**{s.name: s for s in self.x}, **values}
        self.f = sp.Matrix([self._expression(t) for t in system.dynamics.rule])
        self.g = sp.Matrix([self._expression(t) for t in perturbation_trees(system, perturbation)])
        self.xi = [sp.Matrix([self._expression(t) for t in xi]) for xi in system.action.generators]
        self.base = self._base(base)
        self._linearise()
        self._draw(chart)

    def _expression(self, tree: Tree) -> sp.Expr:
        def visit(node: Tree, operands: list[Any]) -> Any:
            if isinstance(node, str):
                return sp.Rational(node) if is_rational(node) else self.known[node]
            if node[0] in "+*":
                return (sp.Add if node[0] == "+" else sp.Mul)(*operands)
            return (
                sp.pi if node[0] == "pi" else operands[0] ** node[2] if node[0] == "^" else _named(node[0])(*operands)
            )

        return fold(tree, visit, {})

    def _base(self, given: Sequence[Any] | None) -> sp.Matrix:
        if given is not None:
            base = sp.Matrix([sp.nsimplify(v) if isinstance(v, str) else sp.sympify(v) for v in given])
            if base.shape != (self.n, 1) or base.free_symbols:
                raise InputError(f"base: expected {self.n} exact numbers, got {list(given)!r}")
            return base
        ground = Ground(self.system)
        rank = max(
            self.system.action.rank_at(dict(zip(self.system.dynamics.variables, self.system.start, strict=True))), 1
        )
        wave = relative_equilibrium(ground, rank)
        if wave is None:
            raise InputError(
                f"{self.system.name}: no exact relative equilibrium was found; give base=, n exact numbers"
            )
        return sp.Matrix([self._expression(from_json(t)) for t in wave["point"]])

    def at(self, expression: Any, point: sp.Matrix) -> Any:
        return expression.subs(dict(zip(self.x, point, strict=True)), simultaneous=True)

    def _linearise(self) -> None:
        """L at the base, its left neutral vectors; the unbroken motion there must lie in E."""
        columns = sp.Matrix.hstack(*(self.at(xi, self.base) for xi in self.xi))
        pivots = columns.rref()[1]
        self.q, moved = len(pivots), self.at(self.f, self.base)
        if not pivots:
            raise InputError(f"{self.system.name}: the group does not move the base")
        frame = sp.Matrix.hstack(*(columns[:, a] for a in pivots))
        omega = (frame.T * frame).solve(frame.T * moved)
        if not _vanishes(frame * omega - moved):
            raise InputError(f"{self.system.name}: base {list(self.base)} is not a relative equilibrium")
        turned = [w * self.at(self.xi[a].jacobian(self.x), self.base) for w, a in zip(omega, pivots, strict=True)]
        self.linear = sp.simplify(self.at(self.f.jacobian(self.x), self.base) - sum(turned, sp.zeros(self.n)))
        left = self.linear.T.nullspace()
        if not _vanishes(self.linear * frame) or len(left) != self.q:
            raise InputError(
                f"{self.system.name}: the zero eigenvalues at the base are not exactly its group directions"
            )
        self.left, self.pivots, self.moved, self.frame = sp.Matrix.vstack(*(v.T for v in left)), pivots, moved, frame
        if sp.simplify((self.left * frame).det()) == 0:
            raise InputError(
                f"{self.system.name}: the zero eigenvalue at the base is not semisimple, there is no drift law"
            )

    def _draw(self, chart: Sequence[int] | None) -> None:
        chosen = list(self.pivots) if chart is None else list(chart)
        if len(chosen) != self.q or any(type(a) is not int or not 0 <= a < len(self.xi) for a in chosen):
            raise InputError(f"chart: give the numbers of {self.q} generators, got {chart!r}")
        self.theta = sp.symbols(f"theta1:{self.q + 1}", real=True)
        forward, back = sp.eye(self.n + 1), sp.eye(self.n + 1)
        for angle, a in zip(self.theta, chosen, strict=True):
            matrix = self._affine(a)
            forward, back = forward * exponential(matrix, angle), exponential(matrix, -angle) * back
        self.point = (forward * sp.Matrix([*self.base, 1]))[: self.n, :].applyfunc(_tidy)
        self.carry, self.back = forward[: self.n, : self.n], back[: self.n, : self.n]
        slopes = (self.back * self.point.jacobian(self.theta)).applyfunc(_tidy)
        frame = (self.left * slopes).applyfunc(_tidy)
        if sp.simplify(frame.det()) == 0:
            raise InputError(
                f"chart {chosen}: its generators do not move the base in {self.q} directions; choose others"
            )
        # By the adjugate: elimination would ask of every pivot whether it is zero.
        self.project = (frame.adjugate() / frame.det() * self.left).applyfunc(_tidy)

    def _degenerate(self, frame: sp.Matrix) -> bool:
        """Whether the chart's directions are dependent at every one of a few points (a rank is only ever too small)."""
        values = sp.lambdify(self.theta, frame)
        points = np.random.default_rng(0).uniform(0.2, 1.2, (3, self.q))
        return all(np.linalg.matrix_rank(np.array(values(*p), dtype=float), tol=1e-9) < self.q for p in points)

    def _affine(self, a: int) -> sp.Matrix:
        """A generator as a matrix of the state with a 1 below it."""
        xi = self.xi[a].applyfunc(sp.expand)
        slope, rest = xi.jacobian(self.x), self.at(xi, sp.zeros(self.n, 1))
        if slope.free_symbols:
            raise InputError(
                f"generator {a} is not affine, so its group has no closed form here; use lifetime, pseudo_gap"
            )
        return sp.Matrix.vstack(sp.Matrix.hstack(slope, rest), sp.zeros(1, self.n + 1))

    def drift(self, order: int) -> Drift:
        pulled = self.back * self.at(self.g, self.point)
        first = (self.project * pulled).applyfunc(_tidy)
        turning = (self.project * self.moved).applyfunc(_tidy)
        second = None
        if order == 2:
            if not _vanishes(self.moved):
                raise InputError(f"{self.system.name}: the second order is known for orbits of equilibria only")
            second = self._second(pulled, first).applyfunc(_tidy)
        return Drift(tuple(self.theta), self.point, turning, first, second)

    def _second(self, pulled: sp.Matrix, first: sp.Matrix) -> sp.Matrix:
        """The orbit is deformed to X + eps R y with L y = -(1 - P) R^-1 g, left y = 0; order two then follows."""
        onto = self.frame * (self.left * self.frame).inv() * self.left
        y = -((self.linear + onto).inv() - onto) * pulled
        along = sp.symbols(f"_y1:{self.n + 1}")
        curved = self.f.jacobian(self.x).applyfunc(
            lambda e: sum((sp.diff(e, x) * s for x, s in zip(self.x, along, strict=True)), sp.Integer(0))
        )
        bent = (self.at(curved, self.base) * y).subs(dict(zip(along, y, strict=True)), simultaneous=True) / 2
        shape = self.carry * y
        steeper = self.back * self.at(self.g.jacobian(self.x), self.point) * shape
        carried = self.back * (shape.jacobian(self.theta) * first)
        return self.project * (bent + steeper - carried)


def exponential(matrix: sp.Matrix, angle: sp.Symbol) -> sp.Matrix:
    """exp(angle A): by the projections on the eigenspaces of A^2 where A is a rotation, else by sympy."""
    square = matrix * matrix
    values = square.eigenvals()
    if not all(v.is_real and v <= 0 for v in values) or not square.is_diagonalizable():
        return (matrix * angle).exp()
    total = sp.zeros(*matrix.shape)
    for value in values:
        onto = sp.eye(matrix.shape[0])
        for other in values:
            if other != value:
                onto = onto * (square - other * sp.eye(matrix.shape[0])) / (value - other)
        m = sp.sqrt(-value)
        total += onto * sp.cos(m * angle) + matrix * onto * (sp.sin(m * angle) / m if m else angle)
    return total


def _tidy(expression: sp.Expr) -> sp.Expr:
    """The shorter of two forms: harmonics, for one angle, or what sympy makes of the powers."""
    expanded = sp.expand(expression)
    if len(expanded.free_symbols) > 2:
        return expanded
    forms = [sp.trigsimp(expanded)]
    if len(expanded.free_symbols) == 1:
        forms.append(sp.expand(sp.expand(expanded.rewrite(sp.exp)).rewrite(sp.cos)))
    return min((e for e in forms if not e.has(sp.I)), key=sp.count_ops)


def _vanishes(matrix: sp.Matrix) -> bool:
    return all(sp.simplify(e) == 0 for e in matrix)


def _named(function: str) -> Any:
    known = {"sigmoid": lambda s: 1 / (1 + sp.exp(-s)), "softplus": lambda s: sp.log(1 + sp.exp(s))}
    return known.get(function) or getattr(sp, function, None) or sp.Function(function)
