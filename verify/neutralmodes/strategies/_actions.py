"""Linear actions of every named group, with sums, copies and products, simplest first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from neutralmodes import groups
from neutralmodes.action import LieAction
from neutralmodes.errors import InputError
from neutralmodes.groups import Representation

# By name, simplest first; made on demand.
NAMED: dict[str, Callable[[], Representation]] = {
    "SO(2)": lambda: groups.so(2),
    "SO(3)": lambda: groups.so(3),
    "SO(2) + trivial": lambda: groups.so(2) + groups.trivial(groups.so(2), 1),
    "U(1)": lambda: groups.u(1),
    "2*SO(2)": lambda: 2 * groups.so(2),
    "SO(2) x SO(2)": lambda: groups.so(2) * groups.so(2),
    "T^2": lambda: groups.torus([[1, 0], [0, 1]]),
    "SU(2)": lambda: groups.su(2),
    "U(2)": lambda: groups.u(2),
    "SO(4)": lambda: groups.so(4),
    "SO(2) x SO(3)": lambda: groups.so(2) * groups.so(3),
    "SO(5)": lambda: groups.so(5),
    "2*SO(3)": lambda: 2 * groups.so(3),
    "T^2 resonant": lambda: groups.torus([[1, 0, 2], [0, 1, 1]]),
    "SU(3)": lambda: groups.su(3),
    "U(3)": lambda: groups.u(3),
    "2*SU(2)": lambda: 2 * groups.su(2),
    "2*U(2)": lambda: 2 * groups.u(2),
    "2*SO(4)": lambda: 2 * groups.so(4),
    "3*SO(3)": lambda: 3 * groups.so(3),
}


def named_action(name: str) -> LieAction:
    """The action of a named group in coordinates x, y, z, w, or x1, x2, ... above dimension 4.

    Raises InputError for an unknown name.

    >>> named_action("SO(2)").generators
    ((('*', '-1', 'y'), 'x'),)
    """
    if name not in NAMED:
        raise InputError(f"no named action {name!r}; known: {', '.join(NAMED)}")
    return _placed(NAMED[name]())


def torus_action(charges: Sequence[Sequence[int]]) -> LieAction:
    """The torus with these charges (a row a circle, a column a complex coordinate), coordinates as ``named_action``."""
    return _placed(groups.torus(charges))


def _placed(rep: Representation) -> LieAction:
    n = rep.dimension
    return rep.on(["x", "y", "z", "w"][:n] if n <= 4 else [f"x{i}" for i in range(1, n + 1)])


def lie_actions(*, max_dimension: int = 6) -> st.SearchStrategy[LieAction]:
    """Linear actions of the named groups, their sums, copies and products, and tori with any small charges.

    Shrinks to SO(2) on the plane. Raises InputError for a dimension below 2.
    """
    if max_dimension < 2:
        raise InputError(f"max_dimension must be at least 2, got {max_dimension!r}")
    fitting = [name for name, make in NAMED.items() if make().dimension <= max_dimension]
    rows = st.integers(1, max_dimension // 2).flatmap(_charges)
    return st.builds(named_action, st.sampled_from(fitting)) | st.builds(torus_action, rows)


def _charges(coordinates: int) -> st.SearchStrategy[list[list[int]]]:
    row = st.lists(st.sampled_from([1, 0, 2, -1, 3]), min_size=coordinates, max_size=coordinates).filter(any)
    return row.map(lambda charges: [charges])
