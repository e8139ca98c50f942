"""A system: rule, action, region, start, integrals, constraints and what the user expects of it."""

from __future__ import annotations

import copy
import difflib
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import sympy as sp

from neutralmodes.action import LieAction
from neutralmodes.dynamics import Dynamics, check_names
from neutralmodes.errors import InputError, RegionError
from neutralmodes.exact.expression import Tree, evaluate
from neutralmodes.region import Region
from neutralmodes.statement import Reader, infix

OBLIGATIONS = (
    "closure",
    "domain",
    "equivariance",
    "compactness",
    "invariance",
    "rank",
    "recurrence",
    "transversality",
    "integrals",
    "robustness",
)
ASSUMABLE = ("domain", "equivariance", "compactness", "invariance")


class System:
    """What a certificate is about.

    Parameters
    ----------
    name : a short label.
    dynamics : VectorField or Map of dimension n.
    action : LieAction on the same variables in the same order.
    region : Region; None searches for a trapping ball, ellipsoid, annulus, box or level set.
    start : n exact numbers, or {symbol: number}; default: a seeded rational point of the region.
    integrals : expressions constant along orbits; constraints : expressions that vanish on N.
    discrete : elements of the symmetry group: n x n matrices, lists of n images, or {symbol: image}.
    at_least : the number of zero exponents that the user claims.
    normalizing : the generators are claimed to normalise the rule only, [xi_a, f] = sum_b B_ba xi_b + mu_a f with
        constants: where they are independent, the exponents along them are the real parts of B's eigenvalues.
    assume : {obligation: reason}; the user's word, printed with every conclusion that uses it.
    expect : {"conclusion", "zero_exponents", "zero_exponents_if"} of a catalogue system.
    reference : plain data about the system (equation, group, source, published exponents).

    Raises InputError or RegionError naming the culprit, also for a start outside the region.
    """

    def __init__(
        self,
        name: str,
        dynamics: Dynamics,
        action: LieAction,
        region: Region | None = None,
        start: Sequence[Any] | Mapping[Any, Any] | None = None,
        *,
        integrals: Sequence[Any] = (),
        constraints: Sequence[Any] = (),
        discrete: Sequence[Any] = (),
        at_least: int | None = None,
        normalizing: bool = False,
        assume: Mapping[str, str] | None = None,
        expect: Mapping[str, Any] | None = None,
        reference: Mapping[str, Any] | None = None,
    ) -> None:
        self.name, self.dynamics, self.action, self.region = str(name), dynamics, action, region
        if not self.name.isprintable():
            raise InputError(f"name: {self.name!r} holds a character that cannot be printed")
        self._check_types()
        self._check_action()
        self.integrals = self._trees(integrals, "integral")
        self.constraints = self._trees(constraints, "constraint")
        if region is not None:
            self._check_known(region.inequalities, "region inequality")
        self.discrete = tuple(self._element(g, f"discrete element {i}") for i, g in enumerate(discrete))
        self.at_least, self.normalizing = _count(at_least, dynamics.n), bool(normalizing)
        self.assume = self._assumptions(assume or {})
        self.expect, self.reference = dict(expect or {}), dict(reference or {})
        self.start = self._read_start(start)

    def assuming(self, reasons: Mapping[str, str]) -> System:
        """A copy that also takes these obligations on the user's word: {obligation: reason}.

        Raises InputError for a name that is no obligation, or an empty reason.
        """
        twin = copy.copy(self)
        twin.assume = self.assume | self._assumptions(reasons)
        return twin

    def restricted(self, action: LieAction) -> System:
        """A copy under a smaller action, without discrete elements, claims and expectations."""
        twin = copy.copy(self)
        twin.name, twin.action = f"{self.name}-surviving", action
        twin.discrete, twin.at_least, twin.expect = (), None, {}
        return twin

    def _assumptions(self, given: Mapping[str, str]) -> dict[str, str]:
        if self.normalizing and "equivariance" in given:
            raise InputError("assume: a normalizer is nothing without its constants B; leave 'equivariance' out")
        return _assumptions(given)

    def _check_types(self) -> None:
        wanted = {"dynamics": (self.dynamics, Dynamics), "action": (self.action, LieAction)}
        for what, (value, kind) in wanted.items():
            if not isinstance(value, kind):
                raise InputError(f"{what}: expected a {kind.__name__}, got {type(value).__name__}")
        if self.region is not None and not isinstance(self.region, Region):
            raise InputError(f"region: expected a Region or None, got {type(self.region).__name__}")

    def _check_action(self) -> None:
        mine, theirs = self.dynamics.variables, self.action.variables
        if mine != theirs:
            raise InputError(
                f"the action's variables ({', '.join(theirs)}) are not the rule's ({', '.join(mine)}) in the same order"
            )
        known = (*mine, *self.dynamics.parameters)
        for a, xi in enumerate(self.action.generators):
            check_names(xi, known, [f"generator {a}, component {i}" for i in range(len(xi))])

    def _check_known(self, trees: Sequence[Tree], what: str) -> None:
        known = (*self.dynamics.variables, *self.dynamics.parameters)
        check_names(trees, known, [f"{what} {i}" for i in range(len(trees))])

    def _trees(self, given: Sequence[Any], what: str) -> tuple[Tree, ...]:
        read = Reader(functions=frozenset(self.dynamics.activations))
        found = tuple(read.tree(e, f"{what} {i}") for i, e in enumerate(given))
        self._check_known(found, what)
        return found

    def _element(self, given: Any, what: str) -> tuple[Tree, ...]:
        read, variables = Reader(), self.dynamics.variables
        if isinstance(given, Mapping):
            images = {_name(k): read.tree(v, f"{what}, image of {k}") for k, v in given.items()}
            check_names(list(images), variables, [what] * len(images))
            found = tuple(images.get(x, x) for x in variables)
        else:
            found = LieAction(variables, [[0] * len(variables)])._generator(given, what, read)
        self._check_known(found, what)
        return found

    def _read_start(self, given: Sequence[Any] | Mapping[Any, Any] | None) -> tuple[Fraction, ...]:
        if given is None:
            return self._any_start()
        read, variables = Reader(), self.dynamics.variables
        if isinstance(given, Mapping):
            named = {_name(k): v for k, v in given.items()}
            missing = [x for x in variables if x not in named] or [k for k in named if k not in variables]
            if missing:
                raise InputError(f"start: {missing[0]!r} is missing or unknown; variables are {', '.join(variables)}")
            given = [named[x] for x in variables]
        if len(given) != len(variables):
            raise InputError(f"start has {len(given)} coordinates for {len(variables)} variables")
        start = tuple(read.number(v, f"start of {x}") for v, x in zip(given, variables, strict=True))
        self._require_inside(start)
        return start

    def _require_inside(self, start: tuple[Fraction, ...]) -> None:
        try:
            outside = self.outside(start)
        except KeyError:
            return  # an inequality with functions: the compactness obligation shows a point by balls
        if outside:
            at = ", ".join(f"{x} = {v}" for x, v in zip(self.dynamics.variables, start, strict=True))
            raise RegionError(f"start ({at}) is outside the region: {outside}")

    def outside(self, point: Sequence[Fraction]) -> str | None:
        """The first condition of N that fails at an exact point, as text; None inside.

        Interval parameters are taken at their middle. Raises KeyError for a condition with functions.
        """
        values = self.at(point)
        if self.region is not None and (found := self.region.violated(values)):
            return found
        for h in self.constraints:
            if (value := evaluate(h, values)) != 0:
                return f"constraint {infix(h)} = {value}, not 0"
        return None

    def at(self, point: Sequence[Fraction]) -> dict[str, Fraction]:
        """Every name's exact value at a state; inputs and interval parameters at their middle."""
        values = dict(zip(self.dynamics.variables, point, strict=True)) | self.dynamics.values
        return values | {name: box.middle for name, box in self.dynamics.ranges.items()}

    def _any_start(self) -> tuple[Fraction, ...]:
        """A seeded rational point of the region: random, then pulled along rays towards the boundary."""
        n, rng = self.dynamics.n, random.Random(0)
        if self.region is None and not self.constraints:
            return tuple(Fraction(rng.randint(1, 8), 8) for _ in range(n))
        for scale in [
            Fraction(1),
            Fraction(1, 2),
            Fraction(2),
            Fraction(4),
            Fraction(1, 8),
            Fraction(16),
        ] * 200:
            point = tuple(scale * Fraction(rng.randint(-16, 16), 16) for _ in range(n))
            try:
                if self.outside(point) is None:
                    return point
            except KeyError:
                break
        raise RegionError("no rational point of the region was found; give start=")


def _name(symbol: Any) -> str:
    return symbol.name if isinstance(symbol, sp.Symbol) else str(symbol)


def _count(value: int | None, n: int) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= n:
        raise InputError(f"at_least must be an integer from 1 to {n} (the dimension), got {value!r}")
    return value


def _assumptions(given: Mapping[str, str]) -> dict[str, str]:
    for name, reason in given.items():
        if name not in ASSUMABLE:
            near = difflib.get_close_matches(str(name), ASSUMABLE, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(ASSUMABLE)}"
            raise InputError(f"assume: {name!r} is not an obligation that can be assumed; {hint}")
        if not isinstance(reason, str) or not reason.strip():
            raise InputError(f"assume[{name!r}] needs a reason in words, got {reason!r}")
    return dict(given)
